"""The gate: no figure below its floor, none worse than the baseline's beyond chance.

Beyond chance: the 95 % interval of the differences between this run and the baseline, by a paired bootstrap over the
questions, lies below 0.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from eval.abstention import order, order_interval
from eval.baseline import Baseline, BaselineError, baseline_of, below_floor
from eval.bootstrap import interval
from eval.record import Record
from eval.runner import DIGITS
from eval.summary import AUROC


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
    low = below_floor(now)
    found = []
    for name in dict.fromkeys([*now.figures, *baseline.floors]):
        reasons = ([low[name]] if name in low else []) + list(_worse(name, now, baseline))
        if reasons:
            found.append(Failure(name, "; ".join(reasons), tuple(_broken(name, now, baseline, texts))))
    return Verdict(tuple(found), tuple(_changed(now, baseline)))


def _worse(name: str, now: Baseline, baseline: Baseline) -> Iterator[str]:
    if name not in now.figures or name not in baseline.figures:
        return
    low, high = _difference(name, now, baseline)
    if high < 0:
        yield (
            f"{name} is {now.figures[name]:g}, was {baseline.figures[name]:g}: worse by {-high:.4f} to {-low:.4f} "
            "(paired bootstrap)"
        )


def _difference(name: str, now: Baseline, baseline: Baseline) -> tuple[float, float]:
    """The paired interval of the difference to the baseline."""
    if name != AUROC:
        pairs = [(values[name], baseline.rows[id_][name]) for id_, values in _both(name, now, baseline)]
        return interval(np.array([new - old for new, old in pairs]))
    labels = now.labels()
    orders = [order([run.rows[id_]["confidence"] for id_ in now.rows], labels) for run in (now, baseline)]
    low, high = order_interval(orders[0] - orders[1])
    return round(low, DIGITS), round(high, DIGITS)


def _both(name: str, now: Baseline, baseline: Baseline) -> list[tuple[str, Mapping[str, float]]]:
    """The rows of ``now`` that have a measure which they have in the baseline too."""
    return [(id_, values) for id_, values in now.rows.items() if name in values and name in baseline.rows[id_]]


def _broken(name: str, now: Baseline, baseline: Baseline, texts: Mapping[str, str]) -> list[Broken]:
    measure = "confidence" if name == AUROC else name
    signs = dict(zip(now.rows, now.labels(), strict=True))
    found: list[tuple[float, Broken]] = []
    for id_, values in _both(measure, now, baseline):
        before, new = baseline.rows[id_][measure], values[measure]
        gain = new - before if name != AUROC or signs[id_] else before - new
        if gain < 0:
            found.append((gain, Broken(id_, texts[id_], before, new)))
    return [broken for _, broken in sorted(found, key=lambda pair: pair[0])]


def _changed(now: Baseline, baseline: Baseline) -> Iterator[str]:
    """What differs between the two set-ups, as far as both are known."""
    if now.setup is None or baseline.setup is None:
        return
    if now.setup.model != baseline.setup.model:
        yield f"model {baseline.setup.model} → {now.setup.model}"
    before, after = baseline.setup.settings, now.setup.settings
    for name in sorted({**before, **after}):
        if before.get(name) != after.get(name):
            yield f"{name} {before.get(name)} → {after.get(name)}"


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
