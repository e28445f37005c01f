"""The benchmark of size runs from the command line, finds what is nearest, and draws what it measured."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

from benchmarks.loglog import draw

ROOT = Path(__file__).parents[2]


def test_each_size_has_a_row_with_its_recall_and_the_exact_scan_beside_it(tmp_path: Path) -> None:
    picture = tmp_path / "scale.svg"
    command = [sys.executable, "-m", "benchmarks.scale", "--sizes", "40", "600", "--picture", str(picture)]
    done = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    head, _, *rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in done.stdout.splitlines()[2:]]
    assert [row[0] for row in rows] == ["40", "600"]
    for row in rows:
        figures = dict(zip(head, map(float, (cell.replace(",", "") for cell in row)), strict=True))
        assert figures["recall@10"] == 1.0  # so few are searched exactly
        assert 0 < figures["search median, ms"] <= figures["p99, ms"]
        assert figures["disk, MB"] > 0
    assert ElementTree.parse(picture).getroot().tag.endswith("svg")


def test_a_power_of_ten_is_as_far_from_the_next_on_both_axes() -> None:
    picture = ElementTree.fromstring(draw("t", [1, 10, 100], {"a": [5, 50, 500]}))
    space = "{http://www.w3.org/2000/svg}"
    dots = [(float(dot.attrib["cx"]), float(dot.attrib["cy"])) for dot in picture.iter(f"{space}circle")]
    (x1, y1), (x2, y2), (x3, y3) = dots
    assert (x2 - x1, y1 - y2) == pytest.approx((x3 - x2, y2 - y3), abs=0.2)
    assert x1 < x2
    assert y1 > y2
