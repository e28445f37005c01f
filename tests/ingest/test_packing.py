"""Sentences are packed into parts of like size that never exceed the limit."""

from __future__ import annotations

from documents import count_tokens, debris
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.packing import pack, sentences_of


def packed(text: str, max_tokens: int) -> list[str]:
    sentences = sentences_of(text, 0, len(text), count_tokens, max_tokens)
    return [text[p[0].start : p[-1].end] for p in pack(text, [sentences], count_tokens, max_tokens)]


@settings(deadline=None, max_examples=80)
@given(text=debris(), max_tokens=st.integers(1, 20))
def test_parts_hold_the_whole_text_within_the_limit(text: str, max_tokens: int) -> None:
    parts = packed(text, max_tokens)
    assert "".join("".join(parts).split()) == "".join(text.split())
    assert all(count_tokens(part) <= max_tokens for part in parts)


def test_a_sentence_over_the_limit_is_cut_at_the_best_break_near_its_middle() -> None:
    assert packed("one two, three; four five six", 5) == ["one two, three;", "four five six"]
    assert packed("one two, three four five", 4) == ["one two,", "three four five"]
    assert packed("one two three four five six", 4) == ["one two three", "four five six"]
    assert packed("-----", 3) == ["--", "---"]


def test_a_long_paragraph_is_cut_into_like_parts() -> None:
    parts = packed("One two three four. " * 6, 20)
    assert [count_tokens(part) for part in parts] == [15, 15]


def test_short_paragraphs_share_a_part() -> None:
    text = "One two. Three four. Five six."
    paragraphs = [sentences_of(text, start, end, count_tokens, 6) for start, end in ((0, 8), (9, 20), (21, 30))]
    assert [len(part) for part in pack(text, paragraphs, count_tokens, 6)] == [2, 1]


def test_a_part_that_has_more_tokens_than_its_sentences_is_halved() -> None:
    def count_blanks_too(text: str) -> int:
        return count_tokens(text) + text.count(" ") * 3

    text = "Aa. Bb. Cc. Dd."
    sentences = sentences_of(text, 0, len(text), count_blanks_too, 8)
    parts = pack(text, [sentences], count_blanks_too, 8)
    assert [text[p[0].start : p[-1].end] for p in parts] == ["Aa. Bb.", "Cc. Dd."]
