"""Slips of the keys are put right where a text holds the word that was meant, and nothing else is touched."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.spelling import MOST, corrected, slips
from index.stems import english, word_stems

HELD = {
    "harbour": 9,
    "price": 4,
    "prize": 2,
    "goods": 3,
    "ships": 5,
    "karaganov": 2,
    "dredge": 1,
    "carrageenan": 1,
    "herring": 2,
}
WORDS = frozenset(
    "harbour harbours price prize goods ships dredge herring lodge statin quayside which were there".split()
)


class Listed:
    """A dictionary of a few words, of which only one is rare."""

    def has(self, word: str) -> bool:
        """Whether it is a word."""
        return word in WORDS

    def is_common(self, word: str) -> bool:
        """Whether it is one that is often used."""
        return word in WORDS and word != "prize"


def held(words: Sequence[str]) -> list[int]:
    """Passages with each word; plurals are those of their words, as they are to a stemmer."""
    return [HELD.get(word.casefold(), HELD.get(word.casefold().removesuffix("s"), 0)) for word in words]


def read(question: str) -> str:
    return corrected(question, held, Listed())


@pytest.mark.parametrize(
    ("asked", "meant"),
    [
        ("Which hrabour?", "Which harbour?"),  # swapped
        ("Which habour?", "Which harbour?"),  # dropped
        ("Which harbourr?", "Which harbour?"),  # doubled
        ("Which hsrbour?", "Which harbour?"),  # replaced
        ("Which arbour?", "Which harbour?"),  # also the first letter
        ("which harbor", "which harbour"),
        ("Herrinng and shps", "Herring and shps"),  # of four letters
        ("what did Karagnov say", "what did Karaganov say"),
        ("what does (carageenan) do", "what does (carrageenan) do"),
        ("the hrabour, its gooods: 'prcie'", "the harbour, its goods: 'price'"),
    ],
)
def test_a_slip_is_read_as_the_word_that_a_text_holds(asked: str, meant: str) -> None:
    assert read(asked) == meant


@pytest.mark.parametrize(
    "asked",
    [
        "statin lodge",  # words of the language that no text holds
        "Who is Nabokov?",  # near nothing
        "Shps in 2O21 and 20211",  # short, or with digits
        "KARAGNOV and KaraGnov",  # capitals that mean something
        "off-harbor hrabour-side hrabour's https://hrabour.example/hrabour me@hrabour",  # parts of something else
        "hаrbour гавань hárbour",  # a Cyrillic letter, another language, an accent
        "hrrbbour",  # two slips
        "",
    ],
)
def test_everything_else_is_left_as_it_is(asked: str) -> None:
    assert read(asked) == asked


def test_a_common_word_goes_before_a_rare_one_and_one_of_more_passages_before_one_of_fewer() -> None:
    assert read("prige") == "price"
    nearer = {"stave": 1, "stane": 5}
    assert corrected("stape", lambda words: [nearer.get(word, 0) for word in words], Listed()) == "stane"


def test_of_forms_of_one_word_comes_first_that_with_the_letters_typed_then_the_longer() -> None:
    assert [read(typed) for typed in ("harbourr", "harbuors", "harbousr")] == ["harbour", "harbours", "harbours"]


def test_what_only_looks_like_a_form_of_a_held_word_is_no_word() -> None:
    """To the stemmer "castness" is a form of "cast", which an index then holds; nobody means it."""

    def stems(words: Sequence[str]) -> list[int]:
        return [int(stem == "cast") for stem in word_stems(english(), list(words))]

    assert stems(["castness"]) == [1]
    assert corrected("casstness", stems, Listed()) == "casstness"


def test_a_question_in_another_language_costs_no_more_than_a_few_words() -> None:
    asked: list[str] = []

    def noting(words: Sequence[str]) -> list[int]:
        asked.extend(words[:1])
        return [0] * len(words)

    corrected(" ".join(f"qqq{letter}zzz" for letter in "abcdefghijklmnop"), noting, Listed())
    assert len(asked) == 1 + MOST


def test_a_question_of_known_words_asks_the_index_once_and_the_dictionary_never() -> None:
    class Unread(Listed):
        def has(self, word: str) -> bool:
            raise AssertionError(word)

    calls: list[Sequence[str]] = []

    def noting(words: Sequence[str]) -> list[int]:
        calls.append(words)
        return held(words)

    assert corrected("harbour goods", noting, Unread()) == "harbour goods"
    assert calls == [["harbour", "goods"]]


@given(st.text(alphabet="abehrour prizegods'-.7HX", max_size=60))
def test_known_words_stay_and_a_second_reading_changes_nothing(question: str) -> None:
    once = read(question)
    assert read(question) == once
    assert read(once) == once
    for before, after in zip(question.split(), once.split(), strict=True):
        assert before == after or not (before in WORDS or held([before])[0])


@given(st.sampled_from(sorted(HELD)), st.data())
def test_every_single_slip_leads_back(word: str, data: st.DataObject) -> None:
    """One slip away is the same there and back, so that no kind of slip is left out."""
    typed = data.draw(st.sampled_from(slips(word)))
    assert word in slips(typed)
    assert typed not in slips(typed)
