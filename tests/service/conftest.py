"""A library of two small documents, made with a word-hash embedder."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

import pytest
from command import Ibid, Outcome
from fakes import HashEmbedder
from texts import CORPUS, LIGHTHOUSES, REPORT

from eval.cli import main
from index.models import SentenceTransformerEmbedder
from service.library import Library, ingest
from service.settings import Settings


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings with an index of its own, and no corpus folder."""
    return Settings(data_dir=tmp_path / "data", corpus_dir=tmp_path / "corpus")


@pytest.fixture
def sources(tmp_path: Path) -> Path:
    """A folder with the two documents."""
    folder = tmp_path / "sources"
    folder.mkdir()
    (folder / "river-report.txt").write_text(REPORT, encoding="utf-8")
    (folder / "lighthouses.md").write_text(LIGHTHOUSES, encoding="utf-8")
    return folder


@pytest.fixture
def library(settings: Settings, sources: Path) -> Library:
    """A library that holds both."""
    library = Library(settings, HashEmbedder())
    library.ingest([sources])
    return library


@pytest.fixture(scope="session")
def small_index(tmp_path_factory: pytest.TempPathFactory, real_embedder: SentenceTransformerEmbedder) -> Path:
    """The data folder of an index of the short corpus text and the river report, made with the real model.

    Not to be changed: ``data_dir`` is a copy.
    """
    folder = tmp_path_factory.mktemp("small")
    (folder / "river-report.txt").write_text(REPORT, encoding="utf-8")
    paths = [CORPUS / "valdai-shanghai-2016.txt", folder / "river-report.txt"]
    ingest(Settings(data_dir=folder / "data"), paths, embedder=real_embedder)
    return folder / "data"


@pytest.fixture
def data_dir(small_index: Path, tmp_path: Path) -> Path:
    """A copy of the index made with the real model."""
    return shutil.copytree(small_index, tmp_path / "index")


@pytest.fixture
def ibid(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Ibid:
    """Run the command in this process, with these arguments and variables."""
    for name in [name for name in os.environ if name.upper().startswith("IBID_")]:
        monkeypatch.delenv(name)

    def call(*arguments: str | Path, **variables: str | Path) -> Outcome:
        capsys.readouterr()
        with monkeypatch.context() as patch:
            patch.setattr(sys, "argv", ["ibid", *map(str, arguments)])
            for name, value in variables.items():
                patch.setenv(name, str(value))
            with pytest.raises(SystemExit) as ended:
                main()
        out, err = capsys.readouterr()
        return Outcome(int(ended.value.code or 0), out, err)

    return call
