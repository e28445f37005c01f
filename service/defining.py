"""Quotes that answer what something is: the sentences that define it, wherever in the documents they stand."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from index.contract import Filters, Index
from index.question import Question
from index.retrieval import Hit
from service.choosing import MAX_SENTENCES, READ_HITS, choose
from service.definitions import EXPANDED, STATED, defines
from service.quotable import Quotable, quotables
from service.surroundings import Surroundings
from service.terms import Term

LOOKED_UP = 100
"""Passages with the term's words that are looked through where no hit says what it is."""

NOTE = 0.25
"""What it takes off a definition to stand in a note: it names works and their publishers."""

FIRST = 10.0
"""What being the definition is worth to a sentence: more than any nearness."""


def choose_definition(
    index: Index, question: Question, term: Term, hits: Sequence[Hit], filters: Filters | None
) -> list[Quotable]:
    """The sentence that defines ``term`` with what goes on with it; empty where no passage defines it.

    What only spells an abbreviation out needs nothing beside it, where no more is asked for.
    """
    found = _rated(term, quotables(index, question, hits))
    plain = EXPANDED if term.is_word and term.text.isupper() else STATED - NOTE
    if max((worth for worth, _ in found), default=0.0) < plain:
        found += _looked_up(index, question, term, {hit.passage.id for hit in hits}, filters)
    if not found:
        return []
    found.sort(key=lambda pair: -pair[0])
    defining = found[0][1]
    if term.spelt:
        return [defining]
    parts = [defining, *(p for p in quotables(index, question, hits[:READ_HITS]) if not _is_same(p, defining))]
    worth = np.zeros(len(parts), dtype=np.float32)
    worth[0] = FIRST
    return choose(question, parts, worth)[:MAX_SENTENCES]


def _rated(term: Term, parts: Iterator[Quotable]) -> list[tuple[float, Quotable]]:
    """Those of ``parts`` that define ``term``, each with its worth; they come first in an answer."""
    rated = ((defines(term, part.text) - NOTE * bool(part.hit.passage.context), part) for part in parts)
    return [(worth, replace(part, rank=-1)) for worth, part in rated if worth > 0]


def _looked_up(
    index: Index, question: Question, term: Term, known: set[str], filters: Filters | None
) -> list[tuple[float, Quotable]]:
    """Definitions in the passages that hold most of the term's words by BM25."""
    pool = index.search(term.text, question.vector, LOOKED_UP, filters).candidates
    worded = sorted((c for c in pool if c.lexical > 0), key=lambda c: (-c.lexical, c.passage_id))
    passages = index.fetch([c.passage_id for c in worded if c.passage_id not in known])
    around = Surroundings(index)
    hits = [around.hit(passage) for passage in passages if defines(term, passage.text) > 0]
    return _rated(term, quotables(index, question, hits)) if hits else []


def _is_same(part: Quotable, other: Quotable) -> bool:
    return part.hit.passage.id == other.hit.passage.id and part.start == other.start
