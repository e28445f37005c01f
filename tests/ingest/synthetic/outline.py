"""The body of a document before it is printed: chapters of blocks, with empty markers where notes are called."""

from __future__ import annotations

import random
import re
from dataclasses import dataclass, field

from .pieces import Piece, Pieces, Role, free, parse, plain, split
from .prose import BRACKETS, STARS, Prose
from .styles import Look, Numbering, Style

AFTER_STOP = re.compile(r"(?<=[a-z)][.,;])(?= |$)|(?<=[a-z][.,][\"”])(?= |$)|(?<=[a-z][\"”])(?= )")
BEFORE_STOP = re.compile(r"(?<=[a-z])(?=[.,;](?: |$))")
AFTER_WORD = re.compile(r"(?<=[a-z]{4})(?= [a-z])")


@dataclass(frozen=True, slots=True)
class Block:
    """A heading, paragraph, list, table or note. ``gap`` is printed before it; after a ``keep`` no page ends."""

    kind: str
    pieces: Pieces
    gap: str = "\n\n"
    keep: bool = False
    note: int | None = None


@dataclass(slots=True)
class Chapter:
    """A chapter's title, as printed, its blocks, and the ordinals of the notes it calls first, in that order."""

    title: str
    blocks: list[Block] = field(default_factory=list)
    notes: list[int] = field(default_factory=list)


class Outline:
    """Writes chapters that call ``count`` notes in the style's manner."""

    def __init__(self, style: Style, look: Look, count: int, prose: Prose, rng: random.Random) -> None:
        self.style = style
        self.look = look
        self.prose = prose
        self.rng = rng
        order = list(range(count))
        if style.sorted:
            rng.shuffle(order)
        self.waiting = order[::-1]
        self.called: list[int] = []

    def chapters(self) -> list[Chapter]:
        """All chapters in order."""
        count = len(self.waiting)
        by_chapter = self.style.numbering is Numbering.CHAPTER
        number = min(count, max(2, count // 14)) if by_chapter else 1 + count // 25
        bounds = [count * i // number for i in range(1, number + 1)]
        return [self._chapter(i, bound) for i, bound in enumerate(bounds, 1)]

    def _chapter(self, number: int, bound: int) -> Chapter:
        """A chapter that ends when ``bound`` notes have been called in the document."""
        chapter = Chapter(self.look.chapter.format(n=number, title=self.prose.title()))
        chapter.blocks.append(Block("heading", (Piece(chapter.title),), keep=True))
        chapter.blocks.append(Block("paragraph", self._paragraph(len(self.called))))
        sections = 0
        while len(self.called) < bound:
            if self.look.section and self.rng.random() < 0.15:
                sections += 1
                chapter.blocks.append(self._section(number, sections))
            first = len(self.called)
            chapter.blocks.append(Block("paragraph", self._paragraph(bound)))
            chapter.notes += self.called[first:]
            if self.rng.random() < 0.25:
                chapter.blocks += self._list() if self.rng.random() < 0.6 else self._table()
        chapter.blocks.append(Block("paragraph", self._paragraph(len(self.called))))
        return chapter

    def _section(self, chapter: int, number: int) -> Block:
        mark = "### " if self.style.markdown else ""
        return Block("heading", parse(f"{mark}‹{chapter}.{number}› {self.prose.title()}"), keep=True)

    def _paragraph(self, bound: int) -> Pieces:
        pieces: list[Piece] = []
        for i in range(self.rng.randint(2, 6)):
            pieces += [Piece(" ")] * (i > 0) + list(self._sentence(bound))
        return tuple(pieces)

    def _sentence(self, bound: int) -> Pieces:
        more = BRACKETS * self.style.marker.startswith("[{") + STARS * self.style.signs
        text = self.prose.fact(more) if self.rng.random() < 0.35 else self.prose.sentence()
        pieces = parse(text)
        if len(self.called) >= bound or self.rng.random() > 0.5:
            return pieces
        places = self._places(pieces)
        if not places:
            return pieces
        chosen = {places[-1] if self.rng.random() < 0.7 else self.rng.choice(places)}
        if len(places) > 2 and self.rng.random() < 0.08:
            chosen.add(places[0])
        # Markers are called in the order of the text, and set from behind so that places stay true.
        calls = [(place, self._notes(bound)) for place in sorted(chosen)]
        for place, notes in reversed(calls):
            if notes:
                head, tail = split(pieces, place)
                blank = (Piece(" "),) if self.style.before_stop else ()
                pieces = (*head, *blank, Piece("", Role.MARKER, notes), *tail)
        return pieces

    def _places(self, pieces: Pieces) -> list[int]:
        """Where a marker may stand: by a mark that follows a word; now and then, if raised, right after a word."""
        text, may = plain(pieces), free(pieces)
        pattern = BEFORE_STOP if self.style.before_stop else AFTER_STOP
        places = [match.start() for match in pattern.finditer(text)]
        if self.style.flavour != "plain" and not self.style.before_stop and self.rng.random() < 0.1:
            places += [match.start() for match in AFTER_WORD.finditer(text)]
        return sorted(place for place in places if all(may[place - 2 : place]))

    def _notes(self, bound: int) -> tuple[int, ...]:
        """The notes that the next marker calls: mostly the next one; where notes are called again, also others."""
        chance = self.rng.random()
        if self.style.repeats and self.called and chance < 0.15:
            return (self.rng.choice(self.called),)
        room = bound - len(self.called)
        take = min(room, self.rng.choice((2, 2, 3, 4)) if self.style.references and chance > 0.85 else 1)
        new = [self.waiting.pop() for _ in range(take)]
        self.called += new
        if take > 1 and self.rng.random() < 0.3:
            new.append(self.rng.choice(self.called))
        return tuple(sorted(set(new)))

    def _list(self) -> list[Block]:
        intro = Block(
            "paragraph", parse(self.prose.fill("Three things follow for {thing}, as {agent} {did} it:")), keep=True
        )
        lines: list[Piece] = []
        for number, item in enumerate(self.prose.items(), 1):
            label = self.look.item.format(n=number)
            lines += [Piece("\n")] * (number > 1) + list(parse(f"‹{label.rstrip()}› {item}"))
        return [intro, Block("list", tuple(lines), keep=True), Block("paragraph", self._paragraph(len(self.called)))]

    def _table(self) -> list[Block]:
        rows = self.prose.rows()
        widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
        lines = []
        for index, row in enumerate(rows):
            marked = [f"‹{cell}›" if any(c.isdecimal() for c in cell) else cell for cell in row]
            if self.look.table == "pipes":
                lines.append("| " + " | ".join(marked) + " |" + ("\n" + "| --- " * len(row) + "|") * (index == 0))
            else:
                filled = [
                    cell + " " * (width - len(plain)) for cell, plain, width in zip(marked, row, widths, strict=True)
                ]
                lines.append("   ".join(filled).rstrip())
        title = Block("paragraph", parse(self.prose.fill("‹Table {small}›. {Thing}, by region")), keep=True)
        return [title, Block("table", parse("\n".join(lines)), keep=True), Block("paragraph", self._paragraph(0))]
