"""Damaged bytes break no promise: half a minute of what ``benchmarks.fuzz`` does for longer, and what it once found."""

from __future__ import annotations

import time
from dataclasses import replace
from random import Random

import pytest
from documents import debris
from hypothesis import example, given, settings
from hypothesis import strategies as st

from benchmarks.fuzz import MAX_TOKENS, check, count_tokens, fuzz, ingested, mutated, seeds, shrink, violations
from ingest.errors import SourceError
from ingest.model import BlockKind

SECONDS = 20

FOUND = {
    "a number in footnotemark at the head of a note": b"\\footnotemark[1]I",
    "a first note without a sign among notes that are called by signs": "]*\u0301⁵⁶³\n^{}\n^{1}#".encode(),
    "a note of nothing but a number": "[1,2]\ufeff†\ufeff[^1]:\xad\u2028^{}".encode(),
    "a note of nothing but markup": "\u2029*}\u2029^{1}*\u2029".encode(),
    "a note of nothing but an entity": "\\footnotemark[1]&nbsp;\u2029‡\U0010ffff！〿".encode(),
    "a marker inside a note of another kind": b"*8,3 \n[3]T",
    "a byte order mark between the cells of a table": "½\u2028$\t{\ufeffǅ\t1".encode(),
    "a label beside two notes of one number": (
        b"e<sup>1</sup>\xe2\x80\xa8\xf4\x8f\xbf\xbf<sup>1</sup>\xe2\x80\x8b[^1]\xc2\xb3\xe2\x80\xa0\xe2\x80\xa8"
        b"\\footnotetext1]\xe2\x80\xa8.\n]\x0c\\footnotemark[1]\xef\xbc\x81\xe2\x91\xa0"
    ),
    "names of columns that end like sentences": (
        "| 。m | 2 | ecall@10 | R | 0 | n s | d t s | q , s |\t1|1\n"
        "| B | 6 | 0 | 2 | 4 | 9 | 5 | 6 |\n| LanceDB, d | 9 | 3 | 8 | 5 | 4 | 2 |"
    ).encode(),
    "groups of numbers in brackets": "4. }[1–9][–[1,1] \n\nG\n3H".encode(),
}


@pytest.mark.parametrize("data", FOUND.values(), ids=FOUND)
def test_what_fuzzing_has_found_stays_mended(data: bytes) -> None:
    assert check(data, twice=True) == []


@settings(deadline=None, max_examples=300, derandomize=True)
@given(data=st.binary(max_size=300) | debris().map(str.encode))
@example(data=b"\xff")
@example(data=b"\x00")
@example(data=b" \n")
@example(data=b"\xef\xbb\xbf")
def test_any_bytes_are_refused_as_no_text_or_every_promise_holds(data: bytes) -> None:
    assert check(data) == []


def test_damaged_documents_break_no_promise() -> None:
    until = time.monotonic() + SECONDS
    findings = fuzz(Random(0), lambda _: time.monotonic() > until, slow=float("inf"))  # noqa: S311
    assert {fault: shrink(data, fault, seconds=5.0) for fault, data in findings.faults.items()} == {}
    assert findings.runs > 100


def test_the_same_seed_damages_texts_in_the_same_way() -> None:
    texts = seeds()
    one, two = Random(4), Random(4)  # noqa: S311
    assert [mutated(one, texts) for _ in range(20)] == [mutated(two, texts) for _ in range(20)]


def test_bytes_that_are_no_text_are_refused_by_name() -> None:
    with pytest.raises(SourceError, match="is not UTF-8 text"):
        ingested(b"\xff")


TEXT = "One river carries silt.¹ Another does not.\n\n¹ Ibid., p. 12.\n\nThe third one is dry.".encode()


def test_a_broken_promise_is_told() -> None:
    result = ingested(TEXT)
    assert [*violations(result)] == []
    [note] = result.footnotes
    body, *others = result.passages
    lost = replace(result, passages=(*others,))
    assert "a paragraph is in no passage" in {*violations(lost)}
    assert "a note is not named by the passage that calls it, or by another" in {*violations(lost)}
    misread = replace(result, passages=(replace(body, text="Something else."), *others))
    assert [*violations(misread)] == ["the spans of a Passage do not give its text again"]
    untiled = replace(result, blocks=result.blocks[1:])
    assert "blocks do not tile the source" in {*violations(untiled)}
    unowned = replace(result, passages=tuple(p for p in result.passages if note.key not in p.footnotes or p is body))
    assert "a note has no passage of its own" in {*violations(unowned)}


def test_a_failing_text_is_cut_to_what_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("benchmarks.fuzz.check", lambda data: ["a fault"] if b"x" in data else [])
    assert shrink(b"0123456789x0123456789", "a fault") == b"x"


def test_no_passage_of_a_damaged_document_is_longer_than_the_limit() -> None:
    texts = seeds()
    result = ingested(texts[0])
    assert max(count_tokens(passage.text) for passage in result.passages) <= MAX_TOKENS
    assert any(block.kind is BlockKind.FOOTNOTE for block in result.blocks)
