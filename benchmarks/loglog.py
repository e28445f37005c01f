"""Curves by powers of ten as a picture: SVG, written by hand, legible on light and on dark ground."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from math import ceil, floor, log10

from benchmarks.curves import STYLE

WIDTH, HEIGHT = 560, 330
LEFT, TOP, RIGHT, BOTTOM = 56, 66, 40, 34


def draw(title: str, sizes: Sequence[float], curves: Mapping[str, Sequence[float]]) -> str:
    """One panel: the values (above 0) of each curve over ``sizes`` (above 0), both axes by powers of ten."""
    values = [value for curve in curves.values() for value in curve]
    across, up = _powers(sizes), _powers(values)

    def place(size: float, value: float) -> tuple[float, float]:
        x = LEFT + (WIDTH - LEFT - RIGHT) * (log10(size) - across[0]) / (across[-1] - across[0])
        y = HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * (log10(value) - up[0]) / (up[-1] - up[0])
        return x, y

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img">',
        f"<title>{escape(title)}</title>",
        f"<style>{STYLE}</style>",
        f'<rect class="ground" width="{WIDTH}" height="{HEIGHT}"/>',
        f'<text class="title" x="16" y="26">{escape(title)}</text>',
    ]
    for power in up:
        x, y = place(10.0 ** across[0], 10.0**power)
        parts.append(f'<line class="grid" x1="{x:.1f}" x2="{WIDTH - RIGHT}" y1="{y:.1f}" y2="{y:.1f}"/>')
        parts.append(f'<text class="quiet" x="{x - 6:.1f}" y="{y + 3:.1f}" text-anchor="end">{10.0**power:g}</text>')
    for power in across:
        x, y = place(10.0**power, 10.0 ** up[0])
        parts.append(f'<text class="quiet" x="{x:.1f}" y="{y + 16:.1f}" text-anchor="middle">{10**power:,}</text>')
    for index, (name, curve) in enumerate(curves.items()):
        parts.append(f'<line class="line c{index}" x1="{16 + index * 170}" x2="{42 + index * 170}" y1="44" y2="44"/>')
        parts.append(f'<text x="{48 + index * 170}" y="48">{escape(name)}</text>')
        points = [place(size, value) for size, value in zip(sizes, curve, strict=True)]
        parts.append(f'<polyline class="line c{index}" points="{" ".join(f"{x:.1f},{y:.1f}" for x, y in points)}"/>')
        parts += [f'<circle class="dot d{index}" cx="{x:.1f}" cy="{y:.1f}" r="3"/>' for x, y in points]
    return "\n".join([*parts, "</svg>\n"])


def _powers(values: Sequence[float]) -> range:
    """Powers of ten from below the least of ``values`` to above the greatest, at least two."""
    least, most = floor(log10(min(values)) + 1e-9), ceil(log10(max(values)) - 1e-9)
    return range(least, max(most, least + 1) + 1)
