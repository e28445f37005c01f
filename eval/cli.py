"""The ``ibid`` command with all its parts; evaluation stands above the service, so it is joined on here."""

from __future__ import annotations

from math import floor
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table
from rich.text import Text

import service.cli_documents
import service.cli_protocol  # noqa: F401 (adds its command)
from index.threads import quiet_threads
from service.cli import AsJson, DataDir, app, notices, open_library, print_json, results, run
from service.settings import Settings, load_settings

if TYPE_CHECKING:
    from eval.figures import Measure
    from eval.ingestion import Report as IngestionReport
    from eval.runner import Report

TABLE_WIDTH = 170
"""Columns that the table needs: a narrower one would cut the measures' names short."""

MISSES_SHOWN = 10
"""Misses listed under the table for each bar that was missed."""


def main() -> None:
    """Run the command line."""
    quiet_threads()
    run(app)


@app.command("eval")
def evaluate(
    questions: Annotated[Path | None, typer.Option(help="Question set, one JSON object a line")] = None,
    split: Annotated[str | None, typer.Option(help="Only the questions of this split: dev or test")] = None,
    check: Annotated[
        bool, typer.Option("--check", help="Check the question set instead, and count what is in it")
    ] = False,
    ingestion: Annotated[
        bool, typer.Option("--ingestion", help="Measure ingestion beside ground truth instead, without an index")
    ] = False,
    truth: Annotated[Path | None, typer.Option(help="With --ingestion: folder of ground truth")] = None,
    document: Annotated[
        str | None,
        typer.Option(help="With --ingestion: path, or id in the corpus folder; the one that fits if left out"),
    ] = None,
    gate: Annotated[bool, typer.Option("--gate", help="With --ingestion: exit status 1 if a bar is missed")] = False,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """Ask all known questions and print recall@k, hit@budget and MRR."""
    settings = load_settings(data_dir=data_dir)
    _check_options(ingestion, questions or split or check, truth or document or gate, truth)
    if check and split:
        raise typer.BadParameter("--check is of the whole set; leave out --split")
    if check:
        from eval.cli_check import check as check_set

        check_set(settings, questions, as_json)
    elif ingestion and truth:
        _evaluate_ingestion(settings, truth, document, gate, as_json)
    else:
        _evaluate_answers(settings, questions, split, as_json)


def _check_options(ingestion: bool, of_answers: object, of_ingestion: object, truth: Path | None) -> None:
    """Refuse options that do not go together, as a usage error."""
    if not ingestion and of_ingestion:
        raise typer.BadParameter("--truth, --document and --gate go with --ingestion; add it")
    if ingestion and of_answers:
        raise typer.BadParameter("--questions, --split and --check do not go with --ingestion; leave them out")
    if ingestion and truth is None:
        raise typer.BadParameter("--ingestion needs ground truth to compare with; give its folder: --truth DIR")


def _evaluate_ingestion(settings: Settings, folder: Path, document: str | None, gate: bool, as_json: bool) -> None:
    from eval import ingestion
    from eval.truth import load_truth

    truth = load_truth(folder)
    report = ingestion.evaluate(ingestion.find_document(truth, settings.corpus_dir, document), truth)
    if as_json:
        print_json(_ingestion_json(report))
    else:
        _show_ingestion(report)
    if gate and not report.passed:
        raise typer.Exit(1)


def _show_ingestion(report: IngestionReport) -> None:
    table = Table(report.document_id, "figure", "of", "bar", "", box=None, header_style="bold")
    for measure in report.measures:
        shown = (str(measure.met), "", str(measure.most)) if measure.most is not None else _share_shown(measure)
        verdict = {True: Text("pass", "green"), False: Text("miss", "red"), None: Text("")}[measure.passed]
        table.add_row(measure.name, *shown, verdict)
    console = results()
    console.width = max(console.width, TABLE_WIDTH)
    console.print(table)
    for measure in report.measures:
        if measure.passed is False and measure.misses:
            console.print(f"\n{measure.name}:", style="bold")
            for miss in measure.misses[:MISSES_SHOWN]:
                console.print(f"  {miss}")
            if len(measure.misses) > MISSES_SHOWN:
                console.print(f"  and {len(measure.misses) - MISSES_SHOWN} more: --json lists all")


def _share_shown(measure: Measure) -> tuple[str, str, str]:
    """Figure, counts and bar of a share; cut, not rounded, so that no miss is shown as the bar."""
    figure = f"{floor(measure.value * 10_000) / 100:.2f} %" if measure.of else "—"
    return figure, f"{measure.met} of {measure.of}", "" if measure.bar is None else f"{measure.bar * 100:g} %"


def _ingestion_json(report: IngestionReport) -> dict[str, object]:
    from dataclasses import asdict

    rows = [{**asdict(m), "value": m.value, "passed": m.passed} for m in report.measures]
    return {"document": report.document_id, "passed": report.passed, "measures": rows}


def _evaluate_answers(settings: Settings, questions: Path | None, split: str | None, as_json: bool) -> None:
    from rich.progress import Progress

    from eval.questions import DEFAULT, load_questions
    from eval.runner import run as run_questions
    from ingest.errors import QuestionSetError

    library = open_library(settings)
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
