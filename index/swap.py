"""A rebuilt index in the place of the old one, in one step."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path

from index.snapshot import generation_of
from index.sqlite import connect, explained, is_damage, transaction
from index.store import BUSY_SECONDS, begin_anew
from ingest.errors import IndexNotReady


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
    with closing(connect(new)) as fresh, closing(connect(old, BUSY_SECONDS)) as held:
        with transaction(fresh):
            begin_anew(fresh, generation_of(fresh) + generation_of(held))
        with closing(sqlite3.connect(kept)) as copy:
            held.backup(copy)
        fresh.backup(held)
