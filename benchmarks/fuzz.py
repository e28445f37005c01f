"""Feeds ingestion damaged bytes until it breaks a promise: ``python -m benchmarks.fuzz --minutes 10 --seed 1``.

Seeds are the corpus, this project's own Markdown, synthetic documents of every style of notes, and hand-made debris.
Each run takes a few pieces of them, changes bytes of the result (flips, cuts, repeats, foreign signs), decodes it the
way a file is decoded, ingests it, and checks (see ``violations``):

* no exception but ``ingest.errors.SourceError``, which says that bytes are no text;
* every Span of every passage and note re-reads to its text (promise 1);
* Blocks tile the source; each Block of the body is in a passage, each note in its own and, if called, in one that calls
  it (promise 2);
* on one run in twenty, a second ingestion gives the same.

What takes longer than ``--slow`` seconds per kilobyte is listed, and fails nothing. The smallest text that breaks each
promise is written to ``--out``, shrunk by cutting as long as it still breaks it; ``--again FILE`` checks such a file.
"""

from __future__ import annotations

import argparse
import hashlib
import sys
import time
import traceback
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from random import Random

from ingest.errors import SourceError
from ingest.model import BlockKind, Footnote, Ingested, Passage, PassageKind, Span
from ingest.pipeline import ingest
from ingest.reading import read_spans
from ingest.sources import Source, decode
from ingest.styles import BRACKET_MARKER
from tests.ingest.synthetic import STYLES, write

MAX_BYTES = 12_000
MAX_TOKENS = 40
ALLOWED = 5
"""Kilobytes that an input is taken to be longer than it is, so that what is done once for each text is not slow."""

MARKUP = frozenset("\\^{}*&[]$|-:_#=\ufeff")
"""What may go unread besides markers and printed note numbers."""

SIGNS = (
    *"\n\t\f\v\x1c\x85\xa0\xad\u0301\u200b\u2028\u2029\u202e\ufeff 。！٣½①ſßﬁǅİ😀\U0010ffffAailIO|",
    *("\n ", "\n\n", "\r\n", "  ", "[1]: ", "[^1]: ", "[1, 2]", "## ", "Ibid. ", "URL: ", "Table 1", "Figure 1"),
    *("op. cit.", "supra note 1", "Chapter I", "Article 1", "....... 5", "Notes", "References", "Contents"),
    *"- [^ [^1] ] [ [1] [1–9999] ^{ ^{1} ^1 } $ $^{1}$ * ** † ‡ § ¶ # ¹ ²³ ⁴⁵⁶⁷ º 1 12. 99999".split(),
    *r"0 ` ``` ~~~ --- === \ \footnotemark[1] \footnotetext[1]{ <sup>1</sup> <sup>".split(),
    *("http://", "https://a.b/c_", "www.", "://", "&", "&quot;", "&amp;", "&nbsp;", "&}quot;", "[&]quot;"),
)
"""What texts are damaged with."""


@dataclass(slots=True)
class Findings:
    """What was found: runs, texts that were refused as no text, and for each fault the smallest input."""

    runs: int = 0
    refused: int = 0
    faults: dict[str, bytes] = field(default_factory=dict)
    slow: list[tuple[float, bytes]] = field(default_factory=list)


def count_tokens(text: str) -> int:
    """Words, and one for each four letters of a long one, as a tokenizer of word pieces counts."""
    return sum(1 + len(word) // 8 for word in text.split())


def ingested(data: bytes) -> Ingested:
    """Ingest bytes as those of a file. Raises SourceError where they are no text."""
    return ingest(decode(data, Source(Path("fuzz.txt"), "fuzz")), count_tokens, MAX_TOKENS)


def violations(result: Ingested) -> Iterator[str]:
    """Yield the promises that a document's blocks, notes and passages break."""
    source = result.document.text
    parts: list[Passage | Footnote] = [*result.passages, *result.footnotes]
    for part in parts:
        if read_spans(source, part.spans) != part.text or not part.text.strip():
            yield f"the spans of a {type(part).__name__} do not give its text again"
    if any(count_tokens(passage.text) > MAX_TOKENS for passage in result.passages):
        yield "a passage is longer than the limit"
    if len({passage.id for passage in result.passages}) < len(result.passages):
        yield "two passages have one id"
    ends = [0, *(block.span.end for block in result.blocks)]
    starts = [*(block.span.start for block in result.blocks), len(source)]
    if ends != starts or any(not block.span.contains(block.content) for block in result.blocks):
        yield "blocks do not tile the source"
    yield from _unread(result)
    yield from _unlinked(result)


def _unread(result: Ingested) -> Iterator[str]:
    """Characters, and blocks of the body, that are in no passage."""
    source = result.document.text
    read = bytearray(len(source))
    called = bytearray(len(source))
    for start, end in (span for passage in result.passages for span in passage.spans):
        read[start:end] = b"\1" * (end - start)
    groups = [Span(*group.span()) for group in BRACKET_MARKER.finditer(source)]  # goes as a whole: "[3, 5]"
    for start, end in (span for note in result.footnotes for span in _taken_out(note, groups)):
        called[start:end] = b"\1" * (end - start)
    for block in result.blocks:
        if block.kind is BlockKind.FURNITURE:
            continue
        start, end = block.content
        text = source[start:end].replace("&nbsp;", " " * 6)
        left = {c for at, c in enumerate(text, start) if not read[at] and not called[at] and not c.isspace()}
        if left - MARKUP:
            yield f"characters of a {block.kind} are in no passage"
        if block.kind is not BlockKind.FOOTNOTE and not any(read[start:end]) and not left <= MARKUP:
            yield f"a {block.kind} is in no passage"


def _taken_out(note: Footnote, groups: Sequence[Span]) -> list[Span]:
    """What reading leaves out for a note: its number and its markers, those in a group with the group."""
    around = [
        groups[at]
        for marker in note.markers
        if (at := bisect_right(groups, marker.start, key=lambda group: group.start) - 1) >= 0
        and groups[at].contains(marker)
    ]
    return [*note.markers, *around, *([note.printed] if note.printed else [])]


def _unlinked(result: Ingested) -> Iterator[str]:
    """Notes without a passage of their own, or whose callers do not name them."""
    own = {key for p in result.passages if p.kind is PassageKind.FOOTNOTE for key in p.footnotes}
    calling = {key for p in result.passages if p.kind is not PassageKind.FOOTNOTE for key in p.footnotes}
    keys = [note.key for note in result.footnotes]
    if keys != sorted(set(keys)) and len(set(keys)) < len(keys):
        yield "two notes have one key"
    if own != set(keys):
        yield "a note has no passage of its own"
    if calling != {note.key for note in result.footnotes if note.markers}:
        yield "a note is not named by the passage that calls it, or by another"
    for note in result.footnotes:
        yield from _wrong(note, own, len(result.document.text))


def _wrong(note: Footnote, keys: set[int], length: int) -> Iterator[str]:
    """What a note says of itself that cannot be."""
    if any(not 0 <= span.start < span.end <= length for span in _spans_of(note)):
        yield "a span of a note is outside the source"
    if note.printed and any(note.printed.overlaps(span) for span in note.spans):
        yield "the printed number of a note is part of its text"
    if any(one.overlaps(two) for one, two in pairwise(sorted(note.markers))):
        yield "two markers of a note overlap"
    if note.refers_to is not None and note.refers_to not in keys:
        yield "a note points at none"
    if not 0 <= note.confidence <= 1:
        yield "a confidence is outside 0..1"


def _spans_of(note: Footnote) -> list[Span]:
    return [*note.spans, *note.markers, *note.caller, *(span for span in (note.printed, note.region) if span)]


def check(data: bytes, twice: bool = False) -> list[str]:
    """The promises that ingesting ``data`` breaks; a crash is one, by its type and place. Empty for refused bytes."""
    try:
        result = ingested(data)
        found = sorted({*violations(result)})
        if twice and ingested(data) != result:
            found.append("a second ingestion gives something else")
    except SourceError:
        return []
    except Exception as error:  # noqa: BLE001 -- any other exception is what is looked for
        where = traceback.extract_tb(error.__traceback__)[-1]
        return [f"{type(error).__name__} in {Path(where.filename).name}:{where.name}"]
    return found


def seeds() -> list[bytes]:
    """Texts to damage."""
    files = [*sorted(Path("corpus").glob("*.txt")), Path("README.md"), Path("CHANGELOG.md")]
    found = [path.read_bytes() for path in files if path.exists()]
    found += [
        write(style, notes, 7, damage).text.encode() for style in STYLES for notes, damage in ((6, 0.0), (20, 0.15))
    ]
    return found


def mutated(rng: Random, texts: Sequence[bytes], size: int = MAX_BYTES) -> bytes:
    """A damaged text: pieces of some texts, or signs alone, with a few changes."""
    kind = rng.random()
    if kind < 0.1:
        return "".join(rng.choice(SIGNS) for _ in range(rng.randint(1, 400))).encode()
    if kind < 0.15:
        pool = rng.sample(SIGNS, 3)
        return "".join(rng.choice(pool) for _ in range(rng.randint(1, 1500))).encode()
    data = bytearray()
    for _ in range(rng.choice((1, 1, 2, 4))):
        text = rng.choice(texts)
        start = rng.randrange(len(text))
        data += text[start : start + int(size ** rng.uniform(0.4, 1.0))] + rng.choice((b"", b"\n", b"\n\n", b"\f"))
    for _ in range(int(2 ** rng.uniform(0, 7))):
        rng.choice(CHANGES)(rng, data)
    return bytes(data[: 2 * size])


def _flip(rng: Random, data: bytearray) -> None:
    if data:
        data[rng.randrange(len(data))] = rng.choice(
            (rng.randrange(128), rng.randrange(32, 127), 10, 32, 48 + rng.randrange(10))
        )


def _insert(rng: Random, data: bytearray) -> None:
    at = rng.randint(0, len(data))
    data[at:at] = (rng.choice(SIGNS) * rng.choice((1, 1, 1, 2, 3, 30))).encode()


def _delete(rng: Random, data: bytearray) -> None:
    at = rng.randint(0, len(data))
    del data[at : at + rng.choice((1, 1, 2, 5, 50, 500))]


def _repeat(rng: Random, data: bytearray) -> None:
    at = rng.randint(0, len(data))
    part = data[at : at + rng.choice((1, 3, 10, 100, 400))]
    data[at:at] = part * rng.choice((1, 2, 5))


def _move(rng: Random, data: bytearray) -> None:
    at, to = rng.randint(0, len(data)), rng.randint(0, len(data))
    part = data[at : at + rng.choice((5, 40, 300))]
    data[to:to] = part


def _join_lines(rng: Random, data: bytearray) -> None:
    at = data.find(b"\n", rng.randint(0, len(data)))
    if at >= 0:
        data[at : at + 1] = rng.choice((b" ", b"\n\n", b"\r\n", b"-\n", b"\f", b"", b"\t"))


def _renumber(rng: Random, data: bytearray) -> None:
    places = [at for at, byte in enumerate(data) if 48 <= byte < 58]
    if places:
        at = rng.choice(places)
        data[at : at + 1] = str(rng.choice((0, 1, 2, 9, 10, 999, 99999))).encode()


CHANGES: tuple[Callable[[Random, bytearray], None], ...] = (
    _flip,
    _insert,
    _insert,
    _delete,
    _repeat,
    _move,
    _join_lines,
    _renumber,
)


def shrink(data: bytes, fault: str, seconds: float = 30.0) -> bytes:
    """Cut parts out of ``data`` for as long as it still shows ``fault``, for at most some seconds."""
    until = time.monotonic() + seconds
    size = len(data) // 2
    while size and time.monotonic() < until:
        at = 0
        while at < len(data) and time.monotonic() < until:
            shorter = data[:at] + data[at + size :]
            if fault in check(shorter):
                data = shorter
            else:
                at += size
        size //= 2
    return data


def fuzz(rng: Random, until: Callable[[int], bool], slow: float) -> Findings:
    """Damage and check texts until ``until`` says so of the number of runs."""
    findings = Findings()
    texts = seeds()
    while not until(findings.runs):
        findings.runs += 1
        data = mutated(rng, texts)
        start = time.process_time()
        found = check(data, twice=findings.runs % 20 == 0)
        seconds = time.process_time() - start
        if seconds > slow * (ALLOWED + len(data) / 1000) * (2 if findings.runs % 20 == 0 else 1):
            findings.slow.append((seconds, data))
        for fault in found:
            if len(data) < len(findings.faults.get(fault, data + b" ")):
                if fault not in findings.faults:
                    print(f"run {findings.runs}, {len(data)} bytes: {fault}", flush=True)
                findings.faults[fault] = data
    return findings


def main() -> None:
    """Fuzz, print what was found, write the smallest inputs; the exit status is 1 where a promise was broken."""
    options = _options()
    if options.again:
        found = check(options.again.read_bytes(), twice=True)
        print("\n".join(found) or "every promise holds")
        sys.exit(bool(found))
    until = time.monotonic() + 60 * options.minutes
    findings = fuzz(Random(options.seed), lambda _: time.monotonic() > until, options.slow)  # noqa: S311
    print(f"{findings.runs} runs, {len(findings.faults)} kinds of faults, {len(findings.slow)} slow inputs")
    for fault, data in findings.faults.items():
        smallest = shrink(data, fault)
        print(f"{len(smallest)} bytes: {fault}: {smallest[:200]!r}")
        _write(options.out, "fault", smallest)
    for seconds, data in sorted(findings.slow, reverse=True)[:5]:
        print(f"slow: {seconds:.1f} s for {len(data)} bytes: {data[:80]!r}")
        _write(options.out, "slow", data)
    sys.exit(bool(findings.faults))


def _write(folder: Path | None, kind: str, data: bytes) -> None:
    if folder is not None:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{kind}-{hashlib.sha256(data).hexdigest()[:8]}.txt").write_bytes(data)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.fuzz", description="Ingestion fed with damaged bytes.")
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--slow", type=float, default=0.1, help="seconds per kilobyte from which an input is slow")
    parser.add_argument("--out", type=Path, help="folder for the smallest inputs that break promises, and slow ones")
    parser.add_argument("--again", type=Path, help="check this file and do nothing else")
    return parser.parse_args()


if __name__ == "__main__":
    main()
