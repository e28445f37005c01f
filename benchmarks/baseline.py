"""The bare model in a process of its own, as somebody would use it who has only sentence-transformers.

None of Ibid's settings of threads or kernels holds there. It is asked in turns with what it is a baseline for, and
measures its own time, so that talking to it costs nothing.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from index.models import default_folder
from index.threads import quiet_threads


class Baseline:
    """``SentenceTransformer(model)`` of the default model behind a pipe. Loaded when it is entered."""

    def __init__(self) -> None:
        self.seconds_to_load = 0.0

    def __enter__(self) -> Self:
        start = time.perf_counter()
        self._process = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.baseline"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            env=plain_environment(),
        )
        self._line()
        self.seconds_to_load = time.perf_counter() - start
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._process.kill()
        self._process.communicate()

    def encode(self, texts: Sequence[str]) -> float:
        """Seconds that one ``encode`` of ``texts`` takes."""
        return float(self._ask({"texts": list(texts)}))

    def encode_one(self, text: str) -> float:
        """Seconds that ``encode`` of one text takes, given as it stands."""
        return float(self._ask({"text": text}))

    def _ask(self, question: dict[str, object]) -> str:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(question) + "\n")
        self._process.stdin.flush()
        return self._line()

    def _line(self) -> str:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise SystemExit("the process with the bare model has ended")
        return line


def plain_environment() -> dict[str, str]:
    """What the environment of this process is without what Ibid sets in it."""
    own: dict[str, str] = {}
    quiet_threads(own)
    kept = {name: value for name, value in os.environ.items() if own.get(name) != value}
    return {**kept, "HF_HUB_OFFLINE": "1"}


def _serve(folder: Path) -> None:
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(str(folder), device="cpu")
    print("loaded", flush=True)
    model.encode(["warm up"])
    for line in sys.stdin:
        asked: dict[str, Any] = json.loads(line)
        texts = asked.get("texts") or asked["text"]
        start = time.perf_counter()
        model.encode(texts)
        print(time.perf_counter() - start, flush=True)


if __name__ == "__main__":
    _serve(default_folder())
