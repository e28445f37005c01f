"""A library of two small documents, made with a word-hash embedder."""

from __future__ import annotations

from pathlib import Path

import pytest
from fakes import HashEmbedder
from texts import LIGHTHOUSES, REPORT

from service.library import Library
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
