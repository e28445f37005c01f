"""The library takes documents in whole or not at all, and a rebuild never loses the index that was there."""

from __future__ import annotations

import gc
import sqlite3
import threading
import weakref
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest
from fakes import HashEmbedder
from texts import LIGHTHOUSES, REPORT, put_in_place
from waiting import wait_until

from index.codec import CODEC
from index.embedder import Embedded, Progress
from index.models import QUESTIONS
from index.store import FILE
from ingest.errors import (
    IndexMismatch,
    IndexNotReady,
    ModelError,
    NotFound,
    QueryError,
    SettingsError,
    SourceError,
)
from service.library import AT_ONCE, Library, ingest, rebuild
from service.settings import Settings


class Failing(HashEmbedder):
    """Embeds so many batches, and then fails as a machine does that has no memory left."""

    def __init__(self, batches: int) -> None:
        super().__init__()
        self.batches = batches

    def embed(self, texts: Sequence[str], progress: Progress | None = None) -> list[Embedded]:
        """Embed texts, or fail."""
        if self.batches == 0:
            raise MemoryError
        self.batches -= 1
        return super().embed(texts, progress)


class Missing(HashEmbedder):
    """A model whose weights turn out to be missing when it is first used."""

    @property
    def window(self) -> int:
        """Load the model."""
        raise ModelError("there are no weights; install some")

    @window.setter
    def window(self, value: int) -> None:
        pass


def ids(library: Library) -> list[str]:
    return [info.id for info in library.index.documents()]


def contents(folder: Path) -> dict[str, bytes]:
    """Every file in a folder, by name; left out are SQLite's side files and what is derived: neither says more."""
    files = (path for path in folder.glob("*") if path.is_file() and not path.name.endswith(("-wal", "-shm")))
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


# --- documents in and out ----------------------------------------------------------------------------------


def test_ingesting_says_what_came_of_each_document(settings: Settings, sources: Path) -> None:
    done = Library(settings, HashEmbedder()).ingest([sources])
    assert [(i.info.id, i.info.footnotes, i.changed) for i in done] == [
        ("lighthouses", 0, True),
        ("river-report", 3, True),
    ]
    assert all(i.embedded == i.info.passages > 0 for i in done)


def test_what_is_there_already_is_not_embedded_again(settings: Settings, sources: Path) -> None:
    Library(settings, HashEmbedder()).ingest([sources])
    library = Library(settings, HashEmbedder())
    generation = library.index.generation
    assert [(i.embedded, i.changed) for i in library.ingest([sources])] == [(0, False), (0, False)]
    assert library.index.generation == generation
    (sources / "lighthouses.md").write_text(LIGHTHOUSES.replace("1871", "1872"), encoding="utf-8")
    changed = [i for i in library.ingest([sources]) if i.changed]
    assert [(i.info.id, i.embedded) for i in changed] == [("lighthouses", 1)]


@pytest.mark.parametrize("bad", [b"", b"\xff\xfe", b"a\0b", b"  \n "])
def test_all_sources_are_read_before_the_first_is_put_in(library: Library, sources: Path, bad: bytes) -> None:
    (sources / "lighthouses.md").write_text("Lighthouses\n\nAll dark.\n", encoding="utf-8")
    (sources / "z-bad.txt").write_bytes(bad)
    before = contents(library.settings.data_dir)
    with pytest.raises(SourceError, match=r"z-bad\.txt"):
        library.ingest([sources])
    assert contents(library.settings.data_dir) == before


def test_a_source_that_cannot_be_read_leaves_no_index_behind(settings: Settings, tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"nothing\.txt does not exist; check the path"):
        ingest(settings, [tmp_path / "nothing.txt"], embedder=HashEmbedder())
    assert not settings.data_dir.exists()


def test_a_model_that_cannot_be_loaded_leaves_no_index_behind(settings: Settings, sources: Path) -> None:
    with pytest.raises(ModelError):
        ingest(settings, [sources], embedder=Missing())
    assert not settings.data_dir.exists()


def test_passages_longer_than_the_model_reads_are_refused_before_there_is_an_index(
    settings: Settings, sources: Path
) -> None:
    with pytest.raises(SettingsError, match=r"IBID_MAX_TOKENS is 120, but the model reads 64 .* set it to 64 or less"):
        ingest(settings, [sources], embedder=HashEmbedder(window=64))
    assert not settings.data_dir.exists()
    fitting = settings.model_copy(update={"max_tokens": 64})
    assert ingest(fitting, [sources], embedder=HashEmbedder(window=64))


def test_an_upload_is_a_document_under_the_id_of_its_name(library: Library) -> None:
    assert library.add("/etc/../My Lighthouse (2).TXT", b"Goats\n\nThree goats graze.").info.id == "my-lighthouse-2"
    assert library.index.text("my-lighthouse-2") == "Goats\n\nThree goats graze."


def test_an_upload_of_the_same_name_takes_the_place_of_the_one_before(library: Library) -> None:
    library.add("goats.txt", b"Goats\n\nThree goats graze.")
    library.add("goats.md", b"Goats\n\nFour goats graze.")
    assert ids(library) == ["goats", "lighthouses", "river-report"]
    assert [hit.passage.text for hit in library.search("goats graze", 1)] == ["Goats\nFour goats graze."]


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("report.pdf", b"%PDF", r"report\.pdf is not a kind of file that can be read; give one of: \.md, \.txt"),
        ("", b"text", r"the file is not a kind of file that can be read; give one of: \.md, \.txt"),
        ("empty.txt", b"", r"empty\.txt is empty; give a file with text in it"),
        ("latin.txt", "café".encode("latin-1"), r"latin\.txt is not UTF-8 text \(byte 3\); save it as UTF-8"),
        ("….txt", b"text", r"no document id can be made of the name '…'; rename the file"),
        ("big.txt", b"x" * 1001, r"big\.txt has more than the 1000 bytes allowed; split it, or set IBID_MAX_UPLOAD"),
    ],
)
def test_an_upload_that_cannot_be_used_changes_nothing(
    settings: Settings, name: str, data: bytes, message: str
) -> None:
    library = Library(settings.model_copy(update={"max_upload_bytes": 1000}), HashEmbedder())
    with pytest.raises(SourceError, match=message):
        library.add(name, data)
    assert (ids(library), library.index.generation) == ([], 0)


def test_a_deleted_document_is_gone_from_every_kind_of_search(library: Library) -> None:
    [hit] = library.search("lighthouse keeper goats telescope", 1)
    assert hit.passage.document_id == "lighthouses"
    library.delete("lighthouses")
    assert {hit.passage.document_id for hit in library.search("lighthouse keeper goats telescope", 20)} == {
        "river-report"
    }
    with pytest.raises(NotFound):
        library.passage(hit.passage.id)
    for call in (library.delete, library.document, library.index.text):
        with pytest.raises(NotFound, match="there is no document 'lighthouses'"):
            call("lighthouses")


# --- the corpus folder ---------------------------------------------------------------------------------------


def corpus(folder: Path, text: str, sha256: str) -> None:
    folder.mkdir(exist_ok=True)
    (folder / "lighthouses.md").write_text(text, encoding="utf-8")
    entry = f'[[document]]\nid = "lighthouses"\nfile = "lighthouses.md"\ntitle = "Lights"\nsha256 = "{sha256}"\n'
    (folder / "corpus.toml").write_text(entry, encoding="utf-8")


def test_an_index_with_another_version_of_the_corpus_is_refused_with_the_command_that_mends_it(
    library: Library,
) -> None:
    folder = library.settings.corpus_dir
    corpus(folder, LIGHTHOUSES, library.document("lighthouses").sha256)
    library.check_corpus()
    corpus(folder, LIGHTHOUSES, "0" * 64)
    with pytest.raises(IndexMismatch) as caught:
        library.check_corpus()
    assert str(caught.value) == (
        f"the index holds another version of lighthouses.md than {folder}; run: ibid ingest {folder}"
    )


def test_the_corpus_folder_may_be_missing_empty_or_not_in_the_index(library: Library) -> None:
    library.check_corpus()
    library.settings.corpus_dir.mkdir()
    library.check_corpus()  # a folder without texts is no version of anything
    library.delete("lighthouses")
    corpus(library.settings.corpus_dir, LIGHTHOUSES, "0" * 64)
    library.check_corpus()


# --- questions -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("question", "message"),
    [
        ("", "the question is empty; ask something"),
        (" \n\t\u2003", "the question is empty; ask something"),
        ("\u200b\0", "the question is empty; ask something"),
        ("x" * 1_000_000, "the question has 1000000 characters, more than 4000; shorten it"),
        ("caf\udce9", "the question is no well-formed text; write it in UTF-8"),
    ],
)
def test_a_question_that_cannot_be_asked_is_refused(library: Library, question: str, message: str) -> None:
    for asking in (library.ask, library.search):
        with pytest.raises(QueryError) as caught:
            asking(question)
        assert str(caught.value) == message


@pytest.mark.parametrize("k", [0, -1, 101])
def test_an_impossible_number_of_hits_is_refused(library: Library, k: int) -> None:
    for asking in (library.ask, library.search):
        with pytest.raises(QueryError, match=f"k is {k}; ask for 1 to 100 passages"):
            asking("herons", k)


@pytest.mark.parametrize(
    "question", ["???", "🦩", "\0heron\u200b", "AND OR NOT (", 'a:"b" +c -d', "鹭在哪里？", "x" * 4000]
)
def test_any_other_question_has_an_answer(library: Library, question: str) -> None:
    assert len(library.search(question)) == library.settings.k
    assert library.ask(question).question == question.strip()


def test_k_is_how_many_hits_there_are_at_the_most(library: Library) -> None:
    assert [len(library.search("herons", k)) for k in (None, 1, 3, 100)] == [8, 1, 3, 9]
    assert len(library.ask("herons", 2).hits) == 2


def test_warming_up_loads_the_model(settings: Settings) -> None:
    embedder = HashEmbedder()
    Library(settings, embedder).warm_up()
    assert embedder.embedded > 0


def test_searches_and_answers_during_a_change_never_fail_and_never_mix(library: Library) -> None:
    """A document is replaced again and again, by one of other passages and notes; every question has its answer."""
    versions = [
        REPORT,
        REPORT.replace("Rivers", "Brooks").replace("¹", "").replace("Herons nest", "Long ago herons nest"),
    ]
    stop = threading.Event()

    def write() -> None:
        number = 0
        while not stop.wait(0.005):
            number += 1
            library.add("river-report.txt", versions[number % 2].encode())

    writer = threading.Thread(target=write)
    writer.start()
    try:
        generation = library.index.generation
        asked = 0
        while asked < 40 or library.index.generation < generation + 10:
            answer = library.ask("Where do herons nest in the reeds?")
            assert answer.citations
            assert all(citation.verified for citation in answer.citations)
            assert library.search("silt and rice")
            asked += 1
    finally:
        stop.set()
        writer.join()


class Overtaken(HashEmbedder):
    """Each question that it reads is overtaken by a change of the index."""

    library: Library
    changes = 0

    def embed(self, texts: Sequence[str], progress: Progress | None = None) -> list[Embedded]:
        """Embed texts, after a change where they are the question."""
        if texts == ["Of the goats, how many graze?"]:
            self.changes += 1
            self.library.add("goats.txt", f"Goats\n\nOf the goats {self.changes} graze.".encode())
        return super().embed(texts, progress)


def test_an_answer_that_is_overtaken_is_of_the_generation_it_began_with(settings: Settings) -> None:
    """Whatever is written meanwhile, and by whomever; the next one sees it."""
    embedder = Overtaken()
    embedder.library = Library(settings.model_copy(update={"min_confidence": 0.0}), embedder)
    for changes in range(4):
        answer = embedder.library.ask("Of the goats, how many graze?")
        expected = [f"Of the goats {changes} graze."] if changes else []
        assert [citation.quote for citation in answer.citations] == expected
        assert all(citation.verified for citation in answer.citations)
    assert embedder.changes == 4


class Gated(HashEmbedder):
    """Holds each question that says "gate" until it is opened, and keeps what it was asked at once."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[list[str]] = []
        self.entered = threading.Semaphore(0)
        self.open = threading.Event()

    def embed(self, texts: Sequence[str], progress: Progress | None = None) -> list[Embedded]:
        """Embed texts."""
        self.asked.append(list(texts))
        if "gate" in texts:
            self.entered.release()
            assert self.open.wait(30)
        return super().embed(texts, progress)


def test_questions_that_wait_are_read_together_and_answered_as_if_each_were_alone(
    settings: Settings, sources: Path
) -> None:
    embedder = Gated()
    library = Library(settings.model_copy(update={"spelling": False}), embedder)
    library.ingest([sources])
    words = ["herons", "reeds", "silt", "rice", "lamp", "rivers", "keeper", "nest", "tower"]
    alone = [library.search(word, 2) for word in words]
    answer = library.ask("Where do herons nest in the reeds?")
    embedder.asked.clear()
    with ThreadPoolExecutor(32) as pool:
        try:
            gates = [pool.submit(library.search, "gate") for _ in range(AT_ONCE)]
            assert all(embedder.entered.acquire(timeout=30) for _ in gates)
            asked = [pool.submit(library.search, word, 2) for word in words]
            answered = pool.submit(library.ask, "Where do herons nest in the reeds?")
            wait_until(lambda: library._questions.waiting == len(words) + 1)
        finally:
            embedder.open.set()
        assert [future.result(30) for future in asked] == alone
        assert answered.result(30) == answer
    assert 2 <= max(map(len, embedder.asked)) <= QUESTIONS
    assert sum(map(len, embedder.asked)) == AT_ONCE + len(words) + 1


def test_a_library_that_nobody_holds_lets_go_of_its_index_at_once(settings: Settings, sources: Path) -> None:
    """Its open file would keep the room of what is deleted, until garbage happens to be collected."""
    library = Library(settings, HashEmbedder())
    library.ingest([sources])
    assert library.search("herons")
    index = weakref.ref(library.index)
    gc.disable()
    try:
        del library
        assert index() is None
    finally:
        gc.enable()


# --- rebuilding ----------------------------------------------------------------------------------------------


def test_a_rebuild_keeps_what_was_uploaded_and_the_old_index_beside_it(library: Library, sources: Path) -> None:
    library.add("goats.txt", b"Goats\n\nThree goats graze.")
    other = library.settings.model_copy(update={"max_tokens": 40})
    with pytest.raises(IndexMismatch, match="run: ibid ingest --rebuild"):
        Library(other, HashEmbedder())
    (sources / "lighthouses.md").write_text("Lights\n\nAll dark.\n", encoding="utf-8")
    done = rebuild(other, [sources / "lighthouses.md"], embedder=HashEmbedder())
    assert [i.info.id for i in done] == ["goats", "river-report", "lighthouses"]
    rebuilt = Library(other, HashEmbedder())
    assert ids(rebuilt) == ["goats", "lighthouses", "river-report"]
    assert rebuilt.index.text("lighthouses") == "Lights\n\nAll dark.\n"  # the one given, not the one held
    assert rebuilt.index.text("river-report") == REPORT
    assert rebuilt.search("goats graze", 1)[0].passage.document_id == "goats"
    assert set(contents(other.data_dir)) == {FILE, f"{FILE}.old"}
    with closing(sqlite3.connect(other.data_dir / f"{FILE}.old")) as connection:
        assert connection.execute("SELECT text FROM documents WHERE id = 'lighthouses'").fetchone() == (LIGHTHOUSES,)


def test_a_rebuild_takes_over_what_others_change_meanwhile(library: Library) -> None:
    """Here by its own report of progress: a document is added, one replaced and one deleted while it embeds."""
    left = [
        lambda: library.add("goats.txt", b"Goats\n\nThree goats graze."),
        lambda: library.add("river-report.txt", b"River\n\nDry."),
        lambda: library.delete("lighthouses"),
    ]

    def report(*_: object) -> None:
        if left:
            left.pop(0)()

    rebuild(library.settings, [], report, HashEmbedder())
    assert left == []
    rebuilt = Library(library.settings, HashEmbedder())
    assert ids(rebuilt) == ["goats", "river-report"]
    assert rebuilt.index.text("river-report") == "River\n\nDry."


def test_a_rebuild_keeps_what_is_known_of_a_document(settings: Settings) -> None:
    corpus(settings.corpus_dir, LIGHTHOUSES, "0" * 64)
    manifest = settings.corpus_dir / "corpus.toml"
    digest = ingest_digest(LIGHTHOUSES)
    described = (
        manifest.read_text().replace("0" * 64, digest) + 'authors = ["A. Keeper"]\npublisher = "P"\ndate = "1999"\n'
    )
    described += 'questions = ["Who kept the light?"]\n'
    manifest.write_text(described)
    before = ingest(settings, [settings.corpus_dir], embedder=HashEmbedder())[0].info
    assert (before.title, before.authors, before.publisher, before.date) == ("Lights", ("A. Keeper",), "P", "1999")
    assert before.questions == ("Who kept the light?",)
    assert [i.info for i in rebuild(settings, [], embedder=HashEmbedder())] == [before]


def ingest_digest(text: str) -> str:
    import hashlib

    return hashlib.sha256(text.encode()).hexdigest()


@pytest.mark.parametrize("batches", [0, 1])
def test_a_rebuild_that_fails_half_way_leaves_everything_as_it_was(library: Library, batches: int) -> None:
    other = library.settings.model_copy(update={"max_tokens": 40})
    before = contents(library.settings.data_dir)
    with pytest.raises(MemoryError):
        rebuild(other, [], embedder=Failing(batches))
    assert contents(library.settings.data_dir) == before
    assert library.ask("Where do herons nest?").citations


def test_a_rebuild_clears_away_what_one_that_was_killed_has_left(library: Library, sources: Path) -> None:
    left = library.settings.data_dir / "rebuild-killed"
    left.mkdir()
    (left / "ibid.sqlite3").write_bytes(b"half")
    rebuild(library.settings, [sources], embedder=HashEmbedder())
    assert not left.exists()


def test_a_rebuild_from_paths_that_cannot_be_read_changes_nothing(library: Library, tmp_path: Path) -> None:
    before = contents(library.settings.data_dir)
    with pytest.raises(SourceError):
        rebuild(library.settings, [tmp_path / "nothing.txt"], embedder=HashEmbedder())
    assert contents(library.settings.data_dir) == before


def test_a_rebuild_makes_a_new_index_where_there_is_none(settings: Settings, sources: Path) -> None:
    rebuild(settings, [sources], embedder=HashEmbedder())
    assert ids(Library(settings, HashEmbedder())) == ["lighthouses", "river-report"]
    assert set(contents(settings.data_dir)) == {FILE}


def test_a_rebuild_of_nothing_from_nothing_is_refused(settings: Settings) -> None:
    with pytest.raises(SourceError, match="holds no text that can be read; run: ibid ingest --rebuild PATH"):
        rebuild(settings, [], embedder=HashEmbedder())
    assert not settings.data_dir.exists()


@pytest.mark.parametrize("damage", ["overwritten", "cut"])
def test_a_damaged_index_is_refused_with_the_command_and_rebuilt_from_paths(
    library: Library, sources: Path, damage: str
) -> None:
    settings = library.settings
    file = settings.data_dir / FILE
    data = file.read_bytes()
    put_in_place(file, b"\xde\xad" * (len(data) // 2) if damage == "overwritten" else data[:5000])
    with pytest.raises(IndexNotReady, match="run: ibid ingest --rebuild"):
        Library(settings, HashEmbedder()).ask("Where do herons nest?")
    with pytest.raises(SourceError, match="holds no text that can be read; run: ibid ingest --rebuild PATH"):
        rebuild(settings, [], embedder=HashEmbedder())
    rebuild(settings, [sources], embedder=HashEmbedder())
    assert Library(settings, HashEmbedder()).ask("Where do herons nest?").citations


def test_a_data_folder_that_is_a_file_is_refused(settings: Settings, sources: Path) -> None:
    settings.data_dir.write_text("not a folder")
    for build in (ingest, rebuild):
        with pytest.raises(IndexNotReady, match=r"cannot be made .* set IBID_DATA_DIR to a folder"):
            build(settings, [sources], embedder=HashEmbedder())
    assert settings.data_dir.read_text() == "not a folder"


def test_an_index_whose_token_vectors_are_packed_otherwise_is_refused(library: Library) -> None:
    with closing(sqlite3.connect(library.index.store.path)) as connection:
        connection.execute("UPDATE meta SET value = 'int8' WHERE key = 'codec'")
        connection.commit()
    with pytest.raises(IndexMismatch, match=f"built with codec int8, now it is {CODEC}; run: ibid ingest --rebuild"):
        Library(library.settings, HashEmbedder())


def test_a_slip_of_the_keys_is_put_right_and_the_answer_says_so(library: Library) -> None:
    meant, typed = library.ask("Where do herons nest?"), library.ask("Where do heronns nest?")
    assert (typed.question, typed.notice) == (
        "Where do heronns nest?",
        "The question was read as: Where do herons nest?",
    )
    assert meant.notice is None
    assert [(hit.passage.id, hit.score) for hit in typed.hits] == [(hit.passage.id, hit.score) for hit in meant.hits]


def test_a_question_is_read_as_it_is_typed_where_that_is_set(library: Library) -> None:
    other = Library(library.settings.model_copy(update={"spelling": False}), HashEmbedder())
    assert other.ask("Where do heronns nest?").notice is None


def test_a_reranker_that_is_set_is_asked(library: Library) -> None:
    """A folder that holds no model: it is missed when the first question is asked, not before."""
    settings = library.settings.model_copy(update={"reranker": str(library.settings.data_dir / "none")})
    other = Library(settings, HashEmbedder())
    with pytest.raises(ModelError, match="none"):
        other.search("Where do herons nest?")
