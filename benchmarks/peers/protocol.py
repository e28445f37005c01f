"""What every system speaks: JSON lines on stdin and stdout, with two commands. Standard library only.

``build FOLDER MODEL`` reads ``{"document": id, "text": …}`` lines, leaves an index in FOLDER, and prints one line
``{"passages": n, "memory": bytes, "versions": {…}}``. ``ask FOLDER MODEL`` opens that index and answers each line
``{"question": …, "k": n}`` by ``{"seconds": s, "found": [{"document", "text", "spans"}…]}``, best first; after the
last it prints ``{"memory": bytes}``. What a library prints itself goes to stderr.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from typing import TextIO

_PARAGRAPH = re.compile(r"\S(?:[^\n]|\n(?!\s*\n))*")
_STATUS = Path("/proc/self/status")
_PEAK = re.compile(r"^VmHWM:\s+(\d+) kB", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Piece:
    """A text that is indexed or was found, of a document.

    ``spans`` are the ranges of the document's characters it was read from, in order, so far as the system knows.
    """

    document: str
    text: str
    spans: tuple[tuple[int, int], ...] = ()

    @classmethod
    def at(cls, document: str, text: str, start: int) -> Piece:
        """Make a piece that stands in its document as it is, from ``start`` on."""
        return cls(document, text, ((start, start + len(text)),))


@dataclass(frozen=True, slots=True)
class Task:
    """Where the index is, the folder with the model, and what else was asked for."""

    folder: Path
    model: str
    options: frozenset[str]


Documents = dict[str, str]
Search = Callable[[str, int], Sequence[Piece]]


def serve(build: Callable[[Task, Documents], int], opened: Callable[[Task], Search], packages: Sequence[str]) -> None:
    """Speak for a system: ``build`` gives the number of passages, ``opened`` what searches them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("command", choices=["build", "ask"])
    parser.add_argument("folder", type=Path)
    parser.add_argument("model")
    chosen, options = parser.parse_known_args()
    task = Task(chosen.folder, chosen.model, frozenset(options))
    with _quiet_stdout() as out:
        if chosen.command == "build":
            rows = map(json.loads, sys.stdin)
            count = build(task, {row["document"]: row["text"] for row in rows})
            _tell(out, passages=count, memory=_peak(), versions={name: version(name) for name in packages})
        else:
            _answer(opened(task), out)
            _tell(out, memory=_peak())


def _answer(search: Search, out: TextIO) -> None:
    for line in iter(sys.stdin.readline, ""):
        asked = json.loads(line)
        start = time.perf_counter()
        found = search(asked["question"], asked["k"])
        seconds = time.perf_counter() - start
        _tell(out, seconds=seconds, found=[asdict(piece) for piece in found])


def _quiet_stdout() -> TextIO:
    """The real stdout, for us alone: what others print goes to stderr."""
    own = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    return own


def _tell(out: TextIO, **row: object) -> None:
    out.write(json.dumps(row) + "\n")
    out.flush()


def _peak() -> int | None:
    """Bytes of memory this process held at the most, where the system says so."""
    met = _PEAK.search(_STATUS.read_text()) if _STATUS.exists() else None
    return int(met.group(1)) * 1024 if met else None


def pieces(task: Task, documents: Documents) -> list[Piece]:
    """Texts as they are indexed by what has no splitter: paragraphs, or whole texts if those are asked for."""
    if "--whole" in task.options:
        return [Piece(document, " ".join(text.split())) for document, text in documents.items()]
    return [piece for document, text in documents.items() for piece in _paragraphs(document, text)]


def _paragraphs(document: str, text: str) -> Iterator[Piece]:
    for match in _PARAGRAPH.finditer(text):
        yield Piece.at(document, match.group().rstrip(), match.start())
