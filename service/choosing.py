"""Which sentences answer: the nearest to the question, those that bring the answer nearer, those that go on with it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from index.late import Floats, weighted_mean, weighted_means
from index.question import Question
from ingest.model import PassageKind
from service.quotable import Quotable

NEARLY = 0.85
"""How near to the question a sentence around the first chosen has to be, over how near that is, to be quoted too."""

AROUND = 2
"""Passages before and after that of the first chosen that are around it."""

TIED = 0.03
"""Values of two rows that differ by less cannot be told apart."""

READ_HITS = 5
"""Hits whose sentences are looked at."""

MAX_SENTENCES = 3
MIN_GAIN = 0.03
"""A further sentence has to bring the answer this much nearer to the question (mean cosine, 0 to 1)."""

RANK_WEIGHT = 0.5
"""What a point of its passage's score is worth to a sentence; the best and the tenth hit lie about .4 apart."""


def choose(question: Question, parts: Sequence[Quotable], worth: Floats | None = None) -> list[Quotable]:
    """Choose one to three of ``parts``; ``worth`` (parts,) adds to their values.

    The first chosen is of the best hit, or has a worth above 0.
    """
    if not parts:
        return []
    weights = question.asked
    matches = np.array([part.matches for part in parts])
    worths = np.zeros(len(parts)) if worth is None else worth
    prior = RANK_WEIGHT * np.array([part.hit.score for part in parts]) + worths
    allowed = np.array([part.rank == 0 for part in parts]) | (worths > 0)
    met = np.zeros_like(parts[0].matches)
    chosen: list[int] = []
    while len(chosen) < min(MAX_SENTENCES, len(parts)):
        values = np.where(allowed, weighted_means(np.maximum(met, matches), weights) + prior, -np.inf)
        best = int(np.argmax(values))
        gained = np.maximum(met, matches[best])
        if chosen and weighted_mean(gained - met, weights) < MIN_GAIN:
            break
        met = gained
        chosen.append(best)
        allowed[:] = True
        allowed[chosen] = False
    chosen += _around(parts, np.where(worths < 0, 0, weighted_means(matches, weights)), chosen)
    return [parts[number] for number in chosen] + _tied(question, parts, chosen)


def _around(parts: Sequence[Quotable], nearness: Floats, chosen: Sequence[int]) -> list[int]:
    """Sentences around the first chosen that are nearly as near to the question, though they add nothing to it.

    A long answer says again what it is about.
    """
    first = parts[chosen[0]].hit.passage
    near = [
        number
        for number, part in enumerate(parts)
        if number not in chosen
        and part.hit.passage.document_id == first.document_id
        and abs(part.hit.passage.position - first.position) <= AROUND
        and nearness[number] >= NEARLY * nearness[chosen[0]]
    ]
    near.sort(key=lambda number: -(nearness[number] + RANK_WEIGHT * parts[number].hit.score))
    return near[: MAX_SENTENCES - len(chosen)]


def _tied(question: Question, parts: Sequence[Quotable], chosen: Sequence[int]) -> list[Quotable]:
    """The best row of another table, where the first chosen is a row and this one can hardly be told from it."""
    first = parts[chosen[0]]
    if not is_row(first):
        return []
    others = [
        part
        for number, part in enumerate(parts)
        if is_row(part) and part.hit.passage.spans[0] != first.hit.passage.spans[0] and number not in chosen
    ]
    best = max(others, key=lambda part: value(question, part), default=first)
    is_tied = value(question, best) >= value(question, first) - TIED
    return [best] if best is not first and is_tied else []


def value(question: Question, part: Quotable) -> float:
    """What ``part`` is worth as an answer by itself."""
    return weighted_mean(part.matches, question.asked) + RANK_WEIGHT * part.hit.score


def is_row(part: Quotable) -> bool:
    """Whether ``part`` is a row of a table."""
    return part.hit.passage.kind is PassageKind.TABLE
