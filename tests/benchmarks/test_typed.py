"""Questions are changed as the benchmark says, and the same way each time."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest

from benchmarks.typed import Case, abbreviation, changed, date, slip, spelling
from index.spelling import slips

QUESTION = "Which harbour of the Shanghai Cooperation Organization opened on 21 March 2021?"


def chance(seed: int) -> random.Random:
    return random.Random(seed)  # noqa: S311 (no secret)


@pytest.mark.parametrize(
    ("change", "asked", "made"),
    [
        (spelling, "Neighbours organize a programme", "neighbors organise a program"),
        (spelling, "ships", "ships"),
        (date, "on 21 March 2021", "on March 21 2021"),
        (date, "on march 21, 2021", "on 21 march, 2021"),
        (date, "in March 2021", "in March 2021"),
        (abbreviation, "who leads the sco", "who leads the Shanghai Cooperation Organization"),
        (abbreviation, "World Health Organization list", "WHO list"),
    ],
)
def test_changes(change: Callable[[str, random.Random], str], asked: str, made: str) -> None:
    assert change(asked, chance(0)) == made


def test_a_slip_changes_one_word_that_is_no_stop_word_by_one_letter() -> None:
    for seed in range(200):
        before, after = QUESTION.split(), slip(QUESTION, chance(seed)).split()
        [(word, typed)] = [pair for pair in zip(before, after, strict=True) if pair[0] != pair[1]]
        assert word not in {"Which", "of", "the", "on", "21", "2021?"}
        assert typed.casefold() in slips(word.casefold())
    assert slip("who is it", chance(0)) == "who is it"


def test_questions_are_changed_the_same_way_each_time_and_unchanged_ones_left_out() -> None:
    cases = [Case(QUESTION, lambda _: {}), Case("who is it", lambda _: {})]
    once, again = (changed(cases, slip, range(5)) for _ in range(2))
    assert once == again
    assert {case.text for case, _ in once} == {QUESTION}
    assert len({text for _, text in once}) == len(once) > 1
