"""Figures are means over the questions that a measure applies to, for all and for each kind of question."""

from __future__ import annotations

from pathlib import Path

import pytest
from facts import QUESTIONS, SOURCE, facts_library, question

from eval.record import Record, Row
from eval.runner import MEASURES, run
from eval.summary import AUROC, NAMES, Figure, curve, figures, groups, summary
from eval.system import LibrarySystem


@pytest.fixture(scope="module")
def record(tmp_path_factory: pytest.TempPathFactory) -> Record:
    return run(LibrarySystem(facts_library(tmp_path_factory.mktemp("facts"))), QUESTIONS, SOURCE)


def test_figures_are_means_over_the_questions_that_they_apply_to(record: Record) -> None:
    found = figures(record.rows)
    assert list(found) == [*MEASURES, AUROC] == list(NAMES)
    values = {name: (figure.value, figure.questions) for name, figure in found.items()}
    assert values["recall@1"] == ((1 + 0.5 + 0 + 1) / 4, 4)
    assert values["answered"] == (0.5, 4)
    assert (values["tried"], values["declined"], values["accuracy"]) == ((1.0, 4), (0.5, 2), (0.8333, 6))
    assert values["verified"] == (1.0, 5)  # one was declined
    assert values[AUROC][1] == 6
    for figure in found.values():
        assert 0 <= figure.low <= figure.value <= figure.high <= 1


def test_unanswerable_questions_never_raise_a_figure_of_retrieval(record: Record) -> None:
    with_them, without = figures(record.rows), figures(record.rows[:4])
    assert all(with_them[name] == without[name] for name in ("recall@1", "MRR", "answered"))
    assert AUROC not in without
    assert "declined" not in without
    assert "answered" not in figures(record.rows[4:])
    assert figures([]) == {}


def test_rows_are_grouped_by_what_their_questions_are(record: Record) -> None:
    found = {
        kind: {name: [row.question.id for row in rows] for name, rows in by.items()}
        for kind, by in groups(record.rows).items()
    }
    everything = [q.id for q in QUESTIONS]
    assert found == {
        "all": {"all": everything},
        "split": {"dev": ["heron", "both", "other", "none"], "test": ["either", "claimed"]},
        "type": {"fact": ["heron", "other", "either"], "list": ["both"], "unanswerable": ["none", "claimed"]},
        "style": {"plain": everything},
        "document": {"facts": everything[:4]},
    }
    assert summary(record)["type"]["list"]["recall@1"] == Figure(0.5, 0.5, 0.5, 1)


def test_the_risk_is_the_share_of_what_is_answered_that_has_no_answer() -> None:
    def row(name: str, confidence: float, *alternatives: list[str]) -> Row:
        return Row(question(name, "?", *alternatives), "extractive", confidence, "", (), (), {})

    answerable = ["The silver heron nests every April"]
    rows = (row("a", 0.9, answerable), row("b", 0.5), row("c", 0.2, answerable))
    points = curve(Record(1, SOURCE, {}, None, {}, rows))
    assert [(point.confidence, point.risk) for point in points] == [(0.9, 0), (0.5, 1 / 2), (0.2, pytest.approx(1 / 3))]
    assert [point.coverage for point in points] == pytest.approx([1 / 3, 2 / 3, 1])


def test_a_run_with_no_question_answerable_still_has_a_summary(tmp_path: Path) -> None:
    only = run(LibrarySystem(facts_library(tmp_path)), QUESTIONS[4:], SOURCE)
    assert list(summary(only)["all"]["all"]) == ["declined", "accuracy", "verified"]
    assert summary(only)["document"] == {}
