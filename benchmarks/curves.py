"""Curves as a picture: small multiples in SVG, written by hand, legible on light and on dark ground."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

COLUMNS = 5
WIDTH, HEIGHT = 206, 150  # of a panel with its margins
LEFT, TOP, RIGHT, BOTTOM = 34, 26, 12, 22
HEAD = 58

STYLE = """
  svg { font: 11px system-ui, sans-serif; }
  .ground { fill: #ffffff; } text { fill: #24292f; } .quiet { fill: #6e7781; font-size: 9.5px; }
  .grid { stroke: #d8dee4; stroke-width: 1; } .title { font-size: 15px; font-weight: 600; } .name { font-weight: 600; }
  .line { fill: none; stroke-width: 2; stroke-linejoin: round; } .dot { stroke: none; }
  .c0 { stroke: #0969da; } .c1 { stroke: #bc4c00; } .c2 { stroke: #0969da; } .c3 { stroke: #bc4c00; }
  .d0, .d2 { fill: #0969da; } .d1, .d3 { fill: #bc4c00; }
  .c2, .c3 { stroke-width: 1.3; stroke-dasharray: 3 3; opacity: .75; }
  @media (prefers-color-scheme: dark) {
    .ground { fill: #0d1117; } text { fill: #e6edf3; } .quiet { fill: #9198a1; } .grid { stroke: #30363d; }
    .c0, .c2 { stroke: #58a6ff; } .c1, .c3 { stroke: #f0883e; } .d0, .d2 { fill: #58a6ff; } .d1, .d3 { fill: #f0883e; }
  }
"""


@dataclass(frozen=True, slots=True)
class Panel:
    """One small picture: its name, and the values (0 to 1, None for none) of each curve."""

    name: str
    curves: Mapping[str, Sequence[float | None]]


def draw(title: str, panels: Sequence[Panel], damage: Sequence[float], over: str = "the share of damaged marks") -> str:
    """The panels as one SVG picture, five in a row, values over damage; all panels have the same curves.

    ``over`` says what ``damage`` (0 to 1) is a share of.
    """
    rows = -(-len(panels) // COLUMNS)
    width, height = COLUMNS * WIDTH + 16, HEAD + rows * HEIGHT + 12
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img">',
        f"<title>{escape(title)}</title>",
        f"<style>{STYLE}</style>",
        f'<rect class="ground" width="{width}" height="{height}"/>',
        f'<text class="title" x="16" y="26">{escape(title)}, %, over {escape(over)}, %</text>',
        *_legend(list(panels[0].curves)),
    ]
    for index, panel in enumerate(panels):
        row, column = divmod(index, COLUMNS)
        parts += _panel(panel, damage, 8 + column * WIDTH, HEAD + row * HEIGHT)
    return "\n".join([*parts, "</svg>\n"])


def _legend(names: Sequence[str]) -> list[str]:
    parts = []
    for index, name in enumerate(names):
        x = 16 + index * 170
        parts.append(f'<line class="line c{index}" x1="{x}" x2="{x + 26}" y1="44" y2="44"/>')
        parts.append(f'<text x="{x + 32}" y="48">{escape(name)}</text>')
    return parts


def _panel(panel: Panel, damage: Sequence[float], left: float, top: float) -> list[str]:
    wide, high = WIDTH - LEFT - RIGHT, HEIGHT - TOP - BOTTOM
    x0, y0 = left + LEFT, top + TOP
    furthest = max(damage) or 1.0
    parts = [f'<text class="name" x="{x0}" y="{top + 16}">{escape(panel.name)}</text>']
    for share in (0, 0.5, 1):
        y = y0 + high * (1 - share)
        parts.append(f'<line class="grid" x1="{x0}" x2="{x0 + wide}" y1="{y:g}" y2="{y:g}"/>')
        parts.append(f'<text class="quiet" x="{x0 - 5}" y="{y + 3:g}" text-anchor="end">{share * 100:g}</text>')
    for rate in damage:
        x = x0 + wide * rate / furthest
        parts.append(f'<text class="quiet" x="{x:.1f}" y="{y0 + high + 14}" text-anchor="middle">{rate * 100:g}</text>')
    for index, values in reversed(list(enumerate(panel.curves.values()))):
        points = [
            (x0 + wide * rate / furthest, y0 + high * (1 - value))
            for rate, value in zip(damage, values, strict=True)
            if value is not None
        ]
        parts.append(f'<polyline class="line c{index}" points="{" ".join(f"{x:.1f},{y:.1f}" for x, y in points)}"/>')
        if index < 2:
            parts += [f'<circle class="dot d{index}" cx="{x:.1f}" cy="{y:.1f}" r="2.6"/>' for x, y in points]
    return parts
