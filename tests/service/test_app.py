"""Every endpoint does what its page says, and every error is a problem that says what to do."""

from __future__ import annotations

import gzip
import json
import logging
import re
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import anyio
import httpx2
import pytest
from fakes import HashEmbedder
from llm_server import ScriptedServer, says, words
from starlette.testclient import TestClient
from texts import CORPUS, LIGHTHOUSES, REPORT, put_in_place, read_again

from index.embedder import Embedded, Progress
from ingest.errors import ModelError
from service import examples
from service.app import MULTIPART_BYTES, create_app
from service.bodies import AskIn, SearchIn
from service.chat_schemas import ChatIn, CompletionOut, ModelsOut
from service.first_page import WEB
from service.library import Library
from service.schemas import (
    AliveOut,
    AnswerOut,
    ContentsOut,
    DocumentsOut,
    FootnotesOut,
    PassageWithNeighbours,
    ReadyOut,
    SearchOut,
    TextOut,
)
from service.settings import Settings

HERONS = "Where do herons nest in the reeds?"
JSON = {"Content-Type": "application/json"}
QUOTE = "Herons nest in the reeds of the old canal."


@pytest.fixture
def client(library: Library) -> Iterator[TestClient]:
    with TestClient(
        create_app(library.settings, library), base_url="http://localhost", raise_server_exceptions=False
    ) as client:
        yield client


def is_problem(response: httpx2.Response, status: int) -> str:
    """Check that a response is a problem of RFC 9457, and give its detail."""
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    body = response.json()
    assert set(body) == {"type", "title", "status", "detail"}
    assert (body["type"], body["status"]) == ("about:blank", status)
    assert body["title"]
    assert len(body["title"]) < 60
    assert is_safe(response)
    detail: str = body["detail"]
    assert not re.search(r'Traceback|File "|\.py|Error\(|\n', detail)
    assert re.search(r"[;,.:] ", detail), detail  # what is wrong, and after it what to do
    return detail


@pytest.mark.parametrize(
    "path", ["/", "/documents", "/web/style.css", "/healthz", "/v1/documents", "/v1/documents/none"]
)
def test_head_says_what_get_would_without_its_body(client: TestClient, path: str) -> None:
    asked, headed = client.get(path), client.head(path)
    assert headed.status_code == asked.status_code
    assert headed.content == b"" != asked.content
    for name in ("content-length", "content-type", "content-security-policy"):
        assert headed.headers[name] == asked.headers[name]


def test_head_of_what_is_only_posted_is_refused(client: TestClient) -> None:
    assert client.head("/v1/ask").status_code == 405


def is_safe(response: httpx2.Response) -> bool:
    policy = response.headers["content-security-policy"]
    return (
        response.headers["x-content-type-options"] == "nosniff"
        and response.headers["referrer-policy"] == "no-referrer"
        and "default-src 'none'" in policy
        and "http" not in policy
        and "*" not in policy
    )


def upload(client: TestClient, name: str, data: bytes) -> httpx2.Response:
    return client.post("/v1/documents", files={"file": (name, data, "text/plain")})


# --- search and ask ------------------------------------------------------------------------------------------


def test_a_search_gives_hits_best_first_that_re_read_from_the_source(client: TestClient) -> None:
    response = client.post("/v1/search", json={"query": HERONS, "k": 4})
    assert response.status_code == 200
    assert is_safe(response)
    hits = response.json()["hits"]
    assert len(hits) == 4
    assert [hit["score"] for hit in hits] == sorted((hit["score"] for hit in hits), reverse=True)
    first = hits[0]
    assert set(first) == {
        *("passage_id", "document_id", "document_title", "kind", "text", "section", "pages", "spans", "footnotes"),
        *("score", "scores", "matches", "callers", "duplicates"),
    }
    assert (first["document_id"], first["kind"], first["section"]) == ("river-report", "body", ["1. Silt and Rice"])
    assert set(first["scores"]) == {"dense", "lexical", "late", "sentence", "phrase", "reranked"}
    assert [note["number"] for note in first["footnotes"]] == [1, 2]
    for hit in hits:
        source = client.get(f"/v1/documents/{hit['document_id']}/text").json()["text"]
        assert read_again(source, hit["spans"]) == hit["text"]


def test_a_hit_shows_where_the_words_of_the_question_stand(client: TestClient) -> None:
    hit = client.post("/v1/search", json={"query": HERONS, "k": 1}).json()["hits"][0]
    met = {hit["text"][match["start"] : match["end"]]: match for match in hit["matches"]}
    assert {"Herons", "nest"} <= set(met)
    assert set(met["nest"]) == {"word", "weight", "start", "end", "cosine", "exact"}
    assert met["nest"]["exact"] is True
    assert 0 < met["nest"]["weight"] < 1


def test_a_note_names_the_passages_that_call_it(client: TestClient) -> None:
    hits = client.post("/v1/search", json={"query": "Canal Letters", "filters": {"kinds": ["footnote"]}}).json()["hits"]
    [note] = [hit for hit in hits if "Canal Letters" in hit["text"]]
    [caller] = note["callers"]
    assert "Herons nest" in client.get(f"/v1/passages/{caller}").json()["passage"]["text"]


def test_an_answer_has_its_citations_and_the_passages_it_was_drawn_from(client: TestClient) -> None:
    answer = client.post("/v1/ask", json={"question": f"  {HERONS} "}).json()
    fields = "question answer mode confidence citations hits notice read_as sentences unmet usage"
    assert set(answer) == set(fields.split())
    assert "".join(sentence["text"] for sentence in answer["sentences"]) == answer["answer"].replace("] ", "]")
    assert (answer["question"], answer["mode"], answer["notice"]) == (HERONS, "extractive", None)
    assert 0.35 <= answer["confidence"] <= 1
    assert len(answer["hits"]) == 8
    citation = next(citation for citation in answer["citations"] if citation["quote"] == QUOTE)
    assert f"{QUOTE} [{citation['mark']}]" in answer["answer"]
    assert (citation["document_title"], citation["pages"], citation["verified"]) == ("River Report", [1, 1], True)
    [note] = citation["footnotes"]
    assert note["text"] == 'Ben Reed, "Herons," Canal Letters, 2020.'
    assert [REPORT[start:end] for start, end in (note["marker"], *note["spans"])] == ["²", note["text"]]


def test_a_question_that_the_documents_do_not_answer_is_no_error(client: TestClient) -> None:
    answer = client.post("/v1/ask", json={"question": "Did Zuckerberg buy Instagram in 2012?", "k": 3}).json()
    assert (answer["mode"], answer["citations"], len(answer["hits"])) == ("abstained", [], 3)


@pytest.mark.parametrize(
    ("filters", "kept"),
    [
        ({"document_ids": ["lighthouses"]}, lambda hit: hit["document_id"] == "lighthouses"),
        ({"kinds": ["footnote", "table"]}, lambda hit: hit["kind"] in ("footnote", "table")),
        ({"section_prefix": ["2. Boats"]}, lambda hit: hit["section"] == ["2. Boats"]),
        ({"pages": [3, 9]}, lambda hit: hit["pages"] == [3, 3]),
        ({"document_ids": ["lighthouses"], "pages": [7, 9]}, lambda _: False),
        ({}, lambda _: True),
    ],
)
def test_filters_leave_out_what_they_say(
    client: TestClient, filters: dict[str, object], kept: Callable[[dict[str, object]], bool]
) -> None:
    everything = client.post("/v1/search", json={"query": HERONS, "k": 100}).json()["hits"]
    wanted = {hit["passage_id"] for hit in everything if kept(hit)}
    found = client.post("/v1/search", json={"query": HERONS, "k": 100, "filters": filters}).json()["hits"]
    assert {hit["passage_id"] for hit in found} == wanted
    asked = client.post("/v1/ask", json={"question": HERONS, "k": 100, "filters": filters}).json()["hits"]
    assert {hit["passage_id"] for hit in asked} == wanted


@pytest.mark.parametrize(
    ("filters", "words"),
    [
        ({"document_ids": ["lighthouses", "x"]}, "there is no document 'x'; the index has lighthouses, river-report"),
        (
            {"section_prefix": ["boats"]},
            'no passage stands in a section ["boats"]; give whole headings from the outermost inwards, as a '
            'hit\'s section has them, such as ["2. Boats"]',
        ),
        (
            {"section_prefix": ["2. Boats", "Oars"]},
            'no passage stands in a section ["2. Boats", "Oars"]; give whole headings',
        ),
        (
            {"document_ids": ["lighthouses"], "section_prefix": ["2. Boats"]},
            'no passage stands in a section ["2. Boats"]; give',
        ),
    ],
)
def test_a_filter_that_names_what_is_not_there_is_a_problem_and_no_silence(
    client: TestClient, filters: dict[str, object], words: str
) -> None:
    assert is_problem(client.post("/v1/search", json={"query": HERONS, "filters": filters}), 404).startswith(words)
    assert is_problem(client.post("/v1/ask", json={"question": HERONS, "filters": filters}), 404).startswith(words)
    streamed = client.post("/v1/ask", json={"question": HERONS, "filters": filters, "stream": True})
    assert is_problem(streamed, 404).startswith(words)


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"": ""}, "field required"),
        ({"Q": HERONS, "k": 0}, "k: input should be greater than or equal to 1"),
        ({"Q": HERONS, "k": 101}, "k: input should be less than or equal to 100"),
        ({"Q": HERONS, "k": "many"}, "k: input should be a valid integer"),
        ({"Q": HERONS, "topk": 3}, "topk: extra inputs are not permitted"),
        ({"Q": ["a", "list"]}, "input should be a valid string"),
        ({"Q": HERONS, "filters": {"kinds": ["chapter"]}}, "filters.kinds.0: input should be 'body'"),
        ({"Q": HERONS, "filters": {"pages": [1]}}, "filters.pages.1: field required"),
        ({"Q": HERONS, "filters": {"pages": [5, 1]}}, "filters.pages: the first page is behind the last"),
        ({"Q": HERONS, "filters": {"author": "x"}}, "filters.author: extra inputs are not permitted"),
        ({"Q": " \n "}, "the question is empty; ask something"),
        ({"Q": "\u200b\0"}, "the question is empty; ask something"),
        ({"Q": " \n "}, "the question is empty; ask something"),
        ({"Q": "x" * 1_000_000}, "the question has 1000000 characters, more than 4000; shorten it"),
        ({"Q": "caf\udce9"}, "the question is no well-formed text; write it in UTF-8"),
        ({"Q": HERONS, "k": True}, "k: input should be a valid integer"),
        ({"Q": HERONS, "k": "3"}, "k: input should be a valid integer"),
        ({"Q": HERONS, "filters": {"pages": [1, 10**30]}}, "filters.pages.1: input should be less than or equal to"),
        ({"Q": HERONS, "filters": {"pages": [0, False]}}, "filters.pages.1: input should be a valid integer"),
        ({"Q": HERONS, "filters": {"document_ids": ["caf\udce9"]}}, "it is no well-formed text, send whole characters"),
        ({"Q": HERONS, "filters": {"section_prefix": ["\ud800"]}}, "it is no well-formed text, send whole characters"),
        (["no", "object"], "the request body: input should be a valid dictionary"),
    ],
)
def test_what_cannot_be_asked_is_a_problem(client: TestClient, body: object, words: str) -> None:
    for path, name in (("/v1/search", "query"), ("/v1/ask", "question")):
        given = {name if key == "Q" else key: value for key, value in body.items()} if isinstance(body, dict) else body
        content = json.dumps(given).encode()
        assert words in is_problem(client.post(path, content=content, headers=JSON), 422)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"stream": 1}, "stream: input should be a valid boolean"),
        ({"stream": "yes"}, "stream: input should be a valid boolean"),
        (
            {"history": [{"role": "user", "content": "caf\udce9"}]},
            "history.0.content: it is no well-formed",
        ),
        ({"history": [{"role": "system", "content": "x"}]}, "history.0.role: input should be 'user' or 'assistant'"),
    ],
)
def test_what_belongs_to_a_question_is_checked_too(client: TestClient, fields: dict[str, object], words: str) -> None:
    content = json.dumps({"question": HERONS, **fields}).encode()
    assert words in is_problem(client.post("/v1/ask", content=content, headers=JSON), 422)


def test_any_text_may_be_a_filter_or_an_id(client: TestClient) -> None:
    body = {"query": HERONS, "filters": {"document_ids": ["\0", "'", "💧"], "section_prefix": ["\0"]}}
    is_problem(client.post("/v1/search", json=body), 404)
    for id_ in ("%00", "%F0%9F%92%A7", "%FF", "'"):
        is_problem(client.get(f"/v1/documents/{id_}"), 404)
        is_problem(client.get(f"/v1/passages/{id_}"), 404)


def test_a_mode_that_there_is_not_is_a_problem(client: TestClient) -> None:
    response = client.post("/v1/ask", json={"question": HERONS, "mode": "oracle"})
    assert "mode: input should be 'auto', 'extractive' or 'llm'" in is_problem(response, 422)


@pytest.mark.parametrize(
    ("content", "status", "words"),
    [
        (b"", 422, "field required"),
        (b'{"query": "herons"', 422, "the request body is no JSON (Expecting ',' delimiter, at character 18)"),
        (b"query=herons", 422, "the request body is no JSON (Expecting value, at character 0)"),
        (b'{"query": "\xff"}', 400, "is no UTF-8 text (byte 11); send JSON in UTF-8, not compressed; see /docs"),
        (
            gzip.compress(b'{"query": "herons"}', mtime=0),
            400,
            "is no UTF-8 text (byte 1); send JSON in UTF-8, not compressed",
        ),
        (b"[" * 100_000, 400, "has too many brackets within brackets; send fewer; see /docs"),
        (b'{"query": "herons", "k": %s}' % (b"9" * 5000), 400, "a number of too many digits; send a shorter one"),
    ],
)
def test_a_body_that_is_no_json_is_a_problem(client: TestClient, content: bytes, status: int, words: str) -> None:
    response = client.post("/v1/search", content=content, headers=JSON)
    assert words in is_problem(response, status)


# --- documents -----------------------------------------------------------------------------------------------


def test_documents_are_listed_and_shown_without_their_text(client: TestClient) -> None:
    listed = client.get("/v1/documents").json()["documents"]
    assert [document["id"] for document in listed] == ["lighthouses", "river-report"]
    shown = client.get("/v1/documents/river-report").json()
    assert shown == listed[1]
    assert (shown["title"], shown["media_type"], shown["footnotes"]) == ("River Report", "text/plain", 3)
    assert shown["characters"] == len(REPORT)


def test_the_text_is_the_exact_slice_of_the_source(client: TestClient) -> None:
    path = "/v1/documents/river-report/text"
    assert client.get(path).json() == {
        **{"document_id": "river-report", "start": 0, "end": len(REPORT), "length": len(REPORT), "text": REPORT}
    }
    start = REPORT.index("²")
    assert client.get(path, params={"start": start, "end": start + 1}).json()["text"] == "²"
    assert client.get(path, params={"start": start}).json()["text"] == REPORT[start:]
    assert client.get(path, params={"start": 3, "end": 3}).json()["text"] == ""
    beyond = client.get(path, params={"start": 3, "end": 10**30}).json()
    assert (beyond["end"], beyond["text"]) == (len(REPORT), REPORT[3:])


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("start=5&end=2", "start 5 is behind end 2; the text has 790 characters, give a part of it"),
        ("start=791", "start 791 is behind end 790; the text has 790 characters, give a part of it"),
        ("start=-1", "query.start: input should be greater than or equal to 0"),
        ("end=last", "query.end: input should be a valid integer"),
    ],
)
def test_a_slice_that_there_is_not_is_a_problem(client: TestClient, query: str, words: str) -> None:
    words = words.replace("790", str(len(REPORT))).replace("791", str(len(REPORT) + 1))
    query = query.replace("791", str(len(REPORT) + 1))
    assert words in is_problem(client.get(f"/v1/documents/river-report/text?{query}"), 422)


def test_footnotes_are_listed_with_where_they_are_called(client: TestClient) -> None:
    listed = client.get("/v1/documents/river-report/footnotes").json()
    assert listed["document_id"] == "river-report"
    assert [note["number"] for note in listed["footnotes"]] == [1, 2, 3]
    assert [REPORT[slice(*note["marker"])] for note in listed["footnotes"]] == ["¹", "²", "³"]
    assert listed["footnotes"][0]["urls"] == ["https://example.org/silt"]
    assert {note["found"] for note in listed["footnotes"]} == {"printed"}
    for note in listed["footnotes"]:
        assert read_again(REPORT, note["caller"]) == note["caller_text"]
        [caller] = note["passages"]
        passage = client.get(f"/v1/passages/{caller}").json()["passage"]
        assert note["caller_text"] in passage["text"]
        assert passage["kind"] != "footnote"
    assert client.get("/v1/documents/lighthouses/footnotes").json()["footnotes"] == []


def test_a_passage_has_its_neighbours(client: TestClient) -> None:
    hit = client.post("/v1/search", json={"query": HERONS, "k": 1}).json()["hits"][0]
    given = client.get(f"/v1/passages/{hit['passage_id']}").json()
    why = ("score", "scores", "matches", "callers", "duplicates")
    assert given["passage"] == {name: value for name, value in hit.items() if name not in why}
    assert given["previous"] is None
    following = client.get(f"/v1/passages/{given['next']}").json()
    assert following["previous"] == hit["passage_id"]
    assert following["passage"]["document_id"] == "river-report"


@pytest.mark.parametrize("path", ["/v1/documents/x", "/v1/documents/x/text", "/v1/documents/x/footnotes"])
def test_an_unknown_document_is_a_problem(client: TestClient, path: str) -> None:
    assert "there is no document 'x'; the index has " in is_problem(client.get(path), 404)


def test_an_unknown_passage_is_a_problem(client: TestClient) -> None:
    assert "there is no passage 'x'; search again" in is_problem(client.get("/v1/passages/x"), 404)


def test_an_upload_can_be_found_and_one_of_its_name_takes_its_place(client: TestClient) -> None:
    response = upload(client, "goats.txt", "Goats\n\nThree goats graze on the ñandú steppe.".encode())
    assert (response.status_code, response.json()["id"], response.json()["passages"]) == (201, "goats", 1)
    assert "Three goats" in client.post("/v1/search", json={"query": "goats graze steppe"}).json()["hits"][0]["text"]
    assert upload(client, "goats.txt", b"Goats\n\nFour goats graze on the steppe.").status_code == 201
    texts = [hit["text"] for hit in client.post("/v1/search", json={"query": "goats graze", "k": 100}).json()["hits"]]
    assert "Goats\nFour goats graze on the steppe." in texts
    assert not [text for text in texts if "Three goats graze" in text]
    assert client.get("/readyz").json()["documents"] == 3


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("empty.txt", b"", "empty.txt is empty; give a file with text in it"),
        ("blank.txt", b" \n\n", "blank.txt is empty; give a file with text in it"),
        ("latin.txt", "café".encode("latin-1"), "latin.txt is not UTF-8 text (byte 3); save it as UTF-8"),
        ("nul.txt", b"a\0b", "nul.txt holds NUL characters"),
        ("report.pdf", b"%PDF-1.7", "report.pdf is not a kind of file that can be read; give one of: .md, .txt"),
        ("noextension", b"text", "noextension is not a kind of file that can be read"),
        ("___.txt", b"text", "no document id can be made of the name '___'; rename the file"),
    ],
)
def test_an_upload_that_cannot_be_used_is_a_problem_and_changes_nothing(
    client: TestClient, name: str, data: bytes, words: str
) -> None:
    before = client.get("/readyz").json()
    assert words in is_problem(upload(client, name, data), 422)
    assert client.get("/readyz").json() == before


def test_an_upload_without_a_file_is_a_problem(client: TestClient) -> None:
    assert "of no type; send multipart/form-data" in is_problem(client.post("/v1/documents"), 415)
    is_problem(client.post("/v1/documents", data={"file": "text"}), 415)
    unnamed = client.post("/v1/documents", files={"file": (None, b"text")})
    assert is_problem(unnamed, 422) == "file: it is no file with a name; correct it, /docs says what can be sent"
    assert "field required" in is_problem(client.post("/v1/documents", files={"other": ("a.txt", b"text")}), 422)
    broken = {"Content-Type": "multipart/form-data; boundary=x"}
    is_problem(client.post("/v1/documents", content=b"--y\r\nnothing", headers=broken), 400)


def test_of_several_files_none_is_lost_in_silence(client: TestClient) -> None:
    before = client.get("/readyz").json()
    files = [("file", ("one.txt", b"Goats.")), ("file", ("two.txt", b"Herons."))]
    refused = is_problem(client.post("/v1/documents", files=files), 422)
    assert refused == "the form has 2 files, and one is read; send each by itself"
    assert client.get("/readyz").json() == before


# --- who may ask ---------------------------------------------------------------------------------------------

ELSEWHERE = {"Origin": "http://evil.example"}


@pytest.mark.parametrize(
    ("host", "allowed", "headers", "status"),
    [
        ("127.0.0.1", "", {}, 201),
        ("127.0.0.1", "", {"Origin": "http://localhost:8000"}, 201),
        ("127.0.0.1", "", ELSEWHERE, 403),  # a form on a page elsewhere
        ("127.0.0.1", "", {"Origin": "null"}, 403),
        ("127.0.0.1", "", {"Host": "evil.example"}, 421),  # a page elsewhere whose name means this machine
        ("127.0.0.1", "", {"Host": "evil.example", **ELSEWHERE}, 421),
        ("127.0.0.1", "", {"Host": ""}, 421),
        ("localhost", "", {"Host": "evil.example"}, 421),
        ("127.0.0.1", "ibid.example", {"Host": "IBID.example:443", "Origin": "https://ibid.example"}, 201),
        ("127.0.0.1", "*", {"Host": "evil.example", **ELSEWHERE}, 201),
        ("0.0.0.0", "", {"Host": "192.0.2.7:8000", "Origin": "http://192.0.2.7:8000"}, 201),  # noqa: S104
        ("0.0.0.0", "", {"Host": "192.0.2.7:8000", **ELSEWHERE}, 403),  # noqa: S104
        ("0.0.0.0", "", {"Host": "192.0.2.7:8000", "Origin": ""}, 403),  # noqa: S104
        ("0.0.0.0", "ibid.example", {"Host": "192.0.2.7:8000"}, 421),  # noqa: S104
        ("::1", "", {"Host": "[::1]:8000", "Origin": "http://[::1]:8000"}, 201),
        ("127.0.0.1", "", {"Host": "[::1"}, 421),
    ],
)
def test_a_page_of_another_host_puts_no_document_in(
    library: Library, host: str, allowed: str, headers: dict[str, str], status: int
) -> None:
    settings = library.settings.model_copy(update={"host": host, "allowed_hosts": allowed})
    with TestClient(create_app(settings, library), base_url="http://localhost") as client:
        files = {"file": ("goats.txt", b"Goats.", "text/plain")}
        response = client.post("/v1/documents", files=files, headers=headers)
        assert response.status_code == status, response.text
        if status != 201:
            name = "host" if status == 421 else "origin"
            given = headers[name.capitalize()]
            assert is_problem(response, status) == (
                f"/v1/documents is not asked under the {name} {given!r}; "
                "name its host in IBID_ALLOWED_HOSTS if it may be"
            )
        assert (library.index.store.info("goats") is None) == (status != 201)


def test_what_is_only_read_is_given_to_known_hosts_whatever_page_asks(client: TestClient) -> None:
    assert client.get("/v1/documents", headers=ELSEWHERE).status_code == 200  # a browser keeps it from the page
    is_problem(client.get("/v1/documents", headers={"Host": "evil.example"}), 421)


def test_a_deleted_document_is_found_no_more(client: TestClient) -> None:
    hit = client.post("/v1/search", json={"query": "lighthouse keeper goats", "k": 1}).json()["hits"][0]
    assert hit["document_id"] == "lighthouses"
    response = client.delete("/v1/documents/lighthouses")
    assert (response.status_code, response.content) == (204, b"")
    assert is_safe(response)
    hits = client.post("/v1/search", json={"query": "lighthouse keeper goats", "k": 100}).json()["hits"]
    assert {hit["document_id"] for hit in hits} == {"river-report"}
    is_problem(client.get(f"/v1/passages/{hit['passage_id']}"), 404)
    is_problem(client.delete("/v1/documents/lighthouses"), 404)


# --- limits --------------------------------------------------------------------------------------------------


@pytest.fixture
def narrow(settings: Settings) -> Iterator[TestClient]:
    """A service that takes uploads of 1,000 bytes."""
    settings = settings.model_copy(update={"max_upload_bytes": 1000})
    library = Library(settings, HashEmbedder())
    with TestClient(
        create_app(settings, library), base_url="http://localhost", raise_server_exceptions=False
    ) as client:
        yield client


def test_an_upload_of_just_the_size_is_taken_and_one_byte_more_is_not(narrow: TestClient) -> None:
    assert upload(narrow, "a.txt", b"x" * 1000).status_code == 201
    detail = is_problem(upload(narrow, "b.txt", b"x" * 1001), 422)
    assert detail == "b.txt has more than the 1000 bytes allowed; split it, or set IBID_MAX_UPLOAD_BYTES"


def test_a_body_over_the_limit_is_refused_whether_it_says_its_length_or_not(narrow: TestClient) -> None:
    limit = 1000 + MULTIPART_BYTES

    def chunks() -> Iterator[bytes]:
        for _ in range(10 + limit // 1000):
            yield b"x" * 1000

    form = {"Content-Type": "multipart/form-data; boundary=x"}
    said = [
        is_problem(upload(narrow, "a.txt", b"x" * (limit + 1)), 413),
        is_problem(narrow.post("/v1/search", content=chunks(), headers=JSON), 413),
        is_problem(narrow.post("/v1/documents", content=framed(chunks()), headers=form), 413),
    ]
    assert all(f"the request has more than {limit} bytes; send less at once" in detail for detail in said)
    assert narrow.get("/readyz").json()["documents"] == 0


def framed(chunks: Iterator[bytes]) -> Iterator[bytes]:
    yield b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\n'
    yield from chunks
    yield b"\r\n--x--\r\n"


def test_a_length_that_is_no_number_is_not_believed(narrow: TestClient) -> None:
    headers = {"Content-Length": "²", "Content-Type": "application/json"}
    raw = [(name.encode(), value.encode("latin-1")) for name, value in headers.items()]
    response = narrow.post("/v1/search", content=b'{"query": "x"}', headers=raw)
    assert response.status_code == 200


# --- probes, errors ------------------------------------------------------------------------------------------


def test_the_probes(client: TestClient) -> None:
    assert client.get("/healthz").json() == {"status": "alive"}
    assert client.get("/readyz").json() == {"status": "ready", "generation": 2, "documents": 2, "passages": 9}


def test_a_service_whose_index_is_gone_is_not_ready(client: TestClient, library: Library) -> None:
    put_in_place(library.index.store.path, b"no index" * 1000)
    detail = is_problem(client.get("/readyz"), 503)
    assert "run: ibid ingest --rebuild" in detail
    is_problem(client.post("/v1/ask", json={"question": HERONS}), 503)
    assert client.get("/healthz").status_code == 200


def test_what_there_is_not_is_a_problem(client: TestClient) -> None:
    assert is_problem(client.get("/v2/nothing"), 404) == "GET /v2/nothing: Not Found; see /docs"
    response = client.get("/v1/search")
    assert is_problem(response, 405) == "GET /v1/search: Method Not Allowed; see /docs"
    assert response.headers["allow"] == "POST"
    is_problem(client.get("/web/%2e%2e/settings"), 404)


class Broken(HashEmbedder):
    """A model that fails on questions as nobody has foreseen."""

    def embed(self, texts: Sequence[str], progress: Progress | None = None) -> list[Embedded]:
        """Embed texts, or fail."""
        if any("herons" in text for text in texts):
            raise RuntimeError("secret of /etc/passwd")
        return super().embed(texts, progress)


def test_what_nobody_has_foreseen_is_logged_and_not_told(settings: Settings, caplog: pytest.LogCaptureFixture) -> None:
    library = Library(settings, Broken())
    with TestClient(
        create_app(settings, library), base_url="http://localhost", raise_server_exceptions=False
    ) as client:
        response = client.post("/v1/ask", json={"question": HERONS})
    detail = is_problem(response, 500)
    assert detail == "Ibid failed on this request; its log says why. Try again, or report it"
    assert "secret" not in response.text
    [record] = [record for record in caplog.records if record.name == "ibid"]
    assert (record.levelno, record.getMessage()) == (logging.ERROR, "POST /v1/ask failed")
    assert "secret" in str(record.exc_info)


def test_a_service_that_is_given_no_library_opens_the_one_of_its_settings(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"model\.safetensors cannot be read"):
        create_app(Settings(data_dir=tmp_path / "data", model=str(tmp_path)))
    assert not (tmp_path / "data").exists()


# --- pages ---------------------------------------------------------------------------------------------------


class Page(HTMLParser):
    """What a page refers to, and what of script and style stands in it."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.references: list[str] = []
        self.inline: list[str] = []
        self._open = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note one element."""
        self._open = tag
        for name, value in attrs:
            if name in ("src", "href", "action", "srcset"):
                self.references.append(value or "")
            if name == "style" or name.startswith("on"):
                self.inline.append(f"{name}={value}")

    def handle_data(self, data: str) -> None:
        """Note a script or a style."""
        if self._open in ("script", "style") and data.strip():
            self.inline.append(data)

    def handle_endtag(self, tag: str) -> None:
        """Note the end of an element."""
        self._open = ""


def test_the_page_refers_to_this_host_only_and_has_no_script_or_style_in_it(client: TestClient) -> None:
    response = client.get("/")
    assert response.headers["content-type"] == "text/html; charset=utf-8"
    assert is_safe(response)
    assert "unsafe-inline" not in response.headers["content-security-policy"]
    page = Page(response.text)
    assert page.inline == []
    assert {"/web/style.css", "/web/main.js"} <= set(page.references)
    assert not [place for place in page.references if "//" in place and not place.startswith("data:")]
    for place in page.references:
        if place.startswith("/"):
            assert client.get(place).status_code == 200


@pytest.mark.parametrize("asset", sorted(path.name for path in WEB.iterdir()))
def test_every_asset_is_served_as_what_it_is_and_asks_no_other_host(client: TestClient, asset: str) -> None:
    response = client.get(f"/web/{asset}")
    assert response.status_code == 200
    assert is_safe(response)
    kind = {".js": "javascript", ".css": "text/css", ".html": "text/html"}[Path(asset).suffix]
    assert kind in response.headers["content-type"]
    wanted = re.findall(r"""(?:fetch|import|url|from)\s*\(?\s*["'`](\S+?)["'`]""", response.text)
    assert not [place for place in wanted if "//" in place]
    for place in wanted:
        if place.startswith("./"):
            assert client.get(f"/web/{place}").status_code == 200


@pytest.mark.parametrize("path", ["/documents", "/documents/river-report", "/documents/no-such"])
def test_the_page_is_served_at_the_addresses_of_documents_too(client: TestClient, path: str) -> None:
    page = client.get(path).text
    assert '<main id="library">' in page
    assert '<main id="asking" hidden>' in page
    assert '<main id="library" hidden>' in client.get("/").text


def test_the_check_of_inline_scripts_can_fail() -> None:
    """The control for the tests above."""
    page = Page('<p onclick="x()" style="a:b"><script>y()</script><script src="https://cdn.example/z.js"></script>')
    assert page.inline == ["onclick=x()", "style=a:b", "y()"]
    assert page.references == ["https://cdn.example/z.js"]


@pytest.mark.parametrize("path", ["/docs", "/redoc"])
def test_the_documentation_asks_no_other_host(client: TestClient, path: str) -> None:
    response = client.get(path)
    assert response.status_code == 200
    assert is_safe(response)
    page = Page(response.text)
    assert page.references
    assert not [place for place in page.references if "//" in place]
    for place in page.references:
        assert client.get(place).status_code == 200


def test_the_description_names_every_endpoint_and_its_problems(client: TestClient) -> None:
    described = client.get("/openapi.json").json()
    paths = described["paths"]
    assert set(paths) == {
        *("/v1/search", "/v1/ask", "/v1/documents", "/v1/documents/{document_id}", "/v1/passages/{passage_id}"),
        *(
            "/v1/documents/{document_id}/text",
            "/v1/documents/{document_id}/contents",
            "/v1/documents/{document_id}/footnotes",
            "/healthz",
            "/readyz",
            "/metrics",
        ),
        *("/v1/chat/completions", "/v1/models", "/v1/models/{model}"),
    }
    operations = [(path, name, told) for path, methods in paths.items() for name, told in methods.items()]
    ids = [told["operationId"] for _, _, told in operations]
    assert len(set(ids)) == len(ids)
    assert all(re.fullmatch(r"[a-z_]+", id_) for id_ in ids)
    tags = {tag["name"] for tag in described["tags"]}
    for path, method, told in operations:
        assert told["summary"]
        assert told["description"]
        assert set(told["tags"]) <= tags
        if path != "/healthz":
            assert is_told_of_problems(described, path, method, told), path
        good = next(answer for status, answer in told["responses"].items() if status.startswith("2"))
        assert method == "delete" or next(iter(good["content"].values()))["example"]
        for kind, body in told.get("requestBody", {}).get("content", {}).items():
            assert kind == "multipart/form-data" or body["examples"]


def is_told_of_problems(described: dict[str, Any], path: str, method: str, told: dict[str, Any]) -> bool:
    name = "OpenAIProblemOut" if path.startswith(("/v1/chat", "/v1/models")) else "ProblemOut"
    problems = {status: answer for status, answer in told["responses"].items() if not status.startswith("2")}
    for status, answer in problems.items():
        [(kind, content)] = answer["content"].items()
        assert (kind, content["schema"]) == ("application/problem+json", {"$ref": f"#/components/schemas/{name}"})
        assert content["example"]["status"] == int(status)
        assert set(content["example"]) == set(described["components"]["schemas"][name]["required"])
    needed = {
        "500",
        "503",
        *({"422"} if "{" in path else ()),
        *({"400", "413", "415", "422"} if method == "post" else ()),
    }
    return needed <= set(problems)


def test_the_examples_of_the_description_are_what_is_taken_and_given() -> None:
    for model, shown in [
        (AnswerOut, examples.ANSWER),
        (SearchOut, examples.SEARCHED),
        (DocumentsOut, examples.DOCUMENTS),
        (TextOut, examples.TEXT),
        (ContentsOut, examples.CONTENTS),
        (FootnotesOut, examples.FOOTNOTES),
        (PassageWithNeighbours, examples.PASSAGE_WITH_NEIGHBOURS),
        (AliveOut, examples.ALIVE),
        (ReadyOut, examples.READY),
        (CompletionOut, examples.COMPLETION),
        (ModelsOut, examples.MODELS),
    ]:
        assert json.loads(model.model_validate(shown).model_dump_json(exclude_unset=True)) == shown
    for model, bodies in [(SearchIn, examples.SEARCHES), (AskIn, examples.QUESTIONS), (ChatIn, examples.CHATS)]:
        for body in bodies.values():
            model.model_validate(body["value"])


def test_the_examples_of_quotes_are_slices_of_the_corpus() -> None:
    texts = {
        name: (CORPUS / f"{name}.txt").read_text(encoding="utf-8")
        for name in ("russian-chinese-dialogue-2022", "valdai-shanghai-2016")
    }
    [citation] = examples.ANSWER["citations"]
    source = texts[citation["document_id"]]
    assert read_again(source, citation["spans"]) == citation["quote"]
    for note in citation["footnotes"]:
        assert read_again(source, note["spans"]) == note["text"]
    shown = examples.TEXT
    assert texts[shown["document_id"]][shown["start"] : shown["end"]] == shown["text"]


@pytest.mark.parametrize(
    ("method", "path", "kind", "status"),
    [
        ("POST", "/v1/search", "text/plain", 415),
        ("POST", "/v1/ask", "", 415),
        ("POST", "/v1/chat/completions", "application/x-www-form-urlencoded", 415),
        ("POST", "/v1/documents", "application/json", 415),
        ("PUT", "/v1/ask", "application/json", 405),
        ("POST", "/v1/models", "application/json", 405),
        ("GET", "/v1/nothing", "", 404),
        ("GET", "/v1/chat/nothing", "", 404),
        ("GET", "/v1/models/nothing", "", 404),
        ("GET", "/web/nothing.js", "", 404),
        ("GET", "/static-offline-docs/nothing.js", "", 404),
        ("POST", "/web/main.js", "", 405),
    ],
)
def test_every_error_has_one_shape(client: TestClient, method: str, path: str, kind: str, status: int) -> None:
    response = client.request(method, path, content=b"{}", headers={"Content-Type": kind} if kind else {})
    if path.startswith(("/v1/chat", "/v1/models")):
        assert (response.status_code, response.headers["content-type"]) == (status, "application/problem+json")
        body = response.json()
        error = {"message": body["detail"], "type": "invalid_request_error", "param": None, "code": None}
        assert (body["status"], body["error"]) == (status, error)
    else:
        is_problem(response, status)


# --- many at once --------------------------------------------------------------------------------------------


class Slow(HashEmbedder):
    """A model that takes its time over a question, as one does in which another process is computing."""

    seconds = 0.3

    def embed(self, texts: Sequence[str], progress: Progress | None = None) -> list[Embedded]:
        """Embed texts, slowly."""
        time.sleep(self.seconds)
        return super().embed(texts, progress)


def test_a_slow_question_does_not_hold_up_the_event_loop(settings: Settings) -> None:
    library = Library(settings, Slow())
    library.add("lighthouses.md", LIGHTHOUSES.encode())
    app = create_app(settings, library)

    async def measure() -> tuple[list[float], list[int]]:
        waits: list[float] = []
        statuses: list[int] = []
        transport = httpx2.ASGITransport(app=app)
        async with httpx2.AsyncClient(transport=transport, base_url="http://localhost") as client:

            async def post(path: str, **body: object) -> None:
                statuses.append((await client.post(path, **body)).status_code)

            async with anyio.create_task_group() as tasks:
                tasks.start_soon(lambda: post("/v1/documents", files={"file": ("a.txt", b"Goats.", "text/plain")}))
                for _ in range(3):
                    tasks.start_soon(lambda: post("/v1/ask", json={"question": "goats?"}))
                while len(statuses) < 4:
                    start = time.perf_counter()
                    assert (await client.get("/healthz")).status_code == 200
                    waits.append(time.perf_counter() - start)
                    await anyio.sleep(0.005)
        return waits, statuses

    waits, statuses = anyio.run(measure)
    assert sorted(statuses) == [200, 200, 200, 201]
    assert len(waits) > 5  # many were answered while the slow ones ran
    assert sorted(waits)[len(waits) // 2] < 0.05
    assert max(waits) < Slow.seconds


def test_searches_during_uploads_never_fail(client: TestClient) -> None:
    versions = [REPORT, REPORT.replace("Rivers", "Brooks").replace("¹", "").replace("Herons nest", "Old herons nest")]
    stop = threading.Event()
    uploads: list[int] = []

    def write() -> None:
        while not stop.wait(0.01):
            response = upload(client, "river-report.txt", versions[len(uploads) % 2].encode())
            uploads.append(response.status_code)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        asked = 0
        while asked < 20 or len(uploads) < 5:
            found = client.post("/v1/search", json={"query": HERONS})
            answered = client.post("/v1/ask", json={"question": HERONS})
            assert (found.status_code, answered.status_code) == (200, 200)
            assert "erons nest" in found.json()["hits"][0]["text"]
            assert all(citation["verified"] for citation in answered.json()["citations"])
            asked += 1
    finally:
        stop.set()
        writer.join()
    assert set(uploads) == {201}


# --- a language model ----------------------------------------------------------------------------------------


def test_a_language_model_that_is_set_writes_the_answer_unless_quotes_are_asked_for(library: Library) -> None:
    said = "Herons nest in the reeds [1]."
    with ScriptedServer(says(*words(said), usage=(300, 9))) as server:
        update = {"llm_base_url": server.url, "llm_model": "scripted"}
        library.settings = library.settings.model_copy(update=update)
        with TestClient(create_app(library.settings, library), base_url="http://localhost") as client:
            answer = client.post("/v1/ask", json={"question": HERONS}).json()
            quoted = client.post("/v1/ask", json={"question": HERONS, "mode": "extractive"}).json()
    assert (answer["mode"], answer["answer"]) == ("llm", said)
    assert answer["usage"] == {"prompt_tokens": 300, "completion_tokens": 9}
    assert answer["citations"][0]["verified"] is True
    assert (quoted["mode"], quoted["usage"]) == ("extractive", None)
    assert len(server.calls) == 1


def test_to_ask_for_a_language_model_that_is_not_set_is_a_problem(client: TestClient) -> None:
    detail = is_problem(client.post("/v1/ask", json={"question": HERONS, "mode": "llm"}), 503)
    assert "IBID_LLM_BASE_URL" in detail
