"""Line charts as SVG for a page: plain shapes, whose colours and fonts the page's style sheet gives.

A line is of the class ``l0``, ``l1``… in the order given, as its swatch in the legend is; names are for the legend.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

WIDTH, HEIGHT = 360, 240
LEFT, TOP, RIGHT, BOTTOM = 38, 10, 18, 40
LOOKS = 6
"""Looks that lines have; of more lines some look alike."""

Place = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Axis:
    """What is measured along a side, and the marks on it by their places, the ends first and last."""

    marks: Mapping[float, str]
    label: str = ""

    def share(self, value: float) -> float:
        """How far ``value`` lies from one end to the other: 0 to 1."""
        ends = list(self.marks)
        return (value - ends[0]) / (ends[-1] - ends[0])


@dataclass(frozen=True, slots=True)
class Line:
    """Points of a line with what each is called, and an interval around each (``band``) where it is known.

    ``dots`` are marked: all points of a line of few, or one that matters.
    """

    points: Sequence[Place]
    band: Sequence[Place] = ()
    dots: Mapping[Place, str] | None = None


def chart(title: str, across: Axis, up: Axis, lines: Sequence[Line]) -> str:
    """One picture; the first line lies on top."""
    order = list(reversed(list(enumerate(lines))))
    parts = [
        f'<svg class="chart" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{escape(title)}">',
        *(_across(across, up)),
        *(
            f'<polygon class="band l{index % LOOKS}" points="{_band(line, across, up)}"/>'
            for index, line in order
            if line.band
        ),
        *(
            f'<polyline class="line l{index % LOOKS}" points="{_points(line.points, across, up)}"/>'
            for index, line in order
        ),
        *(_dot(index, place, told, across, up) for index, line in order for place, told in (line.dots or {}).items()),
        "</svg>",
    ]
    return "\n".join(parts)


def legend(names: Sequence[str]) -> str:
    """A list of the lines' names, each with its look."""
    items = (
        f'<li><svg viewBox="0 0 26 10" aria-hidden="true"><polyline class="line l{index % LOOKS}" points="0,5 26,5"/>'
        f"</svg> {escape(name)}</li>"
        for index, name in enumerate(names)
    )
    return f'<ul class="legend">{"".join(items)}</ul>'


def _across(across: Axis, up: Axis) -> list[str]:
    """The grid with its numbers, and what they count."""
    right, bottom = WIDTH - RIGHT, HEIGHT - BOTTOM
    parts = []
    for value, mark in up.marks.items():
        y = _y(up, value)
        parts.append(f'<line class="grid" x1="{LEFT}" x2="{right}" y1="{y:.1f}" y2="{y:.1f}"/>')
        parts.append(f'<text x="{LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{escape(mark)}</text>')
    for value, mark in across.marks.items():
        parts.append(f'<text x="{_x(across, value):.1f}" y="{bottom + 16}" text-anchor="middle">{escape(mark)}</text>')
    middle = (LEFT + right) / 2
    parts.append(f'<text x="{middle:.1f}" y="{HEIGHT - 6}" text-anchor="middle">{escape(across.label)}</text>')
    return parts


def _band(line: Line, across: Axis, up: Axis) -> str:
    places = [x for x, _ in line.points]
    lows = [(x, low) for x, (low, _) in zip(places, line.band, strict=True)]
    highs = [(x, high) for x, (_, high) in zip(places, line.band, strict=True)]
    return _points([*lows, *reversed(highs)], across, up)


def _points(points: Sequence[Place], across: Axis, up: Axis) -> str:
    return " ".join(f"{_x(across, x):.1f},{_y(up, y):.1f}" for x, y in points)


def _dot(index: int, place: Place, told: str, across: Axis, up: Axis) -> str:
    x, y = _x(across, place[0]), _y(up, place[1])
    return (
        f'<circle class="dot l{index % LOOKS}" cx="{x:.1f}" cy="{y:.1f}" r="3.5"><title>{escape(told)}</title></circle>'
    )


def _x(across: Axis, value: float) -> float:
    return LEFT + (WIDTH - LEFT - RIGHT) * across.share(value)


def _y(up: Axis, value: float) -> float:
    return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * up.share(value)
