"""Footnote linking on documents of which everything is known: ``python -m benchmarks.footnotes``.

For each style of notes and each rate of damage, over several seeds and sizes, markers are linked with their notes by
Ibid and by a baseline of our own, a plain regular expression. The figures are

* recall: of all pairs of a marker **that still stands in the text**, garbled or not, and a note that it calls, the
  share that was found. A marker that damage has dropped is nobody's to find and does not count here;
* precision: of all pairs found, the share that is right. A pair is right if its marker shares a character with a
  true marker, and its note starts where the note starts that this marker calls;
* notes: the share of all notes that was found with the right number (or sign, or name), damaged ones included;
* decoys: markers found where a year, a unit or the number of a list stands, a thousand decoys;
* lost: of the notes of which no marker is left, the share that was found and reported without a marker.

The documents are drawn from seeds: two runs give the same table. It is printed as Markdown; the curves of precision and
recall over damage are drawn to ``benchmarks/footnotes.svg``.
"""

from __future__ import annotations

import argparse
import re
import sys
from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import astuple, dataclass
from pathlib import Path

from benchmarks.curves import Panel, draw
from ingest.model import Document, Span
from ingest.pipeline import ingest
from tests.ingest.synthetic import STYLES, Synthetic, write

DAMAGE = (0.0, 0.05, 0.15, 0.3)
SIZES = (5, 20, 80)
SEEDS = 4
PICTURE = Path(__file__).with_suffix(".svg")


@dataclass(frozen=True, slots=True)
class Linked:
    """A note as a linker found it: its label, where its text starts, and the Spans of its markers."""

    label: str
    start: int
    markers: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Score:
    """Counts, which add up over documents."""

    links: int = 0
    hit: int = 0
    found: int = 0
    right: int = 0
    notes: int = 0
    named: int = 0
    decoys: int = 0
    taken: int = 0
    lost: int = 0
    told: int = 0

    def __add__(self, other: Score) -> Score:
        return Score(*(one + two for one, two in zip(astuple(self), astuple(other), strict=True)))

    @property
    def precision(self) -> float | None:
        """Share of the pairs found that is right; None where nothing was found, which is neither right nor wrong."""
        return _share(self.right, self.found)

    @property
    def recall(self) -> float | None:
        """Share of the pairs standing in the text that was found."""
        return _share(self.hit, self.links)


Linker = Callable[[str], list[Linked]]


def ibid(text: str) -> list[Linked]:
    """What Ibid's ingestion links."""
    result = ingest(Document("synthetic", "Synthetic", "text/plain", "0" * 64, text), lambda part: part.count(" ") + 1)
    return [Linked(note.label, note.spans[0].start, note.markers) for note in result.footnotes]


LABEL = r"([0-9]{1,3}|[⁰¹²³⁴⁵⁶⁷⁸⁹]+|[*†‡§¶]+|(?<=\[\^)[\w-]+)"
DRESSED = rf"(?:<sup>|\\\w+[{{\[]|\$?\^\{{?|\[\^?)?{LABEL}(?:</sup>|[}}\]]?\$|[}}\]])?"
NOTE = re.compile(rf"^[ \t]*{DRESSED}[.:{{]*[ \t]*(?=\S)", re.MULTILINE)
MARKER = re.compile(rf"(?:(?<=[A-Za-z.,;:!?)\"”])|(?<= )(?=\[)){DRESSED}(?!\w)")


def plain_regex(text: str) -> list[Linked]:
    """The baseline: one plain regular expression in two places, as many a script does it.

    A line that starts with a number, sign or ``[^name]`` in any usual dress is a note; the same, glued to a letter or a
    mark, or in brackets, calls the next note of that name. Nothing is known of order, neighbours or pages.
    """
    lowered = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")
    heads = [(match[1].translate(lowered), match.start(1), match.end()) for match in NOTE.finditer(text)]
    markers: dict[int, list[Span]] = {at: [] for _, at, _ in heads}
    following: dict[str, int] = {}
    for match in sorted((*NOTE.finditer(text), *MARKER.finditer(text)), key=lambda match: -match.start(1)):
        label = match[1].translate(lowered)
        if match.start(1) in markers:
            following[label] = match.start(1)
        elif label in following:
            markers[following[label]].append(Span(*match.span()))
    return [Linked(label, start, tuple(sorted(markers[at]))) for label, at, start in heads]


def score(truth: Synthetic, linked: Sequence[Linked]) -> Score:
    """Compare what a linker found in a document with the truth about it."""
    owners = _owners(truth, linked)
    pairs = [(owner, marker) for owner, note in zip(owners, linked, strict=True) for marker in note.markers]
    standing = [(call.span, call.notes) for call in truth.calls if call.span]
    starts = [span.start for span, _ in standing]
    hits: set[tuple[Span, int]] = set()
    right = 0
    for owner, marker in pairs:
        at = bisect_right(starts, marker.end - 1) - 1
        if at >= 0 and owner is not None and standing[at][0].overlaps(marker) and owner in standing[at][1]:
            hits.add((standing[at][0], owner))
            right += 1
    taken = sum(_overlaps_one(truth.decoys, marker) for marker in {marker for _, marker in pairs})
    silent = {owner for owner, note in zip(owners, linked, strict=True) if not note.markers}
    spoken = {owner for owner, note in zip(owners, linked, strict=True) if note.markers}
    named = {o for o, note in zip(owners, linked, strict=True) if o is not None and truth.notes[o].label == note.label}
    return Score(
        links=len(truth.links),
        hit=len(hits),
        found=len(pairs),
        right=right,
        notes=len(truth.notes),
        named=len(named),
        decoys=len(truth.decoys),
        taken=taken,
        lost=len(truth.lost),
        told=len((silent - spoken) & set(truth.lost)),
    )


def _owners(truth: Synthetic, linked: Sequence[Linked]) -> list[int | None]:
    """For each note found the ordinal of the true note that starts there, or None.

    A note may be found from its printed number on, where damage has made that unreadable, and lose a mark or
    two at its start; one that starts further on has lost its beginning, and is not that note.
    """
    begins = sorted(((note.printed or note.spans[0]).start, note.ordinal) for note in truth.notes)
    owners: list[int | None] = []
    for note in linked:
        at = bisect_right(begins, (note.start, len(truth.notes))) - 1
        ordinal = begins[at][1] if at >= 0 else None
        near = ordinal is not None and note.start <= truth.notes[ordinal].spans[0].start + 3
        owners.append(ordinal if near else None)
    return owners


def _overlaps_one(spans: Sequence[Span], marker: Span) -> bool:
    at = bisect_right(spans, Span(marker.end - 1, sys.maxsize)) - 1
    return at >= 0 and spans[at].overlaps(marker)


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def measure(linker: Linker, style: str, damage: float, sizes: Sequence[int], seeds: int) -> Score:
    """The score of a linker over the documents of one style and one rate of damage."""
    total = Score()
    for notes in sizes:
        for seed in range(seeds):
            truth = write(style, notes, seed, damage)
            total += score(truth, linker(truth.text))
    return total


LINKERS: tuple[tuple[str, Linker], ...] = (("Ibid", ibid), ("plain regex", plain_regex))
HEAD = ("style", "damage", "precision", "recall", "notes", "lost told", "decoys ‰", "regex precision", "regex recall")


def main() -> None:
    """Measure, print the table, and draw the picture."""
    options = _options()
    table = []
    panels = []
    for style in options.styles:
        scores = [[measure(run, style, d, options.notes, options.seeds) for d in options.damage] for _, run in LINKERS]
        table += [(style, damage, *pair) for damage, *pair in zip(options.damage, *scores, strict=True)]
        curves = {
            f"{name} {kind}": [getattr(one, kind) for one in column]
            for (name, _), column in zip(LINKERS, scores, strict=True)
            for kind in ("precision", "recall")
        }
        panels.append(Panel(style, curves))
    print(_table(table, options))
    if options.picture:
        options.picture.write_text(draw("Links between markers and notes", panels, options.damage), encoding="utf-8")


def _table(rows: Sequence[tuple[str, float, Score, Score]], options: argparse.Namespace) -> str:
    lines = ["| " + " | ".join(HEAD) + " |", "| --- " * len(HEAD) + "|"]
    totals: dict[float, tuple[Score, Score]] = {damage: (Score(), Score()) for damage in options.damage}
    for style, damage, ours, theirs in rows:
        totals[damage] = (totals[damage][0] + ours, totals[damage][1] + theirs)
        lines.append(_line(style, damage, ours, theirs))
    lines += [_line("**all**", damage, *pair) for damage, pair in totals.items()]
    sizes = ", ".join(str(size) for size in options.notes)
    lines.append(f"\nDocuments of {sizes} notes, {options.seeds} of each size, for each style and rate of damage.")
    return "\n".join(lines)


def _line(style: str, damage: float, ours: Score, theirs: Score) -> str:
    shares = (ours.precision, ours.recall, _share(ours.named, ours.notes), _share(ours.told, ours.lost))
    cells = [style, f"{damage:.0%}", *(_percent(share) for share in shares)]
    cells += [
        f"{1000 * (_share(ours.taken, ours.decoys) or 0):.1f}",
        _percent(theirs.precision),
        _percent(theirs.recall),
    ]
    return "| " + " | ".join(cells) + " |"


def _percent(share: float | None) -> str:
    """A share in per cent, cut and not rounded, so that 100.0 is said only of all.

    >>> _percent(0.99999), _percent(1.0), _percent(None)
    ('99.9', '100.0', '–')
    """
    return "–" if share is None else f"{int(share * 1000) / 10:.1f}"


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.footnotes", description="Footnote linking measured.")
    parser.add_argument("--styles", nargs="+", default=list(STYLES), choices=list(STYLES), metavar="STYLE")
    parser.add_argument("--damage", nargs="+", type=float, default=list(DAMAGE), metavar="RATE")
    parser.add_argument("--seeds", type=int, default=SEEDS, help="documents of each size")
    parser.add_argument("--notes", nargs="+", type=int, default=list(SIZES), help="sizes in notes")
    parser.add_argument("--picture", type=Path, help=f"where to draw the curves (all styles: {PICTURE.name})")
    options = parser.parse_args()
    if options.picture is None and options.styles == list(STYLES):
        options.picture = PICTURE  # a picture of a few styles never replaces that of all by accident
    return options


if __name__ == "__main__":
    main()
