"""From a style, a number of notes and a seed to a document and the truth about it."""

from __future__ import annotations

import random
from collections.abc import Iterator
from itertools import groupby

from ingest.model import Span

from . import words
from .binding import print_document
from .bodies import Bodies, write_bodies
from .damage import damaged
from .outline import Block, Chapter, Outline
from .pieces import Piece, Role, parse
from .press import Plan, Press
from .prose import Prose
from .styles import STYLES, Numbering, Place, Style, draw_look
from .truth import Call, Cut, Note, State, Synthetic


def write(style: str, notes: int, seed: int, damage: float = 0.0) -> Synthetic:
    """A document of ``style`` (a name in ``STYLES``) with ``notes`` notes, and the truth about it.

    The same arguments give the same document. Documents that differ in ``damage`` alone are the same document
    before the damage. Raises KeyError for an unknown style, ValueError for no notes or an impossible rate.
    """
    row = STYLES[style]
    if notes < 1 or not 0 <= damage < 1:
        raise ValueError(f"notes must be at least 1 and damage in [0, 1), got {notes} and {damage}")
    # Strings seed by their digest, which is the same on every machine and in every run.
    rng = random.Random(f"{style}/{notes}/{seed}")  # noqa: S311
    plan, pieces = _printed(row, notes, rng)
    pieces = damaged(pieces, damage, random.Random(f"{style}/{notes}/{seed}/{damage}"))  # noqa: S311
    return _with_truth(row, plan, pieces)


def _printed(style: Style, notes: int, rng: random.Random) -> tuple[Plan, list[Piece]]:
    look = draw_look(style, rng)
    prose = Prose(rng, rng.choice(words.FIELDS), style.flavour, look.quotes)
    chapters = Outline(style, look, notes, prose, rng).chapters()
    labels, series = _labels(style, notes, chapters, rng)
    bodies = write_bodies(style, look, labels, series, Bodies(rng, prose, look))
    plan = Plan(bodies, labels, series, [look.first_page] * notes)
    title = prose.title()
    names = {
        "work": title,
        "chapter": title,
        "house": rng.choice(words.OUTLETS),
        "year": "2019",
        "site": "harbourpress",
    }
    press = Press(style, look, plan, names, rng)
    return plan, print_document(press, title, chapters, _after(style, prose, rng))


def _labels(style: Style, notes: int, chapters: list[Chapter], rng: random.Random) -> tuple[list[str], list[int]]:
    """Labels and series by ordinal; for notes numbered on each page, which only printing shows, stand-ins."""
    labels = [str(i + 1) for i in range(notes)]
    series = [0] * notes
    if style.named:
        labels = _names(notes, rng)
    elif style.shuffled and rng.random() < 0.4:
        rng.shuffle(labels)
    if style.numbering is Numbering.CHAPTER:
        for index, chapter in enumerate(chapters):
            for number, ordinal in enumerate(chapter.notes, 1):
                labels[ordinal], series[ordinal] = str(number), index
    return labels, series


def _names(notes: int, rng: random.Random) -> list[str]:
    names: dict[str, None] = {}
    while len(names) < notes:
        word = rng.choice(words.SURNAMES).lower().replace(" ", "-")
        names[
            rng.choice(
                (f"{word}{rng.randint(1900, 2023)}", f"{word}-{rng.choice('abcdefgh')}", f"note-{len(names) + 1}")
            )
        ] = None
    return list(names)


def _after(style: Style, prose: Prose, rng: random.Random) -> list[Block]:
    """Some books say something about their authors behind the notes."""
    if style.place is not Place.END or rng.random() < 0.6:
        return []
    mark = "## " if style.markdown else ""
    heading = mark + rng.choice(("About the Authors", "Acknowledgements"))
    text = f"{prose.sentence()} {prose.fact()} {prose.sentence()}"
    return [Block("heading", (Piece(heading),), keep=True), Block("paragraph", parse(text))]


def _with_truth(style: Style, plan: Plan, pieces: list[Piece]) -> Synthetic:
    placed = list(_placed(pieces))
    text = "".join(piece.text for piece in pieces)
    printed = {piece.notes[0]: (piece, start) for piece, start in placed if piece.role is Role.NUMBER}
    spans = _note_spans(placed)
    notes = tuple(
        Note(
            ordinal=ordinal,
            series=plan.series[ordinal],
            label=label,
            spans=tuple(spans[ordinal]),
            printed=_span(*printed[ordinal]),
            state=printed[ordinal][0].state,
            page=plan.pages[ordinal],
            refers_to=plan.bodies[ordinal].refers_to,
        )
        for ordinal, label in enumerate(plan.labels)
    )
    calls = [Call(p.notes, _span(p, start), start, p.state) for p, start in placed if p.role is Role.MARKER]
    return Synthetic(
        style=style.name,
        text=text,
        notes=notes,
        calls=tuple(calls),
        decoys=_spans(placed, Role.DECOY),
        furniture=_spans(placed, Role.FURNITURE),
        cuts=tuple(_cuts(placed)),
    )


def _placed(pieces: list[Piece]) -> Iterator[tuple[Piece, int]]:
    start = 0
    for piece in pieces:
        yield piece, start
        start += len(piece.text)


def _span(piece: Piece, start: int) -> Span | None:
    """Where the piece stands, without the white space at its ends; None if nothing of it does."""
    if piece.state is State.DROPPED or not piece.text.strip():
        return None
    left = len(piece.text) - len(piece.text.lstrip())
    return Span.of(start + left, start + len(piece.text.rstrip()))


def _spans(placed: list[tuple[Piece, int]], role: Role) -> tuple[Span, ...]:
    return tuple(span for piece, start in placed if piece.role is role and (span := _span(piece, start)))


def _note_spans(placed: list[tuple[Piece, int]]) -> dict[int, list[Span]]:
    """The Spans of each note's text; a hyphen at a line's end belongs to it."""
    spans: dict[int, list[Span]] = {}
    inside = (Role.NOTE, Role.HYPHEN)
    for (role, note), group in groupby(placed, lambda p: (p[0].role in inside and p[0].notes != (), p[0].notes)):
        if role:
            parts = list(group)
            end = parts[-1][1] + len(parts[-1][0].text)
            spans.setdefault(note[0], []).append(Span.of(parts[0][1], end))
    return spans


def _cuts(placed: list[tuple[Piece, int]]) -> Iterator[Cut]:
    """Cuts and where the text goes on, in pairs: a page that cuts never lacks the other half."""
    ends = [(piece.kind, start) for piece, start in placed if piece.role is Role.CUT]
    starts = [start for piece, start in placed if piece.role is Role.RESUME]
    for (kind, end), start in zip(ends, starts, strict=True):
        yield Cut(kind, end, start)
