"""Tables as answers: a caption gives way to its rows, and a row that a question does not name to all of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from index.pruning import is_stop_word
from index.question import Question, words_of
from index.retrieval import Hit
from ingest.model import PassageKind
from ingest.tables import is_table_title
from service.choosing import is_row
from service.quotable import Quotable, beside, quotables
from service.sides import same_party
from service.surroundings import Surroundings

MAX_ROWS = 12
"""Rows quoted of one table, from its first."""

NAMED = 0.055
"""How much nearer to the question (mean cosine) than the middle row of its table a row is that the question names.

Of 35 questions put to four tables those that name none reach .051, those that name one begin at .06, but for one that
only describes it (.01).
"""

ALIKE = 0.2
"""How far the score of its row may lie behind that of the best for a table to be taken for the one asked for."""


def answering(parts: Sequence[Quotable], around: Surroundings) -> list[Quotable]:
    """``parts`` without the captions of tables, but for those whose rows are known."""
    return [part for part in parts if not _is_caption(part) or _below(part, around) is not None]


def with_rows(
    question: Question, chosen: Sequence[Quotable], hits: Sequence[Hit], around: Surroundings
) -> list[Quotable]:
    """``chosen`` with rows for captions, and all rows of the first one's table where the question names none of them.

    Where rows of another table among ``hits`` are nearly as near, it is the table that has more of the question's
    words in their order.
    """
    rest = [part for part in chosen if not _is_caption(part)]
    row = _row(chosen[0], around)
    if row is None:
        return rest
    rows = list(quotables(around.shelf, question, around.table(row)))
    lift = _lift(question, rows)
    if lift.max() >= NAMED or (rest and len(rows) == 1):
        return rest or [replace(rows[int(np.argmax(lift))], rank=chosen[0].rank)]
    near = [hit for hit in hits if hit.passage.kind is PassageKind.TABLE]
    near = [hit for hit in near if hit.score >= near[0].score - ALIKE]
    best = max([row, *near], key=lambda hit: _in_order(question, hit))
    return [
        replace(part, rank=chosen[0].rank) for hit in around.table(best)[:MAX_ROWS] for part in beside(chosen[0], hit)
    ]


def _lift(question: Question, rows: Sequence[Quotable]) -> NDArray[np.float64]:
    """How much nearer to the question each row (rows,) is than the middle one: title and columns are the same in all.

    Of an even number of rows the lower one in the middle counts, so that one of two can be told from the other.
    """
    matches = np.array([part.matches for part in rows], dtype=np.float64)
    weights = question.asked / (question.asked.sum() or 1.0)
    lift: NDArray[np.float64] = (matches - np.sort(matches, axis=0)[(len(rows) - 1) // 2]) @ weights
    return lift


def _in_order(question: Question, row: Hit) -> int:
    """How many words of the question follow each other in the row's text as they do there: the longest such series."""
    words = [word for _, word in words_of(row.passage.text)]
    longest = [0] * (len(words) + 1)
    for asked in question.words:
        before = 0
        for at, word in enumerate(words, 1):
            met = before + (not is_stop_word(asked.text) and same_party(asked.text, word))
            before = longest[at]
            longest[at] = max(longest[at], longest[at - 1], met)
    return longest[-1]


def _row(part: Quotable, around: Surroundings) -> Hit | None:
    """A row of the table that ``part`` is the caption or a row of."""
    return _below(part, around) if _is_caption(part) else part.hit if is_row(part) else None


def _is_caption(part: Quotable) -> bool:
    return part.hit.passage.kind is PassageKind.BODY and is_table_title(part.text)


def _below(caption: Quotable, around: Surroundings) -> Hit | None:
    """The first row of the table whose title ``caption`` is."""
    spans = around.spans_of(caption.hit, caption.start, caption.end)
    return around.row_titled(caption.hit, spans[0]) if spans else None
