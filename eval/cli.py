"""The ``ibid`` command with all its parts; evaluation stands above the service, so it is joined on here."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from index.threads import quiet_threads
from service.cli import AsJson, DataDir, app, notices, open_library, print_json, results, run
from service.settings import load_settings

if TYPE_CHECKING:
    from eval.runner import Report

TABLE_WIDTH = 140
"""Columns that the table needs: a narrower one would cut the measures' names short."""


def main() -> None:
    """Run the command line."""
    quiet_threads()
    run(app)


@app.command("eval")
def evaluate(
    questions: Annotated[Path | None, typer.Option(help="Question set, one JSON object a line")] = None,
    split: Annotated[str | None, typer.Option(help="Only the questions of this split: dev or test")] = None,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """Ask all known questions and print recall@k, hit@budget and MRR."""
    from rich.progress import Progress

    from eval.questions import DEFAULT, load_questions
    from eval.runner import run as run_questions
    from ingest.errors import QuestionSetError

    library = open_library(load_settings(data_dir=data_dir))
    asked = load_questions(questions or DEFAULT, library.index.text)
    asked = [question for question in asked if split in (None, question.split)]
    if not asked:
        raise QuestionSetError(f"no question is in the split {split!r}; the splits are dev and test")
    with Progress(console=notices(), transient=True) as bar:
        task = bar.add_task("asking", total=len(asked))
        report = run_questions(library, asked, lambda: bar.advance(task))
    if as_json:
        print_json(_as_json(report))
    else:
        _show(report)


def _show(report: Report) -> None:
    table = Table("type", "questions", *report.names, box=None, header_style="bold")
    rows = {**report.by_type(), "all": list(report.rows)}
    for kind, group in rows.items():
        answerable = [row for row in group if row.question.answerable]
        if answerable:
            figures = [f"{value:.2f}" for value in report.means(group).values()]
            table.add_row(kind, str(len(answerable)), *figures)
    console = results()
    console.width = max(console.width, TABLE_WIDTH)
    console.print(table)
    for name, value in report.abstention().items():
        console.print(f"{name}: {value:.2f}")


def _as_json(report: Report) -> dict[str, object]:
    return {
        "questions": len(report.rows),
        "means": report.means(),
        "by_type": {
            kind: report.means(rows)
            for kind, rows in report.by_type().items()
            if any(row.question.answerable for row in rows)
        },
        "abstention": report.abstention(),
        "rows": [
            {
                "id": row.question.id,
                "type": row.question.type,
                "question": row.question.question,
                "mode": row.mode,
                "answer": row.answer,
                **row.measures,
            }
            for row in report.rows
        ],
    }
