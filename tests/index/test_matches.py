"""Why a passage was found: where the words of the question are met."""

from __future__ import annotations

import numpy as np
import pytest
from fakes import HashEmbedder
from hypothesis import given
from hypothesis import strategies as st

from index.matches import MEANT, Match, Matcher
from index.question import Question, Word, weigh, words_of
from index.stems import english

EMBEDDER = HashEmbedder()


def question(text: str, rarity: dict[str, float] | None = None) -> Question:
    embedded = EMBEDDER.embed([text])[0]
    words = [Word(word, (rarity or {}).get(word, 1.0)) for _, word in words_of(text)]
    starts = [start for start, _ in EMBEDDER.token_offsets(text)]
    weights, word_of = weigh(text, [word.rarity for word in words], starts)
    return Question(text, text, embedded.vector, embedded.tokens, weights, tuple(words), word_of)


def found(asked: Question, text: str) -> tuple[Match, ...]:
    tokens = EMBEDDER.embed([text])[0].tokens
    places = np.array([start for start, _ in EMBEDDER.token_offsets(text)], dtype=np.int64)
    return Matcher(asked, english()).matches(text, places, tokens @ asked.tokens.T)


def test_each_word_is_shown_where_it_stands_with_its_share_of_the_question() -> None:
    matches = found(
        question("When was copper dear?", {"copper": 2.0, "dear": 1.0, "When": 0.5, "was": 0.5}), "Copper was dear."
    )
    assert [(m.word, m.start, m.end, m.exact) for m in matches] == [("copper", 0, 6, True), ("dear", 11, 15, True)]
    assert [m.weight for m in matches] == [0.5, 0.25]
    assert [m.cosine for m in matches] == pytest.approx([1, 1])


def test_endings_aside_a_word_is_the_same_and_every_place_of_it_is_shown() -> None:
    matches = found(question("tariff"), "Tariffs were raised. A tariff hurts; tariffs do.")
    assert [(m.start, m.end) for m in matches] == [(0, 7), (23, 29), (37, 44)]
    assert all(m.exact for m in matches)
    assert matches[0].cosine < 0.5 < matches[1].cosine  # the fake model knows no endings


def test_a_word_near_in_meaning_is_shown_once_where_it_is_nearest() -> None:
    asked = question("vessel")
    text = "A ship met a boat."
    places = np.array([2, 7, 13])
    cosines = np.array([[MEANT + 0.2], [0.1], [MEANT + 0.1]], dtype=np.float32)
    [match] = Matcher(asked, english()).matches(text, places, cosines)
    assert (text[match.start : match.end], match.exact) == ("ship", False)
    assert match.cosine == pytest.approx(MEANT + 0.2, abs=1e-4)
    assert Matcher(asked, english()).matches(text, places, cosines - 0.21) == ()


def test_another_number_is_never_meant() -> None:
    assert Matcher(question("2021"), english()).matches("In 2022.", np.array([0, 3]), np.ones((2, 1), np.float32)) == ()


def test_the_pieces_of_a_word_are_taken_together() -> None:
    """Two pieces a word on both sides: each takes its best, .9 and .5; the other word of the text gives .6 and .4."""
    asked = question("x y")
    asked = Question("xy", "xy", asked.vector, asked.tokens, asked.weights, (Word("xy", 1.0),), np.array([0, 0]))
    cosines = np.array([[0.9, 0.1], [0.2, 0.5], [0.6, 0.4]], dtype=np.float32)
    [match] = Matcher(asked, english()).matches("abcd efgh", np.array([0, 2, 5]), cosines)
    assert (match.start, match.end, match.cosine) == (0, 4, pytest.approx(0.7))


def test_tokens_before_the_reading_text_are_no_places_in_it() -> None:
    asked = question("copper")
    assert Matcher(asked, english()).matches("Tin fell.", np.array([-9]), np.ones((1, 1), dtype=np.float32)) == ()


@pytest.mark.parametrize("text", ["", "…", "A tin."])
def test_without_a_common_word_nothing_is_shown(text: str) -> None:
    assert found(question("copper"), text) == ()


@pytest.mark.parametrize("asked", ["?!", "what is it", ""])
def test_a_question_without_words_to_look_for_is_met_nowhere(asked: str) -> None:
    matcher = Matcher(question(asked), english())
    assert matcher.matches("What is it?", np.zeros(0, np.int64), np.zeros((0, 9), np.float32)) == ()


def test_words_that_the_stemmer_cuts_or_leaves_out_shift_no_other() -> None:
    long = "x" * 50
    matches = found(question(f"copper {long}"), f"{long} tin copper")
    assert [(m.word, m.start) for m in matches if m.exact] == [("copper", 55)]


@given(st.text(max_size=40), st.text(max_size=80))
def test_places_are_words_of_the_text_in_order(asked: str, text: str) -> None:
    matches = found(question(asked), text)
    assert [m.start for m in matches] == sorted(m.start for m in matches)
    for match in matches:
        assert 0 <= match.start < match.end <= len(text)
        assert text[match.start : match.end].strip() == text[match.start : match.end]
        assert 0 <= match.weight <= 1
        assert 0 <= match.cosine <= 1
