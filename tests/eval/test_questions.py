"""A question set is exact, or refused with the line or the id that is not."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from eval.questions import DEFAULT, Evidence, Judgement, load_questions
from ingest.errors import NotFound, QuestionSetError
from ingest.model import Span

CORPUS = Path(__file__).parents[2] / "corpus"
TEXT = "Herons nest in reeds. Goats graze."
EVIDENCE = {"document_id": "d", "start": 0, "end": 21, "quote": "Herons nest in reeds."}
QUESTION = {
    **{"id": "q1", "split": "dev", "type": "fact", "style": "plain", "question": "Where do herons nest?"},
    **{"answer": "in reeds", "aliases": ["reeds"], "evidence": [[EVIDENCE]]},
}


def text_of(document_id: str) -> str:
    if document_id != "d":
        raise NotFound(f"there is no document {document_id!r}")
    return TEXT


def written(folder: Path, *rows: object) -> Path:
    path = folder / "set.jsonl"
    lines = (row if isinstance(row, str) else json.dumps(row, ensure_ascii=False) for row in rows)
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def test_a_question_is_read_with_its_evidence(tmp_path: Path) -> None:
    [question] = load_questions(written(tmp_path, QUESTION), text_of)
    assert question == Judgement(
        **{"id": "q1", "split": "dev", "type": "fact", "style": "plain", "question": "Where do herons nest?"},
        answer="in reeds",
        aliases=("reeds",),
        evidence=((Evidence("d", Span(0, 21), "Herons nest in reeds."),),),
    )
    assert question.answerable


def test_empty_lines_are_no_questions_and_order_is_kept(tmp_path: Path) -> None:
    path = written(tmp_path, "", QUESTION, "  ", {**QUESTION, "id": "q0", "evidence": []}, "")
    assert [(question.id, question.answerable) for question in load_questions(path)] == [("q1", True), ("q0", False)]


def test_line_ends_of_unicode_inside_a_question_end_no_line(tmp_path: Path) -> None:
    path = written(tmp_path, {**QUESTION, "question": "Where\u2028do\x85herons nest?"})
    assert load_questions(path)[0].question == "Where\u2028do\x85herons nest?"


def without(key: str) -> dict[str, object]:
    return {name: value for name, value in QUESTION.items() if name != key}


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ("{", "is not a question (Expecting property name"),
        ("[]", "is not a question ("),
        ("5", "is not a question ("),
        ("not json", "is not a question (Expecting value"),
        (without("question"), "has no 'question'"),
        ({**QUESTION, "question": " "}, "is not a question (the question is empty)"),
        (without("evidence"), "has no 'evidence'"),
        ({**QUESTION, "id": 5}, "is not a question (id is no text but 5)"),
        ({**QUESTION, "aliases": 5}, "is not a question (aliases is no list of texts but 5)"),
        ({**QUESTION, "aliases": "reeds"}, "is not a question (aliases is no list of texts but 'reeds')"),
        ({**QUESTION, "evidense": []}, "is not a question (it has 'evidense'; write 'evidence', if that is meant)"),
        ({**QUESTION, "evidence": [[]]}, "is not a question (an alternative has no evidence in it)"),
        ({**QUESTION, "evidence": [EVIDENCE, [EVIDENCE]]}, "is not a question (evidence holds both lists and quotes"),
        ({**QUESTION, "evidence": 5}, "is not a question (evidence is no list but 5)"),
        ({**QUESTION, "evidence": [{"quot": "x"}]}, "is not a question (it has 'quot'; write 'quote', if that"),
        ({**QUESTION, "evidence": [5]}, "is not a question (it is no object but 5)"),
        ({**QUESTION, "evidence": [[{**EVIDENCE, "start": 21}]]}, "span must satisfy 0 <= start < end, got 21..21"),
        ({**QUESTION, "evidence": [[{**EVIDENCE, "start": -1}]]}, "span must satisfy 0 <= start < end, got -1..21"),
        ({**QUESTION, "evidence": [[{**EVIDENCE, "end": 20.5}]]}, "is not a question ("),
        ({**QUESTION, "evidence": [[{**EVIDENCE, "quote": None}]]}, "quote is no text but None"),
        ({**QUESTION, "evidence": [[{**EVIDENCE, "quote": "—"}]]}, "the quote '—' has no letter or digit in it"),
    ],
)
def test_a_malformed_line_is_named_with_why(tmp_path: Path, row: object, why: str) -> None:
    with pytest.raises(QuestionSetError) as caught:
        load_questions(written(tmp_path, QUESTION, row))
    message = str(caught.value)
    assert message.startswith("set.jsonl, line 2 ")
    assert why in message
    assert message.endswith("; see eval/README.md for the form")
    assert (CORPUS.parent / "eval" / "README.md").exists()


def test_a_quote_that_is_not_in_the_source_is_named(tmp_path: Path) -> None:
    off_by_one = {**EVIDENCE, "start": 1, "end": 22}
    path = written(tmp_path, QUESTION, {**QUESTION, "id": "q2", "evidence": [[EVIDENCE], [EVIDENCE, off_by_one]]})
    assert len(load_questions(path)) == 2  # without the sources, nothing can be compared
    with pytest.raises(QuestionSetError) as caught:
        load_questions(path, text_of)
    assert str(caught.value) == (
        "set.jsonl, q2: d does not hold 'Herons nest in reeds.' at 1..22; correct the span or the quote"
    )


def test_two_questions_of_one_id_are_named(tmp_path: Path) -> None:
    with pytest.raises(
        QuestionSetError, match=r"set\.jsonl has two questions q1, the second 'Where .*\?'; give each its own id"
    ):
        load_questions(written(tmp_path, QUESTION, QUESTION))


def test_evidence_in_a_document_that_there_is_not_is_an_error(tmp_path: Path) -> None:
    path = written(tmp_path, {**QUESTION, "evidence": [[{**EVIDENCE, "document_id": "x"}]]})
    with pytest.raises(
        QuestionSetError, match=r"set\.jsonl, q1: there is no document 'x'; ingest it, or .* --questions"
    ):
        load_questions(path, text_of)


def test_a_set_without_questions_or_that_cannot_be_read_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(QuestionSetError, match="holds no question; give one JSON object a line"):
        load_questions(written(tmp_path, "", " "))
    with pytest.raises(QuestionSetError, match=r"nothing\.jsonl cannot be read \(No such file .*\); give a UTF-8 file"):
        load_questions(tmp_path / "nothing.jsonl")
    (tmp_path / "latin.jsonl").write_bytes(b'{"question": "caf\xe9"}')
    with pytest.raises(QuestionSetError, match=r"latin\.jsonl cannot be read .*; give a UTF-8 file"):
        load_questions(tmp_path / "latin.jsonl")


# --- the set that ships --------------------------------------------------------------------------------------


def corpus_text(document_id: str) -> str:
    return (CORPUS / f"{document_id}.txt").read_bytes().decode("utf-8")


def test_no_question_of_the_shipped_set_is_asked_twice() -> None:
    questions = load_questions(DEFAULT, corpus_text)
    assert len({question.question for question in questions}) == len(questions)


def test_in_the_shipped_set_only_what_is_called_unanswerable_has_no_evidence() -> None:
    for question in load_questions(DEFAULT):
        assert question.answerable is (question.type != "unanswerable"), question.id
        assert question.question.strip()
        assert bool(question.answer.strip()) or not question.answerable, question.id


def test_evidence_across_a_page_stands_on_both_sides_of_it() -> None:
    """Each holds a blank line inside, or several pieces: what is one passage in the source is no such question."""
    crossing = [question for question in load_questions(DEFAULT) if question.type == "cross_page"]
    for question in crossing:
        assert any(len(alternative) > 1 or "\n" in alternative[0].quote for alternative in question.evidence)
