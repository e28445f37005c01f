"""An extractive answer quotes verbatim, with the notes that stand behind each quote, or abstains."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from fakes import HashEmbedder
from texts import REPORT, read_again

from index.retrieval import Hit
from ingest.model import Passage, PassageKind, Span, passage_id
from ingest.sentences import split_sentences
from service.answer import Answer, Citation, Mode
from service.choosing import MAX_SENTENCES
from service.extractive import ABSTENTION, Extractor
from service.library import Library, ingest
from service.quotable import quotable_parts
from service.settings import Settings

QUESTIONS = (
    "Where do rivers carry silt every spring?",
    "How many tonnes did the harvest of 2021 weigh?",
    "Where do herons nest?",
    "How many boats and crew has the harbour Northgate?",
    "Who wrote Herons in the Canal Letters?",
    "How often does the ferry of Southgate sail, and what does it carry?",
    "What broke the dam at Westmere?",
    "When was the lighthouse of Cape Merrow lit?",
)
HARVEST = "The harvest of 2021 weighed 5,400 tonnes."


@pytest.fixture
def eager(settings: Settings, sources: Path) -> Library:
    """A library that always answers: confidence is fitted to a real model's vectors, not to those of word hashes."""
    library = Library(settings.model_copy(update={"min_confidence": 0.0}), HashEmbedder())
    library.ingest([sources])
    return library


@pytest.mark.parametrize("question", QUESTIONS)
def test_every_quote_is_in_the_source_where_its_spans_say(eager: Library, question: str) -> None:
    answer = eager.ask(question)
    assert answer.mode is Mode.EXTRACTIVE
    assert 1 <= len(answer.citations) <= MAX_SENTENCES
    for citation in answer.citations:
        source = eager.index.text(citation.hit.passage.document_id)
        assert read_again(source, citation.spans) == citation.quote
        assert citation.quote in citation.hit.passage.text
        assert citation.verified


@pytest.mark.parametrize("question", QUESTIONS)
def test_marks_count_from_one_in_the_order_of_the_text(eager: Library, question: str) -> None:
    answer = eager.ask(question)
    assert [citation.mark for citation in answer.citations] == list(range(1, len(answer.citations) + 1))
    assert answer.text == " ".join(f"{citation.quote} [{citation.mark}]" for citation in answer.citations)


def test_reading_again_can_fail(library: Library) -> None:
    """The control for the test above: a span that is one off does not give the quote."""
    citation = cited(library.ask("Where do herons nest?"), "Herons nest in the reeds of the old canal.")
    [(start, end)] = citation.spans
    assert read_again(REPORT, [(start + 1, end)]) != citation.quote


def test_the_same_question_has_the_same_answer(library: Library) -> None:
    assert [library.ask(question) for question in QUESTIONS] == [library.ask(question) for question in QUESTIONS]


def test_a_quote_has_the_note_that_is_called_right_after_it(library: Library) -> None:
    question = "Where do rivers carry silt every spring?"
    citation = cited(library.ask(question), "Rivers carry silt towards the delta every spring.")
    assert [note.number for note in citation.footnotes] == [1]  # not note 2, which the same passage calls


def test_a_quote_has_not_the_note_of_the_sentence_before_or_after(library: Library) -> None:
    citation = cited(library.ask("How many tonnes did the harvest of 2021 weigh?"), HARVEST)
    assert citation.footnotes == ()
    assert {note.number for note in citation.hit.footnotes} == {1, 2}


def test_a_note_is_called_at_the_very_end_of_its_passage(library: Library) -> None:
    citation = cited(library.ask("Where do herons nest?"), "Herons nest in the reeds of the old canal.")
    assert [note.number for note in citation.footnotes] == [2]


def test_a_note_inside_a_quote_counts(settings: Settings, tmp_path: Path) -> None:
    text = REPORT.replace("carry silt towards the delta every spring.¹", "carry silt¹ towards the delta every spring.")
    library = library_of(settings, tmp_path, text)
    question = "Where do rivers carry silt every spring?"
    citation = cited(library.ask(question), "Rivers carry silt towards the delta every spring.")
    assert [note.number for note in citation.footnotes] == [1]


def test_a_note_whose_marker_is_lost_is_shown_with_every_quote_of_its_passage(library: Library) -> None:
    [hit] = library.search("Herons nest in the reeds", 1)
    lost = replace(hit, footnotes=tuple(replace(note, markers=()) for note in hit.footnotes))
    question = library._retriever.read("How many tonnes did the harvest of 2021 weigh?")
    citation = cited(Extractor(library.index, 0.0).answer(question, [lost]), HARVEST)
    assert [note.number for note in citation.footnotes] == [1, 2]


def test_a_table_is_quoted_by_the_row_with_its_column_names(library: Library) -> None:
    row = "Table 1. Boats by Harbour\nHarbour Northgate Boats 41 Crew 120"
    citation = cited(library.ask("How many boats and crew has the harbour Northgate?"), row)
    assert citation.hit.passage.kind is PassageKind.TABLE
    assert read_again(REPORT, citation.spans) == row


def test_a_footnote_is_quoted_whole_and_stands_behind_itself(eager: Library) -> None:
    note = 'Ben Reed, "Herons," Canal Letters, 2020.'
    citation = cited(eager.ask("Who wrote Herons in the Canal Letters?"), note)
    assert citation.hit.passage.kind is PassageKind.FOOTNOTE
    assert [note.number for note in citation.footnotes] == [2]


def test_sentences_that_follow_each_other_are_one_quote(eager: Library) -> None:
    answer = eager.ask("How often does the ferry of Southgate sail, and what mail and oranges does it carry?")
    quotes = [citation.quote for citation in answer.citations]
    assert "The ferry of Southgate sails twice a day. It carries mail and oranges." in quotes


def test_sentences_that_do_not_follow_each_other_are_quotes_of_their_own_in_order(eager: Library) -> None:
    answer = eager.ask("The harvest of 2021 weighed how many tonnes, and rivers carry silt towards the delta when?")
    quotes = [citation.quote for citation in answer.citations if citation.hit.passage.position == 0]
    assert quotes == ["Rivers carry silt towards the delta every spring.", "The harvest of 2021 weighed 5,400 tonnes."]


def test_a_sentence_that_is_nearly_as_near_as_the_first_is_quoted_too(settings: Settings, tmp_path: Path) -> None:
    text = (
        "Herons nest in reeds.\n\nThe herons of Alder nest in old reeds. Otters swim. All herons nest in dry reeds.\n"
    )
    library = library_of(settings, tmp_path, text)
    quotes = " ".join(citation.quote for citation in library.ask("Where do herons nest, in reeds?").citations)
    assert "The herons of Alder nest" in quotes
    assert "All herons nest" in quotes  # it adds no word of the question
    assert "Otters" not in quotes


def test_an_answer_has_three_sentences_at_the_most(eager: Library) -> None:
    parts = [citation.quote for citation in eager.ask("silt rice tonnes herons oranges flood dam mended").citations]
    assert sum(len(split_sentences(part)) for part in parts) == MAX_SENTENCES == 3


def test_headings_and_the_title_are_never_quoted(library: Library) -> None:
    for hit in library.search("River Report Silt and Rice Boats Floods Lighthouses", 20):
        if hit.passage.kind is PassageKind.BODY:
            parts = [hit.passage.text[start:end] for start, end in quotable_parts(hit)]
            assert parts
            assert not {"River Report", "1. Silt and Rice", "2. Boats", "3. Floods", "Lighthouses"} & set(parts)


def test_a_title_is_known_by_its_beginning_but_a_sentence_is_a_sentence() -> None:
    hit = made_up_hit("On Rivers (2019)\nOn Rivers was printed twice.\nIt sold well.", title="On Rivers")
    parts = [hit.passage.text[start:end] for start, end in quotable_parts(hit)]
    assert parts == ["On Rivers was printed twice.", "It sold well."]


def test_both_lines_of_a_heading_are_known() -> None:
    hit = made_up_hit(
        "CHAPTER I\nThe Wheel\nIt turns by water.", title="Mills", section=("Of Mills", "CHAPTER I. The Wheel")
    )
    assert [hit.passage.text[start:end] for start, end in quotable_parts(hit)] == ["It turns by water."]


def test_a_passage_of_nothing_but_its_heading_is_quoted_whole() -> None:
    hit = made_up_hit("Silt and Rice", title="River Report", section=("Silt  and Rice",))
    assert quotable_parts(hit) == [(0, len("Silt and Rice"))]


@pytest.mark.parametrize("question", ["Did Zuckerberg buy Instagram in 2012?", "zebra quagga xylophone"])
def test_what_the_documents_do_not_speak_of_is_an_abstention_with_the_nearest_passages(
    library: Library, question: str
) -> None:
    answer = library.ask(question)
    assert (answer.mode, answer.text, answer.citations) == (Mode.ABSTAINED, ABSTENTION, ())
    assert answer.confidence < library.settings.min_confidence
    assert len(answer.hits) == library.settings.k
    assert answer.unmet


def test_a_number_or_a_name_that_no_hit_speaks_of_lowers_the_confidence(library: Library) -> None:
    asked = library.ask("How many tonnes did the harvest weigh?").confidence
    assert library.ask("How many tonnes did the harvest of 2021 weigh?").confidence > asked - 0.05
    assert library.ask("How many tonnes did the harvest of 1807 weigh?").confidence < asked - 0.2


def test_the_threshold_is_a_setting(settings: Settings, sources: Path) -> None:
    question = "Where do herons nest?"
    strict = Library(settings.model_copy(update={"min_confidence": 1.0}), HashEmbedder())
    strict.ingest([sources])
    assert strict.ask(question).mode is Mode.ABSTAINED
    assert Library(settings.model_copy(update={"min_confidence": 0.0}), HashEmbedder()).ask(question).citations


def test_without_any_document_the_answer_is_an_abstention_at_every_threshold(settings: Settings) -> None:
    empty = Library(settings.model_copy(update={"min_confidence": 0.0}), HashEmbedder())
    answer = empty.ask("Where do herons nest?")
    assert (answer.mode, answer.text, answer.hits, answer.confidence) == (Mode.ABSTAINED, ABSTENTION, (), 0.0)


def test_a_quote_is_not_verified_where_the_stored_source_is_another(library: Library) -> None:
    with closing(sqlite3.connect(library.index.store.path)) as connection:
        connection.execute("UPDATE documents SET text = replace(text, 'Herons nest', 'Egrets nest')")
        connection.commit()
    library = Library(library.settings, HashEmbedder())  # the one that is open still reads what was
    answer = library.ask("Where do herons nest in the reeds?")
    assert cited(answer, "Herons nest in the reeds of the old canal.").verified is False
    answer = library.ask("How many tonnes did the harvest of 2021 weigh?")
    assert cited(answer, HARVEST).verified is False  # another part of the same passage: it cannot be told either
    answer = library.ask("What broke the dam at Westmere?")
    assert cited(answer, "The flood of 1953 broke the dam at Westmere.").verified is True


def cited(answer: Answer, quote: str) -> Citation:
    """The citation with this quote."""
    return next(citation for citation in answer.citations if citation.quote == quote)


def library_of(settings: Settings, folder: Path, text: str) -> Library:
    path = folder / "one.txt"
    path.write_text(text, encoding="utf-8")
    ingest(settings, [path], embedder=HashEmbedder())
    return Library(settings, HashEmbedder())


def made_up_hit(text: str, title: str, section: tuple[str, ...] = ()) -> Hit:
    spans = (Span(0, len(text)),)
    passage = Passage(passage_id("d", spans), "d", 0, PassageKind.BODY, text, spans, section, (1, 1), ())
    return Hit(passage, title, 1.0, 1.0, 1.0, 1.0, ())
