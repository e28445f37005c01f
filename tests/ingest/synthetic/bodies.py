"""What notes say: publications, cases, addresses, Ibid., and plain explanations."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

from . import words
from .prose import Prose
from .styles import Look, Numbering, Style


@dataclass(frozen=True, slots=True)
class Body:
    """A note's paragraphs; the author it can be named by, and the ordinal of the note that it names."""

    paragraphs: tuple[str, ...]
    author: str = ""
    refers_to: int | None = None


class Bodies:
    """A writer of notes in one document's manner."""

    def __init__(self, rng: random.Random, prose: Prose, look: Look) -> None:
        self.rng = rng
        self.prose = prose
        self.look = look

    def book(self) -> Body:
        """Author, *Title* (Place: Publisher, 1999), 45–47."""
        author, italics = self._author(), self.look.italics
        made = f"({self.rng.choice(words.CITIES)}: {self.rng.choice(words.PRESSES)}, {self._year()})"
        return Body((f"{author}, {italics}{self.prose.title()}{italics} {made}, {self._pages()}.",), author)

    def article(self) -> Body:
        """Author, "Title", Journal 12, no. 3 (1999): 45–47."""
        author, italics, rng = self._author(), self.look.italics, self.rng
        issue = f"{rng.randint(2, 80)}, no. {rng.randint(1, 4)} ({self._year()})"
        journal = f"{italics}{rng.choice(words.JOURNALS)}{italics}"
        return Body(
            (f"{author}, {self._quoted(self.prose.title() + ',')} {journal} {issue}: {self._pages()}.",), author
        )

    def web(self) -> Body:
        """A title between quotation marks, publisher, date, and an address."""
        rng = self.rng
        slug = "-".join(self.prose.field.terms[rng.randrange(5)].replace("'", "").split())
        address = (
            f"https://{rng.choice(words.HOSTS)}/{rng.choice(('en', 'news', 'docs'))}/{rng.randint(100, 99999)}/{slug}"
        )
        title = self._quoted(self.prose.title() + ",")
        date = f"{rng.randint(1, 28)} {rng.choice(words.MONTHS)} {self._year()}"
        link = rng.choice((f"URL: {address}", f"{address}.", f"Available at {address} (accessed {date})."))
        return Body((f"{title} {rng.choice(words.OUTLETS)}, {date}, {link}",))

    def case(self) -> Body:
        """A case or a statute."""
        rng = self.rng
        one, two = rng.sample(words.SURNAMES, 2)
        forms = (
            f"{one} v. {two}, {rng.randint(100, 599)} U.S. {rng.randint(1, 900)} ({self._year()}).",
            f"{one} v. {two} [{self._year()}] UKSC {rng.randint(1, 70)}, para. {rng.randint(2, 90)}.",
            f"See {one} Ltd v. {two}, Case C-{rng.randint(10, 700)}/{rng.randint(10, 22)}, para. {rng.randint(2, 90)}.",
            f"Rivers Act {self._year()}, s. {rng.randint(2, 90)}({rng.randint(1, 9)}).",
            f"Regulation (EU) {rng.randint(2012, 2022)}/{rng.randint(100, 2000)}, Article {rng.randint(2, 90)}.",
        )
        return Body((rng.choice(forms),))

    def explanation(self) -> Body:
        """One to five plain sentences."""
        count = self.rng.choice((1, 1, 2, 2, 3, 4, 5))
        return Body((" ".join(self._sentence() for _ in range(count)),))

    def long(self) -> Body:
        """Two paragraphs."""
        return Body(tuple(" ".join(self._sentence() for _ in range(self.rng.randint(1, 3))) for _ in range(2)))

    def ibid(self, before: int) -> Body:
        """The same source as the note before."""
        pages = self._pages()
        forms = ("Ibid.", "Ibid.", f"Ibid., p. {self.rng.randint(2, 400)}.", f"Ibid., {pages}.", f"Id. at {pages}.")
        return Body((self.rng.choice(forms),), refers_to=before)

    def again(self, target: int, author: str, label: str) -> Body:
        """A note that names an earlier one by its author, or by its number where ``label`` is given."""
        surname, page = author.split(" ")[-1] if "De Vries" not in author else "De Vries", self.rng.randint(2, 400)
        forms = [f"{surname}, op. cit., p. {page}.", f"See {surname}, op. cit., {self._pages()}."]
        if label:
            forms += [f"{surname}, supra note {label}, at {page}.", f"See {surname}, supra note {label}."]
        return Body((self.rng.choice(forms),), refers_to=target)

    def _sentence(self) -> str:
        text = self.prose.fact() if self.rng.random() < 0.3 else self.prose.sentence()
        return text.replace("‹", "").replace("›", "")

    def _author(self) -> str:
        return f"{self.rng.choice(words.GIVEN)} {self.rng.choice(words.SURNAMES)}"

    def _quoted(self, text: str) -> str:
        return self.look.quotes[0] + text + self.look.quotes[1]

    def _year(self) -> int:
        return self.rng.randint(1895, 2023)

    def _pages(self) -> str:
        first = self.rng.randint(2, 480)
        return self.rng.choice((f"{first}", f"{first}–{first + self.rng.randint(1, 30)}"))


def write_bodies(style: Style, look: Look, labels: Sequence[str], series: Sequence[int], writer: Bodies) -> list[Body]:
    """The notes of a document, in the order of their ordinals."""
    if style.references:
        return _references(style, len(labels), writer)
    bodies: list[Body] = []
    for ordinal in range(len(labels)):
        bodies.append(_note(style, look, ordinal, labels, series, bodies, writer))
    return bodies


def _references(style: Style, count: int, writer: Bodies) -> list[Body]:
    kinds = (writer.book, writer.article, writer.article)
    bodies = [writer.rng.choice(kinds)() for _ in range(count)]
    shown = [_by_surname(body) for body in bodies]
    return sorted(shown, key=lambda body: body.paragraphs) if style.sorted else shown


def _by_surname(body: Body) -> Body:
    """The author with the surname in front, as reference lists have it: "Jansen, K. L., …"."""
    given, surname = body.author.rsplit(" ", 1)
    if given.endswith(" De"):
        given, surname = given[:-3], f"De {surname}"
    return Body((body.paragraphs[0].replace(body.author, f"{surname}, {given}", 1),), body.author)


def _note(
    style: Style,
    look: Look,
    ordinal: int,
    labels: Sequence[str],
    series: Sequence[int],
    bodies: list[Body],
    writer: Bodies,
) -> Body:
    same = ordinal > 0 and series[ordinal - 1] == series[ordinal] and not style.markdown
    chance = writer.rng.random()
    if same and chance < 0.12:
        return writer.ibid(ordinal - 1)
    named = [i for i in range(ordinal) if bodies[i].author and series[i] == series[ordinal]] if same else []
    if named and chance < 0.22:
        target = writer.rng.choice(named)
        # Of several notes by one author the reader takes the last.
        target = max(i for i in named if bodies[i].author.split(" ")[-1] == bodies[target].author.split(" ")[-1])
        return writer.again(target, bodies[target].author, "" if style.numbering is Numbering.PAGE else labels[target])
    # Between notes without a blank line between them, a paragraph of its own would look like text of the body.
    kinds = [writer.book, writer.book, writer.article, writer.web, writer.web, writer.case, writer.explanation]
    kinds += [writer.explanation, writer.explanation] + ([] if look.tight else [writer.long])
    return writer.rng.choice(kinds)()
