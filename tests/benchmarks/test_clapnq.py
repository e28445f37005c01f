"""The benchmark of chosen sentences runs on a made-up set, and its F1 is right."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from fakes import HashEmbedder

from benchmarks.clapnq import FILE, Item, Ways, _f1, _share, library_of, load
from ingest.model import Span

ROOT = Path(__file__).parents[2]
HERONS = ["Herons nest in tall reeds .", "Otters swim at night .", "Goats graze the steppe ."]
FERRY = ["The ferry sails on Mondays .", "It carries lamp oil ."]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A folder with two questions, the first with two annotators."""
    rows = [
        _row("herons nest in tall reeds where", "Herons", HERONS, HERONS[:1], HERONS[:2]),
        _row("the ferry sails on which mondays", "Ferry", FERRY, FERRY),
    ]
    (tmp_path / FILE).write_text("\n".join(map(json.dumps, rows)) + "\n", encoding="utf-8")
    return tmp_path


def _row(question: str, title: str, sentences: list[str], *marked: list[str]) -> dict[str, object]:
    return {
        "input": question,
        "passages": [{"title": title, "sentences": sentences}],
        "output": [{"selected_sentences": one} for one in marked],
    }


def test_a_question_knows_where_its_sentences_stand(data: Path) -> None:
    [herons, ferry] = load(data / FILE)
    assert [herons.text[slice(*span)] for span in herons.sentences] == HERONS
    assert herons.gold == (frozenset({0}), frozenset({0, 1}))
    assert ferry.gold == (frozenset({0, 1}),)


@pytest.mark.parametrize(
    ("chosen", "expected"),
    [
        ({("p0", 0)}, 1.0),  # the first annotator's
        ({("p0", 0), ("p0", 1)}, 1.0),  # the second's
        ({("p0", 0), ("p0", 2)}, 2 / 3),
        ({("p1", 0)}, 0.0),  # of another passage
        (set(), 0.0),
    ],
)
def test_f1(chosen: set[tuple[str, int]], expected: float) -> None:
    item = Item("p0", "?", "", (), (frozenset({0}), frozenset({0, 1})))
    assert _f1(item, chosen) == pytest.approx(expected)


def test_share_of_a_sentence() -> None:
    assert _share("ab cd", Span(0, 5), [Span(0, 3)]) == 0.5
    assert _share("ab cd", Span(0, 5), [Span(0, 2), Span(3, 5)]) == 1.0
    assert _share("--", Span(0, 2), [Span(0, 2)]) == 0.0


def test_the_ways_choose_what_they_say(data: Path, tmp_path: Path) -> None:
    items = load(data / FILE)
    embedder = HashEmbedder()
    folder = tmp_path / "library"
    folder.mkdir()
    ways = Ways(library_of(items, folder, embedder), items, embedder)
    herons, ferry = items
    assert ways.first(herons, alone=True) == ways.first(herons, alone=False) == {(herons.id, 0)}
    assert ways.every(ferry, alone=True) == {(ferry.id, 0), (ferry.id, 1)}
    assert (herons.id, 0) in ways.nearest(herons, alone=False)
    assert {document for document, _ in ways.nearest(herons, alone=True)} == {herons.id}
    assert ways.quoted(herons, alone=True) == {(herons.id, 0)}


def test_the_whole_benchmark_runs(data: Path) -> None:
    command = [sys.executable, "-m", "benchmarks.clapnq", "--data", str(data)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True, timeout=120)
    rows = [line for line in done.stdout.splitlines() if line.startswith("| ")]
    assert done.stdout.startswith("2 questions, 5 sentences")
    assert [row.split(" | ")[0].removeprefix("| ") for row in rows[2:]] == [
        *("first sentence", "best 3 by cosine", "all", "quoted answer")
    ]
    assert all(0 <= float(row.split(" | ")[1]) <= 1 for row in rows[2:])
