"""The adapter to an OpenAI-compatible server: what comes is passed on at once, what goes wrong is said plainly."""

from __future__ import annotations

import asyncio
import logging
import socket
import time
from contextlib import aclosing

import pytest
from llm_server import SSE, Call, ScriptedServer, chunk, refuses, says, sends, stalls

from ingest.errors import GeneratorUnavailable
from service.answer import Usage
from service.generator import Finish, Message, OpenAIGenerator

ASKED = [Message("system", "Be brief."), Message("user", "Is it so?")]
KEY = "sk-very-secret"


async def _all(url: str, key: str = "") -> list[str | Finish]:
    return [piece async for piece in OpenAIGenerator(url, "tiny", key).stream(ASKED, 50)]


def stream(url: str, key: str = "") -> list[str | Finish]:
    return asyncio.run(_all(url, key))


def test_pieces_come_as_they_are_sent_and_the_usage_is_the_servers() -> None:
    with ScriptedServer(says("Yes", ", it", " is.", usage=(11, 3))) as server:
        assert stream(server.url) == ["Yes", ", it", " is.", Finish(is_cut=False, usage=Usage(11, 3))]


def test_the_request_is_one_for_a_stream_of_the_likeliest_text() -> None:
    with ScriptedServer(says("Yes.")) as server:
        stream(server.url, KEY)
    [call] = server.calls
    assert call.path == "/v1/chat/completions"
    assert call.headers["authorization"] == f"Bearer {KEY}"
    assert call.body == {
        "model": "tiny",
        "messages": [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Is it so?"}],
        "max_tokens": 50,
        "temperature": 0,
        "stream": True,
        "stream_options": {"include_usage": True},
    }


def test_variables_that_are_meant_for_another_server_are_not_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("OPENAI_API_KEY", "OPENAI_ORG_ID", "OPENAI_PROJECT_ID", "OPENAI_ADMIN_KEY"):
        monkeypatch.setenv(name, "of-another")
    with ScriptedServer(says("Yes.")) as server:
        stream(server.url)
    assert "of-another" not in str(server.calls[0].headers)


def test_a_server_that_does_not_count_is_no_error() -> None:
    with ScriptedServer(says("Yes.", end="length")) as server:
        assert stream(server.url) == ["Yes.", Finish(is_cut=True, usage=None)]


@pytest.mark.parametrize(
    ("status", "todo"),
    [
        (400, "IBID_LLM_BUDGET"),
        (401, "IBID_LLM_API_KEY"),
        (403, "IBID_LLM_MODEL"),
        (404, "IBID_LLM_MODEL"),
        (413, "IBID_LLM_BUDGET"),
        (429, "later"),
        (500, "log"),
        (503, "log"),
    ],
)
def test_a_refusal_says_what_to_do_and_never_the_key(status: int, todo: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with ScriptedServer(refuses(status, f"bad key {KEY}")) as server, pytest.raises(GeneratorUnavailable) as caught:
        stream(server.url, KEY)
    assert todo in str(caught.value)
    assert str(caught.value).endswith("or ask with mode extractive")
    assert KEY not in str(caught.value)
    assert KEY not in caplog.text
    assert len(server.calls) == (2 if status in (429, 500, 503) else 1)


def test_options_that_a_server_does_not_know_are_renamed_or_left_out() -> None:
    scripts = [
        refuses(400, "Unsupported parameter: 'max_tokens' is not supported. Use 'max_completion_tokens' instead."),
        refuses(400, "Unsupported value: 'temperature' does not support 0 with this model."),
        refuses(400, "unknown field `stream_options`"),
        says("Yes."),
    ]
    with ScriptedServer(*scripts) as server:
        assert stream(server.url)[0] == "Yes."
    options = server.calls[-1].body
    assert options["max_completion_tokens"] == 50
    assert not {"max_tokens", "temperature", "stream_options"} & set(options)


def test_a_server_that_fails_once_is_asked_again() -> None:
    with ScriptedServer(refuses(503), says("Yes.")) as server:
        assert stream(server.url)[0] == "Yes."


def test_a_server_that_bids_to_wait_long_is_not_waited_for() -> None:
    busy = "HTTP/1.1 429 No\r\nRetry-After: 30\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
    begun = time.monotonic()
    with ScriptedServer(sends(busy)) as server, pytest.raises(GeneratorUnavailable, match="too many requests"):
        stream(server.url)
    assert len(server.calls) == 1
    assert time.monotonic() - begun < 10


def test_an_answer_that_is_whole_waits_for_no_server_that_goes_on() -> None:
    async def lingers(call: Call) -> None:
        await call.send(SSE, chunk("Yes."), chunk(end="stop"), chunk(" No."))
        await call.gone()

    with ScriptedServer(lingers) as server:
        assert stream(server.url) == ["Yes.", Finish(is_cut=False, usage=None)]


def test_what_goes_wrong_after_the_end_of_the_text_takes_nothing_back() -> None:
    with ScriptedServer(sends(SSE, chunk("Yes."), chunk(end="stop"), "data: {no json\n\n")) as server:
        assert stream(server.url) == ["Yes.", Finish(is_cut=False, usage=None)]


@pytest.mark.parametrize(("end", "is_cut"), [("STOP", False), ("end_turn", False), ("max_tokens", True)])
def test_other_names_for_an_end_are_known(end: str, is_cut: bool) -> None:
    with ScriptedServer(says("Yes.", end=end)) as server:
        assert stream(server.url) == ["Yes.", Finish(is_cut=is_cut, usage=None)]


@pytest.mark.parametrize("count", ["true", "-1", "1e999", '"7"', "9" * 400])
def test_a_count_that_is_none_is_not_taken_for_one(count: str) -> None:
    usage = f'{{"prompt_tokens": {count}, "completion_tokens": 3}}'
    counted = f'data: {{"id": "c1", "choices": [], "usage": {usage}}}\n\n'
    with ScriptedServer(sends(SSE, chunk("Yes."), chunk(end="stop"), counted)) as server:
        assert stream(server.url) == ["Yes.", Finish(is_cut=False, usage=None)]


def test_halves_of_a_character_in_two_pieces_are_one() -> None:
    with ScriptedServer(says("An \ud83d", "\udc04 ox.")) as server:
        assert stream(server.url)[:2] == ["An ", "\U0001f404 ox."]


def test_a_server_that_is_not_there_is_said() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # nobody listens
        with pytest.raises(GeneratorUnavailable, match="IBID_LLM_BASE_URL"):
            stream(f"http://127.0.0.1:{taken.getsockname()[1]}/v1")


HALF_CHUNKED = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n5\r\ndata:"


@pytest.mark.parametrize(
    "raw",
    [
        [SSE, chunk("Half an")],  # the connection is closed amid the answer, in order
        [HALF_CHUNKED],  # and out of order
        [SSE, "data: {no json\n\n"],
        [SSE, b"data: \xff\xfe\n\n"],
        [SSE, 'data: {"error": {"message": "out of memory"}}\n\n'],
        [SSE, "data: 7\n\ndata: [1]\n\ndata: null\n\ndata: {}\n\n"],
        [SSE, 'data: {"choices": 7, "usage": "much"}\n\n'],
        [SSE, 'data: {"choices": [{"delta": {"content": 7}, "finish_reason": 7}]}\n\n'],
        [SSE, chunk("Yes", end="content_filter")],
        ["HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close\r\n\r\n<html>Welcome to nginx</html>"],
        ["SSH-2.0-OpenSSH_9.6\r\n"],
        [""],
    ],
    ids=str,
)
def test_garbage_and_half_streams_are_told_from_answers(raw: list[str | bytes]) -> None:
    with ScriptedServer(sends(*raw)) as server, pytest.raises(GeneratorUnavailable) as caught:
        stream(server.url)
    assert "\n" not in str(caught.value)
    assert "mode extractive" in str(caught.value)


@pytest.mark.parametrize("pieces", [(), ("Wait",)])
def test_whoever_cancels_hangs_up_so_that_the_server_can_stop(pieces: tuple[str, ...]) -> None:
    async def cut_off(url: str) -> None:
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(_all(url), 0.5)

    with ScriptedServer(stalls(*pieces)) as server:
        asyncio.run(cut_off(server.url))
        assert server.calls[0].hung_up.wait(5)


def test_whoever_looks_no_further_hangs_up() -> None:
    async def first(url: str) -> str | Finish:
        async with aclosing(OpenAIGenerator(url, "tiny").stream(ASKED, 50)) as pieces:
            return await anext(pieces)

    with ScriptedServer(stalls("Well", "...")) as server:
        assert asyncio.run(first(server.url)) == "Well"
        assert server.calls[0].hung_up.wait(5)
