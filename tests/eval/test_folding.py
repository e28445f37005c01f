"""What copying changes is left out of a text before it is compared, and each place leads back to the original."""

from __future__ import annotations

import pytest

from eval.folding import Folded, cuts, folded_quote


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Part-\nnership", "Partnership"),
        ("co-\u00adoperate", "cooperate"),
        ("two  words\u00a0here", "two\nwords here"),
        ("“Silt,” it’s said", '"Silt," it\'s said'),
        ("the ﬁrst oﬃce", "the first office"),
        ("Wei\u00dfe", "WEISSE"),
        ("cafe\u0301", "café"),
        ("spring.¹", "spring.1"),
        ("$CIS.^{47}$", "CIS.47"),
        ("**bold** | _cell_", "bold cell"),
        ("2019–2021", "2019-2021"),
        ("wait…", "wait..."),
    ],
)
def test_what_copying_changes_makes_no_difference(one: str, other: str) -> None:
    assert Folded(one).text == Folded(other).text


@pytest.mark.parametrize(
    ("one", "other"),
    [("1.5", "15"), ("5–6", "56"), ("$140", "140"), ("5,400", "5400"), ("cat", "cut"), ("a, b", "a b")],
)
def test_what_says_something_does(one: str, other: str) -> None:
    assert Folded(one).text != Folded(other).text


def test_a_place_leads_back_to_the_original() -> None:
    original = "The “Part-\n  nership” of  ﬁsh."
    [(start, end)] = Folded(original).find(folded_quote("partnership of fish"))
    assert original[start:end] == "Part-\n  nership” of  ﬁsh"


def test_dots_that_say_that_something_was_left_out_are_no_part_of_a_quote() -> None:
    assert folded_quote("… rice by hand [...]") == folded_quote("rice by hand")
    assert folded_quote("[…] rice ...") == "rice"


@pytest.mark.parametrize(
    ("text", "quote", "cut"),
    [
        ("5,400 tonnes", "400 tonnes", True),
        ("15400 tonnes", "5400 tonnes", True),
        ("5,400 tonnes", "5", True),
        ("it rose by 1.5 percent", "1", True),
        ("in 2021.15 Then", "in 2021.", False),  # the marker of a note behind a full stop
        ("in 2021, 400 tonnes", "400 tonnes", False),
        ("the ferry", "erry", True),
        ("the ferry", "ferr", True),
        ("the ferry¹", "ferry", False),
        ("cafe\u0301", "cafe", True),
        ("中国从俄罗斯进口牛肉", "俄罗斯", False),  # no blanks part these words
    ],
)
def test_a_word_or_number_is_not_cut(text: str, quote: str, cut: bool) -> None:
    start = text.index(quote)
    assert cuts(text, start, start + len(quote)) is cut
