"""One forward pass: texts to a vector each, and one for each of their tokens. Imports torch.

Everything goes through the model's own modules, as ``SentenceTransformer.encode`` does it, so that any model
keeps its pooling, its prompts and its way of cutting texts. What is left out is what ``encode`` does for each
text: here tokens are read once for many texts, and vectors are taken out once for a batch.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate, pairwise
from threading import Lock
from typing import Any

import torch
from sentence_transformers import SentenceTransformer
from tokenizers import Tokenizer
from torch import Tensor

from index.batching import Tokens
from index.embedder import Embedded
from ingest.errors import ModelError

UNKNOWN_WINDOW = 512
"""Tokens taken for what a model reads that does not say it."""

LONGEST = 1_000_000
"""Some models say that they have no limit, by a number that is none."""


class Forward:
    """A loaded model, ready to embed; ``read`` and ``embed`` are safe from several threads."""

    def __init__(self, model: SentenceTransformer) -> None:
        self._model = model.eval()
        self._prompt = model.prompts.get(model.default_prompt_name or "") or None
        self._reading = Lock()  # a tokenizer is told how to cut and pad anew by each call
        self._before, self._after = self._special_tokens()

    @property
    def special_tokens(self) -> int:
        """Tokens that the model puts around every text, with those of its prompt."""
        return self._before + self._after

    @property
    def window(self) -> int:
        """Tokens the model reads of one text, without special tokens."""
        limit = self._model.max_seq_length or UNKNOWN_WINDOW
        return int(min(limit, LONGEST)) - self.special_tokens

    def tokenizer(self) -> Tokenizer:
        """A copy of the model's tokenizer."""
        with self._reading:
            return Tokenizer.from_str(self._model.tokenizer.backend_tokenizer.to_str())

    def read(self, texts: Sequence[str]) -> Tokens:
        """Tokens of ``texts``, each cut to what the model reads."""
        with self._reading:
            features = self._model.preprocess(list(texts), prompt=self._prompt)
        return Tokens(features, features["attention_mask"].sum(dim=1).tolist())

    def embed(self, tokens: Tokens, rows: Sequence[int], half: bool = False) -> list[Embedded]:
        """Embed the texts ``rows`` of ``tokens`` in one batch, in that order; ``half``: multiply in bf16."""
        features = _rows(tokens.features, rows)
        mask = features["attention_mask"].bool()
        # One thread for a batch: a team of them waits for its slowest member after every product, by spinning. Two
        # batches on two cores take less time than one on both, and far less where another process wants a core.
        torch.set_num_threads(1)
        with torch.inference_mode(), torch.autocast("cpu", torch.bfloat16, enabled=half):
            found = self._model(features)
            vectors = _unit(found["sentence_embedding"]).numpy()
            parts = _unit(found["token_embeddings"][mask]).numpy()
        bounds = accumulate((tokens.lengths[row] for row in rows), initial=0)
        return [
            Embedded(vector, parts[start + self._before : end - self._after])
            for vector, (start, end) in zip(vectors, pairwise(bounds), strict=True)
        ]

    def _special_tokens(self) -> tuple[int, int]:
        """How many tokens stand before and after those of a text. Raises ModelError, also for want of vectors."""
        try:
            features = self._model.preprocess(["a"], prompt=self._prompt)
            with torch.inference_mode():
                found = self._model(dict(features))
            if found["token_embeddings"].shape[:2] != features["attention_mask"].shape:
                raise KeyError("token_embeddings")
            around = self._model.tokenizer("a", return_special_tokens_mask=True)["special_tokens_mask"]
        except (KeyError, TypeError) as error:
            raise ModelError(
                "the model gives no vector for each token, which late interaction reads; set IBID_MODEL to a "
                "sentence-transformers model that is a transformer"
            ) from error
        before = around.index(0)
        return int(features.get("prompt_length", before)), len(around) - before - around.count(0)


def _unit(vectors: Tensor) -> Tensor:
    return torch.nn.functional.normalize(vectors.float(), dim=-1)


def _rows(features: dict[str, Any], rows: Sequence[int]) -> dict[str, Any]:
    """What the model is given of the texts ``rows``, without the columns that pad all of them."""
    mask = features["attention_mask"]
    if len(rows) == len(mask) and list(rows) == list(range(len(mask))):
        return dict(features)
    chosen = torch.tensor(rows)
    columns = mask[chosen].any(dim=0).nonzero().squeeze(1)
    return {
        name: value[chosen][:, columns] if isinstance(value, Tensor) and value.shape == mask.shape else value
        for name, value in features.items()
    }
