"""What a question set is made of: how many of each kind, what its splits share, how near the source it is worded."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from statistics import fmean

from eval.questions import Judgement
from index.pruning import is_stop_word
from index.stems import english, word_stems
from ingest.errors import QuestionSetError
from ingest.model import Span

_BLANK = re.compile(r"\n\s*\n")
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph of a document, by its first character, and the ids of the questions of each split that rest on it."""

    document_id: str
    start: int
    questions: dict[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Summary:
    """Questions by (type, split, style), and the mean overlap of the answerable ones by style and of ``all``."""

    counts: dict[tuple[str, str, str], int]
    overlaps: dict[str, float]


def summarize(questions: Sequence[Judgement]) -> Summary:
    """Count a set and measure its wording."""
    measured = [(question.style, overlap(question)) for question in questions if question.answerable]
    groups = ["all", *sorted({style for style, _ in measured})] if measured else []
    overlaps = {group: fmean(value for style, value in measured if group in (style, "all")) for group in groups}
    return Summary(Counter((q.type, q.split, q.style) for q in questions), overlaps)


def check_splits(questions: Iterable[Judgement], text_of: Callable[[str], str]) -> None:
    """Raise QuestionSetError, naming all of them, if questions of two splits rest on one paragraph of a document.

    What is fitted on one split would else be tried on the same sentences in another.
    """
    shared = [paragraph for paragraph in paragraphs(questions, text_of) if len(paragraph.questions) > 1]
    if shared:
        named = "; ".join(
            f"{paragraph.document_id} from {paragraph.start}: "
            + " and ".join(f"{', '.join(ids)} ({split})" for split, ids in paragraph.questions.items())
            for paragraph in shared
        )
        raise QuestionSetError(f"a paragraph is evidence in two splits; put its questions into one ({named})")


def paragraphs(questions: Iterable[Judgement], text_of: Callable[[str], str]) -> list[Paragraph]:
    """All paragraphs that a question rests on, in order. A paragraph is what stands between two blank lines."""
    starts_of = cache(lambda document_id: paragraph_starts(text_of(document_id)))
    resting: dict[tuple[str, int], dict[str, dict[str, None]]] = {}
    for question in questions:
        for evidence in (e for alternative in question.evidence for e in alternative):
            for start in touched(evidence.span, starts_of(evidence.document_id)):
                splits = resting.setdefault((evidence.document_id, start), {})
                splits.setdefault(question.split, {})[question.id] = None
    return [
        Paragraph(document_id, start, {split: tuple(ids) for split, ids in sorted(splits.items())})
        for (document_id, start), splits in sorted(resting.items())
    ]


def paragraph_starts(text: str) -> list[int]:
    """Where paragraphs begin, in order; the first at 0."""
    return [0, *(match.end() for match in _BLANK.finditer(text))]


def touched(span: Span, starts: Sequence[int]) -> Sequence[int]:
    """Where the paragraphs begin that a span stands in, in part at least."""
    first, last = (bisect_right(starts, place) - 1 for place in (span.start, span.end - 1))
    return starts[first : last + 1]


def overlap(question: Judgement) -> float:
    """Share of the question's content words that stand in its evidence; of alternatives, the one with most; 0 to 1.

    Content words are those that are no stop words, each counted once by its stem.
    """
    asked = content_stems(question.question)
    if not asked:
        return 0.0
    texts = (" ".join(evidence.quote for evidence in alternative) for alternative in question.evidence)
    return max((len(asked & content_stems(text)) / len(asked) for text in texts), default=0.0)


def content_stems(text: str) -> set[str]:
    """The stems of the words of a text that are no stop words."""
    words = [word for word in _WORD.findall(text) if not is_stop_word(word)]
    return set(word_stems(english(), words)) - {""}
