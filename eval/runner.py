"""Runs a question set against a Library: a row for each question, means over all and by type."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from eval.measures import (
    Shown,
    contains_answer,
    evidence_overlap,
    hit_at_budget,
    mean,
    recall,
    recall_at,
    reciprocal_rank,
    token_f1,
)
from eval.questions import Judgement
from ingest.model import Passage, Span
from ingest.reading import Reading
from service.answer import Answer, Mode
from service.library import Library
from service.tokens import FALLBACK, encoding

SHOWN = 30
"""Hits that are asked for: more than the largest budget takes."""

RANKS = (1, 5, 10)
BUDGETS = (256, 512, 1024, 2048)
QUOTES = ("answered", "contained", "token-F1", "quote-P", "quote-R")
"""Measures of the quotes of an answer; an abstention has none, and 0 in each."""


@dataclass(frozen=True, slots=True)
class Row:
    """One question's measures; those of retrieval only where the documents answer it."""

    question: Judgement
    measures: dict[str, float]
    answer: str
    mode: str


@dataclass(frozen=True, slots=True)
class Report:
    """All rows, in the order of the questions."""

    rows: tuple[Row, ...]

    @property
    def names(self) -> list[str]:
        """Names of the measures, in the order they are shown."""
        ranks = [f"recall@{k}" for k in RANKS]
        return [*ranks, *(f"hit@{budget}" for budget in BUDGETS), "MRR", *QUOTES]

    def means(self, rows: Iterable[Row] | None = None) -> dict[str, float]:
        """Mean of each measure over the answerable questions."""
        chosen = [row.measures for row in (self.rows if rows is None else rows) if row.question.answerable]
        return {name: mean(chosen, name) for name in self.names}

    def by_type(self) -> dict[str, list[Row]]:
        """Rows by the type of their question, types by name."""
        types = sorted({row.question.type for row in self.rows})
        return {kind: [row for row in self.rows if row.question.type == kind] for kind in types}

    def abstention(self) -> dict[str, float]:
        """Shares: of unanswerable questions declined, of answerable ones tried, of answers all verified."""
        declined = [row.measures for row in self.rows if not row.question.answerable]
        tried = [row.measures for row in self.rows if row.question.answerable]
        quoted = [row.measures for row in self.rows if row.mode != Mode.ABSTAINED]
        return {
            "unanswerable declined": mean(declined, "abstained"),
            "answerable tried": 1 - mean(tried, "abstained") if tried else 0.0,
            "quotes verified": mean(quoted, "verified") if quoted else 1.0,
        }


def run(library: Library, questions: Sequence[Judgement], tick: Callable[[], None] | None = None) -> Report:
    """Ask every question of ``library``; ``tick`` is called after each."""
    rows: list[Row] = []
    for question in questions:
        rows.append(_row(library, question))
        if tick is not None:
            tick()
    return Report(tuple(rows))


def _row(library: Library, question: Judgement) -> Row:
    answer = library.ask(question.question, SHOWN)
    measures = {
        "confidence": answer.confidence,
        "abstained": float(answer.mode is Mode.ABSTAINED),
        "verified": float(all(citation.verified for citation in answer.citations)),
    }
    if question.answerable:
        passages = [hit.passage for hit in answer.hits]
        measures |= retrieval(library.index.text, question, passages) | _of_quotes(library.index.text, question, answer)
    return Row(question, measures, answer.text, answer.mode.value)


def retrieval(text_of: Callable[[str], str], question: Judgement, passages: Sequence[Passage]) -> dict[str, float]:
    """Measures of what was found for an answerable question, best first; ``text_of`` gives a document's text."""
    shown = [Shown(passage.document_id, passage.spans, count(passage.text)) for passage in passages]
    return of_shown(text_of, question, shown)


def of_shown(text_of: Callable[[str], str], question: Judgement, shown: Sequence[Shown]) -> dict[str, float]:
    """As ``retrieval``, of whatever was shown."""

    def cut(item: Shown, tokens: int) -> Shown:
        return _cut(text_of(item.document_id), item, tokens)

    found = {f"recall@{k}": recall_at(k, question.evidence, shown) for k in RANKS}
    found |= {f"hit@{budget}": hit_at_budget(budget, question.evidence, shown, cut) for budget in BUDGETS}
    return found | {"MRR": reciprocal_rank(question.evidence, shown)}


def _of_quotes(text_of: Callable[[str], str], question: Judgement, answer: Answer) -> dict[str, float]:
    """Measures of an answer's quotes; answered is 1 if they hold the whole evidence, else 0."""
    shown = [Shown(c.hit.passage.document_id, c.spans, 0) for c in answer.citations]
    quoted = " ".join(citation.quote for citation in answer.citations)
    references = [question.answer, *question.aliases]
    precision, found = evidence_overlap(question.evidence, shown, text_of)
    values = (
        float(recall(question.evidence, shown) == 1.0),
        contains_answer(quoted, references),
        token_f1(quoted, references),
        precision,
        found,
    )
    return dict(zip(QUOTES, values, strict=True))


def count(text: str) -> int:
    """Tokens of ``text`` by the encoding that ships with Ibid, so that figures are the same everywhere."""
    return len(encoding(FALLBACK).encode_ordinary(text))


def _cut(text: str, item: Shown, tokens: int) -> Shown:
    """The first ``tokens`` tokens of a thing shown of ``text``."""
    reading = Reading(text, item.spans)
    coder = encoding(FALLBACK)
    head = coder.decode(coder.encode_ordinary(reading.text)[:tokens], errors="ignore")
    spans: tuple[Span, ...] = reading.spans_of(0, len(head)) if head.strip() else ()
    return Shown(item.document_id, spans, tokens)
