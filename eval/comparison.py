"""Two runs side by side, question by question: which figures differ beyond chance, and which questions moved them.

Beyond chance: the 95 % interval of the differences, by a paired bootstrap over the questions that both have, does not
hold 0.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from eval.abstention import order, order_interval
from eval.bootstrap import Floats, interval
from eval.runner import DIGITS
from eval.summary import AUROC
from eval.system import Setup

Values = Mapping[str, Mapping[str, float]]
"""By the id of a question: its measures, and its ``CONFIDENCE``, by name."""

CONFIDENCE = "confidence"


@dataclass(frozen=True, slots=True)
class Moved:
    """A question that did otherwise: its measure before and now, or its confidence for AUROC."""

    id: str
    before: float
    now: float


@dataclass(frozen=True, slots=True)
class Change:
    """A figure over the questions that have it in both runs, and the paired interval of now - before.

    ``up`` are the questions that did better, ``down`` those that did worse, the furthest first.
    """

    name: str
    before: float
    now: float
    low: float
    high: float
    questions: int
    up: tuple[Moved, ...]
    down: tuple[Moved, ...]

    @property
    def better(self) -> bool:
        """Whether it is higher beyond chance."""
        return self.low > 0

    @property
    def worse(self) -> bool:
        """Whether it is lower beyond chance."""
        return self.high < 0


def change(name: str, now: Values, before: Values, answerable: Collection[str]) -> Change | None:
    """How a figure changed; None where no question has it in both runs.

    ``answerable`` are the ids of the questions that the documents answer: AUROC needs both kinds.
    """
    measure = CONFIDENCE if name == AUROC else name
    ids = [id_ for id_, values in now.items() if measure in values and measure in before.get(id_, {})]
    olds, news = (np.array([run[id_][measure] for id_ in ids]) for run in (before, now))
    signs = np.array([1.0 if name != AUROC or id_ in answerable else -1.0 for id_ in ids])
    if name == AUROC:
        means = _orders(signs, olds, news)
    else:
        means = (float(olds.mean()), float(news.mean()), *interval(news - olds)) if ids else None
    if means is None:
        return None
    gains = (news - olds) * signs
    moved = [Moved(id_, float(old), float(new)) for id_, old, new in zip(ids, olds, news, strict=True)]
    furthest = np.argsort(-np.abs(gains), kind="stable")
    up, down = (tuple(moved[i] for i in furthest if sign * gains[i] > 0) for sign in (1, -1))
    was, is_, low, high = means
    return Change(name, round(was, DIGITS), round(is_, DIGITS), low, high, len(ids), up, down)


def _orders(signs: Floats, olds: Floats, news: Floats) -> tuple[float, float, float, float] | None:
    """AUROC before and now, and the paired interval of the difference; None without both kinds of questions."""
    before, now = (order(values, (signs > 0).astype(np.float64)) for values in (olds, news))
    if not now.size:
        return None
    low, high = order_interval(now - before)
    return float(before.mean()), float(now.mean()), round(low, DIGITS), round(high, DIGITS)


def setup_changes(now: Setup | None, before: Setup | None) -> Iterator[str]:
    """What differs between two set-ups, as far as both are known."""
    if now is None or before is None:
        return
    if now.model != before.model:
        yield f"model {before.model} → {now.model}"
    for name in sorted({**before.settings, **now.settings}):
        if before.settings.get(name) != now.settings.get(name):
            yield f"{name} {before.settings.get(name)} → {now.settings.get(name)}"
