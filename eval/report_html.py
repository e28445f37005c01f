"""Pieces of HTML that the parts of a report share."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from itertools import pairwise

from eval.summary import Figure
from ingest.model import Span


def number(value: float) -> str:
    """A figure to three digits."""
    return f"{value:.3f}"


def signed(value: float) -> str:
    """A difference to three digits, with its sign; none where it is 0 so rounded."""
    told = f"{value:+.3f}"
    return "0.000" if float(told) == 0 else told.replace("-", "−")


def between(low: float, high: float) -> str:
    """An interval of a figure."""
    return f"{low:.2f}–{high:.2f}"


def bar(figure: Figure, before: float | None = None) -> str:
    """A figure as a bar with its interval on it, and a mark where it was."""
    was = "" if before is None else f'<i class="was" style="left:{_percent(before)}"></i>'
    wide = _percent(figure.high - figure.low)
    return (
        f'<span class="track" aria-hidden="true"><i class="fill" style="width:{_percent(figure.value)}"></i>'
        f'<i class="range" style="left:{_percent(figure.low)};width:{wide}"></i>{was}</span>'
    )


def _percent(share: float) -> str:
    return f"{100 * share:.1f}%"


def table(name: str, head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table of the class ``name``; cells are HTML, ``head`` is text. The first cell of a row names it."""
    heads = "".join(f'<th scope="col">{escape(cell)}</th>' for cell in head)
    lines = "".join(
        f'<tr><th scope="row">{first}</th>{"".join(f"<td>{cell}</td>" for cell in rest)}</tr>' for first, *rest in rows
    )
    return (
        f'<div class="scroll"><table class="{name}"><thead><tr>{heads}</tr></thead><tbody>{lines}</tbody></table></div>'
    )


def section(anchor: str, title: str, *parts: str) -> str:
    """A part of the page."""
    return f'<section class="part" id="{anchor}"><h2>{escape(title)}</h2>\n{"".join(parts)}</section>'


def folded(summary: str, body: str, name: str = "", unfolded: bool = False) -> str:
    """What is shown when its summary is clicked; both are HTML."""
    opened = " open" if unfolded else ""
    return f'<details class="{name}"{opened}><summary>{summary}</summary>{body}</details>'


def marked(text: str, layers: Mapping[str, Iterable[Span]]) -> str:
    """``text`` with the places of each layer in ``<mark>`` of the layer's class; where layers overlap, of all theirs.

    >>> marked("a < b", {"met": [Span(0, 3)]})
    '<mark class="met">a &lt;</mark> b'
    """
    places = [(span, name) for name, spans in layers.items() for span in spans]
    bounds = sorted({0, len(text), *(end for span, _ in places for end in span)})
    out: list[str] = []
    for low, high in pairwise(bounds):
        names = dict.fromkeys(name for span, name in places if span.start <= low and high <= span.end)
        piece = escape(text[low:high])
        out.append(f'<mark class="{" ".join(names)}">{piece}</mark>' if names else piece)
    return "".join(out)
