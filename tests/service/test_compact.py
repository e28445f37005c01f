"""Compaction by command: the file becomes smaller, and what it holds stays."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

from command import Ibid

from index.store import FILE


def test_the_room_of_what_was_deleted_is_given_back(ibid: Ibid, data_dir: Path) -> None:
    assert ibid("search", "herons", IBID_DATA_DIR=data_dir).code == 0
    with closing(sqlite3.connect(data_dir / FILE)) as connection:
        connection.execute("INSERT INTO vectors (key, vector) VALUES ('of nothing', zeroblob(3000000))")
        connection.commit()
    done = ibid("compact", "--json", IBID_DATA_DIR=data_dir)
    sizes = json.loads(done.out)
    assert (done.code, done.err) == (0, "")
    assert sizes["done"]
    assert sizes["bytes_before"] > sizes["bytes_after"] + 2_900_000
    assert sizes["bytes_after"] == (data_dir / FILE).stat().st_size
    assert ibid("doctor", IBID_DATA_DIR=data_dir, IBID_CORPUS_DIR=data_dir / "none").code == 0


def test_who_else_reads_is_named_as_what_keeps_the_room(ibid: Ibid, data_dir: Path) -> None:
    with closing(sqlite3.connect(data_dir / FILE)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT 1 FROM meta").fetchall()
        done = ibid("compact", IBID_DATA_DIR=data_dir)
        assert (done.code, done.out) == (0, "")
        assert "its next question gives the room back" in done.err


def test_without_an_index_there_is_nothing_to_compact(ibid: Ibid, tmp_path: Path) -> None:
    done = ibid("compact", IBID_DATA_DIR=tmp_path / "data")
    assert (done.code, done.out) == (1, "")
    assert "run: ibid ingest PATH" in done.err
    assert list(tmp_path.iterdir()) == []
