"""Token vectors at rest lose little, keep their places, and can be read by any process."""

from __future__ import annotations

import subprocess
import sys

import faiss
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.codec import Coded, TokenText, _decoded, pack, unpack

DIMS = st.sampled_from([1, 8, 64, 384])


def unit(seed: int, count: int, dim: int) -> np.ndarray:  # type: ignore[type-arg]
    drawn = np.random.default_rng(seed).standard_normal((count, dim)).astype(np.float32)
    return drawn / np.linalg.norm(drawn, axis=1, keepdims=True)


def text(seed: int, count: int, dim: int) -> TokenText:
    """A text of ``count`` tokens in two groups, the first of which only places it."""
    starts = [0, count // 2] if count > 1 else [0] * count
    return TokenText(unit(seed, count, dim), range(-3, count - 3), starts, placing=count // 2)


@settings(deadline=None)  # the first call of a dimension makes its rotation
@given(st.integers(0, 2**32 - 1), st.integers(1, 40), DIMS)
def test_what_is_equal_scores_one_and_what_is_not_by_its_cosine(seed: int, count: int, dim: int) -> None:
    """At 384 dimensions the four levels keep .88 of a vector's length: noise of sqrt(.12 / .88 / 384) = .019."""
    made = text(seed, count, dim)
    question = unit(seed + 1, 5, dim)
    coded = unpack([pack(made)], dim)
    itself = np.diag(coded.cosines(made.vectors))
    assert itself == pytest.approx(1, abs=0.01 if dim > 8 else 0.3)
    off = np.abs(coded.cosines(question) - made.vectors @ question.T)
    if dim == 384:
        assert np.sqrt((off**2).mean()) < (0.03 if count >= 10 else 0.06)  # of five values it says little
        assert off.max() < 0.12


@settings(deadline=None)
@given(st.integers(0, 99), st.integers(1, 40), DIMS)
def test_the_vectors_given_back_have_the_cosines_that_are_looked_up(seed: int, count: int, dim: int) -> None:
    made, question = text(seed, count, dim), unit(seed + 1, 3, dim)
    coded = unpack([pack(made)], dim)
    assert coded.vectors().dtype == np.float32
    assert coded.vectors() @ question.T == pytest.approx(coded.cosines(question), abs=1e-4)


@settings(deadline=None)
@given(st.lists(st.integers(0, 9), max_size=6), st.sampled_from([1, 8, 64]))
def test_texts_read_together_are_as_read_alone(counts: list[int], dim: int) -> None:
    texts = [text(seed, count, dim) for seed, count in enumerate(counts)]
    packed = [pack(made) for made in texts]
    coded, alone = unpack(packed, dim), [unpack([one], dim) for one in packed]
    question = unit(77, 3, dim)
    assert coded.bounds.tolist() == [0, *np.cumsum(counts)]
    for number, (one, made) in enumerate(zip(alone, texts, strict=True)):
        rows = slice(coded.bounds[number], coded.bounds[number + 1])
        mine = coded.owner == number
        assert coded.places[rows].tolist() == one.places.tolist() == list(made.places)
        assert (coded.starts[mine] - coded.bounds[number]).tolist() == list(made.starts)
        assert coded.is_placing[mine].tolist() == [start < made.placing for start in made.starts]
        assert coded.cosines(question)[rows] == pytest.approx(one.cosines(question), abs=1e-5)


@pytest.mark.parametrize("dim", [1, 3, 30, 384, 770])
def test_every_code_is_looked_up_as_the_quantizer_decodes_it(dim: int) -> None:
    quantizer = faiss.ScalarQuantizer(dim, faiss.ScalarQuantizer.QT_2bit_tqmse)
    quantizer.train(np.zeros((1, dim), dtype=np.float32))
    codes = np.random.default_rng(dim).integers(0, 256, (300, quantizer.code_size), dtype=np.uint8)
    assert np.array_equal(_decoded(codes, dim), quantizer.decode(codes))


def test_a_kept_token_takes_at_most_a_hundred_bytes_at_384_dimensions() -> None:
    """96 of codes, 2 of its place, 1 of its factor; a header of 9 bytes, and 2 for each group."""
    assert len(pack(text(0, 60, 384))) == 60 * 99 + 9 + 2 * 2
    assert len(pack(text(0, 60, 384))) <= 60 * 100


@pytest.mark.parametrize("dim", [8, 64, 384])
def test_a_text_without_tokens_stays_one(dim: int) -> None:
    nothing = TokenText(np.zeros((0, dim), dtype=np.float32), [], [])
    for coded in (unpack([pack(nothing)] * 2, dim), unpack([], dim)):
        assert coded.vectors().shape == (0, dim)
        assert coded.cosines(unit(0, 3, dim)).shape == (0, 3)
    assert unpack([pack(nothing)] * 2, dim).bounds.tolist() == [0, 0, 0]


@pytest.mark.parametrize("place", [2**15 - 1, 2**15, 10**6, -(2**15), -(10**6)])
def test_places_far_from_the_start_are_kept(place: int) -> None:
    made = TokenText(unit(0, 2, 8), [0, place], [0])
    assert unpack([pack(made)], 8).places.tolist() == [0, place]


def test_vectors_of_another_model_or_form_are_refused() -> None:
    packed = pack(text(0, 3, 8))
    with pytest.raises(ValueError, match="form 1 and 8 dimensions, where 64 are looked for"):
        unpack([packed], 64)
    with pytest.raises(ValueError, match="form 9"):
        unpack([b"\x09" + packed[1:]], 8)


def test_another_process_writes_the_same_bytes() -> None:
    program = (
        "import numpy as np; from index.codec import *;"
        "print(pack(TokenText(np.eye(3, 8, dtype=np.float32), [0, 5, 9], [0])).hex())"
    )
    other = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True, text=True).stdout.strip()
    assert pack(TokenText(np.eye(3, 8, dtype=np.float32), [0, 5, 9], [0])).hex() == other


def test_nothing_is_kept_of_a_text_but_what_is_given() -> None:
    coded: Coded = unpack([pack(TokenText(unit(0, 4, 8), [0, 3, 6, 9], [0, 2]))], 8)
    assert not coded.is_placing.any()
    assert coded.starts.tolist() == [0, 2]
    assert coded.owner.tolist() == [0, 0]
