"""JUnit XML has a test case for each question, and says of those that failed what was wanted and shown."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as Xml

import pytest
from facts import FERRY, GOATS, HERON, QUESTIONS, SOURCE, facts_library

from eval.junit import write_junit
from eval.record import Record
from eval.runner import run
from eval.system import LibrarySystem


@pytest.fixture(scope="module")
def record(tmp_path_factory: pytest.TempPathFactory) -> Record:
    return run(LibrarySystem(facts_library(tmp_path_factory.mktemp("facts"))), QUESTIONS, SOURCE)


def written(record: Record, folder: Path) -> Xml.Element:
    write_junit(folder / "junit.xml", record)
    return Xml.parse(folder / "junit.xml").getroot()


def test_there_is_a_case_for_each_question_and_failures_are_counted(record: Record, tmp_path: Path) -> None:
    root = written(record, tmp_path)
    [suite] = root
    assert (suite.get("name"), suite.get("tests"), suite.get("failures")) == ("facts.jsonl", "6", "3")
    assert (root.get("tests"), root.get("failures")) == ("6", "3")
    assert [case.get("name") for case in suite] == [f"{q.id}: {q.question}" for q in QUESTIONS]
    assert [case.get("classname") for case in suite] == [f"ibid.{q.type}" for q in QUESTIONS]
    failed = {str(case.get("name")).split(":")[0] for case in suite if case.find("failure") is not None}
    assert failed == {"both", "other", "claimed"}


def test_a_failure_says_what_was_wanted_and_what_was_shown(record: Record, tmp_path: Path) -> None:
    cases = {str(case.get("name")).split(":")[0]: case for case in written(record, tmp_path).iter("testcase")}
    failure = cases["both"].find("failure")
    assert failure is not None
    assert failure.get("message") == "the evidence was shown, but not quoted whole"
    assert failure.text is not None
    wanted, given = failure.text.split("given (extractive, confidence ")
    assert f"{HERON} (facts " in wanted
    assert f"{FERRY} (facts " in wanted
    assert f"{HERON} [1]" in given
    assert all(fact in given for fact in (HERON, GOATS, FERRY))


def test_characters_that_xml_cannot_hold_are_replaced(record: Record, tmp_path: Path) -> None:
    row = record.rows[1]
    odd = replace(row, answer="page\f1\x00 <b> & \ud800 ]]>", question=replace(row.question, question="a\x1bb"))
    [case] = written(replace(record, rows=(odd,)), tmp_path).iter("testcase")
    assert case.get("name") == "both: a\ufffdb"
    [failure] = case
    assert "page\ufffd1\ufffd <b> & \ufffd ]]>" in str(failure.text)


def test_the_same_run_gives_the_same_file(record: Record, tmp_path: Path) -> None:
    write_junit(tmp_path / "a.xml", record)
    write_junit(tmp_path / "b.xml", record)
    assert (tmp_path / "a.xml").read_bytes() == (tmp_path / "b.xml").read_bytes()
