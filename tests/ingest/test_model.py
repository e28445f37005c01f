"""The nouns refuse what cannot be."""

from __future__ import annotations

import inspect

import pytest

from ingest import errors
from ingest.errors import IbidError, SourceError
from ingest.model import Document, Span, passage_id


@pytest.mark.parametrize(("start", "end"), [(-1, 3), (3, 3), (7, 3)])
def test_a_span_begins_before_it_ends(start: int, end: int) -> None:
    with pytest.raises(ValueError, match=rf"span must satisfy 0 <= start < end, got {start}\.\.{end}"):
        Span.of(start, end)


def test_spans_know_what_they_hold() -> None:
    assert Span.of(2, 6) == Span(2, 6)
    assert Span(2, 6).contains(Span(2, 6))
    assert not Span(2, 6).contains(Span(5, 7))
    assert Span(2, 6).overlaps(Span(5, 7))
    assert not Span(2, 6).overlaps(Span(6, 7))


@pytest.mark.parametrize("text", ["", " \n\u2003", "\ufeff \ufeff"])
def test_a_document_without_text_is_refused(text: str) -> None:
    with pytest.raises(SourceError, match="x holds no text; give a file with text in it"):
        Document("x", "X", "text/plain", "", text)


def test_a_passage_id_tells_document_and_place() -> None:
    ids = [
        passage_id(document, spans)
        for document in ("a", "b")
        for spans in ((Span(0, 9),), (Span(0, 4), Span(5, 9)), (Span(0, 3), Span(5, 9)))
    ]
    assert len(set(ids)) == 6
    assert ids[0].startswith("a.0-9.")


def test_every_error_has_a_status_and_a_title_of_its_own() -> None:
    kinds = [kind for _, kind in inspect.getmembers(errors, inspect.isclass) if issubclass(kind, IbidError)]
    assert all(400 <= kind.status < 600 for kind in kinds)
    assert len({kind.title for kind in kinds}) == len(kinds)
