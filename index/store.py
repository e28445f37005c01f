"""The truth: one SQLite file with documents, passages, footnotes and vectors, changed in whole steps."""

from __future__ import annotations

import hashlib
import secrets
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import numpy as np

from index.contract import DocumentInfo, Entry
from index.rows import path_key, to_info, to_json
from index.snapshot import SOME_IDS, Snapshot, generation_of, mark_of, no_document
from index.sqlite import Watch, connect, explained, is_damage, transaction
from ingest.errors import IndexMismatch, IndexNotReady
from ingest.model import Document, Ingested

SCHEMA = 4
FILE = "ibid.sqlite3"
BUSY_SECONDS = 30.0
LOG_BYTES = 8_000_000
"""What is kept of the write-ahead log's file when it is written from the front again."""

KEPT_CHANGES = 10_000
"""Changes whose marks are kept: what was derived before the first of them is derived anew."""

_TABLES = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
CREATE TABLE changes (generation INTEGER PRIMARY KEY, mark TEXT NOT NULL) STRICT;
CREATE TABLE documents (id TEXT PRIMARY KEY, info TEXT NOT NULL, text TEXT NOT NULL) STRICT;
CREATE TABLE vectors (id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, vector BLOB NOT NULL) STRICT;
CREATE TABLE tokens (
    id INTEGER PRIMARY KEY REFERENCES vectors (id) ON DELETE CASCADE,
    tokens BLOB NOT NULL
) STRICT;
CREATE TABLE passages (
    row INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    document_id TEXT NOT NULL REFERENCES documents (id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    kind TEXT NOT NULL,
    section TEXT NOT NULL,
    first_page INTEGER NOT NULL,
    last_page INTEGER NOT NULL,
    passage TEXT NOT NULL,
    indexed TEXT NOT NULL,
    vector INTEGER NOT NULL REFERENCES vectors (id),
    UNIQUE (document_id, position)
) STRICT;
CREATE INDEX passages_by_vector ON passages (vector);
CREATE TABLE footnotes (
    document_id TEXT NOT NULL REFERENCES documents (id) ON DELETE CASCADE,
    key INTEGER NOT NULL,
    footnote TEXT NOT NULL,
    PRIMARY KEY (document_id, key)
) STRICT;
CREATE TABLE calls (
    document_id TEXT NOT NULL,
    key INTEGER NOT NULL,
    row INTEGER NOT NULL REFERENCES passages (row) ON DELETE CASCADE,
    PRIMARY KEY (document_id, key, row)
) STRICT, WITHOUT ROWID;
CREATE INDEX calls_by_row ON calls (row);
"""
# Rows are never used again (AUTOINCREMENT), so that one always names the same passage: what is derived from the file
# and what is kept of it in memory go by them. Each change has a mark drawn at random: a file rebuilt, or put back from
# a copy, may have been changed as often as the one before, but never has its marks. Token vectors have a table of their
# own: they are large, and reading all sentence vectors must not lead past them.


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
        with self._connect(make=True) as connection:
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
        begin_anew(connection, 0)

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
            return self._watch.ask(generation_of)

    @property
    def log_bytes(self) -> int:
        """Size of the write-ahead log."""
        try:
            return self.path.with_name(f"{FILE}-wal").stat().st_size
        except OSError:
            return 0

    @property
    def mark(self) -> str:
        """What tells the file as it is now from what it ever was or will be."""
        with explained(self.path):
            return self._watch.ask(mark_of)

    @property
    def size(self) -> int:
        """Bytes that it takes on the disk, with what is written ahead of the file."""
        return self.path.stat().st_size + self.log_bytes

    def snapshot(self) -> Snapshot:
        """What the file holds now, and for as long as the snapshot is kept. Raises IndexMismatch."""
        return Snapshot(self.path, self._check)

    # --- writing ---------------------------------------------------------------------------------------

    def put(self, ingested: Ingested, info: DocumentInfo, entries: Sequence[Entry], afresh: bool = False) -> None:
        """Replace a document in one transaction; ``afresh`` also what is stored already of its vectors."""
        document = ingested.document
        with self._change() as connection:
            used = _vectors_of(connection, document.id)
            connection.execute("DELETE FROM documents WHERE id = ?", (document.id,))
            connection.execute("INSERT INTO documents VALUES (?, ?, ?)", (document.id, to_json(info), document.text))
            places = self._keep(connection, entries, afresh)
            connection.executemany(
                "INSERT INTO passages (id, document_id, position, kind, section, first_page, last_page, passage, "
                "indexed, vector) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                [
                    (p.id, p.document_id, p.position, p.kind, path_key(p.section), *p.pages, to_json(p), e.text, place)
                    for p, e, place in zip(ingested.passages, entries, places, strict=True)
                ],
            )
            connection.executemany(
                "INSERT INTO footnotes VALUES (?, ?, ?)",
                [(document.id, note.key, to_json(note)) for note in ingested.footnotes],
            )
            connection.executemany(
                "INSERT OR IGNORE INTO calls SELECT document_id, ?, row FROM passages WHERE id = ?",
                [(key, passage.id) for passage in ingested.passages for key in passage.footnotes],
            )
            _let_go(connection, used)

    def keep(self, entries: Sequence[Entry]) -> None:
        """Store vectors ahead of their document, so that a run that is cut off need not embed them again."""
        with self._connect() as connection, transaction(connection):
            self._keep(connection, entries)

    def _keep(self, connection: sqlite3.Connection, entries: Sequence[Entry], afresh: bool = False) -> list[int]:
        """Store vectors that are not stored, or all of them ``afresh``; gives the place of each."""
        places: list[int] = []
        for entry in entries:
            key = self.vector_key(entry.text)
            vector = entry.vector.astype("<f4").tobytes()
            connection.execute("INSERT OR IGNORE INTO vectors (key, vector) VALUES (?, ?)", (key, vector))
            place = connection.execute("SELECT id FROM vectors WHERE key = ?", (key,)).fetchone()[0]
            if afresh:
                connection.execute("UPDATE vectors SET vector = ? WHERE id = ?", (vector, place))
                connection.execute("DELETE FROM tokens WHERE id = ?", (place,))
            connection.execute("INSERT OR IGNORE INTO tokens VALUES (?, ?)", (place, entry.tokens))
            places.append(place)
        return places

    def remove(self, document_id: str) -> None:
        """Delete a document in one transaction. Raises NotFound."""
        with self._change() as connection:
            used = _vectors_of(connection, document_id)
            if connection.execute("DELETE FROM documents WHERE id = ?", (document_id,)).rowcount == 0:
                raise no_document(document_id, connection.execute(SOME_IDS))
            _let_go(connection, used)

    def compact(self) -> None:
        """Let go of vectors that no passage has, and of the room of all that was deleted.

        It counts as a change after which whoever has the index open derives everything anew.
        """
        with self._connect() as connection:
            with transaction(connection):
                connection.execute("DELETE FROM vectors WHERE id NOT IN (SELECT vector FROM passages)")
                begin_anew(connection, generation_of(connection) + 1)
            connection.execute("VACUUM")

    def checkpoint(self) -> bool:
        """Bring the write-ahead log into the file and empty it; False where somebody still reads from it.

        Nobody is waited for: a service that is asked nothing reads what it last read for as long as it runs.
        """
        with self._connect() as connection:
            connection.execute("PRAGMA busy_timeout = 0")
            busy: int = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
        return not busy

    def known(self, texts: Iterable[str]) -> dict[str, Entry]:
        """What is stored already of these texts."""
        query = "SELECT vector, tokens FROM vectors JOIN tokens USING (id) WHERE key = ?"
        found: dict[str, Entry] = {}
        with self._connect() as connection:
            for text in texts:
                row = connection.execute(query, (self.vector_key(text),)).fetchone()
                if row:
                    found[text] = Entry(text, np.frombuffer(row[0], dtype="<f4"), row[1])
        return found

    def info(self, document_id: str) -> DocumentInfo | None:
        """What is known of a document, None where there is none."""
        found = self._document(document_id, "info")
        return None if found is None else to_info(found)

    def text(self, document_id: str) -> str | None:
        """A document's text, None where there is none."""
        return self._document(document_id, "text")

    def _document(self, document_id: str, column: str) -> str | None:
        query = f"SELECT {column} FROM documents WHERE id = ?"  # noqa: S608 (a column)
        with self._connect() as connection:
            row = connection.execute(query, (document_id,)).fetchone()
        return str(row[0]) if row else None

    def vector_key(self, text: str) -> str:
        """Hash of the model, its weights and the text: another model's vector is never taken for this one's."""
        return hashlib.sha256(f"{self._fingerprint['model']}\0{text}".encode()).hexdigest()

    # --- connections -----------------------------------------------------------------------------------

    @contextmanager
    def _connect(self, make: bool = False) -> Iterator[sqlite3.Connection]:
        with (
            explained(self.path),
            closing(connect(self.path, self._busy_seconds, make)) as connection,
        ):
            connection.execute("PRAGMA foreign_keys = ON")
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute(f"PRAGMA journal_size_limit = {LOG_BYTES}")
            yield connection

    @contextmanager
    def _change(self) -> Iterator[sqlite3.Connection]:
        """One generation to the next: all of the change, or nothing of it."""
        with self._connect() as connection, transaction(connection):
            yield connection
            _count_up(connection)


def _count_up(connection: sqlite3.Connection) -> None:
    generation = generation_of(connection) + 1
    connection.execute("UPDATE meta SET value = ? WHERE key = 'generation'", (str(generation),))
    connection.execute("INSERT INTO changes VALUES (?, ?)", (generation, secrets.token_hex(8)))
    connection.execute("DELETE FROM changes WHERE generation <= ?", (generation - KEPT_CHANGES,))


def begin_anew(connection: sqlite3.Connection, generation: int) -> None:
    """Set the generation, and forget the marks of all before it: nothing derived from them is caught up."""
    connection.execute("UPDATE meta SET value = ? WHERE key = 'generation'", (str(generation),))
    connection.execute("DELETE FROM changes")
    connection.execute("INSERT INTO changes VALUES (?, ?)", (generation, secrets.token_hex(8)))


def _vectors_of(connection: sqlite3.Connection, document_id: str) -> list[tuple[int]]:
    """Which vectors a document's passages have."""
    return connection.execute("SELECT DISTINCT vector FROM passages WHERE document_id = ?", (document_id,)).fetchall()


def _let_go(connection: sqlite3.Connection, places: Iterable[tuple[int]]) -> None:
    """Delete those of some vectors that no passage has any more."""
    connection.executemany(
        "DELETE FROM vectors WHERE id = ?1 AND NOT EXISTS (SELECT 1 FROM passages WHERE vector = ?1)", places
    )


def _is_empty(connection: sqlite3.Connection) -> bool:
    return connection.execute("SELECT 1 FROM sqlite_master").fetchone() is None


def stored_documents(file: Path) -> list[tuple[DocumentInfo, Document]]:
    """The documents in a store's file, whatever model or settings it was made with; none of a damaged one.

    Raises IndexNotReady where it cannot be read for another reason.
    """
    if not file.exists():
        return []
    try:
        with explained(file), closing(connect(file, BUSY_SECONDS)) as connection:
            rows = connection.execute("SELECT info, text FROM documents ORDER BY id").fetchall()
    except IndexNotReady as error:
        if not is_damage(error.__cause__):
            raise
        return []
    found = []
    for stored, text in rows:
        with suppress(IndexNotReady):  # of this one nothing is known
            info = to_info(stored)
            found.append((info, Document(info.id, info.title, info.media_type, info.sha256, text)))
    return found
