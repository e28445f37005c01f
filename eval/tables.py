"""The figures of a run as tables: for the terminal, and in Markdown for the summary of a CI job."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rich.table import Table

from eval.summary import NAMES, Figure

HEADLINES = ("hit@512", "MRR", "nDCG@10", "answered", "contained", "token-F1", "declined", "AUROC")
"""Figures that are shown of every group; of all questions every figure is."""

TABLE_WIDTH = 200
"""Columns of the terminal that tables need: in fewer, cells would be cut."""

Summary = Mapping[str, Mapping[str, Mapping[str, Figure]]]
Cells = tuple[str, ...]


def whole(summary: Summary) -> tuple[Cells, list[Cells]]:
    """Head and lines of the table over all questions: each figure with its interval and what it is over."""
    found = summary["all"]["all"]
    lines: list[Cells] = [
        (name, f"{found[name].value:.3f}", _between(found[name]), str(found[name].questions))
        for name in NAMES
        if name in found
    ]
    return ("measure", "figure", "95 %", "questions"), lines


def by_group(summary: Summary) -> tuple[Cells, list[Cells]]:
    """Head and lines of the table of groups: so many questions, and the headline figures with their intervals."""
    lines = [
        (kind, name, str(_questions(found)), *(_cell(found.get(headline)) for headline in HEADLINES))
        for kind, by in summary.items()
        if kind != "all"
        for name, found in by.items()
    ]
    return ("by", "", "questions", *HEADLINES), lines


def _questions(found: Mapping[str, Figure]) -> int:
    """How many questions there are: a run that only searched has no figure that is over all."""
    return max(figure.questions for figure in found.values())


def _cell(figure: Figure | None) -> str:
    return "" if figure is None else f"{figure.value:.2f} ({_between(figure)})"


def _between(figure: Figure) -> str:
    return f"{figure.low:.2f}–{figure.high:.2f}"


def for_terminal(head: Cells, lines: Sequence[Cells]) -> Table:
    """A table that prints without lines."""
    table = Table(*head, box=None, header_style="bold")
    for line in lines:
        table.add_row(*line)
    return table


def in_markdown(head: Cells, lines: Sequence[Cells]) -> str:
    """A table in Markdown, with a line end."""
    rows = [head, ("---",) * len(head), *lines]
    return "".join(f"| {' | '.join(cell.replace('|', '&#124;') for cell in row)} |\n" for row in rows)
