"""Measures over what was shown for a question. All run from 0 to 1, higher is better."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import log2

from eval.questions import Evidence
from index.pruning import is_stop_word
from ingest.model import Span

COVERED = 0.9
"""Share of the letters and digits of a piece of evidence that must be shown. Markers, page furniture and the
like, which reading leaves out, stand inside the evidence's span."""

TOUCHED = 0.5
"""Share that makes a single passage count as one with evidence."""

Alternatives = Sequence[Sequence[Evidence]]

_DELETED = re.compile(r"(?<=\w)[.,'’](?=\w)")
_WORD = re.compile(r"\w+")
_ARTICLES = frozenset({"a", "an", "the"})


@dataclass(frozen=True, slots=True)
class Shown:
    """One thing shown to the reader: where it was read from, and its length in tokens."""

    document_id: str
    spans: tuple[Span, ...]
    tokens: int


def share(evidence: Evidence, shown: Sequence[Shown]) -> float:
    """Share of the letters and digits of ``evidence`` that were shown."""
    start, end = evidence.span
    wanted = [start + i for i, character in enumerate(evidence.quote) if character.isalnum()]
    spans = [span for item in shown if item.document_id == evidence.document_id for span in item.spans]
    inside = [span for span in spans if span.start < end and start < span.end]
    met = sum(any(low <= place < high for low, high in inside) for place in wanted)
    return met / len(wanted) if wanted else 0.0


def recall(alternatives: Alternatives, shown: Sequence[Shown]) -> float:
    """Share of the pieces of evidence that were shown, for the alternative where that is highest."""
    return max(
        sum(share(evidence, shown) >= COVERED for evidence in alternative) / len(alternative)
        for alternative in alternatives
    )


def recall_at(k: int, alternatives: Alternatives, shown: Sequence[Shown]) -> float:
    """Recall of the first ``k`` things shown."""
    return recall(alternatives, shown[:k])


def reciprocal_rank(alternatives: Alternatives, shown: Sequence[Shown]) -> float:
    """One over the rank of the first thing shown that holds at least half of a piece of evidence; 0 if none."""
    for rank, item in enumerate(shown, 1):
        if any(share(evidence, [item]) >= TOUCHED for alternative in alternatives for evidence in alternative):
            return 1 / rank
    return 0.0


def ndcg(k: int, alternatives: Alternatives, shown: Sequence[Shown]) -> float:
    """Normalised discounted cumulative gain of the first ``k`` places (Järvelin & Kekäläinen, 2002).

    It is that of the best alternative. A piece of evidence gains 1 where half of it is first shown, and nothing where
    it is shown again. A thing shown takes one place, or as many as it holds new pieces, so that the pieces on the
    first places give 1.
    """
    return max(
        sum(_discount(place) for place in _places(alternative, shown) if place <= k)
        / sum(_discount(place) for place in range(1, min(len(alternative), k) + 1))
        for alternative in alternatives
    )


def _places(alternative: Sequence[Evidence], shown: Sequence[Shown]) -> list[int]:
    """The places, from 1, on which the pieces of an alternative are first held."""
    waiting, place = list(alternative), 1
    places: list[int] = []
    for item in shown:
        new = [evidence for evidence in waiting if share(evidence, [item]) >= TOUCHED]
        waiting = [evidence for evidence in waiting if evidence not in new]
        places += range(place, place + len(new))
        place += max(1, len(new))
    return places


def _discount(place: int) -> float:
    return 1 / log2(place + 1)


def hit_at_budget(
    budget: int, alternatives: Alternatives, shown: Sequence[Shown], cut: Callable[[Shown, int], Shown]
) -> float:
    """1 if the whole evidence is within the first ``budget`` tokens shown, else 0.

    ``cut`` shortens the thing that goes over the budget to so many tokens; so the measure is fair to every size
    of passage.
    """
    within: list[Shown] = []
    left = budget
    for item in shown:
        if item.tokens > left:
            within += [cut(item, left)] if left > 0 else []
            break
        within.append(item)
        left -= item.tokens
    return float(recall(alternatives, within) == 1.0)


def answer_tokens(text: str) -> list[str]:
    """Words of an answer without capitals, articles and punctuation, as SQuAD compares them (Rajpurkar et al., 2016).

    Marks inside a word are deleted (``1,534.89`` is as good as ``1534.89``), all others part words; ``%`` is a word.

    >>> answer_tokens("The U.S. sold 1,200 tonnes (7.5%).")
    ['us', 'sold', '1200', 'tonnes', '75', 'percent']
    """
    plain = _DELETED.sub("", text.casefold().replace("%", " percent "))
    return [word for word in _WORD.findall(plain) if word not in _ARTICLES]


def token_f1(answer: str, references: Iterable[str]) -> float:
    """F1 of the words of ``answer`` and of a reference answer, words counted as often as they come; the best of all."""
    words = Counter(answer_tokens(answer))
    return max((_f1(words, Counter(answer_tokens(reference))) for reference in references), default=0.0)


def _f1(words: Counter[str], reference: Counter[str]) -> float:
    common = (words & reference).total()
    return 2 * common / (words.total() + reference.total()) if common else 0.0


def exact_match(answer: str, references: Iterable[str]) -> float:
    """1 if the words of ``answer`` are those of a reference answer, in order, as SQuAD compares them; else 0."""
    words = answer_tokens(answer)
    return float(any(words and words == answer_tokens(reference) for reference in references))


def contains_answer(shown: str, references: Iterable[str]) -> float:
    """1 if every word of a reference answer that is no stop word is among those of ``shown``, else 0.

    An answer that stands there word for word is contained so; one in other words hardly ever is.
    """
    words = set(answer_tokens(shown))
    for reference in references:
        wanted = answer_tokens(reference)
        if wanted and {word for word in wanted if not is_stop_word(word)} <= words:
            return float(any(not is_stop_word(word) for word in wanted) or set(wanted) <= words)
    return 0.0


def evidence_overlap(
    alternatives: Alternatives, shown: Sequence[Shown], text_of: Callable[[str], str]
) -> tuple[float, float]:
    """Precision and recall of the letters and digits shown against the evidence, for the alternative of the best F1.

    What is shown twice counts once; all that stands in the spans of the things shown counts.
    """
    ours = {
        (item.document_id, place)
        for item in shown
        for span in item.spans
        for place in _letters(text_of(item.document_id), span)
    }
    best = (0.0, 0.0)
    for alternative in alternatives:
        gold = {
            (evidence.document_id, evidence.span.start + place)
            for evidence in alternative
            for place in _letters(evidence.quote, Span(0, len(evidence.quote)))
        }
        met = len(ours & gold)
        if met and 2 * met / (len(ours) + len(gold)) > _harmonic(*best):
            best = (met / len(ours), met / len(gold))
    return best


def _letters(text: str, span: Span) -> Iterable[int]:
    return (place for place in range(span.start, min(span.end, len(text))) if text[place].isalnum())


def _harmonic(precision: float, recall: float) -> float:
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def mean(rows: Sequence[Mapping[str, float]], measure: str) -> float:
    """Mean of a measure over all rows; 0 without rows."""
    return sum(row[measure] for row in rows) / len(rows) if rows else 0.0
