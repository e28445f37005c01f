"""Texts in batches: in input order, little padding, bounded memory, bf16 for long work only."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest
from fakes import HashEmbedder
from hypothesis import given
from hypothesis import strategies as st

from index.batching import BATCH_TOKENS, READ, Batching, Tokens, batches
from index.embedder import Embedded


class WordModel:
    """A BatchModel over a ``HashEmbedder``; it keeps what it was asked, and refuses texts with "forbidden" in them."""

    def __init__(self) -> None:
        self.embedder = HashEmbedder()
        self.reads: list[int] = []
        self.batches: list[tuple[list[int], bool]] = []
        self._lock = threading.Lock()

    def read(self, texts: Sequence[str]) -> Tokens:
        """Its words, and two special tokens."""
        self.reads.append(len(texts))
        return Tokens({"texts": list(texts)}, [len(self.embedder.token_offsets(text)) + 2 for text in texts])

    def embed(self, tokens: Tokens, rows: Sequence[int], half: bool) -> list[Embedded]:
        """What a ``HashEmbedder`` gives. Raises RuntimeError."""
        with self._lock:
            self.batches.append(([tokens.lengths[row] for row in rows], half))
        texts = [tokens.features["texts"][row] for row in rows]
        if any("forbidden" in text for text in texts):
            raise RuntimeError("a forbidden word")
        with self._lock:
            return self.embedder.embed(texts)


TEXTS = [f"{'word ' * (number * 37 % 120)}number {number}" for number in range(700)]


def same(found: list[Embedded], texts: Sequence[str]) -> bool:
    expected = HashEmbedder().embed(texts)
    return all(
        (a.vector == b.vector).all() and (a.tokens == b.tokens).all() for a, b in zip(found, expected, strict=True)
    )


@given(st.lists(st.integers(1, 50)), st.integers(1, 120))
def test_every_row_is_in_one_batch_and_no_batch_is_over_its_budget(lengths: list[int], budget: int) -> None:
    made = batches(lengths, budget)
    assert sorted(row for rows in made for row in rows) == list(range(len(lengths)))
    longest = [max(lengths[row] for row in rows) for rows in made]
    assert all(len(rows) == 1 or len(rows) * most <= budget for rows, most in zip(made, longest, strict=True))
    assert longest == sorted(longest, reverse=True)
    assert all(rows == sorted(rows) for rows in made)


def test_many_texts_come_in_input_order_with_their_progress() -> None:
    model, done = WordModel(), list[int]()
    assert same(Batching(model, 2, half=True).embed_many(TEXTS, done.append), TEXTS)
    assert sum(done) == len(TEXTS)
    assert len(done) == len(model.batches)


def test_little_of_a_batch_is_padding() -> None:
    model = WordModel()
    Batching(model, 2, half=True).embed_many(TEXTS, lambda _: None)
    padded = sum(max(lengths) * len(lengths) for lengths, _ in model.batches)
    assert padded <= 1.1 * sum(sum(lengths) for lengths, _ in model.batches)
    assert all(max(lengths) * len(lengths) <= BATCH_TOKENS for lengths, _ in model.batches)


def test_texts_are_read_once_and_not_all_at_the_same_time() -> None:
    model = WordModel()
    Batching(model, 2, half=True).embed_many(TEXTS, lambda _: None)
    assert model.reads == [READ, READ, len(TEXTS) - 2 * READ]


def test_only_many_texts_may_be_computed_in_half_precision() -> None:
    for half in (True, False):
        model = WordModel()
        shared = Batching(model, 2, half)
        shared.embed_few(TEXTS[:3])
        assert {used for _, used in model.batches} == {False}
        model.batches.clear()
        shared.embed_many(TEXTS[:3], lambda _: None)
        assert {used for _, used in model.batches} == {half}


def test_questions_and_long_work_from_many_threads_each_get_their_own() -> None:
    shared = Batching(WordModel(), 2, half=True)

    def use(number: int) -> bool:
        some = TEXTS[number : number + 1 + number % 3]
        return same(shared.embed_few(some), some)

    with ThreadPoolExecutor(17) as pool:
        long = pool.submit(shared.embed_many, TEXTS, lambda _: None)
        assert all(pool.map(use, range(300)))
    assert same(long.result(), TEXTS)


def test_errors_reach_who_asked_and_leave_the_model_usable() -> None:
    model = WordModel()
    shared = Batching(model, 2, half=False)
    forbidden = [*TEXTS[:50], "a forbidden text"]
    for embed in (shared.embed_few, lambda texts: shared.embed_many(texts, lambda _: None)):
        with pytest.raises(RuntimeError, match="a forbidden word"):
            embed(forbidden)
    assert same(shared.embed_few(TEXTS[:2]), TEXTS[:2])
    assert same(shared.embed_many(TEXTS[:50], lambda _: None), TEXTS[:50])


def test_long_work_that_is_broken_off_ends_its_threads() -> None:
    """What progress raises, such as an interrupt, ends the work; the batches that have not begun never do."""
    model = WordModel()
    shared = Batching(model, 2, half=False)
    before = threading.active_count()

    def interrupt(_: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        shared.embed_many(TEXTS[:READ] * 20, interrupt)
    assert threading.active_count() == before
    assert model.reads == [READ]
    assert same(shared.embed_few(["again"]), ["again"])
