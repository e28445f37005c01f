"""Numbers are the same however they are written, and another number is another."""

from __future__ import annotations

import pytest

from service.quantities import numbers_of, unmet_numbers

SAME = [
    ("1,000 tonnes", "1000 tonnes"),
    ("1 000 tonnes", "1000 tonnes"),
    ("5.4 million", "5,400,000"),
    ("5.4 mln", "5.4 million"),
    ("1.2 trillion", "1,200 billion"),
    ("60%", "60 percent"),
    ("twenty boats", "20 boats"),
    ("twenty-five boats", "25 boats"),
    ("three boats", "3 boats"),
    ("the 19th century", "the nineteenth century"),
    ("the third dam", "the 3rd dam"),
    ("2014–15", "2014 and 2015"),
    ("the 1990s", "1990"),
    ("about 54 percent", "53.8 percent"),
    ("more than 60 boats", "61.5 boats"),
    ("$79.3 million", "Value (million dollars) 79.3"),
    ("$79,300,000", "Value (million dollars) 79.3"),
    ("a pair of two", "both of them"),
    ("fell by a fifth", "fell by 20 percent"),
    ("two-thirds of them", "66.7% of them"),
    ("seven in ten boats", "70 percent of boats"),
    ("20 percent of boats", "one in five boats"),
    ("a quarter of the boats", "24.5 percent of the boats"),
    ("the third dam", "a third dam was built"),
    ("three decades", "30 years"),
    ("two dozen boats", "24 boats"),
    ("the first decade", "the first decade"),
    ("the 11th fair", "the XI Fair"),
    ("in '21", "in 2021"),
]
OTHER = [
    ("1,000 tonnes", "10,000 tonnes"),
    ("5.4 billion", "5.4 million"),
    ("around 3 billion euros", "On 3 May 1 billion euros"),
    ("54 percent", "53.8 percent"),
    ("about 2019", "2018"),
    ("about 54 percent", "45 percent"),
    ("twelve boats", "20 boats"),
    ("the 18th century", "the nineteenth century"),
    ("2014–16", "2014 and 2015"),
    ("two boats", "three boats"),
    ("six in ten boats", "six boats were 70 percent"),
    ("a quarter of the boats", "17 percent of the boats"),
    ("two decades", "30 years"),
    ("the 12th fair", "the XI Fair"),
    ("in '20", "in 2021"),
    ("$79.3 billion", "Value (million dollars) 79.3"),
]


@pytest.mark.parametrize(("sentence", "evidence"), SAME)
def test_a_number_is_met_however_it_is_written(sentence: str, evidence: str) -> None:
    assert unmet_numbers(sentence, evidence) == []


@pytest.mark.parametrize(("sentence", "evidence"), OTHER)
def test_another_number_is_not_met(sentence: str, evidence: str) -> None:
    assert len(unmet_numbers(sentence, evidence)) == 1


def test_words_that_count_nothing_are_no_claims() -> None:
    assert unmet_numbers("One of the two countries came first, and both agreed.", "") == []


def test_numbers_are_found_whole() -> None:
    found = [(number.shown, number.value) for number in numbers_of("On 24 March 2016 some 1,234.5 tonnes, 12,5 % more")]
    assert found == [("24", 24), ("2016", 2016), ("1,234.5", 1234.5), ("12,5", 12.5)]
