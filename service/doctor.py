"""What ``ibid doctor`` looks at: whether an index keeps its promises."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from index.store import FILE
from ingest.errors import IbidError
from ingest.reading import read_spans
from service.library import Library
from service.settings import Settings


@dataclass(frozen=True, slots=True)
class Finding:
    """One check: what was looked at, whether it is well, and what was seen or what to do."""

    check: str
    ok: bool
    detail: str


def examine(settings: Settings) -> list[Finding]:
    """Check model, index file, texts, passages, footnotes and vectors, in that order; stop where none can follow."""
    try:
        if not (settings.data_dir / FILE).exists():
            return [Finding("index", False, f"there is none in {settings.data_dir}; run: ibid ingest PATH")]
        library = Library(settings)
        findings = [Finding("model", True, library.embedder.fingerprint)]
        damage = library.index.store.damage()
        if damage is not None:
            return [*findings, Finding("file", False, f"{' '.join(damage.split())}; run: ibid ingest --rebuild PATH")]
        library.check_corpus()
        return [
            *findings,
            Finding("file", True, f"generation {library.index.generation}"),
            *_contents(library),
        ]
    except IbidError as error:
        return [Finding(error.title.lower(), False, str(error))]


def _contents(library: Library) -> Iterator[Finding]:
    mend = "run: ibid ingest --rebuild"
    held = library.index.store.snapshot()
    texts = {info.id: library.index.text(info.id) for info in held.documents}
    wrong = [i.id for i in held.documents if hashlib.sha256(texts[i.id].encode()).hexdigest() != i.sha256]
    yield _finding("texts", wrong, len(texts), f"are exactly what was ingested ({', '.join(texts)})", mend)
    wrong = [p.id for p in held.passages if read_spans(texts[p.document_id], p.spans) != p.text]
    yield _finding("passages", wrong, len(held.passages), "re-read from their sources exactly", mend)
    notes = [(info.id, note) for info in held.documents for note in library.index.footnotes(info.id)]
    wrong = [f"{i} note {n.label}" for i, n in notes if read_spans(texts[i], n.spans) != n.text]
    yield _finding("footnotes", wrong, len(notes), "re-read from their sources exactly", mend)
    lengths = np.linalg.norm(held.vectors, axis=1) if held.passages else np.ones(0)
    wrong = [p.id for p, length in zip(held.passages, lengths, strict=True) if not abs(length - 1) < 1e-3]
    yield _finding("vectors", wrong, len(held.passages), "are of unit length", mend)


def _finding(check: str, wrong: list[str], count: int, well: str, mend: str) -> Finding:
    if wrong:
        return Finding(check, False, f"{len(wrong)} of {count} are wrong, first {wrong[0]}; {mend}")
    return Finding(check, True, f"{count} {well}")
