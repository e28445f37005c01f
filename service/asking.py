"""What is asked, with what was said before."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Literal

from index.contract import Filters
from index.question import Question
from index.retrieval import Hit
from service.answer import Answer


class Way(StrEnum):
    """How an answer is wanted: by an LLM where one is set (auto), only quoted, or only by the LLM."""

    AUTO = "auto"
    EXTRACTIVE = "extractive"
    LLM = "llm"


@dataclass(frozen=True, slots=True)
class Turn:
    """One turn of the conversation before a question."""

    role: Literal["user", "assistant"]
    text: str


@dataclass(frozen=True, slots=True)
class Asking:
    """A question with all that belongs to it; ``history`` oldest first, ``k`` hits (the setting where it is None).

    Of a long history the last turns are read, and the beginning of each (``service.followups``).
    """

    question: str
    history: tuple[Turn, ...] = ()
    k: int | None = None
    way: Way = Way.AUTO
    filters: Filters | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """The question as it was read, which may have taken up words of the history, and its hits, best first."""

    question: Question
    hits: tuple[Hit, ...]


def with_reading(answer: Answer, asking: Asking, question: Question) -> Answer:
    """Say in an answer what was asked, and what was read for it where that is something else."""
    asked = asking.question.strip()
    notice = None if question.read_as == asked else f"The question was read as: {question.read_as}"
    notices = [said for said in (answer.notice, notice) if said]
    return replace(answer, question=asked, read_as=question.read_as, notice=" ".join(notices) or None)
