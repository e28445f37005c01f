"""An index that cannot be broken: killed, short of room, damaged, written by several at once, read all the while."""

from __future__ import annotations

import os
import resource
import shutil
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from corpora import MEMORY, WORDS, Made, Oracle, Piece, make, unit

from benchmarks.faults import LISTS, kill
from index.contract import Candidate, Filters
from index.derived import FOLDER, STAMP, DerivedFolder
from index.embedded import EmbeddedIndex
from index.generation import Generation
from index.store import FILE, Store, stored_documents
from index.swap import swap_in
from ingest.errors import IndexMismatch, IndexNotReady

ENVIRONMENT = {**os.environ, "PYTHONPATH": os.pathsep.join(str(p) for p in Path(__file__).parents[:3])}
"""Scripts may import this module and those beside it."""

HEADER = "from pathlib import Path\nfrom test_faults import *\n"
SETTINGS = {"model": "made-up@1"}
ANYTHING = unit("anything")[0]
QUESTION = " ".join(WORDS[:4])


def text(document: str, version: int, count: int) -> Made:
    """A document of so many passages, each of which says which version it is of."""
    return make(document, [Piece((WORDS[row % 4], f"v{version}", f"r{row}")) for row in range(count)], notes=(1, 2))


BASE = [text("one", 0, 40), text("two", 0, 30), text("three", 0, 5)]
CHANGED = [text("one", 1, 33), *BASE[1:]]


def put(index: EmbeddedIndex, *made: Made) -> None:
    for one in made:
        index.upsert(one.ingested, one.info, one.entries)


def opened(folder: Path, flat_max: int = 10**9) -> EmbeddedIndex:
    return EmbeddedIndex(folder, SETTINGS, flat_max)


def found(index: EmbeddedIndex, question: str = QUESTION, pool: int = 20) -> list[Candidate]:
    """Filtered searches are exact, also in inverted lists."""
    every = Filters(document_ids=frozenset({"one", "two", "three", "four"}))
    return list(index.search(question, ANYTHING, pool, every).candidates)


def holds(index: EmbeddedIndex, made: list[Made]) -> None:
    """Documents, passages, notes, texts and answers are those of ``made``, and nothing else."""
    oracle = Oracle({one.id: one for one in made})
    for question in (QUESTION, "lamp v0 r3", "v1"):
        expected = oracle.search(question, ANYTHING, 20)
        candidates = found(index, question)
        assert [c.passage_id for c in candidates] == [c.passage_id for c in expected]
        assert [c.dense for c in candidates] == pytest.approx([c.dense for c in expected], abs=1e-5)
        assert [c.lexical for c in candidates] == pytest.approx([c.lexical for c in expected], rel=1e-4, abs=1e-6)
    assert index.documents() == sorted((one.info for one in made), key=lambda info: info.id)
    for one in made:
        assert index.fetch([passage.id for passage in one.passages]) == list(one.passages)
        assert index.token_codes([p.id for p in one.passages]) == [entry.tokens for entry in one.entries]
        assert index.footnotes(one.id) == list(one.ingested.footnotes)
        assert index.text(one.id) == one.ingested.document.text
    assert index.store.damage() is None


def whole(folder: Path, made: list[Made], flat_max: int = 10**9) -> None:
    """A process that opens the index now finds all of ``made``, and leaves what is derived whole."""
    index = opened(folder, flat_max)
    holds(index, made)
    ready = index.refresh()
    assert ready.lexical.rows.tolist() == ready.dense.rows.tolist() == ready.truth.rows.tolist()
    assert index.derived_faults() == []


@pytest.fixture
def tmp_path() -> Iterator[Path]:
    """A folder where nothing waits for a disk."""
    with TemporaryDirectory(dir=MEMORY) as folder:
        yield Path(folder)


@pytest.fixture
def base(tmp_path: Path) -> Path:
    """The folder of an index with what is derived beside it."""
    put(opened(tmp_path), *BASE)
    opened(tmp_path).refresh()
    return tmp_path


Run = Callable[[str], subprocess.Popen[str]]


@pytest.fixture
def run() -> Iterator[Run]:
    """Starts processes that may use what is here; they end with the test."""
    with ExitStack() as started:

        def start(script: str) -> subprocess.Popen[str]:
            command = [sys.executable, "-c", HEADER + script]
            pipe = subprocess.PIPE
            process = subprocess.Popen(command, env=ENVIRONMENT, stdout=pipe, stderr=pipe, text=True)
            started.enter_context(process)
            started.callback(process.kill)
            return process

        yield start


def ended(process: subprocess.Popen[str]) -> str:
    """What a process has printed, which must have ended well and without a word of warning."""
    out, err = process.communicate(timeout=120)
    assert (process.returncode, err) == (0, "")
    return out


# --- killed --------------------------------------------------------------------------------------------------


def test_a_process_killed_at_any_instant_leaves_the_old_index_or_the_new_one() -> None:
    """40 of the 200 kills that ``python -m benchmarks.faults`` does, and some before a file operation."""
    seeds = {"ingest": 1, "upsert": 2, "delete": 3, "compact": 4}
    with ThreadPoolExecutor(2) as pool:
        runs = [
            pool.submit(kill, operation, "--kills", "10", "--events", "11", "--seed", str(seed))
            for operation, seed in seeds.items()
        ]
        seen = [one for ran in runs for one in ran.result()]
    assert [one for one in seen if one["wrong"]] == []
    assert len(seen) > 50
    assert {one["state"] for one in seen} == {"old", "new"}


def test_a_process_killed_with_its_vectors_in_lists_leaves_them_whole() -> None:
    seen = kill("upsert", "--kills", "4", "--events", "13", "--seed", "5", "--flat-max", str(LISTS))
    assert [one for one in seen if one["wrong"]] == []
    assert len(seen) > 6


def test_a_rebuilt_index_is_in_place_or_not_when_the_process_that_puts_it_there_is_killed(
    tmp_path: Path, run: Run
) -> None:
    """Killed before each file operation of Python's; SQLite's own are one transaction."""
    put(opened(tmp_path / "base"), *BASE)
    put(opened(tmp_path / "new"), *CHANGED)
    script = f"""
import signal
folder = Path({str(tmp_path)!r})
def swap(number):
    def watch(event, values):
        nonlocal number
        if event in ("open", "os.rename", "os.remove", "sqlite3.connect") and str(folder) in str(values[0]):
            number -= 1
            if number < 0:
                os.kill(os.getpid(), signal.SIGKILL)
    sys.addaudithook(watch)
    swap_in(copy / "new" / FILE, copy / "base" / FILE)
    os._exit(0)
for number in range(99):
    copy = folder / f"copy{{number}}"
    for name in ("base", "new"):
        shutil.copytree(folder / name, copy / name)
    child = os.fork() or swap(number)
    if os.waitpid(child, 0)[1] == 0:
        break
"""
    ended(run(script))
    copies = sorted(tmp_path.glob("copy*"), key=lambda copy: int(copy.name[4:]))
    states = [opened(copy / "base").generation != 3 for copy in copies]
    assert len(states) > 3
    assert states == sorted(states)
    assert states[-1] and not states[0]
    for copy, is_new in zip(copies, states, strict=True):
        whole(copy / "base", CHANGED if is_new else BASE)


# --- no room -------------------------------------------------------------------------------------------------


@contextmanager
def no_file_above(size: int) -> Iterator[None]:
    """No file may grow beyond ``size`` bytes: writing fails as on a full disk."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.parametrize("size", [0, 1, 50, 200, 700, 1000, 1500, 2500, 4000, 8000])
@pytest.mark.parametrize("flat_max", [10**9, LISTS])
def test_what_is_derived_and_finds_no_room_is_kept_in_memory(base: Path, size: int, flat_max: int) -> None:
    """Wherever it runs out: in Tantivy's files, in the lists, in the stamp."""
    put(opened(base), CHANGED[0])
    reader = opened(base).store.snapshot()  # else SQLite makes an index of its log first
    with no_file_above(size):
        index = opened(base, flat_max)
        holds(index, CHANGED)
        assert index.generation == reader.generation == 4
    whole(base, CHANGED, flat_max)
    put(index, BASE[0])
    holds(index, BASE)  # the one that was short of room works on
    whole(base, BASE, flat_max)


@pytest.mark.parametrize("room", [0, 4096, 100_000])
def test_a_change_that_finds_no_room_says_so_in_a_sentence_and_leaves_the_old_state(base: Path, room: int) -> None:
    index = opened(base)
    index.refresh()
    large = text("four", 1, 500)
    with no_file_above(room), pytest.raises(IndexNotReady) as caught:
        put(index, large)
    assert str(caught.value).endswith("see that the disk has room, and try again")
    assert "\n" not in str(caught.value)
    holds(index, BASE)
    whole(base, BASE)
    put(index, large)
    holds(index, [*BASE, large])


def test_a_disk_that_is_really_full(tmp_path: Path) -> None:
    """A small file system in memory; what it cannot hold is refused, and when there is room all goes on."""
    script = f"""
disk = Path({str(tmp_path)!r}) / "disk"
put(opened(disk), *BASE)
index = opened(disk)
index.refresh()
ballast = disk / "ballast"
def fill(left):
    room = os.statvfs(disk)
    with ballast.open("ab") as stream:
        stream.write(bytes(room.f_bavail * room.f_bsize - left))
fill(0)
try:
    put(index, text("four", 1, 2000))
except IndexNotReady as error:
    print(error)
holds(index, BASE)
holds(opened(disk), BASE)
ballast.unlink()
fill(200_000)  # room for the change, but not for all that is derived from it
put(index, CHANGED[0])
holds(index, CHANGED)
holds(opened(disk), CHANGED)
ballast.unlink()
put(index, BASE[0])
whole(disk, BASE)
"""
    (tmp_path / "disk").mkdir()
    command = f'mount -t tmpfs -o size=3m none {tmp_path}/disk && exec {sys.executable} -c "$0"'
    unshared = ["unshare", "--mount", "sh", "-c", command]
    if shutil.which("unshare") is None or subprocess.run([*unshared, "0"], check=False, capture_output=True).returncode:
        pytest.skip("no file system may be mounted here")
    done = subprocess.run([*unshared, HEADER + script], env=ENVIRONMENT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.endswith("see that the disk has room, and try again\n")


# --- damaged -------------------------------------------------------------------------------------------------

Hurt = Callable[[bytes], bytes | None]


def cut(data: bytes) -> bytes:
    return data[: len(data) // 2]


def empty(data: bytes) -> bytes:
    return b""


def flip(data: bytes) -> bytes:
    middle = len(data) // 2
    return data[:middle] + bytes([data[middle] ^ 0x10]) + data[middle + 1 :]


def swap(data: bytes) -> bytes:
    return BASE[0].ingested.document.text.encode()


def take_away(data: bytes) -> None:
    return None


DAMAGES: list[Hurt] = [cut, empty, flip, swap, take_away]


def hurt_file(file: Path, hurt: Hurt) -> None:
    """Another file in the place of this one: of a file that is cut where it lies, no process can read on."""
    data = hurt(file.read_bytes())
    if data is None:
        file.unlink()
    else:
        file.with_name("fresh").write_bytes(data)
        file.with_name("fresh").replace(file)


def derived_files(folder: Path) -> list[Path]:
    """All files that are derived, but for locks, which hold nothing."""
    files = sorted(path for path in (folder / FOLDER).rglob("*") if path.is_file())
    return [path for path in files if path.suffix != ".lock" and path.name != "lock"]


@pytest.mark.parametrize("hurt", DAMAGES)
@pytest.mark.parametrize("flat_max", [10**9, LISTS])
def test_every_derived_file_may_be_damaged(tmp_path: Path, hurt: Hurt, flat_max: int) -> None:
    """The doctor sees it, the next that opens the index makes it anew, and nobody gets a wrong answer."""
    for made in BASE:  # a segment each
        put(opened(tmp_path, flat_max), made)
        opened(tmp_path, flat_max).refresh()
    kinds = [file.suffix + file.name * (file.suffix == ".json") for file in derived_files(tmp_path)]
    assert len(kinds) == 3 * 6 + (5 if flat_max == LISTS else 3)
    for number, kind in enumerate(kinds):
        files = [file for file in derived_files(tmp_path) if kind in (file.suffix, file.suffix + file.name)]
        if files and files[number % len(files)].stat().st_size:
            hurt_file(files[number % len(files)], hurt)
            assert opened(tmp_path).derived_faults() or not (tmp_path / FOLDER / STAMP).exists()
            whole(tmp_path, BASE, flat_max)


@pytest.mark.parametrize("hurt", DAMAGES)
def test_what_a_running_process_has_open_may_be_damaged_too(base: Path, hurt: Hurt) -> None:
    """It answers from what it has read, and catches up with the next change."""
    index = opened(base)
    index.refresh()
    for file in derived_files(base):
        hurt_file(file, hurt)
    put(index, CHANGED[0])
    holds(index, CHANGED)
    put(index, text("four", 0, 3))
    holds(index, [*CHANGED, text("four", 0, 3)])
    whole(base, [*CHANGED, text("four", 0, 3)])


@pytest.mark.parametrize(
    "garbage",
    [
        b"",
        b"{",
        b"null",
        b"[]",
        b"\xff\xfe\x00",
        b'{"lexical": 5}',
        b'{"generation": "many"}',
        b"[" * 100_000,
        b'{"checksums": null, "format": 2}',
    ],
)
def test_a_stamp_that_says_nothing_is_no_stamp(base: Path, garbage: bytes) -> None:
    (base / FOLDER / STAMP).write_bytes(garbage)
    assert opened(base).derived_faults() == [f"{STAMP} cannot be read"]
    whole(base, BASE)


def test_what_is_stamped_by_another_generation_or_another_index_is_not_taken(base: Path, tmp_path: Path) -> None:
    """As after a copy of one folder was put back without the other; however often both were changed."""
    put(opened(base / "other"), CHANGED[0], *BASE[1:])
    opened(base / "other").refresh()
    assert opened(base / "other").generation == opened(base).generation
    shutil.copytree(base / FOLDER, base / "kept")
    put(opened(base), CHANGED[0])
    opened(base).refresh()
    newest = shutil.copytree(base / FOLDER, base / "newest")
    for stale in (base / "other" / FOLDER, base / "kept", newest):
        shutil.rmtree(base / FOLDER)
        shutil.copytree(stale, base / FOLDER)
        whole(base, CHANGED)


@pytest.mark.parametrize("flat_max", [10**9, LISTS])
def test_an_older_copy_of_the_file_may_be_put_back(base: Path, flat_max: int) -> None:
    """Rows of passages are then used a second time, under generations that were there before."""
    shutil.copy(base / FILE, base / "backup")
    running = opened(base, flat_max)
    holds(running, BASE)
    put(running, CHANGED[0], text("three", 2, 9))
    holds(running, [CHANGED[0], BASE[1], text("three", 2, 9)])
    (base / "backup").replace(base / FILE)
    for suffix in ("-wal", "-shm"):
        (base / f"{FILE}{suffix}").unlink(missing_ok=True)
    store = Store(base, SETTINGS)
    now = [text("one", 3, 33), BASE[1], text("three", 4, 9)]
    for made in (now[0], now[2]):
        store.put(made.ingested, made.info, made.entries)
    assert store.generation == running.refresh().truth.generation == 5
    holds(running, now)
    whole(base, now, flat_max)


@pytest.mark.parametrize("there", ["file", "link to nothing", "folder as lock", "folder as stamp"])
def test_a_derived_folder_that_cannot_be_used_is_done_without(base: Path, there: str) -> None:
    """Answers come from memory, the doctor says what is in the way, and when it is gone all is as before."""
    shutil.rmtree(base / FOLDER)
    in_the_way = base / FOLDER
    if there == "file":
        in_the_way.write_text("in the way")
    elif there == "link to nothing":
        in_the_way.symlink_to(base / "nothing")
    else:
        in_the_way = base / FOLDER / ("lock" if there == "folder as lock" else STAMP)
        in_the_way.mkdir(parents=True)
    index = opened(base)
    holds(index, BASE)
    put(index, CHANGED[0])
    holds(index, CHANGED)
    assert len(index.derived_faults()) == 1
    if in_the_way.is_dir():
        in_the_way.rmdir()
    else:
        in_the_way.unlink()
    put(index, BASE[0])
    holds(index, BASE)
    whole(base, BASE)


def test_a_folder_deleted_under_a_running_process_is_made_anew(base: Path) -> None:
    index = opened(base)
    holds(index, BASE)
    shutil.rmtree(base / FOLDER)
    holds(index, BASE)
    put(index, CHANGED[0])
    holds(index, CHANGED)
    whole(base, CHANGED)


def test_an_index_deleted_under_a_running_process_is_not_made_empty_in_its_place(base: Path) -> None:
    index = opened(base)
    holds(index, BASE)
    kept = shutil.move(base, base.with_name("kept"))
    for call in (index.refresh, lambda: found(index), lambda: put(index, *CHANGED), index.compact):
        with pytest.raises(IndexNotReady, match=r"is not there; put it back, or run: ibid ingest PATH"):
            call()
    base.mkdir()
    with pytest.raises(IndexNotReady, match="is not there"):
        found(index)
    assert list(base.iterdir()) == []
    base.rmdir()
    shutil.move(kept, base)
    holds(index, BASE)


def test_an_index_of_an_older_schema_is_refused_with_the_command_and_its_texts_can_be_read(tmp_path: Path) -> None:
    made = BASE[0]
    with closing(sqlite3.connect(tmp_path / FILE)) as connection:
        connection.executescript(
            "PRAGMA journal_mode = WAL;"
            "CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;"
            "CREATE TABLE documents (id TEXT PRIMARY KEY, info TEXT NOT NULL, text TEXT NOT NULL) STRICT;"
            "INSERT INTO meta VALUES ('schema', '2'), ('generation', '7'), ('model', 'made-up@1');"
        )
        with closing(sqlite3.connect(":memory:")):
            put(opened(tmp_path / "new"), *CHANGED)
        with closing(sqlite3.connect(tmp_path / "new" / FILE)) as new:
            info = new.execute("SELECT info FROM documents WHERE id = 'one'").fetchone()[0]
        connection.execute("INSERT INTO documents VALUES ('one', ?, ?)", (info, made.ingested.document.text))
        connection.commit()
    with pytest.raises(IndexMismatch, match=r"was built with schema 2, now it is \d; run: ibid ingest --rebuild"):
        opened(tmp_path)
    assert [document.text for _, document in stored_documents(tmp_path / FILE)] == [made.ingested.document.text]
    swap_in(tmp_path / "new" / FILE, tmp_path / FILE)
    whole(tmp_path, CHANGED)
    assert opened(tmp_path).generation == 10  # whoever had the old one open sees that it is another


def test_what_the_log_holds_is_not_lost_with_the_files_beside_it(base: Path) -> None:
    """The process that wrote it was killed: its changes are only in the write-ahead log, the index of that is stale."""
    with closing(sqlite3.connect(base / FILE)) as other:
        other.execute("BEGIN")
        other.execute("SELECT 1 FROM meta").fetchall()  # holds the log back
        put(opened(base), CHANGED[0])
        copy = base / "copy"
        copy.mkdir()
        for suffix in ("", "-wal"):
            shutil.copy(base / f"{FILE}{suffix}", copy / f"{FILE}{suffix}")
    (copy / f"{FILE}-shm").write_bytes(b"of another file " * 2048)
    whole(copy, CHANGED)


# --- several at once -----------------------------------------------------------------------------------------


def version(index: EmbeddedIndex) -> int:
    """Which version of document "one" is found; all that is read must be of one."""
    with index.at_one_generation():
        words = index.search("lamp river stone bread", ANYTHING, 1000, Filters(document_ids=frozenset({"one"})))
        ids = [candidate.passage_id for candidate in words.candidates]
        passages = index.fetch(ids)
        index.token_codes(ids)
        [number] = {int(passage.text.split()[1][1:]) for passage in passages}
        assert len(passages) == index.document("one").passages == 20 + number % 7
        assert index.text("one").count(f" v{number} ") == len(passages)
    return number


def versions(number: int) -> Made:
    return text("one", number, 20 + number % 7)


READER = """
index = opened(Path({folder!r}))
print(version(index), flush=True)
seen = [version(index)]
while seen[-1] < {last}:
    seen.append(version(index))
assert seen == sorted(seen)
"""


def test_readers_see_whole_generations_while_others_write(tmp_path: Path, run: Run) -> None:
    """Two processes read and two write; every request is answered, of one generation, and never of an older one."""
    put(opened(tmp_path), versions(0))
    reader = READER.format(folder=str(tmp_path), last=20)
    readers = [run(reader) for _ in range(2)]
    for process in readers:
        assert process.stdout is not None
        assert process.stdout.readline() == "0\n"
    other = run(f"""
index = opened(Path({str(tmp_path)!r}))
for number in range(20):
    put(index, text("two", number, 10))
    index.refresh()
""")
    index = opened(tmp_path)
    for number in range(1, 21):
        put(index, versions(number))
        index.refresh()
    for process in (*readers, other):
        ended(process)
    assert index.generation == 41
    holds(index, [versions(20), text("two", 19, 10)])
    whole(tmp_path, [versions(20), text("two", 19, 10)])


def test_an_old_generation_is_read_for_as_long_as_it_is_held(tmp_path: Path, run: Run) -> None:
    """While another process writes twenty more, and compacts."""
    index = opened(tmp_path)
    put(index, versions(0))
    with index.at_one_generation():
        assert version(index) == 0
        ended(
            run(f"""
index = opened(Path({str(tmp_path)!r}))
for number in range(1, 21):
    put(index, versions(number))
    index.refresh()
assert not index.compact()  # the room is given back when nobody reads the old state any more
""")
        )
        assert version(index) == 0
        assert index.generation == 1
    assert version(index) == 20
    assert index.generation == 22


@pytest.mark.parametrize("flat_max", [10**9, LISTS])
def test_compaction_and_a_rebuild_under_readers(tmp_path: Path, flat_max: int, run: Run) -> None:
    index = opened(tmp_path, flat_max)
    put(index, *BASE[1:], versions(0))
    reader = run(READER.format(folder=str(tmp_path), last=9))
    assert reader.stdout is not None
    assert reader.stdout.readline() == "0\n"
    for number in range(1, 10):
        if number % 3 == 0:
            fresh = tmp_path / f"new{number}"
            put(opened(fresh), *BASE[1:], versions(number))
            swap_in(fresh / FILE, tmp_path / FILE)
            index.refresh()
        else:
            put(index, versions(number))
            index.compact()
        assert version(index) == number
    ended(reader)
    whole(tmp_path, [versions(9), *BASE[1:]], flat_max)


def test_compaction_gives_the_room_back(base: Path) -> None:
    index = opened(base)
    put(index, text("four", 0, 1000))
    index.refresh()
    index.store.checkpoint()
    size = (base / FILE).stat().st_size
    index.delete("four")
    assert index.compact()
    assert (base / FILE).stat().st_size < size / 4
    assert index.store.log_bytes == 0
    holds(index, BASE)


def test_who_read_on_through_a_compaction_gives_the_room_back_at_its_next_search(base: Path) -> None:
    index, reader = opened(base), opened(base)
    put(index, text("four", 0, 1000))
    index.refresh()
    index.store.checkpoint()
    size = (base / FILE).stat().st_size
    assert reader.refresh().truth.generation == index.generation
    index.delete("four")
    assert not index.compact()
    del index
    holds(reader, BASE)
    assert (base / FILE).stat().st_size < size / 4
    assert reader.store.log_bytes == 0


class Tidy(EmbeddedIndex):
    """Puts up with a log of two hundred pages."""

    log_bytes = 800_000


def test_the_log_does_not_grow_while_somebody_always_reads_the_newest_generation(tmp_path: Path) -> None:
    index = Tidy(tmp_path, SETTINGS)
    sizes = []
    for number in range(30):
        put(index, text("one", number, 200))
        assert index.refresh().truth.generation == number + 1
        sizes.append(index.store.log_bytes)
    assert max(sizes) <= Tidy.log_bytes  # each of the 30 changes writes 200 kB
    holds(index, [text("one", 29, 200)])


class Slow(EmbeddedIndex):
    """Catches up only when it may."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, SETTINGS)
        self.at_it, self.may = threading.Event(), threading.Event()
        self.may.set()

    def _newest(self, seconds: float) -> Generation:
        self.at_it.set()
        assert self.may.wait(60)
        return super()._newest(seconds)


def test_no_search_waits_for_a_thread_that_catches_up(tmp_path: Path) -> None:
    index = Slow(tmp_path)
    put(index, versions(0))
    assert version(index) == 0
    index.may.clear()
    index.at_it.clear()
    put(index, versions(1))
    writer = threading.Thread(target=index.refresh)
    writer.start()
    assert index.at_it.wait(60)
    assert version(index) == 0  # answered while the other cannot go on
    index.may.set()
    writer.join()
    assert version(index) == 1


class Hasty(EmbeddedIndex):
    """Waits for no other process."""

    patience = 0.1


def test_no_search_waits_for_a_process_that_catches_up_and_who_must_wait_does_not_for_ever(
    tmp_path: Path,
) -> None:
    index = Hasty(tmp_path, SETTINGS)
    put(index, versions(0))
    assert version(index) == 0
    put(opened(tmp_path), versions(1))
    with DerivedFolder(tmp_path).locked(0):
        assert version(index) == 0
        assert version(Hasty(tmp_path, SETTINGS)) == 1  # the first search of a process: made in memory
        index.refresh()
        assert version(index) == 1
        assert "another process holds it" in index.derived_faults()[0]
    whole(tmp_path, [versions(1)])


def test_two_threads_may_open_and_ask_at_once(base: Path) -> None:
    gate = threading.Barrier(6)

    def ask(_: int) -> list[Candidate]:
        gate.wait()
        return found(opened(base))

    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(ask, range(6)))
    assert all(answer == answers[0] for answer in answers)
    whole(base, BASE)


def test_a_process_may_end_with_the_index_open_and_threads_reading(base: Path, run: Run) -> None:
    script = f"""
import threading
index = opened(Path({str(base)!r}))
snapshot = index.truth
reading = threading.Event()
def read():
    while True:
        found(index)
        reading.set()
threading.Thread(target=read, daemon=True).start()
reading.wait()
"""
    assert ended(run(script)) == ""


# --- odd, long, many -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["a/b", "..", "it's", '"x"', "%_*?", "a\nb", "☃ 𝄞", "x" * 5000, " ", "-"])
def test_a_document_may_have_any_id(base: Path, name: str) -> None:
    index = opened(base)
    made = replace_id(BASE[2], name)
    put(index, made)
    only = index.search("lamp", ANYTHING, 9, Filters(document_ids=frozenset({name}))).candidates
    assert {c.passage_id for c in only} == {p.id for p in made.passages}
    assert index.text(name) == made.ingested.document.text
    index.delete(name)
    whole(base, BASE)


def replace_id(made: Made, name: str) -> Made:
    """The same document under another id."""
    return make(name, [Piece(tuple(entry.text.split())) for entry in made.entries], notes=(1, 2))


def test_a_section_may_be_very_long_and_very_deep(base: Path) -> None:
    index = opened(base)
    section = tuple(f"{part}" * 2000 for part in range(40))
    put(index, make("four", [Piece(("lamp",), section=section), Piece(("lamp",), section=section[:-1])]))
    for depth, count in ((1, 2), (39, 2), (40, 1)):
        found = index.search("lamp", ANYTHING, 9, Filters(section_prefix=section[:depth])).candidates
        assert len(found) == count


def test_the_four_hundredth_document_costs_what_the_fortieth_does(tmp_path: Path) -> None:
    """Counted in steps of SQLite's machine, for a change and for a deletion."""
    store = Counting(tmp_path, SETTINGS)
    store.create()
    costs = []
    for number in range(400):
        made = make(f"d{number}", [Piece(("lamp", f"d{number}", f"r{row}")) for row in range(3)], notes=(1,))
        store.put(made.ingested, made.info, made.entries)
        before = store.steps
        store.put(replace(made.ingested, footnotes=()), made.info, made.entries)
        costs.append(store.steps - before)
    before = store.steps
    store.remove("d200")
    assert max(costs[350:]) < 2 * max(costs[20:70])
    assert 0 < store.steps - before < 2 * max(costs[20:70])


class Counting(Store):
    """Counts what SQLite does, in tens of its steps."""

    steps = 0

    @contextmanager
    def _connect(self, make: bool = False) -> Iterator[sqlite3.Connection]:
        def count() -> int:
            self.steps += 1
            return 0

        with super()._connect(make) as connection:
            connection.set_progress_handler(count, 10)
            yield connection
