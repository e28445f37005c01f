"""From several kinds of score to one, worked by hand."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from index.contract import Candidate
from index.fusion import STEP, after_callers, best_candidates, fuse, standardise
from index.late import Closeness
from index.ranking import Ranking


def floats(*values: float) -> np.ndarray:  # type: ignore[type-arg]
    return np.array(values, dtype=np.float32)


def close(late: float, sentence: float) -> Closeness:
    return Closeness(floats(late), floats(sentence), np.zeros(1, dtype=np.bool_))


def score(candidate: Candidate, ranking: Ranking | None = None, coverage: float = 0.2, rarity: float = 3.0) -> float:
    """Of a passage with late .6, best sentence .5, phrase .25."""
    [found] = fuse([candidate], close(0.6, 0.5), floats(0.25), ranking or Ranking(), coverage, rarity)
    return float(found)


def test_a_score_is_the_sum_of_its_weighted_parts() -> None:
    """BM25 of 3.3 is half of what words of rarity 3 can give.

    .6 + .8 * .5 + .5 * .4 + .2 * (1.5 * .5 + 1.2 * .25) = 1.41; .6 + .4 + .2 * (2 * .5 + 4 * .25) = 1.4
    """
    assert score(Candidate("a", 0.4, 3.3)) == pytest.approx(1.41)
    other = Ranking(sentence_weight=0, dense_weight=1, lexical_weight=2, phrase_weight=4)
    assert score(Candidate("a", 0.4, 3.3), other) == pytest.approx(1.4)


def test_words_count_as_much_as_the_texts_hold_of_the_question_and_never_more_than_all() -> None:
    """At full coverage 1.5 for BM25 and 1.2 * .25 for the phrase come to the 1.0 of late and sentence."""
    several = [score(Candidate("a", 0, 4.4), coverage=c, rarity=2.0) for c in (0, 0.5, 1)]
    assert several == pytest.approx([1.0, 1.9, 2.8])
    assert score(Candidate("a", 0, 99), coverage=1, rarity=2.0) == pytest.approx(2.8)
    assert score(Candidate("a", 0, 0), coverage=0, rarity=0) == pytest.approx(1.0)


def test_a_score_does_not_depend_on_what_else_is_in_the_pool() -> None:
    both = [Candidate("a", 0.4, 3.3), Candidate("b", 0.9, 9.9)]
    of = Closeness(floats(0.6, 0.1), floats(0.5, 0.7), np.zeros(2, dtype=np.bool_))
    assert fuse(both, of, floats(0.25, 0.9), Ranking(), 0.2, 3)[0] == score(both[0])
    nothing = Closeness(floats(), floats(), np.zeros(0, dtype=np.bool_))
    assert len(fuse([], nothing, floats(), Ranking(), 0.5, 3)) == 0


def test_a_note_comes_after_the_best_passage_that_calls_it() -> None:
    ids, scores = ["note", "far", "near", "other"], floats(2.0, 0.5, 1.5, 1.7)
    moved = after_callers(ids, scores, {"note": ["far", "near", "not in the pool"]})
    assert moved == pytest.approx([1.5 - STEP, 0.5, 1.5, 1.7], abs=1e-6)
    assert moved[0] < moved[2]
    assert scores[0] == 2.0


def test_a_note_that_comes_later_anyway_or_without_its_callers_stays() -> None:
    scores = floats(1.0, 2.0)
    assert after_callers(["note", "body"], scores, {"note": ["body"]}).tolist() == [1, 2]
    assert after_callers(["note", "body"], scores, {"note": ["gone"]}).tolist() == [1, 2]
    assert after_callers(["note", "body"], scores, {}).tolist() == [1, 2]


def test_standardised_scores_have_mean_0_and_deviation_1() -> None:
    """Mean 4 and deviation sqrt((9 + 1 + 4) / 3) of 1, 5, 6."""
    deviation = (14 / 3) ** 0.5
    assert standardise([1, 5, 6]) == pytest.approx([-3 / deviation, 1 / deviation, 2 / deviation])
    assert standardise([1.0, 3.0]) == [-1.0, 1.0]


@pytest.mark.parametrize("values", [[], [7.0], [0.25, 0.25, 0.25]])
def test_equal_scores_say_nothing(values: list[float]) -> None:
    assert standardise(values) == [0.0] * len(values)


def test_the_best_candidates_are_those_with_the_best_sum() -> None:
    """Dense z: -1.34, -.45, .45, 1.34; lexical z: -.58, 1.73, -.58, -.58; sums: -1.92, 1.29, -.13, .76."""
    a, b, c, d = (Candidate(i, dense, 4.0 * (i == "b")) for i, dense in zip("abcd", (0.1, 0.2, 0.3, 0.4), strict=True))
    assert best_candidates([a, b, c, d], 1) == [b]
    assert best_candidates([d, c, b, a], 2) == [b, d]
    assert best_candidates([d, c, b, a], 3) == [b, c, d]
    assert best_candidates([a, b], 9) == [a, b]
    assert best_candidates([], 3) == []


def test_of_equal_candidates_the_first_ids_are_best() -> None:
    equal = [Candidate(i, 0.5, 1.0) for i in "cab"]
    assert [c.passage_id for c in best_candidates(equal, 2)] == ["a", "b"]
    assert all(a.passage_id < b.passage_id for a, b in pairwise(best_candidates(equal, 3)))
