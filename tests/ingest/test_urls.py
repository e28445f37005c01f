"""Web addresses in notes: blanks and line ends inside them are mended, and prose behind them is not swallowed."""

from __future__ import annotations

import pytest
from documents import debris, ingested
from hypothesis import given, settings
from hypothesis import strategies as st
from templates import assert_linked

from ingest.model import Span
from ingest.urls import ends_torn, find_urls, is_url_piece, url_gaps, url_goes_on


def mended(text: str) -> tuple[str, ...]:
    """The addresses of a text without the white space that tears them."""
    for gap in reversed([*url_gaps(text, Span(0, len(text)))]):
        text = text[: gap.start] + text[gap.end :]
    return find_urls(text)


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("URL: https://x.org/a_ b.html", "https://x.org/a_b.html"),
        ("URL: https://x.org/a_b c_d.html", "https://x.org/a_bc_d.html"),
        ("URL: https://x.org/a?q= 1&r=2", "https://x.org/a?q=1&r=2"),
        ("URL: https://x.org/a? page=2", "https://x.org/a?page=2"),
        ("URL: https://x.org/ a/b/c", "https://x.org/a/b/c"),
        ("URL: https://x.org/a/ 2019/05/well-known", "https://x.org/a/2019/05/well-known"),
        ("URL: https://x.org/a~ b.php", "https://x.org/a~b.php"),
        ("URL: https://x.org/a/\nb-c-d.html", "https://x.org/a/b-c-d.html"),
        ("URL: www.x.org/a_\r\nb", "www.x.org/a_b"),
        (
            "URL: https://x.org/news/\n2022/05/12/title-of-it.html. And more.",
            "https://x.org/news/2022/05/12/title-of-it.html",
        ),
        ("URL: https://x.org/one- two\n-three_four.html", "https://x.org/one-two-three_four.html"),
    ],
)
def test_blanks_inside_an_address_are_mended(text: str, address: str) -> None:
    assert mended(text) == (address,)


@pytest.mark.parametrize("gap", [" ", "\n", "\r\n", " \n "])
def test_a_hyphen_at_the_end_of_a_line_stays_in_the_address(gap: str) -> None:
    assert mended(f"URL: https://x.org/well-{gap}known-title") == ("https://x.org/well-known-title",)


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("https://x.org/a and others", "https://x.org/a"),
        ("https://x.org/a\nand others", "https://x.org/a"),
        ("https://x.org/a-b well-known", "https://x.org/a-b"),
        ("https://x.org/a/ well-known facts", "https://x.org/a/"),
        ("https://x.org/a/ see also", "https://x.org/a/"),
        ("https://x.org/a/b (visited in 2020)", "https://x.org/a/b"),
        ("https://x.org/a, p_7/b.html", "https://x.org/a"),
        ("https://x.org/a; b=c&d=e", "https://x.org/a"),
        ("https://x.org/a. Next_one/b-c.html", "https://x.org/a"),
        ("https://x.org/a= B", "https://x.org/a="),
        ("https://x.org/a_\n\nb", "https://x.org/a_"),
    ],
)
def test_prose_behind_an_address_is_no_part_of_it(text: str, address: str) -> None:
    assert mended(text) == (address,)


def test_addresses_that_follow_each_other_are_kept_apart() -> None:
    assert mended("https://x.org/a https://y.org/b= www.z.org/c") == (
        "https://x.org/a",
        "https://y.org/b=",
        "www.z.org/c",
    )


@pytest.mark.parametrize("after", [".", ",", ";", ":", ")", "]", "}", '"', "”", "»", ").", '."', "’”)"])
def test_what_closes_a_sentence_is_no_part_of_an_address(after: str) -> None:
    assert find_urls(f"(see https://x.org/a{after} And more") == ("https://x.org/a",)


def test_addresses_are_read_in_any_case_and_other_schemes_are_none() -> None:
    assert find_urls("HTTPS://X.org/a, ftp://c.org, WWW.x.org, awww.x.org") == ("HTTPS://X.org/a", "WWW.x.org")


@settings(deadline=None, max_examples=200)
@given(
    text=debris()
    | st.lists(st.sampled_from(["https://x.org/a", "_", "-", " ", "\n", "b=c", "And", ".", "/"])).map("".join)
)
def test_only_white_space_is_ever_taken_out_of_an_address(text: str) -> None:
    place = 0
    for gap in sorted({*url_gaps(text, Span(0, len(text)))}):
        assert gap.start >= place
        assert text[slice(*gap)].isspace()
        place = gap.end


# --- pieces ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["b/c_d.html", "/well-known", "title-of-the-page.html", "ab=cd&e", "id=1234567"])
def test_a_line_that_is_a_piece_of_an_address_is_known(text: str) -> None:
    assert is_url_piece(text)


@pytest.mark.parametrize(
    "text", ["and", "b=c", "A/b/c/d/e", "https://x.org/a", "well known-word", "1234567", "rivers."]
)
def test_what_is_no_piece_of_an_address_is_not_taken_for_one(text: str) -> None:
    assert not is_url_piece(text)


@pytest.mark.parametrize(
    ("text", "torn"),
    [
        *((f"TASS. https://x.org/a{last}", 1.0) for last in "_=-&?%~+#"),
        ("TASS. https://x.org/a.", 0.5),
        ("TASS. https://x.org/a/", 0.25),
        ("TASS. https://x.org/a", 0.0),
        ("https://x.org/a. More_", 0.0),
        ("", 0.0),
        (" ", 0.0),
    ],
)
def test_how_surely_an_address_is_torn_is_told_by_its_last_sign(text: str, torn: float) -> None:
    assert ends_torn(text) == torn


@pytest.mark.parametrize(
    ("one", "two", "same"),
    [
        ("See https://x.org/a_", "b.html", True),
        ("See https://x.org/a", "b_c/d-e.html", True),
        ("See https://x.org/a", "and others", False),
        ("See the end_", "b.html", False),
        ("", "b.html", False),
    ],
)
def test_an_address_goes_on_where_the_next_paragraph_starts(one: str, two: str, same: bool) -> None:
    source = one + two
    assert url_goes_on(source, Span(0, len(one)), Span(len(one), len(source))) is same


# --- in notes ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("printed", "clean"),
    [
        ("https://x.org/a_ b.html", "https://x.org/a_b.html"),
        ("https://x.org/news-\n2022/b_c.html", "https://x.org/news-2022/b_c.html"),
        ("https://x.org/a/b.html", "https://x.org/a/b.html"),
    ],
)
def test_a_note_gives_its_address_as_printed_and_clean(printed: str, clean: str) -> None:
    [note] = ingested(f"They carry silt.¹ They do.\n\n¹ Annals. URL: {printed}. Visited twice.").footnotes
    assert (note.urls, note.printed_urls) == ((clean,), (printed,))
    assert note.text == f"Annals. URL: {clean}. Visited twice."


@pytest.mark.parametrize("between", ["\n\n", "\n\n12 Annals 2022\n\n"], ids=["paragraph", "furniture"])
def test_an_address_that_paragraphs_tear_is_one_again(between: str) -> None:
    source = f"One.¹ Two.²\n\n¹ Of Rivers. URL: https://example.org/a_{between}b/c_d.html\n\n² Of Seas, p. 9."
    one, two = ingested(source).footnotes
    assert one.urls == ("https://example.org/a_b/c_d.html",)
    assert one.printed_urls[0].startswith("https://example.org/a_")
    assert two.text == "Of Seas, p. 9."


def test_a_piece_of_an_address_goes_to_the_note_whose_address_is_torn() -> None:
    source = (
        "One.¹ Two.²\n\n¹ Of Rivers. URL: https://example.org/a_\n\n"
        "² Of Seas. URL: https://example.org/z\n\nb/c_d.html\n\nAnd more of it."
    )
    one, two = ingested(source).footnotes
    assert one.urls == ("https://example.org/a_b/c_d.html",)
    assert two.urls == ("https://example.org/z",)


@pytest.mark.parametrize("last", "_.")
def test_a_piece_that_two_torn_addresses_claim_goes_to_neither(last: str) -> None:
    source = (
        f"One.¹ Two.²\n\n¹ Of Rivers. URL: https://example.org/a{last}\n\n12 Annals 2022\n\nb/c_d.html\n\n"
        f"² Of Seas. URL: https://example.org/z{last}\n\nAnd more of it."
    )
    one, two = ingested(source).footnotes
    assert (one.text, two.text) == (
        f"Of Rivers. URL: https://example.org/a{last}",
        f"Of Seas. URL: https://example.org/z{last}",
    )


def test_a_line_with_an_address_goes_with_the_note_it_stands_behind() -> None:
    assert_linked(
        "One.⟦1|¹⟧ Two.⟦2|²⟧\n\n¹ ⟦=1|Annals of Rivers.⟧\n\n⟦=1|URL: https://example.org/1⟧\n\n² ⟦=2|Of Seas, p. 7.⟧"
    )


def test_an_address_in_front_of_its_note_goes_with_the_notes_it_stands_among() -> None:
    source = "One river.¹ They go on and\n\nhttps://example.org/a\n\n¹ Of Rivers.\n\ncome again."
    [note] = ingested(source).footnotes
    assert note.text == "Of Rivers."
