"""A system as small as one can be: a line is a passage, and those with more of the question's words come first."""

from __future__ import annotations

import json
from collections.abc import Sequence

from benchmarks.peers.protocol import Documents, Piece, Search, Task, serve

HELD = "lines.json"


def build(task: Task, documents: Documents) -> int:
    """Keep every line that says something."""
    print("libraries print what they like")  # noqa: T201 (that is the point)
    if "--broken" in task.options:
        raise ValueError("no model of that name")
    lines = [(name, line) for name, text in documents.items() for line in text.splitlines() if line]
    (task.folder / HELD).write_text(json.dumps(lines), encoding="utf-8")
    return len(lines)


def opened(task: Task) -> Search:
    """Read the lines."""
    lines = json.loads((task.folder / HELD).read_text(encoding="utf-8"))

    def search(question: str, k: int) -> Sequence[Piece]:
        print("even while they search")  # noqa: T201
        words = set(question.lower().split())
        ranked = sorted(lines, key=lambda line: -len(words & set(line[1].lower().split())))
        return [Piece(name, line) for name, line in ranked[:k]]

    return search


if __name__ == "__main__":
    serve(build, opened, ["pytest"])
