"""One measured figure with its bar, and the sets of characters that figures are made of."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from ingest.model import Span


@dataclass(frozen=True, slots=True)
class Measure:
    """A share, ``met`` of ``of``, or with ``most`` a count of what should not be; ``misses`` say which.

    ``bar`` is the least share that is good enough, ``most`` the largest count; without both the figure only
    informs.
    """

    name: str
    met: int
    of: int
    bar: float | None = None
    most: int | None = None
    misses: tuple[str, ...] = ()

    @property
    def value(self) -> float:
        """The share, or the count. A share of nothing is 1: nothing was missed."""
        if self.most is not None:
            return self.met
        return self.met / self.of if self.of else 1.0

    @property
    def passed(self) -> bool | None:
        """Whether the bar is reached; None where there is no bar, or nothing to measure."""
        if self.most is not None:
            return self.met <= self.most
        return None if self.bar is None or not self.of else self.value >= self.bar


def share(name: str, hits: Iterable[tuple[bool, str]], bar: float | None = None) -> Measure:
    """A share of things, each met or not and with a name for the list of misses."""
    listed = list(hits)
    misses = tuple(what for met, what in listed if not met)
    return Measure(name, len(listed) - len(misses), len(listed), bar, misses=misses)


def false_count(name: str, what: Sequence[str]) -> Measure:
    """A count of things that should not be there."""
    return Measure(name, len(what), 0, most=0, misses=tuple(what))


def overlap(name: str, ours: Collection[int], truth: Collection[int], source: str, bar: float | None) -> list[Measure]:
    """Precision and recall of the characters at the places in ``ours``, with the stretches that differ."""
    ours, truth = set(ours), set(truth)
    met = len(ours & truth)
    return [
        Measure(f"{name}: precision", met, len(ours), bar, misses=stretches(source, ours - truth)),
        Measure(f"{name}: recall", met, len(truth), bar, misses=stretches(source, truth - ours)),
    ]


def solid(source: str, spans: Iterable[Span]) -> set[int]:
    """Places in ``spans`` that hold no white space."""
    return {place for start, end in spans for place in range(start, end) if not source[place].isspace()}


def stretches(source: str, places: Iterable[int]) -> tuple[str, ...]:
    """Name the stretches of ``source`` that ``places`` make up, white space between them left aside.

    >>> stretches("ab cd ef", {0, 1, 3, 7})
    ("0 'ab c'", "7 'f'")
    """
    runs: list[Span] = []
    for place in sorted(places):
        if runs and not source[runs[-1].end : place].strip():
            runs[-1] = Span(runs[-1].start, place + 1)
        else:
            runs.append(Span(place, place + 1))
    return tuple(f"{start} {source[start:end]!r}" for start, end in runs)
