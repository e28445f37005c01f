"""A run on record: everything that was asked, wanted and shown, as JSON that can be read again.

It holds no times, addresses or commits, so two runs that answer the same give the same bytes. Rows name the passages
that were shown; each passage stands once in ``passages``.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from eval.questions import Judgement
from eval.system import Quote, Setup, ShownPassage
from ingest.errors import IbidError

VERSION = 1
"""Of the form; raised when something in it changes its meaning or goes."""


class RecordError(IbidError):
    """A record of a run cannot be read."""

    status = 422
    title = "The record cannot be used"


@dataclass(frozen=True, slots=True)
class QuestionSet:
    """The file that the questions come from: its name, the sha-256 of its bytes, how many questions it holds."""

    name: str
    sha256: str
    count: int


@dataclass(frozen=True, slots=True)
class Row:
    """One question: what was asked and wanted, what was given for it, and the measures that apply, each 0 to 1.

    ``shown`` are ids of ``Record.passages``, best first.
    """

    question: Judgement
    mode: str
    confidence: float
    answer: str
    shown: tuple[str, ...]
    quotes: tuple[Quote, ...]
    measures: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Record:
    """A run: ``documents`` maps ids to the sha-256 of their files, ``setup`` is None where a service does not tell it.

    Rows are in the order of the questions, which may be fewer than those of the set.
    """

    version: int
    questions: QuestionSet
    documents: Mapping[str, str]
    setup: Setup | None
    passages: Mapping[str, ShownPassage]
    rows: tuple[Row, ...]

    def shown(self, row: Row) -> list[ShownPassage]:
        """The passages shown for a question, best first."""
        return [self.passages[passage_id] for passage_id in row.shown]


def question_set(path: Path, count: int) -> QuestionSet:
    """Name the file of a question set of ``count`` questions."""
    return QuestionSet(path.name, sha256(path.read_bytes()).hexdigest(), count)


@cache
def _form() -> TypeAdapter[Record]:
    return TypeAdapter(Record)


def to_json(record: Record) -> dict[str, Any]:
    """A record as values that JSON can hold."""
    told: dict[str, Any] = _form().dump_python(record, mode="json")
    return told


def read_record(path: Path) -> Record:
    """Read a record that ``ibid eval --json`` printed. Raises RecordError."""
    again = "give a file that `ibid eval --json` of this version wrote"
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
        if isinstance(told, dict) and told.get("version", VERSION) != VERSION:
            raise RecordError(f"{path} is a record of version {told['version']}, not {VERSION}; {again}")
        return _sound(_form().validate_python(told))
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"])) or "it"
        raise RecordError(f"{path} is no record of a run ({place}: {first['msg'].lower()}); {again}") from error
    except (OSError, ValueError) as error:
        raise RecordError(f"{path} is no record of a run ({error}); {again}") from error


def _sound(record: Record) -> Record:
    """A record as it is. Raises ValueError where it does not hold together."""
    ids = {row.question.id for row in record.rows}
    if not ids or len(ids) < len(record.rows):
        raise ValueError("it holds no question, or one twice")
    for row in record.rows:
        place = f"question {row.question.id}"
        if missing := [passage_id for passage_id in row.shown if passage_id not in record.passages]:
            raise ValueError(f"{place} was shown the passage {missing[0]}, which it does not hold")
        if wrong := [name for name, value in row.measures.items() if not 0 <= value <= 1]:
            raise ValueError(f"{place} has a {wrong[0]} that is not within 0 to 1")
    return record
