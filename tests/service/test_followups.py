"""A follow-up is read with what the last turns named; a question that stands by itself is read as it is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.answer import Mode
from service.asking import Asking, Turn
from service.followups import MAX_ANSWERED, MAX_CARRIED, MAX_CHARS, MAX_TURNS, leans, whole_question
from service.library import Library

BEEF = "How many tonnes of beef did China buy from Russia in 2021?"
CONFUCIUS = "How many Confucius Institutes operate in Russia?"


def talk(*texts: str) -> list[Turn]:
    """Turns of the user and the assistant by turns; an empty text is left out."""
    return [Turn("assistant" if number % 2 else "user", text) for number, text in enumerate(texts) if text]


@pytest.mark.parametrize(
    ("before", "question", "expected"),
    [
        # A year takes the place of the one before.
        (BEEF, "and in 2020?", "How many tonnes of beef did China buy from Russia in 2020?"),
        (BEEF, "What about 2019", "How many tonnes of beef did China buy from Russia in 2019?"),
        (CONFUCIUS, "And in 2020?", "How many Confucius Institutes operate in Russia in 2020?"),
        # A name takes the place of what follows the same preposition, or of the only name.
        (CONFUCIUS, "And in Kazakhstan?", "How many Confucius Institutes operate in Kazakhstan?"),
        (
            "how many confucius institutes in russia",
            "and in kazakhstan?",
            "how many confucius institutes in kazakhstan",
        ),
        ("What did the poll say of China?", "What about Belarus?", "What did the poll say of Belarus?"),
        ("Is the share of European goods high?", "And of Chinese goods?", "Is the share of Chinese goods high?"),
        (
            "What do Russian experts think of an alliance?",
            "What about the Chinese ones?",
            "What do Chinese experts think of an alliance?",
        ),
        # Of two years, or of a number for a name, nobody knows whose place it takes.
        ("Compare exports in 2020 and 2021", "and 2019?", "Compare exports in 2020 and 2021, 2019?"),
        ("What happened on January 14, 2022?", "and on the 15th?", "What happened on January 14, 2022 on the 15th?"),
        # What is counted is counted of something else.
        (BEEF, "and pork?", "How many tonnes of pork did China buy from Russia in 2021?"),
        ("What is the share of timber in exports?", "and coal?", "What is the share of coal in exports?"),
        # What could take several places is put behind.
        (BEEF, "And China?", f"{BEEF[:-1]}, China?"),
        (BEEF, "What about Mongolia?", f"{BEEF[:-1]}, Mongolia?"),
        # What points at something, or hardly says a thing, takes the words of the question before.
        (CONFUCIUS, "Who said that?", "Who said that? (Confucius Institutes operate Russia)"),
        (CONFUCIUS, "why?", "why? (Confucius Institutes operate Russia)"),
        ("Is the Mir card sold?", "How many cards?", "How many cards? (Mir card sold)"),
        (
            "Is the Mir card sold?",
            "What do most Russians think of it?",
            "What do most Russians think of it? (Mir card sold)",
        ),
        ("Who opened the Shanghai conference?", "When was it held?", "When was it held? (opened Shanghai conference)"),
        (BEEF, "How much did it cost in 2020?", "How much did it cost in 2020? (tonnes beef China buy Russia)"),
    ],
)
def test_a_follow_up_is_made_whole(before: str, question: str, expected: str) -> None:
    assert whole_question(question, talk(before)) == expected


@pytest.mark.parametrize(
    "question",
    [
        "Who opened the Shanghai conference of March 2016?",
        "What is the export duty on soybeans?",
        "When did Russia and China extend their treaty?",
        "When did Russia join the World Trade Organization and why did it leave?",
        "Which experts believe that trade grows?",
        "And who opened the Shanghai conference of 2016?",
        "How many students did Moscow take in this year?",
        "Is there a card of both Mir and UnionPay?",
        "",
    ],
)
def test_a_question_that_stands_by_itself_is_left_as_it_is(question: str) -> None:
    assert whole_question(question, talk(BEEF, "20,000 tonnes. [1]")) == question


@pytest.mark.parametrize("question", ["and in 2020?", "Who said that?", "Why?", BEEF])
def test_without_a_question_before_it_nothing_is_added(question: str) -> None:
    assert whole_question(question, []) == question
    assert whole_question(question, [Turn("assistant", "Ask me about beef in 2021.")]) == question


def test_a_name_of_the_answer_is_what_a_follow_up_points_at() -> None:
    history = talk("Which plant lifted the trade of Tula?", "It was the Haval plant. [1]")
    assert (
        whole_question("How many cars did it build?", history)
        == "How many cars did it build? (plant lifted trade Tula Haval)"
    )


def test_follow_ups_go_on_over_several_turns() -> None:
    history = talk(BEEF, "20,000 tonnes. [1]", "and in 2020?", "I do not know.")
    assert whole_question("and pork?", history) == "How many tonnes of pork did China buy from Russia in 2020?"


def test_a_new_subject_ends_the_old_one() -> None:
    history = talk(BEEF, "20,000 tonnes. [1]", CONFUCIUS, "Nineteen. [1]")
    found = whole_question("And in Kazakhstan?", history)
    assert found == "How many Confucius Institutes operate in Kazakhstan?"


def test_only_the_last_turns_are_read_and_of_each_the_beginning() -> None:
    old = talk(BEEF, *["Well. [1]", "Hello?"] * MAX_TURNS)
    assert "beef" not in whole_question("and in 2020?", old)
    long = f"{BEEF} {'word ' * 100_000}"
    assert len(whole_question("and in 2020?", talk(long))) <= MAX_CHARS + 10
    added = whole_question("Who said that?", talk(long, "The Answer Names " * 100_000))
    assert len(added.split()) <= 3 + MAX_CARRIED + MAX_ANSWERED


def test_what_is_no_text_is_left_out() -> None:
    assert whole_question("and in 2020?", talk("Rice \ud800of 2021?")) == "Rice of 2020?"


@given(st.lists(st.text(max_size=80), max_size=8), st.text(max_size=60))
def test_any_history_and_any_question_can_be_read(texts: list[str], question: str) -> None:
    found = whole_question(question, talk(*texts))
    assert found == question or leans(question)
    assert whole_question(question, talk(*texts)) == found


# --- in a library ----------------------------------------------------------------------------------------------


def test_a_library_reads_a_follow_up_and_says_so(library: Library) -> None:
    history = tuple(talk("How many tonnes did the harvest of 1999 weigh?", "That is not known."))
    answer = library.answer(Asking("and in 2021?", history))
    assert answer.question == "and in 2021?"
    assert answer.read_as == "How many tonnes did the harvest of 2021 weigh?"
    assert answer.notice == "The question was read as: How many tonnes did the harvest of 2021 weigh?"
    assert "The harvest of 2021 weighed 5,400 tonnes." in answer.text
    assert library.answer(Asking("and in 2021?")).notice is None


def test_a_library_keeps_nothing_of_a_conversation(library: Library) -> None:
    alone = library.answer(Asking("and in 2021?"))
    library.answer(Asking("and in 2021?", tuple(talk("How many tonnes did the harvest of 1999 weigh?"))))
    assert library.answer(Asking("and in 2021?")) == alone


def test_a_history_of_any_length_is_no_error(library: Library) -> None:
    history = tuple(talk(*["Where do herons nest? \ud800" * 500] * 101))
    answer = library.answer(Asking("Who said that?", history))
    assert answer.mode in (Mode.EXTRACTIVE, Mode.ABSTAINED)
    assert answer.read_as.startswith("Who said that? (herons nest")
