"""The running service, as a benchmark uses it: started, asked over loopback, stopped."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx2

from benchmarks.baseline import plain_environment

PATIENCE = 120.0
"""Seconds in which a service must become ready."""

_COMMAND = "from eval.cli import main; main()"
"""What the ``ibid`` command does, by the code of this folder."""


@contextmanager
def serving(folder: Path) -> Iterator[tuple[str, float]]:
    """Run ``ibid serve`` on the index in ``folder``: its address, and the seconds from its start to ready."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-c", _COMMAND, "serve", "--port", str(port), "--data-dir", str(folder)]
    start = time.perf_counter()
    with subprocess.Popen(command, stderr=subprocess.DEVNULL, env=plain_environment()) as server:
        try:
            url = f"http://127.0.0.1:{port}"
            _wait(url, start + PATIENCE)
            yield url, time.perf_counter() - start
        finally:
            server.terminate()


def _wait(url: str, until: float) -> None:
    # The port is taken before anything is loaded, so that the first connection waits in its queue.
    with httpx2.Client(base_url=url, timeout=PATIENCE) as client:
        while time.perf_counter() < until:
            try:
                if client.get("/readyz").status_code == 200:
                    return
            except httpx2.TransportError:
                time.sleep(0.01)
    raise SystemExit("the service did not become ready")
