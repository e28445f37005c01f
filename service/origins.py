"""Where a statement is from: the footnote behind it, with its address."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from index.pruning import is_stop_word
from index.question import Question, words_of
from index.retrieval import Hit
from ingest.model import Footnote, PassageKind, Span
from service.quotable import Quotable, beside
from service.surroundings import Surroundings
from service.wants import OF_SOURCES

MAX_NOTES = 2
"""Notes quoted for one sentence."""

MAX_BACK = 40
"""Notes before one that says "Ibid." among which the one it points at is looked for."""

_STEM = 6
"""Letters by which two forms of a word are told to be one."""


def about(question: Question) -> Question:
    """``question`` with no weight on the words that ask for a source: the statement is told by the others."""
    kept = np.array([word.text.casefold() not in OF_SOURCES for word in question.words] + [True])
    weights = np.where(kept[question.word_of], question.weights, 0).astype(np.float32)
    return replace(question, weights=weights) if weights.any() else question


def with_origin(question: Question, chosen: Sequence[Quotable], around: Surroundings) -> list[Quotable]:
    """``chosen`` with the notes behind the first that has any and the sentence that calls them, but no other notes.

    Where no note is found, ``chosen`` as they are.
    """
    for part in chosen:
        if part.hit.passage.kind is not PassageKind.FOOTNOTE:
            statement, notes = [part], _notes(question, part, around)
        else:
            statement = list(_caller(part, around))
            notes = [note for sentence in statement for note in _notes(question, sentence, around)]
            if not statement or len(notes) > 1:  # no note of the sentence is nearer than the one that was found
                notes = [*_meant(part, part.hit, around), part]
        if notes:
            others = [other for other in chosen if other.hit.passage.kind is not PassageKind.FOOTNOTE]
            return [*others, *statement, *notes]
    return list(chosen)


def _notes(question: Question, part: Quotable, around: Surroundings) -> list[Quotable]:
    """The notes behind a sentence, each after the one it points at."""
    spans = around.spans_of(part.hit, part.start, part.end)
    notes = _nearest(question, _behind(part.hit, spans), spans, around.shelf.text(part.hit.passage.document_id))
    keys = [note.key for note in notes][:MAX_NOTES]
    found: list[Quotable] = []
    for hit in around.notes(part.hit, keys):
        found += [*_meant(part, hit, around), *beside(part, hit)]
    return found


def _behind(hit: Hit, spans: Sequence[Span]) -> list[Footnote]:
    """The notes called in ``spans`` or right after; else the next that the passage calls, or the only one it has."""
    if not spans:
        return []
    start, end = spans[0].start, spans[-1].end
    called = [(note.marker.start, note) for note in hit.footnotes if note.marker is not None]
    inside = [note for place, note in called if start < place < end]
    after = sorted(((place, note) for place, note in called if place >= end), key=lambda pair: pair[0])
    if inside:
        return inside + [note for place, note in after if place == end]
    if after:
        return [note for place, note in after if place == after[0][0]]
    return list(hit.footnotes) if len(hit.footnotes) == 1 else []


def _nearest(question: Question, notes: list[Footnote], spans: Sequence[Span], source: str) -> list[Footnote]:
    """Of notes called at several places of a sentence those that, with their stretch of it, hold most of the question.

    All where none holds more than the others.
    """
    placed = sorted(((note.marker, note) for note in notes if note.marker is not None), key=lambda pair: pair[0])
    stretches: list[tuple[str, list[Footnote]]] = []
    start = spans[0].start if spans else 0
    for marker, note in placed:
        stretch = source[start : max(start, marker.start)]
        if stretches and not any(map(str.isalpha, stretch)):
            stretches[-1][1].append(note)  # called at the same place
        else:
            stretches.append((stretch, [note]))
        start = marker.end
    if len(stretches) < 2:
        return notes
    held = [_held(question, " ".join([stretch, *(note.text for note in called)])) for stretch, called in stretches]
    best = max(held)
    return stretches[held.index(best)][1] if held.count(best) == 1 else notes


def _held(question: Question, text: str) -> float:
    """How much of the question stands in ``text``: the rarity of its words, endings aside."""
    words = {_stem(word) for _, word in words_of(text)}
    asked = {_stem(w.text): w.rarity for w in question.words if w.text.casefold() not in OF_SOURCES}
    return sum(rarity for stem, rarity in asked.items() if stem in words and not is_stop_word(stem))


def _stem(word: str) -> str:
    return word.casefold()[:_STEM]


def _caller(part: Quotable, around: Surroundings) -> Iterator[Quotable]:
    """The sentence that calls the note ``part``."""
    context = part.hit.passage.context
    for hit in around.hits(part.hit.callers[:1]):
        yield from (sentence for sentence in beside(part, hit) if sentence.text in context)


def _meant(part: Quotable, hit: Hit, around: Surroundings) -> Iterator[Quotable]:
    """The note that "Ibid." and the like in a note's ``hit`` point at."""
    for note in hit.footnotes:
        if note.refers_to is not None and not note.urls:
            found = around.note_before(hit, note.refers_to, MAX_BACK)
            if found is not None:
                yield from beside(part, found)
