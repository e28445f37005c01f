"""What can be quoted of a hit: its sentences, or a row or a note as a whole."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from index.codec import unpack
from index.contract import Index
from index.late import Floats, best_matches
from index.question import Question
from index.retrieval import Hit
from ingest.model import PassageKind
from ingest.sentences import split_sentences
from ingest.tables import is_table_title


@dataclass(frozen=True, slots=True)
class Quotable:
    """Part of a hit that can be quoted: offsets in its reading text, and how it meets the question's tokens (m,).

    ``rank`` is that of the hit, from 0; what is quoted beside a hit's part shares its rank.
    """

    hit: Hit
    rank: int
    start: int
    end: int
    matches: Floats

    @property
    def text(self) -> str:
        """The words that would be quoted."""
        return self.hit.passage.text[self.start : self.end]


def quotables(index: Index, question: Question, hits: Sequence[Hit]) -> Iterator[Quotable]:
    """All that can be quoted of ``hits``, in their order and that of the text."""
    coded = unpack(index.token_codes([hit.passage.id for hit in hits]), len(question.vector))
    cosines = coded.cosines(question.tokens)
    for rank, (hit, (low, high)) in enumerate(zip(hits, pairwise(coded.bounds), strict=True)):
        places = coded.places[low:high]
        for start, end in quotable_parts(hit):
            inside = (start <= places) & (places < end)
            yield Quotable(hit, rank, start, end, best_matches(cosines[low:high][inside]))


def beside(part: Quotable, hit: Hit) -> Iterator[Quotable]:
    """All that can be quoted of a ``hit`` that is quoted for the sake of ``part``; it claims to meet no word."""
    for start, end in quotable_parts(hit):
        yield Quotable(hit, part.rank, start, end, np.zeros_like(part.matches))


def quotable_parts(hit: Hit) -> list[tuple[int, int]]:
    """Offsets of what can be quoted of a hit: its sentences without headings; a row, a note, a caption as a whole."""
    passage = hit.passage
    if passage.kind is not PassageKind.BODY:
        return [(0, len(passage.text))]
    parts: list[tuple[int, int]] = []
    start = 0
    for line in passage.text.split("\n"):
        if is_table_title(line):
            parts.append((start, start + len(line)))
        elif not _is_heading(line, hit):
            parts += [(start + low, start + high) for low, high in split_sentences(line)]
        start += len(line) + 1
    return parts or [(0, len(passage.text))]


def _is_heading(line: str, hit: Hit) -> bool:
    """Whether a line of a passage is a heading of its section, or the document's title with what goes with it.

    CHAPTER I and the title below it are two lines, but one heading: "CHAPTER I. The Wheel".
    """
    headings = (" ".join(heading.split()) for heading in hit.passage.section)
    if any(line in (heading, *heading.split(". ", 1)) for heading in headings):
        return True
    return line.startswith(" ".join(hit.document_title.split())) and not line.endswith((".", "!", "?", "…"))


def merged(chosen: Iterable[Quotable]) -> list[Quotable]:
    """Put parts in the order of the hits and the text, those that follow each other as one quote, none twice."""
    found: list[Quotable] = []
    for part in sorted(chosen, key=lambda part: (part.rank, part.hit.passage.position, part.start)):
        if any(_holds(other, part) for other in found):
            continue
        last = found[-1] if found else None
        if last is not None and last.hit.passage.id == part.hit.passage.id and part.start <= last.end + 1:
            matches = np.maximum(last.matches, part.matches)
            found[-1] = replace(last, end=max(last.end, part.end), matches=matches)
        else:
            found.append(part)
    return found


def _holds(one: Quotable, other: Quotable) -> bool:
    """Whether ``one`` is all of ``other``, or more of the same passage."""
    return one.hit.passage.id == other.hit.passage.id and one.start <= other.start and other.end <= one.end
