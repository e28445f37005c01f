"""Printing: blocks are put on pages, notes to their places, and everything becomes one row of pieces."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from .bodies import Body
from .outline import Block
from .pieces import Piece, Pieces, Role, break_off, cut_places, plain, wrap
from .styles import Look, Numbering, Place, Style, dressed, sign


@dataclass(slots=True)
class Plan:
    """The notes of a document by ordinal. Labels and series of notes numbered on each page are set in printing."""

    bodies: Sequence[Body]
    labels: list[str]
    series: list[int]
    pages: list[int]


@dataclass(slots=True)
class Press:
    """Prints blocks in one look; ``out`` grows page by page."""

    style: Style
    look: Look
    plan: Plan
    names: dict[str, str]
    rng: random.Random
    out: list[Piece] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)
    carried: list[Block] = field(default_factory=list)
    used: int = 0
    count: int = 0

    def put(self, block: Block) -> None:
        """Put a block on the page; one that is too long for it goes on over the next."""
        room = self.look.page_size - self.used
        size = len(plain(block.pieces)) + sum(self._note_size(piece) for piece in block.pieces)
        fixed = bool(self.blocks) and self.blocks[-1].keep
        if not self.look.paged or size <= room or block.kind not in ("paragraph", "note"):
            self._place(block, size)
        elif halves := self._halves(block, max(room, 100)):
            self._place(halves[0], size)
            self.end_page()
            self.put(halves[1])
        elif self.blocks and not fixed:
            self.end_page()
            self.put(block)
        else:
            self._place(block, size)

    def end_page(self, last: bool = False) -> None:
        """Print the page that has been filled."""
        if not self.blocks:
            return
        new = [note for block in self.blocks for piece in block.pieces for note in piece.notes if _is_marker(piece)]
        new = list(dict.fromkeys(new)) if self.style.place is Place.PAGE else []
        self._number(new)
        notes = [*self.carried, *(block for note in new for block in self.note_blocks(note))]
        self.carried = []
        if notes and not last:
            notes = self._run_on(notes)
        self._print(self._body(), notes)
        self.blocks, self.used, self.count = [], 0, self.count + 1

    def note_blocks(self, ordinal: int) -> list[Block]:
        """A note as blocks, one for each paragraph."""
        label = self.plan.labels[ordinal]
        number = Piece(dressed(self.look.number, label), Role.NUMBER, (ordinal,))
        blocks = []
        paragraphs = self.plan.bodies[ordinal].paragraphs
        for i, paragraph in enumerate(paragraphs):
            gap = ("\n\n    " if self.style.markdown else "\n\n") if i else self.look.gap
            head = (Piece(self.look.indent), *(() if i else (number,)))
            tail = (Piece(self.style.close),) if self.style.close and i == len(paragraphs) - 1 else ()
            blocks.append(Block("note", (*head, Piece(paragraph, Role.NOTE, (ordinal,)), *tail), gap, note=ordinal))
        return blocks

    def _note_size(self, piece: Piece) -> int:
        if not _is_marker(piece) or self.style.place is not Place.PAGE:
            return 0
        return sum(len(p) for note in piece.notes for p in self.plan.bodies[note].paragraphs)

    def _place(self, block: Block, size: int) -> None:
        if block.note is not None and any(piece.role is Role.NUMBER for piece in block.pieces):
            self.plan.pages[block.note] = self.page
        self.blocks.append(block)
        self.used += size

    @property
    def page(self) -> int:
        """The number of the page being filled."""
        return self.look.first_page + self.count

    def _halves(self, block: Block, room: int) -> tuple[Block, Block] | None:
        """A block cut near the page's end, or None where it cannot be; most pages cut a sentence."""
        kinds = self.rng.choice((("sentence",), ("sentence",), ("word",), ("compound",), ("end",)))
        if self.carried and not self.look.rule:
            kinds = ("end",)  # with two texts broken off on one page nobody could tell which of them goes on
        length = len(plain(block.pieces))
        # A note is not cut in its own head, which is what tells where it begins.
        places = [place for place in cut_places(block.pieces, kinds) if 60 <= place[0] <= length - 60]
        if not places:
            return None
        at, kind = min(places, key=lambda place: (abs(place[0] - room), place))
        halves = break_off(block.pieces, at, kind)
        if block.kind == "note":
            halves = (_without_cuts(halves[0]), _without_cuts(halves[1]))
        return replace(block, pieces=halves[0], keep=False), replace(block, pieces=halves[1])

    def _number(self, notes: list[int]) -> None:
        """Set what is only known when a page is full: pages, and labels where each page starts anew."""
        for index, note in enumerate(notes):
            self.plan.pages[note] = self.page
            if self.style.numbering is Numbering.PAGE:
                self.plan.labels[note] = sign(index) if self.style.signs else str(index + 1)
                self.plan.series[note] = self.count

    def _run_on(self, notes: list[Block]) -> list[Block]:
        """Now and then the last note of a page goes on at the bottom of the next."""
        last = notes[-1]
        length = len(plain(last.pieces))
        if self.style.close or length < 220 or self.rng.random() > 0.35:
            return notes
        places = [place for place in cut_places(last.pieces, ("sentence",)) if 60 <= place[0] <= length - 60]
        if not places:
            return notes
        head, tail = break_off(last.pieces, *self.rng.choice(places))
        self.carried = [replace(last, pieces=_without_cuts(tail), gap=self.look.gap)]
        return [*notes[:-1], replace(last, pieces=_without_cuts(head))]

    def _body(self) -> list[Block]:
        return [replace(block, pieces=self._called(block.pieces)) for block in self.blocks]

    def _called(self, pieces: Pieces) -> Pieces:
        """The pieces with their markers printed."""
        out: list[Piece] = []
        for piece in pieces:
            if not _is_marker(piece):
                out.append(piece)
                continue
            marker = replace(
                piece, text=dressed(self.style.marker, _joined([self.plan.labels[n] for n in piece.notes]))
            )
            out += self._in_formula(out.pop(), marker) if self.style.math_word else [marker]
        return tuple(out)

    def _in_formula(self, before: Piece, marker: Piece) -> list[Piece]:
        """``CIS.`` and ``^{47}`` as ``$CIS.^{47}$``."""
        head, blank, word = before.text.rpartition(" ")
        start = replace(before, text=f"{head}{blank}${word}")
        return [start, marker, Piece("$")]

    def _print(self, body: list[Block], notes: list[Block]) -> None:
        if self.count:
            self.out.append(Piece("\n\f" if self.look.form_feed and self.look.paged else "\n\n"))
        self._furniture(self.look.head[self.page % 2] if self.count else "", "", "\n\n")
        self._set(body)
        if notes:
            self._furniture(self.look.rule, "\n\n", "")
            self.out.append(Piece("\n\n"))
            self._set(notes)
        self._furniture(self.look.foot, "\n\n", "")

    def _set(self, blocks: list[Block]) -> None:
        for i, block in enumerate(blocks):
            if i:
                self.out.append(Piece(block.gap, Role.GAP if block.note is not None else Role.TEXT))
            lines = self.look.wrapped and block.kind in ("paragraph", "note")
            self.out += wrap(block.pieces, self.look.width, self.rng, self.look.hyphens) if lines else block.pieces

    def _furniture(self, template: str, before: str, after: str) -> None:
        if self.look.paged and template:
            text = template.format(page=self.page, **self.names)
            self.out += [Piece(before)] * bool(before) + [Piece(text, Role.FURNITURE)] + [Piece(after)] * bool(after)


def _is_marker(piece: Piece) -> bool:
    return piece.role is Role.MARKER


def _without_cuts(pieces: Pieces) -> Pieces:
    return tuple(piece for piece in pieces if piece.role not in (Role.CUT, Role.RESUME))


def _joined(labels: list[str]) -> str:
    """Labels of one marker: "3, 5", or "3–5" where they follow each other.

    >>> _joined(["3", "4", "5"]), _joined(["3", "5"])
    ('3–5', '3, 5')
    """
    numbers = [int(label) for label in labels] if len(labels) > 2 else []
    if numbers and numbers == list(range(numbers[0], numbers[0] + len(numbers))):
        return f"{numbers[0]}–{numbers[-1]}"
    return ", ".join(labels)
