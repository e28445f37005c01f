"""Both corpus texts and the real model: known questions are answered from the right place, and all can be checked."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from starlette.testclient import TestClient
from texts import CORPUS, read_again

from eval.questions import DEFAULT, load_questions
from index.models import SentenceTransformerEmbedder
from service.app import create_app
from service.doctor import examine
from service.library import Library
from service.settings import Settings

REPORT = "russian-chinese-dialogue-2022"
VALDAI = "valdai-shanghai-2016"


@dataclass(frozen=True)
class Known:
    """A question, where its answer stands, and words of the passage and of the answer that nothing else has."""

    question: str
    document: str
    section: str
    passage: tuple[str, ...]
    answer: tuple[str, ...]


KNOWN = (
    Known(
        "When did Russia and China sign the Treaty's extension, and for how long?",
        REPORT,
        "1.1.",
        ("2021", "for a five-year term"),
        ("2021", "five-year term"),
    ),
    Known(
        "How many tonnes of beef did China buy from Russia in 2021?",
        REPORT,
        "Russia-China Trade Cooperation",
        ("imported 20,000 tonnes of beef from Russia in 2021",),
        ("20,000 tonnes of beef",),
    ),
    Known(
        "Who opened the Shanghai conference of March 2016?",
        VALDAI,
        "",
        ("On March 25, 2016", "has been opened by speeches of Feng Shaolei", "Andrey Bystritskiy"),
        ("Feng Shaolei", "Andrey Bystritskiy"),
    ),
)
asked = pytest.mark.parametrize("known", KNOWN, ids=lambda known: known.question)


@pytest.fixture(scope="session")
def client(whole: Library) -> Iterator[TestClient]:
    with TestClient(create_app(whole.settings, whole), base_url="http://localhost") as client:
        yield client


def is_right(passage: dict[str, object], known: Known) -> bool:
    text, section = str(passage.get("quote", passage.get("text"))), passage["section"]
    return (
        passage["document_id"] == known.document
        and any(title.startswith(known.section) for title in [*section, ""])
        and all(words in text for words in known.passage)
    )


def slices(client: TestClient, document: str, spans: list[tuple[int, int]]) -> str:
    """Read spans of a document by asking for each slice of its text."""
    places = [{"start": start, "end": end} for start, end in spans]
    parts = [client.get(f"/v1/documents/{document}/text", params=place).json()["text"] for place in places]
    return read_again("".join(parts), [(0, sum(map(len, parts)))])


@asked
def test_the_right_passage_is_found_first(client: TestClient, known: Known) -> None:
    hits = client.post("/v1/search", json={"query": known.question}).json()["hits"]
    assert is_right(hits[0], known), hits[0]["text"]
    assert slices(client, hits[0]["document_id"], hits[0]["spans"]) == hits[0]["text"]


@asked
def test_the_answer_quotes_the_right_passage_first(client: TestClient, known: Known) -> None:
    answer = client.post("/v1/ask", json={"question": known.question}).json()
    assert answer["mode"] == "extractive"
    assert is_right(answer["hits"][0], known)
    first = answer["citations"][0]
    assert first["passage_id"] == answer["hits"][0]["passage_id"]
    assert all(words in first["quote"] for words in known.answer)
    assert answer["answer"].startswith(f"{first['quote']} [1]")


@asked
def test_every_quote_is_what_its_spans_read(client: TestClient, known: Known) -> None:
    citations = client.post("/v1/ask", json={"question": known.question}).json()["citations"]
    assert citations
    for citation in citations:
        assert slices(client, citation["document_id"], citation["spans"]) == citation["quote"]
        assert citation["verified"] is True
        for note in citation["footnotes"]:
            assert slices(client, citation["document_id"], note["spans"]) == note["text"]


def test_the_beef_has_its_footnote_and_its_page(client: TestClient) -> None:
    [first, *_] = client.post("/v1/ask", json={"question": KNOWN[1].question}).json()["citations"]
    assert first["pages"] == [44, 44]
    [note] = first["footnotes"]
    assert "General Administration of Customs" in note["text"]
    assert note["urls"] == ["https://baijiahao.baidu.com/s?id=1723116670009200548&wfr=spider&for=pc"]


@asked
def test_asked_twice_the_answer_is_the_same(client: TestClient, known: Known) -> None:
    for path, body in (("/v1/ask", {"question": known.question}), ("/v1/search", {"query": known.question})):
        assert client.post(path, json=body).content == client.post(path, json=body).content


def test_made_twice_the_passages_are_the_same(
    client: TestClient, tmp_path: Path, real_embedder: SentenceTransformerEmbedder
) -> None:
    again = Library(Settings(data_dir=tmp_path / "again", corpus_dir=CORPUS), real_embedder)
    again.ingest([CORPUS / "valdai-shanghai-2016.txt"])
    body = {"query": KNOWN[2].question, "k": 100, "filters": {"document_ids": [VALDAI]}}
    before = client.post("/v1/search", json=body).json()["hits"]
    with TestClient(create_app(again.settings, again), base_url="http://localhost") as other:
        hits = other.post("/v1/search", json=body).json()["hits"]
    assert {hit["passage_id"]: hit["text"] for hit in hits} == {hit["passage_id"]: hit["text"] for hit in before}


@pytest.mark.parametrize(
    "question",
    [
        "What is the boiling point of tungsten in Kelvin?",
        "Which club won the Champions League final at Wembley in 2011?",
    ],
)
def test_what_the_texts_do_not_speak_of_is_declined(client: TestClient, question: str) -> None:
    answer = client.post("/v1/ask", json={"question": question}).json()
    assert (answer["mode"], answer["citations"]) == ("abstained", [])


def test_the_doctor_finds_all_well(whole: Library) -> None:
    findings = examine(whole.settings)
    assert {"model", "file", "texts", "passages", "footnotes", "vectors", "derived"} <= {f.check for f in findings}
    assert [finding for finding in findings if not finding.ok] == []


def test_both_texts_are_held_exactly_with_their_footnotes(client: TestClient) -> None:
    documents = client.get("/v1/documents").json()["documents"]
    assert [document["id"] for document in documents] == [REPORT, VALDAI]
    for document in documents:
        text = client.get(f"/v1/documents/{document['id']}/text").json()["text"]
        assert text.encode() == (CORPUS / f"{document['id']}.txt").read_bytes()
    assert documents[0]["footnotes"] >= 218
    assert "Kirill Babaev" in documents[0]["authors"]


def test_every_quote_shown_for_any_known_question_is_an_exact_slice_of_its_source(whole: Library) -> None:
    sources = {document: whole.index.text(document) for document in (REPORT, VALDAI)}
    shown = 0
    for question in load_questions(DEFAULT, whole.index.text):
        for citation in whole.ask(question.question).citations:
            passage = citation.hit.passage
            assert citation.verified, question.id
            assert read_again(sources[passage.document_id], citation.spans) == citation.quote, question.id
            shown += 1
    assert shown > 200


@pytest.mark.parametrize(
    ("question", "quotes"),
    [
        (
            "Where does the figure of 20,000 tonnes of beef come from?",
            (
                "imported 20,000 tonnes of beef",
                "https://baijiahao.baidu.com/s?id=1723116670009200548&wfr=spider&for=pc",
            ),
        ),
        (
            "Which three obstacles to integration in the EAEU do Chinese experts name?",
            (
                "according to Chinese experts",
                "First, Russia's capacity",
                "Second, the Chinese side",
                "Third, the similar",
            ),
        ),
        (
            "How do Russian and Chinese experts view integration within the EAEU?",
            ("according to Chinese experts", "According to Russian experts"),
        ),
        (
            "What were the four crises of the CSTO?",
            ("The first of these", "The second crisis", "The fourth crisis"),
        ),
    ],
)
def test_notes_lists_and_sides_are_quoted(whole: Library, question: str, quotes: tuple[str, ...]) -> None:
    shown = " ".join(citation.quote for citation in whole.ask(question).citations)
    assert [quote for quote in quotes if quote not in shown] == []


def test_the_command_that_the_readme_shows_prints_what_it_shows(whole: Library) -> None:
    readme = (CORPUS.parent / "README.md").read_text(encoding="utf-8")
    [shown] = [block for block in readme.split("```")[1::2] if "ibid ask" in block]
    assert whole.ask(KNOWN[1].question).text in shown
