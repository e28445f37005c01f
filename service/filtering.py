"""Filters that can match nothing are told, not searched with: a mistyped one is no silence."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches

from index.contract import Filters
from index.embedded import EmbeddedIndex
from ingest.errors import NotFound

NAMED = 3
"""Sections that are named where another was asked for."""


def check_filters(index: EmbeddedIndex, filters: Filters) -> None:
    """Refuse an unknown document, and a section that none of the documents has. Raises NotFound."""
    for document_id in sorted(filters.document_ids):
        index.document(document_id)
    prefix = filters.section_prefix
    if not prefix:
        return
    by_document = index.truth.sections
    sections = [section for id_ in filters.document_ids or by_document for section in by_document.get(id_, ())]
    if not any(section[: len(prefix)] == prefix for section in sections):
        named = "; ".join(map(_shown, _nearest(prefix, sections)))
        raise NotFound(
            f"no passage stands in a section {_shown(prefix)}; give whole headings from the outermost inwards, as a "
            f"hit's section has them{f', such as {named}' if named else ''}"
        )


def _nearest(prefix: Sequence[str], sections: Sequence[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """Sections whose own heading is most like the innermost that was asked for."""
    beginnings = {section[:depth]: None for section in sections for depth in range(1, len(section) + 1)}
    by_heading: dict[str, list[tuple[str, ...]]] = {}
    for section in beginnings:
        by_heading.setdefault(section[-1].casefold(), []).append(section)
    wanted = prefix[-1].casefold()
    like = [heading for heading in by_heading if wanted and wanted in heading]
    like += get_close_matches(wanted, by_heading, NAMED)
    return [section for heading in dict.fromkeys(like) for section in by_heading[heading]][:NAMED]


def _shown(section: Sequence[str]) -> str:
    return "[" + ", ".join(f'"{heading}"' for heading in section) + "]"
