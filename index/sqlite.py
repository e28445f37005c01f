"""SQLite, as the store uses it: whole transactions, and errors that say what to do."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import TypeVar

from ingest.errors import IndexNotReady

Answer = TypeVar("Answer")

MEND = "run: ibid ingest --rebuild PATH, with the files that it held"


def connect(path: Path, busy_seconds: float = 5.0, make: bool = False) -> sqlite3.Connection:
    """Open a file, for any thread; one that is not there only to ``make`` it. Raises IndexNotReady, sqlite3.Error.

    SQLite by itself makes an empty file of one that has been deleted: it would be taken for a new index.
    """
    if not make and not path.exists():
        raise IndexNotReady(f"the index file {path} is not there; put it back, or run: ibid ingest PATH")
    name = f"{path.absolute().as_uri()}?mode={'rwc' if make else 'rw'}"
    return sqlite3.connect(name, uri=True, timeout=busy_seconds, isolation_level=None, check_same_thread=False)


@contextmanager
def transaction(connection: sqlite3.Connection, kind: str = "IMMEDIATE") -> Iterator[None]:
    """All of the statements, or none of them; ``kind`` is DEFERRED for reading alone."""
    connection.execute(f"BEGIN {kind}")
    try:
        yield
    except BaseException:
        if connection.in_transaction:  # a full disk has ended it already
            connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")


@contextmanager
def explained(path: Path) -> Iterator[None]:
    """Turn SQLite's errors into IndexNotReady; a row that breaks a rule, and misuse, are no fault of the file."""
    try:
        yield
    except (sqlite3.IntegrityError, sqlite3.ProgrammingError):
        raise
    except sqlite3.DatabaseError as error:
        match _code(error):
            case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
                trouble = f"another process is writing to {path}; wait until it is done and try again"
            case sqlite3.SQLITE_CANTOPEN | sqlite3.SQLITE_READONLY | sqlite3.SQLITE_PERM:
                trouble = f"{path} cannot be written ({error}); set IBID_DATA_DIR to a folder that can be written"
            case sqlite3.SQLITE_FULL | sqlite3.SQLITE_IOERR:
                trouble = f"{path} cannot be read or written ({error}); see that the disk has room, and try again"
            case _:
                trouble = f"the index file {path} is damaged ({error}); {MEND}"
        raise IndexNotReady(trouble) from error


class Watch:
    """One connection that is kept open to read what changes often; safe from several threads.

    Opening a file costs ten times what a small query does. A file that another has taken the place of is
    opened anew.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = Lock()
        self._connection: sqlite3.Connection | None = None
        self._file = 0

    def ask(self, query: Callable[[sqlite3.Connection], Answer]) -> Answer:
        """Answer ``query``. Raises sqlite3.Error."""
        with self._lock:
            file = self._file_now()
            if self._connection is None or file != self._file:
                self._close()
                self._connection = connect(self._path)
                self._file = file
            try:
                return query(self._connection)
            except sqlite3.Error:
                self._close()
                raise

    def _file_now(self) -> int:
        try:
            return self._path.stat().st_ino
        except OSError:
            return 0

    def _close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def __del__(self) -> None:
        self._close()


def is_damage(error: BaseException | None) -> bool:
    """Whether ``error`` says that a file is no whole database with a store in it."""
    return isinstance(error, sqlite3.Error) and _code(error) in (
        sqlite3.SQLITE_CORRUPT,
        sqlite3.SQLITE_NOTADB,
        sqlite3.SQLITE_ERROR,  # a table is not there
    )


def _code(error: sqlite3.Error) -> int:
    """SQLite's primary result code."""
    return getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF
