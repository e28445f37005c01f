"""A record is read back as it was, and what is no record is refused in one sentence."""

from __future__ import annotations

import json
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest
from facts import QUESTIONS, SOURCE, facts_library, write_questions

from eval.record import VERSION, QuestionSet, Record, RecordError, question_set, read_record, to_json
from eval.runner import run
from eval.system import LibrarySystem


@pytest.fixture(scope="module")
def record(tmp_path_factory: pytest.TempPathFactory) -> Record:
    return run(LibrarySystem(facts_library(tmp_path_factory.mktemp("facts"))), QUESTIONS, SOURCE)


def test_a_record_is_read_back_as_it_was(record: Record, tmp_path: Path) -> None:
    path = tmp_path / "run.json"
    path.write_text(json.dumps({**to_json(record), "figures": {}}), encoding="utf-8")  # what is made of it is ignored
    assert read_record(path) == record


def test_two_runs_give_the_same_bytes(record: Record, tmp_path: Path) -> None:
    again = run(LibrarySystem(facts_library(tmp_path)), QUESTIONS, SOURCE)
    assert json.dumps(to_json(again)) == json.dumps(to_json(record))


def test_a_question_set_is_named_by_the_hash_of_its_bytes(tmp_path: Path) -> None:
    path = write_questions(tmp_path / "set.jsonl")
    assert question_set(path, 6) == QuestionSet("set.jsonl", sha256(path.read_bytes()).hexdigest(), 6)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("{", "is no record of a run (Expecting property name"),
        ("[]", "is no record of a run (it: input should be a dictionary"),
        ("{}", "is no record of a run (version: field required)"),
        (json.dumps({"version": VERSION + 1}), f"is a record of version {VERSION + 1}, not {VERSION}"),
    ],
)
def test_what_is_no_record_is_refused_with_why(tmp_path: Path, text: str, why: str) -> None:
    path = tmp_path / "run.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(RecordError) as caught:
        read_record(path)
    assert str(caught.value).startswith(f"{path} {why}")
    assert str(caught.value).endswith("; give a file that `ibid eval --json` of this version wrote")


def test_a_record_that_does_not_hold_together_is_refused(record: Record, tmp_path: Path) -> None:
    path = tmp_path / "run.json"
    first, *others = record.rows
    for rows, why in [
        ([], "it holds no question, or one twice"),
        ([first, first], "it holds no question, or one twice"),
        (
            [replace(first, shown=("gone",)), *others],
            "question heron was shown the passage gone, which it does not hold",
        ),
        ([replace(first, measures={"MRR": 2.0})], "question heron has a MRR that is not within 0 to 1"),
        ([replace(first, measures={"MRR": float("nan")})], "question heron has a MRR that is not within 0 to 1"),
    ]:
        path.write_text(json.dumps(to_json(replace(record, rows=tuple(rows))), default=str), encoding="utf-8")
        with pytest.raises(RecordError) as caught:
            read_record(path)
        assert f"is no record of a run ({why})" in str(caught.value)


def test_a_record_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(RecordError, match=r"nothing\.json is no record of a run \(.*No such file"):
        read_record(tmp_path / "nothing.json")
