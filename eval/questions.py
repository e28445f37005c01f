"""Known question-answer pairs: questions with their gold evidence as Spans of the sources."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from eval.locating import Locator
from eval.question_form import Asked, Quoted, parse_question
from ingest.errors import NotFound, QuestionSetError
from ingest.model import Span

SHOWN = 60
"""Characters of a question that an error shows."""

MOST_WRONG = 10
"""Questions that an error names."""

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


def load_questions(
    path: Path,
    text_of: Callable[[str], str] | None = None,
    documents: Callable[[], Iterable[str]] = tuple,
) -> list[Judgement]:
    """Read a question set, one JSON object a line.

    With ``text_of`` (document id to text) every quote is compared with its slice of the source, and those without a
    span are looked up in it: in the document that they name, or in all ``documents`` (their ids). Raises
    QuestionSetError, with the line, for anything that is not as it should be.
    """
    try:
        # A question may hold other line ends, such as U+2028; a byte order mark is none of its text.
        lines = path.read_text(encoding="utf-8-sig").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        why = getattr(error, "strerror", None) or error
        raise QuestionSetError(f"{path} cannot be read ({why}); give a UTF-8 file with a question a line") from error
    locator = None if text_of is None else Locator(text_of, documents)
    found: list[Judgement] = []
    wrong: list[str] = []
    for number, line in enumerate(lines, 1):
        if line.strip():
            place = f"{path.name}, line {number}"
            asked = _parse(line, place)
            try:
                found.append(_judgement(asked, locator))
            except (QuestionSetError, NotFound) as error:
                wrong.append(f"{place}, {asked.question[:SHOWN]!r}: {error}")
    if wrong:  # all at once: a set is not corrected one quote a run
        more = f"\nand {len(wrong) - MOST_WRONG} more" if len(wrong) > MOST_WRONG else ""
        raise QuestionSetError("\n".join(wrong[:MOST_WRONG]) + more)
    if not found:
        raise QuestionSetError(f"{path} holds no question; give one JSON object a line")
    _check(found, text_of, path.name)
    return found


def _parse(line: str, place: str) -> Asked:
    try:
        return parse_question(line)
    except KeyError as error:
        raise QuestionSetError(f"{place} has no {error}; see eval/README.md for the form") from error
    except (ValueError, TypeError) as error:
        raise QuestionSetError(f"{place} is not a question ({error}); see eval/README.md for the form") from error


def _judgement(asked: Asked, locator: Locator | None) -> Judgement:
    """A question with all its evidence at its place, and its first evidence for an answer where it has none."""
    evidence = tuple(
        tuple(piece for quoted in alternative for piece in _pieces(quoted, locator)) for alternative in asked.evidence
    )
    answer = asked.answer
    if answer is None:
        answer = " ".join(piece.quote for piece in evidence[0]) if evidence else ""
    return Judgement(asked.id, asked.split, asked.type, asked.style, asked.question, answer, asked.aliases, evidence)


def _pieces(quoted: Quoted, locator: Locator | None) -> list[Evidence]:
    if quoted.span is not None and quoted.document_id is not None:
        return [Evidence(quoted.document_id, quoted.span, quoted.quote)]
    if locator is None:
        raise QuestionSetError("a quote has no start and end, and there is no document to look it up in; give both")
    place = locator.locate(quoted)
    text = locator.text(place.document_id)
    return [Evidence(place.document_id, span, text[slice(*span)]) for span in place.spans]


def _check(questions: Iterable[Judgement], text_of: Callable[[str], str] | None, name: str) -> None:
    seen: set[str] = set()
    for question in questions:
        if question.id in seen:
            raise QuestionSetError(
                f"{name} has two questions {question.id}, the second {question.question[:SHOWN]!r}; "
                "give each its own id, or leave one out"
            )
        seen.add(question.id)
        for evidence in (e for alternative in question.evidence for e in alternative):
            place = f"{name}, {question.id}"
            if text_of is not None and _text(evidence, text_of, place)[slice(*evidence.span)] != evidence.quote:
                raise QuestionSetError(
                    f"{place}: {evidence.document_id} does not hold {evidence.quote[:40]!r} at "
                    f"{evidence.span.start}..{evidence.span.end}; correct the span or the quote"
                )


def _text(evidence: Evidence, text_of: Callable[[str], str], place: str) -> str:
    """The text that evidence stands in. Raises QuestionSetError, as who asks may have other documents in mind."""
    try:
        return text_of(evidence.document_id)
    except NotFound as error:
        raise QuestionSetError(f"{place}: {error}; ingest it, or give questions on these with --questions") from error
