"""Sentences that a language model wrote, held against the passages they cite."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from index.codec import unpack
from index.contract import Index
from index.embedder import Embedder
from index.late import Floats, best_matches, weighted_mean
from index.question import Question
from index.retrieval import Hit, read_question
from ingest.words import Words
from service.answer import Citation, Sentence, Support
from service.citing import cite
from service.claims import Evidence, Knows, announces, has_claims, names_in, says_nothing, unmet, words_in
from service.marks import Said, without_marks
from service.quotable import quotable_parts

LEAST_SUPPORT = 0.55
"""Below this a sentence is weak: mean best cosine of its words but stop words with those of what it cites."""

BETTER_ELSEWHERE = 0.15
"""A sentence is weak, too, where another passage meets its words by this much better."""

WORTH_QUOTING = 0.05
"""A second sentence of a passage is quoted where it meets the words this much better together with the first."""

SHARED_WITH_NOTE = 2
NOT_THERE = "a mark of it stood for no passage"
CITES_NOTHING = "it cites nothing"

_TITLED = re.compile(r"\b[A-Z][a-z]+\b")
_COUNTED = re.compile(
    r"\b(?:two|three|four|five|six|seven|eight|nine|ten|[2-9]|10)(?= (?:\w+ )?(?:reasons|causes|factors|things|points"
    r"|ways|areas|aspects|problems|challenges|obstacles|advantages|benefits|steps|groups|kinds|types|views|examples"
    r"|conditions|goals|proposals|measures|features|topics)\b)",
    re.IGNORECASE,
)
"""A number of what the list that follows holds: who reads can count it."""


@dataclass(frozen=True, slots=True)
class Checked:
    """A sentence with what came of it: its score (mean cosine), and what to quote of each hit it cites, by mark.

    ``says_nothing`` where it only says that the passages do not answer, or what follows it.
    """

    sentence: Sentence
    score: float
    quotes: dict[int, tuple[int, int]]
    says_nothing: bool = False


class Checker:
    """Checks sentences against hits. Safe from several threads."""

    def __init__(self, index: Index, embedder: Embedder, words: Words) -> None:
        self._index = index
        self._embedder = embedder
        self._words = words

    def check(self, said: Said, question: str, hits: Sequence[Hit]) -> Checked:
        """Say how far the hits that a sentence cites bear it out (mark n is hit n), and what to quote of them."""
        text = without_marks(said.text)
        if not said.marks:
            return self._uncited(said, text, question, hits)
        read = self._read(text)
        meeting = [_Meeting(hit, *one) for hit, one in zip(hits, self._cosines(read, hits), strict=True)]
        cited = [hits[mark - 1] for mark in said.marks]
        notes = _spoken_of(text, cited)
        met = np.max([meeting[mark - 1].best for mark in said.marks] + self._notes_met(read, notes), axis=0)
        score = weighted_mean(met, read.asked)
        quotes = {mark: meeting[mark - 1].quote(read.asked) for mark in said.marks}
        evidence = Evidence.of("\n".join([*map(_said_by, cited), *notes]))
        reason = unmet(text, question, evidence, self._knows(hits))
        support = Support.UNSUPPORTED if reason else Support.SUPPORTED
        if said.lost and not reason:
            support, reason = Support.WEAK, NOT_THERE
        if support is Support.SUPPORTED:
            best = [weighted_mean(one.best, read.asked) for one in meeting]
            support, reason = _by_score(score, best, said.marks)
        return Checked(Sentence(said.text, said.marks, support, reason), score, quotes)

    def _knows(self, hits: Sequence[Hit]) -> Knows:
        names = names_in(hit.passage.text for hit in hits)
        return lambda word: word not in names and self._words.is_common(word)

    def citations(self, checked: Sequence[Checked], hits: Sequence[Hit]) -> tuple[Citation, ...]:
        """A Citation for each mark, by number: all that its sentences rest on in that passage, as one quote."""
        quotes: dict[int, tuple[int, int]] = {}
        for one in checked:
            for mark, (start, end) in one.quotes.items():
                low, high = quotes.get(mark, (start, end))
                quotes[mark] = (min(low, start), max(high, end))
        return tuple(cite(self._index, mark, hits[mark - 1], *quotes[mark]) for mark in sorted(quotes))

    def _uncited(self, said: Said, text: str, question: str, hits: Sequence[Hit]) -> Checked:
        knows = self._knows(hits)
        if said.lost:
            sentence = Sentence(said.text, (), Support.UNSUPPORTED, f"{CITES_NOTHING}: {NOT_THERE}")
            return Checked(sentence, 0.0, {})
        if self._needs_no_mark(text, question, hits, knows):
            return Checked(Sentence(said.text, (), Support.SUPPORTED), 0.0, {}, says_nothing=True)
        support = Support.UNSUPPORTED if has_claims(text, knows) else Support.WEAK
        return Checked(Sentence(said.text, (), support, CITES_NOTHING), 0.0, {})

    def _needs_no_mark(self, text: str, question: str, hits: Sequence[Hit], knows: Knows) -> bool:
        """Whether a sentence claims nothing: a refusal that stays with the question, a heading that stays with both."""
        if announces(text):
            evidence = "\n".join([question, *map(_said_by, hits)])
            plain = _in_small_letters(_COUNTED.sub("", text), knows)
            return not unmet(plain, question, Evidence.of(evidence), knows)
        return says_nothing(text) and not unmet(text, question, Evidence.of(question), knows)

    def _read(self, text: str) -> Question:
        embedded = self._embedder.embed([text])[0]
        starts = [start for start, _ in self._embedder.token_offsets(text)[: len(embedded.tokens)]]
        return read_question(self._index, text, embedded.vector, embedded.tokens, starts)

    def _notes_met(self, read: Question, notes: Sequence[str]) -> list[Floats]:
        """How the tokens of notes meet a sentence's: a passage's own tokens are without them."""
        return [best_matches(one.tokens @ read.tokens.T) for one in (self._embedder.embed(notes) if notes else [])]

    def _cosines(self, read: Question, hits: Sequence[Hit]) -> list[tuple[Floats, np.ndarray]]:
        """Of each hit the cosines of its tokens with the sentence's, and the tokens' places."""
        coded = unpack(self._index.token_codes([hit.passage.id for hit in hits]), len(read.vector))
        cosines = coded.cosines(read.tokens)
        bounds = [slice(*pair) for pair in zip(coded.bounds[:-1], coded.bounds[1:], strict=True)]
        return [(cosines[rows], coded.places[rows]) for rows in bounds]


def _by_score(score: float, best: Sequence[float], marks: Sequence[int]) -> tuple[Support, str]:
    if score < LEAST_SUPPORT:
        return Support.WEAK, "what it cites says little of this"
    other = int(np.argmax(best)) + 1
    if other not in marks and best[other - 1] > score + BETTER_ELSEWHERE:
        return Support.WEAK, f"passage {other} speaks of this more than what it cites"
    return Support.SUPPORTED, ""


class _Meeting:
    """How a hit meets the tokens of a sentence."""

    def __init__(self, hit: Hit, cosines: Floats, places: np.ndarray) -> None:
        self.best = best_matches(cosines)
        self._parts = [
            (start, end, best_matches(cosines[(start <= places) & (places < end)]))
            for start, end in quotable_parts(hit)
        ]

    def quote(self, weights: Floats) -> tuple[int, int]:
        """The sentence that meets most, with the one that adds most to it, if it does, and what lies between."""
        start, end, met = max(self._parts, key=lambda part: weighted_mean(part[2], weights))
        gains = [weighted_mean(np.maximum(met, part[2]) - met, weights) for part in self._parts]
        best = int(np.argmax(gains))
        if gains[best] > WORTH_QUOTING:
            return min(start, self._parts[best][0]), max(end, self._parts[best][1])
        return start, end


def _said_by(hit: Hit) -> str:
    """All that a passage says by itself and by where it stands, without its notes."""
    return "\n".join([hit.document_title, *hit.passage.section, hit.passage.context, hit.passage.text])


def _in_small_letters(heading: str, knows: Knows) -> str:
    """A heading without the capitals of its common words, which would pass for names."""
    return _TITLED.sub(lambda word: word[0].lower() if knows(word[0].lower()) else word[0], heading)


def _spoken_of(text: str, cited: Sequence[Hit]) -> list[str]:
    """Notes of passages that a sentence speaks of: they share words with it that the passages lack.

    One word is not enough: the year in which a source came out would bear out any sentence about that year.
    """
    own = words_in(text) - words_in("\n".join(map(_said_by, cited)))
    notes = dict.fromkeys(note.text for hit in cited for note in hit.footnotes)
    return [note for note in notes if len(own & words_in(note)) >= SHARED_WITH_NOTE]
