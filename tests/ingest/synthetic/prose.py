"""Plausible prose: sentences, lists and tables, full of numbers that call no note."""

from __future__ import annotations

import random
import re
from collections.abc import Callable

from . import words
from .words import Field

SENTENCES = (
    "{Agent} {did} {thing}, and {agent} {did} {thing}.",
    "{Agent} {did} {thing} {link} {agent} {did} {thing}.",
    "In {place}, {agent} {did} {thing} only after {agent} had {did} {thing}.",
    "{Opener}, {agent} {did} {thing}; {agent} {did} {thing} instead.",
    "Although {agent} {did} {thing}, {thing} remained {quality}.",
    'What {agent} called "{term}" was, on the whole, {quality}.',
    '"{Agent} {did} {thing}," wrote {surname}, who knew {place} well.',
    "It was {agent}, not {agent}, who {did} {thing}.",
    "According to {agent}, {thing} became {quality}, and so did {thing}.",
    "{Agent} {did} {thing} (the account by {surname} differs), which left {thing} {quality}.",
    "None of this would have mattered, had {agent} not {did} {thing}.",
    "As {surname} has shown, {agent} {did} {thing}, however {quality} it seemed in {place}.",
    "There were reasons for this; {agent} never {did} {thing}.",
    "Why {agent} {did} {thing} is still debated, and the case of {place} shows it.",
    "Both {thing} and {thing} were {did} by {agent}.",
    "If {agent} {did} {thing}, it was at the request of {agent}.",
    "{Opener}, {thing} proved {quality}: {agent} {did} what they could, and {agent} {did} what was left.",
)
FACTS = (
    "By ‹{year}› the share had risen to ‹{pct} per cent›, from ‹{pct}%› in ‹{year}›.",
    "{Agent} {did} {thing} in ‹{year}›.",
    "On ‹{day} {month} {year}›, {agent} {did} {thing}.",
    "On ‹{month} {day}, {year}›, {agent} {did} {thing}, at a cost of ‹${dec} million›.",
    "The area in question covers ‹{big} km^(2)›, of which ‹{pct}%› lies in {place}.",
    "Every plot of ‹{n} m^(2)› was sampled, and {agent} {did} {thing}.",
    "Samples held up to ‹10^(6)› cells, and {thing} remained {quality}.",
    "Emissions of ‹CO_(2)› fell by ‹{dec} million tonnes› while {agent} {did} {thing}.",
    "Neither ‹H_(2)O› nor ‹NO_(3)^(-)› explains why {agent} {did} {thing}.",
    "At its ‹{ord}› session, {agent} {did} {thing}.",
    "The ‹{ord}› and ‹1st› meetings were held in {place}, where {agent} {did} {thing}.",
    "During the ‹COVID-19› pandemic, {agent} {did} {thing}.",
    "As section ‹{small}.{small}› explains, {agent} {did} {thing} (see ‹Table {small}›).",
    "{Agent} {did} {thing} under ‹Article {small}›.",
    "In a document of ‹{n} pages›, {agent} {did} {thing}; ‹Article {small}.{small}› says as much.",
    "Between ‹{year}› and ‹{year}› prices rose by ‹{dec}›, then by ‹{dec}›, and {thing} became {quality}.",
    "The cost was put at ‹€{n} million› in ‹{year}› and at ‹£{big}› later, though {agent} {did} {thing}.",
    "Levels of ‹PM2.5› doubled, ‹vitamin B12› was scarce, and the ‹G20› took no notice.",
    "With ‹p = 0.0{small}› and a ratio of ‹{small}:1›, {thing} proved {quality}.",
    "‹Resolution {n} ({year})› was adopted by ‹{n} votes to {small}›, and {agent} {did} {thing}.",
    "‹{year}› was the year in which {agent} {did} {thing}.",
    "Two reasons are given: ‹(1)› {agent} {did} {thing}, and ‹(2)› {thing} remained {quality}.",
    "{Agent} {did} {thing} in the ‹{decade}s› (see ‹note {small}› and ‹p. {n}›), or so {surname} believed.",
    "At ‹{small}.30 a.m.› on day ‹{n}› of the talks, {agent} {did} {thing}.",
    "Of ‹{big} respondents›, ‹{n}› agreed and ‹{small} in 10› did not.",
)
BRACKETS = (
    "In ‹[{year}] 2 AC {n}›, {agent} {did} {thing}.",
    'The letter says that {agent} "{did} ‹[sic]› {thing}", which is {quality}.',
    "Scores in the interval ‹[0, 1]› were rescaled before {agent} {did} {thing}.",
    "{Agent} {did} {thing} ‹[emphasis added]›.",
)
STARS = (
    "Rooms in the only ‹5-star› hotel were full when {agent} {did} {thing}.",
    "The ‹A* algorithm› was of no use, since {agent} {did} {thing}.",
    "The product ‹3 * 4› stands in the margin beside {thing}, which {agent} {did}.",
)
Raise = Callable[[str], str]
UNICODE = {"^": str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻"), "_": str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")}


def flavoured(text: str, flavour: str) -> str:
    """Raised and lowered signs, written ``^(2)`` and ``_(2)``, as documents of this flavour print them.

    >>> flavoured("km^(2)", "unicode"), flavoured("km^(2)", "html"), flavoured("CO_(2)", "plain")
    ('km²', 'km<sup>2</sup>', 'CO2')
    """

    def printed(match: re.Match[str]) -> str:
        sign, inner = match.groups()
        if flavour == "unicode":
            return inner.translate(UNICODE[sign])
        shapes = {
            "brace": f"{sign}{{{inner}}}",
            "latex": f"${sign}{{{inner}}}$",
            "html": f"<su{'p' if sign == '^' else 'b'}>{inner}</su{'p' if sign == '^' else 'b'}>",
            "plain": f"^{inner}" if inner in "6-" else inner,
        }
        return shapes[flavour]

    return re.sub(r"([\^_])\((.*?)\)", printed, text)


class Prose:
    """A writer of one field with one way of printing raised numbers; each call draws anew from ``rng``."""

    def __init__(self, rng: random.Random, field: Field, flavour: str, quotes: str) -> None:
        self.rng = rng
        self.field = field
        self.flavour = flavour
        self.quotes = quotes

    def __getitem__(self, key: str) -> str:
        """A word or number of this kind, with a capital where the key has one: ``str.format_map`` asks for it."""
        word = self._draw(key.lower())
        return word[0].upper() + word[1:] if key[0].isupper() else word

    def fill(self, template: str) -> str:
        """The template with a word drawn for each of its fields."""
        text = re.sub(r'"(.*?)"', rf"{self.quotes[0]}\1{self.quotes[1]}", template.format_map(self))
        return flavoured(text, self.flavour)

    def sentence(self) -> str:
        """A sentence without numbers."""
        return self.fill(self.rng.choice(SENTENCES))

    def fact(self, more: tuple[str, ...] = ()) -> str:
        """A sentence with numbers, each marked as a decoy."""
        return self.fill(self.rng.choice(FACTS + more * 3))

    def title(self) -> str:
        """A title in capitals and small letters, without numbers or marks."""
        shapes = ("{thing}", "{term} in {place}", "{agent} and {thing}", "{term} and {thing}", "{thing} in {place}")
        small = {"of", "the", "and", "in", "for", "on", "a", "over", "to", "by", "along"}
        text = self.fill(self.rng.choice(shapes)).split(" ")
        return " ".join(w if w in small and i else w[0].upper() + w[1:] for i, w in enumerate(text))

    def items(self) -> list[str]:
        """The text of a list's items."""
        return [self.fill("{Agent} {did} {thing}.") for _ in range(self.rng.randint(2, 5))]

    def rows(self) -> list[list[str]]:
        """A table: a header, then rows of a place and numbers."""
        places = self.rng.sample(self.field.places, self.rng.randint(3, 5))
        head = ["No.", "Region", str(self.rng.randint(1990, 2004)), str(self.rng.randint(2005, 2022)), "Share, %"]
        body = [[str(i), place, self["big"], self["big"], self["pct"]] for i, place in enumerate(places, 1)]
        return [head, *body]

    def _draw(self, key: str) -> str:
        rng = self.rng
        lists = {
            "agent": self.field.agents,
            "thing": self.field.things,
            "did": self.field.verbs,
            "term": self.field.terms,
            "place": self.field.places,
            "quality": words.QUALITIES,
            "link": words.LINKS,
            "opener": words.OPENERS,
            "surname": words.SURNAMES,
            "month": words.MONTHS,
        }
        return rng.choice(lists[key]) if key in lists else self._number(key)

    def _number(self, key: str) -> str:
        rng = self.rng
        if key == "ord":
            number, ending = rng.choice([(22, "nd"), (1, "st"), (3, "rd"), (19, "th"), (7, "th"), (42, "nd")])
            return f"{number}^({ending})" if self.flavour in ("brace", "latex", "html") else f"{number}{ending}"
        numbers = {
            "year": lambda: str(rng.randint(1871, 2023)),
            "decade": lambda: str(rng.randint(188, 201) * 10),
            "day": lambda: str(rng.randint(1, 28)),
            "n": lambda: str(rng.randint(11, 480)),
            "small": lambda: str(rng.randint(2, 9)),
            "big": lambda: f"{rng.randint(1, 98)},{rng.randint(100, 999)}",
            "dec": lambda: f"{rng.randint(1, 60)}.{rng.randint(1, 9)}",
            "pct": lambda: (
                f"{rng.randint(2, 89)}.{rng.randint(1, 9)}" if rng.random() < 0.5 else str(rng.randint(3, 97))
            ),
        }
        return numbers[key]()
