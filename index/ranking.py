"""How hits are ranked: pool sizes and weights."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Ranking:
    """How candidates are ranked: how many each search gives, how many are read closely, what weighs how much.

    The weights are those of ``fuse``; late interaction over the whole passage weighs 1. ``placing_weight`` is what a
    word counts that stands in the title or a section's heading, beside one in the text. ``rerank_pool`` is
    how many of the best a Reranker puts in order, where there is one.
    """

    pool: int = 100
    late_pool: int = 80
    sentence_weight: float = 0.8
    dense_weight: float = 0.5
    lexical_weight: float = 1.5
    phrase_weight: float = 1.2
    placing_weight: float = 0.85
    rerank_pool: int = 20
