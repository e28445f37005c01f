"""The doctor finds an index well that keeps its promises, and says of every other what is wrong with it."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from command import Ibid
from texts import put_in_place

from index.models import DEFAULT_SHA256
from index.store import FILE
from service.doctor import examine
from service.settings import Settings


def change(data_dir: Path, statement: str, *values: object) -> None:
    with closing(sqlite3.connect(data_dir / FILE)) as connection:
        assert connection.execute(statement, values).rowcount > 0
        connection.commit()


def wrong(data_dir: Path) -> dict[str, str]:
    """What the doctor finds wrong, by check."""
    findings = examine(Settings(data_dir=data_dir, corpus_dir=data_dir / "none"))
    return {finding.check: finding.detail for finding in findings if not finding.ok}


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
        "ok    vectors: 17 are of unit length, with token vectors",
        "ok    model: 16 sampled passages are embedded as they are stored",
        "ok    derived: 1 generation of it is whole, and as the truth says",
        "ok    unused: 0 vectors are kept that no passage has",
    ]
    findings = json.loads(ibid("doctor", "--json", **variables).out)
    assert [f"ok    {finding['check']}: {finding['detail']}" for finding in findings] == shown.out.splitlines()
    assert all(finding["ok"] is True for finding in findings)


def test_what_is_wrong_ends_in_a_failure_that_names_what_mends_it(ibid: Ibid, data_dir: Path) -> None:
    change(data_dir, "UPDATE documents SET text = text || ' more' WHERE id = 'river-report'")
    done = ibid("doctor", IBID_DATA_DIR=data_dir, IBID_CORPUS_DIR=data_dir / "none")
    assert (done.code, done.err) == (1, "")
    assert "wrong texts: 1 of 2 are wrong, first river-report; run: ibid ingest --rebuild" in done.out.splitlines()


def test_a_text_that_has_changed_is_found_and_so_is_what_was_read_from_it(data_dir: Path) -> None:
    change(data_dir, "UPDATE documents SET text = replace(text, 'Herons', 'Egrets') WHERE id = 'river-report'")
    found = wrong(data_dir)
    assert set(found) == {"texts", "passages", "footnotes"}
    assert found["passages"].startswith("2 of 17 are wrong, first river-report.")
    assert found["footnotes"] == "1 of 3 are wrong, first river-report note 2; run: ibid ingest --rebuild"


def test_a_passage_that_is_not_what_its_spans_read_is_found(data_dir: Path) -> None:
    change(data_dir, "UPDATE passages SET passage = replace(passage, 'Rivers carry', 'Rovers carry')"
           " WHERE passage LIKE '%Rivers carry%' AND passage LIKE '%\"body\"%'")  # fmt: skip
    assert wrong(data_dir).keys() == {"passages"}


def test_a_vector_of_another_length_is_found(data_dir: Path) -> None:
    with closing(sqlite3.connect(data_dir / FILE)) as connection:
        key, vector = connection.execute(
            "SELECT v.key, v.vector FROM vectors v JOIN passages p ON v.id = p.vector ORDER BY p.row LIMIT 1"
        ).fetchone()
    change(data_dir, "UPDATE vectors SET vector = ? WHERE key = ?", bytes(len(vector)), key)
    assert wrong(data_dir)["vectors"].startswith("1 of 17 are wrong, first river-report.")


def test_a_file_whose_tables_and_indexes_differ_is_found(data_dir: Path) -> None:
    with closing(sqlite3.connect(data_dir / FILE)) as connection:
        [size] = connection.execute("PRAGMA page_size").fetchone()
        [page] = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'passages_by_vector'").fetchone()
    file = data_dir / FILE
    data = bytearray(file.read_bytes())
    data[page * size - 200 : page * size - 100] = b"f" * 100  # inside the keys of the index
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
