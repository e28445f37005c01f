"""Plain paragraphs are searched by words and by vectors, and are runs that a report can hold beside another."""

from __future__ import annotations

from pathlib import Path

from facts import FERRY, GOATS, HERON, QUESTIONS, SOURCE, TEXT, facts_library, write_questions
from fakes import HashEmbedder

from benchmarks.paragraphs import paragraphs, records
from eval.record import Record
from eval.report import report
from eval.report_view import of_record
from eval.runner import RETRIEVAL, run
from eval.system import LibrarySystem


def test_paragraphs_are_what_stands_between_blank_lines() -> None:
    found = list(paragraphs("facts", TEXT))
    assert [paragraph.text for paragraph in found] == ["Small Facts", HERON, GOATS, FERRY]
    assert [TEXT[slice(*span)] for paragraph in found for span in paragraph.spans] == [p.text for p in found]
    assert [p.text for p in paragraphs("a", "One\nline.\n\n \nTwo. ")] == ["One\nline.", "Two."]


def test_each_way_is_a_run_over_the_answerable_questions(tmp_path: Path) -> None:
    library = facts_library(tmp_path)
    path = write_questions(tmp_path / "facts.jsonl")
    found = records(library, HashEmbedder(), path)
    assert list(found) == ["bm25", "dense"]
    for record in found.values():
        assert [row.question for row in record.rows] == list(QUESTIONS[:4])
        assert record.questions.count == 6
        heron, both, other, either = record.rows
        assert record.shown(heron)[0].text == HERON
        assert record.shown(either)[0].text == GOATS
        assert (heron.measures["MRR"], both.measures["recall@1"], other.measures["recall@1"]) == (1.0, 0.5, 0.0)
        assert tuple(heron.measures) == RETRIEVAL
    assert [len(row.shown) for row in found["dense"].rows] == [4] * 4
    assert max(len(row.shown) for row in found["bm25"].rows) < 4  # only what shares a word
    ours: Record = run(LibrarySystem(library), QUESTIONS, SOURCE)
    page = report(ours, [of_record(way, record, ours) for way, record in found.items()])
    assert "The same questions: 4 of 6; figures are over these." in page
    assert page.count("polyline") > 2 * len(found)
