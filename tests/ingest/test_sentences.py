"""Sentences cover the text, and end where a person would end them."""

from __future__ import annotations

import pytest
from documents import debris
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.sentences import split_sentences


@settings(deadline=None, max_examples=150)
@given(text=debris() | st.text(alphabet=' .!?…。”")a1A\n', max_size=40))
def test_sentences_cover_everything_but_the_blanks_between_them(text: str) -> None:
    place = 0
    for start, end in split_sentences(text):
        assert not text[place:start].strip()
        assert text[start:end] == text[start:end].strip() != ""
        place = end
    assert not text[place:].strip()


@pytest.mark.parametrize(
    "sentences",
    [
        ["Trade grew.", "It grew fast!", "Did it?", "Yes…", "It did."],
        ['He said: "It is over."', "Then he left.", "(Nobody followed.)", "Why?!"],
        ["The U.S. economy and Mr. Li of Fudan Univ. Press, ca. 1990, met Dr. A. B. Smith on Sept. 5, see No. 7."],
        ["Troops left the U.S.", "The war went on."],
        ["It rose by 3.5 percent.", "2021 was a good year."],
        ["1. Russia and China should trade.", "They do."],
        ["They have 12.", "One is enough."],
        ["He waited ... and waited.", "“So.”", "— And then?"],
        ["这是一个句子。", "这是另一个！”", "OK."],
    ],
)
def test_sentences_end_where_a_person_would_end_them(sentences: list[str]) -> None:
    text = " ".join(sentences)
    assert [text[start:end] for start, end in split_sentences(text)] == sentences


def test_a_full_width_stop_needs_no_blank() -> None:
    assert split_sentences("第一。第二。") == [(0, 3), (3, 6)]


@pytest.mark.parametrize("text", ["", " \n "])
def test_blanks_hold_no_sentence(text: str) -> None:
    assert split_sentences(text) == []


@pytest.mark.parametrize("unit", [".", ". ", "e.g. A. ", ".) ", "。", "«", "A.B."])
def test_a_long_line_of_stops_is_split_in_linear_time(unit: str) -> None:
    """Quadratic search would take minutes here."""
    text = unit * 100_000
    assert sum(end - start for start, end in split_sentences(text)) > 0
