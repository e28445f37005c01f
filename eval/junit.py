"""A run as JUnit XML: a test case for each question, so that a CI system lists what was not answered and why."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree as Xml

from eval.failures import why_failed
from eval.record import Record, Row

SHOWN = 3
"""Passages that a failure shows."""

_NOT_XML = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def write_junit(path: Path, record: Record) -> None:
    """Write a run as one test suite. It holds no times, so the same run gives the same file."""
    failures = [why_failed(row) for row in record.rows]
    counts = {"tests": str(len(record.rows)), "failures": str(sum(map(bool, failures)))}
    root = Xml.Element("testsuites", counts)
    suite = Xml.SubElement(root, "testsuite", {"name": _clean(record.questions.name), **counts})
    for row, why in zip(record.rows, failures, strict=True):
        question = row.question
        name = _clean(f"{question.id}: {question.question}")
        case = Xml.SubElement(suite, "testcase", {"classname": f"ibid.{_clean(question.type)}", "name": name})
        if why:
            failure = Xml.SubElement(case, "failure", {"type": why, "message": why})
            failure.text = _clean(_told(record, row))
    Xml.indent(root)
    Xml.ElementTree(root).write(path, encoding="utf-8", xml_declaration=True)


def _told(record: Record, row: Row) -> str:
    """What was wanted, and what was given."""
    wanted = [
        " … ".join(f"{e.quote} ({e.document_id} {e.span.start}–{e.span.end})" for e in alternative)
        for alternative in row.question.evidence
    ]
    parts = [
        f"question: {row.question.question}",
        f"wanted: {row.question.answer or 'no answer'}",
        *(f"evidence: {evidence}" for evidence in wanted),
        f"given ({row.mode}, confidence {row.confidence:g}): {row.answer}",
        *(f"shown {n}: {passage.text}" for n, passage in enumerate(record.shown(row)[:SHOWN], 1)),
    ]
    return "\n\n".join(parts)


def _clean(text: str) -> str:
    """``text`` with U+FFFD for every character that XML cannot hold, such as a form feed."""
    return _NOT_XML.sub("\ufffd", text)
