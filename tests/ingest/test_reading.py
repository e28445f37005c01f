"""Reading text, and the way back from any part of it."""

from __future__ import annotations

import pytest
from documents import debris
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.model import Span
from ingest.reading import Reading, cut, merge_adjacent, read_spans


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("  two\t \xa0words ", "two words"),
        ("one line\r\nof a paragraph", "one line of a paragraph"),
        ("a paragraph\r\n \r\nanother", "a paragraph\nanother"),
        ("a&nbsp; b&nbsp;", "a b"),
        ("&quot;R&amp;D&quot; &lt;&apos;x&apos;&gt; & &copy;", "\"R&D\" <'x'> & &copy;"),
        ("&amp;quot;", "&quot;"),
    ],
)
def test_white_space_and_entities_are_read_as_a_person_reads_them(source: str, text: str) -> None:
    assert read_spans(source, [Span(0, len(source))]) == text


def test_spans_are_joined_by_the_white_space_they_carry() -> None:
    source = "Part-\n\nnership"
    assert read_spans(source, [Span(0, 4), Span(7, 14)]) == "Partnership"
    assert read_spans(source, [Span(0, 4), Span(5, 14)]) == "Part\nnership"


@st.composite
def spans_of_text(draw: st.DrawFn) -> tuple[str, tuple[Span, ...]]:
    text = draw(debris())
    places = st.integers(0, len(text))
    pairs = draw(st.lists(st.tuples(places, places), min_size=1, max_size=6))
    return text, tuple(Span(min(pair), max(pair)) for pair in pairs if pair[0] != pair[1])


@settings(deadline=None, max_examples=150)
@given(given_spans=spans_of_text(), data=st.data())
def test_every_part_of_a_reading_is_found_again(given_spans: tuple[str, tuple[Span, ...]], data: st.DataObject) -> None:
    source, spans = given_spans
    reading = Reading(source, spans)
    if not reading.text:
        return
    start = data.draw(st.integers(0, len(reading.text) - 1))
    end = data.draw(st.integers(start + 1, len(reading.text)))
    part = reading.text[start:end].strip()
    if not part:
        with pytest.raises(ValueError, match="a part must hold text"):
            reading.spans_of(start, end)
        return
    found = reading.spans_of(start, end)
    assert read_spans(source, found) == part
    assert reading.source_position(start + reading.text[start:end].index(part)) == found[0].start
    assert read_spans(source, reading.spans_of(0, len(reading.text))) == reading.text


@settings(deadline=None, max_examples=80)
@given(given_spans=spans_of_text())
def test_the_text_of_the_first_spans_is_where_position_after_says(given_spans: tuple[str, tuple[Span, ...]]) -> None:
    source, spans = given_spans
    reading = Reading(source, spans)
    places = [reading.position_after(count) for count in range(len(spans) + 1)]
    assert places[0] == 0
    assert places[-1] == len(reading.text)
    assert places == sorted(places)


def test_position_after_counts_white_space_between_two_spans_with_the_first() -> None:
    reading = Reading(" one \n\n two &amp; three", (Span(0, 7), Span(7, 12), Span(12, 23)))
    assert reading.text == "one\ntwo & three"
    assert [reading.text[: reading.position_after(count)] for count in range(4)] == [
        "",
        "one\n",
        "one\ntwo ",
        "one\ntwo & three",
    ]


@pytest.mark.parametrize(("start", "end"), [(-1, 2), (2, 2), (0, 99), (3, 4)])
def test_a_part_outside_the_text_or_without_text_has_no_spans(start: int, end: int) -> None:
    with pytest.raises(ValueError, match=rf"inside 0\.\.7, got {start}\.\.{end}"):
        Reading("two words", (Span(0, 3), Span(3, 4), Span(6, 9))).spans_of(start, end)


def test_holes_are_cut_out_of_a_span_even_if_they_overlap() -> None:
    assert cut(Span(10, 20), [Span(0, 11), Span(12, 14), Span(13, 15), Span(19, 30)]) == [Span(11, 12), Span(15, 19)]
    assert cut(Span(10, 20), [Span(0, 10), Span(20, 21)]) == [Span(10, 20)]
    assert cut(Span(10, 20), [Span(5, 25)]) == []


def test_adjacent_spans_are_merged_and_order_is_kept() -> None:
    spans = [Span(5, 6), Span(6, 8), Span(0, 2), Span(3, 4)]
    assert merge_adjacent(spans) == (Span(5, 8), Span(0, 2), Span(3, 4))
