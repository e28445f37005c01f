"""What a person is shown to ask about: passages in an order, the pieces of each, and the split a question goes into."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import zip_longest

from eval.places import stretches
from eval.question_set import content_stems, paragraph_starts, touched
from ingest.model import Footnote, Passage, PassageKind, Span
from ingest.reading import Reading
from ingest.sentences import split_sentences

SPLITS = ("dev", "test")

TYPES = {
    **{"f": "fact", "n": "number", "d": "date", "p": "person", "r": "reason", "l": "list", "c": "comparison"},
    **{"m": "definition", "o": "opinion", "t": "table", "s": "footnote"},
}
"""Types by key; any other is typed out."""

_BEGINNINGS = {"how many": "n", "how much": "n", "when": "d", "who": "p", "whose": "p", "whom": "p", "why": "r"}
"""What a question may begin with, and the key of the type that it then most likely has."""

_RANGE = re.compile(r"(\d{1,4})(?:[-–](\d{1,4}))?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Piece:
    """What can be picked as evidence: a sentence, a row or a note, as it is read and where it stands."""

    label: str
    text: str
    spans: tuple[Span, ...]


def in_order(documents: Iterable[Sequence[Passage]], seed: int) -> list[Passage]:
    """Passages of all documents, spread: of each document and each section in turn one, then the next of each.

    Which comes first is drawn by ``seed`` and the passages' ids, so that a document more changes nothing among the
    others.
    """
    spread = [_spread(passages, seed) for passages in documents]
    return [passage for round_ in zip_longest(*spread) for passage in round_ if passage is not None]


def _spread(passages: Sequence[Passage], seed: int) -> list[Passage]:
    sections = defaultdict(list)
    for passage in sorted(passages, key=lambda passage: _drawn(seed, passage.id)):
        sections[passage.section].append(passage)
    return [passage for round_ in zip_longest(*sections.values()) for passage in round_ if passage is not None]


def _drawn(seed: int, name: str) -> bytes:
    return sha256(f"{seed}:{name}".encode()).digest()


def pieces_of(text: str, passage: Passage, notes: Sequence[Footnote] = ()) -> list[Piece]:
    """The sentences of a passage of the source ``text``, then the notes it calls; a row or a note is one piece."""
    reading = Reading(text, passage.spans)
    found = [
        Piece("", reading.text[start:end], stretches(text, reading.spans_of(start, end)))
        for start, end in _sentences(reading.text, passage.kind)
    ]
    found += [Piece(f"note {note.label}", note.text, stretches(text, note.spans)) for note in notes]
    return [piece for piece in found if piece.spans]


def _sentences(text: str, kind: PassageKind) -> list[tuple[int, int]]:
    if kind is not PassageKind.BODY:
        return [(0, len(text))]
    found, start = [], 0
    for line in text.split("\n"):
        found += [(start + low, start + high) for low, high in split_sentences(line)]
        start += len(line) + 1
    return found


def likeliest(question: str, pieces: Sequence[Piece]) -> int:
    """The piece that shares most of its words with the question, but stop words and endings; the longest of equals."""
    asked = content_stems(question)
    shared = [(len(asked & content_stems(piece.text)), len(piece.text)) for piece in pieces]
    return shared.index(max(shared))


def likely_type(question: str, kind: PassageKind, chosen: Sequence[Piece]) -> str:
    """The key of the type that a question most likely has, by where its evidence stands and by how it begins."""
    if kind is PassageKind.TABLE:
        return "t"
    if kind is PassageKind.FOOTNOTE or any(piece.label for piece in chosen):
        return "s"
    asked = f"{' '.join(question.lower().split())} "
    return next((key for beginning, key in _BEGINNINGS.items() if asked.startswith(f"{beginning} ")), "f")


def picks(given: str, most: int) -> list[int] | None:
    """The numbers that somebody typed, in order, each once; None for what is no list of numbers from 1 to ``most``.

    >>> picks("4, 1-2", 5)
    [1, 2, 4]
    """
    found: set[int] = set()
    for part in given.replace(" ", ",").split(","):
        if not part:
            continue
        match = _RANGE.fullmatch(part)
        if match is None:
            return None
        first, last = int(match[1]), int(match[2] or match[1])
        if not 1 <= first <= last <= most:
            return None
        found.update(range(first, last + 1))
    return sorted(found) or None


class Splits:
    """Which split a question belongs to: that of the paragraphs which it rests on, or else the smaller one.

    Paragraphs that hold one sentence, as where a page break cuts it, stay together.
    """

    def __init__(self, text_of: Callable[[str], str], passages_of: Callable[[str], Sequence[Passage]]) -> None:
        self._text_of, self._passages_of = text_of, passages_of
        self._starts: dict[str, list[int]] = {}
        self._joined: dict[tuple[str, int], tuple[str, int]] = {}
        self._splits_of: dict[tuple[str, int], Counter[str]] = defaultdict(Counter)
        self.counts: Counter[str] = Counter()

    def put(self, split: str, places: Iterable[tuple[str, Sequence[Span]]], times: int = 1) -> None:
        """Count a question in ``split`` that rests on spans of documents; with -1 ``times``, take it back."""
        self.counts[split] += times
        for document_id, spans in places:
            for paragraph in self._paragraphs(document_id, spans):
                self._splits_of[self._root(paragraph)][split] += times

    def of(self, document_id: str, spans: Sequence[Span]) -> str | None:
        """The split of a question that rests on ``spans``; None where they stand in paragraphs of several splits."""
        roots = {self._root(paragraph) for paragraph in self._paragraphs(document_id, spans)}
        taken = {split for root in roots for split, times in self._splits_of[root].items() if times}
        if len(taken) > 1:
            return None
        return taken.pop() if taken else min(SPLITS, key=lambda split: self.counts[split])

    def _paragraphs(self, document_id: str, spans: Sequence[Span]) -> list[tuple[str, int]]:
        if document_id not in self._starts:
            text = self._text_of(document_id)
            self._starts[document_id] = paragraph_starts(text)
            for passage in self._passages_of(document_id):
                for piece in pieces_of(text, passage):
                    self._join(self._paragraphs(document_id, piece.spans))
        starts = self._starts[document_id]
        return [(document_id, start) for span in spans for start in touched(span, starts)]

    def _join(self, paragraphs: Sequence[tuple[str, int]]) -> None:
        for paragraph in paragraphs[1:]:
            self._joined[self._root(paragraph)] = self._root(paragraphs[0])

    def _root(self, paragraph: tuple[str, int]) -> tuple[str, int]:
        while (above := self._joined.get(paragraph, paragraph)) != paragraph:
            paragraph = above
        return paragraph
