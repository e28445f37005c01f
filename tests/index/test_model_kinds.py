"""Any sentence-transformers model: the vectors that its own ``encode`` gives, whatever its pooling, prompts and tokens.

The models are small, random and made here, so that nothing is downloaded.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from sentence_transformers import SentenceTransformer
from sentence_transformers.sentence_transformer.modules import Dense, Normalize, Pooling, StaticEmbedding, Transformer
from small_models import DIM, SMALL, WORDS, tokenizer
from transformers import (
    BertConfig,
    BertModel,
    LlamaConfig,
    LlamaModel,
    RobertaConfig,
    RobertaModel,
)

from index.models import QUESTIONS, SentenceTransformerEmbedder
from ingest.errors import ModelError

TEXTS = [" ".join(WORDS[number % 5 : 5 + number * 7 % 11]) for number in range(3 * QUESTIONS)] + [
    "the " * 90,
    "unheard",
]


def transformer(folder: Path, kind: str = "bert") -> Transformer:
    """A random transformer in ``folder``, loaded from there."""
    torch.manual_seed(7)
    size = len(WORDS) + 4
    if kind == "bert":
        BertModel(BertConfig(vocab_size=size, **SMALL)).save_pretrained(folder)
    elif kind == "roberta":
        RobertaModel(RobertaConfig(vocab_size=size, pad_token_id=0, **SMALL)).save_pretrained(folder)
    else:
        LlamaModel(LlamaConfig(vocab_size=size, pad_token_id=0, **SMALL)).save_pretrained(folder)
    special = kind != "llama"
    tokenizer(special, "right" if special else "left").save_pretrained(folder)
    return Transformer(str(folder))


def mean(folder: Path) -> SentenceTransformer:
    return SentenceTransformer(modules=[transformer(folder), Pooling(DIM, "mean"), Normalize()], device="cpu")


def first_token_of_roberta(folder: Path) -> SentenceTransformer:
    return SentenceTransformer(modules=[transformer(folder, "roberta"), Pooling(DIM, "cls")], device="cpu")


def last_token_of_a_decoder_padded_at_the_left(folder: Path) -> SentenceTransformer:
    return SentenceTransformer(modules=[transformer(folder, "llama"), Pooling(DIM, "lasttoken")], device="cpu")


def maximum_and_a_dense_layer(folder: Path) -> SentenceTransformer:
    dense = Dense(DIM, 12, activation_function=torch.nn.Tanh())
    return SentenceTransformer(modules=[transformer(folder), Pooling(DIM, "max"), dense], device="cpu")


def a_prompt_that_is_not_pooled(folder: Path) -> SentenceTransformer:
    pooling = Pooling(DIM, "mean", include_prompt=False)
    prompts = {"passage": "passage : ", "query": "query : "}
    return SentenceTransformer(
        modules=[transformer(folder), pooling], prompts=prompts, default_prompt_name="passage", device="cpu"
    )


def a_short_window(folder: Path) -> SentenceTransformer:
    model = mean(folder)
    model.max_seq_length = 9
    return model


KINDS = [
    mean,
    first_token_of_roberta,
    last_token_of_a_decoder_padded_at_the_left,
    maximum_and_a_dense_layer,
    a_prompt_that_is_not_pooled,
    a_short_window,
]


@pytest.fixture(params=KINDS, ids=lambda kind: kind.__name__)
def saved(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """The folder of a model of each kind."""
    make: Callable[[Path], SentenceTransformer] = request.param
    make(tmp_path / "transformer").save(str(tmp_path / "model"), create_model_card=False)
    return tmp_path / "model"


def unit(vectors: np.ndarray) -> np.ndarray:
    return vectors / np.linalg.norm(vectors, axis=-1, keepdims=True)


@pytest.mark.parametrize("count", [1, QUESTIONS, len(TEXTS)])
def test_sentence_vectors_are_those_of_encode(saved: Path, count: int) -> None:
    bare = unit(SentenceTransformer(str(saved), device="cpu").encode(TEXTS[-count:]))
    found = SentenceTransformerEmbedder(str(saved), bf16="off").embed(TEXTS[-count:])
    assert np.array([embedded.vector for embedded in found]) == pytest.approx(bare, abs=1e-5)


def test_token_vectors_are_those_of_encode_without_special_ones(saved: Path) -> None:
    """And without those of a prompt: one for each token that the text has, as far as the model reads it."""
    model = SentenceTransformer(str(saved), device="cpu")
    embedder = SentenceTransformerEmbedder(str(saved), bf16="off")
    special = model.tokenizer.num_special_tokens_to_add()
    prompt = len(model.prompts.get(model.default_prompt_name or "", "").split())
    assert embedder.window == model.max_seq_length - special - prompt
    for text, embedded in zip(TEXTS, embedder.embed(TEXTS), strict=True):
        # Alone there is no padding. Special tokens are one at each end, or none.
        features = model.preprocess([text], prompt=model.prompts.get(model.default_prompt_name or ""))
        with torch.inference_mode():
            all_tokens = model(features)["token_embeddings"][0].numpy()
        own = all_tokens[special // 2 + prompt : len(all_tokens) - special // 2]
        assert len(own) == min(len(embedder.token_offsets(text)), embedder.window)
        assert embedded.tokens == pytest.approx(unit(own), abs=1e-5)


def test_a_prompt_is_what_encode_would_have_put_before_the_text(tmp_path: Path) -> None:
    """Else the test above could not fail for a prompt that is forgotten."""
    model = a_prompt_that_is_not_pooled(tmp_path)
    assert np.abs(model.encode(TEXTS[0]) - model.encode(TEXTS[0], prompt="")).max() > 1e-3


def test_weights_in_half_precision_are_computed_in_single(tmp_path: Path) -> None:
    model = mean(tmp_path / "transformer")
    model.half().save(str(tmp_path / "model"), create_model_card=False)
    found = SentenceTransformerEmbedder(str(tmp_path / "model"), bf16="off").embed(TEXTS)
    exact = model.float().encode(TEXTS)
    assert np.array([embedded.vector for embedded in found]) == pytest.approx(exact, abs=1e-5)


def test_a_model_without_a_limit_of_its_own_is_given_one(tmp_path: Path) -> None:
    mean(tmp_path / "transformer").save(str(tmp_path / "model"), create_model_card=False)
    file = next((tmp_path / "model").rglob("tokenizer_config.json"))
    settings = json.loads(file.read_text())
    file.write_text(json.dumps({**settings, "model_max_length": 10**30}))
    assert 0 < SentenceTransformerEmbedder(str(tmp_path / "model")).window <= SMALL["max_position_embeddings"]


def test_a_model_that_gives_no_vectors_of_tokens_is_refused_with_what_to_do(tmp_path: Path) -> None:
    static = StaticEmbedding(tokenizer(special=False), embedding_dim=DIM)
    SentenceTransformer(modules=[static], device="cpu").save(str(tmp_path), create_model_card=False)
    (tmp_path / "model.safetensors").write_bytes(next(tmp_path.rglob("*.safetensors")).read_bytes())
    with pytest.raises(ModelError, match=r"no vector for each token.*set IBID_MODEL to"):
        SentenceTransformerEmbedder(str(tmp_path)).embed(["the harbour froze"])
