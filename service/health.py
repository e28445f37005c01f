"""The promises of an index, each as a check that can fail."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TypeVar

import numpy as np

from index.embedded import EmbeddedIndex
from index.embedder import Embedder, Vectors
from index.rows import path_key
from index.snapshot import Snapshot, StoredVector
from ingest.errors import IndexNotReady
from ingest.model import Document, Footnote, Ingested, Passage
from ingest.reading import read_spans

TEXTS = "texts"
UNUSED = "unused"
DERIVED = "derived"
REPAIR = "run: ibid doctor --repair"
SAMPLE = 16
"""Passages that are embedded again, to see that the model still gives what is stored."""

SAME = 0.999
"""Least cosine of two vectors of one text: they differ a little by what was embedded beside it."""

Stored = TypeVar("Stored", Passage, Footnote)


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong, and in which document, empty where it is in none."""

    document_id: str
    what: str


@dataclass(frozen=True, slots=True)
class Check:
    """How many things were looked at, what is said if all are well, the faults found, what mends them, their names."""

    name: str
    count: int
    well: str
    faults: tuple[Fault, ...]
    mend: str = REPAIR
    names: tuple[str, ...] = ()

    def __add__(self, other: Check) -> Check:
        """The same check of more things."""
        return replace(
            self, count=self.count + other.count, faults=self.faults + other.faults, names=self.names + other.names
        )


def check_document(document: Document, again: Ingested, truth: Snapshot) -> Iterator[Check]:
    """Compare what is stored of a document with its text, and with what is understood of that ``again``."""
    source, name = document.text, document.id
    same = hashlib.sha256(source.encode()).hexdigest() == document.sha256
    yield Check(
        TEXTS,
        1,
        "are exactly what was ingested",
        () if same else (Fault(name, name),),
        "run: ibid ingest PATH, with the file that it was made from",
        (name,),
    )
    passages, faults = _read(name, lambda: truth.passages_of(name))
    faults += [Fault(name, p.id) for p in passages if read_spans(source, p.spans) != p.text]
    yield Check("passages", len(passages) or len(faults), "re-read from their sources exactly", tuple(faults))
    notes, faults = _read(name, lambda: truth.footnotes(name))
    faults += [Fault(name, f"{name} note {n.label}") for n in notes if read_spans(source, n.spans) != n.text]
    yield Check("footnotes", len(notes) or len(faults), "re-read from their sources exactly", tuple(faults))
    cut = (
        _covers(again, source)
        and (list(again.passages), list(again.footnotes)) == (passages, notes)
        and truth.columns(name)
        == [(p.id, p.kind, path_key(p.section), *p.pages, frozenset(p.footnotes)) for p in passages]
    )
    yield Check(
        "documents", 1, "are cut into the same passages again, nothing lost", () if cut else (Fault(name, name),)
    )


def _read(document_id: str, read: Callable[[], list[Stored]]) -> tuple[list[Stored], list[Fault]]:
    """What is stored of a document, or the fault that it cannot be read."""
    try:
        return read(), []
    except IndexNotReady as error:
        return [], [Fault(document_id, f"{document_id}, where {str(error).partition(';')[0]}")]


def _covers(ingested: Ingested, source: str) -> bool:
    """Whether every character of ``source`` is in one block."""
    tiled = [block.span for block in ingested.blocks]
    if not tiled:
        return not source
    return (tiled[0].start, tiled[-1].end) == (0, len(source)) and all(a.end == b.start for a, b in pairwise(tiled))


def check_index(index: EmbeddedIndex, truth: Snapshot, embedder: Embedder) -> Iterator[Check]:
    """Check the vectors, what is derived, and whether anything is kept that nothing uses."""
    count = len(truth.rows)
    wrong: list[Fault] = []
    sample: list[StoredVector] = []
    for place, stored in enumerate(truth.stored_vectors()):
        if not _is_vector(stored) or stored.key != index.store.vector_key(stored.text):
            wrong.append(Fault(stored.document_id, stored.passage_id))
        elif place % max(1, count // SAMPLE) == 0 and len(sample) < SAMPLE:
            sample.append(stored)
    well = "are of their passage's text, of unit length, with token vectors"
    yield Check("vectors", count, well, tuple(wrong))
    embedded = embedder.embed([stored.text for stored in sample])
    yield Check(
        "model",
        len(sample),
        "sampled passages are embedded as they are stored",
        tuple(
            Fault(v.document_id, v.passage_id)
            for v, again in zip(sample, embedded, strict=True)
            if not _is_same(_vector(v), again.vector)
        ),
    )
    faults = [Fault("", what) for what in index.derived_faults()]
    yield Check(DERIVED, max(1, len(faults)), "generation is whole, and holds what the documents hold", tuple(faults))
    # They are no fault: who begins again what was cut off need not embed them again.
    unused = truth.unused_vectors()
    mended = "; `ibid compact` lets go of them" if unused else ""
    yield Check(UNUSED, unused, f"vectors are kept that no passage has{mended}", ())


def _vector(stored: StoredVector) -> Vectors:
    return np.frombuffer(stored.vector or b"", dtype="<f4")


def _is_vector(stored: StoredVector) -> bool:
    if not stored.vector or len(stored.vector) % 4 or not stored.has_tokens:
        return False
    return bool(abs(float(np.linalg.norm(_vector(stored))) - 1) < 1e-3)


def _is_same(one: Vectors, other: Vectors) -> bool:
    return len(one) == len(other) and float(one @ other) >= SAME
