"""A running service gives the rows that its library gives in process, and whatever is none is told in one sentence."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from facts import QUESTIONS, SOURCE, TEXT, facts_library, write_questions
from serving import serving

from eval.questions import load_questions
from eval.remote import RemoteSystem, ServiceError
from eval.runner import MOST_WORKERS, run
from eval.system import LibrarySystem
from ingest.errors import NotFound
from service.app import create_app
from service.library import Library


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    return facts_library(tmp_path_factory.mktemp("facts"))


@pytest.fixture(scope="module")
def address(library: Library) -> Iterator[str]:
    with serving(create_app(library.settings, library)) as address:
        yield address


@pytest.mark.parametrize("workers", [1, MOST_WORKERS])
def test_rows_are_the_same_as_in_process(library: Library, address: str, workers: int) -> None:
    with closing(RemoteSystem(f"{address}/")) as system:
        there = run(system, QUESTIONS * 3, SOURCE, workers)
    here = run(LibrarySystem(library), QUESTIONS * 3, SOURCE)
    assert there.rows == here.rows
    assert (there.passages, there.documents) == (here.passages, here.documents)
    assert there.setup is None


def test_the_corpus_and_the_default_model_give_the_same_rows_too(whole: Library) -> None:
    questions = load_questions(Path(__file__).parents[2] / "eval" / "data" / "questions.jsonl")[::12]
    with serving(create_app(whole.settings, whole)) as address, closing(RemoteSystem(address)) as system:
        there = run(system, questions, SOURCE)
    assert there.rows == run(LibrarySystem(whole), questions, SOURCE).rows


def test_questions_are_checked_against_the_text_of_the_service(address: str, tmp_path: Path) -> None:
    path = write_questions(tmp_path / "set.jsonl")
    with closing(RemoteSystem(address)) as system:
        assert system.text("facts") == TEXT
        assert load_questions(path, system.text) == list(QUESTIONS)
        with pytest.raises(NotFound) as caught:
            system.text("a/b")
    assert str(caught.value) == (
        f"the service at {address} has no document 'a/b', where a question has its evidence; "
        "put it in there, or give other questions: --questions"
    )


def test_what_the_service_refuses_is_told_with_its_reason(address: str) -> None:
    with closing(RemoteSystem(address)) as system, pytest.raises(ServiceError) as caught:
        system.ask(" ", 5)
    assert str(caught.value) == f"{address}/v1/ask answered 422: the question is empty; ask something"


def test_where_nothing_answers_is_said() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with closing(RemoteSystem(f"http://127.0.0.1:{port}")) as system, pytest.raises(ServiceError) as caught:
        system.documents()
    assert str(caught.value).startswith(f"nothing answers at http://127.0.0.1:{port} (")
    assert str(caught.value).endswith("; start it with `ibid serve`, or correct --url")


@pytest.mark.parametrize(
    "url", ["127.0.0.1:80", "ftp://127.0.0.1", "http://[", "http://me:secret@127.0.0.1", "no address", ""]
)
def test_what_is_no_address_is_said(url: str) -> None:
    with pytest.raises(
        ServiceError, match=r"is no plain http or https address; give one like http://127\.0\.0\.1:8000"
    ):
        RemoteSystem(url)


@contextmanager
def answering(status: int, body: bytes) -> Iterator[str]:
    """A server that says the same to whatever is asked, and its address."""

    class Same(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self.do_GET()

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Same) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


CITED = {"mark": 1, "passage_id": "p", "document_id": "d", "document_title": "D", "quote": "q", "spans": [[5, 3]]}
BACKWARDS = {
    **{"question": "?", "answer": "a", "mode": "extractive", "confidence": 0.5, "hits": [], "notice": None},
    **{"read_as": "?", "sentences": [], "unmet": []},
    "citations": [{**CITED, "pages": [1, 1], "section": [], "footnotes": [], "verified": True}],
}


@pytest.mark.parametrize(
    ("status", "body", "why"),
    [
        (200, b"<html>hello</html>", "did not answer as Ibid does (Invalid JSON"),
        (200, b"\xff\xfe\x00", "did not answer as Ibid does (Invalid JSON"),
        (200, b"[]", "did not answer as Ibid does ("),
        (200, b'{"answer": "yes"}', "did not answer as Ibid does (Field required)"),
        (200, json.dumps(BACKWARDS).encode(), "did not answer as Ibid does (span must satisfy 0 <= start < end"),
        (404, b"not here", "answered 404: it gave no reason; is it the address of a running `ibid serve`?"),
        (502, b'["bad gateway"]', "answered 502: it gave no reason; is it the address of a running `ibid serve`?"),
        (503, b'{"detail": "busy; try later"}', "answered 503: busy; try later"),
        (307, b"", "answered 307: it gave no reason"),
    ],
)
def test_a_service_that_is_none_of_ibid_is_told_in_one_sentence(status: int, body: bytes, why: str) -> None:
    with answering(status, body) as address, closing(RemoteSystem(address)) as system:
        with pytest.raises(ServiceError) as caught:
            system.ask("?", 5)
        assert str(caught.value).startswith(f"{address}/v1/ask {why}")
        assert "\n" not in str(caught.value)


def test_an_answer_that_breaks_off_is_told_in_one_sentence() -> None:
    def hang_up(listener: socket.socket) -> None:
        connection, _ = listener.accept()
        connection.recv(4096)
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{")
        connection.close()

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=hang_up, args=(listener,))
        thread.start()
        address = f"http://127.0.0.1:{listener.getsockname()[1]}"
        with (
            closing(RemoteSystem(address)) as system,
            pytest.raises(ServiceError, match=f"nothing answers at {address}"),
        ):
            system.ask("?", 5)
        thread.join()
