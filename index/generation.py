"""One generation of the index, ready to search, and the way from one to the next."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace

import faiss
import numpy as np

from index.cache import RecentlyUsed
from index.dense import DenseIndex, Part
from index.derived import Busy, DerivedFolder, Stamp
from index.lexical import LexicalIndex
from index.snapshot import Snapshot

REBUILD_MAX = 50_000
"""Passages up to which Tantivy's index is made anew when some were taken out, in under a second.

Its scores count passages that were only marked as gone; in a larger index that is put up with for a while.
"""

LOOSE_SHARE = 0.05
"""Share of passages marked as gone at which a larger index is made anew too."""

CACHED_TOKENS = 4096
"""Passages whose packed token vectors are kept; about 10 kB each."""

CACHED_IDS = 200_000
"""Rows whose passage's id is kept."""

LISTS = "lists.faiss"
LISTED_ROWS = "rows.npy"


@dataclass(frozen=True, eq=False)
class Generation:
    """Everything a search needs of one generation; never changed once made.

    What it keeps of what was read, the generations after it keep too: ids by row, packed token vectors by generation
    and id. Where rows name other passages, as in a rebuilt file, nothing is kept.
    """

    truth: Snapshot
    lexical: LexicalIndex
    dense: DenseIndex
    ids: RecentlyUsed[int, str] = field(default_factory=lambda: RecentlyUsed(CACHED_IDS))
    tokens: RecentlyUsed[tuple[int, str], bytes] = field(default_factory=lambda: RecentlyUsed(CACHED_TOKENS))


def catch_up(
    folder: DerivedFolder, truth: Callable[[], Snapshot], held: Generation | None, seconds: float, flat_max: int
) -> Generation:
    """The newest generation, from ``held`` where that is one before it; what cannot be written is kept in memory.

    Raises Busy where another process is at it; if that lasts for more than ``seconds``, and they are any, all is made
    in memory.
    """
    try:
        with folder.locked(seconds):
            # A snapshot made under the lock is never older than the stamp.
            return _CatchUp(folder, truth(), held, flat_max).generation()
    except Busy:
        if not seconds:
            raise
    except OSError:  # the folder cannot be written
        pass
    newest = truth()
    before = _before(newest, held)
    dense = _caught_up(newest, before.dense if before is not None else None, flat_max)
    return _next(newest, LexicalIndex.build(newest.indexed()), dense, before)


class _CatchUp:
    """One catching up, with the folder locked."""

    def __init__(self, folder: DerivedFolder, truth: Snapshot, held: Generation | None, flat_max: int) -> None:
        self._folder = folder
        self._truth = truth
        self._held = _before(truth, held)
        self._flat_max = flat_max
        self._found = found = folder.stamp()
        # A process that has searched already has seen the files whole; reading them all again would hold it up.
        is_ours = truth.descends_from(found.generation, found.mark) and (
            self._held is not None or not folder.damaged(found)
        )
        self._stamp = replace(found if is_ours else Stamp(), generation=truth.generation, mark=truth.mark)

    def generation(self) -> Generation:
        """Catch up, and write down what is new."""
        found = self._stamp
        lexical, gone = self._lexical()
        dense = self._dense()
        self._stamp = replace(self._stamp, gone=gone)
        if self._stamp != self._found:
            # Without room for it the stamp stays as it was, and what it says of the files is no longer so: whoever
            # opens them next makes them anew.
            with suppress(OSError):
                self._folder.seal(self._stamp, found)
        return _next(self._truth, lexical, dense, self._held)

    def _lexical(self) -> tuple[LexicalIndex, int]:
        """Tantivy's index, and how many passages in it are only marked as gone."""
        if self._stamp.lexical:
            try:
                lexical = LexicalIndex.open(self._folder.path / self._stamp.lexical)
                changed = self._changed(lexical)
                if changed is not None:
                    return changed
            except (OSError, ValueError):  # damaged since it was sealed
                pass
        return self._new_lexical(), 0

    def _changed(self, lexical: LexicalIndex) -> tuple[LexicalIndex, int] | None:
        if self._found.mark == self._truth.mark:
            return lexical, self._found.gone
        rows = lexical.rows
        removed = np.setdiff1d(rows, self._truth.rows, assume_unique=True)
        gone = self._found.gone + len(removed)
        if gone and (len(self._truth.rows) <= REBUILD_MAX or gone > LOOSE_SHARE * len(self._truth.rows)):
            return None
        added = self._truth.indexed(after=int(rows[-1]) if len(rows) else 0)
        return lexical.change(added, [int(row) for row in removed]), gone

    def _new_lexical(self) -> LexicalIndex:
        try:
            made = self._folder.new("lexical")
            lexical = LexicalIndex.build(self._truth.indexed(), made)
        except (OSError, ValueError):  # no room on the disk: it is made in memory
            self._stamp = replace(self._stamp, lexical="")
            return LexicalIndex.build(self._truth.indexed())
        self._stamp = replace(self._stamp, lexical=made.name)
        return lexical

    def _dense(self) -> DenseIndex:
        held = self._held.dense if self._held is not None else self._stored_lists()
        dense = _caught_up(self._truth, held, self._flat_max)
        if dense.lists is None:
            self._stamp = replace(self._stamp, lists="")
        elif held is None or dense.lists is not held.lists or not self._stamp.lists:
            self._write_lists(dense.lists)
        return dense

    def _stored_lists(self) -> DenseIndex | None:
        if not self._stamp.lists:
            return None
        stored = self._folder.path / self._stamp.lists
        try:
            lists = Part(np.load(stored / LISTED_ROWS), faiss.read_index(str(stored / LISTS)))
        except (OSError, ValueError, RuntimeError):  # NumPy's and FAISS's errors of a damaged file
            return None
        return DenseIndex.of_lists(lists)

    def _write_lists(self, lists: Part) -> None:
        try:
            made = self._folder.new("lists")
            np.save(made / LISTED_ROWS, lists.rows)
            faiss.write_index(lists.index, str(made / LISTS))
        except (OSError, RuntimeError):  # no room on the disk: they stay in memory
            self._stamp = replace(self._stamp, lists="")
        else:
            self._stamp = replace(self._stamp, lists=made.name)


def _before(truth: Snapshot, held: Generation | None) -> Generation | None:
    """The generation that is held, where ``truth`` was reached from it."""
    if held is None or not truth.descends_from(held.truth.generation, held.truth.mark):
        return None
    return held


def _next(truth: Snapshot, lexical: LexicalIndex, dense: DenseIndex, before: Generation | None) -> Generation:
    if before is None:
        return Generation(truth, lexical, dense)
    return replace(before, truth=truth, lexical=lexical, dense=dense)


def _caught_up(truth: Snapshot, held: DenseIndex | None, flat_max: int) -> DenseIndex:
    if held is not None:
        changed = held.changed(truth.rows, truth.vectors(after=held.last), flat_max)
        if changed is not None:
            return changed
    return DenseIndex.build(truth.rows, truth.vectors(), flat_max)
