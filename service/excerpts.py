"""Parts of a document as they are shown: an exact slice of its text, and a passage."""

from __future__ import annotations

from ingest.errors import QueryError
from service.library import Library
from service.schemas import PassageOut, PassageWithNeighbours, TextOut


def slice_of(shelf: Library, document_id: str, start: int, end: int | None) -> TextOut:
    """A slice of a document's text, cut at its end. Raises NotFound, and QueryError where it begins behind its end."""
    whole = shelf.index.text(document_id)
    stop = len(whole) if end is None else min(end, len(whole))
    if start > stop:
        raise QueryError(f"start {start} is behind end {stop}; the text has {len(whole)} characters, give a part of it")
    return TextOut(document_id=document_id, start=start, end=stop, length=len(whole), text=whole[start:stop])


def passage_with_neighbours(shelf: Library, passage_id: str) -> PassageWithNeighbours:
    """A passage as it is shown. Raises NotFound."""
    found = shelf.passage(passage_id)
    title = shelf.document(found.document_id).title
    notes = tuple(shelf.index.footnotes(found.document_id, found.footnotes))
    previous, following = shelf.index.neighbours(found)
    told = PassageOut.model_validate(PassageOut.fields_of(found, title, notes))
    return PassageWithNeighbours(passage=told, previous=previous, next=following)
