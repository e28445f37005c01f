"""Extractive answers: the best sentences of the best passages, verbatim, each with its Citation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from index.contract import Filters, Index
from index.question import Question
from index.retrieval import Hit
from service.answer import Answer, Citation, Mode, Sentence, Support
from service.choosing import READ_HITS
from service.citing import cite
from service.confidence import Confidence
from service.defining import choose_definition
from service.enumerations import with_items
from service.origins import about, with_origin
from service.quotable import Quotable, merged, quotable_parts, quotables
from service.surroundings import Surroundings
from service.tabular import answering, with_rows
from service.terms import asked_term
from service.views import READ_VIEWS, choose_views
from service.wants import Wants, wants

LISTED = 2
"""Parts of a list, its introduction one of them, above which it is the whole answer."""

ABSTENTION = "The documents do not seem to answer this. These are the passages nearest to the question."


class Extractor:
    """Answers questions from hits, without a language model."""

    def __init__(self, index: Index, min_confidence: float) -> None:
        self._index = index
        self._min_confidence = min_confidence
        self._confidence = Confidence(index)

    def answer(self, question: Question, hits: Sequence[Hit], filters: Filters | None = None) -> Answer:
        """Quote one to three sentences of ``hits``, or abstain where the evidence is too weak.

        What something is may be said outside of them, in what ``filters`` allow.
        """
        chosen = self._choose(question, hits, filters)
        parts = [(number, *part) for number, hit in enumerate(hits[:READ_HITS]) for part in quotable_parts(hit)]
        judged = self._confidence.judge(question, hits, parts)
        answer = Answer(
            question.text, ABSTENTION, Mode.ABSTAINED, judged.confidence, (), tuple(hits), unmet=judged.unmet
        )
        if not chosen or judged.confidence < self._min_confidence:
            return answer
        citations = tuple(
            cite(self._index, mark, part.hit, part.start, part.end) for mark, part in enumerate(chosen, 1)
        )
        sentences = tuple(map(_sentence, citations))
        text = " ".join(sentence.text for sentence in sentences)
        return replace(answer, text=text, mode=Mode.EXTRACTIVE, citations=citations, sentences=sentences)

    def _choose(self, question: Question, hits: Sequence[Hit], filters: Filters | None) -> list[Quotable]:
        """What is quoted: the best sentences, with the items, notes and other side that belong to them; in order."""
        asked = wants(question.read_as)
        around = Surroundings(self._index)
        term = None if asked.source else asked_term(question.read_as)
        chosen = choose_definition(self._index, question, term, hits, filters) if term else []
        if not chosen:
            of_source = asked.source and any(hit.footnotes for hit in hits[:READ_HITS])
            chosen = self._best(about(question) if of_source else question, hits, asked, around)
        listed = with_items(chosen[0], asked, around) if chosen else []
        if len(listed) > LISTED:
            chosen = listed  # a list needs no further sentence
        elif len(listed) > 1:
            chosen += listed
        if asked.source:
            chosen = with_origin(question, chosen, around)
        return merged(chosen)

    def _best(self, question: Question, hits: Sequence[Hit], asked: Wants, around: Surroundings) -> list[Quotable]:
        """The best sentences, rows for captions, and all rows where none is named."""
        read = READ_VIEWS if asked.views or asked.compares else READ_HITS
        parts = answering(list(quotables(self._index, question, hits[:read])), around)
        chosen = choose_views(question, parts)
        return with_rows(question, chosen, hits, around) if chosen else []


def _sentence(citation: Citation) -> Sentence:
    """A quote as a sentence of the answer."""
    text = f"{citation.quote} [{citation.mark}]"
    if citation.verified:
        return Sentence(text, (citation.mark,), Support.SUPPORTED)
    return Sentence(text, (citation.mark,), Support.UNSUPPORTED, "the source has changed since it was read; ask again")
