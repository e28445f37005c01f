"""The benchmark of interfaces asks each of them, in turns, and stops at one that fails."""

from __future__ import annotations

from pathlib import Path

import httpx2
import pytest
from fakes import HashEmbedder, document
from starlette.testclient import TestClient

from benchmarks.interfaces import PLAIN, WAYS, measure
from benchmarks.questions import QUESTIONS
from ingest.sources import Source
from service.app import create_app
from service.library import Library
from service.settings import Settings


def test_every_interface_is_asked_every_question(tmp_path: Path) -> None:
    library = Library(Settings(data_dir=tmp_path), HashEmbedder())
    library.put([(Source(Path("a.txt"), "a"), document("a", "China bought beef from Russia in 2021."))])
    with TestClient(create_app(library.settings, library), base_url="http://localhost") as client:
        seconds = measure(client, WAYS, 1)
    assert {name: len(taken) for name, taken in seconds.items()} == dict.fromkeys(WAYS, len(QUESTIONS))
    assert all(taken > 0 for each in seconds.values() for taken in each)


def test_an_interface_that_fails_is_no_figure() -> None:
    refusing = httpx2.MockTransport(lambda _: httpx2.Response(503))
    client = httpx2.Client(transport=refusing, base_url="http://localhost")
    with client, pytest.raises(httpx2.HTTPStatusError):
        measure(client, {PLAIN: WAYS[PLAIN]}, 1)
