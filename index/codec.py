"""Token vectors at rest: two bits a dimension, each with its place in the text and the sentence it stands in.

A vector is turned by a rotation that is the same for all, so that its coordinates are alike whatever the model, and
each coordinate is then one of four levels, the best for a normal distribution (FAISS's ``QT_2bit_tqmse``, after Zandieh
et al., TurboQuant, 2025). Nothing is learned from the texts: what one process wrote any other reads.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate
from typing import Any

import faiss
import numpy as np
from numpy.typing import NDArray

from index.embedder import Vectors

CODEC = "tq2-pruned-1"
"""What an index is stamped with: another one's token vectors cannot be read."""

Ints = NDArray[np.int64]

_HEADER = struct.Struct("<BHHHH")  # format, dim, tokens, tokens that place the text, groups
_PLACES = {1: "<i2", 2: "<i4"}  # by format: the second is for texts with words of many thousand letters
_SEED = 20_417
_BLOCK = 512
"""Tokens decoded at once: so many vectors stay in the processor's cache until they are multiplied."""

_FACTOR_ONE = 128
_FACTOR_STEP = 1 / 256


@dataclass(frozen=True, slots=True)
class TokenText:
    """The tokens that are kept of one text, in groups: first those that only place it, then sentence by sentence.

    ``vectors`` is float32 (n, dim) of unit length. ``places`` (n,) are characters from the start of the reading text,
    below 0 for what stands before it. ``starts`` says at which token each group begins; the first ``placing`` tokens
    are of the title and the sections, and are a group of their own.
    """

    vectors: Vectors
    places: Sequence[int]
    starts: Sequence[int]
    placing: int = 0


@dataclass(frozen=True, slots=True)
class Coded:
    """Token vectors of several texts as they are stored, one text after the other.

    ``bounds`` (texts + 1) says at which token each text begins, ``starts`` (groups) at which each group does,
    ``owner`` (groups) whose it is, ``is_placing`` (groups) whether it is title and sections.
    """

    dim: int
    codes: NDArray[np.uint8]
    factors: NDArray[np.float32]
    places: Ints
    bounds: Ints
    starts: Ints
    owner: Ints
    is_placing: NDArray[np.bool_]

    def vectors(self) -> Vectors:
        """Give the vectors back: float32 (tokens, dim), about .94 of their direction kept at 384 dimensions."""
        if not len(self.codes):
            return np.zeros((0, self.dim), dtype=np.float32)
        turned: Vectors = _decoded(self.codes, self.dim) * self.factors[:, None]
        back: Vectors = turned @ _rotation(self.dim).T
        return back

    def cosines(self, question: Vectors) -> Vectors:
        """Cosine of each token with each of ``question`` (m, dim), float32 (tokens, m), each to about .02.

        The question is turned instead of the tokens. The estimate is unbiased: what is equal scores 1.
        """
        found = np.empty((len(self.codes), len(question)), dtype=np.float32)
        if not found.size:
            return found
        turned = np.ascontiguousarray((question @ _rotation(self.dim)).T)
        for start in range(0, len(self.codes), _BLOCK):
            block = slice(start, start + _BLOCK)
            np.matmul(_decoded(self.codes[block], self.dim), turned, out=found[block])
        found *= self.factors[:, None]
        return found


def pack(text: TokenText) -> bytes:
    """Write a text's tokens down: a header, then starts, places, factors and codes. About 99 bytes a token of 384."""
    count, dim = text.vectors.shape
    turned = np.ascontiguousarray(text.vectors @ _rotation(dim), dtype=np.float32)
    codes, factors = _encoded(turned, dim)
    places = np.asarray(text.places, dtype=np.int64)
    version = 1 if count == 0 or np.abs(places).max() < 2**15 else 2
    header = _HEADER.pack(version, dim, count, text.placing, len(text.starts))
    starts = np.asarray(text.starts, dtype="<u2").tobytes()
    return header + starts + places.astype(_PLACES[version]).tobytes() + factors.tobytes() + codes.tobytes()


def unpack(packed: Sequence[bytes], dim: int) -> Coded:
    """Read what ``pack`` made of several texts of one model, in their order. Raises ValueError for another's."""
    texts = [_Parts.of(one, dim) for one in packed]
    bounds = list(accumulate((text.count for text in texts), initial=0))
    size = _quantizer(dim).code_size
    return Coded(
        dim=dim,
        codes=np.frombuffer(b"".join(text.codes for text in texts), dtype=np.uint8).reshape(bounds[-1], size),
        factors=_factor(np.frombuffer(b"".join(text.factors for text in texts), dtype=np.uint8)),
        places=np.concatenate([np.zeros(0, dtype=np.int64), *(text.places for text in texts)]),
        bounds=np.array(bounds, dtype=np.int64),
        starts=_ints(start + low for text, low in zip(texts, bounds, strict=False) for start in text.starts),
        owner=_ints(number for number, text in enumerate(texts) for _ in text.starts),
        is_placing=np.array([bool(start < text.placing) for text in texts for start in text.starts], dtype=np.bool_),
    )


@dataclass(frozen=True, slots=True)
class _Parts:
    """One packed text, taken apart."""

    count: int
    placing: int
    starts: tuple[int, ...]
    places: Ints
    factors: bytes
    codes: bytes

    @classmethod
    def of(cls, packed: bytes, dim: int) -> _Parts:
        version, width, count, placing, groups = _HEADER.unpack_from(packed)
        if version not in _PLACES or width != dim:
            raise ValueError(f"token vectors of form {version} and {width} dimensions, where {dim} are looked for")
        at = _HEADER.size
        starts = struct.unpack_from(f"<{groups}H", packed, at)
        at += 2 * groups
        places = np.frombuffer(packed, dtype=_PLACES[version], count=count, offset=at)
        at += places.nbytes
        return cls(count, placing, starts, places, packed[at : at + count], packed[at + count :])


def _encoded(turned: Vectors, dim: int) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Codes of turned vectors, and for each the factor that makes its product with itself 1, as a byte."""
    quantizer = _quantizer(dim)
    if not len(turned):
        return np.zeros((0, quantizer.code_size), dtype=np.uint8), np.zeros(0, dtype=np.uint8)
    codes: NDArray[np.uint8] = quantizer.compute_codes(turned)
    products = np.einsum("ij,ij->i", quantizer.decode(codes), turned)
    steps = -np.log(np.maximum(products, 1e-3)) / _FACTOR_STEP
    return codes, np.clip(np.rint(steps) + _FACTOR_ONE, 0, 255).astype(np.uint8)


def _factor(stored: NDArray[np.uint8]) -> NDArray[np.float32]:
    factors: NDArray[np.float32] = np.exp((stored.astype(np.float32) - _FACTOR_ONE) * np.float32(_FACTOR_STEP))
    return factors


@lru_cache(maxsize=4)
def _rotation(dim: int) -> Vectors:
    """An orthogonal matrix (dim, dim), evenly drawn; ``RandomState`` gives the same numbers for ever."""
    drawn = np.random.RandomState(_SEED).standard_normal((dim, dim))
    turned, upper = np.linalg.qr(drawn)
    rotation: Vectors = (turned * np.where(np.diag(upper) < 0, -1, 1)).astype(np.float32)
    return rotation


@lru_cache(maxsize=4)
def _quantizer(dim: int) -> Any:  # noqa: ANN401 (faiss has no types)
    quantizer = faiss.ScalarQuantizer(dim, faiss.ScalarQuantizer.QT_2bit_tqmse)
    quantizer.train(np.zeros((1, dim), dtype=np.float32))  # makes its tables; looks at nothing
    return quantizer


def _decoded(codes: NDArray[np.uint8], dim: int) -> Vectors:
    """What the quantizer decodes ``codes`` (n, bytes) to, float32 (n, dim): a table has the four levels of each byte.

    Looking a byte up takes half the time of decoding it, and starts no team of threads beside those of other requests.
    """
    rows: Vectors = np.take(_levels(dim), codes).view(np.float32)
    return rows[:, :dim]


@lru_cache(maxsize=4)
def _levels(dim: int) -> NDArray[np.void]:
    """The levels that each byte stands for, (256,) items of four float32."""
    quantizer = _quantizer(dim)
    codes = np.zeros((256, quantizer.code_size), dtype=np.uint8)
    codes[:, 0] = np.arange(256)
    decoded = np.zeros((256, 4), dtype=np.float32)
    first = quantizer.decode(codes)[:, :4]
    decoded[:, : first.shape[1]] = first
    levels: NDArray[np.void] = decoded.view("V16").ravel()
    return levels


def _ints(values: Any) -> Ints:  # noqa: ANN401 (any iterable of int)
    return np.fromiter(values, dtype=np.int64)
