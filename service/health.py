"""The promises of an index, each as a check that can fail."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from index.embedded import EmbeddedIndex
from index.embedder import Embedder
from index.snapshot import Snapshot
from ingest.model import Document, Ingested
from ingest.reading import read_spans

TEXTS = "texts"
UNUSED = "unused"
DERIVED = "derived"
REPAIR = "run: ibid doctor --repair"
SAMPLE = 16
"""Passages that are embedded again, to see that the model still gives what is stored."""

SAME = 0.999
"""Least cosine of two vectors of one text: they differ a little by what was embedded beside it."""


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong, and in which document, empty where it is in none."""

    document_id: str
    what: str


@dataclass(frozen=True, slots=True)
class Check:
    """How many things were looked at, what is said if all are well, the faults found, and what mends them."""

    name: str
    count: int
    well: str
    faults: tuple[Fault, ...]
    mend: str = REPAIR

    def __add__(self, other: Check) -> Check:
        """The same check of more things."""
        return Check(self.name, self.count + other.count, self.well, self.faults + other.faults, self.mend)


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
    )
    passages, notes = truth.passages_of(name), truth.footnotes(name)
    wrong = tuple(Fault(name, p.id) for p in passages if read_spans(source, p.spans) != p.text)
    yield Check("passages", len(passages), "re-read from their sources exactly", wrong)
    wrong = tuple(Fault(name, f"{name} note {n.label}") for n in notes if read_spans(source, n.spans) != n.text)
    yield Check("footnotes", len(notes), "re-read from their sources exactly", wrong)
    tiled = [block.span for block in again.blocks]
    whole = all(a.end == b.start for a, b in pairwise(tiled)) and (
        (tiled[0].start, tiled[-1].end) == (0, len(source)) if tiled else not source
    )
    cut = whole and list(again.passages) == passages and list(again.footnotes) == notes
    yield Check(
        "documents", 1, "are cut into the same passages again, nothing lost", () if cut else (Fault(name, name),)
    )


def check_index(index: EmbeddedIndex, truth: Snapshot, embedder: Embedder) -> Iterator[Check]:
    """Check the vectors, what is derived, and that nothing is kept that nothing uses."""
    yield Check("vectors", len(truth.rows), "are of unit length, with token vectors", tuple(_vectors(truth)))
    texts = truth.sample(SAMPLE)
    faults = []
    for (document_id, passage_id, _, vector), embedded in zip(
        texts, embedder.embed([text for _, _, text, _ in texts]), strict=True
    ):
        if len(vector) != len(embedded.vector) or not float(vector @ embedded.vector) >= SAME:
            faults.append(Fault(document_id, passage_id))
    yield Check("model", len(texts), "sampled passages are embedded as they are stored", tuple(faults))
    faults = [Fault("", what) for what in index.derived_faults()]
    yield Check(DERIVED, max(1, len(faults)), "generation of it is whole, and as the truth says", tuple(faults))
    unused = truth.unused_vectors()
    faults = [Fault("", f"vector {number}") for number in unused]
    yield Check(UNUSED, len(unused), "vectors are kept that no passage has", tuple(faults))


def _vectors(truth: Snapshot) -> Iterator[Fault]:
    for document_id, passage_id, vector, tokens in truth.stored_vectors():
        values = np.frombuffer(vector, dtype="<f4")
        if not abs(float(np.linalg.norm(values)) - 1) < 1e-3 or not tokens:
            yield Fault(document_id, passage_id)
