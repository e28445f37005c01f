"""What all tests share."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from index.models import SentenceTransformerEmbedder
from service.library import Library, ingest
from service.settings import Settings

CORPUS = Path(__file__).parents[1] / "corpus"

os.environ["HF_HUB_OFFLINE"] = "1"  # the network is cut off in tests: nobody need wait for it to answer


@pytest.fixture(scope="session")
def real_embedder() -> SentenceTransformerEmbedder:
    """The default model, loaded once for all tests that need it."""
    return SentenceTransformerEmbedder()


@pytest.fixture(scope="session")
def corpus_index(tmp_path_factory: pytest.TempPathFactory, real_embedder: SentenceTransformerEmbedder) -> Path:
    """The data folder of an index of both corpus texts, made with the default model. Not to be changed."""
    folder = tmp_path_factory.mktemp("corpus") / "data"
    ingest(Settings(data_dir=folder), [CORPUS], embedder=real_embedder)
    return folder


@pytest.fixture(scope="session")
def whole(corpus_index: Path, real_embedder: SentenceTransformerEmbedder) -> Library:
    """A library of both corpus texts. Not to be changed."""
    return Library(Settings(data_dir=corpus_index, corpus_dir=CORPUS), real_embedder)
