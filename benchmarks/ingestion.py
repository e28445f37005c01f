"""How fast ingestion is, and how much memory it takes: ``python -m benchmarks.ingestion --sizes 1 5 25 50``.

For each kind of text (the corpus repeated, prose without notes, synthetic documents of several styles of notes, tables)
and each size in megabytes, a process of its own ingests the text once and is gone. It prints

* MB/s: the text's UTF-8 size by processor seconds, on one core; tokens are counted as words, which costs next to
  nothing, so that this is the speed of ingestion itself (``--tokens model`` counts with the default model's own);
* split MB/s: the baseline, in the same process: ``re.split`` into paragraphs, and those into sentences, and no more;
* of 1 MB: the speed beside that of the smallest size of the same kind, 1.00 if time grows as the text does;
* memory: the peak of the process, less what it held before it read the text, by the text's size; the text is in it.

Long texts are made of many documents one behind the other, as in a volume of collected papers: the numbering of notes
starts anew in each, names of notes are told apart.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from ingest.model import Document
from ingest.packing import CountTokens
from ingest.pipeline import ingest
from tests.ingest.synthetic import write
from tests.ingest.synthetic.prose import Prose
from tests.ingest.synthetic.words import FIELDS

SIZES = (1, 5, 25, 50)
MEGABYTE = 1_000_000
REPORT = Path("corpus/russian-chinese-dialogue-2022.txt")
STYLES = {
    "page bottom, superscript": "superscript",
    "page bottom, plain digits": "plain",
    "page bottom, anew on each page": "page-restart",
    "page bottom, signs": "signs",
    "endnotes by chapter": "chapter-endnotes",
    "Markdown": "markdown-inline",
    "Markdown, names": "markdown-named",
    "bracketed": "bracketed",
}
NOTES = 80
DAMAGE = 0.05
VARIETY = 400_000
"""Characters of different text before a kind begins to repeat itself."""

BARE_COUNTERS = ("words", "model")
HEAD = ("kind", "MB", "MB/s", "split MB/s", "of 1 MB", "memory ×")
Parts = Iterator[str]


def report() -> Parts:
    """The corpus's report, again and again."""
    text = REPORT.read_bytes().decode()
    while True:
        yield text


def prose() -> Parts:
    """Paragraphs without notes."""
    writer = _writer()
    while True:
        yield " ".join(writer.sentence() for _ in range(6))


def tables() -> Parts:
    """Tables of figures, with tabs and as Markdown, a paragraph between two."""
    rng = random.Random(1)  # noqa: S311
    writer = _writer()
    number = 0
    while True:
        number += 1
        left, right, mark = ("| ", " |", " | ") if number % 2 else ("", "", "\t")
        names = ["Year", *writer.sentence().split()[:4]]
        rule = ["|---" * len(names) + "|"] if number % 2 else []
        rows = [[str(year), *(f"{rng.uniform(1, 9999):,.1f}" for _ in names[1:])] for year in range(1990, 2020)]
        lines = [left + mark.join(names) + right, *rule, *(left + mark.join(row) + right for row in rows)]
        yield f"Table {number}. {writer.sentence()}\n\n" + "\n".join(lines) + f"\n\n{writer.sentence()}"


def styled(style: str) -> Parts:
    """Synthetic documents of one style; names of notes get the number of their document."""
    seed = 0
    while True:
        text = write(style, NOTES, seed, DAMAGE).text
        yield re.sub(r"\[\^(?=[^\]\s]+\])", f"[^{seed}-", text) if style.startswith("markdown") else text
        seed += 1


def _writer() -> Prose:
    rng = random.Random(1)  # noqa: S311
    return Prose(rng, FIELDS[0], "unicode", "“”")


KINDS: dict[str, Callable[[], Parts]] = {
    "the report": report,
    "prose, no notes": prose,
    **{name: partial(styled, style) for name, style in STYLES.items()},
    "tables": tables,
}


def text_of(kind: str, size: int) -> str:
    """A text of one kind with at least ``size`` bytes of UTF-8, whole documents one behind the other."""
    parts: list[str] = []
    length = characters = place = 0
    for part in KINDS[kind]():
        parts.append(part)
        length += len(part.encode()) + 2
        characters += len(part)
        if length >= size or characters >= VARIETY:
            break
    varied = len(parts)
    while length < size:  # what repeats itself costs nothing to make, and names that come back are told apart
        again = re.sub(r"\[\^(?=[^\]\s]+\])", f"[^{len(parts)}-", parts[place % varied])
        parts.append(again)
        length += len(again.encode()) + 2
        place += 1
    return "\n\n".join(parts)


def split(text: str) -> int:
    """The baseline: paragraphs and sentences by ``re.split``, as many a script does it. Returns how many."""
    paragraphs = [part for part in re.split(r"\n\s*\n", text) if part.strip()]
    return sum(len(re.split(r"(?<=[.!?])\s+", paragraph)) for paragraph in paragraphs)


def count_words(text: str) -> int:
    """As good as free."""
    return text.count(" ") + 1


def measure(path: Path, count_tokens: CountTokens) -> dict[str, float]:
    """Ingest a file in this process. Returns seconds, those of the baseline and of counting, and memory in bytes."""
    before = _peak()
    document = Document("text", "Text", "text/plain", "0" * 64, path.read_bytes().decode())
    counting = 0.0

    def timed(text: str) -> int:
        nonlocal counting
        start = time.process_time()
        number = count_tokens(text)
        counting += time.process_time() - start
        return number

    start = time.process_time()
    result = ingest(document, count_tokens if count_tokens is count_words else timed)
    seconds = time.process_time() - start
    memory = _peak() - before
    start = time.process_time()
    split(document.text)
    baseline = time.process_time() - start
    return {
        "seconds": seconds,
        "baseline": baseline,
        "counting": counting,
        "memory": memory,
        "notes": len(result.footnotes),
        "passages": len(result.passages),
    }


def _peak() -> int:
    """The most memory that this process has held, in bytes."""
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most if sys.platform == "darwin" else most * 1024


def _counter(name: str) -> CountTokens:
    if name == "words":
        return count_words
    from index.embedder import token_counter
    from index.models import SentenceTransformerEmbedder

    count = token_counter(SentenceTransformerEmbedder())
    count("warm up")
    return count


def main() -> None:
    """Measure each kind and size in a process of its own, and print the table."""
    options = _options()
    if options.file:
        print(json.dumps(measure(options.file, _counter(options.tokens))))
        return
    if options.make:
        options.make.write_bytes(text_of(options.kinds[0], int(options.sizes[0] * MEGABYTE)).encode())
        return
    print("| " + " | ".join(HEAD) + " |\n" + "| --- " * len(HEAD) + "|", flush=True)
    for kind in options.kinds:
        first = None
        for size in options.sizes:
            found, length = _apart(kind, size, options.tokens)
            speed = length / MEGABYTE / found["seconds"]
            first = first or speed
            cells = [kind, f"{length / MEGABYTE:.1f}", f"{speed:.2f}", f"{length / MEGABYTE / found['baseline']:.1f}"]
            cells += [f"{speed / first:.2f}", f"{found['memory'] / length:.1f}"]
            more = f" counting tokens {found['counting'] / found['seconds']:.0%}" if options.tokens == "model" else ""
            print("| " + " | ".join(cells) + " |" + more, flush=True)


def _apart(kind: str, size: float, tokens: str) -> tuple[dict[str, float], int]:
    """Measure one text in a process of its own. Returns the figures and the text's size in bytes."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "text.txt"
        # Made in a process of its own too: a child counts what its parent holds when it starts as its own peak.
        _run("--make", str(path), "--kinds", kind, "--sizes", str(size))
        return json.loads(_run("--file", str(path), "--tokens", tokens)), path.stat().st_size


def _run(*arguments: str) -> str:
    command = [sys.executable, "-m", "benchmarks.ingestion", *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.ingestion", description="The speed of ingestion.")
    parser.add_argument("--sizes", nargs="+", type=float, default=list(SIZES), metavar="MB")
    parser.add_argument("--kinds", nargs="+", default=list(KINDS), choices=list(KINDS), metavar="KIND")
    parser.add_argument("--tokens", choices=BARE_COUNTERS, default="words", help="count words, or with the model's own")
    parser.add_argument("--file", type=Path, help="measure this one file in this process, as JSON")
    parser.add_argument("--make", type=Path, help="write the text of the first kind and size to this file")
    return parser.parse_args()


if __name__ == "__main__":
    main()
