"""Ingest and search against the bare model, in one run: ``python -m benchmarks.latency``.

Each figure stands beside its baseline, taken in the same run: ingesting both texts beside one
``SentenceTransformer.encode`` of the same passages, and ``POST /v1/search`` over HTTP beside one bare encode of
the same question. Runs alternate, so that a busy machine slows both sides alike.
"""

from __future__ import annotations

import json
import os
import platform
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, ParamSpec

from index.threads import quiet_threads

quiet_threads()  # before the numeric libraries are imported, as the command does

import httpx2  # noqa: E402
from sentence_transformers import SentenceTransformer  # noqa: E402

from index.models import SentenceTransformerEmbedder  # noqa: E402
from service.library import Library  # noqa: E402
from service.settings import load_settings  # noqa: E402

QUESTIONS = [
    "When did Russia and China sign the Treaty's extension, and for how long?",
    "How many tonnes of beef did China buy from Russia in 2021?",
    "Who opened the Shanghai conference of March 2016?",
    "share of timber in russian exports to china",
    "Why do Chinese experts think integration in the Eurasian Economic Union has bottlenecks?",
]
ROUNDS = 40
CORPUS = Path("corpus")
P = ParamSpec("P")


def main() -> None:
    """Measure, and print a table of figures beside their baselines, and the same as JSON."""
    embedder = SentenceTransformerEmbedder()
    embedder.embed(["warm up"])
    bare = SentenceTransformer(str(embedder.folder), device="cpu")
    bare.encode(["warm up"])
    with tempfile.TemporaryDirectory() as folder:
        ingest = _ingest(Path(folder), embedder, bare)
        search = _search(Path(folder) / "0", bare)
    figures = {**ingest, **search}
    print(f"{platform.processor() or platform.machine()}, {os.cpu_count()} cores, commit {_commit()}")
    for name, value in figures.items():
        print(f"{name:48} {value:10.3f}")
    print(json.dumps(figures))


def _ingest(folder: Path, embedder: SentenceTransformerEmbedder, bare: SentenceTransformer) -> dict[str, float]:
    """Both texts, from files to a searchable index, beside one encode of the same passages."""
    seconds: list[float] = []
    baseline: list[float] = []
    for number in range(2):
        library = Library(load_settings(data_dir=folder / str(number)), embedder)
        seconds.append(_timed(_build, library))
        texts = [row.text for row in library.index.truth.indexed()]
        baseline.append(_timed(bare.encode, texts))
    ours, theirs = min(seconds), min(baseline)
    return {
        "ingest both texts, s": ours,
        "bare encode of the same passages, s": theirs,
        "ingest / bare encode": ours / theirs,
    }


def _build(library: Library) -> None:
    library.ingest([CORPUS])
    library.search("anything")


def _search(folder: Path, bare: SentenceTransformer) -> dict[str, float]:
    """``POST /v1/search`` to the running service, one warm client, beside a bare encode of the same question."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [str(Path(sys.executable).with_name("ibid")), "serve", "--port", str(port), "--data-dir", str(folder)]
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as server:
        try:
            return _measure(f"http://127.0.0.1:{port}", bare)
        finally:
            server.terminate()


def _measure(url: str, bare: SentenceTransformer) -> dict[str, float]:
    ours: list[float] = []
    answers: list[float] = []
    theirs: list[float] = []
    with httpx2.Client(base_url=url, timeout=60) as client:
        _wait(client)
        for number in range(ROUNDS + 5):
            for question in QUESTIONS:
                encode = _timed(bare.encode, question)
                search = _timed(_post, client, "search", query=question)
                ask = _timed(_post, client, "ask", question=question)
                if number >= 5:  # the first rounds fill caches
                    theirs.append(encode)
                    ours.append(search)
                    answers.append(ask)
    median, baseline = statistics.median(ours), statistics.median(theirs)
    return {
        "POST /v1/search, median ms": median * 1e3,
        "POST /v1/search, p99 ms": statistics.quantiles(ours, n=100)[98] * 1e3,
        "POST /v1/ask, median ms": statistics.median(answers) * 1e3,
        "bare encode of the question, median ms": baseline * 1e3,
        "search / bare encode": median / baseline,
        "search p99 / median": statistics.quantiles(ours, n=100)[98] / median,
    }


def _wait(client: httpx2.Client) -> None:
    for _ in range(600):
        try:
            if client.get("/readyz").status_code == 200:
                return
        except httpx2.TransportError:
            time.sleep(0.1)
    raise SystemExit("the service did not become ready")


def _post(client: httpx2.Client, path: str, **body: Any) -> None:  # noqa: ANN401 (JSON)
    client.post(f"/v1/{path}", json=body).raise_for_status()


def _timed(call: Callable[P, object], *args: P.args, **kwargs: P.kwargs) -> float:
    start = time.perf_counter()
    call(*args, **kwargs)
    return time.perf_counter() - start


def _commit() -> str:
    done = subprocess.run(["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False)  # noqa: S607
    return done.stdout.strip() or "unknown"


if __name__ == "__main__":
    main()
