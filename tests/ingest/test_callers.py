"""The sentence that calls a note: the last to begin before its marker, or the one that clearly must."""

from __future__ import annotations

from itertools import accumulate

import pytest

from ingest.callers import Callers
from ingest.model import Span

SENTENCES = (
    "One river carries silt. ",
    "Farmers in the deltas grow rice. ",
    "Copper is mined in the hills. ",
    "Farmers there keep goats. ",
)
STARTS = [0, *accumulate(map(len, SENTENCES))]
ALL = Span(0, STARTS[-1])


def callers(sentences: tuple[str, ...] = SENTENCES) -> Callers:
    return Callers(STARTS[: len(sentences)], lambda index: sentences[index])


@pytest.mark.parametrize(
    ("place", "sentence"), [(0, 0), (5, 0), (STARTS[1], 0), (STARTS[1] + 1, 1), (STARTS[2], 1), (10_000, 3)]
)
def test_a_marker_is_called_by_the_last_sentence_that_begins_before_it(place: int, sentence: int) -> None:
    assert callers().at(place) == sentence


def test_nothing_calls_a_note_where_there_is_no_sentence() -> None:
    none = Callers([], lambda _: "")
    assert (none.at(7), none.within(Span(0, 9), "Of Rice.")) == (None, None)


@pytest.mark.parametrize("sentence", range(4))
def test_the_only_sentence_of_a_region_calls_whatever_the_note_says(sentence: int) -> None:
    assert callers().within(Span(STARTS[sentence], STARTS[sentence + 1] - 1), "Of nothing.") == sentence


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("On Copper, p. 7.", 2),
        ("On rice and delta", 1),  # words without their endings count little, but count
        ("On copper in the hills.", 2),
        ("Goats, p. 7.", 3),
    ],
)
def test_the_sentence_that_clearly_shares_most_calls_the_note(text: str, sentence: int) -> None:
    assert callers().within(ALL, text) == sentence


@pytest.mark.parametrize("text", ["Of nothing.", "On farmers, p. 7.", "On copper and goats.", "", "In the of it."])
def test_no_sentence_calls_a_note_that_might_belong_to_another(text: str) -> None:
    assert callers().within(ALL, text) is None


@pytest.mark.parametrize(("word", "other"), [("SANCTIONED", "Sanctions"), ("COOPERATING", "cooperation")])
def test_case_and_long_endings_do_not_part_words(word: str, other: str) -> None:
    sentences = (f"{word} banks. ", "Other ones.")
    assert Callers([0, 20], lambda index: sentences[index]).within(Span(0, 40), f"On {other}.") == 0


def test_sentences_outside_the_region_do_not_call() -> None:
    assert callers().within(Span(STARTS[2], STARTS[4]), "On river silt and copper.") == 2
