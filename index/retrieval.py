"""A question to ranked hits, over any Index."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from index.codec import Coded, Ints, unpack
from index.contract import Candidate, Filters, Index
from index.embedder import Embedded, Embedder, Vectors
from index.fusion import Scores, after_callers, best_candidates, fuse
from index.late import Closeness, Floats, interact, phrases
from index.matches import Match, Matcher
from index.question import Question, Word, weigh, words_of
from index.ranking import Ranking
from index.reranker import Reranker
from index.spelling import Dictionary, corrected
from index.stems import english
from ingest.model import Footnote, Passage, PassageKind


@dataclass(frozen=True, slots=True)
class Hit:
    """A Passage with its score (higher is better), the parts of that score, and what it goes with.

    ``late`` and ``sentence`` say how the question's words are met by the passage and by its best sentence, ``phrase``
    how they are met in their order, ``dense`` is the cosine of the whole, ``lexical`` BM25;
    ``reranked`` is a Reranker's score, where one has read the passage: it then decides over the order.
    ``matches`` are places in the reading text. ``callers`` are ids of the passages that call a note, empty for what
    is no note. ``duplicates`` are ids of passages found with the same words, that come after it.
    """

    passage: Passage
    document_title: str
    score: float
    dense: float
    lexical: float
    late: float
    footnotes: tuple[Footnote, ...]
    sentence: float = 0.0
    phrase: float = 0.0
    reranked: float | None = None
    matches: tuple[Match, ...] = ()
    callers: tuple[str, ...] = ()
    duplicates: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Scored:
    """Candidates with their parts and the whole, and the cosines that they come from."""

    candidates: Sequence[Candidate]
    coded: Coded
    cosines: Vectors
    close: Closeness
    phrase: Floats
    scores: Scores
    reranked: dict[int, float]

    def tokens_of(self, i: int) -> tuple[Ints, Vectors]:
        """Places of a candidate's tokens, and their cosines with the question's."""
        rows = slice(self.coded.bounds[i], self.coded.bounds[i + 1])
        return self.coded.places[rows], self.cosines[rows]

    def order(self) -> list[int]:
        """Candidates, best first, ties by passage id."""
        return sorted(range(len(self.candidates)), key=lambda i: (-self.scores[i], self.candidates[i].passage_id))


class Retriever:
    """Searches an Index: candidates by cosine and by BM25, then late interaction, fused with both.

    With a Dictionary, words of a question that no text holds are read as what they were meant to be.
    """

    def __init__(
        self,
        index: Index,
        embedder: Embedder,
        ranking: Ranking | None = None,
        reranker: Reranker | None = None,
        dictionary: Dictionary | None = None,
    ) -> None:
        self._index = index
        self._embedder = embedder
        self._ranking = ranking or Ranking()
        self._reranker = reranker
        self._dictionary = dictionary
        self._analyzer = english()

    def read(self, question: str) -> Question:
        """Embed a question, in one forward pass; with a dictionary, its slips of the keys are put right first."""
        return self.read_all([question])[0]

    def read_all(self, questions: Sequence[str]) -> list[Question]:
        """Read questions, in their order; they are embedded together."""
        read_as = [self._corrected(question) for question in questions]
        embedded = self._embedder.embed(read_as)
        return [self._read(*one) for one in zip(questions, read_as, embedded, strict=True)]

    def _corrected(self, question: str) -> str:
        if self._dictionary is None:
            return question
        return corrected(question, self._index.frequencies, self._dictionary)

    def _read(self, question: str, read_as: str, embedded: Embedded) -> Question:
        starts = [start for start, _ in self._embedder.token_offsets(read_as)[: len(embedded.tokens)]]
        read = read_question(self._index, read_as, embedded.vector, embedded.tokens, starts)
        return replace(read, text=question)

    def search(self, question: Question, k: int, filters: Filters | None = None) -> list[Hit]:
        """The ``k`` best hits, best first, ties by passage id; passages with the words of a better one are folded.

        A change of the index under way may end it with NotFound or KeyError: whoever serves while others write
        reads of one generation (``service.library`` does).
        """
        pool = self._index.search(question.read_as, question.vector, max(k, self._ranking.pool), filters)
        scored = self._scored(question, pool.candidates, pool.coverage, max(k, self._ranking.late_pool))
        if self._reranker is not None:
            scored = self._rerank(self._reranker, question, scored)
        found = self._distinct(scored, k)
        passages = [passage for _, passage, _ in found]
        titles = {id_: self._index.document(id_).title for id_ in {passage.document_id for passage in passages}}
        notes = self._notes_of(passages)
        callers = self._index.linked([p.id for p in passages if p.kind is PassageKind.FOOTNOTE])
        matcher = Matcher(question, self._analyzer)
        return [
            Hit(
                passage=passage,
                document_title=titles[passage.document_id],
                score=float(scored.scores[i]),
                dense=scored.candidates[i].dense,
                lexical=scored.candidates[i].lexical,
                late=float(scored.close.late[i]),
                sentence=float(scored.close.sentence[i]),
                phrase=float(scored.phrase[i]),
                reranked=scored.reranked.get(i),
                footnotes=notes[passage.id],
                matches=matcher.matches(passage.text, *scored.tokens_of(i)),
                callers=tuple(callers.get(passage.id, ())),
                duplicates=tuple(duplicates),
            )
            for i, passage, duplicates in found
        ]

    def _scored(self, question: Question, found: Sequence[Candidate], coverage: float, count: int) -> _Scored:
        candidates = best_candidates(found, count)
        codes = self._index.token_codes([candidate.passage_id for candidate in candidates])
        coded = unpack(codes, len(question.vector))
        cosines = coded.cosines(question.tokens)
        close = interact(coded, cosines, question.weights, self._ranking.placing_weight)
        phrase = phrases(coded, cosines, question.weights, question.content)
        scores = fuse(candidates, close, phrase, self._ranking, coverage, question.rarity)
        called = self._index.linked([candidates[i].passage_id for i in np.flatnonzero(close.is_called)])
        scores = after_callers([candidate.passage_id for candidate in candidates], scores, called)
        return _Scored(candidates, coded, cosines, close, phrase, scores, {})

    def _rerank(self, reranker: Reranker, question: Question, scored: _Scored) -> _Scored:
        """Put the best in the order of a Reranker, whose scale may be any: they trade their scores for it."""
        best = scored.order()[: self._ranking.rerank_pool]
        passages = self._index.fetch([scored.candidates[i].passage_id for i in best])
        given = dict(zip(best, reranker.scores(question.read_as, [passage.text for passage in passages]), strict=True))
        scores = scored.scores.copy()
        scores[sorted(best, key=lambda i: -given[i])] = scored.scores[best]
        return replace(scored, scores=scores, reranked=given)

    def _distinct(self, scored: _Scored, k: int) -> list[tuple[int, Passage, list[str]]]:
        """The ``k`` best that say different things, each with the ids of those after it that say the same."""
        order = scored.order()
        found: dict[tuple[str, ...], tuple[int, Passage, list[str]]] = {}
        for start in range(0, len(order), max(k, 1)):
            if len(found) >= k:
                break
            some = order[start : start + k]
            for i, passage in zip(
                some, self._index.fetch([scored.candidates[i].passage_id for i in some]), strict=True
            ):
                words = _words(passage)
                if words in found:
                    found[words][2].append(passage.id)
                elif len(found) < k:
                    found[words] = (i, passage, [])
        return list(found.values())

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


def read_question(index: Index, text: str, vector: Vectors, tokens: Vectors, starts: Sequence[int]) -> Question:
    """Weigh a question's tokens, which start at ``starts``, by how rare its words are in ``index``."""
    words = [word for _, word in words_of(text)]
    rarity = index.rarity(words)
    weights, word_of = weigh(text, rarity, starts)
    return Question(text, text, vector, tokens, weights, tuple(map(Word, words, rarity)), word_of)


def _words(passage: Passage) -> tuple[str, ...]:
    """What a passage says, whatever its signs and capitals; a note also by what calls it ("Ibid." says nothing)."""
    said = f"{passage.context} {passage.text}".casefold()
    return tuple(word for _, word in words_of(said)) or (said,)
