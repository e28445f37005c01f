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
recall over damage are drawn to ``benchmarks/footnotes.svg``. ``--faults`` shows instead each
link that was missed or made up.
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable, Sequence
from itertools import product
from pathlib import Path

from benchmarks.curves import Panel, draw
from ingest.model import Document, Span
from ingest.pipeline import ingest
from tests.ingest.synthetic import STYLES, Linked, Score, faults, score, share, write

DAMAGE = (0.0, 0.05, 0.15, 0.3)
SIZES = (5, 20, 80)
SEEDS = 4
PICTURE = Path(__file__).with_suffix(".svg")


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
    if options.faults:
        _print_faults(options)
        return
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


def _print_faults(options: argparse.Namespace) -> None:
    for style, damage, notes, seed in product(options.styles, options.damage, options.notes, range(options.seeds)):
        truth = write(style, notes, seed, damage)
        for fault in faults(truth, ibid(truth.text)):
            print(f"{style} {damage:.0%} {notes} notes, seed {seed}: {fault}")


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
    shares = (ours.precision, ours.recall, share(ours.named, ours.notes), share(ours.told, ours.lost))
    cells = [style, f"{damage:.0%}", *(_percent(share) for share in shares)]
    cells += [
        f"{1000 * (share(ours.taken, ours.decoys) or 0):.1f}",
        _percent(theirs.precision),
        _percent(theirs.recall),
    ]
    return "| " + " | ".join(cells) + " |"


def _percent(share: float | None) -> str:
    """A share in per cent, cut and not rounded, so that 100.0 is said only of all.

    >>> _percent(0.99999), _percent(1.0), _percent(None)
    ('99.9', '100.0', '–')
    """
    return "–" if share is None else f"{int(share * 1000 + 1e-9) / 10:.1f}"


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.footnotes", description="Footnote linking measured.")
    parser.add_argument("--styles", nargs="+", default=list(STYLES), choices=list(STYLES), metavar="STYLE")
    parser.add_argument("--damage", nargs="+", type=float, default=list(DAMAGE), metavar="RATE")
    parser.add_argument("--seeds", type=int, default=SEEDS, help="documents of each size")
    parser.add_argument("--notes", nargs="+", type=int, default=list(SIZES), help="sizes in notes")
    parser.add_argument("--picture", type=Path, help=f"where to draw the curves (with no other option: {PICTURE.name})")
    parser.add_argument("--faults", action="store_true", help="print every link that Ibid missed or made up, no table")
    options = parser.parse_args()
    if options == parser.parse_args([]):
        options.picture = PICTURE  # a picture of a part never replaces that of the whole by accident
    return options


if __name__ == "__main__":
    main()
