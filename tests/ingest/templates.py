"""Small documents that say what must be found in them.

In a template ``⟦1|¹⟧`` is a marker of the note with key 1, and ``⟦=1|Annals of Rivers.⟧`` is the text of that note, its
printed number left out; a note that is torn apart has several such parts. A note of which no marker is given is lost.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass

from documents import ingested

from ingest.model import BlockKind, Ingested, PassageKind, Span
from ingest.reading import read_spans

_TAG = re.compile(r"⟦(?P<note>=?)(?P<key>\d+)\|(?P<text>[^⟧]*)⟧")


@dataclass(frozen=True)
class Expected:
    """The source that a template stands for, and by key the markers and the parts of the notes in it."""

    source: str
    markers: dict[int, tuple[Span, ...]]
    notes: dict[int, tuple[Span, ...]]


def expected(template: str) -> Expected:
    """Read a template."""
    source = ""
    place = 0
    found: dict[str, dict[int, list[Span]]] = {"": defaultdict(list), "=": defaultdict(list)}
    for tag in _TAG.finditer(template):
        source += template[place : tag.start()]
        found[tag["note"]][int(tag["key"])].append(Span(len(source), len(source) + len(tag["text"])))
        source += tag["text"]
        place = tag.end()
    markers, notes = ({key: tuple(spans) for key, spans in found[kind].items()} for kind in ("", "="))
    return Expected(source + template[place:], markers, notes)


def assert_linked(template: str) -> Ingested:
    """Assert that a template's notes and markers are found, each at its place, and that no others are.

    Each note is named by the passages that call it, and by its own; no body text holds a note or a marker.
    """
    wanted = expected(template)
    result = ingested(wanted.source)
    found = {note.key: note for note in result.footnotes}
    assert {key: _cut(wanted.source, note.markers) for key, note in found.items() if note.markers} == {
        key: _cut(wanted.source, spans) for key, spans in wanted.markers.items()
    }
    assert {key: note.text for key, note in found.items()} == {
        key: " ".join(wanted.source[slice(*span)] for span in spans) for key, spans in wanted.notes.items()
    }
    for key, spans in wanted.notes.items():
        assert (found[key].spans[0].start, found[key].spans[-1].end) == (spans[0].start, spans[-1].end)
        assert read_spans(wanted.source, found[key].spans) == found[key].text
    _assert_tied(result)
    return result


def body_texts(result: Ingested) -> list[str]:
    """The reading text of each body passage, in order."""
    return [passage.text for passage in result.passages if passage.kind is PassageKind.BODY]


def _cut(source: str, spans: tuple[Span, ...]) -> list[tuple[int, str]]:
    return [(span.start, source[slice(*span)]) for span in spans]


def _assert_tied(result: Ingested) -> None:
    notes = {note.key: note for note in result.footnotes}
    assert {p.footnotes for p in result.passages if p.kind is PassageKind.FOOTNOTE} == {(key,) for key in notes}
    calling = [p for p in result.passages if p.kind is PassageKind.BODY]
    called = {key for passage in calling for key in passage.footnotes}
    assert called == {key for key, note in notes.items() if note.markers}
    apart = [b.content for b in result.blocks if b.kind in (BlockKind.FOOTNOTE, BlockKind.FURNITURE)]
    holes = [*apart, *(marker for note in notes.values() for marker in note.markers)]
    for passage in calling:
        assert not [span for span in passage.spans for hole in holes if span.overlaps(hole)]
