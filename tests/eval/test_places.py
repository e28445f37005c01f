"""A quote is found as it is, as a person copies it from a page or a PDF, and as it is read across pages."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pages import PAGES

from eval.measures import COVERED, Shown, share
from eval.places import UNREAD, Places, stretches
from eval.questions import Evidence
from ingest.model import Span
from ingest.reading import read_spans

PLACES = Places("rivers", PAGES)


def slices(quote: str) -> list[list[str]]:
    return [[PAGES[slice(*span)] for span in place.spans] for place in PLACES.read(quote)]


def test_a_quote_as_it_is_has_that_span() -> None:
    quote = "The ferry of Southgate sails twice a day."
    assert [place.spans for place in PLACES.exact(quote)] == [((PAGES.index(quote), PAGES.index(quote) + len(quote)),)]


@pytest.mark.parametrize(
    ("quote", "found"),
    [
        # as a PDF gives it, with the number of the note
        ("towards the delta every spring.1 The farmers", ["towards the delta every spring.¹ The farmers"]),
        # as it is read, without
        ("towards the delta every spring. The farmers", ["towards the delta every spring.¹ The farmers"]),
        # across the page, where notes and a running head stand between the halves of a word
        (
            "the Canal Partnership share the harvest",
            ["the Canal Part", "nership share the harvest"],
        ),
        ("the Canal Part- nership share the harvest", ["the Canal Part", "nership share the harvest"]),
        ("… share the harvest, which weighed …", ["share the harvest, which weighed"]),
        # in a note, with other quotation marks
        ("Ada Marsh, “On Silt,” River Press", ['Ada Marsh, "On Silt," River Press']),
        # a row as the page shows it, and as Ibid reads it
        ("Merrow 9 31", ["Merrow | 9 | 31"]),
        ("Village Merrow Mills 9 Staff 31", ["Village | Mills | Staff", "Merrow | 9 | 31"]),
    ],
)
def test_what_a_person_copies_is_found_in_the_source(quote: str, found: list[str]) -> None:
    assert slices(quote) == [found]


@pytest.mark.parametrize("quote", ["400 tonnes", "5,300 tonnes", "The ferries of Southgate", "erry of Southgate", "—"])
def test_what_does_not_stand_there_is_not_found(quote: str) -> None:
    assert PLACES.exact(quote) == PLACES.read(quote) == []


def test_inside_a_word_is_found_only_where_that_is_wanted_and_inside_a_number_never() -> None:
    assert PLACES.exact("erry of South") == []
    assert len(PLACES.exact("erry of South", inside_words=True)) == 1
    assert PLACES.exact("400 tonnes", inside_words=True) == []


def test_each_of_several_places_is_found_once() -> None:
    starts = [match.start() for match in re.finditer("Nobody keeps the dam", PAGES)]
    for places in (PLACES.exact("Nobody keeps the dam"), PLACES.read("nobody keeps  the dam")):
        assert [place.hull.start for place in places] == starts


def test_pages_are_those_that_are_printed() -> None:
    [across] = PLACES.read("the Canal Partnership share the harvest")
    [ferry] = PLACES.exact("It carries mail and oranges.")
    assert PLACES.pages(across) == (1, 2)
    assert PLACES.pages(ferry) == (2, 2)


def test_the_nearest_stretch_shares_most_words() -> None:
    found = PLACES.nearest("The ferry of Northgate sails twice a day.")
    assert found is not None
    assert found[0] == 7 / 8
    assert PAGES[slice(*found[1].hull)] == "The ferry of Southgate sails twice a day"
    assert PLACES.nearest("Zebras cross streets at noon") is None


def test_stretches_leave_out_what_would_not_be_shown() -> None:
    text = "A rather long sentence with a marker12 in the midst of it. " + "A whole note stands here. " + "It goes on."
    marker, note = text.index("12"), text.index("A whole note")
    spans = [Span(0, marker), Span(marker + 2, note), Span(text.index("It goes"), len(text))]
    found = stretches(text, spans)
    assert found == (Span(0, note - 1), Span(text.index("It goes"), len(text)))
    for span in found:  # whoever is shown what was read is shown enough of each
        assert share(Evidence("d", span, text[slice(*span)]), [Shown("d", tuple(spans), 0)]) >= 1 - UNREAD >= COVERED


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_any_words_of_the_source_are_found_where_they_stand_however_they_are_spaced(data: st.DataObject) -> None:
    words = list(re.finditer(r"\S+", PAGES))
    first = data.draw(st.integers(0, len(words) - 1))
    last = data.draw(st.integers(first, min(len(words) - 1, first + 25)))
    blank = data.draw(st.sampled_from([" ", "\n", "\t ", "\u00a0"]))
    start, end = words[first].start(), words[last].end()
    quote = blank.join(word.group() for word in words[first : last + 1])
    if not any(map(str.isalnum, quote)):
        return
    letters = [place for place in range(start, end) if PAGES[place].isalnum()]
    places = PLACES.read(quote)
    assert any(
        sum(any(low <= place < high for low, high in found.spans) for place in letters) == len(letters)
        for found in places
    )


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_whatever_is_read_of_a_passage_is_found(data: st.DataObject) -> None:
    passage = data.draw(st.sampled_from(PLACES._ingested.passages))
    text = read_spans(PAGES, passage.spans)
    words = list(re.finditer(r"\S+", text))
    first = data.draw(st.integers(0, len(words) - 1))
    last = data.draw(st.integers(first, min(len(words) - 1, first + 20)))
    quote = text[words[first].start() : words[last].end()]
    if any(map(str.isalnum, quote)):
        assert PLACES.read(quote)
