"""A run over a tiny library gives the results that are plain to see, and keeps a row for each question."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from fakes import HashEmbedder
from typer.testing import CliRunner

from eval.cli import app
from eval.measures import Shown
from eval.questions import Evidence, Judgement
from eval.runner import BUDGETS, QUOTES, RANKS, SHOWN, Report, Row, _cut, count, run
from index.models import SentenceTransformerEmbedder
from ingest.errors import QuestionSetError
from ingest.model import Span
from service.library import Library, ingest
from service.settings import Settings

TEXT = """Small Facts

The silver heron nests every April in the tall reeds beside the abandoned canal of Merrow.

Three patient goats graze the windy northern steppe above the village of Alder all summer.

An orange ferry carries letters, bread and lamp oil between Southgate and Northgate on Mondays.
"""
HERON, GOATS, FERRY = TEXT.strip().split("\n\n")[1:]


def evidence(quote: str) -> Evidence:
    start = TEXT.index(quote)
    return Evidence("facts", Span(start, start + len(quote)), quote)


def question(name: str, text: str, *alternatives: list[str], kind: str = "fact", split: str = "dev") -> Judgement:
    return Judgement(
        **{"id": name, "split": split, "type": kind, "style": "plain", "question": text, "answer": ""},
        aliases=(),
        evidence=tuple(tuple(map(evidence, alternative)) for alternative in alternatives),
    )


QUESTIONS = (
    question("heron", "Where does the silver heron nest in the tall reeds beside the abandoned canal?", [HERON]),
    question("both", "The silver heron nests in tall reeds beside the abandoned canal?", [HERON, FERRY], kind="list"),
    question("other", "Three patient goats graze the windy northern steppe all summer?", [FERRY]),
    question("either", "Three patient goats graze the windy northern steppe?", [FERRY], [GOATS]),
    question("none", "Did Zuckerberg buy Instagram in 2012?", kind="unanswerable"),
    question("claimed", "Where does the silver heron nest in the tall reeds?", kind="unanswerable"),
)


@pytest.fixture
def library(tmp_path: Path) -> Library:
    """Three facts, each a passage of its own."""
    (tmp_path / "facts.txt").write_text(TEXT, encoding="utf-8")
    settings = Settings(data_dir=tmp_path / "data", max_tokens=24)
    ingest(settings, [tmp_path / "facts.txt"], embedder=HashEmbedder())
    return Library(settings, HashEmbedder())


def test_the_library_of_these_tests_has_a_passage_for_each_fact(library: Library) -> None:
    texts = [hit.passage.text.split("\n")[-1] for hit in library.search("heron goats ferry")]
    assert sorted(texts) == sorted([HERON, GOATS, FERRY])


def test_measures_of_each_question(library: Library) -> None:
    report = run(library, QUESTIONS)
    rows = {row.question.id: row for row in report.rows}
    assert list(rows) == ["heron", "both", "other", "either", "none", "claimed"]
    ranks = {"recall@1": 1.0, "recall@5": 1.0, "recall@10": 1.0}
    budgets = {f"hit@{budget}": 1.0 for budget in BUDGETS}  # all three facts are within the smallest
    assert retrieval(rows["heron"]) == {**ranks, **budgets, "MRR": 1.0, "answered": 1.0}
    assert retrieval(rows["both"]) == {**ranks, "recall@1": 0.5, **budgets, "MRR": 1.0, "answered": 0.0}
    other = retrieval(rows["other"])  # the ferry's fact comes second or third, after that of the goats
    assert other["MRR"] in (1 / 2, 1 / 3)
    assert other == {**ranks, "recall@1": 0.0, **budgets, "MRR": other["MRR"], "answered": 0.0}
    assert retrieval(rows["either"]) == {**ranks, **budgets, "MRR": 1.0, "answered": 1.0}


def retrieval(row: Row) -> dict[str, float]:
    other = {"confidence", "abstained", "verified", *QUOTES} - {"answered"}
    return {name: value for name, value in row.measures.items() if name not in other}


def test_measures_of_the_quotes(library: Library) -> None:
    asked = replace(QUESTIONS[0], answer="in the tall reeds", aliases=("the tall reeds beside the abandoned canal",))
    [row] = run(library, [asked]).rows
    assert row.answer == f"{HERON} [1]"
    found = {name: row.measures[name] for name in QUOTES}
    # The alias has five words without articles, all among the thirteen of the sentence.
    assert found == {"answered": 1.0, "contained": 1.0, "token-F1": 2 * 5 / (13 + 5), "quote-P": 1.0, "quote-R": 1.0}


def test_an_abstention_quotes_nothing(library: Library) -> None:
    asked = replace(QUESTIONS[4], answer="2012", evidence=QUESTIONS[0].evidence)
    [row] = run(library, [asked]).rows
    assert row.mode == "abstained"
    assert {name: row.measures[name] for name in QUOTES} == dict.fromkeys(QUOTES, 0.0)


def test_an_unanswerable_question_has_no_measure_of_retrieval(library: Library) -> None:
    report = run(library, QUESTIONS)
    for row in report.rows[-2:]:
        assert set(row.measures) == {"confidence", "abstained", "verified"}
    assert [row.mode for row in report.rows] == [*["extractive"] * 4, "abstained", "extractive"]


def test_unanswerable_questions_never_raise_a_mean(library: Library) -> None:
    with_them, without = run(library, QUESTIONS), run(library, QUESTIONS[:4])
    assert with_them.means() == without.means()
    assert with_them.means()["recall@1"] == (1 + 0.5 + 0 + 1) / 4
    assert with_them.means()["answered"] == (1 + 0 + 0 + 1) / 4
    assert with_them.means(with_them.rows[-2:]) == dict.fromkeys(with_them.names, 0.0)


def test_means_by_type_and_the_names_of_all_measures(library: Library) -> None:
    report = run(library, QUESTIONS)
    by_type = report.by_type()
    assert [(kind, [row.question.id for row in rows]) for kind, rows in by_type.items()] == [
        ("fact", ["heron", "other", "either"]),
        ("list", ["both"]),
        ("unanswerable", ["none", "claimed"]),
    ]
    assert report.means(by_type["list"])["recall@1"] == 0.5
    assert report.means(by_type["fact"])["recall@1"] == pytest.approx(2 / 3)
    expected = [*(f"recall@{k}" for k in RANKS), *(f"hit@{budget}" for budget in BUDGETS), "MRR", *QUOTES]
    assert report.names == list(report.means()) == expected


def test_what_was_declined_and_what_was_tried(library: Library) -> None:
    shares = run(library, QUESTIONS).abstention()
    assert shares == {"unanswerable declined": 0.5, "answerable tried": 1.0, "quotes verified": 1.0}


def test_without_questions_nothing_is_claimed() -> None:
    assert Report(()).abstention() == {"unanswerable declined": 0.0, "answerable tried": 0.0, "quotes verified": 1.0}
    assert Report(()).means() == dict.fromkeys(Report(()).names, 0.0)


def test_a_run_says_when_each_question_is_done(library: Library) -> None:
    told: list[int] = []
    run(library, QUESTIONS[:3], lambda: told.append(1))
    assert len(told) == 3


def test_what_is_shown_can_be_cut_after_any_number_of_tokens(library: Library) -> None:
    hit = library.search("goats", 1)[0].passage
    assert hit.text.endswith(GOATS)
    whole = Shown("facts", hit.spans, count(hit.text))
    seen = ""
    for tokens in range(whole.tokens + 1):
        part = _cut(TEXT, whole, tokens)
        assert part.tokens == tokens
        read = "".join(TEXT[span.start : span.end] for span in part.spans)
        assert hit.text.startswith(" ".join(read.split("\n\n")).strip()[: len(seen)])
        assert count(read) <= tokens + 1  # a token may begin with the blank before its word
        assert len(read) >= len(seen)
        seen = read
    assert _cut(TEXT, whole, 0).spans == ()
    assert _cut(TEXT, whole, whole.tokens).spans == whole.spans
    assert SHOWN * 16 < max(BUDGETS) < SHOWN * library.settings.max_tokens * 4


# --- the command ---------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory: pytest.TempPathFactory, real_embedder: SentenceTransformerEmbedder) -> Path:
    """An index of the three facts, made with the real model."""
    folder = tmp_path_factory.mktemp("facts")
    (folder / "facts.txt").write_text(TEXT, encoding="utf-8")
    ingest(Settings(data_dir=folder / "data", max_tokens=24), [folder / "facts.txt"], embedder=real_embedder)
    rows = [
        {
            **{"id": q.id, "split": "test" if q.id == "both" else "dev", "type": q.type, "style": q.style},
            **{"question": q.question, "answer": q.answer, "aliases": []},
            "evidence": [
                [{"document_id": "facts", "start": e.span.start, "end": e.span.end, "quote": e.quote} for e in a]
                for a in q.evidence
            ],
        }
        for q in QUESTIONS
    ]
    (folder / "set.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    return folder / "data"


def evaluate(data_dir: Path, *options: str) -> tuple[str, str]:
    """Run ``ibid eval``; give stdout and stderr."""
    arguments = ["eval", "--questions", str(data_dir.parent / "set.jsonl"), "--data-dir", str(data_dir), *options]
    done = CliRunner().invoke(app, arguments, env={"IBID_MAX_TOKENS": "24"}, catch_exceptions=False)
    assert done.exit_code == 0
    return done.stdout, done.stderr


def test_json_has_means_and_a_row_for_each_question(data_dir: Path) -> None:
    out, _ = evaluate(data_dir, "--json")
    found = json.loads(out)
    assert set(found) == {"questions", "means", "by_type", "abstention", "rows"}
    assert found["questions"] == 6
    assert [row["id"] for row in found["rows"]] == [q.id for q in QUESTIONS]
    assert set(found["by_type"]) == {"fact", "list"}  # no means where there is nothing to find
    assert found["means"]["recall@1"] == (1 + 0.5 + 0 + 1) / 4
    first = found["rows"][0]
    assert (first["mode"], first["recall@1"], first["MRR"], first["verified"]) == ("extractive", 1.0, 1.0, 1.0)
    assert HERON in first["answer"]
    assert found["abstention"]["quotes verified"] == 1.0


def test_a_split_takes_its_questions_only(data_dir: Path) -> None:
    found = json.loads(evaluate(data_dir, "--json", "--split", "test")[0])
    assert [row["id"] for row in found["rows"]] == ["both"]


def test_a_split_that_there_is_not_is_an_error(data_dir: Path) -> None:
    with pytest.raises(QuestionSetError, match="no question is in the split 'train'; the splits are dev and test"):
        evaluate(data_dir, "--split", "train")


def test_the_table_shows_each_type_and_all(data_dir: Path) -> None:
    out, _ = evaluate(data_dir)
    lines = [line.split() for line in out.splitlines()]
    assert lines[0] == ["type", "questions", *Report(()).names]
    assert [line[:3] for line in lines[1:4]] == [["fact", "3", "0.67"], ["list", "1", "0.50"], ["all", "4", "0.62"]]
    assert ["quotes", "verified:", "1.00"] in lines
