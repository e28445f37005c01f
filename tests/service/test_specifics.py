"""What a question names outright is found, and so is whether the evidence speaks of it."""

from __future__ import annotations

import pytest

from service.specifics import missing, specifics


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("How much did Rosneft pay in 2021?", ["rosneft", "2021"]),
        ("Why do herons nest in reeds?", []),
        ("When did I sign?", []),  # one letter is no name
        ("Was it 20,000 tonnes, or 3.5 million?", ["20,000", "3.5"]),
        ("Who read “Moby Dick” in Nantucket?", ["moby", "dick", "nantucket"]),
        ("What did China's and Russia’s ministers sign?", ["china", "russia"]),
        ("It rained. Where was the Far-Eastern fleet in 1904?", ["far-eastern", "1904"]),
        ("What did Mr. Li and Prof. Wang say?", ["li", "wang"]),
        ("", []),
    ],
)
def test_numbers_and_names_in_their_order(question: str, expected: list[str]) -> None:
    assert specifics(question) == expected


@pytest.mark.parametrize(
    ("question", "evidence", "expected"),
    [
        ("Did Rosneft buy Sibur in 1905?", "Sibur and Sinopec met in 2021.", ["rosneft", "1905"]),
        ("How many in 20000 rows?", "There were 20,000 of them.", []),  # thousands separators aside
        ("How many in 20,000 rows?", "There were 20000 of them.", []),
        ("What was 20 about?", "There were 20,000 of them.", ["20"]),  # a number stands as it is
        ("What does the Russian side want?", "Russia wants to trade.", []),  # a name stands by its stem
        ("What does the Indonesian side want?", "India wants to trade.", ["indonesian"]),
        ("Who is Dr. Li here?", "Lithium is mined.", []),  # the stem of a short name begins another word
        ("Where is the Far-Eastern fleet?", "The fleet of the far East.", []),
        ("Where is the Far-Eastern fleet?", "The fleet of the East.", ["far-eastern"]),
        ("Who opened it?", "", []),
    ],
)
def test_what_the_evidence_does_not_speak_of_is_missing(question: str, evidence: str, expected: list[str]) -> None:
    assert missing(question, evidence) == expected
