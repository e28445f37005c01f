"""Extractive answers: the best sentences of the best passages, verbatim, each with its Citation."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from index.contract import Index
from index.late import weighted_mean
from index.question import Question
from index.retrieval import Hit
from service.answer import Answer, Citation, Mode, Sentence, Support
from service.choosing import READ_HITS
from service.citing import cite
from service.enumerations import with_items
from service.origins import origin
from service.quotable import Quotable, merged, met, quotables
from service.specifics import missing
from service.surroundings import Surroundings
from service.views import READ_VIEWS, choose_views
from service.wants import wants

CONFIDENCE_MIDDLE = 0.48
"""Coverage at which an answer is as likely wrong as right: mean best cosine of the question's words but stop words."""

CONFIDENCE_SLOPE = 8.0
MISSING_COST = 3.0
"""What a number or name that no hit speaks of takes off the logit."""

LISTED = 2
"""Parts of a list, its introduction one of them, above which it is the whole answer."""

ABSTENTION = "The documents do not seem to answer this. These are the passages nearest to the question."


class Extractor:
    """Answers questions from hits, without a language model."""

    def __init__(self, index: Index, min_confidence: float) -> None:
        self._index = index
        self._min_confidence = min_confidence

    def answer(self, question: Question, hits: Sequence[Hit]) -> Answer:
        """Quote one to three sentences of ``hits``, or abstain where the evidence is too weak."""
        chosen = self._choose(question, hits)
        confidence = self._confidence(question, hits, chosen)
        if not chosen or confidence < self._min_confidence:
            return Answer(question.text, ABSTENTION, Mode.ABSTAINED, confidence, (), tuple(hits))
        citations = tuple(
            cite(self._index, mark, part.hit, part.start, part.end) for mark, part in enumerate(chosen, 1)
        )
        sentences = tuple(map(_sentence, citations))
        text = " ".join(sentence.text for sentence in sentences)
        return Answer(question.text, text, Mode.EXTRACTIVE, confidence, citations, tuple(hits), sentences=sentences)

    def _choose(self, question: Question, hits: Sequence[Hit]) -> list[Quotable]:
        """What is quoted: the best sentences, with the items, notes and other side that belong to them; in order."""
        asked = wants(question.read_as)
        around = Surroundings(self._index)
        read = READ_VIEWS if asked.views or asked.compares else READ_HITS
        chosen = choose_views(question, list(quotables(self._index, question, hits[:read])))
        listed = with_items(chosen[0], asked, around) if chosen else []
        if len(listed) > LISTED:
            chosen = met(self._index, question, listed)  # a list needs no further sentence
        elif len(listed) > 1:
            chosen += listed
        if asked.source:
            chosen += next(filter(None, (origin(part, around) for part in chosen)), [])
        return merged(chosen)

    def _confidence(self, question: Question, hits: Sequence[Hit], chosen: Sequence[Quotable]) -> float:
        """How likely the chosen sentences answer: a logistic curve over how well they meet the question.

        What the question names outright and no hit speaks of counts against it.
        """
        if not chosen:
            return 0.0
        coverage = weighted_mean(np.max([part.matches for part in chosen], axis=0), question.asked)
        unmet = missing(question.read_as, " ".join(map(_everything, hits)))
        logit = CONFIDENCE_SLOPE * (coverage - CONFIDENCE_MIDDLE) - MISSING_COST * len(unmet)
        return 1.0 / (1.0 + math.exp(-logit))


def _sentence(citation: Citation) -> Sentence:
    """A quote as a sentence of the answer."""
    text = f"{citation.quote} [{citation.mark}]"
    if citation.verified:
        return Sentence(text, (citation.mark,), Support.SUPPORTED)
    return Sentence(text, (citation.mark,), Support.UNSUPPORTED, "the source has changed since it was read; ask again")


def _everything(hit: Hit) -> str:
    """All that a hit says: title, section, text and notes."""
    return " ".join([hit.document_title, *hit.passage.section, hit.passage.text, *(n.text for n in hit.footnotes)])
