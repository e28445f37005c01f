"""A whole document: chapters in order, and the notes that do not stand at page bottoms in their places."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from .outline import Block, Chapter
from .pieces import Piece
from .press import Press
from .styles import Place


def print_document(press: Press, title: str, chapters: list[Chapter], after: list[Block]) -> list[Piece]:
    """All of a document, ``after`` being what stands behind its notes."""
    style = press.style
    mark = "# " if style.markdown else ""
    press.put(Block("heading", (Piece(mark + title),), keep=True))
    for number, chapter in enumerate(chapters, 1):
        press.names["chapter"] = chapter.title.split("\n")[-1].lstrip("# ")
        _print_chapter(press, number, chapter)
    if style.place is Place.END:
        _print_end_notes(press, chapters)
    for block in after:
        press.put(block)
    press.end_page(last=True)
    press.out.append(Piece("\n"))
    return press.out


def _print_chapter(press: Press, number: int, chapter: Chapter) -> None:
    seen: set[int] = set()
    for block in chapter.blocks:
        press.put(block)
        if press.style.place is Place.PARAGRAPH:
            called = [note for piece in block.pieces for note in piece.notes]
            new = [note for note in dict.fromkeys(called) if note in chapter.notes and note not in seen]
            seen.update(new)
            _put_notes(press, new)
    if press.style.place is Place.CHAPTER:
        press.put(Block("heading", (Piece(press.look.heading),), keep=True))
        _put_notes(press, chapter.notes)


def _print_end_notes(press: Press, chapters: list[Chapter]) -> None:
    if press.look.heading:
        press.put(Block("heading", (Piece(press.look.heading),), keep=True))
    if press.style.subheadings:
        for chapter in chapters:
            press.put(Block("heading", (Piece(chapter.title),), keep=True))
            _put_notes(press, chapter.notes)
        return
    order = list(range(len(press.plan.labels)))
    if press.style.shuffled and press.rng.random() < 0.5:
        press.rng.shuffle(order)
    _put_notes(press, order)


def _put_notes(press: Press, ordinals: Sequence[int]) -> None:
    for i, ordinal in enumerate(ordinals):
        for j, block in enumerate(press.note_blocks(ordinal)):
            press.put(replace(block, gap="\n\n") if i + j == 0 else block)
