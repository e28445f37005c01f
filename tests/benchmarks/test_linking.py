"""The linking benchmark runs from the command line, and says the same twice."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def run(*arguments: str) -> str:
    command = [sys.executable, "-m", "benchmarks.footnotes", "--notes", "5", "--seeds", "1", *arguments]
    return subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True, encoding="utf-8").stdout


def test_the_table_has_a_row_for_each_style_and_rate_and_the_picture_a_panel_for_each_style(tmp_path: Path) -> None:
    picture = tmp_path / "curve.svg"
    arguments = ["--styles", "superscript", "signs", "--damage", "0", "0.15", "--picture", str(picture)]
    table = run(*arguments)
    rows = [line.split(" | ")[:2] for line in table.splitlines()[2:] if line.startswith("|")]
    assert rows == [[f"| {s}", d] for s in ("superscript", "signs", "**all**") for d in ("0%", "15%")]
    drawn = picture.read_text(encoding="utf-8")
    assert drawn.count('class="name"') == 2
    assert drawn.count("<polyline") == 8
    assert (run(*arguments), picture.read_text(encoding="utf-8")) == (table, drawn)


def test_a_part_of_the_benchmark_leaves_the_picture_of_the_whole_alone() -> None:
    picture = ROOT / "benchmarks" / "footnotes.svg"
    before = picture.read_bytes()
    run("--damage", "0", "--styles", "markdown")
    assert picture.read_bytes() == before
