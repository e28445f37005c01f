"""Figures of a run: the mean of each measure with its interval, over all questions and by what they are."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from eval.abstention import Point, auroc, auroc_interval, risk_coverage
from eval.bootstrap import interval
from eval.questions import Judgement
from eval.record import Record, Row
from eval.runner import DIGITS, MEASURES

AUROC = "AUROC"
NAMES = (*MEASURES, AUROC)
"""Names of all figures, in the order they are shown."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure over so many ``questions``, and the 95 % interval that a bootstrap over them gives; 0 to 1."""

    value: float
    low: float
    high: float
    questions: int


def figures(rows: Sequence[Row]) -> dict[str, Figure]:
    """The figures of ``rows``: each measure over the rows it applies to, AUROC where some are answerable, some not."""
    found: dict[str, Figure] = {}
    for name in MEASURES:
        values = np.array([row.measures[name] for row in rows if name in row.measures])
        if len(values):
            found[name] = _figure(float(values.mean()), interval(values), len(values))
    scores, labels = confidences(rows)
    if 0 < sum(labels) < len(labels):
        found[AUROC] = _figure(auroc(scores, labels), auroc_interval(scores, labels), len(rows))
    return found


def _figure(value: float, between: tuple[float, float], questions: int) -> Figure:
    low, high = (round(end, DIGITS) for end in between)
    return Figure(round(value, DIGITS), low, high, questions)


def confidences(rows: Iterable[Row]) -> tuple[list[float], list[float]]:
    """The confidence of each row, and 1 where the documents answer its question, else 0."""
    listed = list(rows)
    return [row.confidence for row in listed], [float(row.question.answerable) for row in listed]


def curve(record: Record) -> list[Point]:
    """Risk over coverage of a run, over all its questions."""
    return risk_coverage(*confidences(record.rows))


def _documents(question: Judgement) -> list[str]:
    return sorted({evidence.document_id for alternative in question.evidence for evidence in alternative})


GROUPS: dict[str, Callable[[Judgement], list[str]]] = {
    "split": lambda question: [question.split],
    "type": lambda question: [question.type],
    "style": lambda question: [question.style],
    "document": _documents,
}
"""What rows are grouped by; a question with evidence in two documents counts for both, one without for none."""


def groups(rows: Sequence[Row]) -> dict[str, dict[str, list[Row]]]:
    """Rows by each of ``GROUPS`` and its names, in order, after all of them as ``{"all": {"all": rows}}``."""
    found = {"all": {"all": list(rows)}}
    for kind, names_of in GROUPS.items():
        names = sorted({name for row in rows for name in names_of(row.question)})
        found[kind] = {name: [row for row in rows if name in names_of(row.question)] for name in names}
    return found


def summary(record: Record) -> dict[str, dict[str, dict[str, Figure]]]:
    """The figures of every group of a run."""
    return {kind: {name: figures(rows) for name, rows in by.items()} for kind, by in groups(record.rows).items()}
