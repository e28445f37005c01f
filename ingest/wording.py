"""What the words of a paragraph say of its being a note: sources, pages, years, references back."""

from __future__ import annotations

import re

_REACH = 700
"""A note shows what it is in its first characters."""

CITES = re.compile(r"\bURL\s*:|https?://|\bwww\.\w", re.IGNORECASE)
BARE_DOMAIN = re.compile(r"(?:https?://)?(?:www\.)?[\w-]+(?:\.[\w-]+)+/?", re.IGNORECASE)
"""A publisher's address, as it stands at the foot of a page."""

ADDRESS_FIRST = re.compile(r"(?:URL\s*:|https?://|www\.\S+/)", re.IGNORECASE)
SHORT_FORM = re.compile(
    r"[\[\"“'‘«(*_]*(?:(?:ibid|ibidem|idem|supra|infra|там же|ebd|ebenda)\b|id\.(?=[\s,;:)]|$)|(?:op|loc)\.\s?cit)",
    re.IGNORECASE,
)
_CLUES = (
    (re.compile(r"[*_]*(?:(?:see|compare|quoted|cited|for (?:more|an?|the|further|example))\b|(?:cf|e\.g|см|vgl)\.)",
                re.IGNORECASE), 1.0),
    (re.compile(r"[\"“«‘„]"), 0.5),
    (re.compile(r"[^\n]*?(?:\bpp?\.\s?\d|\bvols?\.|\bno\.\s?\d|\bop\.\s?cit|\bsupra\b|\bnote \d|\bibid"
                r"|\d[–-]\d+[.,;)])", re.IGNORECASE), 0.75),
    (re.compile(r"[^\n]*?(?:\((?:[^()\n]{0,60}\W)?(?:1[5-9]|20)\d\d\)|\b(?:1[5-9]|20)\d\d[.,;]?(?:\s|$))"), 0.75),
    (re.compile(r"[^\n]*?[^\W\d_]\.? v\.? [A-Z]|[^\n]*?§"), 0.75),
)  # fmt: skip
MOST = 2.5


def looks_like_note(text: str) -> float:
    """How much a paragraph is worded as a note, number left aside: from 0 to MOST.

    >>> looks_like_note("Ibid., p. 12."), looks_like_note("The river rose again.")
    (2.5, 0.0)
    """
    start = text[:_REACH]
    if BARE_DOMAIN.fullmatch(start):
        return 0.0
    if CITES.search(text) or SHORT_FORM.match(start):
        return MOST
    return min(2.0, sum(weight for pattern, weight in _CLUES if pattern.match(start)))
