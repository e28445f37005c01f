"""The figures of a report: the ones that matter most, and by what the questions are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

from eval.comparison import Change
from eval.record import Row
from eval.report_html import bar, between, folded, number, section, signed, table
from eval.report_view import Other, View
from eval.runner import BUDGETS, RANKS
from eval.summary import NAMES, Figure, groups, summary

MEANINGS = {
    **{f"recall@{k}": f"evidence that is in the first {k} shown" for k in RANKS},
    **{f"hit@{budget}": f"whole evidence within the first {budget:,} tokens shown" for budget in BUDGETS},
    "MRR": "1 / rank of the first passage with evidence",
    "nDCG@10": "evidence in the first ten places, the higher the more",
    "answered": "the quotes hold the whole evidence",
    "contained": "the quotes hold all words of the reference answer",
    "exact": "the quotes are the reference answer and nothing else",
    "token-F1": "words that quotes and reference answer share",
    "quote-P": "of what is quoted, the share that is evidence",
    "quote-R": "of the evidence, the share that is quoted",
    "tried": "answerable, and not declined",
    "declined": "not answerable, and declined",
    "accuracy": "rightly tried or rightly declined",
    "verified": "all quotes are exact slices of their sources",
    "AUROC": "answerable ones have the higher confidence",
}
"""What a figure is the mean of, in a line."""

HEADLINES = ("hit@512", "MRR", "answered", "quote-P", "declined", "AUROC", "verified")
BARS = ("hit@512", "MRR", "answered", "accuracy")
"""Figures that are shown of every group: what was found, how high, whether it was quoted, whether rightly tried."""


def headlines(view: View) -> str:
    """The figures that matter most, each with its interval, and how it moved."""
    found = summary(view.record)["all"]["all"]
    changes = {changed.name: changed for changed in view.changes}
    tiles = [_tile(name, found[name], changes.get(name)) for name in HEADLINES if name in found]
    lines = (
        (
            escape(name),
            escape(MEANINGS[name]),
            number(found[name].value),
            _between(found[name]),
            f"{found[name].questions}",
        )
        for name in NAMES
        if name in found
    )
    told = "Beside each figure its 95 % interval"
    if view.first:
        told += f"; then the difference from {view.first.name}, the mark on the bar, coloured where it is beyond chance"
    whole = table("plain", ("measure", "is", "figure", "95 %", "questions"), lines)
    return section(
        "figures",
        "Figures",
        f'<p class="sub">{escape(told)}.</p><dl class="tiles">{"".join(tiles)}</dl>',
        folded("All figures", whole),
    )


def _tile(name: str, figure: Figure, changed: Change | None) -> str:
    delta = f" {difference(changed)}" if changed else ""
    before = changed.before if changed else None
    return (
        f"<div><dt><b>{escape(name)}</b> {escape(MEANINGS[name])}</dt>"
        f"<dd>{number(figure.value)} <small>{_between(figure)}</small>{delta}{bar(figure, before)}</dd></div>"
    )


def difference(changed: Change) -> str:
    """By how much a figure differs, coloured where it does beyond chance."""
    name = "up" if changed.better else "down" if changed.worse else "even"
    return f'<span class="{name}">{signed(changed.now - changed.before)}</span>'


def _between(figure: Figure) -> str:
    return between(figure.low, figure.high)


def by_group(view: View) -> str:
    """Bars by split, type, style and document."""
    tables = (_bars(kind, by, view) for kind, by in summary(view.record).items() if kind != "all" and by)
    told = "Each bar with its 95 % interval"
    first = f"; the mark is where {escape(view.first.name)} was" if view.first else ""
    return section("groups", "By what the questions are", f'<p class="sub">{told}{first}.</p>', *tables)


def _bars(kind: str, by: Mapping[str, Mapping[str, Figure]], view: View) -> str:
    rows = groups(view.record.rows)[kind]
    lines = (
        (
            f"{escape(name)} <small>{len(rows[name])}</small>",
            *(_cell(figures.get(measure), _before(measure, rows[name], view.first)) for measure in BARS),
        )
        for name, figures in by.items()
    )
    return table("bars", (kind, *BARS), lines)


def _cell(figure: Figure | None, before: float | None) -> str:
    if figure is None:
        return ""
    title = f"{number(figure.value)} ({_between(figure)}), {figure.questions} questions"
    was = "" if before is None else f"; was {number(before)}"
    return f'<span title="{title}{was}">{figure.value:.2f}{bar(figure, before)}</span>'


def _before(measure: str, rows: Sequence[Row], other: Other | None) -> float | None:
    """The mean of a measure in another run, over those of ``rows`` that have it in both."""
    return other.mean(measure, (row for row in rows if measure in row.measures)) if other else None
