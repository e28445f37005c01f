"""The measure of how near questions lie tells near ones from far ones."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np

from benchmarks.nearness import pieces, table

ROOT = Path(__file__).parents[2]


def test_it_runs_from_the_command_line_and_asks_for_the_data() -> None:
    command = [sys.executable, "-m", "benchmarks.nearness"]
    done = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True)
    assert done.returncode == 2
    assert "--data" in done.stderr


def test_questions_that_are_passages_are_nearer_than_made_up_ones_are() -> None:
    passages = np.eye(40, dtype=np.float32)
    count, _, head, _, real, made_up = "\n".join(table(passages, passages[:30])).splitlines()
    assert count == "40 passages, 30 questions"
    assert real == "| real | 1.00 | 1.00 | 1.00 | 0.00 | 1.000 |"
    nearest = [float(cell) for cell in made_up.split("|")[2:5]]
    assert head.count("|") == made_up.count("|")
    assert nearest == sorted(nearest)
    assert nearest[-1] < 0.9


def test_pieces_hold_all_words_in_their_order() -> None:
    words = [str(number) for number in range(170)]
    cut = pieces(" ".join(words))
    assert [len(piece.split()) for piece in cut] == [80, 80, 10]
    assert " ".join(cut).split() == words
