"""The benchmark of search runs on a made-up set, and its measures are right."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from fakes import ingested_document

from benchmarks.search_sets import covidqa, scifact

ROOT = Path(__file__).parents[2]
ARTICLE = "Masks\n\nMasks made of cloth stop half of the droplets.\n\nA vaccine was tested on four hundred people.\n"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A folder with one article, three abstracts and a question for each."""
    answer = {"text": "four hundred people", "answer_start": ARTICLE.index("four")}
    asked = {"question": "On how many people was the vaccine tested?", "answers": [answer]}
    article = {"paragraphs": [{"context": ARTICLE, "qas": [asked]}]}
    (tmp_path / "covidqa.json").write_text(json.dumps({"data": [article]}), encoding="utf-8")
    abstracts = [
        {"doc_id": "1", "title": "Copper", "abstract": "['Copper rose.'\n \"It didn't fall.\"]"},
        {"doc_id": "2", "title": "Herring", "abstract": "['Herring fell.']"},
        {"doc_id": "3", "title": "Tin", "abstract": "['Tin rose a little.']"},
    ]
    claims = [
        {"id": "7", "claim": "Copper rose.", "cited_doc_ids": "[1 3]"},
        {"id": "8", "claim": "Nobody knows.", "cited_doc_ids": "[]"},
    ]
    with zipfile.ZipFile(tmp_path / "scifact.zip", "w") as archive:
        archive.writestr("corpus_train.csv", _table(abstracts))
        archive.writestr("claims_validation.csv", _table(claims))
    return tmp_path


def _table(rows: list[dict[str, str]]) -> str:
    written = io.StringIO(newline="")
    table = csv.DictWriter(written, list(rows[0]))
    table.writeheader()
    table.writerows(rows)
    return written.getvalue()


def test_a_passage_is_right_that_overlaps_the_answer(data: Path) -> None:
    """Of two passages the second holds the answer: found second, 1/2; of another article never."""
    loaded = covidqa(data)
    assert loaded.texts == {"article-000.txt": ARTICLE}
    [asked] = loaded.questions
    masks, vaccine = ingested_document("article-000", ARTICLE, max_tokens=12).passages
    assert "four hundred" in vaccine.text
    assert [asked.judge(found) for found in ([masks, vaccine], [vaccine], [masks], [])] == [0.5, 1, 0, 0]
    assert asked.judge(ingested_document("article-001", ARTICLE, max_tokens=12).passages) == 0


def test_documents_are_judged_by_their_best_passage(data: Path) -> None:
    """Both right documents first and third: (1 + 1/2) / (1 + 1/log2(3)); a document counts once."""
    loaded = scifact(data)
    assert loaded.texts["s1.txt"] == "Copper\n\nCopper rose. It didn't fall."
    [asked] = loaded.questions
    one, two, three = (ingested_document(name, "Something.").passages[0] for name in ("s1", "s2", "s3"))
    ideal = 1 + 1 / 1.5849625
    assert asked.judge([one, two, three]) == pytest.approx(1.5 / ideal)
    assert asked.judge([one, one, three, two]) == pytest.approx(1)
    assert asked.judge([two]) == 0


def test_it_prints_a_table_for_each_set(data: Path) -> None:
    command = [sys.executable, "-m", "benchmarks.search", "--data", str(data), "--only", "covidqa,scifact"]
    done = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True, encoding="utf-8")
    assert done.returncode == 0, done.stderr
    rows = [line.split(" | ") for line in done.stdout.splitlines() if line.startswith("| ")]
    ways = [row[0].strip("| ") for row in rows if "---" not in row[0]]
    assert ways == ["way", "BM25", "dense", "reciprocal rank fusion", "ours"] * 2
    figures = [float(row[1]) for row in rows if row[0] == "| ours"]
    assert figures[0] == 1
    assert 0.5 < figures[1] <= 1
