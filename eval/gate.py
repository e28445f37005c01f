"""The gate: no figure below its floor, none worse than the baseline's beyond chance.

Beyond chance: the 95 % interval of the differences between this run and the baseline, by a paired bootstrap over the
questions, lies below 0.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from eval.baseline import Baseline, BaselineError, baseline_of, below_floor
from eval.comparison import Change, change, setup_changes
from eval.record import Record


@dataclass(frozen=True, slots=True)
class Broken:
    """A question that did worse than in the baseline: its measure there and now, or its confidence for AUROC."""

    id: str
    question: str
    before: float
    now: float


@dataclass(frozen=True, slots=True)
class Failure:
    """A figure that is not good enough, in a sentence; ``broken`` are the questions that did worse, the worst first."""

    name: str
    reason: str
    broken: tuple[Broken, ...]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the gate found: no failure, and it is passed. ``changed`` says which settings differ from the baseline's."""

    failures: tuple[Failure, ...]
    changed: tuple[str, ...]

    @property
    def passed(self) -> bool:
        """Whether nothing failed."""
        return not self.failures


def judge(record: Record, baseline: Baseline) -> Verdict:
    """Hold a run against a baseline of the same questions. Raises BaselineError where it is of others."""
    baseline.check(record.questions, record.documents)
    now = baseline_of(record, baseline.floors)
    if list(now.rows) != list(baseline.rows):
        raise BaselineError("the baseline is not of the same questions as this run; hold a run over all of them to it")
    texts = {row.question.id: row.question.question for row in record.rows}
    answerable = {row.question.id for row in record.rows if row.question.answerable}
    low = below_floor(now)
    found = []
    for name in dict.fromkeys([*now.figures, *baseline.floors]):
        changed = change(name, now.rows, baseline.rows, answerable)
        reasons = ([low[name]] if name in low else []) + list(_worse(changed))
        if reasons:
            down = changed.down if changed else ()
            broken = (Broken(moved.id, texts[moved.id], moved.before, moved.now) for moved in down)
            found.append(Failure(name, "; ".join(reasons), tuple(broken)))
    return Verdict(tuple(found), tuple(setup_changes(now.setup, baseline.setup)))


def _worse(found: Change | None) -> Iterator[str]:
    if found and found.worse:
        yield (
            f"{found.name} is {found.now:g}, was {found.before:g}: worse by {-found.high:.4f} to {-found.low:.4f} "
            "(paired bootstrap)"
        )


def lines(verdict: Verdict, shown: int) -> Sequence[str]:
    """A verdict in lines, at most ``shown`` broken questions of each failure."""
    if verdict.passed:
        return ["gate: passed"]
    told = ["gate: FAILED"]
    if verdict.changed:
        told.append(f"settings that differ from the baseline's: {'; '.join(verdict.changed)}")
    for failure in verdict.failures:
        told.append(failure.reason)
        told += [f"  {b.id}  {b.before:g} → {b.now:g}  {b.question}" for b in failure.broken[:shown]]
        if len(failure.broken) > shown:
            told.append(f"  and {len(failure.broken) - shown} more")
    return told
