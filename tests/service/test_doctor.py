"""The doctor finds an index well that keeps its promises, and says of every other what is wrong with it."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from command import Ibid
from fakes import HashEmbedder
from texts import REPORT, put_in_place

from index.embedder import Embedder
from index.models import DEFAULT_SHA256
from index.store import FILE
from ingest.errors import IndexNotReady
from service.doctor import examine
from service.library import Library
from service.settings import Settings


def change(data_dir: Path, statement: str, *values: object) -> None:
    with closing(sqlite3.connect(data_dir / FILE)) as connection:
        assert connection.execute(statement, values).rowcount > 0
        connection.commit()


@pytest.fixture
def hashed(library: Library) -> Path:
    """The folder of an index made with a word-hash embedder, which is looked at in no time."""
    return library.settings.data_dir


def wrong(data_dir: Path, embedder: Embedder | None = None) -> dict[str, str]:
    """What the doctor finds wrong, by check."""
    findings = examine(Settings(data_dir=data_dir, corpus_dir=data_dir / "none"), embedder=embedder)
    return {finding.check: finding.detail for finding in findings if not finding.ok}


def repaired(data_dir: Path, embedder: Embedder) -> dict[str, list[str]]:
    """What the doctor says while it mends, by check."""
    said: dict[str, list[str]] = {}
    for finding in examine(Settings(data_dir=data_dir, corpus_dir=data_dir / "none"), True, embedder):
        said.setdefault(finding.check, []).append(("ok " if finding.ok else "wrong ") + finding.detail)
    return said


def test_all_is_well_with_an_index_just_made(ibid: Ibid, data_dir: Path) -> None:
    variables = {"IBID_DATA_DIR": data_dir, "IBID_CORPUS_DIR": data_dir / "none"}
    shown = ibid("doctor", **variables)
    assert (shown.code, shown.err) == (0, "")
    assert shown.out.splitlines() == [
        f"ok    model: all-MiniLM-L6-v2@{DEFAULT_SHA256}",
        "ok    file: generation 2",
        "ok    texts: 2 are exactly what was ingested (river-report, valdai-shanghai-2016)",
        "ok    passages: 17 re-read from their sources exactly",
        "ok    footnotes: 3 re-read from their sources exactly",
        "ok    documents: 2 are cut into the same passages again, nothing lost",
        "ok    vectors: 17 are of their passage's text, of unit length, with token vectors",
        "ok    model: 16 sampled passages are embedded as they are stored",
        "ok    derived: 1 generation is whole, and holds what the documents hold",
        "ok    unused: 0 vectors are kept that no passage has",
    ]
    findings = json.loads(ibid("doctor", "--json", **variables).out)
    assert [f"ok    {finding['check']}: {finding['detail']}" for finding in findings] == shown.out.splitlines()
    assert all(finding["ok"] is True for finding in findings)


def test_what_is_wrong_ends_in_a_failure_that_names_what_mends_it(ibid: Ibid, data_dir: Path) -> None:
    change(data_dir, "UPDATE documents SET text = text || ' more' WHERE id = 'river-report'")
    done = ibid("doctor", IBID_DATA_DIR=data_dir, IBID_CORPUS_DIR=data_dir / "none")
    assert (done.code, done.err) == (1, "")
    assert (
        "wrong texts: 1 of 2 are wrong, first river-report; "
        "run: ibid ingest PATH, with the file that it was made from" in done.out.splitlines()
    )


# --- what is found -------------------------------------------------------------------------------------------


def test_a_text_that_has_changed_is_found_and_so_is_what_was_read_from_it(data_dir: Path) -> None:
    change(data_dir, "UPDATE documents SET text = replace(text, 'Herons', 'Egrets') WHERE id = 'river-report'")
    found = wrong(data_dir)
    assert set(found) == {"texts", "passages", "footnotes", "documents"}
    assert found["passages"].startswith("2 of 17 are wrong, first river-report.")
    assert found["footnotes"] == "1 of 3 are wrong, first river-report note 2; run: ibid doctor --repair"


HURTS = {
    "passage": (
        "UPDATE passages SET passage = replace(passage, 'Rivers carry', 'Rovers carry')"
        " WHERE passage LIKE '%Rivers carry%' AND kind = 'body'",
        {"passages", "documents"},
    ),
    "no JSON": ("UPDATE passages SET passage = '{' WHERE document_id = 'river-report'", {"passages", "documents"}),
    "no passage": (
        "UPDATE passages SET passage = '{\"id\": 1}' WHERE document_id = 'river-report'",
        {"passages", "documents"},
    ),
    "no position": (
        "UPDATE passages SET position = position + 100 WHERE document_id = 'river-report' AND position = 0",
        {"documents"},
    ),
    "lost passage": ("DELETE FROM passages WHERE document_id = 'river-report' AND position = 2", {"documents"}),
    "kind": ("UPDATE passages SET kind = 'table' WHERE document_id = 'river-report' AND position = 0", {"documents"}),
    "section": ("UPDATE passages SET section = '\"Elsewhere\"' WHERE document_id = 'river-report'", {"documents"}),
    "page": ("UPDATE passages SET last_page = 99 WHERE document_id = 'river-report'", {"documents"}),
    "call": ("DELETE FROM calls WHERE document_id = 'river-report' AND key = 2", {"documents"}),
    "footnote": (
        "UPDATE footnotes SET footnote = replace(footnote, 'Herons', 'Egrets') WHERE footnote LIKE '%Herons%'",
        {"footnotes", "documents"},
    ),
    "no footnote": (
        "UPDATE footnotes SET footnote = '[]' WHERE document_id = 'river-report'",
        {"footnotes", "documents"},
    ),
    "lost footnote": ("DELETE FROM footnotes WHERE document_id = 'river-report' AND key = 1", {"documents"}),
    "length": ("UPDATE vectors SET vector = zeroblob(length(vector)) WHERE {of_river}", {"vectors"}),
    "cut": ("UPDATE vectors SET vector = substr(vector, 1, length(vector) - 3) WHERE {of_river}", {"vectors"}),
    "empty": ("UPDATE vectors SET vector = x'' WHERE {of_river}", {"vectors"}),
    "other": (
        "UPDATE vectors SET vector = (SELECT vector FROM vectors ORDER BY id LIMIT 1) WHERE {of_river}",
        {"model"},
    ),
    "key": ("UPDATE vectors SET key = 'k' || key WHERE {of_river}", {"vectors"}),
    "text": ("UPDATE passages SET indexed = indexed || '!' WHERE document_id = 'river-report'", {"vectors"}),
    "lost vector": ("DELETE FROM vectors WHERE {of_river}", {"vectors"}),
    "lost tokens": ("DELETE FROM tokens WHERE {of_river}", {"vectors"}),
}
OF_RIVER = "id IN (SELECT vector FROM passages WHERE document_id = 'river-report')"


@pytest.mark.parametrize("name", HURTS)
def test_what_is_hurt_is_found_and_mended_from_the_text(hashed: Path, name: str) -> None:
    """All that was hurt is of the river report: nothing else is made anew, and afterwards it is as it was."""
    before = stored(hashed)
    statement, checks = HURTS[name]
    change(hashed, statement.replace("{of_river}", OF_RIVER))
    found = wrong(hashed, HashEmbedder())
    assert found.keys() - {"derived"} == checks  # of some, what is derived holds more than there is now
    assert all("first river-report" in detail for check, detail in found.items() if check in checks)
    assert all(detail.endswith("; run: ibid doctor --repair") for detail in found.values())
    said = repaired(hashed, HashEmbedder())
    assert said["mended"] == [
        "ok river-report: made anew from its text, 8 passages embedded",
        "ok what is derived was made anew, and what nothing uses let go of",
    ]
    assert all(detail.startswith("ok ") for details in said.values() for detail in details)
    assert stored(hashed) == before
    assert wrong(hashed, HashEmbedder()) == {}


def stored(data_dir: Path) -> list[object]:
    """All that is stored, but for the numbers of rows, and vectors to about what a batch changes in them."""
    with closing(sqlite3.connect(data_dir / FILE)) as connection:
        passages = connection.execute(
            "SELECT p.id, p.document_id, position, kind, section, first_page, last_page, passage, indexed, v.key, "
            "length(v.vector), (SELECT group_concat(key) FROM calls WHERE row = p.row) "
            "FROM passages p JOIN vectors v ON v.id = p.vector JOIN tokens USING (id) ORDER BY p.id"
        ).fetchall()
        notes = connection.execute("SELECT * FROM footnotes ORDER BY document_id, key").fetchall()
        [vectors] = connection.execute("SELECT count(*) FROM vectors").fetchone()
        return [passages, notes, vectors, connection.execute("SELECT * FROM documents ORDER BY id").fetchall()]


def test_a_repair_is_seen_by_a_running_service(library: Library, hashed: Path) -> None:
    """Also by one that began after the hurt, and of passages that share a hurt vector."""
    library.add("again.txt", REPORT.encode())
    right = library.search("Where do herons nest?")
    assert all(hit.duplicates for hit in right[:2])  # the same words twice, of one vector
    change(hashed, HURTS["other"][0].replace("{of_river}", OF_RIVER))
    hurt = Library(library.settings, HashEmbedder())
    hurt.index.compact()
    assert hurt.search("Where do herons nest?") != right
    repaired(hashed, HashEmbedder())
    assert library.search("Where do herons nest?") == hurt.search("Where do herons nest?") == right


@pytest.mark.parametrize("name", ["lost vector", "cut", "no passage"])
def test_a_question_that_meets_what_is_hurt_is_told_what_mends_it(library: Library, hashed: Path, name: str) -> None:
    change(hashed, HURTS[name][0].replace("{of_river}", OF_RIVER))
    with pytest.raises(IndexNotReady, match=r"; run: ibid doctor --repair$"):
        Library(library.settings, HashEmbedder()).search("herons")


def test_what_is_well_is_left_alone_by_a_repair(hashed: Path) -> None:
    before = stored(hashed), generation(hashed)
    assert "mended" not in repaired(hashed, HashEmbedder())
    assert (stored(hashed), generation(hashed)) == before


def generation(data_dir: Path) -> object:
    with closing(sqlite3.connect(data_dir / FILE)) as connection:
        return connection.execute("SELECT * FROM changes ORDER BY generation DESC").fetchone()


def test_a_changed_text_can_not_be_mended_but_by_the_file_it_was_made_from(ibid: Ibid, data_dir: Path) -> None:
    """What was read from it is left as it was: it is all that is left of the text."""
    change(data_dir, "UPDATE documents SET text = replace(text, 'Herons', 'Egrets') WHERE id = 'river-report'")
    change(data_dir, "UPDATE passages SET kind = 'table' WHERE document_id = 'valdai-shanghai-2016' AND position = 0")
    variables = {"IBID_DATA_DIR": data_dir, "IBID_CORPUS_DIR": data_dir / "none"}
    done = ibid("doctor", "--repair", "--json", **variables)
    assert done.code == 1
    findings = json.loads(done.out)
    assert [f["detail"] for f in findings if f["check"] == "mended"] == [
        "valdai-shanghai-2016: made anew from its text, 9 passages embedded",
        "what is derived was made anew, and what nothing uses let go of",
    ]
    assert {f["check"] for f in findings if not f["ok"]} == {"texts", "passages", "footnotes", "documents"}
    source = data_dir / "river-report.txt"
    source.write_text(REPORT, encoding="utf-8")
    assert ibid("ingest", source, **variables).out == "river-report: 8 passages, 3 footnotes (0 passages embedded)\n"
    assert ibid("doctor", **variables).code == 0


def test_vectors_of_a_run_that_was_cut_off_are_no_fault_and_let_go_of_by_a_repair(hashed: Path) -> None:
    """A run that is begun again would use them."""
    change(hashed, "INSERT INTO vectors (key, vector) SELECT 'k' || key, vector FROM vectors LIMIT 3")
    assert wrong(hashed, HashEmbedder()) == {}
    said = repaired(hashed, HashEmbedder())
    assert said["mended"] == ["ok what is derived was made anew, and what nothing uses let go of"]
    assert [detail[:4] for detail in said["unused"]] == ["ok 0"]


@pytest.mark.parametrize("pattern", ["stamp.json", "*/*.idx", "*/meta.json"])
def test_damaged_derived_files_are_found_and_made_anew(hashed: Path, pattern: str) -> None:
    [file] = (hashed / "derived").glob(pattern)
    file.unlink()
    file.write_bytes(b"damaged")
    found = wrong(hashed, HashEmbedder())
    assert set(found) == {"derived"}
    assert found["derived"].startswith(f"1 of 1 are wrong, first {file.relative_to(hashed / 'derived')}")
    said = repaired(hashed, HashEmbedder())
    assert said["mended"] == ["ok what is derived was made anew, and what nothing uses let go of"]
    assert wrong(hashed, HashEmbedder()) == {}


def test_a_file_whose_tables_and_indexes_differ_is_found(data_dir: Path) -> None:
    with closing(sqlite3.connect(data_dir / FILE)) as connection:
        [size] = connection.execute("PRAGMA page_size").fetchone()
        [page] = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'passages_by_vector'").fetchone()
    file = data_dir / FILE
    data = bytearray(file.read_bytes())
    data[page * size - 20 : page * size - 10] = (
        b"f" * 10
    )  # inside the keys of the index, the first of which end the page
    put_in_place(file, bytes(data))
    found = wrong(data_dir)
    assert set(found) == {"file"}
    assert found["file"].endswith("; run: ibid ingest --rebuild PATH")
    assert "\n" not in found["file"]


def test_a_file_that_is_no_index_is_found(data_dir: Path) -> None:
    put_in_place(data_dir / FILE, b"no index" * 1000)
    assert "is damaged" in wrong(data_dir)["the index is not ready"]


def test_without_an_index_it_says_how_to_make_one(ibid: Ibid, tmp_path: Path) -> None:
    done = ibid("doctor", "--data-dir", tmp_path / "data")
    assert (done.code, done.out) == (1, f"wrong index: there is none in {tmp_path / 'data'}; run: ibid ingest PATH\n")
    assert list(tmp_path.iterdir()) == []


def test_other_settings_and_a_missing_model_are_findings_too(data_dir: Path, tmp_path: Path) -> None:
    [finding] = examine(Settings(data_dir=data_dir, max_tokens=60))
    assert (finding.check, finding.ok) == ("the index does not fit the settings", False)
    assert finding.detail.endswith("run: ibid ingest --rebuild")
    [finding] = examine(Settings(data_dir=data_dir, model=str(tmp_path)))
    assert (finding.check, finding.ok) == ("the embedding model cannot be used", False)


@pytest.mark.parametrize("stale", [False, True])
def test_an_index_with_another_version_of_the_corpus_is_found(data_dir: Path, tmp_path: Path, stale: bool) -> None:
    text = "River Report, Second Edition\n\nDry."
    (tmp_path / "river-report.txt").write_text(text)
    digest = hashlib.sha256(text.encode()).hexdigest()
    entry = f'[[document]]\nid = "river-report"\nfile = "river-report.txt"\ntitle = "R"\nsha256 = "{digest}"\n'
    (tmp_path / "corpus.toml").write_text(entry if stale else entry.replace('"river-report"', '"brook-report"'))
    findings = examine(Settings(data_dir=data_dir, corpus_dir=tmp_path))
    assert all(finding.ok for finding in findings) is not stale
    assert any(f"run: ibid ingest {tmp_path}" in finding.detail for finding in findings) is stale
