"""An optional last stage: a cross-encoder reads question and text together. torch is imported on first use."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Protocol

from ingest.errors import ModelError

if TYPE_CHECKING:
    from sentence_transformers import CrossEncoder

BATCH = 16
"""Pairs that are read at once."""

_SCORING = ("ForSequenceClassification", "ForCausalLM", "ForConditionalGeneration")
"""How classes of transformers are called that can score a pair. Of any other the last layer would be random."""


class Reranker(Protocol):
    """Says how well texts answer a question, by reading both together."""

    def scores(self, question: str, texts: Sequence[str]) -> list[float]:
        """One score for each of ``texts``, in their order. Higher is better; the scale is the model's own."""
        ...


class CrossEncoderReranker:
    """A sentence-transformers ``CrossEncoder`` with one output: a local folder, or a name on the model hub.

    It is loaded when it is first asked, once; safe from several threads, of which one is served at a time.
    """

    def __init__(self, model: str) -> None:
        self._name = model
        self._lock = Lock()
        self._loaded: CrossEncoder | None = None

    def scores(self, question: str, texts: Sequence[str]) -> list[float]:
        """The model's output for each pair, before any squashing, which could make two of them equal.

        What is longer than the model reads is cut. Raises ModelError.
        """
        if not texts:
            return []
        with self._lock:
            if self._loaded is None:
                self._loaded = self._load()
            import torch

            torch.set_num_threads(1)  # see index.forward
            found = self._loaded.predict(
                [(question, text) for text in texts],
                batch_size=BATCH,
                activation_fn=torch.nn.Identity(),
                show_progress_bar=False,
            )
        return [float(score) for score in found]

    def _load(self) -> CrossEncoder:
        if Path(self._name).is_dir():
            os.environ.setdefault("HF_HUB_OFFLINE", "1")  # a folder is complete: nobody is asked about it
        from sentence_transformers import CrossEncoder
        from transformers import AutoConfig
        from transformers.utils import logging

        from index.kernels import pack_linear

        logging.disable_progress_bar()  # type: ignore[no-untyped-call]
        try:
            self._check(AutoConfig.from_pretrained(self._name).architectures or [])
            model: CrossEncoder = CrossEncoder(self._name, device="cpu").float().eval()
        except (OSError, ValueError, KeyError) as error:
            raise ModelError(
                f"reranker {self._name!r} cannot be loaded ({type(error).__name__}); set IBID_RERANKER to a folder "
                "that holds a sentence-transformers CrossEncoder, to a hub name, or to nothing"
            ) from error
        if model.num_labels != 1:
            raise ModelError(
                f"reranker {self._name!r} gives {model.num_labels} scores for a pair, not one; "
                "set IBID_RERANKER to a CrossEncoder that ranks, or to nothing"
            )
        pack_linear(model)
        return model

    def _check(self, architectures: Sequence[str]) -> None:
        if not any(name.endswith(_SCORING) for name in architectures):
            raise ModelError(
                f"reranker {self._name!r} is a {', '.join(architectures) or 'model'} that scores no pairs; "
                "set IBID_RERANKER to a CrossEncoder, or to nothing"
            )
