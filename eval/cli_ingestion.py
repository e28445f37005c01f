"""What ``ibid eval --ingestion`` does."""

from __future__ import annotations

from math import floor
from pathlib import Path

import typer
from rich.table import Table
from rich.text import Text

from eval import ingestion
from eval.figures import Measure
from eval.ingestion import Report
from eval.tables import TABLE_WIDTH
from eval.truth import load_truth
from service.cli import print_json, results
from service.settings import Settings

MISSES_SHOWN = 10
"""Misses listed under the table for each bar that was missed."""


def evaluate_ingestion(settings: Settings, folder: Path, document: str | None, gate: bool, as_json: bool) -> None:
    """Measure ingestion, print the figures, and exit with 1 if a bar was missed and ``gate``."""
    truth = load_truth(folder)
    report = ingestion.evaluate(ingestion.find_document(truth, settings.corpus_dir, document), truth)
    if as_json:
        print_json(_as_json(report))
    else:
        _show(report)
    if gate and not report.passed:
        raise typer.Exit(1)


def _show(report: Report) -> None:
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


def _as_json(report: Report) -> dict[str, object]:
    from dataclasses import asdict

    rows = [{**asdict(m), "value": m.value, "passed": m.passed} for m in report.measures]
    return {"document": report.document_id, "passed": report.passed, "measures": rows}
