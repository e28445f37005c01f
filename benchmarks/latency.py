"""Ibid's speed beside the bare model's, in one run: ``python -m benchmarks.latency``.

Each figure stands beside its baseline, taken in the same run and in turns with it, so that a busy machine slows
both sides alike. The baseline is ``SentenceTransformer.encode`` in a process of its own, as it comes.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import platform
import shutil
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, ParamSpec

from index.threads import quiet_threads

quiet_threads()  # before the numeric libraries are imported, as the command does

import httpx2

from benchmarks.baseline import Baseline
from benchmarks.crowd import crowd, quantile
from benchmarks.questions import QUESTIONS
from benchmarks.service import serving
from index.embedder import index_text
from index.models import SentenceTransformerEmbedder
from ingest.sources import MANIFEST
from service.library import Library
from service.settings import load_settings

ROUNDS = 40
WARM_UP = 5
STARTS = 3
CLIENTS, REQUESTS = 32, 1280
CORPUS = Path("corpus")
REPORT = "russian-chinese-dialogue-2022.txt"
REST_SECONDS = 0.005
"""The baseline's threads spin for a while after they are done; what comes next must not pay for that."""

P = ParamSpec("P")
Figures = dict[str, float]


def main() -> None:
    """Measure, and print a table of figures beside their baselines, and the same as JSON."""
    argparse.ArgumentParser(description=__doc__).parse_args()
    print(f"{platform.processor() or platform.machine()}, {os.cpu_count()} cores, commit {_commit()}")
    figures: Figures = {}
    with tempfile.TemporaryDirectory() as folder:
        for part in _measure(Path(folder)):
            for name, value in part.items():
                print(f"{name:56} {value:10.3f}", flush=True)
            figures |= part
    print(json.dumps(figures))


def _measure(folder: Path) -> Iterator[Figures]:
    embedder = SentenceTransformerEmbedder()
    embedder.embed(["warm up"])
    with Baseline() as bare:
        yield _ingest(folder, embedder, bare)
        yield _question(embedder, bare)
        with serving(folder / "0") as (url, _):
            yield _search(url, bare)
            yield _crowd(url, bare)
    yield _change(folder, embedder)
    yield _start(folder / "0")


def _ingest(folder: Path, embedder: SentenceTransformerEmbedder, bare: Baseline) -> Figures:
    """Both texts, from files to a searchable index, beside one encode of the same passages."""
    seconds: list[float] = []
    baseline: list[float] = []
    for number in range(2):
        library = Library(load_settings(data_dir=folder / str(number)), embedder)
        seconds.append(_timed(_build, library))
        titles = {info.id: info.title for info in library.index.documents()}
        passages = [passage for document in titles for passage in library.index.passages(document)]
        texts = [index_text(titles[p.document_id], p, embedder).text for p in passages]
        baseline.append(bare.encode(texts))
        time.sleep(REST_SECONDS)
    return {
        "ingest both texts, s": min(seconds),
        "bare encode of the same passages, s": min(baseline),
        "ingest / bare encode": min(seconds) / min(baseline),
    }


def _build(library: Library) -> None:
    library.ingest([CORPUS])
    library.search("anything")


def _question(embedder: SentenceTransformerEmbedder, bare: Baseline) -> Figures:
    """One question to its vectors and the places of its tokens, beside a bare encode of it."""
    ours: list[float] = []
    theirs: list[float] = []
    for _ in range(ROUNDS):
        for question in QUESTIONS:
            theirs.append(bare.encode_one(question))
            time.sleep(REST_SECONDS)
            ours.append(_timed(_read, embedder, question))
    return {
        "a question read, median ms": statistics.median(ours) * 1e3,
        "a question read, p99 ms": quantile(ours, 0.99) * 1e3,
        "bare encode of it, median ms": statistics.median(theirs) * 1e3,
        "bare encode of it, p99 ms": quantile(theirs, 0.99) * 1e3,
        "question read / bare encode": statistics.median(ours) / statistics.median(theirs),
    }


def _read(embedder: SentenceTransformerEmbedder, question: str) -> None:
    embedder.embed([question])
    embedder.token_offsets(question)


def _search(url: str, bare: Baseline) -> Figures:
    """``POST /v1/search`` to the running service, one warm client, beside a bare encode of the same question."""
    ours: list[float] = []
    answers: list[float] = []
    theirs: list[float] = []
    with httpx2.Client(base_url=url, timeout=60) as client:
        for number in range(ROUNDS + WARM_UP):
            for question in QUESTIONS:
                encode = bare.encode_one(question)
                time.sleep(REST_SECONDS)
                search = _timed(_post, client, "search", query=question)
                ask = _timed(_post, client, "ask", question=question)
                if number >= WARM_UP:  # the first rounds fill caches
                    theirs.append(encode)
                    ours.append(search)
                    answers.append(ask)
    median, baseline = statistics.median(ours), statistics.median(theirs)
    return {
        "POST /v1/search, median ms": median * 1e3,
        "POST /v1/search, p99 ms": quantile(ours, 0.99) * 1e3,
        "POST /v1/ask, median ms": statistics.median(answers) * 1e3,
        "ask over search, medians": statistics.median(answers) / median,
        "bare encode of the question, median ms": baseline * 1e3,
        "search / bare encode": median / baseline,
        "search p99 / median": quantile(ours, 0.99) / median,
    }


def _crowd(url: str, bare: Baseline) -> Figures:
    """32 clients at once, beside one encode of as many questions in batches."""
    questions = [QUESTIONS[number % len(QUESTIONS)] for number in range(REQUESTS)]
    before = bare.encode(questions)
    time.sleep(REST_SECONDS)
    found = crowd(url, CLIENTS, REQUESTS)
    batched = REQUESTS / min(before, bare.encode(questions))
    return {
        f"{CLIENTS} clients, searches a second": found["a second"],
        f"{CLIENTS} clients, failed requests": found["failed"],
        f"{CLIENTS} clients, median ms": found["median"] * 1e3,
        f"{CLIENTS} clients, p99 ms": found["p99"] * 1e3,
        "bare encode in batches, questions a second": batched,
        f"{CLIENTS} clients / bare encode in batches": found["a second"] / batched,
        "GET /healthz meanwhile, median ms": found["ping median"] * 1e3,
        "GET /healthz meanwhile, p99 ms": found["ping p99"] * 1e3,
        "GET /healthz meanwhile, longest ms": found["ping max"] * 1e3,
    }


def _change(folder: Path, embedder: SentenceTransformerEmbedder) -> Figures:
    """The report again, with a sentence more in the middle of a paragraph."""
    changed = folder / "changed"
    shutil.copytree(CORPUS, changed)
    text = (CORPUS / REPORT).read_bytes()
    at = text.index(b". ", len(text) // 2) + 2
    new = text[:at] + b"The ferry was late that day. " + text[at:]
    (changed / REPORT).write_bytes(new)
    listed = (CORPUS / MANIFEST).read_text(encoding="utf-8")
    old_hash, new_hash = (hashlib.sha256(data).hexdigest() for data in (text, new))
    (changed / MANIFEST).write_text(listed.replace(old_hash, new_hash), encoding="utf-8")
    library = Library(load_settings(data_dir=folder / "0"), embedder)
    library.ingest([CORPUS])
    start = time.perf_counter()
    done = library.ingest([changed / REPORT])[0]
    seconds = time.perf_counter() - start
    library.ingest([CORPUS])  # a service does not start on another version than the corpus folder holds
    return {
        "one paragraph changed, s": seconds,
        "passages of the text": done.info.passages,
        "passages embedded again": done.embedded,
        "share embedded again": done.embedded / done.info.passages,
    }


def _start(folder: Path) -> Figures:
    """From the start of the service to ready, beside importing sentence-transformers and loading the model."""
    ours: list[float] = []
    theirs: list[float] = []
    for _ in range(STARTS):
        with Baseline() as bare:
            theirs.append(bare.seconds_to_load)
        with serving(folder) as (_, seconds):
            ours.append(seconds)
    return {
        "start to ready, s": statistics.median(ours),
        "import and load of the bare model, s": statistics.median(theirs),
        "start to ready / import and load": statistics.median(ours) / statistics.median(theirs),
    }


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
