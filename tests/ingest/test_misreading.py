"""What may be left of a number: look-alikes, wrong and lost digits, specks; and what is no number."""

from __future__ import annotations

import pytest
from documents import SUPERSCRIPTS
from hypothesis import given
from hypothesis import strategies as st

from ingest.misreading import is_readable, misreading

numbers = st.integers(1, 9999)


@pytest.mark.parametrize(
    ("token", "number", "cost"),
    [
        ("12", 12, 0.0),
        ("¹²", 12, 0.0),
        ("1 2", 12, 0.0),
        ("l2", 12, 0.5),  # a look-alike
        ("*2", 12, 0.5),  # a digit of which nothing is left
        ("S", 5, 0.5),
        ("lO", 10, 1.0),
        ("To", 70, 1.0),
        ("T2", 72, 0.5),
        ("²º", 20, 0.5),
        ("AB", 48, 1.0),
        ("*12", 12, 1.0),  # a speck
        ("1", 12, 1.5),  # a lost digit
        ("2", 12, 1.5),
        ("13", 12, 1.5),  # a wrong one
        ("⁹⁰", 99, 1.5),
        ("O", 10, 2.0),
    ],
)
def test_what_is_left_of_a_number_is_forgiven_by_how_far_it_is_off(token: str, number: int, cost: float) -> None:
    assert misreading(token, number) == cost


@pytest.mark.parametrize(
    ("token", "number"),
    [
        *(("", 5), ("*", 5), ("**", 12), ("***", 123)),  # nothing is left
        *(("The", 12), ("l2x", 12), ("-", 1)),  # a word
        *(("99", 12), ("3", 12), ("To", 71), ("2", 3), ("21", 12)),  # another number
        *(("123", 12), ("12", 2), ("l2", 2), ("1", 123)),  # too many digits, or too few
    ],
)
def test_what_is_too_far_from_a_number_is_not_it(token: str, number: int) -> None:
    assert misreading(token, number) is None


@given(number=numbers)
def test_a_number_is_read_as_itself(number: int) -> None:
    assert misreading(str(number), number) == 0
    assert misreading(str(number).translate(SUPERSCRIPTS), number) == 0


@given(one=numbers, other=numbers)
def test_a_whole_number_is_never_read_as_another_for_nothing(one: int, other: int) -> None:
    cost = misreading(str(one), other)
    assert (cost == 0) == (one == other)


LIKE = {"0": "O", "1": "l", "2": "Z", "3": "E", "4": "A", "5": "S", "6": "b", "7": "T", "8": "B", "9": "g"}


@given(number=numbers, other=numbers, data=st.data())
def test_a_look_alike_is_nearest_to_its_own_number(number: int, other: int, data: st.DataObject) -> None:
    digits = str(number)
    at = data.draw(st.integers(0, len(digits) - 1))
    token = digits[:at] + LIKE[digits[at]] + digits[at + 1 :]
    own, others = misreading(token, number), misreading(token, other)
    assert own == 0.5
    assert others is None or others >= own


@given(token=st.text(alphabet="0123456789lOZSTB*¹²º ", max_size=5), number=numbers)
def test_a_cost_is_below_what_would_forgive_a_whole_number(token: str, number: int) -> None:
    cost = misreading(token, number)
    assert cost is None or 0 <= cost < min(3.0, 1.5 * len(str(number)))


@pytest.mark.parametrize(
    ("token", "readable"), [("T2", True), ("*6", True), ("1 2", True), ("The", False), ("a", False)]
)
def test_only_signs_that_stand_for_digits_may_be_a_number(token: str, readable: bool) -> None:
    assert is_readable(token) is readable
