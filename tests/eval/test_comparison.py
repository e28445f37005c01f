"""Two runs are compared over the questions that both have; what moved is named, the furthest first."""

from __future__ import annotations

import pytest

from eval.comparison import Moved, change, setup_changes
from eval.system import Setup

BEFORE = {"a": {"MRR": 1.0}, "b": {"MRR": 0.5}, "c": {"MRR": 0.25}, "d": {"MRR": 1.0}, "gone": {"MRR": 1.0}}
NOW = {"a": {"MRR": 0.5}, "b": {"MRR": 1.0}, "c": {"MRR": 0.0}, "d": {"MRR": 1.0}, "new": {"MRR": 0.0}}


def test_a_figure_is_compared_over_the_questions_that_both_runs_have() -> None:
    found = change("MRR", NOW, BEFORE, {})
    assert found is not None
    assert (found.before, found.now, found.questions) == (2.75 / 4, 2.5 / 4, 4)
    assert found.up == (Moved("b", 0.5, 1.0),)
    assert found.down == (Moved("a", 1.0, 0.5), Moved("c", 0.25, 0.0))
    assert found.low < (0.5 - 0.5 - 0.25) / 4 < found.high
    assert not found.better
    assert not found.worse


@pytest.mark.parametrize("gain", [0.25, -0.25])
def test_what_every_question_gains_or_loses_is_beyond_chance(gain: float) -> None:
    now = {id_: {"MRR": 0.5 + gain} for id_ in "abcd"}
    found = change("MRR", now, {id_: {"MRR": 0.5} for id_ in "abcd"}, {})
    assert found is not None
    assert (found.low, found.high) == (gain, gain)
    assert (found.better, found.worse) == (gain > 0, gain < 0)


def test_a_confidence_is_better_higher_where_there_is_an_answer_and_lower_where_there_is_none() -> None:
    before = {id_: {"confidence": 0.5} for id_ in ("yes", "sure", "no", "trap")}
    now = {"yes": 0.75, "sure": 0.25, "no": 0.125, "trap": 1.0}
    found = change("AUROC", {id_: {"confidence": value} for id_, value in now.items()}, before, {"yes", "sure"})
    assert found is not None
    assert (found.before, found.now) == (0.5, 2 / 4)  # of four pairs, yes and sure are above no; neither above trap
    assert [moved.id for moved in found.up] == ["no", "yes"]
    assert [moved.id for moved in found.down] == ["trap", "sure"]


def test_a_figure_that_the_two_runs_do_not_share_is_not_compared() -> None:
    assert change("hit@512", NOW, BEFORE, {"a"}) is None
    assert change("MRR", NOW, {"other": {"MRR": 1.0}}, {"a"}) is None
    one_kind = {"a": {"confidence": 0.5}}
    assert change("AUROC", one_kind, one_kind, {"a"}) is None


def test_set_ups_are_compared_where_both_are_told() -> None:
    old, new = Setup("m@1", {"pool": 100, "late": 5}), Setup("m@2", {"pool": 50, "late": 5})
    assert list(setup_changes(new, old)) == ["model m@1 → m@2", "pool 100 → 50"]
    assert list(setup_changes(new, new)) == []
    assert list(setup_changes(None, old)) == []
