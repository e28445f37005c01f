"""The truth: one SQLite file with documents, passages, footnotes and vectors, changed in whole steps."""

from __future__ import annotations

import hashlib
import os
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from index.contract import DocumentInfo, Entry
from index.embedder import Vectors
from index.rows import to_footnote, to_info, to_json, to_passage
from index.sqlite import Watch, explained, is_damage, transaction
from ingest.errors import IndexMismatch, IndexNotReady, NotFound
from ingest.model import Document, Footnote, Ingested, Passage

SCHEMA = 2
FILE = "ibid.sqlite3"
BUSY_SECONDS = 30.0
_TABLES = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
CREATE TABLE documents (id TEXT PRIMARY KEY, info TEXT NOT NULL, text TEXT NOT NULL) STRICT;
CREATE TABLE passages (
    id TEXT PRIMARY KEY,
    document_id TEXT NOT NULL REFERENCES documents (id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    passage TEXT NOT NULL,
    indexed TEXT NOT NULL,
    vector_key TEXT NOT NULL,
    UNIQUE (document_id, position)
) STRICT;
CREATE INDEX passages_by_vector ON passages (vector_key);
CREATE TABLE footnotes (
    document_id TEXT NOT NULL REFERENCES documents (id) ON DELETE CASCADE,
    key INTEGER NOT NULL,
    footnote TEXT NOT NULL,
    PRIMARY KEY (document_id, key)
) STRICT;
CREATE TABLE vectors (key TEXT PRIMARY KEY, vector BLOB NOT NULL, tokens BLOB NOT NULL) STRICT;
"""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One generation: passages by id, what is indexed of each, their vectors (n, dim), documents by id.

    ``footnotes`` are by document, each document's by key.
    """

    generation: int
    passages: list[Passage]
    texts: list[str]
    vectors: Vectors
    documents: list[DocumentInfo]
    footnotes: dict[str, list[Footnote]]


class Store:
    """Reads and writes the file in ``folder``. Every call opens its own connection, so threads may share it.

    ``fingerprint`` names what the vectors and passages depend on; a file made under another one is refused.
    ``busy_seconds`` is how long a writer waits for another one.
    """

    def __init__(self, folder: Path, fingerprint: dict[str, str], busy_seconds: float = BUSY_SECONDS) -> None:
        self.path = folder / FILE
        self._fingerprint = fingerprint
        self._busy_seconds = busy_seconds
        self._watch = Watch(self.path)

    def create(self) -> None:
        """Make the file if there is none, and check that it fits. Raises IndexMismatch, IndexNotReady."""
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise IndexNotReady(
                f"the data folder {self.path.parent} cannot be made ({error.strerror}); set IBID_DATA_DIR to a "
                "folder that can be written"
            ) from error
        with self._connect() as connection:
            if _is_empty(connection):  # new, or left so by a process that was killed while it made it
                connection.execute("PRAGMA journal_mode = WAL")
                with transaction(connection):
                    if _is_empty(connection):
                        self._make_tables(connection)
        self.check()

    def _make_tables(self, connection: sqlite3.Connection) -> None:
        for statement in _TABLES.split(";\n"):
            connection.execute(statement)
        rows = {"schema": str(SCHEMA), "generation": "0", **self._fingerprint}
        connection.executemany("INSERT INTO meta VALUES (?, ?)", rows.items())

    def check(self) -> None:
        """Refuse a file that is damaged or was made with other settings, and say what mends it."""
        with self._connect() as connection:
            self._check(connection)

    def _check(self, connection: sqlite3.Connection) -> None:
        meta = dict(connection.execute("SELECT key, value FROM meta"))
        expected = {"schema": str(SCHEMA), **self._fingerprint}
        for key, value in expected.items():
            if meta.get(key) != value:
                raise IndexMismatch(
                    f"the index in {self.path.parent} was built with {key} {meta.get(key)}, now it is {value}; "
                    "run: ibid ingest --rebuild"
                )

    def damage(self) -> str | None:
        """What SQLite finds wrong with the file, or None."""
        with self._connect() as connection:
            found: str = connection.execute("PRAGMA integrity_check(1)").fetchone()[0]
        return None if found == "ok" else found

    @property
    def generation(self) -> int:
        """Number of changes since the file was made."""
        with explained(self.path):
            return self._watch.ask(_generation)

    # --- writing ---------------------------------------------------------------------------------------

    def put(self, ingested: Ingested, info: DocumentInfo, entries: Sequence[Entry]) -> None:
        """Replace a document in one transaction."""
        document = ingested.document
        keys = [self._vector_key(entry.text) for entry in entries]
        with self._change() as connection:
            connection.execute("DELETE FROM documents WHERE id = ?", (document.id,))
            connection.execute(
                "INSERT INTO documents VALUES (?, ?, ?)",
                (document.id, to_json(info), document.text),
            )
            connection.executemany(
                "INSERT OR IGNORE INTO vectors VALUES (?, ?, ?)",
                [
                    (key, entry.vector.astype("<f4").tobytes(), entry.tokens)
                    for key, entry in zip(keys, entries, strict=True)
                ],
            )
            connection.executemany(
                "INSERT INTO passages VALUES (?, ?, ?, ?, ?, ?)",
                [
                    (p.id, p.document_id, p.position, to_json(p), entry.text, key)
                    for p, entry, key in zip(ingested.passages, entries, keys, strict=True)
                ],
            )
            connection.executemany(
                "INSERT INTO footnotes VALUES (?, ?, ?)",
                [(document.id, note.key, to_json(note)) for note in ingested.footnotes],
            )

    def remove(self, document_id: str) -> None:
        """Delete a document in one transaction. Raises NotFound."""
        with self._change() as connection:
            if connection.execute("DELETE FROM documents WHERE id = ?", (document_id,)).rowcount == 0:
                raise no_document(document_id)

    def known(self, texts: Iterable[str]) -> dict[str, Entry]:
        """What is stored already of these texts."""
        found: dict[str, Entry] = {}
        with self._connect() as connection:
            for text in texts:
                row = connection.execute(
                    "SELECT vector, tokens FROM vectors WHERE key = ?", (self._vector_key(text),)
                ).fetchone()
                if row:
                    found[text] = Entry(text, np.frombuffer(row[0], dtype="<f4"), row[1])
        return found

    def _vector_key(self, text: str) -> str:
        """Hash of the model, its weights and the text: another model's vector is never taken for this one's."""
        return hashlib.sha256(f"{self._fingerprint['model']}\0{text}".encode()).hexdigest()

    # --- reading ---------------------------------------------------------------------------------------

    def snapshot(self) -> Snapshot:
        """All that a search needs of one generation. Raises IndexMismatch if it was rebuilt for other settings."""
        with self._connect() as connection, transaction(connection, "DEFERRED"):
            self._check(connection)
            generation = _generation(connection)
            infos = connection.execute("SELECT id, info FROM documents ORDER BY id").fetchall()
            notes = connection.execute("SELECT document_id, footnote FROM footnotes ORDER BY key").fetchall()
            rows = connection.execute(
                "SELECT passage, indexed, vector FROM passages JOIN vectors ON key = vector_key ORDER BY id"
            ).fetchall()
        vectors = np.frombuffer(b"".join(row[2] for row in rows), dtype="<f4")
        footnotes: dict[str, list[Footnote]] = {document_id: [] for document_id, _ in infos}
        for document_id, note in notes:
            footnotes[document_id].append(to_footnote(note))
        return Snapshot(
            generation,
            [to_passage(row[0]) for row in rows],
            [row[1] for row in rows],
            vectors.reshape(len(rows), -1) if rows else vectors.reshape(0, 1),
            [to_info(info) for _, info in infos],
            footnotes,
        )

    def packed_tokens(self, passage_ids: Sequence[str]) -> dict[str, bytes]:
        """Packed token vectors of these passages, by id; ids that are not there are left out."""
        marks = ", ".join("?" * len(passage_ids))
        query = f"SELECT id, tokens FROM passages JOIN vectors ON key = vector_key WHERE id IN ({marks})"  # noqa: S608 (marks only)
        with self._connect() as connection:
            return dict(connection.execute(query, tuple(passage_ids)).fetchall())

    def text(self, document_id: str) -> str:
        """A document's exact text. Raises NotFound."""
        with self._connect() as connection:
            row = connection.execute("SELECT text FROM documents WHERE id = ?", (document_id,)).fetchone()
        if row is None:
            raise no_document(document_id)
        return str(row[0])

    # --- connections -----------------------------------------------------------------------------------

    @contextmanager
    def _connect(self) -> Iterator[sqlite3.Connection]:
        with (
            explained(self.path),
            closing(sqlite3.connect(self.path, timeout=self._busy_seconds, isolation_level=None)) as connection,
        ):
            connection.execute("PRAGMA foreign_keys = ON")
            connection.execute("PRAGMA synchronous = FULL")
            yield connection

    @contextmanager
    def _change(self) -> Iterator[sqlite3.Connection]:
        """One generation to the next: all of the change, or nothing of it."""
        with self._connect() as connection, transaction(connection):
            yield connection
            connection.execute("DELETE FROM vectors WHERE key NOT IN (SELECT vector_key FROM passages)")
            connection.execute("UPDATE meta SET value = CAST(value AS INTEGER) + 1 WHERE key = 'generation'")


def stored_documents(file: Path) -> list[tuple[DocumentInfo, Document]]:
    """The documents in a store's file, whatever model or settings it was made with; none of a damaged one."""
    if not file.exists():
        return []
    try:
        with closing(sqlite3.connect(file)) as connection:
            rows = connection.execute("SELECT info, text FROM documents ORDER BY id").fetchall()
    except sqlite3.DatabaseError:
        return []
    infos = [to_info(row[0]) for row in rows]
    return [
        (info, Document(info.id, info.title, info.media_type, info.sha256, row[1]))
        for info, row in zip(infos, rows, strict=True)
    ]


def swap_in(new: Path, old: Path) -> None:
    """Put the content of the store's file ``new`` in the place of ``old``'s, and keep that as ``….old``.

    One transaction of ``old``, so that other processes may have it open, and a generation after its last one,
    so that they notice. A damaged file is replaced.
    """
    kept = old.with_name(old.name + ".old")
    kept.unlink(missing_ok=True)
    if old.exists():
        try:
            with explained(old):
                _take_over(new, old, kept)
        except IndexNotReady as error:
            if not is_damage(error.__cause__):
                raise
            kept.unlink(missing_ok=True)
            os.link(old, kept)
            # A write-ahead log belongs to the file it was written for, never to another of the same name.
            for suffix in ("-wal", "-shm"):
                old.with_name(old.name + suffix).unlink(missing_ok=True)
        else:
            new.unlink()
            return
    new.replace(old)


def _take_over(new: Path, old: Path, kept: Path) -> None:
    with closing(sqlite3.connect(new)) as fresh, closing(sqlite3.connect(old, timeout=BUSY_SECONDS)) as held:
        fresh.execute("UPDATE meta SET value = value + ? WHERE key = 'generation'", (_generation(held),))
        fresh.commit()
        with closing(sqlite3.connect(kept)) as copy:
            held.backup(copy)
        fresh.backup(held)


def _is_empty(connection: sqlite3.Connection) -> bool:
    return connection.execute("SELECT 1 FROM sqlite_master").fetchone() is None


def _generation(connection: sqlite3.Connection) -> int:
    row = connection.execute("SELECT value FROM meta WHERE key = 'generation'").fetchone()
    return int(row[0])


def no_document(document_id: str) -> NotFound:
    """Make the error for a document that is not there."""
    return NotFound(f"there is no document {document_id!r}; GET /v1/documents or `ibid doctor` lists them")
