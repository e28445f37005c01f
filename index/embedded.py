"""The embedded index: SQLite is the truth; FAISS and Tantivy are derived from it for each generation."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from threading import Lock

import numpy as np

from index.cache import RecentlyUsed
from index.contract import Candidate, DocumentInfo, Entry, Filters, Pool
from index.derived import Busy, DerivedFolder
from index.embedder import Vectors
from index.generation import Generation, catch_up
from index.lexical import LexicalIndex
from index.snapshot import Snapshot
from index.store import Store
from ingest.errors import NotFound
from ingest.model import Footnote, Ingested, Passage

CACHED_TOKENS = 4096
"""Passages whose packed token vectors are kept; about 10 kB each."""

CACHED_IDS = 200_000
"""Rows whose passage's id is kept."""


class EmbeddedIndex:
    """An ``Index`` in one folder of the local disk. Safe from several threads and processes.

    Whoever first sees that there is a new generation makes it ready; the others go on with the one before and wait
    for nobody.
    """

    def __init__(self, folder: Path, fingerprint: dict[str, str]) -> None:
        self._store = Store(folder, fingerprint)
        self._store.create()
        self._derived = DerivedFolder(folder)
        self._lock = Lock()
        self._current: Generation | None = None
        self._written = 0
        self._ids: RecentlyUsed[int, str] = RecentlyUsed(CACHED_IDS)
        self._tokens: RecentlyUsed[tuple[int, str], bytes] = RecentlyUsed(CACHED_TOKENS)

    @property
    def store(self) -> Store:
        """The truth below, for what is no search."""
        return self._store

    @property
    def truth(self) -> Snapshot:
        """The truth as it is searched now."""
        return self._load().truth

    @property
    def generation(self) -> int:
        """Number of changes since the index was made, up to the one that is searched."""
        return self._load().truth.generation

    # --- changing --------------------------------------------------------------------------------------

    def upsert(self, ingested: Ingested, info: DocumentInfo, entries: Sequence[Entry]) -> None:
        """Put a document in the place of what was there under its id, in one transaction."""
        self._store.put(ingested, info, entries)
        self._written = self._store.generation

    def delete(self, document_id: str) -> None:
        """Take a document out in one transaction. Raises NotFound."""
        self._store.remove(document_id)
        self._written = self._store.generation

    def compact(self) -> None:
        """Give the room of what was deleted back to the disk, and make anew what is derived."""
        self._store.compact()
        self._written = self._store.generation
        self._load()

    def derived_faults(self, truth: Snapshot) -> list[str]:
        """What is wrong with the derived files, as they lie on the disk; what is not there yet is no fault."""
        stamp = self._derived.stamp()
        if stamp.build != truth.build:
            return []
        damaged = self._derived.damaged(stamp)
        if damaged or stamp.generation != truth.generation or not stamp.lexical:
            return damaged
        rows = LexicalIndex.open(self._derived.path / stamp.lexical).rows
        return [] if np.array_equal(rows, truth.rows) else [f"{stamp.lexical} holds other passages"]

    # --- searching -------------------------------------------------------------------------------------

    def search(self, question: str, vector: Vectors, pool: int, filters: Filters | None = None) -> Pool:
        """The nearest passages by cosine and the best by BM25, each with both scores, by passage id."""
        current = self._load()
        if filters == Filters():
            filters = None
        near = current.dense.search(vector, pool, None if filters is None else current.truth.allowed(filters))
        worded = current.lexical.search(question, pool, filters)
        ids = self._ids_of(current, [*near.rows.tolist(), *worded])
        cosines = dict(zip(near.rows.tolist(), near.scores.tolist(), strict=True))
        chosen = _best(cosines, ids, pool) | _best(worded, ids, pool)
        rows = sorted(chosen, key=ids.__getitem__)
        dense = current.dense.scores(vector, np.array(rows, dtype=np.int64))
        lexical = worded | current.lexical.scores(question, [row for row in rows if row not in worded])
        candidates = (Candidate(ids[r], float(d), lexical.get(r, 0.0)) for r, d in zip(rows, dense, strict=True))
        return Pool(tuple(candidates), current.lexical.coverage(question))

    def _ids_of(self, current: Generation, rows: Sequence[int]) -> dict[int, str]:
        found = self._ids.get(rows)
        missing = [row for row in rows if row not in found]
        if missing:
            read = current.truth.ids(missing)
            self._ids.put(read)
            found |= read
        return found

    def token_codes(self, passage_ids: Sequence[str]) -> list[bytes]:
        """Packed token vectors of these passages, in the order given. Raises NotFound for an unknown id."""
        truth = self.truth
        found = self._tokens.get([(truth.generation, passage_id) for passage_id in passage_ids])
        missing = [passage_id for passage_id in passage_ids if (truth.generation, passage_id) not in found]
        if missing:
            read = {(truth.generation, i): tokens for i, tokens in truth.packed_tokens(missing).items()}
            self._tokens.put(read)
            found |= read
        try:
            return [found[truth.generation, passage_id] for passage_id in passage_ids]
        except KeyError as error:
            raise _no_passage(str(error.args[0][1])) from None

    def rarity(self, words: Sequence[str]) -> list[float]:
        """Inverse document frequency of each word over all passages."""
        return self._load().lexical.rarity(words)

    # --- reading ---------------------------------------------------------------------------------------

    def fetch(self, passage_ids: Sequence[str]) -> list[Passage]:
        """The passages with these ids, in the order given. Raises NotFound for an unknown id."""
        found = self.truth.passages(passage_ids)
        try:
            return [found[passage_id] for passage_id in passage_ids]
        except KeyError as error:
            raise _no_passage(str(error.args[0])) from None

    def linked(self, passage_ids: Sequence[str]) -> dict[str, list[str]]:
        """Passages that footnotes tie to each of these: its notes', or those that call the note it is of."""
        return self.truth.linked(passage_ids)

    def neighbours(self, passage: Passage) -> tuple[str | None, str | None]:
        """Ids of the passages before and after ``passage`` in its document."""
        return self.truth.neighbours(passage)

    def passages(self, document_id: str) -> list[Passage]:
        """A document's passages, in the order they are read; none of an unknown document."""
        return self.truth.passages_of(document_id)

    def documents(self) -> list[DocumentInfo]:
        """All documents, by id."""
        return self.truth.documents()

    def document(self, document_id: str) -> DocumentInfo:
        """What is known of a document. Raises NotFound."""
        return self.truth.document(document_id)

    def text(self, document_id: str) -> str:
        """The exact source text of a document. Raises NotFound."""
        return self.truth.text(document_id)

    def footnotes(self, document_id: str, keys: Sequence[int] | None = None) -> list[Footnote]:
        """A document's footnotes, by key; only those with ``keys`` where they are given. Raises NotFound."""
        return self.truth.footnotes(document_id, keys)

    def _load(self) -> Generation:
        """The newest generation that is ready. Requests under way keep the one they began with."""
        current = self._current
        if current is not None and current.truth.generation == self._store.generation:
            return current
        # What this object wrote must be seen at once; for what others wrote nobody waits.
        may_lag = current is not None and current.truth.generation >= self._written
        if current is not None and may_lag and self._lock.locked():
            return current
        with self._lock:
            return self._newest(wait=not may_lag)

    def _newest(self, wait: bool) -> Generation:
        """Make the newest generation the current one; must be called with the lock held."""
        current = self._current
        if current is not None and current.truth.generation == self._store.generation:
            return current
        try:
            newest = catch_up(self._derived, self._store.snapshot, current, wait)
        except Busy:
            if current is None:
                raise
            return current
        if current is not None and newest.truth.build != current.truth.build:
            self._ids.clear()  # rows of a rebuilt file name other passages
        self._current = newest
        return newest


def _best(scores: dict[int, float], ids: dict[int, str], k: int) -> set[int]:
    """The ``k`` rows with the highest scores, among equals the first by id."""
    return set(sorted(scores, key=lambda row: (-round(scores[row], 6), ids[row]))[:k])


def _no_passage(passage_id: str) -> NotFound:
    return NotFound(f"there is no passage {passage_id!r}; search again, the documents may have changed")
