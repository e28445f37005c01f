"""The styles of notes, one row each, and the looks that documents of one style may have."""

from __future__ import annotations

import random
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

SUPERSCRIPTS = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
SIGNS = ("*", "†", "‡", "§", "¶")


class Place(StrEnum):
    """Where notes are printed."""

    PAGE = "page"
    PARAGRAPH = "paragraph"
    CHAPTER = "chapter"
    END = "end"


class Numbering(StrEnum):
    """Where the numbering starts anew."""

    DOCUMENT = "document"
    CHAPTER = "chapter"
    PAGE = "page"


@dataclass(frozen=True, slots=True)
class Style:
    """How a publisher prints notes.

    ``marker`` and ``numbers`` are templates of a label: ``{n}`` as it is, ``{sup}`` in raised digits. A document uses
    one of ``numbers`` throughout. ``flavour`` is how raised signs that call no note are printed (``10⁶``, ``10^{6}``).
    """

    name: str
    marker: str
    numbers: tuple[str, ...]
    place: Place = Place.PAGE
    numbering: Numbering = Numbering.DOCUMENT
    flavour: str = "unicode"
    headings: tuple[str, ...] = ("Notes", "NOTES", "Endnotes")
    close: str = ""  # printed after a note's text
    math_word: bool = False  # the word before a marker stands in the same formula
    before_stop: bool = False  # the marker stands before the full stop, after a blank
    signs: bool = False
    named: bool = False
    references: bool = False  # the notes are a list of publications
    sorted: bool = False  # the list is in the order of the alphabet
    repeats: bool = False  # a note may be called again
    shuffled: bool = False  # definitions stand in any order
    subheadings: bool = False  # notes at the end stand under the titles of the chapters
    markdown: bool = False


_REFERENCES: Any = {
    "headings": ("References", "Bibliography", "REFERENCES", "Literature cited"),
    "before_stop": True,
    "references": True,
    "repeats": True,
}
_NOTES = ("Notes", "NOTES", "Notes and references")
STYLES: dict[str, Style] = {
    style.name: style
    for style in (
        Style("superscript", "{sup}", ("{sup} ",)),
        Style("caret-brace", "^{{{n}}}", ("^{{{n}}} ",), flavour="brace"),
        Style("plain", "{n}", ("{n} ",), flavour="plain"),
        Style("plain-dot", "{n}", ("{n}. ",), flavour="plain"),
        Style("latex", "$^{{{n}}}$", ("$^{{{n}}}$ ",), flavour="latex"),
        Style("latex-word", "^{{{n}}}", ("$^{{{n}}}$ ",), flavour="latex", math_word=True),
        Style("textsuperscript", r"\textsuperscript{{{n}}}", (r"\textsuperscript{{{n}}} ",), flavour="latex"),
        Style("footnotemark", r"\footnotemark[{n}]", (r"\footnotetext[{n}]{{",), flavour="latex", close="}"),
        Style("html", "<sup>{n}</sup>", ("<sup>{n}</sup> ",), flavour="html"),
        Style("page-restart", "{sup}", ("{sup} ",), numbering=Numbering.PAGE),
        Style("signs", "{n}", ("{n} ",), numbering=Numbering.PAGE, signs=True),
        Style("endnotes", "{sup}", ("{n}. ", "{n} ", "{sup} "), Place.END),
        Style("endnotes-plain", "{n}", ("{n}. ", "{n} "), Place.END, flavour="plain"),
        Style("endnotes-bracketed", "[{n}]", ("{n}. ", "[{n}] "), Place.END, repeats=True, headings=_NOTES),
        Style("chapter-endnotes", "{sup}", ("{n}. ", "{n} "), Place.CHAPTER, Numbering.CHAPTER),
        Style("endnotes-by-chapter", "{sup}", ("{n}. ", "{n} "), Place.END, Numbering.CHAPTER, subheadings=True),
        Style("markdown", "[^{n}]", ("[^{n}]: ",), Place.END, repeats=True, shuffled=True, markdown=True),
        Style("markdown-inline", "[^{n}]", ("[^{n}]: ",), Place.PARAGRAPH, repeats=True, markdown=True),
        Style(
            "markdown-named", "[^{n}]", ("[^{n}]: ",), Place.END, repeats=True, shuffled=True, markdown=True, named=True
        ),
        Style("bracketed", "[{n}]", ("[{n}] ", "{n}. "), Place.END, **_REFERENCES),
        Style("bracketed-sorted", "[{n}]", ("[{n}] ", "{n}. "), Place.END, sorted=True, **_REFERENCES),
    )
}


@dataclass(frozen=True, slots=True)
class Look:
    """What one document of a style looks like besides its notes."""

    number: str
    wrapped: bool
    width: int
    hyphens: float
    gap: str
    rule: str
    form_feed: bool
    paged: bool
    page_size: int
    first_page: int
    head: tuple[str, str]  # of left and right pages; "" for none
    foot: str
    chapter: str
    section: bool
    indent: str  # in front of a note
    table: str
    item: str
    italics: str
    quotes: str
    heading: str

    @property
    def tight(self) -> bool:
        """Whether notes follow each other without a blank line."""
        return self.gap == "\n"


HEADS = (
    ("{page}  {work}", "{chapter}  {page}"),
    ("{page} | {work}", "{work} | {page}"),
    ("{work}", "{chapter}"),
    ("{page} {house} {year}", "{page} {house} {year}"),
)
FEET = ("{page}", "- {page} -", "Page {page}", "{house}, {year}", "www.{site}.example")


def draw_look(style: Style, rng: random.Random) -> Look:
    """A look that this style goes with. Where pages are printed, something printed shows where each one ends."""
    paged = style.place is Place.PAGE or (not style.markdown and style.place is Place.END and rng.random() < 0.6)
    wrapped = rng.random() < 0.5
    head = rng.choice(HEADS) if rng.random() < 0.6 else ("", "")
    foot = rng.choice(FEET) if not head[0] or rng.random() < 0.3 else ""
    if "{page}" in head[0] and "{page}" in foot:
        foot = "{house}, {year}"
    marks = style.signs or style.markdown
    return Look(
        number=rng.choice(style.numbers),
        wrapped=wrapped,
        width=rng.choice((72, 80, 88)),
        hyphens=rng.choice((0.0, 0.3)),
        gap=rng.choice(("\n", "\n\n")) if not style.markdown else "\n\n",
        rule=rng.choice(("", "", "________________", "--------")) if style.place is Place.PAGE else "",
        form_feed=rng.random() < 0.35,
        paged=paged,
        page_size=rng.randint(1300, 2600),
        first_page=rng.choice((1, 3, 7, 45, 118)),
        head=head,
        foot=foot,
        chapter=_chapter(style, rng),
        section=rng.random() < 0.5,
        indent="   " if not style.markdown and rng.random() < 0.15 else "",
        table="pipes" if style.markdown else rng.choice(("pipes", "columns")),
        item=rng.choice(("{n}. ", "{n}. ", "({n}) ", "- ")),
        italics="" if style.signs else rng.choice(("", "*") if not marks else ("*", "_")),
        quotes=rng.choice(('""', "“”")),
        heading=_notes_heading(style, rng),
    )


def _notes_heading(style: Style, rng: random.Random) -> str:
    """What stands over notes that are not at page bottoms; Markdown mostly does without."""
    if not style.markdown:
        return rng.choice(style.headings)
    return rng.choice(("", "", "## Notes")) if style.place is Place.END else ""


def _chapter(style: Style, rng: random.Random) -> str:
    """How chapter titles are printed; where notes begin like "3. ", no title does."""
    if style.markdown:
        return rng.choice(("## {title}", "## {n}. {title}", "# Chapter {n}: {title}"))
    forms = ["Chapter {n}. {title}", "CHAPTER {n}\n\n{title}", "{title}", "{n}. {title}"]
    if style.flavour == "latex":
        forms.append(r"\section{{{title}}}")
    if style.subheadings:
        forms = ["Chapter {n}. {title}", "Chapter {n}: {title}", "{title}"]
    elif style.place is not Place.PAGE:
        forms = forms[:3]
    return rng.choice(forms)


def sign(index: int) -> str:
    """The sign of the note that is called ``index``-th (from 0) on a page: ``*``, ``†``, and so on to ``**``.

    >>> sign(0), sign(2), sign(5)
    ('*', '‡', '**')
    """
    return SIGNS[index % len(SIGNS)] * (index // len(SIGNS) + 1)


def dressed(template: str, label: str) -> str:
    """A label as the template prints it.

    >>> dressed("^{{{n}}} ", "12"), dressed("{sup}", "12")
    ('^{12} ', '¹²')
    """
    return template.format(n=label, sup=label.translate(SUPERSCRIPTS))
