"""How headings nest: their numbering and lettering, and a stack that each new heading finds its place in."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import IntEnum

from ingest.numerals import roman_value


class Rank(IntEnum):
    """What a heading is by its wording; a lower rank never stands under a higher one."""

    PART = 0
    CHAPTER = 1
    NUMBERED = 2
    CAPITALS = 3
    PLAIN = 4


@dataclass(frozen=True, slots=True)
class Style:
    """The style of a heading: headings of one style are on one level.

    ``name`` tells styles of one rank apart. ``depth`` counts the numbers of a decimal: 2 for ``1.2``.
    ``is_matter`` says that the title is one that front and back matter have in any document.
    """

    rank: Rank
    name: str
    depth: int = 0
    is_matter: bool = False


_NUMBER = r"(?P<number>\d{1,3}[a-z]?|[a-z]\b|[ivxlc]+|one|two|three|four|five|six|seven|eight|nine|ten)"
_LABELS = (
    (Rank.PART, "part", r"part|book|volume|title|teil|buch|partie|livre|titre|parte|libro|часть|раздел|deel"),
    (Rank.CHAPTER, "chapter", r"chapter|kapitel|chapitre|cap[ií]tulo|capitolo|глава|hoofdstuk"),
    (Rank.NUMBERED, "section", r"section|sec\.|abschnitt|sección|sezione|division|раздел"),
    (Rank.NUMBERED, "article", r"article|art\.|§+|rule|regulation|clause|artikel|articolo|artículo|статья|lesson"),
    (Rank.PART, "annex", r"annex|appendix|schedule|anhang|annexe|anexo|приложение"),
)
_LABELLED = tuple(
    (rank, name, re.compile(rf"(?:{words})\s*{_NUMBER}(?=[\s.:—–-]|$)[.:]?\s*(?P<title>.*)", re.IGNORECASE | re.DOTALL))
    for rank, name, words in _LABELS
)
_DECIMAL = re.compile(r"(?P<number>\d{1,3}(?:\.\d{1,3}){0,5})[.)]?\s+(?=[^\W\d]|[\"“«(])")
_LETTERED = re.compile(r"(?P<letter>[A-Z]{1,6})[.)]\s+\S")
_MATTER = re.compile(
    r"(?:table of )?contents$|(?:executive )?summary\b|abstract$|foreword|preface|prologue|epilogue|afterword"
    r"|introduction$|introductory|conclusions?\b|concluding|references$|bibliography|works cited"
    r"|(?:end)?notes?$|acknowledge?ments?"
    r"|about (?:the|this|us)\b|(?:list of )?(?:abbreviations|acronyms|contributors|authors|tables|figures)$"
    r"|glossary|index$|append(?:ix|ices)\b|annex(?:es)?\b|zusammenfassung|einleitung|vorwort"
    r"|literatur(?:verzeichnis)?$|fazit"
    r"|résumé|bibliographie|préface|resumen|conclusiones|bibliograf[ií]a|введение|заключение|литература",
    re.IGNORECASE,
)


def style_of(title: str) -> Style:
    """Tell the style of a heading from its wording.

    >>> style_of("1.2. The Rivers").depth, style_of("§ 12").name, style_of("Chapter IV").rank.name
    (2, 'article', 'CHAPTER')
    """
    if labelled := read_label(title):
        rank, name, _ = labelled
        return Style(rank, name)
    if decimal := _DECIMAL.match(title):
        return Style(Rank.NUMBERED, "decimal", decimal["number"].count(".") + 1)
    if lettered := _LETTERED.match(title):
        letter = lettered["letter"]
        if roman_value(letter) is not None and (len(letter) > 1 or letter in "IVX"):
            return Style(Rank.NUMBERED, "roman")
        if len(letter) == 1:
            return Style(Rank.NUMBERED, "letter")
    is_matter = _MATTER.match(title) is not None
    return Style(*((Rank.CAPITALS, "capitals") if title.isupper() else (Rank.PLAIN, "plain")), is_matter=is_matter)


def read_label(title: str) -> tuple[Rank, str, str] | None:
    """Read what a heading such as ``Chapter 3: The Mill`` is labelled as. Returns rank, name and bare title.

    >>> read_label("Article 5. On Mills"), read_label("Article of faith")
    ((<Rank.NUMBERED: 2>, 'article', 'On Mills'), None)
    """
    for rank, name, pattern in _LABELLED:
        match = pattern.fullmatch(title)
        if match and _is_number(match["number"], name):
            return rank, name, match["title"]
    return None


def _is_number(text: str, label: str) -> bool:
    """Whether what stands behind a label numbers it; single letters number annexes and parts."""
    if len(text) == 1 and text.isalpha():
        return text.isupper() and (label in ("annex", "part") or roman_value(text) is not None)
    return len(text) > 2 or text[0].isdecimal() or roman_value(text) is not None


@dataclass(slots=True)
class _Step:
    style: Style
    title: str
    is_fixed: bool


class Outline:
    """The headings that are open at a place in a document, outermost first."""

    def __init__(self) -> None:
        self._steps: list[_Step] = []

    @property
    def path(self) -> tuple[str, ...]:
        """The titles of the open headings."""
        return tuple(step.title for step in self._steps)

    def open(self, title: str, style: Style) -> int:
        """Open a heading where its style says. Returns its level, 1 for the outermost."""
        steps = self._steps
        fixed = max((number + 1 for number, step in enumerate(steps) if step.is_fixed), default=0)
        same = [n for n, step in enumerate(steps) if _is_same(step.style, style)]
        if style.rank <= Rank.NUMBERED and same:
            del steps[same[0] :]
        elif style.is_matter and not fixed:
            del steps[self.depth_of_parts :]
        else:
            floor = fixed if style.rank > Rank.NUMBERED else 0
            while len(steps) > floor and _ends(steps[-1].style, style):
                steps.pop()
        steps.append(_Step(style, title, False))
        return len(steps)

    @property
    def is_fixed(self) -> bool:
        """Whether a heading is open whose level was known."""
        return any(step.is_fixed for step in self._steps)

    @property
    def depth_of_parts(self) -> int:
        """How many parts and chapters are open."""
        return sum(step.style.rank <= Rank.CHAPTER for step in self._steps)

    def open_at(self, title: str, style: Style, level: int, is_fixed: bool = True) -> int:
        """Open a heading on a level that is known; what has no number stands under it, if it is fixed.

        Returns the level that the heading has come to.
        """
        del self._steps[level - 1 :]
        self._steps.append(_Step(style, title, is_fixed))
        return len(self._steps)

    def rename(self, title: str) -> None:
        """Give the innermost heading another title."""
        self._steps[-1].title = title


def _is_same(one: Style, two: Style) -> bool:
    return (one.rank, one.name, one.depth) == (two.rank, two.name, two.depth)


def _ends(last: Style, new: Style) -> bool:
    """Whether a heading of style ``new`` ends what stands under one of style ``last``."""
    if last.name == new.name == "decimal":
        return last.depth >= new.depth
    if last.rank is Rank.CAPITALS and new.name in ("section", "article"):
        return False  # the articles of a law stand under its cross-headings
    return last.rank > new.rank or (last.rank == new.rank <= Rank.CHAPTER) or _is_same(last, new)
