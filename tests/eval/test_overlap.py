"""What was wanted is found in what was shown, and the other way round, from a record alone."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from eval.overlap import met, wanted
from eval.questions import Evidence
from eval.system import Quote
from ingest.model import Span
from ingest.reading import read_spans

#         0         1         2         3         4         5         6
SOURCE = "Rice is sent by boat.  Rice is\n\n7 A note.\n\nsent by rail &amp; road. The end."


def evidence(start: int, end: int, document_id: str = "d") -> Evidence:
    return Evidence(document_id, Span(start, end), SOURCE[start:end])


def quote(*spans: tuple[int, int], document_id: str = "d") -> Quote:
    found = tuple(Span(*span) for span in spans)
    return Quote(document_id, found, read_spans(SOURCE, found), True)


def texts(text: str, places: list[Span]) -> list[str]:
    return [text[start:end] for start, end in places]


def test_the_parts_of_the_evidence_that_were_shown_are_slices_of_its_quote() -> None:
    whole = evidence(23, 66)
    shown = quote((0, 31), (43, 55))
    assert texts(whole.quote, met(whole, [shown])) == ["Rice is\n", "sent by rail"]
    assert met(whole, [quote((0, 21)), quote((23, 66), document_id="other")]) == []


def test_the_parts_of_a_text_that_are_evidence_are_read_as_the_text_is() -> None:
    shown = quote((0, 31), (43, 68))
    assert shown.text == "Rice is sent by boat. Rice is sent by rail & road."
    assert texts(shown.text, wanted(shown, [evidence(23, 66)])) == ["Rice is", "sent by rail & road"]
    assert wanted(shown, [evidence(23, 66, "other")]) == []


def test_of_words_that_come_twice_those_are_meant_that_the_evidence_is() -> None:
    shown = quote((0, 31))
    assert wanted(shown, [evidence(0, 7)]) == [Span(0, 7)]
    assert wanted(shown, [evidence(23, 30)]) == [Span(22, 29)]


def test_a_text_that_is_not_what_its_spans_read_has_nothing_marked() -> None:
    assert wanted(Quote("d", (Span(0, 21),), "Something else.", False), [evidence(0, 7)]) == []


@given(st.text("ab \n.", min_size=1, max_size=60), st.data())
def test_marked_is_what_the_source_says_whatever_the_text(source: str, data: st.DataObject) -> None:
    def span(low: int = 0) -> Span:
        start = data.draw(st.integers(low, len(source) - 1))
        return Span(start, data.draw(st.integers(start + 1, len(source))))

    shown, piece = span(), span()
    text = read_spans(source, [shown])
    item = Quote("d", (shown,), text, True)
    [*places] = wanted(item, [Evidence("d", piece, source[slice(*piece)])])
    common = source[max(shown.start, piece.start) : min(shown.end, piece.end)]
    if max(shown.start, piece.start) >= min(shown.end, piece.end) or not common.strip():
        assert places == []
    else:
        [place] = places
        assert text[slice(*place)] == read_spans(common, [Span(0, len(common))])
