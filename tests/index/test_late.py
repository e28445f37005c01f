"""Late interaction, worked by hand."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from index.codec import Coded, TokenText, pack, unpack
from index.late import best_matches, interact, phrases, weighted_mean


def weights(*values: float) -> np.ndarray:  # type: ignore[type-arg]
    return np.array(values, dtype=np.float32)


def texts(*of: tuple[int, Sequence[int], int, int]) -> Coded:
    """Texts of so many tokens, where their groups start, tokens that place them and that call them; any vectors."""
    made = [
        TokenText(
            np.ones((count, 1), np.float32), [*range(-placing - called, 0), *range(count)][:count], starts, placing
        )
        for count, starts, placing, called in of
    ]
    return unpack([pack(one) for one in made], 1)


def cosines(*rows: tuple[float, float]) -> np.ndarray:  # type: ignore[type-arg]
    return np.array(rows, dtype=np.float32).reshape(-1, 2)


def test_a_text_takes_each_tokens_best_and_its_best_sentence_must_have_them_together() -> None:
    """Two sentences of two tokens. All: (3 * .9 + 1 * .8) / 4 = .875; sentences: .9 and .1, .2 and .8: .7, .35."""
    close = interact(texts((4, [0, 2], 0, 0)), cosines((0.9, 0), (0.5, 0.1), (0.2, 0.8), (0, 0)), weights(3, 1), 0.85)
    assert close.late == pytest.approx([0.875])
    assert close.sentence == pytest.approx([0.7])
    assert close.is_called.tolist() == [False]


def test_what_only_places_a_text_counts_less_and_is_no_sentence() -> None:
    """Title 1.0 for the second token counts .85: (3 * .4 + 1 * .85) / 4; the sentence alone (3 * .4 + .2) / 4."""
    close = interact(texts((3, [0, 1], 1, 0)), cosines((0.1, 1.0), (0.4, 0.2), (0.3, 0.1)), weights(3, 1), 0.85)
    assert close.late == pytest.approx([0.5125])
    assert close.sentence == pytest.approx([0.35])


def test_a_text_without_tokens_between_others_takes_none_of_theirs() -> None:
    coded = texts((0, [], 0, 0), (1, [0], 0, 0), (0, [], 0, 0), (1, [0], 0, 0), (0, [], 0, 0))
    close = interact(coded, cosines((0.2, 0.4), (1.0, 0.6)), weights(1, 1), 0.85)
    assert close.late == pytest.approx([0, 0.3, 0, 0.8, 0])
    assert close.sentence == pytest.approx([0, 0.3, 0, 0.8, 0])


def test_a_text_of_nothing_but_its_title_has_no_sentence() -> None:
    close = interact(texts((1, [0], 1, 0)), cosines((1.0, 1.0)), weights(1, 1), 0.5)
    assert (close.late.tolist(), close.sentence.tolist(), close.is_called.tolist()) == ([0.5], [0], [False])


def test_a_note_is_told_that_is_met_best_by_the_sentence_that_calls_it() -> None:
    """One token of title, one of the calling sentence, one of the note; a note that is met itself is not told."""
    coded = texts((3, [0, 1, 2], 1, 1), (3, [0, 1, 2], 1, 1))
    rows = cosines((0.9, 0.9), (0.8, 0.6), (0.1, 0.2), (0.9, 0.9), (0.1, 0.2), (0.8, 0.6))
    close = interact(coded, rows, weights(1, 1), 0.5)
    assert close.is_called.tolist() == [True, False]
    assert close.sentence == pytest.approx([0.7, 0.7])


def test_of_nothing_comes_nothing() -> None:
    assert interact(texts(), cosines(), weights(1, 1), 0.85).late.shape == (0,)
    assert interact(texts((1, [0], 0, 0)), np.zeros((1, 0), np.float32), weights(), 0.85).late.tolist() == [0]
    assert best_matches(cosines()).tolist() == [0, 0]


def test_each_token_of_the_question_takes_its_best_match() -> None:
    assert best_matches(cosines((0.6, 0.8), (1, 0))) == pytest.approx([1.0, 0.8])


def test_without_weights_it_is_the_plain_mean() -> None:
    assert interact(texts((1, [0], 0, 0)), cosines((0.2, 0.4)), weights(0, 0), 0.85).late == pytest.approx([0.3])
    assert weighted_mean(weights(0.2, 0.4), weights(0, 0)) == pytest.approx(0.3)
    assert weighted_mean(weights(0.2, 0.4), weights(3, 1)) == pytest.approx(0.25)
    assert weighted_mean(weights(), weights()) == 0  # of a question that the model reads no token of


def test_words_that_follow_each_other_are_met_by_words_that_do() -> None:
    """The first text has both tokens apart: (.9 + .1) / 2 and (.2 + .8) / 2; the second together: (.9 + .8) / 2."""
    coded = texts((3, [0], 0, 0), (2, [0], 0, 0))
    rows = cosines((0.9, 0), (0.2, 0.1), (0, 0.8), (0.9, 0), (0, 0.8))
    assert phrases(coded, rows, weights(1, 1), np.array([0, 1])) == pytest.approx([0.5, 0.85])


def test_a_phrase_counts_by_its_lighter_word_and_never_runs_into_the_next_text() -> None:
    """Weights 3, 1, 2 make pairs of 1 and 1; the token between them, of weight 0, is no content."""
    rows = np.array([[1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 0, 1]], dtype=np.float32)
    together, apart = texts((3, [0], 0, 0)), texts((1, [0], 0, 0), (0, [], 0, 0), (2, [0], 0, 0))
    content = np.array([0, 1, 3])
    assert phrases(together, rows, weights(3, 1, 0, 2), content) == pytest.approx([1.0])
    assert phrases(apart, rows, weights(3, 1, 0, 2), content) == pytest.approx([0, 0, (0 + 1) / 2])


def test_one_word_makes_no_phrase() -> None:
    coded = texts((2, [0], 0, 0))
    assert phrases(coded, cosines((1, 1), (1, 1)), weights(1, 1), np.array([0])).tolist() == [0]
    assert phrases(texts(), cosines(), weights(1, 1), np.array([0, 1])).tolist() == []
