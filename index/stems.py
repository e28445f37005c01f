"""Words as the search by words sees them: cut, folded and stemmed."""

from __future__ import annotations

import tantivy

LONGEST = 40
"""Bytes from which on a word is left out."""


def english() -> tantivy.TextAnalyzer:
    """The same steps as Tantivy's "en_stem", for looking words up."""
    return (
        tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
        .filter(tantivy.Filter.remove_long(LONGEST))
        .filter(tantivy.Filter.lowercase())
        .filter(tantivy.Filter.stemmer("english"))
        .build()
    )


def word_stems(analyzer: tantivy.TextAnalyzer, words: list[str]) -> list[str]:
    """Stem of each of ``words``, empty for one that is left out; words of letters and digits alone."""
    found: list[str] = analyzer.analyze(" ".join(words))
    if len(found) == len(words):
        return found
    # One of them is too long, or is cut into several: each by itself, so that none is taken for another.
    return [" ".join(analyzer.analyze(word)) for word in words]
