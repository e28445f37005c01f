"""The parts of the latency benchmark: a baseline without Ibid's settings, and a crowd that counts what fails."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from benchmarks.baseline import Baseline, plain_environment
from benchmarks.crowd import crowd, quantile
from index.threads import quiet_threads


class Grumpy(BaseHTTPRequestHandler):
    """Answers searches, but refuses every fourth one."""

    protocol_version = "HTTP/1.1"
    searches = 0
    lock = threading.Lock()

    def do_GET(self) -> None:
        """Say that the process is alive."""
        self._answer(200)

    def do_POST(self) -> None:
        """Answer a search, or refuse it."""
        self.rfile.read(int(self.headers["Content-Length"]))
        with self.lock:
            Grumpy.searches += 1
            refused = Grumpy.searches % 4 == 0
        self._answer(503 if refused else 200)

    def _answer(self, status: int) -> None:
        self.send_response(status)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (the base class's name for it)
        """Keep quiet."""


def test_a_crowd_counts_what_is_asked_and_what_fails() -> None:
    with ThreadingHTTPServer(("127.0.0.1", 0), Grumpy) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            found = crowd(f"http://127.0.0.1:{server.server_address[1]}", 4, 40)
        finally:
            server.shutdown()
    assert (found["requests"], found["failed"]) == (40, 10)
    assert found["a second"] > 0
    assert 0 < found["median"] <= found["p99"]
    assert 0 < found["ping median"] <= found["ping p99"]


def test_the_baseline_is_the_bare_model_as_it_comes() -> None:
    with Baseline() as bare:
        assert 0 < bare.encode_one("one") < bare.encode(["word " * 200] * 64)
        assert bare.seconds_to_load > 0.1


def test_the_baseline_has_none_of_ibids_settings_of_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    own: dict[str, str] = {}
    quiet_threads(own)
    for name, value in own.items():
        monkeypatch.setenv(name, value)
    assert own
    assert not set(own) & set(plain_environment())


def test_what_somebody_has_set_the_baseline_keeps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OMP_WAIT_POLICY", "ACTIVE")
    assert plain_environment()["OMP_WAIT_POLICY"] == "ACTIVE"


def test_quantiles_by_hand() -> None:
    assert quantile([float(number) for number in range(1, 1000)], 0.99) == 990
