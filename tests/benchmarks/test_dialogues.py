"""The dialogues of the benchmark lean on their first question, and stand for known questions."""

from __future__ import annotations

from benchmarks.followups import DIALOGUES
from eval.questions import DEFAULT, load_questions
from service.asking import Turn
from service.followups import leans, whole_question


def test_each_dialogue_is_a_follow_up_to_a_question_that_stands_by_itself() -> None:
    known = {question.id: question for question in load_questions(DEFAULT)}
    for dialogue in DIALOGUES:
        assert known[dialogue.known].answerable
        assert leans(dialogue.then), dialogue.then
        assert not leans(dialogue.first), dialogue.first
        read = whole_question(dialogue.then, [Turn("user", dialogue.first)])
        assert len(read.split()) > len(dialogue.then.split())
