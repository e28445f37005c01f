"""Extractive answers: the best sentences of the best passages, verbatim, each with its Citation."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from index.codec import unpack
from index.contract import Index
from index.late import Floats, best_matches, weighted_mean
from index.question import Question
from index.retrieval import Hit
from ingest.model import PassageKind
from ingest.sentences import split_sentences
from service.answer import Answer, Citation, Mode, Sentence, Support
from service.citing import cite
from service.confidence import Confidence

READ_HITS = 5
"""Hits whose sentences are looked at."""

MAX_SENTENCES = 3
MIN_GAIN = 0.03
"""A further sentence has to bring the answer this much nearer to the question (mean cosine, 0 to 1)."""

RANK_WEIGHT = 0.5
"""What a point of its passage's score is worth to a sentence; the best and the tenth hit lie about .4 apart."""

ABSTENTION = "The documents do not seem to answer this. These are the passages nearest to the question."


@dataclass(frozen=True, slots=True)
class _Quotable:
    """Part of a hit that can be quoted: offsets in its reading text, and how it meets the question's tokens."""

    hit: int
    start: int
    end: int
    matches: Floats


class Extractor:
    """Answers questions from hits, without a language model."""

    def __init__(self, index: Index, min_confidence: float) -> None:
        self._index = index
        self._min_confidence = min_confidence
        self._confidence = Confidence(index)

    def answer(self, question: Question, hits: Sequence[Hit]) -> Answer:
        """Quote one to three sentences of ``hits``, or abstain where the evidence is too weak."""
        chosen = self._choose(question, hits)
        parts = [(number, *part) for number, hit in enumerate(hits[:READ_HITS]) for part in quotable_parts(hit)]
        judged = self._confidence.judge(question, hits, parts)
        answer = Answer(
            question.text, ABSTENTION, Mode.ABSTAINED, judged.confidence, (), tuple(hits), unmet=judged.unmet
        )
        if not chosen or judged.confidence < self._min_confidence:
            return answer
        citations = tuple(
            cite(self._index, mark, hits[part.hit], part.start, part.end) for mark, part in enumerate(chosen, 1)
        )
        sentences = tuple(map(_sentence, citations))
        text = " ".join(sentence.text for sentence in sentences)
        return replace(answer, text=text, mode=Mode.EXTRACTIVE, citations=citations, sentences=sentences)

    def _choose(self, question: Question, hits: Sequence[Hit]) -> list[_Quotable]:
        """Best sentence of the best passage first chosen, then those that add most of any; in their hits' order."""
        parts = list(self._quotables(question, hits[:READ_HITS]))
        chosen: list[_Quotable] = []
        weights = question.asked
        met = np.zeros(len(question.tokens), dtype=np.float32)
        while parts and len(chosen) < MAX_SENTENCES:
            values = [
                weighted_mean(np.maximum(met, part.matches), weights) + RANK_WEIGHT * hits[part.hit].score
                if chosen or part.hit == 0
                else -np.inf
                for part in parts
            ]
            best = int(np.argmax(values))
            gained = np.maximum(met, parts[best].matches)
            if chosen and weighted_mean(gained - met, weights) < MIN_GAIN:
                break
            met = gained
            chosen.append(parts.pop(best))
        return _merged(chosen)

    def _quotables(self, question: Question, hits: Sequence[Hit]) -> Iterator[_Quotable]:
        coded = unpack(self._index.token_codes([hit.passage.id for hit in hits]), len(question.vector))
        cosines = coded.cosines(question.tokens)
        for number, (hit, (low, high)) in enumerate(zip(hits, pairwise(coded.bounds), strict=True)):
            places = coded.places[low:high]
            for start, end in quotable_parts(hit):
                inside = (start <= places) & (places < end)
                yield _Quotable(number, start, end, best_matches(cosines[low:high][inside]))


def _sentence(citation: Citation) -> Sentence:
    """A quote as a sentence of the answer."""
    text = f"{citation.quote} [{citation.mark}]"
    if citation.verified:
        return Sentence(text, (citation.mark,), Support.SUPPORTED)
    return Sentence(text, (citation.mark,), Support.UNSUPPORTED, "the source has changed since it was read; ask again")


def quotable_parts(hit: Hit) -> list[tuple[int, int]]:
    """Offsets of what can be quoted of a hit: its sentences without headings; a row or a note as a whole."""
    passage = hit.passage
    if passage.kind is not PassageKind.BODY:
        return [(0, len(passage.text))]
    parts: list[tuple[int, int]] = []
    start = 0
    for line in passage.text.split("\n"):
        if not _is_heading(line, hit):
            parts += [(start + low, start + high) for low, high in split_sentences(line)]
        start += len(line) + 1
    return parts or [(0, len(passage.text))]


def _is_heading(line: str, hit: Hit) -> bool:
    """Whether a line of a passage is a heading of its section, or the document's title with what goes with it."""
    if any(line == " ".join(heading.split()) for heading in hit.passage.section):
        return True
    return line.startswith(" ".join(hit.document_title.split())) and not line.endswith((".", "!", "?", "…"))


def _merged(chosen: Sequence[_Quotable]) -> list[_Quotable]:
    """Put the sentences in the order of the hits and the text, those that follow each other as one quote."""
    merged: list[_Quotable] = []
    for part in sorted(chosen, key=lambda part: (part.hit, part.start)):
        last = merged[-1] if merged else None
        if last is not None and last.hit == part.hit and part.start <= last.end + 1:
            merged[-1] = _Quotable(last.hit, last.start, part.end, np.maximum(last.matches, part.matches))
        else:
            merged.append(part)
    return merged
