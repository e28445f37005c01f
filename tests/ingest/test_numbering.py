"""Digits and signs: what may number a note, what may be left of it, and the order of signs."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.model import Span
from ingest.numbering import Digits, Signs
from ingest.styles import FAINT, PLAIN, SURE, find_marks, is_power, without_marker


def whole(text: str) -> Span:
    return Span(0, len(text))


# --- digits ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text", ["Rivers.", "12", "¹", "[^1]:", "2022-01-05 Rivers", "12,5 tons", "- a list", "[1]: x", "[1](x)"]
)
def test_a_paragraph_without_a_number_and_words_is_no_note(text: str) -> None:
    assert Digits().head(text, whole(text)) is None


def test_a_number_that_means_nothing_else_weighs_more_than_plain_digits() -> None:
    heads = {
        text: Digits().head(text, whole(text)) for text in ("¹² Rivers", "[^12]: Rivers", "12. Rivers", "12Rivers")
    }
    weights = [head.weight for head in heads.values() if head]
    assert weights[1] > weights[0] > PLAIN > weights[2] > weights[3]
    assert {head.number for head in heads.values() if head} == {12}


@given(number=st.integers(1, 9999))
def test_digits_are_labelled_as_they_are_printed(number: int) -> None:
    text = f"[^{number}]: Rivers."
    head = Digits().head(text, whole(text))
    assert head is not None
    assert (head.number, Digits().label(number)) == (number, str(number))


def test_digits_do_not_begin_anew_as_a_matter_of_course() -> None:
    assert (Digits.restarts, Signs.restarts) == (False, True)


@pytest.mark.parametrize(
    ("text", "token"),
    [
        ("^{*2} Rivers", "*2"),
        ("l2 Rivers", "l2"),
        ("<sup>l2</sup> Rivers", "l2"),
        ("^{1}2 Rivers", "12"),
        ("¹ º Rivers", "¹ º"),
    ],
)
def test_what_may_be_left_of_a_number_is_read(text: str, token: str) -> None:
    assert token in [found for found, _ in Digits().damaged(text, whole(text))]


@pytest.mark.parametrize("text", ["Rivers carry silt.", "Then rivers.", "l2", "*"])
def test_words_are_not_read_as_numbers(text: str) -> None:
    assert [*Digits().damaged(text, whole(text))] == []


# --- marks -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "power"),
    [
        ("10⁶", True),
        ("40 m³", True),
        ("9 km²", True),
        ("x²", True),
        ("110⁶", False),
        ("m⁴", False),
        ("silt²", False),
        ("1.10⁶", False),
    ],
)
def test_a_power_is_told_by_what_stands_before_it(text: str, power: bool) -> None:
    [number] = [int(char.translate(str.maketrans("²³⁴⁶", "2346"))) for char in text if char in "²³⁴⁶"]
    assert is_power(text, len(text) - 1, number) is power


def test_a_power_may_be_a_marker_but_hardly() -> None:
    assert [mark.weight for mark in find_marks("It holds 40 m³ of silt.³")] == [FAINT, SURE]


@given(text=st.text(alphabet="a.,; [](){}^$\\<>/sup0123¹²³*", max_size=60))
def test_marks_stand_in_order_and_each_place_is_read_once(text: str) -> None:
    place = 0
    for mark in find_marks(text):
        if mark.style != "bracket":  # one pair of brackets may call several notes
            assert mark.span.start >= place
            place = mark.span.end
        assert text[slice(*mark.span)]


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("They carry silt.¹²", "They carry silt."),
        ("They carry silt.^{12}", "They carry silt."),
        ("They carry $silt.^{12}$", "They carry $silt."),
        ("They carry silt.[^12]", "They carry silt."),
        ("They carry silt.<sup>12</sup>", "They carry silt."),
        ("They carry silt.\\footnotemark[12]", "They carry silt."),
        ("They carry silt. 12", "They carry silt."),
        ("They carry silt.**", "They carry silt."),
        ("The year 2022", "The year 2022"),
        ("They carry silt", "They carry silt"),
    ],
)
def test_the_last_words_are_judged_without_their_marker(text: str, left: str) -> None:
    assert without_marker(text) == left


# --- signs -------------------------------------------------------------------------------------------------------


def signs(*heads: str) -> Signs:
    return Signs("\n".join(f"{head} Rivers." for head in heads))


@pytest.mark.parametrize(
    ("heads", "labels"),
    [
        ("*†‡§‖¶", ["*", "†", "‡", "§", "‖", "¶", "**", "††"]),
        ("*", ["*", "**", "***", "****"]),
        ("*†", ["*", "†", "**", "††", "***"]),
        ("†‡", ["†", "‡", "††"]),
        ("", ["*", "**"]),
    ],
)
def test_the_order_of_signs_is_that_of_printers_with_those_that_the_document_has(heads: str, labels: list[str]) -> None:
    found = signs(*heads)
    assert [found.label(number) for number in range(1, len(labels) + 1)] == labels


@pytest.mark.parametrize("label", ["*", "†", "‡", "**", "††", "‡‡", "***"])
def test_a_sign_is_read_as_the_number_it_is_the_label_of(label: str) -> None:
    text = f"{label} Rivers."
    head = signs("*", "†", "‡").head(text, whole(text))
    assert head is not None
    assert signs("*", "†", "‡").label(head.number) == label


@pytest.mark.parametrize("text", ["Rivers.", "§ Rivers.", "*", "*† Rivers.", "* - of it"])
def test_what_is_no_sign_of_the_document_numbers_no_note(text: str) -> None:
    assert signs("*", "†").head(text, whole(text)) is None


def test_a_sign_is_surer_than_an_asterisk() -> None:
    weights = [signs("*", "†").head(text, whole(text)) for text in ("† Rivers.", "* Rivers.")]
    assert weights[0] is not None and weights[1] is not None
    assert weights[0].weight > weights[1].weight


@pytest.mark.parametrize(
    ("token", "number", "cost"),
    [("*", 1, 0.0), ("x", 1, 0.5), ("°", 1, 0.5), ("t", 2, 0.5), ("††", 4, 0.0), ("t†", 4, 0.5), ("tt", 4, 1.0)],
)
def test_a_hurt_sign_is_forgiven_by_how_far_it_is_off(token: str, number: int, cost: float) -> None:
    assert signs("*", "†").misread(token, number) == cost


@pytest.mark.parametrize(("token", "number"), [("**", 1), ("§", 1), ("*", 2), ("x", 2)])
def test_another_sign_is_not_read_as_one(token: str, number: int) -> None:
    assert signs("*", "†").misread(token, number) is None


@pytest.mark.parametrize("text", ["x Rivers.", "t Rivers.", "° “Rivers.”"])
def test_what_may_be_left_of_a_sign_is_read(text: str) -> None:
    assert [found for found, _ in signs("*").damaged(text, whole(text))] == [text[0]]


@pytest.mark.parametrize("text", ["Rivers.", "x rivers.", "xyz Rivers.", "x "])
def test_words_are_not_read_as_signs(text: str) -> None:
    assert [*signs("*").damaged(text, whole(text))] == []


def test_a_star_behind_a_lone_capital_is_hardly_a_marker() -> None:
    marks = [*signs("*").marks("The A* algorithm.* It is *quick* and **sure**.")]
    assert [(mark.span.start, mark.weight) for mark in marks] == [(5, FAINT), (17, SURE)]
