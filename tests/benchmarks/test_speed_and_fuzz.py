"""The benchmark of ingestion and the fuzzer run from the command line."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", *arguments]
    return subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True, encoding="utf-8")


def test_each_kind_and_size_has_a_row_with_its_speed_beside_the_baseline() -> None:
    done = run("benchmarks.ingestion", "--sizes", "0.03", "0.06", "--kinds", "prose, no notes", "tables")
    assert done.returncode == 0, done.stderr
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in done.stdout.splitlines()[2:]]
    assert [row[:1] + row[4:5] for row in rows[::2]] == [["prose, no notes", "1.00"], ["tables", "1.00"]]
    assert len(rows) == 4
    assert all(float(row[3]) > float(row[2]) > 0 for row in rows)  # splitting alone is faster


def test_the_same_text_is_made_each_time(tmp_path: Path) -> None:
    arguments = ("benchmarks.ingestion", "--kinds", "Markdown, names", "--sizes", "0.05", "--make")
    for name in ("one", "two"):
        assert run(*arguments, str(tmp_path / name)).returncode == 0
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()
    assert (tmp_path / "one").stat().st_size >= 50_000


def test_the_fuzzer_says_how_many_texts_it_has_tried_and_checks_a_file_again(tmp_path: Path) -> None:
    done = run("benchmarks.fuzz", "--minutes", "0.05", "--seed", "5", "--slow", "1000")
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.endswith(" runs, 0 kinds of faults, 0 slow inputs\n")
    text = tmp_path / "text.txt"
    text.write_bytes(b"\\footnotemark[1]I")
    assert run("benchmarks.fuzz", "--again", str(text)).stdout == "every promise holds\n"
