"""What an answer is made of, and the events in which it comes about."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from index.retrieval import Hit
from ingest.model import Footnote, Span


class Mode(StrEnum):
    """How an answer came about."""

    EXTRACTIVE = "extractive"
    LLM = "llm"
    ABSTAINED = "abstained"


class Support(StrEnum):
    """How well what a sentence cites bears it out."""

    SUPPORTED = "supported"
    WEAK = "weak"
    UNSUPPORTED = "unsupported"


@dataclass(frozen=True, slots=True)
class Citation:
    """A quote with its place: re-reading ``spans`` of the source gives ``quote`` where ``verified`` is true."""

    mark: int
    hit: Hit
    quote: str
    spans: tuple[Span, ...]
    footnotes: tuple[Footnote, ...]
    verified: bool


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of an answer: ``text`` with its marks as shown, the ``marks``, and how far they bear it out.

    ``reason`` says in plain words why it is not simply supported; empty where it is.
    """

    text: str
    marks: tuple[int, ...]
    support: Support
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens that an LLM read and wrote for an answer; as the server counted them, or as tiktoken does."""

    prompt_tokens: int
    completion_tokens: int


@dataclass(frozen=True, slots=True)
class Answer:
    """Text with ``[1]`` marks and the Citations they stand for; no citations where it is an abstention.

    ``question`` is what was asked, ``read_as`` what was searched for: the same, or with slips of the keys put right
    and with what a follow-up leaves unsaid. ``unmet`` says in plain words what of the question
    the evidence does not meet, the gravest first.
    ``notice`` is one thing that the reader should know of how the answer came about.
    """

    question: str
    text: str
    mode: Mode
    confidence: float
    citations: tuple[Citation, ...]
    hits: tuple[Hit, ...]
    notice: str | None = None
    read_as: str = ""
    sentences: tuple[Sentence, ...] = ()
    unmet: tuple[str, ...] = ()
    usage: Usage | None = None


@dataclass(frozen=True, slots=True)
class Passages:
    """The first event: the hits that an answer will be drawn from."""

    hits: tuple[Hit, ...]


@dataclass(frozen=True, slots=True)
class Token:
    """The next piece of an answer's text. All pieces together are the text of the Answer that ends the stream."""

    text: str


@dataclass(frozen=True, slots=True)
class Restart:
    """What was streamed so far is void, because of ``reason``: the answer begins anew with the next Token."""

    reason: str


Event = Passages | Token | Sentence | Restart | Answer
"""Passages first; then Tokens, and each Sentence when its last Token is out; last the Answer."""
