"""Documents are listed and deleted in the shell, beside a running service too, and nothing is deleted by accident."""

from __future__ import annotations

import json
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import httpx2
import pytest
from command import Ibid
from serving import serving
from texts import REPORT

from index.models import SentenceTransformerEmbedder
from service.app import create_app
from service.library import Library
from service.settings import Settings

HELD = ["river-report", "valdai-shanghai-2016"]


def held(ibid: Ibid, data_dir: Path) -> list[str]:
    return [row["id"] for row in json.loads(ibid("documents", "--data-dir", data_dir, "--json").out)]


def test_documents_are_listed_by_id_with_title_and_counts(ibid: Ibid, data_dir: Path) -> None:
    done = ibid("documents", "--data-dir", data_dir)
    head, *rows = [line.split() for line in done.out.splitlines()]
    assert head == ["document", "passages", "footnotes", "characters", "title"]
    assert rows[0] == ["river-report", "8", "3", str(len(REPORT)), "River", "Report"]
    assert [row[0] for row in rows[:2]] == HELD
    [row, _] = json.loads(ibid("documents", "--data-dir", data_dir, "--json").out)
    assert (row["id"], row["title"], row["footnotes"]) == ("river-report", "River Report", 3)


def test_a_deleted_document_is_gone_from_a_running_service(
    ibid: Ibid, data_dir: Path, real_embedder: SentenceTransformerEmbedder
) -> None:
    settings = Settings(data_dir=data_dir)
    with serving(create_app(settings, Library(settings, real_embedder))) as address:
        done = ibid("delete", "river-report", "--yes", "--data-dir", data_dir)
        assert (done.code, done.out, done.err) == (0, "river-report: deleted\n", "")
        told = httpx2.get(f"{address}/v1/documents").json()["documents"]
        assert [info["id"] for info in told] == HELD[1:]
        hits = httpx2.post(f"{address}/v1/search", json={"query": "herons nest in reeds"}, timeout=60).json()["hits"]
        assert {hit["document_id"] for hit in hits} == {HELD[1]}


def test_of_several_documents_all_are_deleted_or_none(ibid: Ibid, data_dir: Path) -> None:
    refused = ibid("delete", "river-report", "x", "--yes", "--data-dir", data_dir)
    assert refused.code == 1
    assert refused.err.startswith("ibid: there is no document 'x'; the index has river-report, valdai-shanghai-2016")
    assert held(ibid, data_dir) == HELD
    done = ibid("delete", *HELD, HELD[0], "--yes", "--json", "--data-dir", data_dir)
    assert json.loads(done.out) == {"deleted": HELD}
    empty = ibid("documents", "--data-dir", data_dir)
    assert (empty.code, empty.out, empty.err) == (0, "", "The index is empty; add documents: ibid ingest PATH\n")


@pytest.mark.parametrize(("typed", "left"), [("n\n", HELD), ("\n", HELD), ("", HELD), ("y\n", HELD[1:])])
def test_it_is_asked_first_and_only_yes_deletes(ibid: Ibid, data_dir: Path, typed: str, left: list[str]) -> None:
    command = [sys.executable, "-m", "eval", "delete", "river-report", "--data-dir", data_dir]
    done = subprocess.run(command, input=typed, capture_output=True, text=True, timeout=120)
    assert "Take river-report (8 passages) out of the index? [y/N]:" in done.stderr
    assert (done.returncode == 0) is (left != HELD)
    assert held(ibid, data_dir) == left


def test_the_version_is_that_of_the_distribution(ibid: Ibid) -> None:
    done = ibid("--version")
    assert (done.code, done.out) == (0, f"ibid {version('ibid')}\n")


@pytest.mark.parametrize("module", ["eval", "eval.cli"])
def test_the_module_is_the_command_too(module: str) -> None:
    done = subprocess.run([sys.executable, "-m", module, "nothing"], capture_output=True, text=True, timeout=60)
    assert done.returncode == 2
    assert "No such command 'nothing'" in done.stderr
