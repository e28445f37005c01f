"""An upload tells how far it is; what goes wrong is a problem, and who leaves stops the work."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence

import httpx2
import pytest
from fakes import HashEmbedder
from serving import WAIT_S, Frame, frames, serving
from starlette.testclient import TestClient
from texts import REPORT
from waiting import wait_until

from index.embedder import Embedded, Progress
from ingest.errors import ModelError
from service.app import create_app
from service.library import Library
from service.settings import Settings

EVENTS = {"Accept": "text/event-stream"}


class Gated(HashEmbedder):
    """A model that works on one text after another, and after the first waits until it may go on."""

    def __init__(self) -> None:
        super().__init__()
        self.may_go_on = threading.Event()
        self.began = threading.Event()
        self.fails = False

    def embed(self, texts: Sequence[str], progress: Progress | None = None) -> list[Embedded]:
        """Embed texts, one by one where somebody wants to know of the progress."""
        if progress is None:
            return super().embed(texts)
        if self.fails:
            raise ModelError("the model broke; set another one")
        done: list[Embedded] = []
        for text in texts:
            done += super().embed([text])
            progress(1)
            self.began.set()
            assert self.may_go_on.wait(WAIT_S)
        return done


@pytest.fixture
def model() -> Gated:
    return Gated()


@pytest.fixture
def shelf(settings: Settings, model: Gated) -> Library:
    return Library(settings, model)


@pytest.fixture
def client(shelf: Library) -> Iterator[TestClient]:
    with TestClient(
        create_app(shelf.settings, shelf), base_url="http://localhost", raise_server_exceptions=False
    ) as client:
        yield client


def upload(client: TestClient, name: str, data: bytes) -> httpx2.Response:
    return client.post("/v1/documents", files={"file": (name, data, "text/plain")}, headers=EVENTS)


def told(response: httpx2.Response) -> list[Frame]:
    assert response.status_code == 200
    assert response.headers["content-type"] == "text/event-stream; charset=utf-8"
    return list(frames(response.text.split("\n")))


def test_progress_is_told_and_last_the_document(client: TestClient, model: Gated) -> None:
    model.may_go_on.set()
    *steps, last = told(upload(client, "river-report.txt", REPORT.encode()))
    assert [step.name for step in steps] == ["progress"] * len(steps)
    counted = [(step.data["done"], step.data["total"]) for step in steps]
    passages = client.get("/v1/documents/river-report").json()["passages"]
    assert counted == [(0, 0), *((done, passages) for done in range(passages + 1))]
    assert (last.name, last.data) == ("document", client.get("/v1/documents/river-report").json())
    assert last.id == len(steps) + 1


def test_a_document_that_is_there_already_is_told_at_once(client: TestClient, model: Gated) -> None:
    model.may_go_on.set()
    upload(client, "river-report.txt", REPORT.encode())
    assert [frame.name for frame in told(upload(client, "river-report.txt", REPORT.encode()))] == [
        "progress",
        "document",
    ]


@pytest.mark.parametrize(
    ("name", "data", "wrong"),
    [
        ("report.pdf", b"%PDF", "report.pdf is not a kind of file that can be read; give one of: .md, .txt"),
        ("report.txt", b"\xff\xfe\x00", "UTF-8"),
        ("empty.txt", b" ", "empty.txt is empty"),
    ],
)
def test_a_file_that_cannot_be_read_is_a_plain_problem(client: TestClient, name: str, data: bytes, wrong: str) -> None:
    response = upload(client, name, data)
    assert (response.status_code, response.headers["content-type"]) == (422, "application/problem+json")
    assert wrong in response.json()["detail"]
    assert client.get("/v1/documents").json()["documents"] == []


def test_what_fails_later_ends_the_stream_with_a_problem(client: TestClient, model: Gated) -> None:
    model.fails = True
    first, *_, last = told(upload(client, "river-report.txt", REPORT.encode()))
    assert (first.name, last.name) == ("progress", "problem")
    assert (last.data["status"], last.data["detail"]) == (503, "the model broke; set another one")
    assert client.get("/v1/documents").json()["documents"] == []


def test_who_leaves_stops_the_work_and_nothing_is_changed(shelf: Library, model: Gated) -> None:
    with serving(create_app(shelf.settings, shelf)) as address:
        form = {"file": ("river-report.txt", REPORT.encode(), "text/plain")}
        with httpx2.Client(base_url=address, timeout=WAIT_S) as client:
            with client.stream("POST", "/v1/documents", files=form, headers=EVENTS) as response:
                lines = response.iter_lines()  # held, or it would be closed here
                assert "progress" in next(lines)
                assert model.began.wait(WAIT_S)
            wait_until(lambda: 'route="/v1/documents"' in client.get("/metrics").text)  # the request has ended
            model.may_go_on.set()
            wait_until(lambda: not shelf._writing.locked())  # and so has its work
            assert client.get("/v1/documents").json()["documents"] == []
            assert client.post("/v1/documents", files=form).status_code == 201
