"""The gate passes what is as good, stops what is worse beyond chance or below a floor, and names the questions."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from facts import HERON, SOURCE, question

from eval.baseline import (
    GATED,
    Baseline,
    BaselineError,
    accept,
    baseline_of,
    read_baseline,
    write_baseline,
)
from eval.gate import Broken, Verdict, judge, lines
from eval.questions import DEFAULT, load_questions
from eval.record import QuestionSet, Record, Row, question_set
from eval.runner import run
from eval.system import LibrarySystem, Setup
from service.library import Library

HALF = 20
"""Questions of each kind in the made-up runs."""


def row(number: int, answerable: bool, **measures: float) -> Row:
    asked = question(f"q{number:02}", f"What is {number}?", *([[HERON]] if answerable else []))
    confidence = measures.pop("confidence", 0.8 if answerable else 0.3)
    decided = {"tried": 1.0} if answerable else {"declined": 1.0}
    found = {"hit@512": 1.0, "MRR": 0.5} if answerable else {}
    return Row(asked, "extractive", confidence, "", (), (), {**found, **decided, "verified": 1.0, **measures})


def made(changed: Mapping[int, Mapping[str, float]] | None = None) -> Record:
    """A run of which the rows by these numbers have these measures; answerable ones first."""
    rows = (row(number, number < HALF, **(changed or {}).get(number, {})) for number in range(2 * HALF))
    return Record(1, SOURCE, {"facts": "ab" * 32}, Setup("model@1", {"pool": 100}), {}, tuple(rows))


def reasons(verdict: Verdict) -> list[str]:
    return [failure.reason for failure in verdict.failures]


def test_the_same_run_passes() -> None:
    verdict = judge(made(), baseline_of(made()))
    assert verdict == Verdict((), ())
    assert verdict.passed
    assert lines(verdict, 5) == ["gate: passed"]


def test_what_one_question_loses_may_be_chance_what_five_lose_is_not() -> None:
    baseline = baseline_of(made())
    assert judge(made({3: {"hit@512": 0.0}}), baseline).passed
    verdict = judge(made({number: {"hit@512": 0.0} for number in (2, 3, 5, 7, 11)}), baseline)
    [failure] = verdict.failures
    assert failure.name == "hit@512"
    assert failure.reason.startswith("hit@512 is 0.75, was 1: worse by 0.")
    assert [broken.id for broken in failure.broken] == ["q02", "q03", "q05", "q07", "q11"]
    assert failure.broken[0] == Broken("q02", "What is 2?", 1.0, 0.0)


def test_what_is_gained_elsewhere_pays_for_a_loss() -> None:
    lost = {number: {"MRR": 0.25} for number in range(5)}
    won = {number: {"MRR": 1.0} for number in range(5, 10)}
    assert not judge(made(lost), baseline_of(made())).passed
    assert judge(made(lost | won), baseline_of(made())).passed


def test_broken_questions_come_the_worst_first() -> None:
    verdict = judge(made({number: {"MRR": number / 20} for number in range(8)}), baseline_of(made()))
    assert [broken.id for broken in verdict.failures[0].broken] == [f"q{number:02}" for number in range(8)]


def test_a_figure_below_its_floor_fails_however_little_it_has_lost() -> None:
    baseline = replace(baseline_of(made()), floors={"hit@512": 0.96, "AUROC": 0.9})
    assert judge(made(), baseline).passed
    verdict = judge(made({3: {"hit@512": 0.0}}), baseline)
    assert reasons(verdict) == ["hit@512 is 0.95, below its floor of 0.96"]
    assert [broken.id for broken in verdict.failures[0].broken] == ["q03"]


def test_a_floor_of_what_was_not_measured_fails() -> None:
    baseline = replace(baseline_of(made()), floors={"recall@7": 0.1})
    assert reasons(judge(made(), baseline)) == ["recall@7 has a floor, but was not measured"]


def test_a_confidence_that_tells_less_fails_and_names_who_moved_the_wrong_way() -> None:
    unsure = {number: {"confidence": 0.2} for number in range(4)}
    oversure = {number: {"confidence": 0.9} for number in range(HALF, HALF + 5)}
    better = {HALF + 9: {"confidence": 0.1}}
    verdict = judge(made(unsure | oversure | better), baseline_of(made()))
    [failure] = verdict.failures
    assert failure.name == "AUROC"
    assert {broken.id for broken in failure.broken} == {f"q{n:02}" for n in (*range(4), *range(HALF, HALF + 5))}


def test_a_measure_that_a_question_has_in_one_run_only_is_compared_where_both_have_it() -> None:
    declined = made()
    rows = [replace(r, measures={k: v for k, v in r.measures.items() if k != "verified"}) for r in declined.rows[:3]]
    assert judge(replace(declined, rows=(*rows, *declined.rows[3:])), baseline_of(made())).passed


def test_settings_and_models_that_differ_are_said() -> None:
    other = replace(made({number: {"hit@512": 0.0} for number in range(5)}), setup=Setup("model@2", {"pool": 5}))
    told = lines(judge(other, baseline_of(made())), 2)
    assert told[:2] == [
        "gate: FAILED",
        "settings that differ from the baseline's: model model@1 → model@2; pool 100 → 5",
    ]
    assert told[3:] == ["  q00  1 → 0  What is 0?", "  q01  1 → 0  What is 1?", "  and 3 more"]
    assert judge(replace(other, setup=None), baseline_of(made())).changed == ()


def test_a_baseline_of_other_questions_or_documents_is_said_to_be() -> None:
    baseline = baseline_of(made())
    grown = replace(made(), questions=QuestionSet("facts.jsonl", "cd" * 32, 7))
    with pytest.raises(BaselineError) as caught:
        judge(grown, baseline)
    assert str(caught.value).startswith(
        "the baseline was made with another question set: 6 questions (sha-256 000000000000); now it is "
        "7 questions (sha-256 cdcdcdcdcdcd)."
    )
    assert str(caught.value).endswith("make the baseline anew: --gate FILE --accept")
    with pytest.raises(BaselineError, match=r"other documents: facts \(abababababab\); now it is none"):
        judge(replace(made(), documents={}), baseline)
    with pytest.raises(BaselineError, match="not of the same questions"):
        judge(replace(made(), rows=made().rows[:5]), baseline)


# --- on disk -------------------------------------------------------------------------------------------------


def test_a_baseline_is_read_back_as_it_was_and_has_a_line_for_each_question(tmp_path: Path) -> None:
    path = tmp_path / "baseline.json"
    write_baseline(path, baseline_of(made()))
    assert read_baseline(path) == baseline_of(made())
    held = [line for line in path.read_text(encoding="utf-8").split("\n") if line.startswith('    "q') and "[" in line]
    assert len(held) == 2 * HALF
    assert [file.name for file in tmp_path.iterdir()] == ["baseline.json"]


def test_accepting_keeps_the_floors_and_says_what_changed(tmp_path: Path) -> None:
    path = tmp_path / "baseline.json"
    assert accept(path, made()) == f"{path} written: new"
    assert read_baseline(path).floors == {"verified": 1.0}
    write_baseline(path, replace(baseline_of(made()), floors={"hit@512": 0.7}))
    assert accept(path, made()) == f"{path} written: no figure changed"
    worse = made({number: {"hit@512": 0.0} for number in range(5)})
    assert accept(path, worse) == f"{path} written: hit@512 1 → 0.75"
    assert read_baseline(path) == replace(baseline_of(worse), floors={"hit@512": 0.7})
    assert judge(worse, read_baseline(path)).passed


def test_what_is_below_a_floor_is_not_accepted(tmp_path: Path) -> None:
    path = tmp_path / "baseline.json"
    write_baseline(path, replace(baseline_of(made()), floors={"hit@512": 0.9}))
    before = path.read_bytes()
    with pytest.raises(BaselineError) as caught:
        accept(path, made({number: {"hit@512": 0.0} for number in range(5)}))
    assert str(caught.value) == (
        f"{path} was not written: hit@512 is 0.75, below its floor of 0.9; "
        "if that is meant, lower the floor in it by hand"
    )
    assert path.read_bytes() == before


def test_a_baseline_that_cannot_be_read_is_refused_with_why(tmp_path: Path) -> None:
    path = tmp_path / "baseline.json"
    with pytest.raises(BaselineError, match=r"there is no baseline .*; make it with: ibid eval --gate FILE --accept"):
        read_baseline(path)
    good = tmp_path / "good.json"
    write_baseline(good, baseline_of(made()))
    told = json.loads(good.read_text(encoding="utf-8"))
    for wrong, why in [
        ([], "is no baseline"),
        ({}, "is no baseline .'version'"),
        ({**told, "version": 9}, "is a baseline of version 9, not 1"),
        ({**told, "floors": {"MRR": "high"}}, "is no baseline .1 validation error"),
        ({**told, "rows": {"q00": [1.0]}}, "is no baseline .zip"),
        ({**told, "rows": []}, "is no baseline"),
    ]:
        path.write_text(json.dumps(wrong), encoding="utf-8")
        with pytest.raises(BaselineError, match=why):
            read_baseline(path)


# --- the corpus and the default model ------------------------------------------------------------------------


def measured(library: Library, **worse: object) -> Record:
    """A run over the corpus of every second answerable question, with some settings changed."""
    settings = library.settings.model_copy(update=worse)
    system = LibrarySystem(Library(settings, library.embedder))
    questions = [question for question in load_questions(DEFAULT, system.text) if question.answerable][::2]
    return run(system, questions, question_set(DEFAULT, len(questions)))


def test_the_gate_passes_twice_alike_and_breaks_on_a_worse_setting(whole: Library, tmp_path: Path) -> None:
    path = tmp_path / "baseline.json"
    first = measured(whole)
    accept(path, first)
    baseline: Baseline = read_baseline(path)
    assert measured(whole) == first
    assert judge(first, baseline).passed
    verdict = judge(measured(whole, dense_weight=10.0), baseline)  # plain vectors drown late interaction
    assert verdict.changed == ("dense_weight 0.5 → 10.0",)
    assert {"hit@512", "MRR"} <= {failure.name for failure in verdict.failures} <= {*GATED, "AUROC"}
    broken = {b.id for failure in verdict.failures for b in failure.broken}
    assert len(broken) >= 4
    assert broken <= {row.question.id for row in first.rows}
