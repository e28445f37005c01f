"""Measures give the numbers that were worked out by hand."""

from __future__ import annotations

from math import log2

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eval.measures import (
    TOUCHED,
    Alternatives,
    Shown,
    answer_tokens,
    contains_answer,
    evidence_overlap,
    exact_match,
    hit_at_budget,
    mean,
    ndcg,
    recall,
    recall_at,
    reciprocal_rank,
    share,
    token_f1,
)
from eval.questions import Evidence
from ingest.model import Span

#        0123456789012345678901234567890
SOURCE = "abcdefghij KLMNOPQRST, 12-34 56!"
LETTERS = Evidence("d", Span(0, 10), "abcdefghij")
CAPITALS = Evidence("d", Span(11, 21), "KLMNOPQRST")
DIGITS = Evidence("d", Span(23, 32), "12-34 56!")  # six of its nine characters are digits


def shown(*spans: tuple[int, int], document: str = "d", tokens: int = 10) -> Shown:
    return Shown(document, tuple(Span(*span) for span in spans), tokens)


def cut(item: Shown, tokens: int) -> Shown:
    """The first so many characters of a thing shown: a token is a character here."""
    [span] = item.spans
    return Shown(item.document_id, (Span(span.start, span.start + tokens),), tokens)


def test_the_evidence_of_these_tests_is_in_their_source() -> None:
    for evidence in (LETTERS, CAPITALS, DIGITS):
        assert SOURCE[slice(*evidence.span)] == evidence.quote


@pytest.mark.parametrize(
    ("evidence", "items", "expected"),
    [
        (LETTERS, [], 0.0),
        (LETTERS, [shown((0, 10))], 1.0),
        (LETTERS, [shown((0, 9))], 0.9),
        (LETTERS, [shown((5, 32))], 0.5),
        (LETTERS, [shown((10, 32))], 0.0),  # spans are half-open
        (LETTERS, [shown((0, 10), document="other")], 0.0),
        (LETTERS, [shown((0, 3)), shown((6, 10))], 0.7),  # of two passages
        (LETTERS, [shown((0, 3), (6, 10))], 0.7),  # of two spans of one
        (LETTERS, [shown((0, 6)), shown((2, 8))], 0.8),  # what is shown twice counts once
        (DIGITS, [shown((23, 25))], 2 / 6),  # 12
        (DIGITS, [shown((25, 26))], 0.0),  # the hyphen is nothing that must be shown
        (DIGITS, [shown((23, 25), (26, 28), (29, 31))], 1.0),  # without hyphen, blank and mark it is whole
    ],
)
def test_share(evidence: Evidence, items: list[Shown], expected: float) -> None:
    assert share(evidence, items) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("alternatives", "items", "expected"),
    [
        ([[LETTERS]], [shown((0, 9))], 1.0),  # nine tenths are enough
        ([[LETTERS]], [shown((0, 8))], 0.0),
        ([[LETTERS, CAPITALS]], [shown((0, 10))], 0.5),
        ([[LETTERS, CAPITALS, DIGITS]], [shown((0, 21))], 2 / 3),
        ([[LETTERS, CAPITALS]], [shown((11, 21)), shown((0, 10))], 1.0),
        ([[LETTERS, CAPITALS], [DIGITS]], [shown((23, 32))], 1.0),  # the alternative that is met best
        ([[LETTERS, CAPITALS], [DIGITS]], [shown((0, 10))], 0.5),
    ],
)
def test_recall(alternatives: list[list[Evidence]], items: list[Shown], expected: float) -> None:
    assert recall(alternatives, items) == pytest.approx(expected)


def test_recall_at_k_looks_at_the_first_k_only() -> None:
    items = [shown((23, 32)), shown((0, 10)), shown((11, 21))]
    assert [recall_at(k, [[LETTERS, CAPITALS]], items) for k in (1, 2, 3, 10)] == [0.0, 0.5, 1.0, 1.0]


@pytest.mark.parametrize(
    ("alternatives", "items", "expected"),
    [
        ([[LETTERS]], [shown((0, 10))], 1.0),
        ([[LETTERS]], [shown((11, 21)), shown((23, 32)), shown((0, 10))], 1 / 3),
        ([[LETTERS]], [shown((11, 21)), shown((0, 5))], 1 / 2),  # half of it is enough
        ([[LETTERS]], [shown((0, 4)), shown((4, 8))], 0.0),  # but half of it in one thing shown
        ([[LETTERS, CAPITALS]], [shown((23, 32)), shown((11, 21))], 1 / 2),  # any piece
        ([[LETTERS], [DIGITS]], [shown((23, 32))], 1.0),  # of any alternative
        ([[LETTERS]], [], 0.0),
    ],
)
def test_reciprocal_rank(alternatives: list[list[Evidence]], items: list[Shown], expected: float) -> None:
    assert reciprocal_rank(alternatives, items) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("alternatives", "items", "expected"),
    [
        ([[LETTERS]], [shown((0, 10))], 1.0),
        ([[LETTERS]], [shown((11, 21)), shown((0, 5))], 1 / log2(3)),  # half of it is enough
        ([[LETTERS]], [shown((0, 4)), shown((4, 8))], 0.0),  # but half of it in one thing shown
        ([[LETTERS]], [shown((0, 10)), shown((0, 10))], 1.0),  # what is shown again gains nothing
        ([[LETTERS, CAPITALS]], [shown((11, 21)), shown((0, 10))], 1.0),  # in whatever order
        ([[LETTERS, CAPITALS]], [shown((0, 21))], 1.0),  # two at once take two places
        ([[LETTERS, CAPITALS]], [shown((0, 10)), shown((23, 32)), shown((11, 21))], (1 + 1 / 2) / (1 + 1 / log2(3))),
        ([[LETTERS, CAPITALS], [DIGITS]], [shown((23, 32))], 1.0),  # the best alternative
        ([[LETTERS]], [], 0.0),
    ],
)
def test_ndcg(alternatives: Alternatives, items: list[Shown], expected: float) -> None:
    assert ndcg(10, alternatives, items) == pytest.approx(expected)


def test_ndcg_counts_the_first_places_only_and_asks_for_no_more_than_they_can_hold() -> None:
    items = [shown((23, 32)), shown((0, 10))]
    assert ndcg(1, [[LETTERS]], items) == 0.0
    assert ndcg(1, [[LETTERS, DIGITS]], items) == 1.0


PIECES = [Evidence("d", Span(start, start + 5), SOURCE[start : start + 5]) for start in (0, 5, 11, 16)]
RANKED = st.lists(st.sampled_from([*(piece.span for piece in PIECES), Span(0, 10), Span(22, 32)]), max_size=14)


@settings(deadline=None)  # the first example imports a library
@given(st.lists(st.sampled_from(PIECES), min_size=1, unique=True), RANKED)
def test_rank_and_ndcg_are_those_of_ir_measures(pieces: list[Evidence], spans: list[Span]) -> None:
    """The judged items are the pieces, and each is ranked where half of it is first shown."""
    ir_measures = pytest.importorskip("ir_measures")
    items = [shown(span) for span in spans]
    ranked: list[str] = []
    for item in items:
        new = [e.quote for e in pieces if share(e, [item]) >= TOUCHED and e.quote not in ranked]
        ranked += new or [f"nothing new, {len(ranked)}"]
    judged = {"q": {piece.quote: 1 for piece in pieces}}
    run = {"q": {name: float(-place) for place, name in enumerate(ranked)}}
    found = ir_measures.calc_aggregate([ir_measures.nDCG @ 10, ir_measures.RR], judged, run)
    assert ndcg(10, [pieces], items) == pytest.approx(found[ir_measures.nDCG @ 10])
    assert reciprocal_rank([pieces], items) == pytest.approx(found[ir_measures.RR])


@pytest.mark.parametrize(
    ("budget", "expected"),
    [
        (31, 1.0),
        (20, 1.0),  # both things fit, just
        (19, 1.0),  # the second is cut after 9 of its 10 characters
        (18, 0.0),  # after 8
        (10, 0.0),  # the first fits, just
        (0, 0.0),
    ],
)
def test_what_goes_over_the_budget_is_cut_at_it(budget: int, expected: float) -> None:
    items = [shown((0, 10)), shown((11, 21)), shown((23, 32), tokens=9)]
    assert hit_at_budget(budget, [[LETTERS, CAPITALS]], items, cut) == expected


def test_nothing_that_comes_after_the_cut_counts() -> None:
    long, short = shown((11, 21)), shown((0, 10), tokens=1)
    assert hit_at_budget(5, [[LETTERS]], [long, short], cut) == 0.0
    assert hit_at_budget(5, [[LETTERS]], [short, long], cut) == 1.0


def test_a_budget_is_met_by_any_alternative_but_by_all_of_its_evidence() -> None:
    items = [shown((23, 32), tokens=9), shown((0, 10))]
    assert hit_at_budget(9, [[LETTERS], [DIGITS]], items, cut) == 1.0
    assert hit_at_budget(9, [[LETTERS, DIGITS]], items, cut) == 0.0
    assert hit_at_budget(19, [[LETTERS, DIGITS]], items, cut) == 1.0


def test_a_span_that_goes_past_the_end_of_its_document_counts_what_is_there() -> None:
    assert evidence_overlap([[DIGITS]], [shown((23, 1000))], lambda _: SOURCE) == (1.0, 1.0)


def test_mean() -> None:
    rows = [{"a": 1.0, "b": 0.0}, {"a": 0.0, "b": 0.0}, {"a": 0.5, "b": 0.25}]
    assert mean(rows, "a") == 0.5
    assert mean(rows, "b") == pytest.approx(1 / 12)
    assert mean([], "a") == 0.0


def test_words_of_an_answer() -> None:
    assert answer_tokens("The U.S. sold 1,534.89 tonnes: 7.5% of Russia's") == [
        *("us", "sold", "153489", "tonnes", "75", "percent", "of", "russias")
    ]
    assert answer_tokens("2021–2027, an apple") == ["2021", "2027", "apple"]
    assert answer_tokens("—") == []


@pytest.mark.parametrize(
    ("answer", "references", "expected"),
    [
        ("an apple and an oyster", ["Apple and oyster."], 1.0),
        ("apple", ["apple and oyster"], 2 * 1 / (1 + 3)),
        ("apple apple", ["apple"], 2 * 1 / (2 + 1)),  # a word counts as often as it comes
        ("apple pear", ["oyster", "apple"], 2 * 1 / (2 + 1)),  # the best of all references
        ("pear", ["apple"], 0.0),
        ("", ["apple"], 0.0),
        ("apple", [], 0.0),
    ],
)
def test_token_f1(answer: str, references: list[str], expected: float) -> None:
    assert token_f1(answer, references) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("answer", "references", "expected"),
    [
        ("The apple, and an oyster!", ["apple and oyster"], 1.0),
        ("apple and oyster", ["pear", "Apple and oyster."], 1.0),
        ("oyster and apple", ["apple and oyster"], 0.0),
        ("apple", ["apple and oyster"], 0.0),
        ("", ["—"], 0.0),  # nothing is no answer
        ("apple", [], 0.0),
    ],
)
def test_exact_match(answer: str, references: list[str], expected: float) -> None:
    assert exact_match(answer, references) == expected


@pytest.mark.parametrize(
    ("shown", "references", "expected"),
    [
        ("China imported 20,000 tonnes of beef.", ["20,000 tonnes"], 1.0),
        ("China imported 20,000 tonnes of beef.", ["20000 tonnes"], 1.0),
        ("China imported 120,000 tonnes of beef.", ["20,000 tonnes"], 0.0),  # a part of a number is no number
        ("Saudi Arabia and Qatar", ["Qatar, and then Saudi Arabia"], 1.0),  # in another order, without stop words
        ("Saudi Arabia and Qatar", ["Saudi Arabia, Qatar and Egypt"], 0.0),
        ("Saudi Arabia and Qatar", ["Egypt", "qatar"], 1.0),  # an alias is enough
        ("What it is", ["it"], 1.0),  # nothing but stop words: they have to stand there
        ("What was", ["it"], 0.0),
        ("anything", ["—"], 0.0),
        ("", ["Egypt"], 0.0),
    ],
)
def test_contained(shown: str, references: list[str], expected: float) -> None:
    assert contains_answer(shown, references) == expected


@pytest.mark.parametrize(
    ("alternatives", "items", "expected"),
    [
        ([[LETTERS]], [], (0.0, 0.0)),
        ([[LETTERS]], [shown((0, 10))], (1.0, 1.0)),
        ([[LETTERS]], [shown((0, 21))], (0.5, 1.0)),  # the blank between counts nothing
        ([[LETTERS]], [shown((0, 5))], (1.0, 0.5)),
        ([[LETTERS]], [shown((0, 5)), shown((0, 5))], (1.0, 0.5)),  # shown twice counts once
        ([[LETTERS, CAPITALS]], [shown((0, 10))], (1.0, 0.5)),
        ([[CAPITALS], [LETTERS]], [shown((0, 10))], (1.0, 1.0)),  # the better alternative
        ([[CAPITALS]], [shown((0, 10))], (0.0, 0.0)),
        ([[DIGITS]], [shown((23, 25))], (1.0, 2 / 6)),
    ],
)
def test_overlap_with_the_evidence(
    alternatives: list[list[Evidence]], items: list[Shown], expected: tuple[float, float]
) -> None:
    assert evidence_overlap(alternatives, items, lambda _: SOURCE) == expected
