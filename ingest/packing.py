"""Sentences to passages of a limited size: pure functions over offsets and token counts."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from ingest.sentences import split_sentences

CountTokens = Callable[[str], int]
"""Counts the tokens of a text as the embedding model's own tokenizer does, special tokens left out."""

_BREAKS = tuple(re.compile(pattern) for pattern in (r"[;；]\s*", r"[,，、]\s+", r"\s+"))


@dataclass(frozen=True, slots=True)
class Sentence:
    """Offsets ``[start, end)`` of a sentence in a reading text, and its number of tokens."""

    start: int
    end: int
    tokens: int


def sentences_of(text: str, start: int, end: int, count_tokens: CountTokens, max_tokens: int) -> list[Sentence]:
    """Find the sentences of ``text[start:end]``; one over the limit is cut until every part is within it."""
    found: list[Sentence] = []
    for line in re.finditer(r"[^\n]+", text[start:end]):
        offset = start + line.start()
        for low, high in split_sentences(line.group()):
            found += _fit(text, offset + low, offset + high, count_tokens, max_tokens)
    return found


def _fit(text: str, start: int, end: int, count_tokens: CountTokens, max_tokens: int) -> Iterator[Sentence]:
    """Yield a sentence, or its parts: cut at a semicolon, a comma, a blank, in that order, or anywhere."""
    tokens = count_tokens(text[start:end])
    if tokens <= max_tokens or end - start == 1:
        yield Sentence(start, end, tokens)
        return
    at = _break_point(text, start, end)
    for low, high in ((start, at), (at, end)):
        part = text[low:high]
        stripped = part.strip()
        if stripped:
            low += part.index(stripped)
            yield from _fit(text, low, low + len(stripped), count_tokens, max_tokens)


def _break_point(text: str, start: int, end: int) -> int:
    """Find the break nearest to the middle, of the best kind there is."""
    middle = (start + end) // 2
    for pattern in _BREAKS:
        inner = [m.end() for m in pattern.finditer(text, start, end) if start < m.end() < end]
        if inner:
            return min(inner, key=lambda place: abs(place - middle))
    return middle


def pack(
    text: str, paragraphs: Iterable[Sequence[Sentence]], count_tokens: CountTokens, max_tokens: int
) -> list[list[Sentence]]:
    """Pack the sentences of successive paragraphs: short paragraphs together, long ones in like parts.

    No part of ``text`` that is packed has more than ``max_tokens`` tokens, if none of its sentences has.
    """
    packed: list[list[Sentence]] = []
    room = 0
    for paragraph in paragraphs:
        for part in _split_evenly(paragraph, max_tokens):
            size = sum(sentence.tokens for sentence in part)
            if packed and size <= room:
                packed[-1].extend(part)
                room -= size
            else:
                packed.append(part)
                room = max_tokens - size
    return [part for whole in packed for part in _within(text, whole, count_tokens, max_tokens)]


def _split_evenly(sentences: Sequence[Sentence], max_tokens: int) -> Iterator[list[Sentence]]:
    """Yield parts within the limit, each about as large as the others."""
    total = sum(sentence.tokens for sentence in sentences)
    target = total / max(1, -(-total // max_tokens))
    part: list[Sentence] = []
    size = 0
    for sentence in sentences:
        larger = size + sentence.tokens
        # Stop where going on would miss the target by more than stopping does.
        if part and (larger > max_tokens or larger - target > target - size):
            yield part
            part, size = [], 0
        part.append(sentence)
        size += sentence.tokens
    if part:
        yield part


def _within(
    text: str, sentences: list[Sentence], count_tokens: CountTokens, max_tokens: int
) -> Iterator[list[Sentence]]:
    """Halve a part for as long as it has too many tokens as a whole.

    A tokenizer may find more tokens in a text than in its sentences one by one, above all where a sentence
    was cut inside a word.
    """
    fits = len(sentences) == 1 or count_tokens(text[sentences[0].start : sentences[-1].end]) <= max_tokens
    if fits:
        yield sentences
        return
    middle = len(sentences) // 2
    yield from _within(text, sentences[:middle], count_tokens, max_tokens)
    yield from _within(text, sentences[middle:], count_tokens, max_tokens)
