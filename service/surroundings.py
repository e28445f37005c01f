"""What stands around a hit in its document, to be quoted beside it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from index.contract import Index
from index.retrieval import Hit
from ingest.model import Passage, PassageKind, Span
from ingest.reading import Reading

_REACH = 24
"""Passages that are looked at on one side of a hit: a page may hold as many notes between two halves of a list."""

_REACH_ROWS = 60
"""The same for the rows of a table."""

_BETWEEN_ROWS = 4
"""Passages that may stand between two rows of one table."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Finds passages around a hit. What is found comes as a Hit that no search gave: all its scores are 0."""

    shelf: Index

    def hit(self, passage: Passage) -> Hit:
        """A passage as a Hit, with its notes."""
        notes = tuple(self.shelf.footnotes(passage.document_id, passage.footnotes)) if passage.footnotes else ()
        title = self.shelf.document(passage.document_id).title
        return Hit(passage, title, score=0.0, dense=0.0, lexical=0.0, late=0.0, footnotes=notes)

    def following(self, hit: Hit, most: int) -> Iterator[Hit]:
        """The body passages after a hit's in its section, in order; notes between them do not count among ``most``."""
        yield from self._along(hit, most, 1, lambda passage: passage.kind is PassageKind.BODY)

    def preceding(self, hit: Hit, most: int) -> Iterator[Hit]:
        """The body passages before a hit's in its section, the nearest first."""
        yield from self._along(hit, most, 0, lambda passage: passage.kind is PassageKind.BODY)

    def hits(self, passage_ids: Sequence[str]) -> list[Hit]:
        """Passages by their ids, as Hits. Raises NotFound."""
        return [self.hit(passage) for passage in self.shelf.fetch(passage_ids)] if passage_ids else []

    def notes(self, hit: Hit, keys: Sequence[int]) -> list[Hit]:
        """The passages of those notes that a hit's passage calls, in the order of the source."""
        if not keys:
            return []
        linked = self.shelf.linked([hit.passage.id]).get(hit.passage.id, [])
        return [note for note in self.hits(linked) if not set(note.passage.footnotes).isdisjoint(keys)]

    def spans_of(self, part_of: Hit, start: int, end: int) -> tuple[Span, ...]:
        """Where ``start`` to ``end`` of a hit's reading text stand in the source; empty where that has changed."""
        reading = Reading(self.shelf.text(part_of.passage.document_id), part_of.passage.spans)
        return reading.spans_of(start, end) if reading.text == part_of.passage.text else ()

    def note_before(self, hit: Hit, key: int, most: int) -> Hit | None:
        """The passage of the note ``key`` among the ``most`` passages of notes before a hit's."""
        for found in self._along(hit, most, 0, lambda passage: passage.kind is PassageKind.FOOTNOTE):
            if key in found.passage.footnotes:
                return found
        return None

    def table(self, row: Hit) -> list[Hit]:
        """All rows of the table that a hit is a row of, in order, as far as notes do not part them for long."""
        before, after = (list(self._rows(row.passage, side)) for side in (0, 1))
        return [*reversed(before), row, *after]

    def _rows(self, row: Passage, side: int) -> Iterator[Hit]:
        passage, left, strange = row, _REACH_ROWS, 0
        while left and strange <= _BETWEEN_ROWS and (beside := self.shelf.neighbours(passage)[side]) is not None:
            [passage] = self.shelf.fetch([beside])
            left -= 1
            if passage.kind is PassageKind.TABLE and passage.spans[0] == row.spans[0]:
                strange = 0
                yield self.hit(passage)
            else:
                strange += 1

    def row_titled(self, hit: Hit, title: Span) -> Hit | None:
        """The first row after a hit that is read with the title at ``title``."""

        def is_titled(passage: Passage) -> bool:
            return passage.kind is PassageKind.TABLE and title.overlaps(passage.spans[0])

        return next(self._along(hit, 1, 1, is_titled), None)

    def _along(self, hit: Hit, most: int, side: int, wanted: Callable[[Passage], bool]) -> Iterator[Hit]:
        passage, left = hit.passage, _REACH
        while most and left and (beside := self.shelf.neighbours(passage)[side]) is not None:
            [passage] = self.shelf.fetch([beside])
            left -= 1
            if passage.kind is PassageKind.BODY and passage.section != hit.passage.section:
                return
            if wanted(passage):
                most -= 1
                yield self.hit(passage)
