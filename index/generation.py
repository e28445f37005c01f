"""One generation of the index, ready to search, and the way from one to the next."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import faiss
import numpy as np

from index.dense import DenseIndex, Part
from index.derived import DerivedFolder, Stamp
from index.lexical import LexicalIndex
from index.snapshot import Snapshot

REBUILD_MAX = 50_000
"""Passages up to which Tantivy's index is made anew when some were taken out, in under a second.

Its scores count passages that were only marked as gone; in a larger index that is put up with for a while.
"""

LOOSE_SHARE = 0.05
"""Share of passages marked as gone at which a larger index is made anew too."""

LISTS = "lists.faiss"
LISTED_ROWS = "rows.npy"


@dataclass(frozen=True, eq=False)
class Generation:
    """Everything a search needs of one generation; never changed once made."""

    truth: Snapshot
    lexical: LexicalIndex
    dense: DenseIndex


def catch_up(folder: DerivedFolder, truth: Callable[[], Snapshot], held: Generation | None, wait: bool) -> Generation:
    """The newest generation, from ``held`` where that is one before it; what cannot be written is kept in memory.

    Raises Busy where another process is at it and ``wait`` is false.
    """
    try:
        with folder.locked(wait):
            # A snapshot made under the lock is never older than the stamp.
            return _CatchUp(folder, truth(), held).generation()
    except OSError:
        newest = truth()
        return Generation(newest, LexicalIndex.build(newest.indexed()), _caught_up(newest, None))


class _CatchUp:
    """One catching up, with the folder locked."""

    def __init__(self, folder: DerivedFolder, truth: Snapshot, held: Generation | None) -> None:
        self._folder = folder
        self._truth = truth
        self._held = held if held is not None and held.truth.build == truth.build else None
        self._found = folder.stamp()
        # A process that has searched already has seen the files whole; reading them all again would hold it up.
        is_ours = self._found.build == truth.build and (self._held is not None or not folder.damaged(self._found))
        self._stamp = replace(self._found if is_ours else Stamp(truth.build), generation=truth.generation)

    def generation(self) -> Generation:
        """Catch up, and write down what is new."""
        found = self._stamp
        lexical, gone = self._lexical()
        dense = self._dense()
        self._stamp = replace(self._stamp, gone=gone)
        if self._stamp != self._found:
            self._folder.seal(self._stamp, found)
        return Generation(self._truth, lexical, dense)

    def _lexical(self) -> tuple[LexicalIndex, int]:
        """Tantivy's index, and how many passages in it are only marked as gone."""
        if self._stamp.lexical:
            try:
                lexical = LexicalIndex.open(self._folder.path / self._stamp.lexical)
                changed = self._changed(lexical)
                if changed is not None:
                    return changed
            except ValueError:  # damaged since it was sealed
                pass
        return self._new_lexical(), 0

    def _changed(self, lexical: LexicalIndex) -> tuple[LexicalIndex, int] | None:
        if self._found.generation == self._truth.generation:
            return lexical, self._found.gone
        rows = lexical.rows
        removed = np.setdiff1d(rows, self._truth.rows, assume_unique=True)
        gone = self._found.gone + len(removed)
        if len(removed) and (len(self._truth.rows) <= REBUILD_MAX or gone > LOOSE_SHARE * len(self._truth.rows)):
            return None
        added = self._truth.indexed(after=int(rows[-1]) if len(rows) else 0)
        return lexical.change(added, [int(row) for row in removed]), gone

    def _new_lexical(self) -> LexicalIndex:
        made = self._folder.new("lexical")
        try:
            lexical = LexicalIndex.build(self._truth.indexed(), made)
        except (OSError, ValueError):  # no room on the disk: it is made in memory
            self._stamp = replace(self._stamp, lexical="")
            return LexicalIndex.build(self._truth.indexed())
        self._stamp = replace(self._stamp, lexical=made.name)
        return lexical

    def _dense(self) -> DenseIndex:
        held = self._held.dense if self._held is not None else self._stored_lists()
        dense = _caught_up(self._truth, held)
        if dense.lists is None:
            self._stamp = replace(self._stamp, lists="")
        elif held is None or dense.lists is not held.lists:
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
        made = self._folder.new("lists")
        try:
            np.save(made / LISTED_ROWS, lists.rows)
            faiss.write_index(lists.index, str(made / LISTS))
        except (OSError, RuntimeError):  # no room on the disk: they stay in memory
            self._stamp = replace(self._stamp, lists="")
        else:
            self._stamp = replace(self._stamp, lists=made.name)


def _caught_up(truth: Snapshot, held: DenseIndex | None) -> DenseIndex:
    if held is not None:
        changed = held.changed(truth.rows, truth.vectors(after=held.last))
        if changed is not None:
            return changed
    return DenseIndex.build(truth.rows, truth.vectors())
