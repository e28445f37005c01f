"""How many wrong sentences of a language model are told from right ones, and what the checking costs a stream.

Run: ``python -m benchmarks.postcheck [--held | --forms] [--each]``. The sentences of ``benchmarks/data`` were written
by reading the corpus: half of them say in other words what they cite, half have a wrong number, name, date, quotation
or mark. A mark [n] stands for the n-th passage named, then for what a search for the question finds. ``--held`` takes a
second set that was written before any result was seen, and used for nothing else; ``--forms`` a third, by another
author, of numbers, dates, sums and quotations in forms that the rules did not know then. ``--each`` shows each
sentence.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import re
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from index.retrieval import Hit
from ingest.model import PassageKind
from ingest.words import LanguageWords
from service.answer import Sentence, Support, Token
from service.asking import Asking, Way
from service.checking import Checker
from service.generator import OpenAIGenerator
from service.library import Library
from service.marks import Said, Sentences
from service.settings import load_settings
from service.writer import LLMWriter

DATA = Path(__file__).parent / "data"
CORPUS = Path(__file__).parents[1] / "corpus"
LEAST_FLAGGED = 0.95
MOST_FALSE = 0.05
MOST_SECONDS = 0.05
ROUNDS = 30


@dataclass(frozen=True, slots=True)
class Row:
    """A sentence, the question it answers, words of the passages it may cite, and what is wrong with it."""

    question: str
    sentence: str
    cites: tuple[str, ...]
    wrong: str


def read_rows(path: Path) -> list[Row]:
    """The sentences of a set."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return [Row(row["question"], row["sentence"], tuple(row["cites"]), row["wrong"]) for row in map(json.loads, lines)]


def hits_of(library: Library, row: Row) -> list[Hit]:
    """The passages named, then those found for the question, as many as a search gives."""
    everything = [
        passage
        for info in library.index.documents()
        for passage in library.index.passages(info.id)
        if passage.kind is not PassageKind.FOOTNOTE
    ]
    named = []
    for words in row.cites:
        [passage] = [passage for passage in everything if words in passage.text]
        title = library.document(passage.document_id).title
        notes = tuple(library.index.footnotes(passage.document_id, passage.footnotes)) if passage.footnotes else ()
        named.append(Hit(passage, title, 1.0, 1.0, 1.0, 1.0, notes))
    ids = {hit.passage.id for hit in named}
    found = [hit for hit in library.search(row.question) if hit.passage.id not in ids]
    return [*named, *found][: library.settings.k]


def judged(checker: Checker, library: Library, row: Row) -> list[tuple[Sentence, float]]:
    """What the check says of a row's sentence, and its score."""
    hits = hits_of(library, row)
    sentences = Sentences(len(hits))
    parts = [*sentences.feed(row.sentence), *sentences.end()]
    checked = [checker.check(part, row.question, hits) for part in parts if isinstance(part, Said)]
    return [(one.sentence, one.score) for one in checked]


HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n"


def displaced(row: Row) -> Row | None:
    """A right sentence with its marks moved to passages that the search found beside its own; None for a wrong one."""
    if row.wrong:
        return None
    count = len(row.cites)
    moved = re.sub(r"\[(\d+)\]", lambda mark: f"[{int(mark[1]) + count}]", row.sentence)
    return Row(row.question, moved, row.cites, "mark")


class Model:
    """An OpenAI-compatible server that sends a text word by word, and notes when the first word left it."""

    def __init__(self, text: str) -> None:
        self._words = [f"{word} " for word in text.split()]
        self.first_at = 0.0

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Read a request, send a completion."""
        head = await reader.readuntil(b"\r\n\r\n")
        await reader.readexactly(int(re.findall(rb"(?i)content-length: *(\d+)", head)[0]))
        writer.write(HEAD)
        for number, word in enumerate(self._words):
            choice = {"index": 0, "delta": {"content": word}, "finish_reason": None}
            if number == 0:
                self.first_at = time.perf_counter()
            writer.write(b"data: " + json.dumps({"id": "1", "choices": [choice]}).encode() + b"\n\n")
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(reader.read(), 0.01)  # the next word, or the client hangs up
                break
        writer.close()


async def first_tokens(library: Library, question: str, text: str) -> list[float]:
    """Seconds from a server's first token to the first that is streamed, a few times; over real sockets."""
    model = Model(text)
    server = await asyncio.start_server(model.answer, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    writer = LLMWriter(library, OpenAIGenerator(f"http://127.0.0.1:{port}/v1", "scripted"))
    seconds: list[float] = []
    for _ in range(ROUNDS):
        async with contextlib.aclosing(writer.events(Asking(question, way=Way.LLM))) as events:
            async for event in events:
                if isinstance(event, Token):
                    seconds.append(time.perf_counter() - model.first_at)
                    break
    server.close()
    return seconds


def shown(rows: Sequence[Row], found: Sequence[list[tuple[Sentence, float]]]) -> Iterator[str]:
    """One line a sentence that was judged against what it is."""
    for row, one in zip(rows, found, strict=True):
        for sentence, score in one:
            yield f"{row.wrong or 'right':6} {sentence.support:11} {score:.2f} {sentence.text} | {sentence.reason}"


def main() -> None:
    """Measure, and fail where a bar is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    sets = parser.add_mutually_exclusive_group()
    sets.add_argument("--held", action="store_const", dest="name", const="postcheck_held", default="postcheck")
    sets.add_argument("--forms", action="store_const", dest="name", const="postcheck_forms")
    parser.add_argument("--each", action="store_true")
    options = parser.parse_args()
    rows = read_rows(DATA / f"{options.name}.jsonl")
    with TemporaryDirectory() as folder:
        library = Library(load_settings({}, data_dir=Path(folder)))
        library.ingest([CORPUS])
        checker = Checker(library.index, library.embedder, LanguageWords("en"))
        found = [judged(checker, library, row) for row in rows]
        moved = [judged(checker, library, one) for one in map(displaced, rows) if one is not None]
        question = "How did trade between Russia and China develop in 2021?"
        seconds = asyncio.run(first_tokens(library, question, rows[0].sentence))
    if options.each:
        print(*shown(rows, found), sep="\n")
    lost = sum(any(sentence.support is not Support.SUPPORTED for sentence, _ in one) for one in moved)
    flagged = [any(sentence.support is not Support.SUPPORTED for sentence, _ in one) for one in found]
    wrong = [flag for row, flag in zip(rows, flagged, strict=True) if row.wrong]
    right = [flag for row, flag in zip(rows, flagged, strict=True) if not row.wrong]
    print(f"wrong sentences flagged: {sum(wrong)} of {len(wrong)} (bar: at least {LEAST_FLAGGED:.0%})")
    print(f"right sentences flagged: {sum(right)} of {len(right)} (bar: at most {MOST_FALSE:.0%})")
    print(f"right sentences flagged where they cite another passage that was found: {lost} of {len(moved)}")
    if options.each:
        print(
            *(f"moved  {s.support:11} {score:.2f} {s.text} | {s.reason}" for one in moved for s, score in one), sep="\n"
        )
    print(
        f"first streamed token after the model's first: median {1000 * median(seconds):.1f} ms, "
        f"longest of {ROUNDS} {1000 * max(seconds):.1f} ms (bar: {1000 * MOST_SECONDS:.0f} ms)"
    )
    met = sum(wrong) >= LEAST_FLAGGED * len(wrong) and sum(right) <= MOST_FALSE * len(right)
    raise SystemExit(0 if met and max(seconds) <= MOST_SECONDS else 1)


if __name__ == "__main__":
    main()
