"""A question set is checked before it is asked: its splits share nothing, and what it is made of is counted."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from eval.cli import app
from eval.question_set import Paragraph, check_splits, overlap, paragraphs, summarize
from eval.questions import DEFAULT, Evidence, Judgement, load_questions
from index.models import SentenceTransformerEmbedder
from ingest.errors import QuestionSetError
from ingest.model import Span
from service.library import ingest
from service.settings import Settings

CORPUS = Path(__file__).parents[2] / "corpus"
HERONS, GOATS, FERRY = "Herons nest in the tall reeds.", "Goats graze. They climb.", "A ferry carries letters."
TEXT = f"{HERONS}\n\n{GOATS}\n \t\r\n{FERRY}\n"


def text_of(document_id: str) -> str:
    return {"d": TEXT, "e": FERRY}[document_id]


def evidence(quote: str, document_id: str = "d") -> Evidence:
    start = text_of(document_id).index(quote)
    return Evidence(document_id, Span(start, start + len(quote)), quote)


def question(
    name: str, split: str, *alternatives: list[Evidence], asked: str = "Where?", style: str = "plain"
) -> Judgement:
    return Judgement(
        **{"id": name, "split": split, "type": "fact", "style": style, "question": asked, "answer": "x"},
        aliases=(),
        evidence=tuple(map(tuple, alternatives)),
    )


# --- splits --------------------------------------------------------------------------------------------------


def test_two_sentences_of_one_paragraph_are_not_for_two_splits() -> None:
    asked = [question("q1", "dev", [evidence("Goats graze.")]), question("q2", "test", [evidence("They climb.")])]
    with pytest.raises(QuestionSetError) as caught:
        check_splits(asked, text_of)
    assert str(caught.value) == (
        "a paragraph is evidence in two splits; put its questions into one (d from 32: q1 (dev) and q2 (test))"
    )
    check_splits([replace(one, split="dev") for one in asked], text_of)


def test_paragraphs_end_at_blank_lines_whatever_white_space_is_in_them() -> None:
    splits = {"dev": HERONS, "test": GOATS, "third": FERRY}
    asked = [question(split, split, [evidence(quote)]) for split, quote in splits.items()]
    check_splits(asked, text_of)
    assert [paragraph.start for paragraph in paragraphs(asked, text_of)] == [0, 32, TEXT.index(FERRY)]


def test_the_same_place_of_another_document_is_another_paragraph() -> None:
    check_splits([question("q1", "dev", [evidence(HERONS)]), question("q2", "test", [evidence(FERRY, "e")])], text_of)


def test_alternatives_and_further_pieces_count_and_so_does_all_that_a_piece_runs_over() -> None:
    over = f"reeds.\n\n{GOATS}\n \t\r\nA ferry"
    asked = [
        question("q1", "dev", [evidence("A ferry")], [evidence("letters.", "e")]),
        question("q2", "dev", [evidence("Herons")], [evidence("carries"), evidence("They climb.")]),
        question("q3", "test", [evidence(over)]),
    ]
    assert paragraphs(asked, text_of) == [
        Paragraph("d", 0, {"dev": ("q2",), "test": ("q3",)}),
        Paragraph("d", 32, {"dev": ("q2",), "test": ("q3",)}),
        Paragraph("d", TEXT.index(FERRY), {"dev": ("q1", "q2"), "test": ("q3",)}),
        Paragraph("e", 0, {"dev": ("q1",)}),
    ]


# --- wording -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "share"),
    [
        ("Where do the birds live?", 0.0),
        ("Where is the nest of the birds?", 1 / 2),  # nest; where, is, the and of are stop words
        ("nesting heron, herons' nests", 1.0),  # by stems, each counted once
        ("Who is it?", 0.0),  # nothing but stop words
    ],
)
def test_overlap_is_the_share_of_stemmed_content_words_that_stand_in_the_evidence(asked: str, share: float) -> None:
    assert overlap(question("q", "dev", [evidence(HERONS)], asked=asked)) == share


def test_of_alternatives_the_one_with_most_counts_and_all_its_pieces() -> None:
    asked = "Which letters do goats and herons read?"  # four content words
    pieces = [evidence(FERRY), evidence(GOATS)]
    assert overlap(question("q", "dev", [evidence(HERONS)], pieces, asked=asked)) == 2 / 4


def test_counts_are_by_type_split_and_style_and_overlaps_of_answerable_questions_only() -> None:
    asked = [
        question("q1", "dev", [evidence(HERONS)], asked="Where is the nest of the birds?"),
        question("q2", "dev", [evidence(HERONS)], asked="Which birds?"),
        question("q3", "test", [evidence(GOATS)], asked="goats", style="short"),
        replace(question("q4", "test", asked="goats", style="short"), type="unanswerable"),
    ]
    summary = summarize(asked)
    assert summary.counts == {
        ("fact", "dev", "plain"): 2,
        ("fact", "test", "short"): 1,
        ("unanswerable", "test", "short"): 1,
    }
    assert summary.overlaps == pytest.approx({"plain": 1 / 4, "short": 1.0, "all": 1 / 2})


# --- the command ---------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory: pytest.TempPathFactory, real_embedder: SentenceTransformerEmbedder) -> Path:
    """The data folder of an index of the text."""
    folder = tmp_path_factory.mktemp("set")
    (folder / "d.txt").write_bytes(TEXT.encode())
    ingest(Settings(data_dir=folder / "data"), [folder / "d.txt"], embedder=real_embedder)
    return folder / "data"


def check(data_dir: Path, asked: list[Judgement], *options: str) -> Result:
    """Run ``ibid eval --check`` on a set of one's own."""
    rows = [
        {"id": q.id, "split": q.split, "type": q.type, "style": q.style, "question": q.question, "answer": q.answer}
        | {"aliases": [], "evidence": [[_row(e) for e in alternative] for alternative in q.evidence]}
        for q in asked
    ]
    path = data_dir.parent / "set.jsonl"
    path.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    return CliRunner().invoke(app, ["eval", "--check", "--questions", str(path), "--data-dir", str(data_dir), *options])


def _row(piece: Evidence) -> dict[str, object]:
    start, end = piece.span
    return {"document_id": piece.document_id, "start": start, "end": end, "quote": piece.quote}


ASKED = [
    question("q1", "dev", [evidence(HERONS)], asked="Where is the nest of the birds?"),
    question("q2", "test", [evidence(GOATS)], asked="what climbs", style="short"),
]


def test_the_command_prints_counts_and_overlaps(data_dir: Path) -> None:
    done = check(data_dir, ASKED)
    assert done.exit_code == 0
    lines = done.stdout.splitlines()
    assert [line.split() for line in lines[:3]] == [
        ["type", "dev", "plain", "test", "short", "all"],
        ["fact", "1", "1", "2"],
        ["all", "1", "1", "2"],
    ]
    said = "content words of the question that stand in the evidence"
    assert lines[3:] == [f"{said}, all: 0.750", f"{said}, plain: 0.500", f"{said}, short: 1.000"]


def test_the_command_prints_json(data_dir: Path) -> None:
    done = check(data_dir, ASKED, "--json")
    assert done.exit_code == 0
    assert json.loads(done.stdout) == {
        "questions": 2,
        "counts": [
            {"type": "fact", "split": "dev", "style": "plain", "questions": 1},
            {"type": "fact", "split": "test", "style": "short", "questions": 1},
        ],
        "overlaps": {"all": 0.75, "plain": 0.5, "short": 1.0},
    }


@pytest.mark.parametrize(
    ("other", "why"),
    [
        (question("q3", "test", [evidence("tall reeds")]), "a paragraph is evidence in two splits"),
        (question("q1", "dev", [evidence(GOATS)]), "has two questions q1"),
        (question("q3", "dev", [replace(evidence("Goats"), span=Span(0, 5))]), "does not hold 'Goats' at 0..5"),
    ],
)
def test_a_set_that_is_not_sound_is_an_error(data_dir: Path, other: Judgement, why: str) -> None:
    done = check(data_dir, [*ASKED, other])
    assert (done.exit_code, done.stdout) == (1, "")
    assert isinstance(done.exception, QuestionSetError)
    assert why in str(done.exception)


@pytest.mark.parametrize("options", [["--split", "dev"], ["--ingestion", "--truth", "."]])
def test_options_that_do_not_go_with_a_check_are_refused(options: list[str]) -> None:
    assert CliRunner().invoke(app, ["eval", "--check", *options]).exit_code == 2


# --- the set that ships --------------------------------------------------------------------------------------

TYPES = {
    *("fact", "number", "date", "person", "reason", "list", "comparison", "definition", "table", "cross_page"),
    *("footnote", "opinion", "both_documents", "unanswerable"),
}


def corpus_text(document_id: str) -> str:
    return (CORPUS / f"{document_id}.txt").read_bytes().decode("utf-8")


def test_the_shipped_set_is_exact_and_its_halves_share_no_paragraph() -> None:
    questions = load_questions(DEFAULT, corpus_text)
    check_splits(questions, corpus_text)
    assert len(paragraphs(questions, corpus_text)) > 100


def test_the_shipped_set_is_large_enough_and_of_every_type() -> None:
    questions = load_questions(DEFAULT)
    types = Counter(question.type for question in questions)
    assert len(questions) >= 240
    assert set(types) == TYPES
    assert min(types.values()) >= 6
    assert types["unanswerable"] >= 40


@pytest.mark.parametrize("answerable", [True, False])
def test_the_shipped_set_is_halved(answerable: bool) -> None:
    asked = [question for question in load_questions(DEFAULT) if question.answerable is answerable]
    splits = Counter(question.split for question in asked)
    assert set(splits) == {"dev", "test"}
    assert abs(splits["dev"] - splits["test"]) <= 0.05 * len(asked)


def test_the_shipped_set_has_a_third_of_each_style() -> None:
    asked = [question for question in load_questions(DEFAULT) if question.answerable]
    styles = Counter(question.style for question in asked)
    assert set(styles) == {"short", "plain", "indirect"}
    assert all(0.30 <= count / len(asked) <= 0.37 for count in styles.values()), styles


def test_the_shipped_set_is_worded_far_from_the_sources() -> None:
    assert summarize(load_questions(DEFAULT)).overlaps["all"] <= 0.15


def test_a_shipped_question_on_both_texts_rests_on_both() -> None:
    for question in load_questions(DEFAULT):
        for alternative in question.evidence if question.type == "both_documents" else ():
            assert len({evidence.document_id for evidence in alternative}) == 2, question.id
