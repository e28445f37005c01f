"""Junk inside paragraphs goes only where it is plainly junk."""

from __future__ import annotations

import pytest
from documents import ingested

from ingest.junk import find_junk
from ingest.model import BlockKind
from ingest.units import split_units

ADDRESS = "URL: https://example.org/reports/2021/the-annual-report-of-the-mills-and-rivers-"
SECOND = "URL: nttps://example.org/reports/2021/the-annual-report-of-tne-mills-and-rivers"


def junk(source: str) -> list[str]:
    lines = [line for unit in split_units(source) for line in unit.lines]
    return [source[slice(*part)] for part in find_junk(source, lines)]


def texts(source: str) -> list[str]:
    return [unit.text(source) for unit in split_units(source)]


def test_a_phrase_repeated_without_sense_behind_an_address_is_junk() -> None:
    assert texts("¹ A note. URL: https://example.org/a-b c-d.html. by the old mill by the old mill") == [
        "¹ A note. URL: https://example.org/a-b c-d.html.",
        "by the old mill by the old mill",
    ]


@pytest.mark.parametrize(
    "line",
    [
        "They sang: over the hills and far away over the hills and far away",
        "See https://example.org/a for the mill and the river and the mill",
        "See https://example.org/a (for the old mill for the old mill)",
        "row the boat row the boat row the boat row the boat",
    ],
)
def test_words_that_repeat_elsewhere_stay(line: str) -> None:
    assert junk(line) == []


def test_a_second_bad_reading_of_an_address_goes_and_what_follows_it_stays() -> None:
    source = f"¹ A note.\n{ADDRESS}\n\n{SECOND}and-lakes/\n\nMore text."
    assert texts(source) == ["¹ A note.", ADDRESS, SECOND, "and-lakes/", "More text."]


def test_a_note_goes_on_behind_the_junk_inside_it() -> None:
    result = ingested(f"Mills are old.¹ More of it.\n\n¹ A note. {ADDRESS}\n\n{SECOND}and-lakes/\n\nMore text.")
    [note] = result.footnotes
    assert note.text == f"A note. {ADDRESS}and-lakes/"
    furniture = [block for block in result.blocks if block.kind is BlockKind.FURNITURE]
    assert [result.document.text[slice(*block.content)] for block in furniture] == [SECOND]


def test_of_two_readings_of_a_line_the_damaged_one_goes() -> None:
    good = "The mills of the upper valley were built by settlers of the north"
    bad = "The mills of the upper va1ley were bui1t by settlers of the north"
    rest = "The valley has mills. They were built of stone; the mills stand."
    assert junk(f"{rest}\n\n{good}\n\n{bad}") == []  # digits differ
    bad = "The mills of the upper vaiiey were buiit by settlers of the north"
    assert junk(f"{rest}\n\n{good}\n\n{bad}\n\n{rest} The upper valley.") == [bad]
    assert junk(f"{rest}\n\n{bad}\n\n{good}\n\n{rest} The upper valley.") == [bad]


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("The first article of this law holds for rivers.", "The first article of this law holds for ravines."),
        ("URL: https://example.org/reports/2021/part-one", "URL: https://example.org/reports/2021/part-two"),
        ("URL: https://example.org/reports/2021/the-mills", "URL: https://example.net/reports/2021/the-mills"),
        ("The same line of text stands here two times over.", "The same line of text stands here two times over."),
        ("In 1823 the mill at the river was built of stone.", "In 1824 the mill at the river was built of stone."),
    ],
)
def test_lines_that_are_like_each_other_stay(one: str, two: str) -> None:
    assert junk(f"{one}\n\n{two}\n\nRivers and ravines.") == []


def test_junk_is_found_in_linear_time() -> None:
    """Comparing every pair of like lines at length would take minutes here."""
    lines = [f"The mill number {n} of the upper valley was built by the settlers" for n in range(50_000)]
    assert junk("\n".join(lines)) == []
