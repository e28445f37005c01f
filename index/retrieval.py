"""A question to ranked hits, over any Index."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from index.codec import unpack_tokens
from index.contract import Candidate, Filters, Index
from index.embedder import Embedder, Vectors
from index.fusion import best_candidates, fuse
from index.late import Floats, maxsim
from ingest.model import Footnote, Passage

_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Ranking:
    """How candidates are ranked: how many each search gives, how many are read closely, what weighs how much."""

    pool: int = 100
    late_pool: int = 64
    lexical_weight: float = 0.3


@dataclass(frozen=True, slots=True)
class Hit:
    """A Passage with its score (higher is better), the parts of that score, and the notes it goes with."""

    passage: Passage
    document_title: str
    score: float
    dense: float
    lexical: float
    late: float
    footnotes: tuple[Footnote, ...]


@dataclass(frozen=True, slots=True)
class Question:
    """A question as the model reads it: its vector (dim,), its tokens' vectors (m, dim), how rare each is (m,)."""

    text: str
    vector: Vectors
    tokens: Vectors
    weights: Floats


class Retriever:
    """Searches an Index: candidates by cosine and by BM25, then late interaction, fused with BM25."""

    def __init__(self, index: Index, embedder: Embedder, ranking: Ranking | None = None) -> None:
        self._index = index
        self._embedder = embedder
        self._ranking = ranking or Ranking()

    def read(self, question: str) -> Question:
        """Embed a question, in one forward pass."""
        embedded = self._embedder.embed([question])[0]
        offsets = self._embedder.token_offsets(question)[: len(embedded.tokens)]
        return Question(question, embedded.vector, embedded.tokens, self._weights(question, offsets))

    def search(self, question: Question, k: int, filters: Filters | None = None) -> list[Hit]:
        """The ``k`` best hits, best first, ties by passage id.

        A change of the index under way may end it with NotFound or KeyError: whoever serves while others write
        asks again (``service.library`` does).
        """
        pool = max(k, self._ranking.pool)
        found = self._index.search(question.text, question.vector, pool, filters)
        candidates = best_candidates(found.candidates, max(k, self._ranking.late_pool))
        late = self._late(question, candidates)
        lexical = [candidate.lexical for candidate in candidates]
        scores = fuse(late, lexical, self._ranking.lexical_weight)
        order = sorted(range(len(candidates)), key=lambda i: (-scores[i], candidates[i].passage_id))[:k]
        passages = self._index.fetch([candidates[i].passage_id for i in order])
        titles = {id_: self._index.document(id_).title for id_ in {passage.document_id for passage in passages}}
        notes = self._notes_of(passages)
        return [
            Hit(
                passage,
                titles[passage.document_id],
                scores[i],
                candidates[i].dense,
                candidates[i].lexical,
                late[i],
                notes[passage.id],
            )
            for i, passage in zip(order, passages, strict=True)
        ]

    def _late(self, question: Question, candidates: Sequence[Candidate]) -> list[float]:
        codes = self._index.token_codes([candidate.passage_id for candidate in candidates])
        vectors = [unpack_tokens(tokens, len(question.vector)) for tokens in codes]
        return maxsim(question.tokens, question.weights, vectors)

    def _notes_of(self, passages: Sequence[Passage]) -> dict[str, tuple[Footnote, ...]]:
        wanted: dict[str, set[int]] = {}
        for passage in passages:
            wanted.setdefault(passage.document_id, set()).update(passage.footnotes)
        by_key = {
            (document_id, note.key): note
            for document_id, keys in wanted.items()
            if keys
            for note in self._index.footnotes(document_id, sorted(keys))
        }
        return {
            passage.id: tuple(by_key[passage.document_id, key] for key in passage.footnotes) for passage in passages
        }

    def _weights(self, text: str, offsets: Sequence[tuple[int, int]]) -> Floats:
        """For each token of ``text`` how rare the word is that it is of; 0 for what is no word."""
        words = list(_WORD.finditer(text))
        rarity = self._index.rarity([word.group() for word in words])
        by_place = {at: value for word, value in zip(words, rarity, strict=True) for at in range(*word.span())}
        return np.array([by_place.get(start, 0.0) for start, _ in offsets], dtype=np.float32)
