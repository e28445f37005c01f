"""What a report shows: a run, the runs it is held beside, what moved, and which questions are told in full."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from eval.baseline import Baseline
from eval.comparison import CONFIDENCE, Change, Values, change
from eval.failures import Why, why_failed
from eval.record import Record, RecordError, Row
from eval.summary import NAMES
from eval.system import Setup, ShownPassage


@dataclass(frozen=True, slots=True)
class Other:
    """A run beside this one: its ``values`` of the questions that both asked.

    ``rows`` and ``passages`` are empty where no more than its measures is known, as of a baseline.
    """

    name: str
    values: Values
    documents: Mapping[str, str]
    setup: Setup | None
    rows: Mapping[str, Row]
    passages: Mapping[str, ShownPassage]

    def shown(self, row: Row) -> list[ShownPassage]:
        """The passages it showed for a question, best first."""
        return [self.passages[passage_id] for passage_id in row.shown]

    def mean(self, measure: str, rows: Iterable[Row]) -> float | None:
        """The mean of a measure of this run over the questions of ``rows``; None where it has it of none."""
        values = (self.values.get(row.question.id, {}) for row in rows)
        known = [of_question[measure] for of_question in values if measure in of_question]
        return sum(known) / len(known) if known else None


@dataclass(frozen=True, slots=True)
class View:
    """A run and the others; ``changes`` are of the figures beside the first of them, question by question.

    ``told`` are the questions that are told in full: those that failed, by why, the worst first, and those that are
    right (None) but were not, or moved. ``anchors`` are their places on the page, by id.
    """

    record: Record
    others: tuple[Other, ...]
    changes: tuple[Change, ...]
    told: Mapping[Why | None, tuple[Row, ...]]
    anchors: Mapping[str, str]

    @property
    def first(self) -> Other | None:
        """The run that this one is compared with, question by question."""
        return self.others[0] if self.others else None


def of_record(name: str, other: Record, record: Record) -> Other:
    """Another run as it is held beside ``record``. Raises RecordError where no question is the same in both."""
    asked = {row.question.id: row.question for row in record.rows}
    rows = {row.question.id: row for row in other.rows if asked.get(row.question.id) == row.question}
    if not rows:
        raise RecordError(
            f"{name} and this run have no question in common; give a record of a run over the same question set"
        )
    values = {id_: {**row.measures, CONFIDENCE: row.confidence} for id_, row in rows.items()}
    return Other(name, values, other.documents, other.setup, rows, other.passages)


def of_baseline(name: str, baseline: Baseline) -> Other:
    """A baseline as it is held beside a run."""
    return Other(name, baseline.rows, baseline.documents, baseline.setup, {}, {})


def view(record: Record, others: Sequence[Other]) -> View:
    """All that a report shows."""
    changes = tuple(changes_to(record, others[0])) if others else ()
    moved = {moved.id for found in changes for moved in (*found.up, *found.down)}
    told: dict[Why | None, tuple[Row, ...]] = {}
    for why in (*Why, None):
        rows = (row for row in record.rows if why_failed(row) is why)
        told[why] = tuple(sorted((row for row in rows if why or row.question.id in moved), key=_worst))
    listed = {row.question.id for rows in told.values() for row in rows}
    ids = (row.question.id for row in record.rows)
    anchors = {id_: f"q{number}" for number, id_ in enumerate(ids, 1) if id_ in listed}
    return View(record, tuple(others), changes, told, anchors)


def changes_to(record: Record, other: Other) -> Iterable[Change]:
    """How each figure that both have differs from another run's."""
    now = {row.question.id: {**row.measures, CONFIDENCE: row.confidence} for row in record.rows}
    answerable = {row.question.id for row in record.rows if row.question.answerable}
    found = (change(name, now, other.values, answerable) for name in NAMES)
    return [changed for changed in found if changed]


def _worst(row: Row) -> tuple[float, float, float]:
    """What the worst have least of: evidence near the top, evidence quoted, doubt."""
    return (row.measures.get("MRR", 0.0), row.measures.get("quote-R", 0.0), -row.confidence)
