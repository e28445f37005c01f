"""A run over a tiny library gives the results that are plain to see, and keeps a row for each question."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from facts import FERRY, GOATS, HERON, QUESTIONS, SOURCE, TEXT, facts_library

from eval.measures import Shown
from eval.questions import Judgement
from eval.record import Record, Row
from eval.runner import BUDGETS, DECISIONS, MEASURES, MOST_WORKERS, QUOTES, SHOWN, VERIFIED, _cut, count, run
from eval.system import DECIDING, LibrarySystem, Quote, Reply, Setup, ShownPassage
from ingest.errors import NotFound, QueryError
from ingest.model import Span
from service.library import Library


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return facts_library(tmp_path)


def ran(library: Library, *questions: Judgement) -> Record:
    return run(LibrarySystem(library), questions or QUESTIONS, SOURCE)


def test_the_library_of_these_tests_has_a_passage_for_each_fact(library: Library) -> None:
    texts = [hit.passage.text.split("\n")[-1] for hit in library.search("heron goats ferry")]
    assert sorted(texts) == sorted([HERON, GOATS, FERRY])


def test_measures_of_each_question(library: Library) -> None:
    rows = {row.question.id: row for row in ran(library).rows}
    assert list(rows) == ["heron", "both", "other", "either", "none", "claimed"]
    ranks = {"recall@1": 1.0, "recall@5": 1.0, "recall@10": 1.0}
    budgets = {f"hit@{budget}": 1.0 for budget in BUDGETS}  # all three facts are within the smallest
    whole = {**ranks, **budgets, "MRR": 1.0, "nDCG@10": 1.0, "answered": 1.0}
    assert retrieval(rows["heron"]) == whole
    both = retrieval(rows["both"])  # the ferry's fact comes second or third
    assert both["nDCG@10"] in (1.0, round((1 + 1 / 2) / (1 + 0.63093), 4))
    assert both == {**whole, "recall@1": 0.5, "nDCG@10": both["nDCG@10"], "answered": 0.0}
    other = retrieval(rows["other"])  # so does it here
    assert (other["MRR"], other["nDCG@10"]) in ((1 / 2, 0.6309), (0.3333, 1 / 2))
    assert other == {**whole, "recall@1": 0.0, "MRR": other["MRR"], "nDCG@10": other["nDCG@10"], "answered": 0.0}
    assert retrieval(rows["either"]) == whole


def retrieval(row: Row) -> dict[str, float]:
    other = {*QUOTES, *DECISIONS, VERIFIED} - {"answered"}
    return {name: value for name, value in row.measures.items() if name not in other}


def test_measures_of_the_quotes(library: Library) -> None:
    asked = replace(QUESTIONS[0], answer="in the tall reeds", aliases=("the tall reeds beside the abandoned canal",))
    [row] = ran(library, asked).rows
    assert row.answer == f"{HERON} [1]"
    assert [(quote.text, quote.verified) for quote in row.quotes] == [(HERON, True)]
    # The alias has five words without articles, all among the thirteen of the sentence.
    f1 = round(2 * 5 / (13 + 5), 4)
    expected = {"answered": 1.0, "contained": 1.0, "exact": 0.0, "token-F1": f1, "quote-P": 1.0, "quote-R": 1.0}
    assert {name: row.measures[name] for name in QUOTES} == expected
    [exact] = ran(library, replace(asked, answer=HERON.lower().replace(".", ""))).rows
    assert (exact.measures["exact"], exact.measures["token-F1"]) == (1.0, 1.0)


def test_an_abstention_quotes_nothing(library: Library) -> None:
    asked = replace(QUESTIONS[4], answer="2012", evidence=QUESTIONS[0].evidence)
    [row] = ran(library, asked).rows
    assert (row.mode, row.quotes) == ("abstained", ())
    assert {name: row.measures[name] for name in QUOTES} == dict.fromkeys(QUOTES, 0.0)
    assert (row.measures["tried"], row.measures["accuracy"]) == (0.0, 0.0)
    assert VERIFIED not in row.measures


def test_an_unanswerable_question_has_no_measure_of_retrieval(library: Library) -> None:
    rows = ran(library).rows
    assert rows[-2].measures == {"declined": 1.0, "accuracy": 1.0}
    assert rows[-1].measures == {"declined": 0.0, "accuracy": 0.0, "verified": 1.0}
    assert [row.mode for row in rows] == [*["extractive"] * 4, "abstained", "extractive"]


def test_measures_stand_in_the_order_in_which_they_are_shown(library: Library) -> None:
    for row in ran(library).rows:
        assert list(row.measures) == [name for name in MEASURES if name in row.measures]


def test_a_row_names_what_was_shown_and_the_record_holds_it_once(library: Library) -> None:
    record = ran(library)
    assert list(record.passages) == sorted(record.passages)
    assert len(record.passages) == 3
    shown = record.shown(record.rows[0])
    assert [passage.id for passage in shown] == list(record.rows[0].shown)
    assert shown[0].text.endswith(HERON)
    assert HERON in TEXT[shown[0].spans[-1].start : shown[0].spans[-1].end]


def test_a_record_says_over_what_and_with_which_settings_it_was_made(library: Library) -> None:
    record = ran(library)
    assert record.questions == SOURCE
    assert record.documents == {"facts": library.document("facts").sha256}
    assert record.setup is not None
    assert record.setup.model == "word-hash@1"
    assert (record.setup.settings["max_tokens"], list(record.setup.settings)) == (24, list(DECIDING))


@pytest.mark.parametrize("workers", range(1, MOST_WORKERS + 1))
def test_the_record_is_the_same_whatever_the_number_of_workers(library: Library, workers: int) -> None:
    told: list[int] = []
    record = run(LibrarySystem(library), QUESTIONS * 5, SOURCE, workers, lambda: told.append(1))
    assert record == run(LibrarySystem(library), QUESTIONS * 5, SOURCE, 1)
    assert len(told) == 30


@pytest.mark.parametrize("workers", [0, MOST_WORKERS + 1])
def test_more_workers_than_questions_are_answered_at_once_are_refused(library: Library, workers: int) -> None:
    with pytest.raises(ValueError, match=f"workers must be 1 to {MOST_WORKERS}, got {workers}"):
        run(LibrarySystem(library), QUESTIONS, SOURCE, workers)


class Liar:
    """A system that says of each quote that it is verified."""

    def __init__(self, text: str, verified: bool = True) -> None:
        self._quote = Quote("facts", (Span(0, len("Small Facts")),), text, verified)

    def ask(self, question: str, k: int) -> Reply:
        """Answer at once. Raises QueryError for what it does not like."""
        if question == "bad":
            raise QueryError("the question is bad; ask another")
        shown = ShownPassage("facts.1", "facts", (), (1, 1), self._quote.spans, self._quote.text)
        return Reply(self._quote.text, "extractive", 0.5, (shown,), (self._quote,))

    def text(self, document_id: str) -> str:
        """The facts, whatever is asked for."""
        if document_id != "facts":
            raise NotFound("there is no such document; ask for another")
        return TEXT

    def documents(self) -> dict[str, str]:
        """One."""
        return {"facts": "0" * 64}

    def setup(self) -> Setup | None:
        """Not told."""
        return None


@pytest.mark.parametrize(
    ("system", "verified"),
    [(Liar("Small Facts"), 1.0), (Liar("Small facts"), 0.0), (Liar("Small Facts", verified=False), 0.0)],
)
def test_a_quote_is_verified_here_too_whatever_the_system_says(system: Liar, verified: float) -> None:
    [row] = run(system, QUESTIONS[:1], SOURCE).rows
    assert row.measures[VERIFIED] == verified


def test_an_error_ends_the_run_with_its_sentence() -> None:
    asked = [replace(QUESTIONS[0], question="bad"), *QUESTIONS]
    with pytest.raises(QueryError, match="the question is bad; ask another"):
        run(Liar("Small Facts"), asked, SOURCE)


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
