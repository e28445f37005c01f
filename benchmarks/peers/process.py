"""Running a system: its index is built by one process, and asked in another that has only the index."""

from __future__ import annotations

import json
import os
import subprocess
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Timer
from types import TracebackType
from typing import IO, Any

from benchmarks.peers.environments import PeerError, last_line
from benchmarks.peers.protocol import Piece

ROOT = Path(__file__).parents[2]
LIMIT_SECONDS = 3600
END_SECONDS = 30
LOG = "stderr.txt"
OFFLINE = {
    "HF_HUB_OFFLINE": "1",
    "TRANSFORMERS_OFFLINE": "1",
    "ANONYMIZED_TELEMETRY": "False",
    "HAYSTACK_TELEMETRY_ENABLED": "False",
    "DO_NOT_TRACK": "1",
}
"""Nothing is downloaded, and nothing is told to anybody."""


@dataclass(frozen=True, slots=True)
class Run:
    """What a system found for each question, best first, and what it took.

    ``index_s`` is from the start of the process to an index on disk; ``cold_s`` from the start of another to its
    first answer; ``seconds`` those of each question but the first; ``memory`` the most bytes either process held.
    """

    found: tuple[tuple[Piece, ...], ...]
    passages: int
    versions: dict[str, str]
    index_s: float
    cold_s: float
    seconds: tuple[float, ...]
    memory: int | None


@dataclass(frozen=True, slots=True)
class Job:
    """A system to be run: the ``command`` that starts its module, and what follows "build" or "ask" on it.

    ``folder`` is where it works; the index goes there, too.
    """

    command: tuple[str, ...]
    folder: Path
    model: Path
    options: tuple[str, ...] = ()

    def arguments(self, what: str) -> list[str]:
        """The whole command line to build or to ask."""
        return [*self.command, what, str(self.folder / "index"), str(self.model), *self.options]


def run(job: Job, documents: Mapping[str, str], questions: Sequence[str], k: int) -> Run:
    """Build an index of ``documents`` and ask for ``k`` pieces for each question. Raises PeerError."""
    (job.folder / "index").mkdir(parents=True, exist_ok=True)
    began = time.perf_counter()
    with _Talk(job, "build") as talk:
        talk.say({"document": document, "text": text} for document, text in documents.items())
        built = talk.last()
    index_s = time.perf_counter() - began
    began = time.perf_counter()
    with _Talk(job, "ask") as talk:
        answers = [talk.ask({"question": questions[0], "k": k})]
        cold_s = time.perf_counter() - began
        answers += [talk.ask({"question": question, "k": k}) for question in questions[1:]]
        ended = talk.last()
    return Run(
        found=tuple(tuple(map(_piece, answer["found"])) for answer in answers),
        passages=built["passages"],
        versions=built["versions"],
        index_s=index_s,
        cold_s=cold_s,
        seconds=tuple(answer["seconds"] for answer in answers[1:]),
        memory=max((row["memory"] for row in (built, ended) if row["memory"]), default=None),
    )


def _piece(row: Mapping[str, Any]) -> Piece:
    return Piece(row["document"], row["text"], tuple((start, end) for start, end in row["spans"]))


class _Talk:
    """A process that speaks JSON lines; it is ended when it takes too long."""

    def __init__(self, job: Job, what: str) -> None:
        self._job = job
        self._what = what
        self._log = job.folder / f"{what}-{LOG}"

    def __enter__(self) -> _Talk:
        with self._log.open("w", encoding="utf-8") as log:
            self._process = subprocess.Popen(
                self._job.arguments(self._what),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
                encoding="utf-8",
                env=os.environ | OFFLINE | {"PYTHONPATH": str(ROOT)},
                cwd=self._job.folder,
            )
        self._limit = Timer(LIMIT_SECONDS, self._process.kill)
        self._limit.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if error is None:
                self._process.wait(END_SECONDS)  # what it has said may not all be on disk yet
        except subprocess.TimeoutExpired:
            pass  # a library's threads keep it up; it has done what it was asked for
        finally:
            self._limit.cancel()
            self._process.kill()
            self._process.wait()
            self._output.close()

    def say(self, rows: Iterable[Mapping[str, Any]]) -> None:
        """Send rows. Raises PeerError."""
        try:
            for row in rows:
                self._input.write(json.dumps(row) + "\n")
            self._input.flush()
        except BrokenPipeError as error:
            raise self._failed() from error

    def ask(self, row: Mapping[str, Any]) -> dict[str, Any]:
        """Send a row, and wait for what is said to it. Raises PeerError."""
        self.say([row])
        return self._next()

    def last(self) -> dict[str, Any]:
        """Send the end, and wait for the last word. Raises PeerError."""
        self._input.close()
        return self._next()

    def _next(self) -> dict[str, Any]:
        line = self._output.readline()
        if not line:
            raise self._failed()
        row: dict[str, Any] = json.loads(line)
        return row

    def _failed(self) -> PeerError:
        self._process.wait()
        return PeerError(
            f"could not {self._what}: {last_line(self._log.read_text(encoding='utf-8', errors='replace'))}"
        )

    @property
    def _input(self) -> IO[str]:
        assert self._process.stdin is not None
        return self._process.stdin

    @property
    def _output(self) -> IO[str]:
        assert self._process.stdout is not None
        return self._process.stdout
