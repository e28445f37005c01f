"""Only marks that stand for a passage come out, in one form, however the text is cut into pieces."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.answer import Token
from service.marks import LOST, MarkFilter, Said, Sentences, without_marks

KNOWN = 5


def run(pieces: list[str]) -> tuple[str, list[Said]]:
    """The text that comes out of pieces, and its sentences."""
    sentences = Sentences(KNOWN)
    out = [part for piece in pieces for part in sentences.feed(piece)] + list(sentences.end())
    text = "".join(part.text for part in out if isinstance(part, Token))
    assert text == sentences.text
    return text, [part for part in out if isinstance(part, Said)]


@pytest.mark.parametrize(
    ("given_text", "shown"),
    [
        ("It froze [1].", "It froze [1]."),
        ("It froze[1][3].", "It froze [1][3]."),
        ("It froze [1] [3].", "It froze [1][3]."),
        ("It froze [1, 3].", "It froze [1][3]."),
        ("It froze [1-3].", "It froze [1][2][3]."),
        ("It froze [1–3; 5].", "It froze [1][2][3][5]."),
        ("It froze 【3】.", "It froze [3]."),
        ("It froze【4:1†source】.", "It froze [1]."),
        ("It froze [passage 2 and passage 3].", "It froze [2][3]."),
        ("It froze [^2].", "It froze [2]."),
        ("It froze [9].", "It froze."),
        ("It froze [0].", "It froze."),
        ("It froze [-1].", "It froze."),
        ("It froze [1][9].", "It froze [1]."),
        ("It froze [1, 9].", "It froze [1]."),
        ("It froze [4-9].", "It froze [4][5]."),
        ("It froze [99999999999999999999].", "It froze."),
        ("It froze [1-99999999999999].", "It froze."),
        ("[2] It froze.", "[2] It froze."),
        ("[9] It froze.", "It froze."),
        ("It [the harbour] froze [sic].", "It [the harbour] froze [sic]."),
        ("It froze \\[1\\].", "It froze [1]."),
        ("It froze \\[9\\].", "It froze."),
        ("It froze [**9**].", "It froze."),
        ("It froze [9\u200b] [\u200d8] [7\u00ad].", "It froze."),
        ("It froze [", "It froze ["),
        ("It froze [1", "It froze [1"),
        ("  It froze.\n", "It froze."),
    ],
)
def test_marks_come_out_in_one_form_or_not_at_all(given_text: str, shown: str) -> None:
    assert run([given_text])[0] == shown
    assert run(list(given_text))[0] == shown


@pytest.mark.parametrize(
    ("given_text", "shown"),
    [
        ("![x](http://evil.example/?q=1)", "! [x] (http://evil.example/?q=1)"),
        ("[click](http://evil.example)", "[click] (http://evil.example)"),
        ("[1](http://evil.example)", "[1] (http://evil.example)"),
        ("[a]: http://evil.example", "[a] : http://evil.example"),
        ("So <script>alert(1)</script>", "So < script>alert(1)< /script>"),
        ("So <img src=x>", "So < img src=x>"),
        ("1 < 2 and 3 <4", "1 < 2 and 3 <4"),
    ],
)
def test_links_images_and_tags_are_broken(given_text: str, shown: str) -> None:
    assert run([given_text])[0] == shown
    assert run(list(given_text))[0] == shown


def test_a_sentence_is_whole_when_the_next_one_begins_and_takes_the_marks_behind_its_stop() -> None:
    text, said = run(["It froze. [1]", " Dr. Li said so [2]", ". It", " thawed."])
    assert text == "It froze. [1] Dr. Li said so [2]. It thawed."
    assert said == [
        Said("It froze. [1]", (1,), lost=False),
        Said("Dr. Li said so [2].", (2,), lost=False),
        Said("It thawed.", (), lost=False),
    ]


def test_each_sentence_comes_right_after_its_last_token() -> None:
    sentences = Sentences(KNOWN)
    out = [*sentences.feed("It froze [1]. It thawed"), *sentences.feed(" [2]. Then"), *sentences.end()]
    assert [part.text for part in out] == [
        *("It froze [1].", "It froze [1].", " It thawed"),
        *(" [2].", "It thawed [2].", " Then", "Then"),
    ]


def test_a_sentence_knows_that_a_mark_of_it_was_lost_and_the_others_do_not() -> None:
    text, said = run(["One [1]. Two. [9] Three [2][9] is it. Four [3]."])
    assert text == "One [1]. Two. Three [2] is it. Four [3]."
    assert [one.lost for one in said] == [False, True, True, False]


def test_items_of_a_list_are_sentences_of_their_own() -> None:
    _, said = run(["Two things:\n\n- Ice [1]\n- Snow [2] [3]\n"])
    assert [one.text for one in said] == ["Two things:", "- Ice [1]", "- Snow [2][3]"]


@pytest.mark.parametrize("piece", ["Ice", "Ice (1)", "Ice.", "“Ice”", "1,000", "Ice!", "Ice]"])
def test_nothing_is_held_back_that_cannot_become_a_mark(piece: str) -> None:
    assert MarkFilter(KNOWN).feed(piece) == piece


def test_only_the_possible_mark_is_held_back_and_no_longer_than_it_may_be_one() -> None:
    marks = MarkFilter(KNOWN)
    assert [marks.feed(piece) for piece in ("Ice", " [", "1", "x", "] and")] == ["Ice", "", "", " [1x", "] and"]
    assert marks.feed(" [1" + " " * 100) != ""


def test_a_text_without_any_stop_is_cut_into_sentences_all_the_same() -> None:
    _, said = run(["ice and snow " * 1000])
    assert len(said) > 3
    assert "".join(one.text for one in said).replace(" ", "") == "iceandsnow" * 1000


def test_marks_at_the_beginning_of_a_line_are_of_that_line() -> None:
    text, said = run(["[1] It froze.\n[2] It thawed.\n[9] It rained.\n\nSources:\n\n[3] A book"])
    assert text == "[1] It froze.\n[2] It thawed.\n It rained.\n\nSources:\n\n[3] A book"
    assert [(one.text, one.marks, one.lost) for one in said] == [
        ("[1] It froze.", (1,), False),
        ("[2] It thawed.", (2,), False),
        ("It rained.", (), True),
        ("Sources:", (), False),
        ("[3] A book", (3,), False),
    ]


def test_marks_that_have_a_line_to_themselves_are_of_the_one_before() -> None:
    _, said = run(["It froze.\n[1]\nIt thawed.\n[9]"])
    assert [(one.text, one.marks, one.lost) for one in said] == [
        ("It froze.\n[1]", (1,), False),
        ("It thawed.", (), True),
    ]


def test_signs_that_steer_a_terminal_or_turn_text_around_are_taken_out() -> None:
    assert run(["It \x1b[31mfroze\x07 \u202ehard\u202c.\r\n"])[0] == "It [31mfroze hard."


def test_a_long_piece_takes_time_by_its_length() -> None:
    begun = time.monotonic()
    run(["It froze hard [1]. " * 4000])
    assert time.monotonic() - begun < 10  # all of it looked at for each of its sentences took minutes


PIECES = st.lists(
    st.sampled_from(
        ["[", "]", "\\", "【", "】", "1", "9", ",", "-", " ", "\n", "A", "it.", "No. ", "(", "!", "<b>", LOST, "’"]
    )
    | st.text(max_size=5),
    max_size=40,
)


@given(PIECES)
def test_however_a_text_is_cut_it_comes_out_the_same_with_known_marks_only(pieces: list[str]) -> None:
    text, said = run(pieces)
    whole, said_at_once = run(["".join(pieces)])
    assert text == whole
    assert [one.text for one in said] == [one.text for one in said_at_once]
    assert LOST not in text
    assert all(1 <= int(mark) <= KNOWN for mark in re.findall(r"\[(\d+)\]", text))
    assert not re.search(r"\]\(|!\[|<[a-zA-Z/!]", text)
    assert all(1 <= mark <= KNOWN for one in said for mark in one.marks)


def test_marks_and_the_blanks_before_them_can_be_taken_out() -> None:
    assert without_marks("It froze [1][3], and thawed [2].") == "It froze, and thawed."
