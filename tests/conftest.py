"""What all tests share."""

from __future__ import annotations

import os

import pytest

from index.models import SentenceTransformerEmbedder

os.environ["HF_HUB_OFFLINE"] = "1"  # the network is cut off in tests: nobody need wait for it to answer


@pytest.fixture(scope="session")
def real_embedder() -> SentenceTransformerEmbedder:
    """The default model, loaded once for all tests that need it."""
    return SentenceTransformerEmbedder()
