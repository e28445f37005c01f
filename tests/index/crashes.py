"""A process that is killed at some instant of a change, and all that must be so afterwards.

Run as a program it kills many, and prints what it saw, a line of JSON each::

    python tests/index/crashes.py --operation upsert --kills 50 --seed 1

The process that does so starts no thread and uses no index itself: it forks a child to be killed, and another one to
look at what that has left. What was imported is there already, so that a kill takes a fraction of a second.
"""

from __future__ import annotations

import argparse
import json
import os
import pickle
import select
import shutil
import signal
import sqlite3
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
from corpora import MEMORY
from fakes import HashEmbedder, document
from texts import LIGHTHOUSES, REPORT

from index.contract import DocumentInfo, Filters
from index.dense import FLAT_MAX
from index.embedder import index_text, token_counter
from index.indexing import index_document
from ingest.errors import NotFound
from ingest.pipeline import ingest
from ingest.sources import Source
from service.doctor import examine
from service.library import Library
from service.settings import Settings

MAX_TOKENS = 40
QUESTIONS = ("Where do herons nest?", "lamp 7 keeper", "the goats of Cape Merrow", "islands of the north", "silt")


def log(paragraphs: int, word: str = "lit", changed: int = 0) -> str:
    """A text of so many short paragraphs, the first few in other words where some are ``changed``."""
    rows = [
        f"Paragraph {row} says that lamp {row % 17} was {'mended' if row < changed else word} by keeper {row % 11} in "
        f"year {1700 + row}, before ship {row % 5} came home from the islands of the north."
        for row in range(paragraphs)
    ]
    return "The Log\n\n" + "\n\n".join(rows) + "\n"


BEFORE = {"report": REPORT, "lights": LIGHTHOUSES, "log": log(40)}
NEW = log(530, "seen")
"""More than are embedded before the first of them are stored."""


def put(library: Library, name: str, text: str) -> None:
    """As ``Library.put``, short of making the change ready."""
    made, source = document(name, text, "A Title"), Source(Path(f"{name}.txt"), name)
    index_document(library.index, library.embedder, made, source, MAX_TOKENS)


@dataclass(frozen=True)
class Operation:
    """A change: how it is written, how it is made ready, what is there before and after."""

    write: Callable[[Library], None]
    before: dict[str, str]
    after: dict[str, str]
    changed: str = ""
    """The document that is embedded."""

    def finish(self, library: Library) -> None:
        """Make it ready."""
        library.index.refresh()

    def run(self, library: Library, written: Callable[[], None] = lambda: None) -> None:
        """All of it."""
        self.write(library)
        written()
        self.finish(library)


class Compaction(Operation):
    """Also what it does to the file after it is ready."""

    def finish(self, library: Library) -> None:
        """Make it ready, and give the room back."""
        library.index.refresh()
        library.index.store.checkpoint()


OPERATIONS = {
    "ingest": Operation(lambda library: put(library, "new", NEW), BEFORE, {**BEFORE, "new": NEW}, "new"),
    "upsert": Operation(
        lambda library: put(library, "log", log(48, changed=5)), BEFORE, {**BEFORE, "log": log(48, changed=5)}, "log"
    ),
    "delete": Operation(
        lambda library: library.index.delete("log"), BEFORE, {n: t for n, t in BEFORE.items() if n != "log"}
    ),
    "compact": Compaction(lambda library: library.index.store.compact(), BEFORE, BEFORE),
}


@dataclass(frozen=True)
class State:
    """What an index holds, and what it answers."""

    documents: list[DocumentInfo]
    answers: list[list[tuple[str, float, float]]]

    @classmethod
    def of(cls, library: Library) -> State:
        """The state of a library. Only filtered searches are exact where the vectors are in inverted lists."""
        documents = library.index.documents()
        everything = Filters(document_ids=frozenset(info.id for info in documents))
        answers = []
        for question in QUESTIONS:
            [asked] = library.embedder.embed([question])
            found = library.index.search(question, asked.vector, 25, everything).candidates
            answers.append([(c.passage_id, round(c.dense, 5), round(c.lexical, 4)) for c in found])
            hits = library.search(question, 8, everything)
            answers.append([(hit.passage.id, round(hit.score, 3), round(hit.late, 4)) for hit in hits])
        return cls(documents, answers)


def opened(folder: Path, flat_max: int = FLAT_MAX) -> Library:
    """The library in a folder, with an embedder that counts from nothing."""
    return Library(settings(folder), HashEmbedder(), flat_max)


def settings(folder: Path) -> Settings:
    """Settings of the library in a folder."""
    return Settings(data_dir=folder, corpus_dir=folder / "none", max_tokens=MAX_TOKENS)


def filled(folder: Path, texts: dict[str, str], flat_max: int) -> State:
    """Make an index from nothing."""
    library = opened(folder, flat_max)
    for name, text in texts.items():
        put(library, name, text)
    library.index.refresh()
    return State.of(library)


def based(folder: Path, operation: Operation, flat_max: int) -> State:
    """Make the index that is to be changed; not in one go, so that there is room in its file that nothing uses."""
    library = opened(folder, flat_max)
    put(library, "old", log(60, "lost"))
    library.index.refresh()
    library.index.delete("old")
    for name, text in operation.before.items():
        put(library, name, text)
        library.index.refresh()
    return State.of(library)


# --- what must be so -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Seen:
    """What a killed process has left: the state, vectors that had been stored already, and what is wrong."""

    state: str
    stored: int = 0
    wrong: str = ""


def inspect(folder: Path, operation: Operation, old: State, new: State, flat_max: int) -> Seen:
    """Look at what is left, do again what was broken off, and look once more."""
    library = opened(folder, flat_max)
    documents = library.index.store.snapshot().documents()
    state = "new" if documents == new.documents and changed(library, folder) else "old"
    expected = new if state == "new" else old
    faults = [*_faults(folder, library, expected)]
    again = opened(folder, flat_max)
    texts = _texts(operation)
    stored = len(again.index.store.known(texts))
    with suppress(NotFound):  # deleted already
        operation.run(again)
    due = 0 if state == "new" else len(texts) - stored
    if again.embedder.embedded != due:
        faults.append(f"{again.embedder.embedded} embedded, not {due}")
    faults += [f"done again: {fault}" for fault in _faults(folder, again, new)]
    return Seen(state, stored, "; ".join(faults))


def changed(library: Library, folder: Path) -> bool:
    """Whether the index is a change further than its base."""
    return library.index.store.generation > int((folder.parent / "generation").read_text())


def _texts(operation: Operation) -> set[str]:
    """What is embedded of the changed document."""
    if not operation.changed:
        return set()
    embedder = HashEmbedder()
    made = document(operation.changed, operation.after[operation.changed], "A Title")
    passages = ingest(made, token_counter(embedder), MAX_TOKENS).passages
    return {index_text(made.title, passage, embedder).text for passage in passages}


def _faults(folder: Path, library: Library, expected: State) -> Iterator[str]:
    found = State.of(library)
    if found.documents != expected.documents:
        yield f"documents {[info.id for info in found.documents]}"
    if found.answers != expected.answers:
        yield "other answers than of an index made from nothing"
    ready = library.index.refresh()
    if not np.array_equal(ready.lexical.rows, ready.truth.rows) or not np.array_equal(
        ready.dense.rows, ready.truth.rows
    ):
        yield "Tantivy, FAISS and SQLite hold other passages"
    yield from (f"{f.check}: {f.detail}" for f in examine(settings(folder), embedder=HashEmbedder()) if not f.ok)


# --- processes -----------------------------------------------------------------------------------------------


def in_child(work: Callable[[], Any]) -> Any:  # noqa: ANN401 (whatever the work gives)
    """What ``work`` gives in a process of its own."""
    with tempfile.TemporaryFile(buffering=0) as answer:
        child = os.fork()
        if not child:
            _end(lambda: answer.write(pickle.dumps(work())))
        _, status = os.waitpid(child, 0)
        if status:
            raise RuntimeError(f"a child ended with {status}")
        answer.seek(0)
        return pickle.load(answer)  # noqa: S301 (our own)


def _end(work: Callable[[], object]) -> None:
    """Do the last thing of a child."""
    status = 1
    try:
        work()
        sys.stdout.flush()
        status = 0
    except BaseException:  # noqa: BLE001 (shown)
        traceback.print_exc()
    finally:
        os._exit(status)


def kill(folder: Path, operation: Operation, flat_max: int, after: float, when_written: bool) -> bool:
    """Kill a process ``after`` so many seconds of the change, or of making it ready; False if it was done by then."""
    hears, says = os.pipe()
    child = os.fork()
    if not child:
        os.close(hears)
        _end(lambda: operation.run(opened(folder, flat_max), lambda: os.write(says, b"written") and None))
    os.close(says)
    try:
        if when_written:
            os.read(hears, 7)
        limit = time.monotonic() + after
        while (left := limit - time.monotonic()) > 0:
            if select.select([hears], [], [], left)[0] and not os.read(hears, 7):
                break
        os.kill(child, signal.SIGKILL)
    finally:
        os.close(hears)
        _, status = os.waitpid(child, 0)
    if os.WIFEXITED(status) and os.WEXITSTATUS(status):
        raise RuntimeError("the change failed by itself")
    return os.WIFSIGNALED(status)


FILE_EVENTS = ("open", "os.rename", "os.mkdir", "os.remove", "os.rmdir", "shutil.rmtree", "sqlite3.connect")


def kill_at_event(folder: Path, operation: Operation, flat_max: int, number: int) -> bool:
    """Kill a process just before Python's file operation of that number in the folder; False where it has fewer."""
    child = os.fork()
    if not child:
        left = number

        def watch(event: str, values: tuple[object, ...]) -> None:
            nonlocal left
            if event in FILE_EVENTS and str(folder) in str(values[0]):
                left -= 1
                if left < 0:
                    os.kill(os.getpid(), signal.SIGKILL)

        sys.addaudithook(watch)
        _end(lambda: operation.run(opened(folder, flat_max)))
    _, status = os.waitpid(child, 0)
    if os.WIFEXITED(status) and os.WEXITSTATUS(status):
        raise RuntimeError("the change failed by itself")
    return os.WIFSIGNALED(status)


class Bench:
    """One operation, to be killed again and again."""

    def __init__(self, folder: Path, name: str, flat_max: int) -> None:
        self.operation = OPERATIONS[name]
        self.flat_max = flat_max
        self._folder = folder
        self._base = folder / "base"
        self.old: State = in_child(partial(based, self._base, self.operation, flat_max))
        expected: State = in_child(partial(filled, folder / "old", self.operation.before, flat_max))
        if self.old != expected:
            raise RuntimeError("the base differs from an index made from nothing")
        self.new: State = in_child(partial(filled, folder / "new", self.operation.after, flat_max))
        connection = sqlite3.connect(self._base / "ibid.sqlite3")
        generation = connection.execute("SELECT value FROM meta WHERE key = 'generation'").fetchone()[0]
        connection.close()
        (folder / "generation").write_text(generation)
        self.seconds_written, self.seconds_ready = self._measure()

    def _measure(self) -> tuple[float, float]:
        """How long writing takes, and making it ready, in a process that nobody kills."""
        times = []
        for _ in range(3):
            with self._copy() as copy:
                times.append(in_child(partial(self._times, copy)))
        return max(t[0] for t in times), max(t[1] for t in times)

    def _times(self, folder: Path) -> tuple[float, float]:
        began, written = time.monotonic(), []
        self.operation.run(opened(folder, self.flat_max), lambda: written.append(time.monotonic()))
        ended = time.monotonic()
        return written[0] - began, ended - written[0]

    @contextmanager
    def _copy(self) -> Iterator[Path]:
        copy = self._folder / "copy"
        shutil.copytree(self._base, copy)
        try:
            yield copy
        finally:
            shutil.rmtree(copy)

    def kill(self, drawn: Random) -> Seen:
        """Kill at an instant drawn from before it is written, or from after, as often as not."""
        while True:
            when_written = drawn.random() < 0.5
            after = drawn.random() * (self.seconds_ready if when_written else self.seconds_written)
            with self._copy() as copy:
                if kill(copy, self.operation, self.flat_max, after, when_written):
                    return self._seen(copy)

    def kill_at_events(self, first: int, step: int) -> Iterator[Seen]:
        """Kill before every ``step``-th file operation, from the ``first`` on."""
        number = first
        while True:
            with self._copy() as copy:
                if not kill_at_event(copy, self.operation, self.flat_max, number):
                    return
                yield self._seen(copy)
            number += step

    def _seen(self, copy: Path) -> Seen:
        seen: Seen = in_child(partial(inspect, copy, self.operation, self.old, self.new, self.flat_max))
        return seen


def main() -> None:
    """Kill as often as is asked, and print what was seen."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--operation", choices=[*OPERATIONS], action="append", required=True)
    parser.add_argument("--kills", type=int, default=50, help="instants, for each operation")
    parser.add_argument("--events", type=int, default=0, help="kill also before every so manieth file operation")
    parser.add_argument("--flat-max", type=int, default=FLAT_MAX, help="vectors that are searched exactly")
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    drawn = Random(asked.seed)  # noqa: S311 (no secret)
    for name in asked.operation:
        with tempfile.TemporaryDirectory(dir=MEMORY) as folder:
            bench = Bench(Path(folder), name, asked.flat_max)
            for _ in range(asked.kills):
                _show(name, "instant", bench.kill(drawn))
            if asked.events:
                for seen in bench.kill_at_events(drawn.randrange(asked.events), asked.events):
                    _show(name, "event", seen)


def _show(name: str, kind: str, seen: Seen) -> None:
    sys.stdout.write(json.dumps({"operation": name, "kind": kind, **asdict(seen)}) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
