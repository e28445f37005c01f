"""The one truth: refused when it does not fit, explained when it is damaged, whole after a crash."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import threading
import time
from contextlib import closing
from pathlib import Path

import pytest
from corpora import Made, Piece, make

from index.contract import Entry
from index.embedded import EmbeddedIndex
from index.store import FILE, Store, stored_documents
from index.swap import swap_in
from ingest.errors import IndexMismatch, IndexNotReady, NotFound

ENVIRONMENT = {**os.environ, "PYTHONPATH": os.pathsep.join(str(p) for p in Path(__file__).parents[:3])}
"""Scripts may import this module and those beside it."""

SETTINGS = {"model": "made-up@1", "max_tokens": "120"}
OLD = make("one", [Piece(("lamp", f"r{row}")) for row in range(30)], notes=(1, 2))
NEW = make("one", [Piece(("silk", f"r{row}")) for row in range(20)], notes=(3,))
OTHER = make("two", [Piece(("river",))])


def put(store: Store, *made: Made) -> None:
    for one in made:
        store.put(one.ingested, one.info, one.entries)


def opened(folder: Path, busy_seconds: float = 30, **settings: str) -> Store:
    store = Store(folder, {**SETTINGS, **settings}, busy_seconds)
    store.create()
    return store


def holds(store: Store, *made: Made) -> bool:
    """Whether the store holds these documents, all of them, and nothing else."""
    held = store.snapshot()
    return (
        held.documents() == [one.info for one in made]
        and [p for one in made for p in held.passages_of(one.id)] == [p for one in made for p in one.passages]
        and len(held.rows) == sum(len(one.passages) for one in made)
        and all(held.text(one.id) == one.ingested.document.text for one in made)
        and all(held.footnotes(one.id) == list(one.ingested.footnotes) for one in made)
        and rows(store, "vectors") == rows(store, "tokens") == len({e.text for one in made for e in one.entries})
    )


def rows(store: Store, table: str) -> int:
    with closing(sqlite3.connect(store.path)) as connection:
        count: int = connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]  # noqa: S608
    return count


# --- opening -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"model": "other@2"}, r"built with model made-up@1, now it is other@2; run: ibid ingest --rebuild$"),
        ({"max_tokens": "60"}, r"built with max_tokens 120, now it is 60; run: ibid ingest --rebuild$"),
        ({"stemmer": "x"}, r"built with stemmer None, now it is x; run: ibid ingest --rebuild$"),
    ],
)
def test_other_settings_are_refused_with_the_command_that_mends(
    tmp_path: Path, settings: dict[str, str], message: str
) -> None:
    put(opened(tmp_path), OLD)
    with pytest.raises(IndexMismatch, match=message):
        opened(tmp_path, **settings)
    assert holds(opened(tmp_path), OLD)


def test_the_same_settings_open_it_again(tmp_path: Path) -> None:
    put(opened(tmp_path), OLD)
    assert opened(tmp_path).generation == 1
    assert opened(tmp_path).damage() is None


@pytest.mark.parametrize("content", [b"This is no database at all, but it is long enough.\n" * 40, b"short"])
def test_a_file_that_is_no_database_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / FILE).write_bytes(content)
    with pytest.raises(IndexNotReady, match=r"damaged .*; run: ibid ingest --rebuild PATH"):
        opened(tmp_path)
    assert (tmp_path / FILE).read_bytes() == content


def test_somebody_elses_database_is_refused_and_left_alone(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / FILE)) as connection:
        connection.execute("CREATE TABLE recipes (name TEXT)")
    before = (tmp_path / FILE).read_bytes()
    with pytest.raises(IndexNotReady, match=r"no such table: meta.*; run: ibid ingest --rebuild PATH"):
        opened(tmp_path)
    assert (tmp_path / FILE).read_bytes() == before


def test_a_truncated_file_is_refused(tmp_path: Path) -> None:
    store = opened(tmp_path)
    put(store, OLD, OTHER)
    os.truncate(store.path, store.path.stat().st_size // 2)
    with pytest.raises(IndexNotReady, match=r"damaged .*; run: ibid ingest --rebuild PATH"):
        opened(tmp_path).snapshot()


def test_damage_inside_the_file_is_found(tmp_path: Path) -> None:
    store = opened(tmp_path)
    put(store, OLD, OTHER)
    data = bytearray(store.path.read_bytes())
    data[8192:] = bytes(len(data) - 8192)  # the first two pages are whole: meta can be read
    store.path.write_bytes(data)
    assert opened(tmp_path).damage() is not None


@pytest.mark.parametrize("left", ["nothing", "no tables"])
def test_a_file_whose_making_was_interrupted_is_made_whole(tmp_path: Path, left: str) -> None:
    with closing(sqlite3.connect(tmp_path / FILE)) as connection:
        if left == "no tables":
            connection.execute("PRAGMA journal_mode = WAL")
    store = opened(tmp_path)
    put(store, OLD)
    assert holds(store, OLD)


def test_many_may_open_a_new_index_at_once(tmp_path: Path) -> None:
    faults: list[BaseException] = []
    gate = threading.Barrier(8)

    def open_it() -> None:
        gate.wait()
        try:
            opened(tmp_path)
        except BaseException as error:  # noqa: BLE001 (shown below)
            faults.append(error)

    threads = [threading.Thread(target=open_it) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not faults
    assert opened(tmp_path).generation == 0


def test_a_folder_that_cannot_be_made_is_named_with_the_setting(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(IndexNotReady, match=r"file/data cannot be made .*; set IBID_DATA_DIR"):
        opened(tmp_path / "file" / "data")


@pytest.mark.skipif(sys.platform != "linux", reason="needs a folder that not even root can write to")
def test_a_folder_that_cannot_be_written_is_named_with_the_setting() -> None:
    with pytest.raises(IndexNotReady, match=r"/proc/self/\S+ cannot be written .*; set IBID_DATA_DIR"):
        opened(Path("/proc/self"))


def test_a_full_disk_is_not_called_damage(tmp_path: Path) -> None:
    """A limit on the size of a file stands in for the disk; what was there stays."""
    put(opened(tmp_path), OTHER)
    script = f"""
import resource, signal
from pathlib import Path
from test_store import NEW, opened, put
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
store = opened(Path({str(tmp_path)!r}))
resource.setrlimit(resource.RLIMIT_FSIZE, (8192, 8192))
put(store, NEW)
"""
    done = run(script)
    assert "IndexNotReady" in done.stderr
    assert "see that the disk has room, and try again" in done.stderr
    assert holds(opened(tmp_path), OTHER)


# --- several at once -----------------------------------------------------------------------------------------


def test_a_writer_that_waits_too_long_says_who_is_in_the_way(tmp_path: Path) -> None:
    store = opened(tmp_path, busy_seconds=0.05)
    put(store, OLD)
    with closing(sqlite3.connect(store.path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(IndexNotReady, match=r"another process is writing to .*; wait until it is done"):
            put(store, NEW)
        assert holds(store, OLD)  # readers do not wait
        other.execute("ROLLBACK")
    put(store, NEW)
    assert holds(store, NEW)


def test_writers_wait_for_one_another(tmp_path: Path) -> None:
    made = [make(f"doc{i}", [Piece(("lamp", f"d{i}"))]) for i in range(8)]
    store = opened(tmp_path)
    threads = [threading.Thread(target=put, args=(opened(tmp_path), one)) for one in made]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert store.generation == 8
    assert holds(store, *made)


def test_a_document_that_contradicts_itself_is_no_damage(tmp_path: Path) -> None:
    twice = make("one", [Piece()], notes=(1, 1))
    store = opened(tmp_path)
    with pytest.raises(sqlite3.IntegrityError):
        put(store, twice)
    assert holds(store)


# --- vectors -------------------------------------------------------------------------------------------------


def test_vectors_are_known_by_model_and_text(tmp_path: Path) -> None:
    store = opened(tmp_path)
    put(store, OLD)
    text, entry = OLD.entries[3].text, OLD.entries[3]
    known = store.known([text, "never seen"])
    assert list(known) == [text]
    assert (known[text].vector == entry.vector).all()
    assert known[text].tokens == entry.tokens
    assert Store(tmp_path, {**SETTINGS, "model": "other@2"}).known([text]) == {}


def test_vectors_no_longer_used_are_gone_and_shared_ones_stay(tmp_path: Path) -> None:
    store = opened(tmp_path)
    put(store, make("a", [Piece(("lamp",)), Piece(("silk",))]), make("b", [Piece(("silk",)), Piece(("moth",))]))
    assert rows(store, "vectors") == 3
    store.remove("a")
    assert set(store.known(["lamp", "silk", "moth"])) == {"silk", "moth"}
    store.remove("b")
    assert rows(store, "vectors") == rows(store, "passages") == rows(store, "footnotes") == 0


def test_who_asks_for_a_document_that_is_not_there_is_told_which_are_or_where_they_are_listed(tmp_path: Path) -> None:
    store = opened(tmp_path)
    told = [
        "the index is empty, ingest one",
        "the index has d00, d01, d02, d03, d04, d05, d06, d07, d08, d09",
        "GET /v1/documents or `ibid doctor` lists them",
    ]
    for number, there in zip((0, 10, 11), told, strict=True):
        put(store, *(make(f"d{place:02}", [Piece(("lamp",))]) for place in range(number)))
        for call in (store.remove, store.snapshot().document):
            with pytest.raises(NotFound) as caught:
                call("x")
            assert str(caught.value) == f"there is no document 'x'; {there}"


# --- crashes -------------------------------------------------------------------------------------------------


class Deadly(list[Entry]):
    """Entries that kill the process after some of them were read."""

    def __init__(self, entries: list[Entry], reads: int) -> None:
        super().__init__(entries)
        self.reads = reads

    def __iter__(self):  # type: ignore[no-untyped-def]  # noqa: ANN204
        for entry in super().__iter__():
            self.reads -= 1
            if self.reads < 0:
                os.kill(os.getpid(), 9)
            yield entry


def run(script: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", script], env=ENVIRONMENT, capture_output=True, text=True, timeout=60, check=False
    )


@pytest.mark.parametrize("reads", [0, 10, 19, 20, 39])
def test_a_process_killed_inside_the_change_leaves_the_old_generation(tmp_path: Path, reads: int) -> None:
    """The entries are read twice: for the vectors, and for the passages."""
    put(opened(tmp_path), OLD, OTHER)
    script = f"""
from pathlib import Path
from test_store import NEW, Deadly, opened
opened(Path({str(tmp_path)!r})).put(NEW.ingested, NEW.info, Deadly(NEW.entries, {reads}))
"""
    assert run(script).returncode == -9
    store = opened(tmp_path)
    assert store.damage() is None
    assert store.generation == 2
    assert holds(store, OLD, OTHER)
    put(store, NEW)
    assert holds(store, NEW, OTHER)


def test_a_process_killed_at_any_instant_leaves_one_generation_or_the_next(tmp_path: Path) -> None:
    """Killed from outside, while it writes again and again: also between commit and return."""
    put(opened(tmp_path), OLD, OTHER)
    script = f"""
from pathlib import Path
from test_store import NEW, OLD, opened, put
store = opened(Path({str(tmp_path)!r}))
print("ready", flush=True)
while True:
    put(store, NEW, OLD)
"""
    for turn in range(4):
        before = opened(tmp_path).generation
        process = subprocess.Popen([sys.executable, "-c", script], env=ENVIRONMENT, stdout=subprocess.PIPE)
        with process:
            assert process.stdout is not None
            process.stdout.readline()
            time.sleep(0.031 * (turn + 1))
            process.kill()
        store = opened(tmp_path)
        assert store.damage() is None
        odd = (store.generation - before) % 2 == 1
        assert holds(store, NEW if odd else OLD, OTHER)
        if odd:
            put(store, OLD)


# --- rebuilding ----------------------------------------------------------------------------------------------


def test_the_texts_of_an_index_can_be_read_whatever_it_was_built_with(tmp_path: Path) -> None:
    put(opened(tmp_path, model="other@2"), OLD, OTHER)
    expected = [(one.info, one.ingested.document) for one in (OLD, OTHER)]
    assert stored_documents(tmp_path / FILE) == expected


@pytest.mark.parametrize("content", [None, b"no database, but long enough to be looked at as one " * 20])
def test_of_no_index_or_a_damaged_one_no_text_is_read(tmp_path: Path, content: bytes | None) -> None:
    if content is not None:
        (tmp_path / FILE).write_bytes(content)
    assert stored_documents(tmp_path / FILE) == []


def test_a_rebuilt_index_takes_the_old_ones_place_and_the_old_one_is_kept(tmp_path: Path) -> None:
    put(opened(tmp_path, model="other@2"), OLD)
    put(opened(tmp_path / "new"), NEW, OTHER)
    for _ in range(2):
        swap_in(tmp_path / "new" / FILE, tmp_path / FILE)
        assert holds(opened(tmp_path), NEW, OTHER)
        assert not (tmp_path / "new" / FILE).exists()
        put(opened(tmp_path / "new"), NEW, OTHER)
    (tmp_path / "kept").mkdir()
    (tmp_path / (FILE + ".old")).rename(tmp_path / "kept" / FILE)
    assert holds(opened(tmp_path / "kept"), NEW, OTHER)


def test_what_was_not_checkpointed_is_kept_too(tmp_path: Path) -> None:
    put(opened(tmp_path), OLD)
    put(opened(tmp_path / "new"), NEW)
    with closing(sqlite3.connect(tmp_path / FILE)) as held:
        held.execute("SELECT 1 FROM meta").fetchall()  # holds the write-ahead log back
        put(opened(tmp_path), OTHER)
        swap_in(tmp_path / "new" / FILE, tmp_path / FILE)
    kept = stored_documents(tmp_path / (FILE + ".old"))
    assert [document.id for _, document in kept] == ["one", "two"]
    assert holds(opened(tmp_path), NEW)


def test_a_running_reader_notices_a_rebuilt_index(tmp_path: Path) -> None:
    """Also where both were changed equally often."""
    reader = EmbeddedIndex(tmp_path, SETTINGS)
    put(reader.store, OLD)
    assert len(reader.search("lamp", OLD.entries[0].vector, 99).candidates) == 30
    put(opened(tmp_path / "new"), NEW)
    swap_in(tmp_path / "new" / FILE, tmp_path / FILE)
    assert len(reader.search("lamp", OLD.entries[0].vector, 99).candidates) == 20
    assert reader.generation == 2


def test_a_running_reader_refuses_an_index_rebuilt_for_another_model(tmp_path: Path) -> None:
    """Vectors of two models are never compared."""
    reader = EmbeddedIndex(tmp_path, SETTINGS)
    put(reader.store, OLD)
    reader.documents()
    put(opened(tmp_path / "new", model="other@2"), NEW)
    swap_in(tmp_path / "new" / FILE, tmp_path / FILE)
    with pytest.raises(IndexMismatch, match="built with model other@2, now it is made-up@1"):
        reader.search("lamp", OLD.entries[0].vector, 9)


def test_a_damaged_index_is_replaced_and_kept(tmp_path: Path) -> None:
    garbage = b"no database, but long enough to be looked at as one " * 20
    (tmp_path / FILE).write_bytes(garbage)
    put(opened(tmp_path / "new"), NEW)
    swap_in(tmp_path / "new" / FILE, tmp_path / FILE)
    assert holds(opened(tmp_path), NEW)
    assert (tmp_path / (FILE + ".old")).read_bytes() == garbage


def test_an_index_in_use_is_not_replaced(tmp_path: Path) -> None:
    """Neither the old nor the new one is lost where the old one cannot be written."""
    (tmp_path / FILE).mkdir()
    put(opened(tmp_path / "new"), NEW)
    with pytest.raises(IndexNotReady, match="set IBID_DATA_DIR"):
        swap_in(tmp_path / "new" / FILE, tmp_path / FILE)
    assert holds(opened(tmp_path / "new"), NEW)


def test_the_first_index_is_simply_put_there(tmp_path: Path) -> None:
    put(opened(tmp_path / "new"), NEW)
    swap_in(tmp_path / "new" / FILE, tmp_path / FILE)
    assert holds(opened(tmp_path), NEW)
    assert not (tmp_path / (FILE + ".old")).exists()


def test_its_size_counts_what_is_written_ahead_of_the_file(tmp_path: Path) -> None:
    """Otherwise a fresh index, whose file is still short, would seem to grow when it is compacted."""
    store = opened(tmp_path)
    with closing(sqlite3.connect(store.path)) as reader:  # keeps the log where it is
        reader.execute("BEGIN")
        reader.execute("SELECT 1 FROM meta").fetchall()
        put(store, OLD, OTHER)
        ahead = store.path.with_name(FILE + "-wal").stat().st_size
        assert ahead > 10_000
        assert store.size == store.path.stat().st_size + ahead
