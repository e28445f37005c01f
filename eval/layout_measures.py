"""Joins, furniture, tables, pages and sections beside ground truth."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from math import inf

from eval.figures import Measure, false_count, overlap, share, solid
from eval.truth import JoinTruth, TableTruth, Truth
from ingest.contents import plain, read_contents
from ingest.furniture import find_furniture
from ingest.model import Block, BlockKind, Ingested, Passage, PassageKind, Span
from ingest.units import split_units
from service.joins import Sentence, block_at, read_sentences, sentence_joins

REACH = 12
"""A sentence crosses a break if it is read from the last so many characters before it and the first after it:
a marker may stand right at the break, which is not read."""


def join_measures(ingested: Ingested, truth: Truth) -> list[Measure]:
    """Sentences and words joined across pages, and false joins.

    A join of ours is a place where one sentence of a body passage is read from two Blocks with a line end
    between them; two paragraphs that are read on one line, but as two sentences, are none. It is false if it lies
    wholly in the truth's region and the truth has none between the same two Blocks: the truth lists every
    sentence that a page cuts, and no other sentence of a document stands in two paragraphs.
    """
    if not truth.joins:
        return []
    sentences = list(read_sentences(ingested))
    crossing = [(join, _crossing(sentences, join)) for join in truth.joins]
    words = [
        (found is not None and _has_word(found.text, join.word), f"{join.left} {join.word!r}")
        for join, found in crossing
        if join.word
    ]
    return [
        share("sentence joins: recall", [(found is not None, _name(join)) for join, found in crossing], 0.97),
        false_count("sentence joins: false", list(_false_joins(ingested, truth))),
        share("joined words right", words),
    ]


def _crossing(sentences: list[Sentence], join: JoinTruth) -> Sentence | None:
    before, after = Span(max(0, join.left - REACH), join.left), Span(join.right, join.right + REACH)
    for sentence in sentences:
        if any(s.overlaps(before) for s in sentence.spans) and any(s.overlaps(after) for s in sentence.spans):
            return sentence
    return None


def _false_joins(ingested: Ingested, truth: Truth) -> Iterator[str]:
    starts = [block.span.start for block in ingested.blocks]
    known = {(block_at(starts, join.left - 1), block_at(starts, join.right)) for join in truth.joins}
    region = truth.region
    for join in sentence_joins(ingested):
        blocks = (block_at(starts, join.left - 1), block_at(starts, join.right))
        if blocks not in known and region.start < join.left and join.right < region.end:
            yield f"{join.left}–{join.right} {join.text[:60]!r}"


def _has_word(text: str, word: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text) is not None


def _name(join: JoinTruth) -> str:
    return f"{join.left}–{join.right} {join.tail[-20:]!r} + {join.head[:20]!r}"


def furniture_measures(ingested: Ingested, truth: Truth) -> list[Measure]:
    """Characters of furniture Blocks, white space left aside, and how much of the furniture nobody reads."""
    if not truth.furniture:
        return []
    source, region = ingested.document.text, truth.region
    blocks = [block.content for block in ingested.blocks if block.kind is BlockKind.FURNITURE]
    ours = solid(source, [span for span in blocks if span.overlaps(region)])
    expected = solid(source, [item.span for item in truth.furniture])
    unread = expected - solid(source, [span for passage in ingested.passages for span in passage.spans])
    return [
        *overlap("furniture characters", ours, expected, source, 0.99),
        Measure("furniture characters that no passage reads", len(unread), len(expected)),
    ]


def table_measures(ingested: Ingested, truth: Truth) -> list[Measure]:
    """Rows that are read whole: the table's title, then each cell right after the name of its column."""
    texts = [passage.text for passage in ingested.passages if passage.kind is PassageKind.TABLE]
    rows = [
        (any(_reads_row(text, table, cells) for text in texts), f"{table.title[:30]}: {cells[0]}")
        for table in truth.tables
        for cells in table.rows
    ]
    return [share("table rows exact, with their columns", rows, 1.0)] if rows else []


def _reads_row(text: str, table: TableTruth, cells: tuple[str, ...]) -> bool:
    named = [(name, cell) for name, cell in zip(table.columns, cells, strict=True) if cell]
    cell_patterns = (rf"{_loose(name)}\W*?(?<!\w){_loose(cell)}(?!\w)" for name, cell in named)
    return re.search(rf"{_loose(table.title)}.*?" + r"\W*?".join(cell_patterns), text, re.DOTALL) is not None


def _loose(text: str) -> str:
    """A pattern for a text in which any run of white space may stand for any other."""
    return r"\s+".join(map(re.escape, text.split()))


def page_measures(ingested: Ingested) -> list[Measure]:
    """Pages and section paths beside the document's printed contents; nothing where it has none.

    A line of the contents that no heading has the title of (OCR may have run several together) only informs. A
    passage disagrees

    - if it begins before the page of the last listed heading in its path, or ends after the page of the next
      listed heading that is not below that one, or
    - if its pages lie wholly between two lines of the contents, and the heading of the first is not in its path.

    Where a heading stands in its path in place of the one the contents list, on the same level and not listed
    itself, a line of the contents is lost, and they do not say.
    """
    source = ingested.document.text
    units = split_units(source)
    entries = read_contents(source, units, find_furniture(source, units)).entries
    contents = {title: first.page for title, (first, *_) in entries.items() if first.page is not None}
    headings: dict[str, list[Block]] = {}
    for block in ingested.blocks:
        if block.kind is BlockKind.HEADING:
            headings.setdefault(plain(block.section[-1]), []).append(block)
    listed = {title: page for title, page in contents.items() if title in headings}
    if not listed:
        return []
    found = {title: [block.page for block in headings[title]] for title in listed}
    ends = {title: _end(title, contents, headings) for title in listed}
    paths = {title: [plain(part) for part in headings[title][0].section] for title in listed}
    verdicts = [(p, _agrees(p, contents, listed, ends, paths)) for p in ingested.passages]
    return [
        share("printed contents: headings found", [(title in headings, repr(title)) for title in contents]),
        share(
            "printed contents: headings on their page",
            [(page in found[title], f"{title!r} is on {found[title]}, not {page}") for title, page in listed.items()],
            0.99,
        ),
        share(
            "printed contents: passages in place",
            [(met, f"{p.id} p. {p.pages[0]} {p.section[-1:]}") for p, met in verdicts if met is not None],
            0.99,
        ),
    ]


def _end(title: str, contents: Mapping[str, int], headings: Mapping[str, list[Block]]) -> float:
    """The page on which what stands under ``title`` ends at the latest: where the next heading not below it is."""
    titles = list(contents)
    for following in titles[titles.index(title) + 1 :]:
        if any(title not in map(plain, block.section) for block in headings.get(following, ())):
            return contents[following]
    return inf


def _agrees(
    passage: Passage,
    contents: Mapping[str, int],
    listed: Mapping[str, int],
    ends: Mapping[str, float],
    paths: Mapping[str, Sequence[str]],
) -> bool | None:
    """Whether a passage agrees with the contents; None where they do not say."""
    path = [plain(title) for title in passage.section]
    first, last = passage.pages
    deepest = next((title for title in reversed(path) if title in listed), None)
    if deepest is not None and not listed[deepest] <= first <= last <= ends[deepest]:
        return False
    before = [title for title, page in contents.items() if page < first]
    between = before and not any(first <= page <= last for page in contents.values())
    if between and before[-1] in listed:
        place = len(paths[before[-1]]) - 1
        if path[:place] == paths[before[-1]][:place] and place < len(path) and path[place] not in contents:
            return None
        return before[-1] in path
    return None if deepest is None else True
