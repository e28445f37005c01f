"""What something is, is answered by the sentence that says so, wherever it stands; a mention alone is no definition."""

from __future__ import annotations

from pathlib import Path

import pytest
from fakes import HashEmbedder

from index.contract import Filters
from service.answer import Mode
from service.definitions import defines
from service.library import Library
from service.settings import Settings
from service.terms import Term, asked_term

GLOSSARY = """Weir Report

1. Bodies

The Lower Weir Board (LWB) mends the sluices of the valley. It was short of masons for years.

2. Works

Masons of the LWB met in May. The LWB met again in June, and the LWB paid. LWB masons like bread. The LWB is old.

A fish pass is a stair of small pools that salmon climb. The fish pass was dear. The fish pass of Alder leaks.

Ada Marsh, chief engineer of the valley since 1999, drew the plans. Ada Marsh likes otters. Ada Marsh met Ben.

The price of lifting, or POL, is what a gate costs to raise. The POL rose.

3. Days

By slack water we mean the hour in which the river stands. Slack water came late. We waited for slack water.
"""

MENTIONS = "".join(f"The LWB paid number {n} of the LWB. The LWB keeps LWB gates.\n\n" for n in range(20))


@pytest.fixture
def library(settings: Settings, tmp_path: Path) -> Library:
    """A library of a text that defines its terms, and of one that has one of them in every sentence."""
    (tmp_path / "glossary.txt").write_text(GLOSSARY, encoding="utf-8")
    (tmp_path / "mentions.txt").write_text(f"Ledger\n\n{MENTIONS}", encoding="utf-8")
    own = settings.model_copy(update={"max_tokens": 24})
    library = Library(own, HashEmbedder())
    library.ingest([tmp_path / "glossary.txt", tmp_path / "mentions.txt"])
    return library


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("What is the LWB?", "The Lower Weir Board (LWB) mends the sluices of the valley."),
        ("What does LWB stand for?", "The Lower Weir Board (LWB) mends the sluices of the valley."),
        ("LWB", "The Lower Weir Board (LWB) mends the sluices of the valley."),
        ("What is a fish pass?", "A fish pass is a stair of small pools that salmon climb."),
        ("Define fish passes.", "A fish pass is a stair of small pools that salmon climb."),
        ("Who is Ada Marsh?", "Ada Marsh, chief engineer of the valley since 1999, drew the plans."),
        ("What does POL mean?", "The price of lifting, or POL, is what a gate costs to raise."),
        ("What is meant by “slack water”?", "By slack water we mean the hour in which the river stands."),
    ],
)
def test_the_sentence_that_defines_comes_first(library: Library, question: str, said: str) -> None:
    answer = library.ask(question)
    assert answer.mode is Mode.EXTRACTIVE
    assert answer.citations[0].quote.startswith(said)
    assert all(citation.verified for citation in answer.citations)


def test_what_an_abbreviation_stands_for_needs_no_further_sentence(library: Library) -> None:
    assert len(library.ask("What does LWB stand for?").citations) == 1


def test_a_definition_is_looked_for_only_where_the_filters_allow(library: Library) -> None:
    answer = library.ask("What is the LWB?", filters=Filters(document_ids=frozenset({"mentions"})))
    assert {citation.hit.passage.document_id for citation in answer.citations} == {"mentions"}


def test_an_empty_index_defines_nothing(settings: Settings) -> None:
    assert Library(settings, HashEmbedder()).ask("What is the LWB?").mode is Mode.ABSTAINED


def test_where_nothing_defines_it_the_answer_is_as_of_any_other_question(library: Library) -> None:
    assert all("bread" not in c.quote for c in library.ask("What is the salmon?").citations)
    assert library.ask("What is the salmon?").citations[0].quote.startswith("A fish pass is a stair")


@pytest.mark.parametrize(
    ("question", "term", "spelt", "person"),
    [
        ("What is the EAEU?", "EAEU", False, False),
        ("what's a head pond", "head pond", False, False),
        ("Who was António Guterres?", "António Guterres", False, True),
        ("What does the abbreviation WHO stand for?", "WHO", True, False),
        ("What is the full name of the LWB?", "LWB", True, False),
        ("What do the authors mean by 'hard power'?", "hard power", False, False),
        ("Meaning of the term “siltation”", "siltation", False, False),
    ],
)
def test_what_a_question_asks_after(question: str, term: str, spelt: bool, person: bool) -> None:
    found = asked_term(question)
    assert found is not None
    assert (found.text, found.spelt, found.person) == (term, spelt, person)
    assert question[found.start : found.end] == term


@pytest.mark.parametrize(
    "question",
    [
        "Why is the LWB short of masons?",
        "How many fish passes are there?",
        "Who is he?",
        "What is it?",
        "What were the reasons that the authors of the report give for the fall of trade?",
        "",
    ],
)
def test_other_questions_ask_after_no_term(question: str) -> None:
    assert asked_term(question) is None


@pytest.mark.parametrize(
    ("term", "sentence"),
    [
        ("EAEU", "It joined the Eurasian Economic Union (EAEU) late."),
        ("EAEU", "The EAEU (Eurasian Economic Union) is far."),
        ("Quad", "So does the Quadrilateral Security Dialogue (Quad)."),
        ("GTI", "They met at the Greater Tumen Initiative (GTI)—a mechanism of four states."),
        ("UWU", "“Upland Water Union” (hereinafter the “Union” or UWU) means the body of Article 3."),
        ("Common Reservoir", "“Common Reservoir” means every basin that feeds it."),
        ("Norwell Tidal", "It belongs to Norwell Tidal, a private company."),
        ("Sinopec", "Sinopec, China's largest refiner, said so."),
        ("head pond", "Each has a head pond, i.e. the water behind the gates."),
        ("siltation", "The term “siltation” here refers to mud."),
        ("CfD", "CfD stands for “contract for difference”."),
        ("barrages", "Barrages are low dams that hold the flood."),
        ("Tidal Levy", "In this county the gates are shut, but the Tidal Levy is a charge on every bill."),
    ],
)
def test_forms_of_a_definition(term: str, sentence: str) -> None:
    assert defines(Term(0, len(term), term), sentence) >= 2.0


@pytest.mark.parametrize(
    ("term", "sentence"),
    [
        ("Belt and Road Initiative", "Tying the EAEU to the Belt and Road Initiative is a key element."),
        ("SCO", "It works with the SCO, the EAEU and others."),
        ("CSTO", "Armenia (a CSTO member) asked for help."),
        ("TEU", "The line moved 692,500 TEU, which is 27 percent more."),
        ("EAEU", "The Upland Water Union (EAEU aside) is old."),
        ("rain", "Trains are a kind of transport."),
        ("dam", "The Adam is a ship."),
        ("weir", "The weir is old."),
    ],
)
def test_what_only_speaks_of_a_term_defines_nothing(term: str, sentence: str) -> None:
    assert defines(Term(0, len(term), term), sentence) == 0.0


@pytest.mark.parametrize(
    "sentence",
    [
        "Her deputy, Ben Reed, is a hydrologist.",
        "Ben Reed, spokesman of the board, said no.",
        "So said Secretary-General Ben Reed.",
        "Ben Reed (Head)—Professor at Alder.",
    ],
)
def test_who_somebody_is(sentence: str) -> None:
    assert defines(Term(0, 8, "Ben Reed", person=True), sentence) >= 2.0


def test_a_meeting_does_not_say_who_somebody_is() -> None:
    assert defines(Term(0, 8, "Ben Reed", person=True), "Ben Reed met the president.") == 0.0
