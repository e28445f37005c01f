"""Known question-answer pairs: questions with their gold evidence as Spans of the sources."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from operator import index
from pathlib import Path
from typing import Any

from ingest.errors import QuestionSetError
from ingest.model import Span

DEFAULT = Path(__file__).parent / "data" / "questions.jsonl"


@dataclass(frozen=True, slots=True)
class Evidence:
    """A stretch of a document that the answer rests on; ``quote`` is that slice of its text."""

    document_id: str
    span: Span
    quote: str


@dataclass(frozen=True, slots=True)
class Judgement:
    """A question with its reference answer and evidence: alternatives, each a list of all that is needed.

    A question that the documents do not answer has no evidence.
    """

    id: str
    split: str
    type: str
    style: str
    question: str
    answer: str
    aliases: tuple[str, ...]
    evidence: tuple[tuple[Evidence, ...], ...]

    @property
    def answerable(self) -> bool:
        """Whether the documents answer it."""
        return bool(self.evidence)


def load_questions(path: Path, text_of: Callable[[str], str] | None = None) -> list[Judgement]:
    """Read a question set, one JSON object a line.

    With ``text_of`` (document id to text) every quote is compared with its slice of the source. Raises
    QuestionSetError, with the line, for anything that is not as it should be.
    """
    try:
        lines = path.read_text(encoding="utf-8").split("\n")  # a question may hold other line ends, such as U+2028
    except (OSError, UnicodeDecodeError) as error:
        raise QuestionSetError(f"{path} cannot be read ({error}); give a UTF-8 file with a question a line") from error
    found: list[Judgement] = []
    for number, line in enumerate(lines, 1):
        if line.strip():
            found.append(_parse(line, f"{path.name}, line {number}"))
    if not found:
        raise QuestionSetError(f"{path} holds no question; give one JSON object a line")
    _check(found, text_of, path.name)
    return found


def _parse(line: str, place: str) -> Judgement:
    try:
        row = json.loads(line)
        evidence = tuple(tuple(map(_evidence, alternative)) for alternative in row["evidence"])
        if not all(evidence):
            raise ValueError("an alternative has no evidence in it")
        texts = {key: _text(row, key) for key in ("id", "split", "type", "style", "question", "answer")}
        return Judgement(**texts, aliases=tuple(row["aliases"]), evidence=evidence)
    except KeyError as error:
        raise QuestionSetError(f"{place} has no {error}; see eval/README.md for the form") from error
    except (ValueError, TypeError) as error:
        raise QuestionSetError(f"{place} is not a question ({error}); see eval/README.md for the form") from error


def _evidence(row: Any) -> Evidence:  # noqa: ANN401 (JSON may hold anything)
    found = Evidence(_text(row, "document_id"), Span.of(index(row["start"]), index(row["end"])), _text(row, "quote"))
    if not any(map(str.isalnum, found.quote)):
        raise ValueError(f"the quote {found.quote!r} has no letter or digit in it")
    return found


def _text(row: Any, key: str) -> str:  # noqa: ANN401 (JSON may hold anything)
    if not isinstance(row[key], str):
        raise TypeError(f"{key} is no text but {row[key]!r}")
    return str(row[key])


def _check(questions: Iterable[Judgement], text_of: Callable[[str], str] | None, name: str) -> None:
    seen: set[str] = set()
    for question in questions:
        if question.id in seen:
            raise QuestionSetError(f"{name} has two questions {question.id}; give each its own id")
        seen.add(question.id)
        for evidence in (e for alternative in question.evidence for e in alternative):
            if text_of is not None and text_of(evidence.document_id)[slice(*evidence.span)] != evidence.quote:
                raise QuestionSetError(
                    f"{name}, {question.id}: {evidence.document_id} does not hold {evidence.quote[:40]!r} at "
                    f"{evidence.span.start}..{evidence.span.end}; correct the span or the quote"
                )
