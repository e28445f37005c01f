"""Notes that are called by name: what their names say, and what is left of names."""

from __future__ import annotations

import pytest
from documents import ingested

from ingest.footnotes import align_footnotes
from ingest.labels import find_labelled
from ingest.model import Found
from ingest.units import split_units


def labelled(source: str) -> list[tuple[int, str, int]]:
    """Number, label and count of markers of each note that is found by name."""
    found = find_labelled(source, split_units(source), ())
    return [(note.number, note.label, len(markers)) for note, markers in found.notes]


@pytest.mark.parametrize(
    "source",
    [
        "One river.¹\n\n¹ Of Rivers.",
        "One.[^1] Two.[^2]\n\n[^1]: Of Gold.\n\n[^2]: Of Silver.",
        "One.[^1] Two.[^2] Three.[^3] Four.[^4]\n\n[^1]: A.\n\n[^2]: B.\n\n[^3]: C.\n\n[^x]: D.",
        "One.[^silver] and no note.",
    ],
    ids=["none", "numbers", "numbers, one of them hurt", "calls alone"],
)
def test_names_that_count_up_are_numbers_and_found_as_such(source: str) -> None:
    assert labelled(source) == []


def test_a_few_names_among_labels_that_count_up_are_names() -> None:
    source = (
        "One.[^1] Gold.[^gold] Two.[^2] Three.[^3] Four.[^4] Five.[^5]\n\nWe propose:\n\n1. Meters.\n2. Pipes.\n\n"
        "[^1]: A.\n[^gold]: Of Gold.\n\n    And of its price.\n[^2]: B.\n[^3]: C.\n[^4]: D.\n[^5]: E."
    )
    notes = ingested(source).footnotes
    assert [(note.label, note.number, note.text) for note in notes if note.label != "gold"] == [
        (str(number), number, f"{letter}.") for number, letter in enumerate("ABCDE", 1)
    ]
    gold = next(note for note in notes if note.label == "gold")
    assert (gold.text, gold.found) == ("Of Gold. And of its price.", Found.PRINTED)
    assert [source[slice(*marker)] for marker in gold.markers] == ["[^gold]"]
    assert len({note.key for note in notes}) == len(notes)


def test_names_are_numbered_by_their_first_calls_and_then_as_they_stand() -> None:
    source = "One.[^b] Two.[^a] Three.[^b]\n\n[^d]: D.\n\n[^c]: C.\n\n[^a]: A.\n\n[^b]: B."
    assert labelled(source) == [(1, "b", 2), (2, "a", 1), (3, "d", 0), (4, "c", 0)]


def test_numbers_out_of_order_are_kept() -> None:
    assert labelled("One.[^7] Two.[^3]\n\n[^7]: A.\n\n[^3]: B.") == [(3, "3", 1), (7, "7", 1)]


@pytest.mark.parametrize("name", ["silver", "Silver-2020", "a.b:c", "Ж", "x" * 40])
def test_a_name_may_be_any_word(name: str) -> None:
    assert labelled(f"One.[^{name}]\n\n[^{name}]: Of Silver.") == [(1, name, 1)]


def test_a_name_in_a_note_calls_nothing() -> None:
    assert labelled("One.[^gold]\n\n[^gold]: See [^silver].\n\n[^silver]: Of Silver.") == [
        (1, "gold", 1),
        (2, "silver", 0),
    ]


def test_the_one_call_without_a_note_is_answered_by_the_one_note_without_a_call() -> None:
    assert labelled("One.[^silver] Two.\n\n[^tin]: Of Silver.\n\nThe end.") == [(1, "tin", 1)]


def test_a_paragraph_without_a_label_among_labelled_ones_is_the_note_that_is_called() -> None:
    source = "One.[^7] Two.[^8] Three.[^9] Four.[^2]\n\n[^7]: A.\n\nB of it.\n\n[^9]: C.\n\n[^2]: D.\n\nThe end."
    notes = {note.label: (note.text, note.found) for note in ingested(source).footnotes}
    assert notes["8"] == ("B of it.", Found.INFERRED)


def test_a_paragraph_that_calls_a_note_is_none_itself() -> None:
    source = "One.[^b]\n\n[^b]: B.\n\nBody again.[^a]\n\n[^a]: A."
    assert labelled(source) == [(1, "b", 1), (2, "a", 1)]


def test_furniture_holds_no_named_note() -> None:
    source = "One.[^b] Two.[^a]\n\n[^b]: B.\n\n[^a]: A."
    units = split_units(source)
    alignment = align_footnotes(source, units, {1: None})
    assert [linked.note.label for linked in alignment.notes if linked.note.units == (1,)] == []
