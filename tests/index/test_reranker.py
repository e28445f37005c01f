"""The cross-encoder adapter: the model's own scores, in order, higher is better; what cannot rank is refused.

The models are small, random and made here, so that nothing is downloaded.
"""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import torch
from sentence_transformers import CrossEncoder
from small_models import SMALL, WORDS, tokenizer
from transformers import BertConfig, BertForSequenceClassification, BertModel

from index.reranker import BATCH, CrossEncoderReranker, Reranker
from ingest.errors import ModelError

QUESTION = "ships waited"
TEXTS = [" ".join(WORDS[number % 7 : 3 + number % 11]) for number in range(BATCH + 9)] + ["the " * 90, "unheard"]


def saved(folder: Path, labels: int = 1) -> Path:
    """A random cross-encoder in ``folder``."""
    torch.manual_seed(3)
    config = BertConfig(vocab_size=len(WORDS) + 4, num_labels=labels, initializer_range=0.5, **SMALL)
    model = BertForSequenceClassification(config)
    model.classifier.weight.data *= 40  # so far from 0 that a sigmoid would tell no more which is the better
    model.save_pretrained(folder)
    tokenizer(special=True).save_pretrained(folder)
    return folder


def test_scores_are_the_models_own_in_the_order_of_the_texts(tmp_path: Path) -> None:
    reranker: Reranker = CrossEncoderReranker(str(saved(tmp_path)))
    bare = CrossEncoder(str(tmp_path), device="cpu")
    expected = [float(bare.predict([(QUESTION, text)], activation_fn=torch.nn.Identity())[0]) for text in TEXTS]
    found = reranker.scores(QUESTION, TEXTS)
    assert found == pytest.approx(expected, rel=1e-5)
    squashed = {float(score) for score in bare.predict([(QUESTION, text) for text in TEXTS])}
    assert len(set(found)) > len(squashed)


def test_no_texts_need_no_model() -> None:
    assert CrossEncoderReranker("/no/such/folder").scores("x", []) == []


def test_several_threads_may_use_one(tmp_path: Path) -> None:
    reranker = CrossEncoderReranker(str(saved(tmp_path)))
    expected = CrossEncoderReranker(str(tmp_path)).scores(QUESTION, TEXTS)
    with ThreadPoolExecutor(4) as pool:
        for found in pool.map(lambda _: reranker.scores(QUESTION, TEXTS), range(12)):
            assert found == pytest.approx(expected, rel=1e-5)


def test_a_folder_that_is_not_there_is_named_with_what_to_do() -> None:
    with pytest.raises(ModelError, match=r"'/no/such/folder' cannot be loaded .*set IBID_RERANKER to a folder"):
        CrossEncoderReranker("/no/such/folder").scores("x", ["y"])


def test_a_model_of_several_scores_cannot_rank(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"gives 3 scores for a pair, not one; set IBID_RERANKER"):
        CrossEncoderReranker(str(saved(tmp_path, labels=3))).scores("x", ["y"])


def test_an_embedding_model_is_refused_rather_than_given_a_random_last_layer(tmp_path: Path) -> None:
    BertModel(BertConfig(vocab_size=len(WORDS) + 4, **SMALL)).save_pretrained(tmp_path)
    tokenizer(special=True).save_pretrained(tmp_path)
    with pytest.raises(ModelError, match=r"is a BertModel that scores no pairs; set IBID_RERANKER to a CrossEncoder"):
        CrossEncoderReranker(str(tmp_path)).scores("x", ["y"])


def test_torch_is_not_imported_before_it_is_asked() -> None:
    script = (
        "import sys; from index.reranker import CrossEncoderReranker as C; C('x'); sys.exit('torch' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0
