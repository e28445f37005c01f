"""The folder of what is derived from the truth: who may change it, what is in it, and whether it is whole.

Nothing in it would be missed: what is not as the stamp says is made anew, without embedding anything.
"""

from __future__ import annotations

import json
import os
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from shutil import rmtree

from filelock import FileLock, Timeout
from pydantic import TypeAdapter

FOLDER = "derived"
STAMP = "stamp.json"
FORMAT = 3
_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Stamp:
    """What the folder holds: of which generation of the truth, with its mark, and in which parts.

    ``lexical`` and ``lists`` name folders in it, or nothing. ``gone`` counts the passages that are only marked as
    taken out of ``lexical``. ``checksums`` are of every file, by its path in the folder.
    """

    generation: int = -1
    mark: str = ""
    lexical: str = ""
    gone: int = 0
    lists: str = ""
    format: int = FORMAT
    checksums: dict[str, int] = field(default_factory=dict)


class Busy(Exception):  # noqa: N818 (an error is named for what is wrong)
    """Another thread or process is changing the folder."""


class DerivedFolder:
    """Files derived from the store in ``data_dir``. One thread of one process changes them at a time."""

    def __init__(self, data_dir: Path) -> None:
        self.path = data_dir / FOLDER

    @contextmanager
    def locked(self, seconds: float) -> Iterator[None]:
        """Hold the folder; should the process be killed, it is free again.

        Raises Busy if another holds it for more than ``seconds``, OSError where the folder cannot be written.
        """
        self.path.mkdir(exist_ok=True)  # the folder above is not made: where it is gone, so is the truth
        lock = FileLock(self.path / "lock")
        try:
            lock.acquire(timeout=seconds)
        except Timeout:
            raise Busy from None
        try:
            yield
        finally:
            lock.release()

    def stamp(self) -> Stamp:
        """What the folder says it holds; an empty stamp where it says nothing that can be read."""
        try:
            stamp = TypeAdapter(Stamp).validate_json((self.path / STAMP).read_bytes(), strict=True)
        except (OSError, ValueError):
            return Stamp()
        return stamp if stamp.format == FORMAT else Stamp()

    @property
    def is_stamped(self) -> bool:
        """Whether there is a stamp, be it readable or not."""
        return (self.path / STAMP).exists()

    def damaged(self, stamp: Stamp) -> list[str]:
        """Files that are not as ``stamp`` says, in order."""
        return [name for name, wanted in sorted(stamp.checksums.items()) if _checksum(self.path / name) != wanted]

    def new(self, kind: str) -> Path:
        """Make an empty folder for ``kind``, with a name not used before. Raises OSError."""
        number = 1
        while (self.path / f"{kind}-{number}").exists():
            number += 1
        made = self.path / f"{kind}-{number}"
        made.mkdir()
        return made

    def seal(self, stamp: Stamp, before: Stamp) -> None:
        """Write ``stamp`` down in one step, and delete what it does not name. Raises OSError.

        Files that ``before`` knows and that are never written again keep their checksums.
        """
        checksums: dict[str, int] = {}
        for part in filter(None, (stamp.lexical, stamp.lists)):
            for file in sorted((self.path / part).iterdir()):
                name = f"{part}/{file.name}"
                known = before.checksums.get(name) if file.suffix != ".json" else None
                if file.suffix != ".lock":
                    checksums[name] = _checksum(file) if known is None else known
        text = json.dumps(asdict(replace(stamp, checksums=checksums)), indent=1)
        fresh = self.path / f"{STAMP}.new"
        with fresh.open("w", encoding="utf-8") as stream:
            stream.write(text)
            stream.flush()
            os.fsync(stream.fileno())
        fresh.replace(self.path / STAMP)
        for folder in self.path.iterdir():
            if folder.is_dir() and folder.name not in (stamp.lexical, stamp.lists):
                rmtree(folder, ignore_errors=True)  # others may search in it still: they hold its files open


def _checksum(file: Path) -> int:
    """CRC-32 of a file; -1 where it cannot be read."""
    found = 0
    try:
        with file.open("rb") as stream:
            while chunk := stream.read(_CHUNK):
                found = zlib.crc32(chunk, found)
    except OSError:
        return -1
    return found
