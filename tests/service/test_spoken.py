"""Of what a model streams only what is meant to be read comes out, however it is cut into pieces."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.spoken import Spoken


def run(pieces: list[str]) -> str:
    spoken = Spoken()
    said = ""
    for piece in pieces:
        more = spoken.feed(piece)
        said = more if spoken.is_void else said + more
    return said + spoken.end()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("It froze.", "It froze."),
        ("<think>Ice? [3]</think>It froze.", "It froze."),
        ("\n<thinking>\nIce?\n</thinking>\n\nIt froze.", "It froze."),
        ("<think></think><reasoning>Ice?</reasoning> It froze.", "It froze."),
        ("<think>Ice? </thinking> It froze.", ""),
        ("<think>Ice?", ""),
        ("<", "<"),
        ("<5 tonnes", "<5 tonnes"),
        ("<b>It froze.", "<b>It froze."),
        ("It froze. <think>Ice?</think>", "It froze. <think>Ice?</think>"),
        ("<b>It froze</b> <think", "<b>It froze</b> <think"),
        ("It froze. <think>Ice?</think> So.", "It froze. <think>Ice?</think> So."),
        ("An \ud83d\udc04 ox", "An \U0001f404 ox"),
        ("An \ud83d ox", "An \ufffd ox"),
        ("An ox \ud83d", "An ox \ufffd"),
        ("An \udc04 ox", "An \ufffd ox"),
    ],
)
def test_thoughts_before_the_answer_and_halves_of_characters_do_not_come_out(text: str, said: str) -> None:
    assert run([text]) == said
    assert run(list(text)) == said


@pytest.mark.parametrize(
    "text", ["Ice? Or rime?</think>\n\nIt froze.", "Ice?</thinking> <think>Rime?</think>It froze.", "</think>It froze."]
)
def test_what_came_out_of_a_thought_that_nobody_opened_is_void(text: str) -> None:
    assert run([text]) == run(list(text)) == "It froze."


@given(st.lists(st.sampled_from(["<think>", "</think>", "<th", "ink>", "</", " ", "\n", "It", "\ud83d", "\udc04"])))
def test_however_a_text_is_cut_the_same_comes_out(pieces: list[str]) -> None:
    assert run(pieces) == run(["".join(pieces)])
    assert not any("\ud800" <= character <= "\udfff" for character in run(pieces))
