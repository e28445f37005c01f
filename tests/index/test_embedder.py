"""What is embedded of a passage: what places it and its reading text, never more than the model reads."""

from __future__ import annotations

from dataclasses import replace

import pytest
from fakes import HashEmbedder, ingested_document
from hypothesis import given
from hypothesis import strategies as st

from index.embedder import index_text, token_counter

PASSAGE = replace(
    ingested_document("one", "The tariff was raised.").passages[0],
    section=("Trade", "Duties"),
    context="Prices went up.",
)
COUNT = token_counter(HashEmbedder())


@pytest.mark.parametrize(
    ("window", "expected"),
    [
        (254, "A Report > Trade > Duties > Prices went up. > The tariff was raised."),
        (17, "A Report > Trade > Duties > Prices went up. > The tariff was raised."),
        (16, "Trade > Duties > Prices went up. > The tariff was raised."),
        (13, "Duties > Prices went up. > The tariff was raised."),
        (11, "Prices went up. > The tariff was raised."),
        (9, "The tariff was raised."),
        (5, "The tariff was raised."),
    ],
)
def test_what_places_a_passage_is_left_out_from_the_outermost(window: int, expected: str) -> None:
    text = index_text("A Report", PASSAGE, HashEmbedder(window))
    assert text.text == expected
    assert text.text[text.offset :] == PASSAGE.text


def test_parts_that_are_empty_leave_no_mark() -> None:
    assert index_text("", replace(PASSAGE, section=(), context=""), HashEmbedder()).text == PASSAGE.text
    assert index_text("T", replace(PASSAGE, section=()), HashEmbedder()).text == f"T > Prices went up. > {PASSAGE.text}"


def test_a_passage_longer_than_the_window_is_refused() -> None:
    with pytest.raises(ValueError, match=rf"{PASSAGE.id} is longer than the 4 tokens"):
        index_text("A Report", PASSAGE, HashEmbedder(4))


PARTS = st.text(alphabet="ab .>-é", max_size=12)


@given(title=PARTS, section=st.lists(PARTS, max_size=3).map(tuple), context=PARTS, window=st.integers(5, 30))
def test_the_model_reads_all_of_the_reading_text(
    title: str, section: tuple[str, ...], context: str, window: int
) -> None:
    """As much of what places it as has room, from the inside out; never more than the window."""
    passage = replace(PASSAGE, section=section, context=context)
    text = index_text(title, passage, HashEmbedder(window))
    assert text.text[text.offset :] == passage.text
    assert COUNT(text.text) <= window
    whole = "".join(part + " > " for part in (title, *section, context) if part) + passage.text
    assert whole.endswith(text.text)
    if text.text != whole:
        one_more = [part + " > " for part in (title, *section, context) if part]
        kept = next(i for i in range(len(one_more) + 1) if "".join(one_more[i:]) + passage.text == text.text)
        assert COUNT(one_more[kept - 1] + text.text) > window


def test_the_fake_is_an_embedder_like_the_real_one() -> None:
    embedder = HashEmbedder(window=3)
    cut, whole = embedder.embed(["one two three four", "one two three"])
    assert (cut.vector == whole.vector).all()
    assert embedder.embedded == 2
