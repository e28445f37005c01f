"""Units: every character that is not white space is in exactly one, and paragraphs are told apart."""

from __future__ import annotations

import pytest
from documents import debris
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.units import settle, split_units


def texts(source: str) -> list[str]:
    return [unit.text(source) for unit in split_units(source)]


@settings(deadline=None, max_examples=100)
@given(text=debris())
def test_units_hold_everything_in_order(text: str) -> None:
    place = 0
    for unit in split_units(text):
        assert not text[place : unit.span.start].replace("\ufeff", "").strip()
        assert unit.span == (unit.lines[0].start, unit.lines[-1].end)
        place = unit.span.end
    assert not text[place:].replace("\ufeff", "").strip()


def test_short_lines_are_wrapped_paragraphs() -> None:
    assert texts("one\ntwo\n\nthree\n- an item\n- another\n2) a third") == [
        "one\ntwo",
        "three",
        "- an item",
        "- another",
        "2) a third",
    ]


def test_a_text_in_long_lines_has_a_line_a_paragraph() -> None:
    long = "word " * 40
    assert texts(f"{long}\nshort\n{long}") == [long.strip(), "short", long.strip()]


def test_one_long_address_does_not_unwrap_a_wrapped_text() -> None:
    wrapped = "a line of some words that goes on\n" * 20
    source = f"{wrapped}\nhttps://example.org/{'x' * 150}\n\n{wrapped}"
    assert len(split_units(source)) == 3


@pytest.mark.parametrize("gap", ["\n\n", "\r\n\r\n", "\r\r", "\n \t\n", "\f", "\n\f", "\u2029", "\r\n\xa0\r\n"])
def test_blank_lines_and_new_pages_part_paragraphs(gap: str) -> None:
    assert texts(f"one{gap}two") == ["one", "two"]


@pytest.mark.parametrize("gap", ["\n", "\r\n", "\r", "\x0b", "\x85"])
def test_one_line_end_does_not_part_a_paragraph(gap: str) -> None:
    assert len(texts(f"one{gap}two")) == 1


def test_a_byte_order_mark_is_in_no_unit() -> None:
    assert texts("\ufeffone\n\n\ufeff two") == ["one", "two"]


def test_rows_stand_apart_from_the_text_around_them() -> None:
    source = "A title\na\tb\nc\td\nSource: us"
    assert [(unit.text(source), unit.is_rows) for unit in split_units(source)] == [
        ("A title", False),
        ("a\tb\nc\td", True),
        ("Source: us", False),
    ]


def test_a_single_line_with_a_tab_is_no_row() -> None:
    assert [unit.is_rows for unit in split_units("1.\tAn item\n\n| a | b |\n| c | d |")] == [False, True]


def test_a_unit_is_alone_between_blank_lines() -> None:
    assert [unit.alone for unit in split_units("Title\n\n- a\n- b\n\nEnd")] == [True, False, False, True]


# --- lines that may begin a note -----------------------------------------------------------------------------------

WRAPPED = "The rivers carry silt down to the sea every year,\n"


def tentative(source: str) -> list[str]:
    return [unit.text(source) for unit in split_units(source) if unit.tentative]


@pytest.mark.parametrize(
    "line",
    [
        *("2 Of Seas, p. 9.", "2. Of Seas.", "² Of Seas.", "^{2} Of Seas.", "$^{2}$ Of Seas.", "<sup>2</sup> Of Seas."),
        *("\\footnotemark[2] Of Seas.", "l Of Seas.", "*2 Of Seas.", "† Of Seas.", "[2] Of Seas.", "§ Of Seas."),
    ],
)
def test_a_line_that_may_begin_a_note_is_cut_off_tentatively(line: str) -> None:
    assert tentative(f"{WRAPPED * 4}{line}") == [line]


@pytest.mark.parametrize(
    "line", ["and the sea takes it.", "§ 12 of the law.", "2022-05 was dry.", "2 . . . . . . . . 17"]
)
def test_a_line_that_goes_on_is_not_cut_off(line: str) -> None:
    assert tentative(f"{WRAPPED * 4}{line}") == []


def test_a_line_behind_one_that_ends_early_is_cut_off_tentatively() -> None:
    assert tentative(f"{WRAPPED * 4}Of Rivers.\nOf Seas, p. 9.") == ["Of Seas, p. 9."]
    assert tentative(f"{WRAPPED * 4}Of rivers,\nOf Seas, p. 9.") == []
    assert tentative(f"{WRAPPED * 4}Of Rivers.\nof seas, p. 9.") == []


@pytest.mark.parametrize("head", ["² ", "^{2} ", "$^{2}$ ", "<sup>2</sup> ", "\\textsuperscript{2} "])
def test_a_note_inside_a_line_is_cut_off_tentatively(head: str) -> None:
    assert tentative(f"¹ Of Rivers, p. 7. {head}Of Seas.") == [f"{head}Of Seas."]


def test_what_is_no_note_is_given_back_to_its_paragraph() -> None:
    source = f"{WRAPPED}2 Of Seas.\n3 Of Lakes.\n\nAnother one."
    units = split_units(source)
    assert [unit.tentative for unit in units] == [False, True, True, False]
    settled, moved = settle(units, ())
    assert [unit.text(source) for unit in settled] == [source.partition("\n\n")[0], "Another one."]
    assert moved == [0, 0, 0, 1]
    assert [len(unit.lines) for unit in settled] == [3, 1]
    assert not any(unit.tentative for unit in settled)


@pytest.mark.parametrize(
    ("begun", "moved"),
    [({1}, [0, 1, 2, 3]), ({2}, [0, 0, 1, 2]), ({1, 2}, [0, 1, 2, 3]), ({0}, [0, 1, 1, 2])],
)
def test_a_note_stays_and_so_does_what_follows_it(begun: set[int], moved: list[int]) -> None:
    """What stands behind a note is none of its lines unless it was found to be."""
    assert settle(split_units(f"{WRAPPED}2 Of Seas.\n3 Of Lakes.\n\nAnother one."), begun)[1] == moved


@settings(deadline=None, max_examples=100)
@given(text=debris(), begun=st.sets(st.integers(0, 30)))
def test_settling_loses_no_line_and_keeps_the_order(text: str, begun: set[int]) -> None:
    units = split_units(text)
    settled, moved = settle(units, begun)
    assert [line for unit in settled for line in unit.lines] == [line for unit in units for line in unit.lines]
    assert all(settled[at].span.contains(unit.span) for unit, at in zip(units, moved, strict=True))
    assert moved == sorted(moved)
