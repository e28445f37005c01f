"""``ibid eval --check``: the question set itself, before anything is asked."""

from __future__ import annotations

from pathlib import Path

from rich.table import Table

from eval.cli_answers import open_system
from eval.question_set import Summary, check_splits, summarize
from eval.questions import load_questions
from eval.tables import TABLE_WIDTH
from service.cli import print_json, results
from service.settings import Settings


def check(settings: Settings, questions: Path, url: str | None, as_json: bool) -> None:
    """Print counts and overlaps of a set. Raises QuestionSetError for one that is not exact or whose splits share."""
    with open_system(settings, url) as system:
        asked = load_questions(questions, system.text, system.documents)
        check_splits(asked, system.text)
    summary = summarize(asked)
    if as_json:
        print_json(_as_json(summary))
    else:
        _show(summary)


def _as_json(summary: Summary) -> dict[str, object]:
    rows = [
        {"type": kind, "split": split, "style": style, "questions": count}
        for (kind, split, style), count in sorted(summary.counts.items())
    ]
    return {"questions": sum(summary.counts.values()), "counts": rows, "overlaps": summary.overlaps}


def _show(summary: Summary) -> None:
    columns = sorted({(split, style) for _, split, style in summary.counts})
    kinds = sorted({kind for kind, _, _ in summary.counts})
    table = Table("type", *(f"{split} {style}" for split, style in columns), "all", box=None, header_style="bold")
    for kind in kinds:
        counts = [summary.counts.get((kind, *column), 0) for column in columns]
        table.add_row(kind, *map(str, counts), str(sum(counts)))
    totals = [sum(summary.counts.get((kind, *column), 0) for kind in kinds) for column in columns]
    table.add_row("all", *map(str, totals), str(sum(totals)))
    console = results()
    console.width = max(console.width, TABLE_WIDTH)
    console.print(table)
    for style, value in summary.overlaps.items():
        console.print(f"content words of the question that stand in the evidence, {style}: {value:.3f}")
