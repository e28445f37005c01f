"""A run beside others: which figures differ, whether beyond chance, and which questions moved them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from html import escape

from eval.comparison import Change, Moved, setup_changes
from eval.record import Row
from eval.report_figures import difference
from eval.report_html import folded, number, section, signed
from eval.report_view import Other, View, changes_to
from service.page import shortened


def comparisons(view: View) -> str:
    """A part for each other run; the first with the questions that moved."""
    return "".join(_comparison(number, other, view) for number, other in enumerate(view.others))


def _comparison(place: int, other: Other, view: View) -> str:
    first = place == 0
    changes = view.changes if first else changes_to(view.record, other)
    told = "".join(f"<li>{line}</li>" for line in _told(other, view, first))
    return section(
        f"beside-{place}",
        f"Beside {other.name}",
        f'<ul class="told">{told}</ul>',
        "".join(_line(found, view if first else None) for found in changes),
    )


def _told(other: Other, view: View, first: bool) -> Iterator[str]:
    """What differs beside the answers, and how to read the lines."""
    asked, known = len(view.record.rows), len(other.values)
    yield f"The same questions: {known} of {asked}" + ("; figures are over these." if known < asked else ".")
    if other.documents != view.record.documents:
        yield "<b>The documents are not the same.</b>"
    if other.setup is None or view.record.setup is None:
        yield "Whether the settings are the same is not known."
    else:
        changed = "; ".join(setup_changes(view.record.setup, other.setup))
        yield f"Settings that differ: {escape(changed)}." if changed else "The settings are the same."
    yield (
        "Each figure then → now, the difference with its 95 % interval by a paired bootstrap, coloured where that "
        "does not hold 0, and how many questions moved" + ("; each unfolds to these." if first else ".")
    )


def _line(found: Change, view: View | None) -> str:
    """A figure in both runs; with a ``view`` it unfolds to the questions that moved."""
    line = (
        f"<b>{escape(found.name)}</b> <span>{number(found.before)} → {number(found.now)}</span> {difference(found)} "
        f"<small>{signed(found.low)} to {signed(found.high)}</small> "
        f"<span>{len(found.up)} better, {len(found.down)} worse</span>"
    )
    if view is None or not (found.up or found.down):
        return f'<div class="change">{line}</div>'
    rows = {row.question.id: row for row in view.record.rows}
    moved = _list("Worse", found.down, rows, view) + _list("Better", found.up, rows, view)
    return folded(line, moved, "change")


def _list(title: str, moved: Sequence[Moved], rows: Mapping[str, Row], view: View) -> str:
    if not moved:
        return ""
    types = Counter(rows[one.id].question.type for one in moved)
    told = ", ".join(f"{count} {kind}" for kind, count in sorted(types.items(), key=lambda pair: (-pair[1], pair[0])))
    items = "".join(
        f'<li><a href="#{view.anchors[one.id]}">{escape(one.id)}</a> {one.before:g} → {one.now:g} '
        f"<span>{escape(shortened(rows[one.id].question.question))}</span></li>"
        for one in moved
    )
    return f"<h3>{title}: {escape(told)}</h3><ul>{items}</ul>"
