"""How likely what was found answers a question, and what of the question nothing meets.

Scores alone do not tell a near miss: everything is there but the one word, year or kind of thing that was asked for. So
what counts here is the word that is met worst beside the others, the year, and whether a thing of the kind asked for
stands near the words that are met.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.contract import Index
from index.question import Question
from index.retrieval import Hit
from index.stems import english
from ingest.model import PassageKind
from service.answer_type import Kind, Wanted, candidates, wanted
from service.met import Asked, Part, Sentence, read_words, sentences
from service.specifics import missing
from service.wants import wants

WEIGHTS = Path(__file__).parent / "data" / "confidence.json"
READ_HITS = 5
"""Hits that are looked at: what lies further down answers seldom, and meets a word by chance more often."""

SCORE_SHARE, TYPE_SHARE = 0.3, 0.1
"""What a point of its passage's score, and an answer of the right kind, are worth to a sentence beside its words."""

REACH = 50
"""Characters around a possible answer in which the question's words are looked for."""

USUAL_WORDS = 5
"""Content words of a usual question: of more of them fewer are met, and that says less."""

UNTYPED = 0.65
"""What a question that asks for no certain kind of thing counts as: about the mean of the others."""

UNMET = 0.45
"""Below this a word counts as unmet where reasons are given."""

MAX_REASONS = 3
"""Reasons that are given at the most."""

_YEAR = re.compile(r"(?<!\d)(?:1[5-9]|20)\d\d(?!\d)")


@dataclass(frozen=True, slots=True)
class Judged:
    """``confidence`` (0 to 1), and in plain English what of the question was not met, the gravest first."""

    confidence: float
    unmet: tuple[str, ...]


class Confidence:
    """Judges by a logistic curve whose weights are in ``WEIGHTS``, with the command that fitted them."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self._analyzer = english()
        fitted = json.loads(WEIGHTS.read_text(encoding="utf-8"))
        self._intercept = float(fitted["intercept"])
        self._weights: Mapping[str, float] = fitted["weights"]

    def judge(self, question: Question, hits: Sequence[Hit], parts: Sequence[Part]) -> Judged:
        """How likely one of ``parts`` of ``hits`` answers; 0 where there are none, or the question has no word."""
        seen = self.see(question, hits, parts)
        if seen is None:
            return Judged(0.0, ())
        logit = self._intercept + sum(self._weights[name] * value for name, value in seen.features().items())
        return Judged(1.0 / (1.0 + math.exp(-logit)), seen.unmet())

    def see(self, question: Question, hits: Sequence[Hit], parts: Sequence[Part]) -> Seen | None:
        """Put a question beside ``parts`` of the first ``READ_HITS`` of ``hits``; None where there is nothing to."""
        hits = hits[:READ_HITS]
        asked = read_words(question, self._analyzer)
        read = list(sentences(asked, hits, parts, self._index, self._analyzer))
        return Seen.of(asked, hits, read) if read and asked.stems else None


@dataclass(frozen=True, slots=True)
class Seen:
    """A question beside what was found: ``best`` is the sentence that most likely answers.

    ``kind`` (0 to 1) says whether it holds something of the kind asked for, ``close`` (0 to 1) how many of the
    question's words are met near that; both are None where the question asks for no certain kind.
    """

    asked: Asked
    wanted: Wanted
    hits: Sequence[Hit]
    read: Sequence[Sentence]
    best: Sentence
    kind: float | None
    close: float | None

    @classmethod
    def of(cls, asked: Asked, hits: Sequence[Hit], read: Sequence[Sentence]) -> Seen:
        """Find the sentence that most likely answers."""
        question = asked.question.read_as
        want = Wanted(Kind.OTHER) if wants(question).source else wanted(question)  # a source is told by its note
        held = [_held(asked, want, hits[sentence.hit], sentence) for sentence in read]
        values = [
            float(asked.weights @ sentence.cosines)
            + SCORE_SHARE * hits[sentence.hit].score
            + TYPE_SHARE * (UNTYPED if kind is None else kind)
            for sentence, (kind, _) in zip(read, held, strict=True)
        ]
        at = int(np.argmax(values))
        return cls(asked, want, hits, read, read[at], *held[at])

    def features(self) -> dict[str, float]:
        """What the confidence is computed from, by name."""
        asked, met = self.asked, self.best.met(self.asked)
        coverage = max(float(asked.weights @ sentence.cosines) for sentence in self.read)
        contrast = float(asked.weights @ met) - float(met[asked.content].min())
        weakest = float(met[asked.asking].min())
        rarest = float(asked.weights.max()) or 1.0
        worst = float((asked.weights * (1 - met)).max()) / rarest
        length = min(max(math.log(max(int(asked.content.sum()), 1) / USUAL_WORDS), -1.0), 1.2)
        return {
            "coverage": coverage,
            "coverage, long": (coverage - 0.55) * length,
            "weakest": weakest,
            "weakest, long": (weakest - 0.3) * length,
            "contrast": contrast,
            "worst": worst,
            "worst, long": (worst - 0.5) * length,
            "kind": UNTYPED if self.kind is None else self.kind,
            "close": 0.0 if self.close is None else self.close - coverage,
            "no such year": float(bool(self._years()) and not self._years() & self._years_read()),
            "no such name": float(bool(self._names())),
            "dense": self.hits[0].dense,
            "phrase": self.hits[0].phrase,
        }

    def unmet(self) -> tuple[str, ...]:
        """What is asked for and not met: years, names and numbers, the kind of thing, then single words."""
        reasons = [f"no passage found speaks of {text}" for text in self.missing()]
        if self.kind is not None and self.kind < UNMET:
            of = self.asked.question.read_as[slice(*self.wanted.focus)] if self.wanted.focus else ""
            reasons.append(f"the nearest sentence holds no {self.wanted.kind.value}" + (f" of {of}" if of else ""))
        met = self.best.met(self.asked)
        said = " ".join(reasons).casefold()
        for i in np.flatnonzero(self.asked.content & (met < UNMET)):
            word = self.asked.question.words[i].text
            if word.casefold() not in said:
                reasons.append(f"the nearest sentence does not speak of “{word}”")
        return tuple(reasons[:MAX_REASONS])

    def _years(self) -> set[str]:
        return set(_YEAR.findall(self.asked.question.read_as))

    def _years_read(self) -> set[str]:
        return {year for sentence in self.read for year in _YEAR.findall(sentence.text)}

    def _names(self) -> list[str]:
        """Names that stand nowhere in what was read."""
        asked = self.asked
        standing = np.any([s.in_passage | s.stands_around for s in self.read], axis=0)
        return [asked.question.words[i].text for i in np.flatnonzero(asked.names & ~standing)]

    def missing(self) -> list[str]:
        """Numbers and names of the question that nothing read speaks of, notes included; as they are written."""
        evidence = " ".join(
            " ".join([hit.document_title, *hit.passage.section, hit.passage.context, hit.passage.text])
            + " ".join(note.text for note in hit.footnotes)
            for hit in self.hits
        )
        question = self.asked.question.read_as
        written = {match.group().casefold(): match.group() for match in re.finditer(r"[\w’'-]+(?:[.,]\d+)*", question)}
        return [written.get(text, text) for text in missing(question, evidence)]


def _held(asked: Asked, want: Wanted, hit: Hit, sentence: Sentence) -> tuple[float | None, float | None]:
    """Whether a sentence holds what is wanted, and how many of the question's words are met near it."""
    if want.kind is Kind.OTHER:
        return None, None
    # The cells of a row are bare numbers: their unit stands in the title or in the column's name.
    is_row = hit.passage.kind is PassageKind.TABLE and want.kind in (Kind.MONEY, Kind.SHARE)
    kind = Kind.NUMBER if is_row else want.kind
    found = candidates(kind, sentence.text, asked.question.read_as)
    focus = asked.at(*want.focus) if want.focus and kind in (Kind.NUMBER, Kind.NAME) and not is_row else None
    before = 1 if kind is Kind.NUMBER else REACH // 2
    of_it = close = 0.0
    for start, end in found:
        low, high = sentence.start + start, sentence.start + end
        if focus is not None:
            nearby = _nearby(sentence, low - before, high + 30)
            of_it = max(of_it, float(nearby[focus]))
        close = max(close, float(asked.weights @ np.maximum(_nearby(sentence, low - REACH, high + REACH), 0)))
    if focus is None:
        of_it = float(bool(found))
    return of_it, close


def _nearby(sentence: Sentence, low: int, high: int) -> NDArray[np.float32]:
    """Best cosine of each word with the passage's tokens that begin in ``[low, high]``; zeros without any."""
    inside = sentence.near[(low <= sentence.places) & (sentence.places <= high)]
    best: NDArray[np.float32] = (
        inside.max(axis=0) if len(inside) else np.zeros(sentence.near.shape[1], dtype=np.float32)
    )
    return best
