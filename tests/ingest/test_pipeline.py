"""The promises of ingestion, held over debris, over small documents of which everything is known, and in every run."""

from __future__ import annotations

from itertools import pairwise

import pytest
from documents import Written, count_tokens, debris, document, footnoted, ingested
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.model import BlockKind, Found, Ingested, PassageKind
from ingest.pipeline import ingest
from ingest.reading import read_spans

MARKUP = frozenset("\\^{}*&[]$|-:#=")
"""What may go unread besides markers and printed note numbers."""


def unread_characters(result: Ingested) -> list[str]:
    """Characters of body and notes in no passage, markers, note numbers and white space left aside."""
    source = result.document.text
    may_go = [span for note in result.footnotes if (span := note.marker)]
    read = set()
    for start, end in [span for passage in result.passages for span in passage.spans] + may_go:
        read.update(range(start, end))
    heads = {note.spans[0].start for note in result.footnotes}
    unread = []
    for block in result.blocks:
        start, end = block.content
        if block.kind is BlockKind.FOOTNOTE:
            start = next((head for head in heads if start <= head < end), start)
        if block.kind is not BlockKind.FURNITURE:
            blanks = source[start:end].replace("&nbsp;", " " * 6)
            unread += [c for i, c in enumerate(blanks, start) if i not in read and not c.isspace()]
    return unread


def check_promises(result: Ingested, max_tokens: int) -> None:
    """Check every promise that holds whatever the text."""
    source = result.document.text
    check_tiling(result)
    assert set(unread_characters(result)) <= MARKUP
    for part in (*result.passages, *result.footnotes):
        assert read_spans(source, part.spans) == part.text
        assert part.text == part.text.strip() != ""
    assert all(count_tokens(passage.text) <= max_tokens for passage in result.passages)
    assert len({passage.id for passage in result.passages}) == len(result.passages)
    assert [passage.position for passage in result.passages] == list(range(len(result.passages)))
    check_footnotes(result)


def check_tiling(result: Ingested) -> None:
    blocks = result.blocks
    assert blocks[0].span.start == 0
    assert blocks[-1].span.end == len(result.document.text)
    for before, after in pairwise(blocks):
        assert before.span.end == after.span.start
    for block in blocks:
        assert block.span.contains(block.content)
        assert not result.document.text[block.content.end : block.span.end].replace("\ufeff", "").strip()
        assert block.page >= 1


def check_footnotes(result: Ingested) -> None:
    """Every note has passages of its own, and the passage that calls it, in both directions."""
    source = result.document.text
    body = [passage for passage in result.passages if passage.kind is PassageKind.BODY]
    keys = [note.key for note in result.footnotes]
    assert keys == sorted(set(keys))
    for note in result.footnotes:
        own = [p for p in result.passages if p.kind is PassageKind.FOOTNOTE and p.footnotes == (note.key,)]
        callers = [passage for passage in body if note.key in passage.footnotes]
        assert own
        assert (note.marker is None) == (note.found is Found.LOST)
        if note.marker is None:
            assert callers == []
            continue
        assert len(callers) == 1
        assert all(passage.context and passage.context in callers[0].text for passage in own)
        if note.found is Found.PRINTED and note.label.isdecimal():  # else it is a speck that is left, a name, a sign
            assert any(c.isdigit() for c in source[note.marker.start : note.marker.end])


@settings(deadline=None, max_examples=150)
@given(text=debris(), max_tokens=st.integers(8, 60))
def test_every_promise_holds_for_any_text(text: str, max_tokens: int) -> None:
    check_promises(ingest(document(text), count_tokens, max_tokens), max_tokens)


@settings(deadline=None, max_examples=80)
@given(written=footnoted())
def test_a_footnoted_document_is_understood(written: Written) -> None:
    result = ingested(written.text)
    check_promises(result, 40)
    assert {note.number: note.text for note in result.footnotes} == written.notes
    assert {note.number: note.marker for note in result.footnotes} == written.markers
    assert all(note.found is Found.PRINTED for note in result.footnotes)
    for number, sentence in written.callers.items():
        [own] = [p for p in result.passages if p.kind is PassageKind.FOOTNOTE and p.footnotes == (number,)]
        assert own.context == sentence


@settings(deadline=None, max_examples=40)
@given(written=footnoted())
def test_sentences_are_whole_again_across_pages_notes_and_running_heads(written: Written) -> None:
    body = [passage.text for passage in ingested(written.text).passages if passage.kind is PassageKind.BODY]
    for sentence in written.sentences:
        assert sum(sentence in text for text in body) == 1
    assert not any("Annals" in text for text in body)


@settings(deadline=None, max_examples=30)
@given(text=debris())
def test_two_runs_give_the_same_passages(text: str) -> None:
    assert ingested(text) == ingested(text)


def test_a_passage_is_never_smaller_than_can_be_cut() -> None:
    with pytest.raises(ValueError, match="max_tokens must be at least 8, got 7"):
        ingest(document("Some text."), count_tokens, 7)
