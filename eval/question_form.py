"""A question as a file gives it: what may be left out is filled in, what is not as it should be is refused."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from hashlib import sha256

from ingest.model import Span

KEYS = ("id", "split", "type", "style", "question", "answer", "aliases", "evidence", "passage")
"""Members of a question; ``passage`` is the one that ``ibid eval new`` showed."""

EVIDENCE_KEYS = ("document_id", "quote", "start", "end", "page")

UNANSWERABLE = "unanswerable"
"""The type of a question that has no evidence, where none is given."""


@dataclass(frozen=True, slots=True)
class Quoted:
    """A piece of evidence as it is given: the words, and what is said of where they stand."""

    quote: str
    document_id: str | None = None
    start: int | None = None
    end: int | None = None
    page: int | None = None

    @property
    def span(self) -> Span | None:
        """Where it stands exactly, if that is said."""
        if self.document_id is None or self.start is None or self.end is None:
            return None
        return Span(self.start, self.end)


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as it is given; ``answer`` is None where it is left out."""

    id: str
    split: str
    type: str
    style: str
    question: str
    answer: str | None
    aliases: tuple[str, ...]
    evidence: tuple[tuple[Quoted, ...], ...]


def parse_question(line: str) -> Asked:
    """Read one line of a question set. Raises KeyError for what must not be left out, ValueError, TypeError."""
    row = _object(json.loads(line), KEYS)
    question = _text(row, "question")
    if not question.strip():
        raise ValueError("the question is empty")
    evidence = _alternatives(row["evidence"])
    return Asked(
        id=_text(row, "id", id_of(question)),
        split=_text(row, "split", "test"),
        type=_text(row, "type", "fact" if evidence else UNANSWERABLE),
        style=_text(row, "style", "plain"),
        question=question,
        answer=_text(row, "answer") if "answer" in row else None,
        aliases=_aliases(row.get("aliases", [])),
        evidence=evidence,
    )


def id_of(question: str) -> str:
    """The id of a question that has none of its own: the same wherever it stands.

    >>> id_of("Where do herons nest?")
    'q-2fe6fb1c'
    """
    return f"q-{sha256(question.encode('utf-8', 'replace')).hexdigest()[:8]}"


def _object(given: object, known: tuple[str, ...]) -> Mapping[str, object]:
    """Refuse names that are nearly known ones: what is optional would else be left out without a word."""
    if not isinstance(given, Mapping):
        raise TypeError(f"it is no object but {given!r}")
    for name in given:
        if name not in known and (meant := get_close_matches(str(name).lower(), known, 1, 0.75)):
            raise ValueError(f"it has {name!r}; write {meant[0]!r}, if that is meant")
    return given


def _alternatives(given: object) -> tuple[tuple[Quoted, ...], ...]:
    """Alternatives from a list of lists; a flat list, or one piece alone, is one alternative."""
    if isinstance(given, str | Mapping):
        given = [given]
    if not isinstance(given, list):
        raise TypeError(f"evidence is no list but {given!r}")
    nested = [isinstance(item, list) for item in given]
    if any(nested) and not all(nested):
        raise ValueError("evidence holds both lists and quotes; put all quotes that are needed together into one list")
    alternatives = given if any(nested) else [given] if given else []
    found = tuple(tuple(map(_quoted, alternative)) for alternative in alternatives)
    if not all(found):
        raise ValueError("an alternative has no evidence in it")
    return found


def _quoted(given: object) -> Quoted:
    row = _object({"quote": given} if isinstance(given, str) else given, EVIDENCE_KEYS)
    quote = _text(row, "quote")
    if not any(map(str.isalnum, quote)):
        raise ValueError(f"the quote {quote!r} has no letter or digit in it")
    document_id = _text(row, "document_id") if row.get("document_id") is not None else None
    start, end, page = (_number(row, key) for key in ("start", "end", "page"))
    if start is not None and end is not None:
        Span.of(start, end)
    return Quoted(quote, document_id, start, end, page)


def _number(row: Mapping[str, object], key: str) -> int | None:
    value = row.get(key)
    if value is not None and not isinstance(value, int):
        raise TypeError(f"{key} is no whole number but {value!r}")
    return value


def _aliases(given: object) -> tuple[str, ...]:
    if not isinstance(given, list) or not all(isinstance(alias, str) for alias in given):
        raise TypeError(f"aliases is no list of texts but {given!r}")
    return tuple(given)


def _text(row: Mapping[str, object], key: str, default: str | None = None) -> str:
    value = row[key] if default is None else row.get(key, default)
    if not isinstance(value, str):
        raise TypeError(f"{key} is no text but {value!r}")
    return value
