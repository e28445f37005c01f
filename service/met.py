"""How the words of a question are met: by one sentence, and by what surrounds it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import tantivy
from numpy.typing import NDArray

from index.codec import Ints, unpack
from index.contract import Index
from index.late import Floats, best_matches
from index.pruning import is_stop_word
from index.question import Question, words_of
from index.retrieval import Hit
from index.stems import word_stems
from service.specifics import specifics
from service.terms import asked_term
from service.wants import OF_SOURCES, wants

Flags = NDArray[np.bool_]
Part = tuple[int, int, int]
"""A stretch of a hit that can be quoted: which hit, and ``[start, end)`` in its reading text."""

AROUND = 0.9
"""What a word counts that is met only elsewhere in the passage, its title, sections or calling sentence."""

STANDS_AROUND = 0.95
"""What it counts where the very word stands in title, sections or calling sentence."""

_WORD = re.compile(r"[^\W_]+")
_TABLE = re.compile(r"\btables?\s+\d", re.IGNORECASE)
_OF_TABLES = frozenset(("show", "shows", "list", "lists", "contain", "contains", "say", "says"))
"""Words that ask what is in a table, in a question that names one by its number."""

_ASKING = re.compile(r"[^.?!]*[?]")
_FORMAL = frozenset(
    """
    many much long large high big far often old fast tall deep wide which what name names named called give does
    """.split()
)
"""Words that only say how a question is put."""

_TO_TEXTS = re.compile(
    r"\b(?:the|this|these|both)\s+(?:reports?|documents?|papers?|articles?|texts?|authors?)"
    r"(?:\s+(?:makes?|says?|gives?|lists?|mentions?|describes?|states?|tells?)\b|\b)"
    r"|\baccording\s+to\b|\b(?:is|are|was|were)\s+mentioned\b"
    r"|\b(?:sources?|references?|newspapers?|foot ?notes?)\s+(?:is|are|was|were)\s+given\b",
    re.IGNORECASE,
)
"""What only says that a question is put to a text: no sentence has to answer to it."""


@dataclass(frozen=True, slots=True)
class Asked:
    """The words of a question, in their order, as judging an answer needs them; all arrays are (words,).

    ``weights`` are shares of the content words' rarity. ``asking`` are the content words of the last sentence with a
    question mark: what comes before it only says where to look.
    """

    question: Question
    starts: tuple[int, ...]
    stems: tuple[str, ...]
    weights: NDArray[np.float64]
    content: Flags
    asking: Flags
    numbers: Flags
    names: Flags

    def at(self, start: int, end: int) -> int | None:
        """Which word stands in ``[start, end)`` of the question, the last one if there are several."""
        inside = [i for i, place in enumerate(self.starts) if start <= place < end]
        return inside[-1] if inside else None


@dataclass(frozen=True, slots=True)
class Sentence:
    """A part of a hit beside the question's words: ``cosines`` (words,) are the best in the sentence.

    ``around`` (words,) are those of the whole passage with what places it. ``stands``, ``in_passage`` and
    ``stands_around`` (words,) tell whether the word itself stands in the sentence, in the passage, or in title,
    sections and calling sentence, endings aside. ``near`` (tokens, words) are the cosines of all tokens of the passage,
    which begin at ``places`` (tokens,).
    """

    hit: int
    start: int
    text: str
    cosines: Floats
    around: Floats
    stands: Flags
    stands_around: Flags
    in_passage: Flags
    places: Ints
    near: Floats

    def met(self, asked: Asked) -> NDArray[np.float64]:
        """How well each word is met, 0 to 1: 1 where it stands in the sentence; a number only where it stands."""
        met = np.maximum(self.cosines, AROUND * self.around).astype(np.float64)
        met = np.where(self.stands_around, np.maximum(met, STANDS_AROUND), met)
        met = np.where(self.stands, 1.0, met)
        return np.clip(np.where(asked.numbers & ~self.stands & ~self.stands_around, 0.0, met), 0.0, 1.0)


def read_words(question: Question, analyzer: tantivy.TextAnalyzer) -> Asked:
    """Sort the words of ``question``; all count as content where none says anything."""
    words = [word.text for word in question.words]
    starts = tuple(start for start, _ in words_of(question.read_as))
    formal = _FORMAL | OF_SOURCES if wants(question.read_as).source else _FORMAL
    formal = formal | _OF_TABLES if _TABLE.search(question.read_as) else formal
    content = np.array([not is_stop_word(word) and word.lower() not in formal for word in words], dtype=np.bool_)
    for match in _TO_TEXTS.finditer(question.read_as):
        content &= [not match.start() <= start < match.end() for start in starts]
    if (term := asked_term(question.read_as)) is not None:
        # The meaning of a song, a logo, a rite is a thing that a text has to speak of; that of a word is not.
        content &= [
            term.start <= start < term.end or word.lower() == "meaning"
            for start, word in zip(starts, words, strict=True)
        ]
    if not content.any():
        content[:] = True
    rarity = np.array([word.rarity for word in question.words]) * content
    asking = [match.span() for match in _ASKING.finditer(question.read_as)]
    low, high = asking[-1] if asking else (0, len(question.read_as))
    inside = np.array([low <= start < high for start in starts], dtype=np.bool_) & content
    numbers = np.array([word[0].isdigit() and len(word) > 1 for word in words], dtype=np.bool_)
    named = set(specifics(question.read_as))
    return Asked(
        question,
        starts,
        tuple(word_stems(analyzer, words)) if words else (),
        rarity / (rarity.sum() or 1.0),
        content,
        inside if inside.any() else content,
        numbers,
        np.array([word.casefold() in named for word in words], dtype=np.bool_) & ~numbers,
    )


def sentences(
    asked: Asked, hits: Sequence[Hit], parts: Sequence[Part], index: Index, analyzer: tantivy.TextAnalyzer
) -> Iterator[Sentence]:
    """Put each of ``parts`` beside the question; they are of ``hits``."""
    coded = unpack(index.token_codes([hit.passage.id for hit in hits]), len(asked.question.vector))
    cosines = coded.cosines(asked.question.tokens)
    for number, (hit, (low, high)) in enumerate(zip(hits, pairwise(coded.bounds), strict=True)):
        places, rows = coded.places[low:high], cosines[low:high]
        near = _by_word(asked.question, rows)
        around = _by_word(asked.question, best_matches(rows)[None])[0]
        passage = hit.passage
        placed = " ".join([hit.document_title, *passage.section, passage.context])
        stands_around, in_passage = (_stand(asked, text, analyzer) for text in (placed, passage.text))
        for of, start, end in parts:
            if of == number:
                best = best_matches(rows[(start <= places) & (places < end)])
                text = passage.text[start:end]
                yield Sentence(
                    number,
                    start,
                    text,
                    _by_word(asked.question, best[None])[0],
                    around,
                    _stand(asked, text, analyzer),
                    stands_around,
                    in_passage,
                    places,
                    near,
                )


def _stand(asked: Asked, text: str, analyzer: tantivy.TextAnalyzer) -> Flags:
    words = _WORD.findall(text)
    stems = set(word_stems(analyzer, words)) if words else set()
    return np.array([bool(stem) and stem in stems for stem in asked.stems], dtype=np.bool_)


def _by_word(question: Question, cosines: Floats) -> Floats:
    """Cosines (n, tokens) with the question's tokens as means over each word's tokens: (n, words)."""
    worded = question.word_of >= 0
    sums = np.zeros((len(question.words), len(cosines)), dtype=np.float32)
    np.add.at(sums, question.word_of[worded], cosines.T[worded])
    pieces = np.bincount(question.word_of[worded], minlength=len(question.words))
    means: Floats = (sums / np.maximum(pieces, 1)[:, None]).T.astype(np.float32)
    return means
