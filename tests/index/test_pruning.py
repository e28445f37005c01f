"""Which tokens of a text are kept, and in which groups."""

from __future__ import annotations

import pytest
from fakes import HashEmbedder
from hypothesis import given
from hypothesis import strategies as st

from index.embedder import IndexText
from index.pruning import STOP_WORDS, is_stop_word, kept_tokens

EMBEDDER = HashEmbedder(window=10_000, dim=8)


def groups(text: str, caller: int = 0, offset: int = 0) -> list[list[str]]:
    """Words kept of each group, as they stand in ``text``."""
    placed = [start for start, _ in EMBEDDER.token_offsets(text)]
    kept = kept_tokens(IndexText(text, offset, caller), placed, EMBEDDER.embed([text])[0].tokens)
    ends = [*kept.starts[1:], len(kept.places)]
    words = dict(zip(placed, (text[a:b] for a, b in EMBEDDER.token_offsets(text)), strict=True))
    assert len(kept.vectors) == len(kept.places)
    return [
        [words[place + offset] for place in kept.places[start:end]]
        for start, end in zip(kept.starts, ends, strict=True)
    ]


def test_title_and_sections_come_first_then_the_calling_sentence_then_each_sentence() -> None:
    text = "Ports > Ice > It froze. > Yearbook of ice. Riga, 1931."
    caller, offset = text.index("It froze"), text.index("Yearbook")
    assert groups(text, caller, offset) == [["Ports", "Ice"], ["froze"], ["Yearbook", "ice"], ["Riga", "1931"]]


def test_lines_are_sentences_of_their_own() -> None:
    assert groups("Copper rose\nTin fell") == [["Copper", "rose"], ["Tin", "fell"]]


def test_a_sentence_of_stop_words_alone_has_no_group() -> None:
    assert groups("Copper rose. It did so. Tin fell.") == [["Copper", "rose"], ["so"], ["Tin", "fell"]]
    assert groups("Copper rose. It did. Tin fell.") == [["Copper", "rose"], ["Tin", "fell"]]


@pytest.mark.parametrize("text", ["It is what it is.", "…", "?! * *"])
def test_where_nothing_would_be_left_all_is_kept(text: str) -> None:
    assert [word for group in groups(text) for word in group] == [text[a:b] for a, b in EMBEDDER.token_offsets(text)]


def test_a_title_alone_does_not_keep_a_text_from_being_kept_whole() -> None:
    assert groups("Ports > It is.", 8, 8) == [["Ports", ">"], ["It", "is", "."]]


def test_pieces_of_a_word_are_kept_together() -> None:
    """As of a tokenizer that cuts words: the second piece of "that" starts no stop word, and stays."""
    vectors = EMBEDDER.embed(["a b c d"])[0].tokens
    kept = kept_tokens(IndexText("harbour ice", 0, 0), [0, 4, 8], vectors[:3])
    assert list(kept.places) == [0, 4, 8]


@given(st.text(alphabet="aA thewas.!?\n1é中", max_size=60), st.integers(0, 60), st.integers(0, 60))
def test_what_is_kept_stands_in_the_text_in_order_and_groups_are_whole(text: str, one: int, other: int) -> None:
    caller, offset = sorted((min(one, len(text)), min(other, len(text))))
    placed = [start for start, _ in EMBEDDER.token_offsets(text)]
    kept = kept_tokens(IndexText(text, offset, caller), placed, EMBEDDER.embed([text])[0].tokens)
    assert [place + offset for place in kept.places] == sorted({place + offset for place in kept.places})
    assert {place + offset for place in kept.places} <= set(placed)
    assert list(kept.starts) == sorted(set(kept.starts))
    assert all(0 <= start < len(kept.places) for start in kept.starts)
    assert kept.placing <= len(kept.places)


def test_stop_words_are_in_lower_case_and_say_nothing() -> None:
    assert all(word == word.casefold() for word in STOP_WORDS)
    assert not STOP_WORDS & {"first", "may", "more", "most", "new", "people", "us"}


def test_what_stands_in_capitals_is_a_name() -> None:
    assert groups("The WHO met. Who met in May?") == [["WHO", "met"], ["met", "May"]]
    assert is_stop_word("I")
