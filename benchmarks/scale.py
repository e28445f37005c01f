"""The embedded index from six hundred to a million passages: ``python -m benchmarks.scale``.

Texts, vectors and token vectors are made up: words drawn by Zipf's law, a vector for each word; a passage has seven
in ten of a template's words, its vector with noise, and its token vectors. What is done with them is real:
documents of 500 passages are stored, everything is derived, a fresh process opens the index and searches with the
product's own retriever. A search here is all but the question's forward pass through a model, which takes the same
time at every size. Beside it stands an exact scan of all vectors with NumPy. A table is printed as Markdown;
``scale.svg`` shows the search's time over the size, both by powers of ten. ``--sizes 600 100000`` chooses sizes; a
million passages take 14 GB of disk and some minutes.
"""

from __future__ import annotations

import argparse
import json
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from index.threads import quiet_threads

quiet_threads()  # before the numeric libraries are imported, as the command does

import numpy as np

from benchmarks.loglog import draw
from index.contract import DocumentInfo, Entry
from index.embedded import EmbeddedIndex
from index.indexing import index_document
from index.retrieval import Retriever
from ingest.model import Document, Ingested, Passage, PassageKind, Span, passage_id
from ingest.sources import Source
from tests.fakes import HashEmbedder, document

SIZES = (600, 10_000, 100_000, 1_000_000)
PER_DOCUMENT = 500
WORDS, VOCABULARY, TEMPLATES = 80, 50_000, 2_000
NOISE = 0.7
OTHER = 0.3
"""Share of a passage's words that are not its template's."""

QUESTIONS = 300
PICTURE = Path(__file__).with_suffix(".svg")


def main() -> None:
    """Measure each size in processes of its own, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES, help="numbers of passages")
    parser.add_argument("--part", choices=["build", "search"], help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help="where the indexes are made; a temporary folder if left out")
    parser.add_argument("--picture", type=Path, default=PICTURE, help="where the picture is written")
    options = parser.parse_args()
    if options.part:
        part = {"build": build, "search": search}[options.part]
        print(json.dumps(part(options.folder, options.sizes[0])))
        return
    rows = []
    for size in options.sizes:
        with tempfile.TemporaryDirectory(dir=options.folder) as folder:
            rows.append({"passages": size, **_run("build", Path(folder), size), **_run("search", Path(folder), size)})
            print(f"{size} done", file=sys.stderr)
    print(f"{platform.machine()}, python {platform.python_version()}\n")
    print("\n".join(_table(rows)))
    times = {"search": [row["median"] for row in rows], "exact scan": [row["exact"] for row in rows]}
    options.picture.write_text(draw("Search time, ms, over passages", options.sizes, times), encoding="utf-8")


def _run(part: str, folder: Path, size: int) -> dict[str, float]:
    command = [sys.executable, "-m", "benchmarks.scale", "--part", part, "--sizes", str(size), "--folder", str(folder)]
    done = subprocess.run(command, stdout=subprocess.PIPE, check=True, text=True)
    figures: dict[str, float] = json.loads(done.stdout)
    return figures


def _table(rows: list[dict[str, float]]) -> Iterator[str]:
    columns = {
        "store, s": ("store", ".1f"),
        "derive, s": ("derive", ".1f"),
        "open, s": ("open", ".2f"),
        "search median, ms": ("median", ".2f"),
        "p99, ms": ("p99", ".2f"),
        "times that of the first": ("ratio", ".2f"),
        "exact scan, ms": ("exact", ".2f"),
        "recall@10": ("recall", ".3f"),
        "memory, MB": ("memory", ".0f"),
        "disk, MB": ("disk", ".0f"),
    }
    yield "| passages | " + " | ".join(columns) + " |"
    yield "| --- " * (len(columns) + 1) + "|"
    for row in rows:
        row["ratio"] = row["median"] / rows[0]["median"]
        yield f"| {row['passages']:,} | " + " | ".join(f"{row[key]:{form}}" for key, form in columns.values()) + " |"


# --- building ----------------------------------------------------------------------------------------------------


def build(folder: Path, size: int) -> dict[str, float]:
    """Store and derive an index of ``size`` passages."""
    made = _Made()
    index = _open(folder)
    store = derive = 0.0
    for number, start in enumerate(range(0, size, PER_DOCUMENT)):
        document = made.document(number, min(PER_DOCUMENT, size - start))
        began = time.perf_counter()
        index.store.put(*document)
        store += time.perf_counter() - began
    began = time.perf_counter()
    index.search("warm", made.templates[0].vector, 10)
    derive = time.perf_counter() - began
    return {"store": store, "derive": derive}


def _open(folder: Path) -> EmbeddedIndex:
    return EmbeddedIndex(folder, {"model": HashEmbedder().fingerprint})


class _Made:
    """Passages made up from some templates: each most of its template's words, and its vector with noise."""

    def __init__(self) -> None:
        self._drawn = np.random.default_rng(5)
        source = document("made", "\n\n".join(f"{text}." for text in texts(TEMPLATES, WORDS)))
        with tempfile.TemporaryDirectory() as folder:  # cut and packed as any document is
            index = _open(Path(folder))
            index_document(index, HashEmbedder(dim=384), source, Source(Path("made.txt"), "made"), 2 * WORDS)
            held = [passage.text for passage in index.truth.indexed()]
            self.templates = list(index.store.known(held).values())
        self._words = np.array([entry.text.split()[-WORDS:] for entry in self.templates])

    def document(self, number: int, passages: int) -> tuple[Ingested, DocumentInfo, list[Entry]]:
        """Make a document of so many passages."""
        name = f"document-{number:05}"
        chosen = self._drawn.integers(0, len(self.templates), passages)
        noise = self._drawn.standard_normal((passages, 384)).astype(np.float32)
        noise *= NOISE / np.linalg.norm(noise, axis=1, keepdims=True)
        other = self._drawn.random((passages, self._words.shape[1]))
        strange = self._drawn.choice(self._words.ravel(), other.shape)  # by Zipf's law too
        made: list[Passage] = []
        entries: list[Entry] = []
        at = 0
        for position, template in enumerate(chosen):
            text = " ".join(np.where(other[position] < OTHER, strange[position], self._words[template]))
            made.append(_passage(name, at, text, position))
            at += len(text) + 2
            vector = self.templates[template].vector + noise[position]
            entries.append(replace(self.templates[template], text=text, vector=vector / np.linalg.norm(vector)))
        source = Document(name, name, "text/plain", "0" * 64, "\n\n".join(passage.text for passage in made))
        info = DocumentInfo(name, name, source.media_type, source.sha256, len(source.text), passages, 0)
        return Ingested(source, (), (), tuple(made)), info, entries


def _passage(document: str, at: int, text: str, position: int) -> Passage:
    spans = (Span(at, at + len(text)),)
    page = position // 5 + 1
    return Passage(
        passage_id(document, spans), document, position, PassageKind.BODY, text, spans, ("Part",), (page, page), ()
    )


def texts(count: int, words: int, seed: int = 3) -> list[str]:
    """Texts of ``words`` words each, drawn by Zipf's law; the same each time."""
    drawn = np.random.default_rng(seed)
    weights = 1 / np.arange(1, VOCABULARY + 1)
    chosen = drawn.choice(VOCABULARY, (count, words), p=weights / weights.sum())
    return [" ".join(f"w{word}" for word in row) for row in chosen]


# --- searching ---------------------------------------------------------------------------------------------------


def search(folder: Path, size: int) -> dict[str, float]:
    """Open the index of ``size`` passages in a fresh process, and search it."""
    embedder = HashEmbedder(dim=384)
    asked = [" ".join(text.split()[5:65:5]) for text in texts(TEMPLATES, WORDS)[: QUESTIONS + 10]]
    before = _resident()
    began = time.perf_counter()
    index = _open(folder)
    retriever = Retriever(index, embedder)
    questions = [retriever.read(text) for text in asked]
    opened = time.perf_counter() - began
    seconds: list[float] = []
    for question in questions:
        began = time.perf_counter()
        retriever.search(question, 8)
        seconds.append(time.perf_counter() - began)
    memory = _resident() - before
    ours = [[c.passage_id for c in _nearest(index, q.text, q.vector)] for q in questions[:QUESTIONS]]
    recall, exact = _exact(index, [question.vector for question in questions[:QUESTIONS]], ours)
    timed = seconds[10:]  # the first fill caches
    return {
        "open": opened,
        "median": statistics.median(timed) * 1e3,
        "p99": statistics.quantiles(timed, n=100)[98] * 1e3,
        "memory": memory / 1e6,
        "recall": recall,
        "exact": exact * 1e3,
        "disk": sum(file.stat().st_size for file in folder.rglob("*") if file.is_file()) / 1e6,
    }


def _nearest(index: EmbeddedIndex, text: str, vector: np.ndarray) -> list:  # type: ignore[type-arg]
    found = index.search(text, vector, 100).candidates
    return sorted(found, key=lambda candidate: -candidate.dense)[:10]


def _exact(index: EmbeddedIndex, vectors: list, ours: list[list[str]]) -> tuple[float, float]:  # type: ignore[type-arg]
    """Share of the 10 nearest that were found, and seconds that one scan of all vectors takes."""
    held, rows = index.truth.vectors(), index.truth.rows
    seconds: list[float] = []
    shares: list[float] = []
    for vector, found in zip(vectors, ours, strict=True):
        began = time.perf_counter()
        scores = held @ vector
        best = np.argpartition(-scores, min(10, len(scores) - 1))[:10]
        seconds.append(time.perf_counter() - began)
        wanted = set(index.truth.ids(rows[best].tolist()).values())
        shares.append(len(wanted & set(found)) / len(wanted))
    return statistics.mean(shares), statistics.median(seconds)


def _resident() -> int:
    """Bytes of this process that are in memory."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * 4096


if __name__ == "__main__":
    main()
