"""What a reader of the two texts in ``corpus/`` can check by eye."""

from __future__ import annotations

from pathlib import Path

import pytest
from documents import count_tokens
from test_pipeline import check_promises

from ingest.model import BlockKind, Found, Ingested, Passage, PassageKind
from ingest.pipeline import ingest
from ingest.sources import find_sources, read_source

CORPUS = Path(__file__).parents[2] / "corpus"


@pytest.fixture(scope="module")
def corpus() -> list[Ingested]:
    return [ingest(read_source(source), count_tokens, 120) for source in find_sources([CORPUS])]


@pytest.fixture(scope="module")
def report(corpus: list[Ingested]) -> Ingested:
    return corpus[0]


def passage_with(result: Ingested, words: str) -> Passage:
    [found] = [passage for passage in result.passages if words in passage.text]
    return found


def test_every_promise_holds_for_both_texts(corpus: list[Ingested]) -> None:
    assert [result.document.id for result in corpus] == ["russian-chinese-dialogue-2022", "valdai-shanghai-2016"]
    for result in corpus:
        check_promises(result, 120)


def test_nearly_every_note_and_most_markers_are_found(report: Ingested) -> None:
    assert len(report.footnotes) >= 218
    assert sum(note.marker is not None for note in report.footnotes) >= 178


def test_a_text_without_notes_has_none(corpus: list[Ingested]) -> None:
    assert corpus[1].footnotes == ()
    assert {passage.kind for passage in corpus[1].passages} == {PassageKind.BODY}


def test_a_word_broken_by_a_page_is_whole_again(report: Ingested) -> None:
    passage = passage_with(report, "The Greater Eurasian Partnership and the Belt and Road Initiative will continue")
    assert passage.section == ("Summary",)
    assert len(passage.spans) > 1


def test_a_sentence_interrupted_by_a_running_head_goes_on(report: Ingested) -> None:
    passage_with(report, "potentially against Russia too—and the United States has made no attempt to hide this.")


def test_a_marker_glued_to_a_date_is_told_from_it(report: Ingested) -> None:
    note = next(note for note in report.footnotes if note.number == 5)
    assert note.marker is not None
    start, end = note.marker
    assert report.document.text[start - 3 : end] == "24.5"
    [caller] = [p for p in report.passages if p.kind is PassageKind.BODY and 5 in p.footnotes]
    assert "September 24." in caller.text
    assert "24.5" not in caller.text


def test_a_note_of_one_word_is_a_note(report: Ingested) -> None:
    note = next(note for note in report.footnotes if note.number == 37)
    assert note.text == "Ibid."


def test_a_note_keeps_its_address_and_who_calls_it(report: Ingested) -> None:
    first = report.footnotes[0]
    assert first.number == 1
    assert first.text.startswith('"Joint Statement of the Russian Federation')
    assert first.urls == ("http://static.kremlin.ru/media/events/files/ru/hkwONx0FSpUGgXPaRU3xUHRmkRneSXIR.pdf",)
    assert (first.marker, first.found) == (None, Found.LOST)
    twelve = next(p for p in report.passages if p.kind is PassageKind.FOOTNOTE and p.footnotes == (12,))
    assert twelve.context


def test_each_row_of_a_table_is_read_with_the_names_of_its_columns(report: Ingested) -> None:
    rows = [p for p in report.passages if p.kind is PassageKind.TABLE and "Russian Exports to China" in p.text]
    assert len(rows) == 11
    assert rows[1].text.replace("*", "") == (
        "Table 1. Commodity Structure of Russian Exports to China in 2021\n"
        "Commodity Group Non-ferrous metals Export volume (million dollars) 5723.58 "
        "Share in total exports (%) 7.22 Change compared to 2020 (%) 30.96"
    )


@pytest.mark.parametrize(
    ("words", "section", "page"),
    [
        ("The purpose of the annual Russian-Chinese Dialogue report", ("Summary",), 5),
        ("no load is light on a long journey", ("Introduction",), 11),
        (
            "proved to be a key event in Russia-China relations in 2021",
            (
                "1. Russian and Chinese Assessments of Global Development Trends",
                "1.1. The Approaches of Russia and China to Global Development Trends",
            ),
            12,
        ),
    ],
)
def test_passages_know_their_section_and_page(
    report: Ingested, words: str, section: tuple[str, ...], page: int
) -> None:
    passage = passage_with(report, words)
    assert passage.section == section
    assert passage.pages[0] <= page <= passage.pages[1]


@pytest.mark.parametrize(
    ("heading", "page"),
    [("Introduction", 7), ("3.3. Mutual Recognition of Vaccines", 62), ("About the Authors", 73)],
)
def test_headings_stand_on_the_page_that_the_printed_contents_name(report: Ingested, heading: str, page: int) -> None:
    [block] = [b for b in report.blocks if b.kind is BlockKind.HEADING and b.section[-1] == heading]
    assert block.page == page


def test_running_heads_are_furniture_and_authors_are_no_headings(report: Ingested) -> None:
    source = report.document.text
    texts = {kind: [source[slice(*b.content)] for b in report.blocks if b.kind is kind] for kind in BlockKind}
    assert {"4 Report 78 / 2022", "www.russiancouncil.ru"} <= set(texts[BlockKind.FURNITURE])
    assert not [title for title in texts[BlockKind.HEADING] if "Ph.D." in title or "Feng Yujun" in title]
