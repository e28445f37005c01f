"""The embedded index: SQLite is the truth; FAISS and Tantivy are derived from it for each generation."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from threading import Lock, local

import numpy as np

from index.contract import Candidate, DocumentInfo, Entry, Filters, Pool
from index.dense import FLAT_MAX
from index.derived import STAMP, Busy, DerivedFolder
from index.embedder import Vectors
from index.generation import Generation, catch_up
from index.lexical import LexicalIndex
from index.snapshot import Snapshot
from index.store import Store
from ingest.errors import NotFound
from ingest.model import Footnote, Ingested, Passage

COVERING = 100
"""Best passages by BM25 of which one says how much of a question one passage holds."""


class EmbeddedIndex:
    """An ``Index`` in one folder of the local disk. Safe from several threads and processes.

    Whoever first sees that there is a new generation makes it ready; the others go on with the one before and wait
    for nobody. More vectors than ``flat_max`` are searched by inverted lists.
    """

    patience = 60.0
    """Seconds that another process may take to catch up, before whoever must wait for it makes all in memory."""

    log_bytes = 64_000_000
    """Size of the write-ahead log that is put up with."""

    def __init__(self, folder: Path, fingerprint: dict[str, str], flat_max: int = FLAT_MAX) -> None:
        self._store = Store(folder, fingerprint)
        self._store.create()
        self._derived = DerivedFolder(folder)
        self._flat_max = flat_max
        self._lock = Lock()
        self._current: Generation | None = None
        self._held = local()

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

    def delete(self, document_id: str) -> None:
        """Take a document out in one transaction. Raises NotFound."""
        self._store.remove(document_id)

    def compact(self) -> bool:
        """Make anew what is derived, and give the room of what was deleted back to the disk.

        False where others still read what was: another EmbeddedIndex gives the room back at its next search.
        """
        self._store.compact()
        self.refresh()
        with self._lock:
            return self._leave_log()

    def refresh(self) -> Generation:
        """Make ready all that was written before, and wait for it: every search that begins later sees it."""
        with self._lock:
            return self._newest(self.patience)

    @contextmanager
    def at_one_generation(self) -> Iterator[None]:
        """Let all that this thread reads be of one generation, whatever is written meanwhile."""
        before = getattr(self._held, "generation", None)
        self._held.generation = before or self._load()
        try:
            yield
        finally:
            self._held.generation = before

    def derived_faults(self) -> list[str]:
        """What is wrong with the derived files, as they lie on the disk; what is not there yet is no fault."""
        try:
            with self._derived.locked(self.patience):
                return self._derived_faults(self._store.snapshot())
        except (Busy, OSError) as error:
            return [f"{self._derived.path} cannot be used ({str(error) or 'another process holds it'})"]

    def _derived_faults(self, truth: Snapshot) -> list[str]:
        stamp = self._derived.stamp()
        if stamp.generation < 0:
            return [f"{STAMP} cannot be read"] if self._derived.is_stamped else []
        if not truth.descends_from(stamp.generation, stamp.mark):
            return []
        damaged = self._derived.damaged(stamp)
        if damaged or stamp.mark != truth.mark or not stamp.lexical:
            return damaged
        try:
            rows = LexicalIndex.open(self._derived.path / stamp.lexical).rows
        except ValueError as error:
            return [f"{stamp.lexical} cannot be opened ({error})"]
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
        # Of all passages, so that filters change no score.
        anywhere = worded if filters is None and pool >= COVERING else current.lexical.search(question, COVERING)
        return Pool(tuple(candidates), current.lexical.coverage(question, list(anywhere)))

    def _ids_of(self, current: Generation, rows: Sequence[int]) -> dict[int, str]:
        found = current.ids.get(rows)
        missing = [row for row in rows if row not in found]
        if missing:
            read = current.truth.ids(missing)
            current.ids.put(read)
            found |= read
        return found

    def token_codes(self, passage_ids: Sequence[str]) -> list[bytes]:
        """Packed token vectors of these passages, in the order given. Raises NotFound for an unknown id."""
        current = self._load()
        truth = current.truth
        found = current.tokens.get([(truth.generation, passage_id) for passage_id in passage_ids])
        missing = [passage_id for passage_id in passage_ids if (truth.generation, passage_id) not in found]
        if missing:
            read = {(truth.generation, i): tokens for i, tokens in truth.packed_tokens(missing).items()}
            current.tokens.put(read)
            found |= read
        try:
            return [found[truth.generation, passage_id] for passage_id in passage_ids]
        except KeyError as error:
            raise _no_passage(str(error.args[0][1])) from None

    def rarity(self, words: Sequence[str]) -> list[float]:
        """Inverse document frequency of each word over all passages."""
        return self._load().lexical.rarity(words)

    def frequencies(self, words: Sequence[str]) -> list[int]:
        """In how many passages each word stands, endings aside."""
        return self._load().lexical.frequencies(words)

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
        held: Generation | None = getattr(self._held, "generation", None)
        if held is not None:
            return held
        current = self._current
        if current is not None and current.truth.mark == self._store.mark:
            return current
        if not self._lock.acquire(blocking=current is None) and current is not None:
            return current
        try:
            patience = 0 if current is not None else self.patience
            del current  # held here, it would be read from the log until the search ends
            return self._newest(patience)
        finally:
            self._lock.release()

    def _newest(self, seconds: float) -> Generation:
        """Make the newest generation the current one; must be called with the lock held.

        One that another process is at is waited for only if there are ``seconds``.
        """
        current = self._current
        if current is not None and current.truth.mark == self._store.mark:
            return current
        try:
            self._current = catch_up(self._derived, self._store.snapshot, current, seconds, self._flat_max)
        except Busy:
            if current is None:
                raise
            return current
        begun_anew = current is not None and not self._current.truth.descends_from(
            current.truth.generation, current.truth.mark
        )
        del current
        if begun_anew or self._store.log_bytes > self.log_bytes:  # compaction gives back what nobody reads any more
            self._leave_log()
        return self._current

    def _leave_log(self) -> bool:
        """Read the current generation from the file itself, where its write-ahead log has been brought into that.

        SQLite writes its log from the front again only when nobody reads from it: always read from, it would grow
        without end. False where somebody still does. Must be called with the lock held.
        """
        self._store.checkpoint()
        truth = self._store.snapshot()
        if self._current is not None and self._current.truth.mark == truth.mark:
            self._current = replace(self._current, truth=truth)
        del truth
        return self._store.checkpoint()


def _best(scores: dict[int, float], ids: dict[int, str], k: int) -> set[int]:
    """The ``k`` rows with the highest scores, among equals the first by id."""
    return set(sorted(scores, key=lambda row: (-round(scores[row], 6), ids[row]))[:k])


def _no_passage(passage_id: str) -> NotFound:
    return NotFound(f"there is no passage {passage_id!r}; search again, the documents may have changed")
