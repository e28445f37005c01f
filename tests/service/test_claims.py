"""What a sentence claims outright is looked for in what it cites, and what is missing is named."""

from __future__ import annotations

import pytest

from ingest.words import LanguageWords
from service.claims import Evidence, has_claims, says_nothing, unmet

EVIDENCE = Evidence.of(
    "River Report\nRivers carry silt. "
    "The flood of 1953 broke the dam at Westmere, said Ada Marsh of the United States: "
    "“Nobody had – until then – mended it.” The Eurasian Economic Union and the U.S. met in March. Kazakh herons nest. "
    "See https://example.org/silt"
)
KNOWS = LanguageWords("en").is_common


def reason(sentence: str, question: str = "") -> str:
    return unmet(sentence, question, EVIDENCE, KNOWS)


@pytest.mark.parametrize(
    "sentence",
    [
        "The flood of 1953 broke the dam at Westmere.",
        "In 1953 the dam of Westmere broke.",
        "Ada Marsh said that “nobody had until then mended it”.",
        'She said: "Nobody had ... mended it."',
        "Marsh called it «silt».",
        "The EAEU met the US in March.",
        "The American Marsh spoke of Kazakhstan.",
        "Washington met the Eurasian Economic Union.",
        "See https://example.org/silt.",
        "Rivers carry it. ",
        "Dr. Marsh and Mr. Marsh said so.",
        "She said: ‘Nobody had until then mended it’.",
        "‘Nobody's’ is not what Marsh’s own words were, nor the herons' or the rivers'.",
    ],
)
def test_what_is_there_is_met(sentence: str) -> None:
    assert reason(sentence) == ""


@pytest.mark.parametrize(
    ("sentence", "missing"),
    [
        ("The flood of 1954 broke the dam.", "“1954” is not in what it cites"),
        ("It broke in April 1953.", "“April” is not in what it cites"),
        ("The dam at Eastmere broke.", "“Eastmere” is not in what it cites"),
        ("Zhukov mended it.", "“Zhukov” is not in what it cites"),
        ("SCO members mended it.", "“SCO” is not in what it cites"),
        ("Ada Marsh met Ben Reed in 1999.", "“1999” and “Ben Reed” are not in what it cites"),
        ("She said “nobody cared”.", "the quotation “nobody cared” is not in what it cites"),
        ('She said "mended it, nobody had".', "the quotation “mended it, nobody had” is not in what it cites"),
        ("She said ‘nobody’s dam’.", "the quotation “nobody’s dam” is not in what it cites"),
        ("She said 'nobody cared'.", "the quotation “nobody cared” is not in what it cites"),
        ("The flood cost US$5m.", "“5 million” and the dollar are not in what it cites"),
        ("See https://evil.example/x.", "“https://evil.example/x” is not in what it cites"),
        ("It happened in Washington.", "“Washington” is not in what it cites"),
    ],
)
def test_what_is_missing_is_named(sentence: str, missing: str) -> None:
    assert reason(sentence) == missing


def test_a_name_of_the_question_is_nothing_new_but_a_number_of_it_is() -> None:
    assert reason("Eastmere broke.", "What broke at Eastmere in 1999?") == ""
    assert reason("It broke in 1999.", "What broke at Eastmere in 1999?") == "“1999” is not in what it cites"


def test_of_many_missing_things_three_are_named() -> None:
    assert reason("In 1 of 7 of 8 of 9 places.").count("“") == 3


@pytest.mark.parametrize(
    "sentence",
    [
        "The passages do not say.",
        "The documents don't mention this.",
        "There is no information in the passages.",
        "The sources give no answer to that.",
        "Nothing in the text answers this.",
    ],
)
def test_a_sentence_that_says_that_nothing_answers_is_known(sentence: str) -> None:
    assert says_nothing(sentence)


@pytest.mark.parametrize("sentence", ["The dam broke.", "No boat came.", "The source of the river is high."])
def test_another_sentence_is_not_taken_for_one(sentence: str) -> None:
    assert not says_nothing(sentence)


def test_a_sentence_claims_something_by_a_number_a_name_or_a_quotation() -> None:
    assert has_claims("It broke in 1953.", KNOWS)
    assert has_claims("The dam of Westmere broke.", KNOWS)
    assert not has_claims("The dam broke.", KNOWS)
