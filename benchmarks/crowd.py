"""Many clients at once: ``python -m benchmarks.crowd URL CLIENTS REQUESTS`` asks, and prints what came of it as JSON.

A process of its own, so that the clients' threads hold up nobody who measures beside them.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx2

from benchmarks.questions import QUESTIONS

PING_SECONDS = 0.01


def crowd(url: str, clients: int, requests: int) -> dict[str, float]:
    """Have ``clients`` ask ``requests`` questions in all; meanwhile see how long ``/healthz`` takes to answer.

    ``/healthz`` is answered by the event loop itself: what stalls the loop makes it late by as much.
    """
    command = [sys.executable, "-m", "benchmarks.crowd", url, str(clients), str(requests)]
    stop = threading.Event()
    with ThreadPoolExecutor(1) as pool:
        pings = pool.submit(_ping, url, stop.is_set)
        try:
            done = subprocess.run(command, capture_output=True, text=True, check=True)
        finally:
            stop.set()
    late = pings.result()
    found: dict[str, float] = json.loads(done.stdout)
    return {**found, "ping median": statistics.median(late), "ping p99": quantile(late, 0.99), "ping max": max(late)}


def quantile(values: list[float], share: float) -> float:
    """The value below which ``share`` of ``values`` lie."""
    return statistics.quantiles(values, n=1000)[round(share * 1000) - 1]


def _ping(url: str, stopped: Callable[[], bool]) -> list[float]:
    late: list[float] = []
    with httpx2.Client(base_url=url, timeout=60) as client:
        client.get("/healthz")
        while not stopped() or len(late) < 2:
            start = time.perf_counter()
            client.get("/healthz")
            late.append(time.perf_counter() - start)
            time.sleep(PING_SECONDS)
    return late


def _ask_all(url: str, clients: int, requests: int) -> dict[str, Any]:
    share = requests // clients

    def ask(number: int) -> tuple[int, list[float]]:
        failed, took = 0, list[float]()
        with httpx2.Client(base_url=url, timeout=60) as client:
            client.get("/healthz")
            ready.wait()
            for turn in range(share):
                question = QUESTIONS[(number + turn) % len(QUESTIONS)]
                start = time.perf_counter()
                failed += client.post("/v1/search", json={"query": question}).status_code != 200
                took.append(time.perf_counter() - start)
        return failed, took

    ready = threading.Barrier(clients + 1)
    with ThreadPoolExecutor(clients) as pool:
        asked = [pool.submit(ask, number) for number in range(clients)]
        ready.wait()
        start = time.perf_counter()
        done = [future.result() for future in asked]
        seconds = time.perf_counter() - start
    took = [one for _, times in done for one in times]
    return {
        "requests": len(took),
        "failed": sum(failed for failed, _ in done),
        "a second": len(took) / seconds,
        "median": statistics.median(took),
        "p99": quantile(took, 0.99),
    }


if __name__ == "__main__":
    print(json.dumps(_ask_all(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))))
