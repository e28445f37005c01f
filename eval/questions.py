"""Known question-answer pairs: questions with their gold evidence as Spans of the sources."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

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
        lines = path.read_text(encoding="utf-8").splitlines()
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
        evidence = tuple(
            tuple(Evidence(e["document_id"], Span.of(e["start"], e["end"]), e["quote"]) for e in alternative)
            for alternative in row["evidence"]
        )
        texts = {key: str(row[key]) for key in ("id", "split", "type", "style", "question", "answer")}
        return Judgement(**texts, aliases=tuple(row["aliases"]), evidence=evidence)
    except (ValueError, KeyError, TypeError) as error:
        raise QuestionSetError(f"{place} is not a question ({error!r}); see eval/README.md for the form") from error


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
