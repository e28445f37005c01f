"""What each system finds, and what it takes for that, as pictures: SVG, legible on light and on dark ground."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from html import escape

from benchmarks.curves import STYLE

WIDTH, ROW = 720, 26
LEFT, TOP, RIGHT, BOTTOM = 200, 66, 28, 34
STEPS = (0, 0.25, 0.5, 0.75, 1)
SMALLEST, LARGEST = 3.0, 6.0
ROOM = 52
"""Pixels beside the longest bar, for its figure."""

WHOLE = 1000
"""Figures of a scale that reaches so far are shown without decimals."""


def draw(title: str, rows: Mapping[str, Mapping[str, float]], ours: str) -> str:
    """A line for each system, with a dot for each of its values (0 to 1); dots grow in the order of the values."""
    height = TOP + ROW * len(rows) + BOTTOM
    parts = [*_legend(list(next(iter(rows.values()), {}))), *_grid(height)]
    for number, (name, values) in enumerate(rows.items()):
        parts += _row(name, list(values.values()), TOP + ROW * (number + 0.5), 0 if name == ours else 1)
    return _picture(title, height, parts)


def draw_bars(title: str, rows: Mapping[str, Mapping[str, float]], ours: str) -> str:
    """A bar for each value of each system; values of one name share a scale of their own, which ends at the largest."""
    names = list(next(iter(rows.values()), {}))
    width = (WIDTH - LEFT - RIGHT) / max(len(names), 1)
    parts = [
        f'<text class="name" x="{LEFT + width * i:.1f}" y="49">{escape(name)}</text>' for i, name in enumerate(names)
    ]
    most = {name: max(row[name] for row in rows.values()) for name in names}
    for number, (system, values) in enumerate(rows.items()):
        y, colour = TOP + ROW * (number + 0.5), 0 if system == ours else 1
        parts.append(f'<text x="{LEFT - 12}" y="{y + 4:.1f}" text-anchor="end">{escape(system)}</text>')
        for index, name in enumerate(names):
            x, length = LEFT + width * index, (width - ROOM) * values[name] / (most[name] or 1)
            shown = f"{values[name]:,.{0 if most[name] >= WHOLE else 1}f}"
            at = f'x="{x:.1f}" y="{y - 5:.1f}" width="{length:.1f}" height="10"'
            parts.append(f'<rect class="bar d{colour}" {at}/>')
            parts.append(f'<text class="quiet" x="{x + length + 5:.1f}" y="{y + 3.5:.1f}">{shown}</text>')
    return _picture(title, TOP + ROW * len(rows), parts)


def _picture(title: str, height: int, parts: Iterable[str]) -> str:
    head = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img">',
        f"<title>{escape(title)}</title>",
        f"<style>{STYLE}</style>",
        f'<rect class="ground" width="{WIDTH}" height="{height}"/>',
        f'<text class="title" x="16" y="26">{escape(title)}</text>',
    ]
    return "\n".join([*head, *parts, "</svg>\n"])


def _legend(names: list[str]) -> list[str]:
    parts = []
    for index, name in enumerate(names):
        x = LEFT + index * 110
        parts.append(f'<circle class="dot d1" cx="{x}" cy="45" r="{_radius(index, len(names)):.1f}"/>')
        parts.append(f'<text x="{x + 12}" y="49">{escape(name)}</text>')
    return parts


def _grid(height: int) -> list[str]:
    parts = []
    for share in STEPS:
        x = _across(share)
        parts.append(f'<line class="grid" x1="{x:.1f}" x2="{x:.1f}" y1="{TOP}" y2="{height - BOTTOM}"/>')
        parts.append(f'<text class="quiet" x="{x:.1f}" y="{height - 14}" text-anchor="middle">{share * 100:g} %</text>')
    return parts


def _row(name: str, values: list[float], y: float, colour: int) -> list[str]:
    parts = [f'<text x="{LEFT - 12}" y="{y + 4:.1f}" text-anchor="end">{escape(name)}</text>']
    ends = [_across(value) for value in (min(values), max(values))]
    parts.append(f'<line class="line c{colour}" x1="{ends[0]:.1f}" x2="{ends[1]:.1f}" y1="{y:.1f}" y2="{y:.1f}"/>')
    for index, value in enumerate(values):
        radius = _radius(index, len(values))
        parts.append(f'<circle class="dot d{colour}" cx="{_across(value):.1f}" cy="{y:.1f}" r="{radius:.1f}"/>')
    return parts


def _radius(index: int, count: int) -> float:
    return SMALLEST + (LARGEST - SMALLEST) * index / max(count - 1, 1)


def _across(share: float) -> float:
    return LEFT + (WIDTH - LEFT - RIGHT) * share
