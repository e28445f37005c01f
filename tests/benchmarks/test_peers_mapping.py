"""A text that was found is led back to where it stands, whatever was done to it, or is said to be lost."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from benchmarks.peers.mapping import Located, Places, letters
from benchmarks.peers.protocol import Piece
from ingest.model import Span

TEXT = (
    "Contents: Trade\n\nTrade\n\nChina bought 20,000 tonnes &quot;of beef&quot;.\n\n"
    "4 Report 78\n\nTrade went on in spring.\n"
)


def _locate(*pieces: Piece, text: str = TEXT) -> list[Located]:
    return Places({"d": text}).locate(pieces)


def _read(located: Located, text: str = TEXT) -> list[str]:
    return [text[start:end] for start, end in located.spans]


def test_a_stated_place_is_believed_where_the_text_stands_there() -> None:
    second = TEXT.index("Trade\n\nChina")
    [right] = _locate(Piece.at("d", "Trade", second))
    assert right.spans == (Span(second, second + 5),)
    [wrong] = _locate(Piece.at("d", "Trade", 3))
    assert wrong.spans == (Span(10, 15),)


def test_several_stated_spans_are_believed_together() -> None:
    """An entity that is cut in two by what stands between the spans is still one."""
    text = "^{7 &}quot;Beef&quot; rose."
    spans = ((4, 5), (6, len(text)))
    [found] = _locate(Piece("d", '"Beef" rose.', spans), text=text)
    assert found.spans == tuple(Span(*span) for span in spans)
    assert found.mapped == found.letters


def test_repeated_texts_are_taken_in_their_order() -> None:
    found = _locate(*[Piece("d", "Trade")] * 4)
    places = [one.spans[0].start for one in found]
    first, second, third = 10, TEXT.index("Trade\n\nChina"), TEXT.index("Trade went")
    assert places == [first, second, third, third]


def test_white_space_marks_and_entities_may_have_changed() -> None:
    [found] = _locate(Piece("d", '- China  bought\n20,000 **tonnes** "of beef"'))
    assert _read(found) == ["China bought 20,000 tonnes &quot;of beef"]
    assert found.mapped == found.letters == len("Chinabought20000tonnesofbeef")


def test_parts_are_mapped_one_by_one_where_the_whole_is_not_met() -> None:
    """The heading that was put before is short, and does not stand where the sentence does; a link is printed twice."""
    text = f"{TEXT}Source: www.example.org/trade/2021.html, seen in May.\n"
    link = "[www.example.org/trade/2021.html](www.example.org/trade/2021.html)"
    [found] = _locate(
        Piece("d", f"Prices\nChina bought 20,000 tonnes of beef.\nSource: {link}, seen in May."), text=text
    )
    assert _read(found, text) == [
        "China bought 20,000 tonnes &quot;of beef",
        "Source: www.example.org/trade/2021.html",
        "www.example.org/trade/2021.html, seen in May",
    ]
    assert found.letters - found.mapped == len("Prices")


def test_a_text_that_stands_nowhere_is_lost() -> None:
    [found] = _locate(Piece("d", "Zinc was never mentioned by anybody."))
    assert (found.spans, found.mapped) == ((), 0)


def test_nothing_to_look_for_is_no_error() -> None:
    [found] = _locate(Piece("d", " – "))
    assert (found.letters, found.mapped) == (0, 0)


@given(st.text(alphabet="ab &q;\n\u00b9é_", min_size=1, max_size=40), st.data())
def test_every_slice_is_found_with_all_of_its_letters(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    [found] = _locate(Piece("d", text[start:end]), text=text)
    assert found.mapped == found.letters
    assert letters("".join(_read(found, text)))[0] == letters(text[start:end])[0]
