"""What all tests share."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from index.models import SentenceTransformerEmbedder
from service.library import Library
from service.settings import Settings

CORPUS = Path(__file__).parents[1] / "corpus"

os.environ["HF_HUB_OFFLINE"] = "1"  # the network is cut off in tests: nobody need wait for it to answer


@pytest.fixture(scope="session")
def real_embedder() -> SentenceTransformerEmbedder:
    """The default model, loaded once for all tests that need it."""
    return SentenceTransformerEmbedder()


@pytest.fixture(scope="session")
def whole(tmp_path_factory: pytest.TempPathFactory, real_embedder: SentenceTransformerEmbedder) -> Library:
    """A library of both corpus texts, made with the default model. Not to be changed."""
    library = Library(Settings(data_dir=tmp_path_factory.mktemp("whole"), corpus_dir=CORPUS), real_embedder)
    library.ingest([CORPUS])
    return library
