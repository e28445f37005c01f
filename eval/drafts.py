"""A question set that grows: each question is in the file, whole, as soon as it is made."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from eval.questions import Judgement, load_questions
from ingest.errors import QuestionSetError


class Drafts:
    """The question set at ``path``, which need not be there yet, and the lines that were added to it here.

    ``text_of`` and ``documents`` are those of ``load_questions``. Raises QuestionSetError for what is no question set.
    """

    def __init__(self, path: Path, text_of: Callable[[str], str], documents: Callable[[], Iterable[str]]) -> None:
        if not path.absolute().parent.is_dir():
            raise QuestionSetError(f"there is no folder {path.absolute().parent}; make it, or name another file: --out")
        self.path = path
        self.before: list[Judgement] = []
        self.passages: list[str | None] = []
        self._added: list[bytes] = []
        if path.exists() and path.read_bytes().strip():
            self.before = load_questions(path, text_of, documents)
            rows = (json.loads(line) for line in path.read_text(encoding="utf-8-sig").split("\n") if line.strip())
            self.passages = [row.get("passage") for row in rows]

    def add(self, row: Mapping[str, object]) -> None:
        """Put a question at the end of the file, on the disk. Raises OSError, and leaves the file as it was."""
        line = json.dumps(row, ensure_ascii=False).encode() + b"\n"
        with self.path.open("a+b", buffering=0) as file:
            end = file.seek(0, os.SEEK_END)
            if end:
                file.seek(end - 1)
                line = line if file.read(1) == b"\n" else b"\n" + line
            try:
                written = file.write(line)
                os.fsync(file.fileno())
            except OSError:
                file.truncate(end)
                raise
            if written != len(line):
                file.truncate(end)
                raise OSError(f"{self.path} cannot be written: the disk is full")
        self._added.append(line)

    def take_back(self) -> None:
        """Take the last question that was added here out again. Raises QuestionSetError where another follows it."""
        line = self._added[-1]
        data = self.path.read_bytes()
        if not data.endswith(line):
            raise QuestionSetError(f"{self.path} was changed meanwhile; take the question out of it by hand")
        os.truncate(self.path, len(data) - len(line))
        self._added.pop()
