"""SQLite, as the store uses it: whole transactions, and errors that say what to do."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ingest.errors import IndexNotReady

MEND = "run: ibid ingest --rebuild PATH, with the files that it held"


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
    """Turn SQLite's errors into IndexNotReady; one of a row that breaks a rule is no fault of the file."""
    try:
        yield
    except sqlite3.IntegrityError:
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
