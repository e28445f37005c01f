"""A real model behind a real server: what the scripted one shows holds for the server of transformers, too."""

from __future__ import annotations

import asyncio
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import aclosing
from pathlib import Path

import httpx2
import pytest

from service.answer import Answer, Mode, Support, Token, Usage
from service.asking import Asking, Way
from service.generator import Finish, Message, OpenAIGenerator
from service.library import Library
from service.writer import LLMWriter

ASKED = [Message("system", "Be brief ."), Message("user", "Is it so ?")]
LONG = 8000
"""Tokens that take the model about ten seconds, one request after the other."""


@pytest.fixture(scope="module")
def generator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OpenAIGenerator]:
    """A generator that asks the model; the server is stopped at the end."""
    folder = tmp_path_factory.mktemp("tiny")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, str(Path(__file__).with_name("tiny_llm.py")), str(folder), str(port)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env={**os.environ}) as server:
        try:
            _wait(server, f"http://127.0.0.1:{port}/health")
            yield OpenAIGenerator(f"http://127.0.0.1:{port}/v1", str(folder))
        finally:
            server.terminate()


def _wait(server: subprocess.Popen[bytes], url: str) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        assert server.poll() is None, "the server has ended"
        try:
            httpx2.get(url).raise_for_status()
        except httpx2.HTTPError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError("the server does not answer")


async def _all(generator: OpenAIGenerator, limit: int) -> list[str | Finish]:
    return [piece async for piece in generator.stream(ASKED, limit)]


def test_text_comes_piece_by_piece_up_to_the_limit_with_the_servers_own_counts(generator: OpenAIGenerator) -> None:
    *pieces, last = asyncio.run(_all(generator, 20))
    assert len(pieces) > 5
    assert len("".join(map(str, pieces)).split()) == 20
    assert isinstance(last, Finish)
    assert last.is_cut
    assert last.usage is not None
    assert last.usage.completion_tokens == 20
    assert last.usage.prompt_tokens > 5


def test_the_likeliest_text_is_the_same_every_time(generator: OpenAIGenerator) -> None:
    assert asyncio.run(_all(generator, 20))[:-1] == asyncio.run(_all(generator, 20))[:-1]


def test_whoever_looks_no_further_stops_the_model(generator: OpenAIGenerator) -> None:
    async def three() -> list[str | Finish]:
        async with aclosing(generator.stream(ASKED, LONG)) as pieces:
            return [await anext(pieces) for _ in range(3)]

    begun = time.monotonic()
    assert len(asyncio.run(three())) == 3
    asyncio.run(_all(generator, 5))  # it would have to wait for the other
    assert time.monotonic() - begun < 5


def test_whoever_cancels_stops_the_model(generator: OpenAIGenerator) -> None:
    async def cut_off() -> None:
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(_all(generator, LONG), 0.5)

    begun = time.monotonic()
    asyncio.run(cut_off())
    asyncio.run(_all(generator, 5))
    assert time.monotonic() - begun < 5


def test_nonsense_is_streamed_and_then_marked(library: Library, generator: OpenAIGenerator) -> None:
    async def events() -> list[object]:
        asking = Asking("How do farmers of the delta grow rice?", way=Way.LLM)
        return [event async for event in LLMWriter(library, generator).events(asking)]

    library.settings = library.settings.model_copy(update={"llm_max_tokens": 20})
    happened = asyncio.run(events())
    answer = happened[-1]
    assert isinstance(answer, Answer)
    assert (answer.mode, answer.citations) == (Mode.LLM, ())
    assert sum(isinstance(event, Token) for event in happened) > 5
    assert all(sentence.support is not Support.SUPPORTED for sentence in answer.sentences)
    assert isinstance(answer.usage, Usage)
    assert answer.usage.completion_tokens == 20
    assert answer.notice is not None
    assert "IBID_LLM_MAX_TOKENS" in answer.notice
