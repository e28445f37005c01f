"""Every way to fail has its reason; what is right has none."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree as Xml

import pytest
from facts import HERON, question

from eval.failures import Why, why_failed
from eval.junit import write_junit
from eval.record import QuestionSet, Record, Row

RIGHT = {"hit@2048": 1.0, "answered": 1.0, "tried": 1.0, "verified": 1.0}
UNTRIED = {"hit@2048": 1.0, "answered": 0.0, "tried": 0.0}


def row(measures: dict[str, float], mode: str = "extractive", answerable: bool = True) -> Row:
    asked = question("q", "Where?", *([[HERON]] if answerable else []))
    return Row(asked, mode, 0.5, "", (), (), measures)


@pytest.mark.parametrize(
    ("found", "why"),
    [
        (row(RIGHT), None),
        (row({"declined": 1.0}, "abstained", answerable=False), None),
        (row({"declined": 0.0, "verified": 1.0}, answerable=False), Why.ANSWERED),
        (row({**RIGHT, "answered": 0.0}), Why.NOT_QUOTED),
        (row({**RIGHT, "answered": 0.0, "hit@2048": 0.0}), Why.NOT_SHOWN),
        (row(UNTRIED, "abstained"), Why.DECLINED),
        (row({**UNTRIED, "hit@2048": 0.0}, "abstained"), Why.DECLINED),
        (row({**RIGHT, "verified": 0.0}), Why.UNVERIFIED),
        (row({"declined": 0.0, "verified": 0.0}, answerable=False), Why.UNVERIFIED),
        (row({"hit@2048": 1.0}, "search"), None),  # a run that only searched
        (row({"hit@2048": 0.0}, "search"), Why.NOT_SHOWN),
    ],
)
def test_why_a_question_failed(found: Row, why: Why | None, tmp_path: Path) -> None:
    assert why_failed(found) == why
    write_junit(tmp_path / "junit.xml", Record(1, QuestionSet("set.jsonl", "0" * 64, 1), {}, None, {}, (found,)))
    [case] = Xml.parse(tmp_path / "junit.xml").iter("testcase")
    assert [failure.get("message") for failure in case] == ([why] if why else [])
