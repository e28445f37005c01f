"""One document from text to passages."""

from __future__ import annotations

from ingest.footnotes import Alignment, align_footnotes
from ingest.furniture import find_furniture
from ingest.model import Block, Document, Ingested
from ingest.packing import CountTokens
from ingest.passages import build_passages
from ingest.structure import Layout, lay_out
from ingest.units import split_units

MAX_TOKENS = 120
"""Default size of a passage in tokens of the embedding model: the best at every reading budget tried."""


def ingest(document: Document, count_tokens: CountTokens, max_tokens: int = MAX_TOKENS) -> Ingested:
    """Understand a document: Blocks that tile it, its footnotes, its passages.

    ``count_tokens`` counts as the embedding model does; no passage's reading text has more than
    ``max_tokens`` of them. Pure and deterministic: the same text gives byte-identical results.
    Raises ValueError unless ``max_tokens`` is at least 8.
    """
    if max_tokens < 8:
        raise ValueError(f"max_tokens must be at least 8, got {max_tokens}")
    alignment, layout = _understood(document.text)
    footnotes, passages = build_passages(document, layout, alignment.notes, count_tokens, max_tokens)
    return Ingested(document, layout.blocks, footnotes, passages)


def blocks_of(source: str) -> tuple[Block, ...]:
    """The Blocks of a document with this text, as ``ingest`` gives them."""
    return _understood(source)[1].blocks


def _understood(source: str) -> tuple[Alignment, Layout]:
    units = split_units(source)
    furniture = find_furniture(source, units)
    alignment = align_footnotes(source, units, furniture)
    notes = frozenset(index for linked in alignment.notes for index in linked.note.units)
    return alignment, lay_out(source, alignment.units, alignment.furniture, notes)
