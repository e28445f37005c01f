"""What each interface adds to an answer: ``python -m benchmarks.interfaces``, over the corpus, without an LLM.

Each question is asked in turns over every interface of one running service, so that a busy machine slows all alike.
Times are milliseconds, medians with the ratio to the plain ``POST /v1/ask``.
"""

from __future__ import annotations

import argparse
import os
import platform
import statistics
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from index.threads import quiet_threads

quiet_threads()  # before the numeric libraries are imported, as the command does

import httpx2

from benchmarks.questions import QUESTIONS
from benchmarks.service import serving
from service.library import ingest
from service.settings import load_settings

ROUNDS = 40
WARM_UP = 3
PLAIN = "plain"
CORPUS = Path("corpus")
ACCEPT = {"Accept": "application/json, text/event-stream"}

Ask = Callable[[httpx2.Client, str], float]


def main() -> None:
    """Measure, and print a line for each interface."""
    argparse.ArgumentParser(description=__doc__).parse_args()
    print(f"{platform.processor() or platform.machine()}, {os.cpu_count()} cores")
    with tempfile.TemporaryDirectory() as folder:
        ingest(load_settings(data_dir=Path(folder)), [CORPUS])
        with serving(Path(folder)) as (url, _), httpx2.Client(base_url=url, timeout=60) as client:
            seconds = measure(client, WAYS, ROUNDS)
    plain = statistics.median(seconds[PLAIN])
    for name, taken in seconds.items():
        median = statistics.median(taken)
        print(f"{name:24} {1000 * median:8.1f} {median / plain:6.2f}")


def measure(client: httpx2.Client, ways: Mapping[str, Ask], rounds: int) -> dict[str, list[float]]:
    """Seconds of each question over each of ``ways``, in turns, after a few rounds that do not count."""
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    for number in range(WARM_UP + rounds):
        for question in QUESTIONS:
            for name, ask in ways.items():
                taken = ask(client, question)
                if number >= WARM_UP:
                    seconds[name].append(taken)
    return seconds


def _post(client: httpx2.Client, path: str, body: object) -> float:
    start = time.perf_counter()
    client.post(path, json=body, headers=ACCEPT).raise_for_status()
    return time.perf_counter() - start


def _plain(client: httpx2.Client, question: str) -> float:
    return _post(client, "/v1/ask", {"question": question})


def _first_event(client: httpx2.Client, question: str) -> float:
    start = time.perf_counter()
    with client.stream("POST", "/v1/ask", json={"question": question, "stream": True}) as told:
        told.raise_for_status()
        lines = told.iter_lines()
        next(lines)
        taken = time.perf_counter() - start
        for _ in lines:  # read to its end, or the work would be stopped
            pass
    return taken


def _last_event(client: httpx2.Client, question: str) -> float:
    return _post(client, "/v1/ask", {"question": question, "stream": True})


def _chat(client: httpx2.Client, question: str) -> float:
    return _post(client, "/v1/chat/completions", _messages(question))


def _chat_streamed(client: httpx2.Client, question: str) -> float:
    return _post(client, "/v1/chat/completions", {**_messages(question), "stream": True})


def _protocol(client: httpx2.Client, question: str) -> float:
    params = {"name": "ask", "arguments": {"question": question}}
    return _post(client, "/mcp", {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params})


def _messages(question: str) -> dict[str, object]:
    return {"model": "ibid", "messages": [{"role": "user", "content": question}]}


WAYS: dict[str, Ask] = {
    PLAIN: _plain,
    "stream, first event": _first_event,
    "stream, last event": _last_event,
    "chat": _chat,
    "chat, streamed": _chat_streamed,
    "mcp": _protocol,
}


if __name__ == "__main__":
    main()
