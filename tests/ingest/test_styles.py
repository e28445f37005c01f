"""Every style of notes, on synthetic documents of which everything is known: all links found, and no other."""

from __future__ import annotations

from functools import cache
from itertools import pairwise

import pytest
from documents import count_tokens, document
from synthetic import STYLES, Linked, Score, Synthetic, score, write

from ingest.model import BlockKind, Ingested, PassageKind
from ingest.pipeline import ingest
from ingest.reading import read_spans

SIZES = ((5, 11), (18, 12), (18, 13), (60, 14))
"""Notes and seeds of the documents of each style."""

styles = pytest.mark.parametrize("style", STYLES)


@cache
def understood(style: str, damage: float = 0.0) -> tuple[tuple[Synthetic, Ingested], ...]:
    truths = [write(style, notes, seed, damage) for notes, seed in SIZES]
    return tuple((truth, ingest(document(truth.text), count_tokens, 80)) for truth in truths)


def linked(result: Ingested) -> list[Linked]:
    return [Linked(note.label, note.spans[0].start, note.markers) for note in result.footnotes]


@styles
def test_every_marker_is_linked_with_its_note_and_nothing_else_is(style: str) -> None:
    for truth, result in understood(style):
        counts = score(truth, linked(result))
        assert (counts.hit, counts.right) == (counts.links, counts.found)


@styles
def test_every_note_is_found_with_its_number_and_nearly_all_with_all_their_text(style: str) -> None:
    """Where no sign of the page's end is left, the last paragraph of a note looks like body text."""
    whole = notes = 0
    for truth, result in understood(style):
        assert score(truth, linked(result)).named == len(truth.notes) == len(result.footnotes)
        found = {note.spans[0].start: note.spans[-1].end for note in result.footnotes}
        assert found.keys() == {note.spans[0].start for note in truth.notes}
        whole += sum(found[note.spans[0].start] == note.spans[-1].end for note in truth.notes)
        notes += len(truth.notes)
    assert whole >= 0.96 * notes


@styles
def test_decoys_never_become_markers(style: str) -> None:
    for truth, result in understood(style):
        markers = [marker for note in result.footnotes for marker in note.markers]
        taken = [truth.text[d.start : d.end] for d in truth.decoys if any(d.overlaps(marker) for marker in markers)]
        assert taken == []


@styles
def test_most_links_survive_damage_and_few_false_ones_come_of_it(style: str) -> None:
    total = Score()
    for truth, result in understood(style, 0.15):
        total += score(truth, linked(result))
    assert total.precision is not None and total.precision >= 0.9
    assert total.recall is not None and total.recall >= 0.8


def test_of_all_styles_together_damage_leaves_nine_links_in_ten_and_hardly_a_false_one() -> None:
    total = Score()
    for style in STYLES:
        for truth, result in understood(style, 0.15):
            total += score(truth, linked(result))
    assert total.precision is not None and total.precision >= 0.97
    assert total.recall is not None and total.recall >= 0.9


@styles
@pytest.mark.parametrize("damage", [0.0, 0.15])
def test_spans_are_what_is_read(style: str, damage: float) -> None:
    for _, result in understood(style, damage):
        for part in (*result.passages, *result.footnotes):
            assert read_spans(result.document.text, part.spans) == part.text


@styles
@pytest.mark.parametrize("damage", [0.0, 0.15])
def test_blocks_tile_the_source(style: str, damage: float) -> None:
    for _, result in understood(style, damage):
        assert (result.blocks[0].span.start, result.blocks[-1].span.end) == (0, len(result.document.text))
        assert all(before.span.end == after.span.start for before, after in pairwise(result.blocks))


@styles
@pytest.mark.parametrize("damage", [0.0, 0.15])
def test_every_word_of_the_body_is_in_a_passage(style: str, damage: float) -> None:
    for _, result in understood(style, damage):
        read = bytearray(len(result.document.text))
        calls = [marker for note in result.footnotes for marker in note.markers]
        for start, end in [span for passage in result.passages for span in passage.spans] + calls:
            read[start:end] = b"\1" * (end - start)
        for block in result.blocks:
            if block.kind not in (BlockKind.FURNITURE, BlockKind.FOOTNOTE):
                inside = range(*block.content)
                unread = [at for at in inside if result.document.text[at].isalnum() and not read[at]]
                assert unread == []


@styles
@pytest.mark.parametrize("damage", [0.0, 0.15])
def test_a_note_has_passages_of_its_own_and_each_that_calls_it_lists_it(style: str, damage: float) -> None:
    for _, result in understood(style, damage):
        own = {key for p in result.passages if p.kind is PassageKind.FOOTNOTE for key in p.footnotes}
        assert own == {note.key for note in result.footnotes}
        callers: dict[int, list[tuple[int, int]]] = {}
        for passage in result.passages:
            if passage.kind is not PassageKind.FOOTNOTE:
                for key in passage.footnotes:
                    callers.setdefault(key, []).append((passage.spans[0].start, passage.spans[-1].end))
        assert all(note.markers for note in result.footnotes if note.key in callers)
        for note in result.footnotes:
            for marker in note.markers:  # which may stand behind the last word that is read
                assert any(start <= marker.start <= end + 3 for start, end in callers.get(note.key, []))
