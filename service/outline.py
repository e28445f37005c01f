"""What stands where in a document: its Blocks, the sections that headings begin, and where each page starts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from index.cache import RecentlyUsed
from index.embedded import EmbeddedIndex
from ingest.model import Block, BlockKind, PageSource, Span
from ingest.pipeline import blocks_of

KEPT = 8
"""Documents whose Blocks are kept in memory: finding those of 80 pages takes a third of a second."""


@dataclass(frozen=True, slots=True)
class Section:
    """A section with its path of titles; ``span`` is from its heading to the next one that is not below it."""

    path: tuple[str, ...]
    span: Span
    pages: tuple[int, int]


@dataclass(frozen=True, slots=True)
class PageStart:
    """Where a page begins, and how its number is known."""

    page: int
    start: int
    known: PageSource


class Layouts:
    """The Blocks of an index's documents, found again in their text, which is all that is stored of them."""

    def __init__(self) -> None:
        self._kept: RecentlyUsed[str, tuple[Block, ...]] = RecentlyUsed(KEPT)

    def of(self, index: EmbeddedIndex, document_id: str) -> tuple[Block, ...]:
        """A document's Blocks. Raises NotFound."""
        with index.at_one_generation():
            key, text = index.document(document_id).sha256, index.text(document_id)
        if not (found := self._kept.get([key])):
            found = {key: blocks_of(text)}
            self._kept.put(found)
        return found[key]


def sections(blocks: Sequence[Block]) -> list[Section]:
    """The sections in the order of the source; one without a heading has no section."""
    heads = section_heads(blocks)
    return [_section(blocks, head, heads[place + 1 :]) for place, head in enumerate(heads)]


def section_heads(blocks: Sequence[Block]) -> list[int]:
    """The Blocks that begin sections: CHAPTER I and the title that stands below it, in its own Block, begin one."""
    heads = [index for index, block in enumerate(blocks) if block.kind is BlockKind.HEADING]
    titles = {low for high, low in pairwise(heads) if low == high + 1 and blocks[low].section == blocks[high].section}
    return [index for index in heads if index not in titles]


def _section(blocks: Sequence[Block], head: int, later: Sequence[int]) -> Section:
    path = blocks[head].section
    after = next((index for index in later if len(blocks[index].section) <= len(path)), len(blocks))
    last = blocks[after - 1]
    return Section(path, Span(blocks[head].content.start, last.content.end), (blocks[head].page, last.page))


def page_starts(blocks: Sequence[Block]) -> Iterator[PageStart]:
    """The first Block of each page, in the order of the source."""
    if blocks:
        yield _starting(blocks[0])
    yield from (_starting(block) for before, block in pairwise(blocks) if block.page != before.page)


def _starting(block: Block) -> PageStart:
    return PageStart(block.page, block.content.start, block.page_source)
