"""Passages come in an order that a seed fixes, pieces stand where the source has them, splits share no paragraph."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest
from pages import GOATS, PAGES, TEXTS

from eval.drafting import Piece, Splits, in_order, likeliest, likely_type, picks, pieces_of
from ingest.model import Document, Ingested, Passage, PassageKind, Span
from ingest.pipeline import ingest


def ingested(name: str) -> Ingested:
    document = Document(name, name, "text/plain", "", TEXTS[name])
    return ingest(document, lambda text: len(text.split()), 40)


RIVERS, HERD = ingested("rivers"), ingested("goats")


def passages_of(name: str) -> tuple[Passage, ...]:
    return {"rivers": RIVERS, "goats": HERD}[name].passages


# --- order ---------------------------------------------------------------------------------------------------


def test_the_order_is_that_of_the_seed_and_loses_nothing() -> None:
    every = [RIVERS.passages, HERD.passages]
    orders = [in_order(every, seed) for seed in (0, 0, 1, 2)]
    assert orders[0] == orders[1]
    assert orders[0] != orders[2] or orders[0] != orders[3]
    for order in orders:
        assert sorted(passage.id for passage in order) == sorted(passage.id for one in every for passage in one)


def test_documents_take_turns_and_within_one_its_sections() -> None:
    many = [
        replace(RIVERS.passages[0], id=f"{name}{n}", document_id=name, section=(str(n % 3),))
        for name in "ab"
        for n in range(9)
    ]
    order = in_order([many[:9], many[9:]], 5)
    assert all(one.document_id != other.document_id for one, other in pairwise(order))
    for name in "ab":
        sections = [passage.section for passage in order if passage.document_id == name]
        assert all(len(set(sections[at : at + 3])) == 3 for at in (0, 3, 6))


def test_a_document_more_changes_nothing_among_the_others() -> None:
    alone = [passage.id for passage in in_order([RIVERS.passages], 3)]
    both = [passage.id for passage in in_order([RIVERS.passages, HERD.passages], 3) if passage.document_id == "rivers"]
    assert alone == both


# --- pieces --------------------------------------------------------------------------------------------------


def body(words: str) -> Passage:
    return next(p for p in RIVERS.passages if p.kind is PassageKind.BODY and words in p.text)


def test_pieces_are_sentences_then_notes_and_stand_in_the_source() -> None:
    passage = body("share the harvest")
    notes = [note for note in RIVERS.footnotes if note.key in passage.footnotes]
    pieces = pieces_of(PAGES, passage, notes)
    assert [piece.label for piece in pieces if piece.label] == [f"note {note.label}" for note in notes]
    assert pieces[-1].text == notes[-1].text
    [across] = [piece for piece in pieces if "Canal Partnership share" in piece.text]
    assert PAGES[slice(*across.spans[0])].endswith("the Canal Part")
    assert PAGES[slice(*across.spans[1])].startswith("nership share the harvest")


def test_a_row_and_a_note_are_one_piece() -> None:
    for passage in RIVERS.passages:
        if passage.kind is not PassageKind.BODY:
            assert [piece.text for piece in pieces_of(PAGES, passage)] == [passage.text]


def test_the_piece_with_most_words_of_the_question_is_proposed() -> None:
    pieces = [
        Piece("", text, (Span(0, 1),))
        for text in ("Boats", "The ferry carries mail.", "It carries oranges and ferries mail.")
    ]
    assert likeliest("Which oranges does the ferry carry?", pieces) == 2
    assert likeliest("Why?", pieces) == 2  # the longest
    assert likeliest("What mail is carried?", pieces[:2]) == 1


@pytest.mark.parametrize(
    ("question", "kind", "label", "key"),
    [
        ("How many goats are there?", PassageKind.BODY, "", "n"),
        ("When was the flood?", PassageKind.BODY, "", "d"),
        ("Whenever?", PassageKind.BODY, "", "f"),
        ("who keeps it", PassageKind.BODY, "", "p"),
        ("Who says so?", PassageKind.BODY, "note 1", "s"),
        ("How many boats?", PassageKind.TABLE, "", "t"),
        ("Where is that from?", PassageKind.FOOTNOTE, "", "s"),
    ],
)
def test_the_likely_type_is_proposed(question: str, kind: PassageKind, label: str, key: str) -> None:
    assert likely_type(question, kind, [Piece(label, "", (Span(0, 1),))]) == key


@pytest.mark.parametrize(
    ("given", "numbers"),
    [
        ("2", [2]),
        ("3,1", [1, 3]),
        ("1-3", [1, 2, 3]),
        (" 1 , 3-4 ", [1, 3, 4]),
        ("2–3 3", [2, 3]),
        ("0", None),
        ("5", None),
        ("3-1", None),
        ("1-", None),
        ("two", None),
        (",", None),
        ("²", None),
    ],
)
def test_numbers_are_read_as_they_are_typed(given: str, numbers: list[int] | None) -> None:
    assert picks(given, 4) == numbers


# --- splits --------------------------------------------------------------------------------------------------


def where(quote: str, text: str = PAGES) -> list[Span]:
    start = text.index(quote)
    return [Span(start, start + len(quote))]


def test_a_question_goes_where_its_paragraph_is_or_into_the_smaller_split() -> None:
    splits = Splits(TEXTS.__getitem__, passages_of)
    assert splits.of("rivers", where("The ferry")) == "dev"
    splits.put("dev", [("rivers", where("The ferry"))])
    assert splits.of("rivers", where("It carries mail")) == "dev"
    assert splits.of("rivers", where("The flood")) == "test"
    assert splits.of("goats", where("Three goats", GOATS)) == "test"
    splits.put("dev", [("rivers", where("The ferry"))], -1)
    assert splits.of("rivers", where("It carries mail")) == "dev"
    assert splits.counts.total() == 0


def test_paragraphs_that_a_sentence_runs_over_stay_together() -> None:
    splits = Splits(TEXTS.__getitem__, passages_of)
    splits.put("test", [("rivers", where("Rivers carry silt"))])
    assert splits.of("rivers", where("Nobody keeps")) == "test"


def test_what_stands_in_paragraphs_of_two_splits_is_in_none() -> None:
    splits = Splits(TEXTS.__getitem__, passages_of)
    splits.put("dev", [("rivers", where("The ferry"))])
    splits.put("test", [("rivers", where("The flood"))])
    assert splits.of("rivers", [*where("The ferry"), *where("The flood")]) is None
