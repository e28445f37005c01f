"""Listed notes know what calls them, and a table of them does nothing when it is opened."""

from __future__ import annotations

import csv
import io

import pytest
from fakes import ingested_document
from texts import REPORT

from ingest.model import PassageKind
from service.library import Library
from service.notes import list_notes, to_csv


def test_a_note_is_listed_with_its_sentence_and_the_passages_that_call_it() -> None:
    ingested = ingested_document("river-report", REPORT)
    listed = list_notes(REPORT, ingested.footnotes, ingested.passages)
    assert [row.note for row in listed] == list(ingested.footnotes)
    assert [row.caller for row in listed] == [
        "Rivers carry silt towards the delta every spring.",
        "Herons nest in the reeds of the old canal.",
        "The ferry of Southgate sails twice a day.",
    ]
    by_id = {passage.id: passage for passage in ingested.passages}
    for row in listed:
        [caller] = row.passages
        assert row.note.key in by_id[caller].footnotes
        assert by_id[caller].kind is PassageKind.BODY


def test_a_note_that_nothing_calls_is_listed_without() -> None:
    [first, *_] = ingested_document("river-report", REPORT).footnotes
    [row] = list_notes(REPORT, [first], [])
    assert row.passages == ()


def test_the_passages_of_a_document_are_in_reading_order(library: Library) -> None:
    passages = library.index.passages("river-report")
    assert [passage.position for passage in passages] == list(range(len(passages)))
    assert len(passages) == library.document("river-report").passages
    assert library.index.passages("nothing") == []


@pytest.mark.parametrize("text", ["=SUM(A1)", "+1", "-2", "@cmd"])
def test_no_cell_begins_a_formula(text: str) -> None:
    [_, row] = csv.reader(io.StringIO(to_csv(["label", "urls"], [{"label": text, "urls": [text, text]}]), newline=""))
    assert row == [f"'{text}", f"'{text} {text}"]


def test_a_cell_may_hold_anything() -> None:
    text = 'He said "no, never",\nand left; \u2028 twice'
    [_, row] = csv.reader(io.StringIO(to_csv(["text"], [{"text": text}]), newline=""))
    assert row == [text]


def test_lists_of_ranges_are_flat() -> None:
    row = {"spans": [[0, 5], [9, 12]], "printed": [3, 4], "region": None, "confidence": 0.5, "urls": ["a", "b"]}
    assert to_csv(row, [row]).splitlines()[1] == "0-5 9-12,3-4,,0.5,a b"
