"""Units: every character that is not white space is in exactly one, and paragraphs are told apart."""

from __future__ import annotations

import pytest
from documents import debris
from hypothesis import given, settings

from ingest.units import split_units


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
