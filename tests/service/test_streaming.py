"""An answer is told while it comes about, a cut stream is told from an ended one, and who leaves stops the work."""

from __future__ import annotations

import json
import logging
import socket
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from urllib.parse import urlsplit

import httpx2
import pytest
from fakes import HashEmbedder
from serving import NOTHING, WAIT_S, Flood, Frame, Hang, Scripted, Step, answered, frames, serving
from starlette.testclient import TestClient

from index.contract import Filters
from index.retrieval import Hit
from ingest.errors import GeneratorUnavailable
from service.answer import Restart, Sentence, Support, Token
from service.app import create_app
from service.asker import Asker
from service.library import Library
from service.settings import Settings
from service.streaming import GONE

HERONS = "Where do herons nest in the reeds?"
THREADS = 40
"""How many requests are computed at once: as many as the event loop's library has threads for."""

MARS = "Who won the chess tournament on Mars in 3021?"


@contextmanager
def client_of(library: Library, steps: Sequence[Step] = ()) -> Iterator[TestClient]:
    asker = Asker(library, Scripted(steps) if steps else None)
    with TestClient(
        create_app(library.settings, library, asker), base_url="http://localhost", raise_server_exceptions=False
    ) as client:
        yield client


def streamed(client: TestClient, **body: object) -> list[Frame]:
    response = client.post("/v1/ask", json={"stream": True, **body})
    assert response.status_code == 200
    assert response.headers["content-type"] == "text/event-stream; charset=utf-8"
    assert response.headers["cache-control"] == "no-cache"
    assert response.headers["x-content-type-options"] == "nosniff"
    return list(frames(response.text.split("\n")))


@pytest.mark.parametrize("question", [HERONS, MARS])
def test_a_stream_tells_the_answer_that_is_given_without_it(library: Library, question: str) -> None:
    with client_of(library) as client:
        plain = client.post("/v1/ask", json={"question": question}).json()
        told = streamed(client, question=question)
    assert [frame.id for frame in told] == list(range(1, len(told) + 1))
    first, *middle, last = told
    assert (first.name, first.data) == ("passages", {"hits": plain["hits"]})
    assert (last.name, last.data) == ("answer", plain)
    assert {frame.name for frame in middle} <= {"token", "sentence"}
    assert "".join(str(frame.data["text"]) for frame in middle if frame.name == "token") == plain["answer"]
    assert [frame.data for frame in middle if frame.name == "sentence"] == plain["sentences"]


def test_every_kind_of_event_is_told(library: Library) -> None:
    unsupported = Sentence("No.", (), Support.UNSUPPORTED, "it cites nothing")
    steps = [NOTHING, Token("Ye\n\nevent: x"), Restart("the server broke off"), Token("No."), unsupported]
    with client_of(library, [*steps, answered("No.")]) as client:
        told = streamed(client, question=HERONS)
    assert [(frame.name, frame.data) for frame in told[:-1]] == [
        ("passages", {"hits": []}),
        ("token", {"text": "Ye\n\nevent: x"}),
        ("restart", {"reason": "the server broke off"}),
        ("token", {"text": "No."}),
        ("sentence", {"text": "No.", "marks": [], "support": "unsupported", "reason": "it cites nothing"}),
    ]
    assert (told[-1].name, told[-1].data["answer"]) == ("answer", "No.")


@pytest.mark.parametrize(
    ("body", "status", "words"),
    [
        ({"question": ""}, 422, "the question is empty; ask something"),
        ({"question": HERONS, "k": 0}, 422, "greater than or equal to 1"),
        ({"question": HERONS, "mode": "llm"}, 503, "no language model is set"),
    ],
)
def test_what_fails_before_the_first_event_is_a_plain_problem(
    library: Library, body: dict[str, object], status: int, words: str
) -> None:
    with client_of(library) as client:
        response = client.post("/v1/ask", json={**body, "stream": True})
    assert response.status_code == status
    assert response.headers["content-type"] == "application/problem+json"
    assert words in response.json()["detail"]


def test_what_nobody_has_foreseen_before_the_first_event_is_a_plain_problem(library: Library) -> None:
    with client_of(library, [RuntimeError("secret")]) as client:
        response = client.post("/v1/ask", json={"question": HERONS, "stream": True})
    assert (response.status_code, response.json()["title"]) == (500, "Internal error")
    assert "secret" not in response.text


@pytest.mark.parametrize(
    ("last", "status", "detail"),
    [
        ([GeneratorUnavailable("it broke off; ask again")], 503, "it broke off; ask again"),
        ([RuntimeError("secret of /etc/passwd")], 500, "Ibid failed on this request; its log says why. Try again"),
        ([], 500, "Ibid failed on this request; its log says why. Try again"),  # ended without its answer
    ],
)
def test_what_fails_later_is_the_last_event(
    library: Library, caplog: pytest.LogCaptureFixture, last: list[Step], status: int, detail: str
) -> None:
    with client_of(library, [NOTHING, Token("Herons "), *last]) as client:
        told = streamed(client, question=HERONS)
    assert [frame.name for frame in told] == ["passages", "token", "problem"]
    problem = told[-1].data
    assert set(problem) == {"type", "title", "status", "detail"}
    assert problem["status"] == status
    assert str(problem["detail"]).startswith(detail)
    logged = [record for record in caplog.records if record.name == "ibid"]
    assert [record.levelno for record in logged] == ([logging.ERROR] if status == 500 else [])


# --- a service that listens ----------------------------------------------------------------------------------


@contextmanager
def live(settings: Settings, library: Library, writer: Scripted) -> Iterator[str]:
    settings = settings.model_copy(update={"heartbeat_s": 0.02})
    with serving(create_app(settings, library, Asker(library, writer))) as address:
        yield address


def test_events_come_at_once_and_comments_while_there_are_none(settings: Settings, library: Library) -> None:
    writer = Scripted([NOTHING, Token("Herons "), Hang])
    with (
        live(settings, library, writer) as address,
        httpx2.stream("POST", f"{address}/v1/ask", json={"question": HERONS, "stream": True}, timeout=WAIT_S) as told,
    ):
        lines = told.iter_lines()
        names = [line for line in (next(lines) for _ in range(8)) if line.startswith("event")]
        assert names == ["event: passages", "event: token"]
        comments = [line for line in (next(lines) for _ in range(6)) if line]
        assert comments == [": ping"] * 3
        assert not writer.stopped.is_set()
    assert writer.stopped.wait(WAIT_S)


CHAT = {"model": "ibid", "messages": [{"role": "user", "content": HERONS}]}


PLAIN = [("/v1/ask", {"question": HERONS}), ("/v1/chat/completions", CHAT)]
STREAMED = [(path, {**body, "stream": True}) for path, body in PLAIN]
BEGUN = [NOTHING, Token("Herons "), Hang]


@pytest.mark.parametrize(
    ("path", "body", "steps"),
    [
        *((*asked, steps) for asked in PLAIN for steps in ([Hang], BEGUN)),
        *((*asked, steps) for asked in STREAMED for steps in ([Hang], BEGUN, [NOTHING, Flood])),
    ],
)
def test_who_leaves_stops_the_work(
    settings: Settings, library: Library, path: str, body: dict[str, object], steps: list[Step]
) -> None:
    writer = Scripted(steps)
    request = httpx2.Request("POST", f"http://localhost{path}", json=body)
    head = [f"POST {path} HTTP/1.1", *(f"{name}: {value}" for name, value in request.headers.items()), "", ""]
    with live(settings, library, writer) as address:
        with socket.create_connection((urlsplit(address).hostname, urlsplit(address).port), WAIT_S) as connection:
            connection.sendall("\r\n".join(head).encode() + request.read())
            assert writer.began.wait(WAIT_S)
            if body.get("stream") and len(steps) > 1:
                assert connection.recv(1) == b"H"  # the answer has begun
            assert not writer.stopped.is_set()
        assert writer.stopped.wait(WAIT_S)
        # The service is well: it answers the next.
        assert httpx2.get(f"{address}/readyz", timeout=WAIT_S).status_code == 200


class Slow(Library):
    """A library whose searches wait until they are let go; it notes what was searched for."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings, HashEmbedder())
        self.searched: list[str] = []
        self.go = threading.Event()

    def search(self, question: str, k: int | None = None, filters: Filters | None = None) -> list[Hit]:
        """As in Library, later."""
        self.searched.append(question)
        assert self.go.wait(WAIT_S)
        return super().search(question, k, filters)


def test_a_search_whose_client_leaves_while_it_waits_for_its_turn_is_not_made(settings: Settings) -> None:
    slow = Slow(settings)
    app = create_app(settings, slow)

    def asks(address: str, query: str) -> socket.socket:
        body = json.dumps({"query": query})
        head = ["POST /v1/search HTTP/1.1", "Host: 127.0.0.1", "Content-Type: application/json"]
        connection = socket.create_connection((urlsplit(address).hostname, urlsplit(address).port), WAIT_S)
        connection.sendall("\r\n".join([*head, f"Content-Length: {len(body)}", "", body]).encode())
        return connection

    def until(is_so: Callable[[], bool]) -> None:
        end = time.monotonic() + WAIT_S
        while not is_so():
            assert time.monotonic() < end
            time.sleep(0.01)

    left = ("ibid_requests_total", {"method": "POST", "route": "/v1/search", "status": str(GONE)})
    with serving(app) as address, ExitStack() as stack:
        stack.callback(slow.go.set)
        waiting = [stack.enter_context(asks(address, "herons")) for _ in range(THREADS)]
        until(lambda: len(slow.searched) == THREADS)
        asks(address, "goats").close()
        until(lambda: app.state.metrics.registry.get_sample_value(*left) == 1)
        slow.go.set()
        assert all(connection.recv(12) == b"HTTP/1.1 200" for connection in waiting)
    assert slow.searched == ["herons"] * THREADS
