"""What is evaluated, behind one seam: a Library in this process here, a running service in ``eval.remote``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from ingest.model import Span

if TYPE_CHECKING:
    from index.retrieval import Hit
    from service.answer import Answer, Citation
    from service.library import Library

CONFIDENCE_DIGITS = 4
"""Digits after the point of a confidence, as many as REST gives."""

DECIDING = (
    *("max_tokens", "pool", "late_pool", "sentence_weight", "dense_weight", "lexical_weight", "phrase_weight"),
    *("placing_weight", "min_confidence", "bf16", "spelling", "reranker"),
)
"""Settings on which figures depend."""


@dataclass(frozen=True, slots=True)
class ShownPassage:
    """A passage that was shown: ``text`` is what ``spans`` of the document's text read; ``pages`` first and last."""

    id: str
    document_id: str
    section: tuple[str, ...]
    pages: tuple[int, int]
    spans: tuple[Span, ...]
    text: str


@dataclass(frozen=True, slots=True)
class Quote:
    """A quote of an answer, and whether who gave it says that the source holds it at ``spans``."""

    document_id: str
    spans: tuple[Span, ...]
    text: str
    verified: bool


@dataclass(frozen=True, slots=True)
class Reply:
    """What was given for a question: the answer, in which ``mode``, its quotes, and passages, best first."""

    answer: str
    mode: str
    confidence: float
    passages: tuple[ShownPassage, ...]
    quotes: tuple[Quote, ...]


@dataclass(frozen=True, slots=True)
class Setup:
    """The embedding model with the hash of its weights, and the settings on which figures depend."""

    model: str
    settings: Mapping[str, str | int | float | bool]


class System(Protocol):
    """What answers questions from documents. Safe from several threads."""

    def ask(self, question: str, k: int) -> Reply:
        """Answer by quoting, and show ``k`` passages. Raises IbidError."""
        ...

    def text(self, document_id: str) -> str:
        """The whole text of a document. Raises IbidError, NotFound where there is none of this id."""
        ...

    def documents(self) -> dict[str, str]:
        """The sha-256 of each document's file, by the document's id, ids in order."""
        ...

    def setup(self) -> Setup | None:
        """Model and settings; None where they are not told."""
        ...


class LibrarySystem:
    """A Library in this process."""

    def __init__(self, library: Library) -> None:
        self._library = library

    def ask(self, question: str, k: int) -> Reply:
        """Answer by quoting. Raises QueryError."""
        return _reply(self._library.ask(question, k))

    def text(self, document_id: str) -> str:
        """The whole text of a document. Raises NotFound."""
        return self._library.index.text(document_id)

    def documents(self) -> dict[str, str]:
        """The sha-256 of each document's file."""
        return {info.id: info.sha256 for info in sorted(self._library.index.documents(), key=lambda info: info.id)}

    def setup(self) -> Setup:
        """Model and settings."""
        settings = self._library.settings
        return Setup(self._library.embedder.fingerprint, {name: getattr(settings, name) for name in DECIDING})


def _reply(answer: Answer) -> Reply:
    return Reply(
        answer.text,
        answer.mode.value,
        round(answer.confidence, CONFIDENCE_DIGITS),
        tuple(map(_passage, answer.hits)),
        tuple(map(_quote, answer.citations)),
    )


def _passage(hit: Hit) -> ShownPassage:
    passage = hit.passage
    return ShownPassage(passage.id, passage.document_id, passage.section, passage.pages, passage.spans, passage.text)


def _quote(citation: Citation) -> Quote:
    return Quote(citation.hit.passage.document_id, citation.spans, citation.quote, citation.verified)
