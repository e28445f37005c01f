"""What a sentence claims outright: quotations, numbers, dates, names, addresses; and what of it its evidence lacks."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from service.dates import in_words, unmet_dates
from service.quantities import fractions_of, unmet_numbers
from service.specifics import ENDINGS
from service.units import plain_money, unmet_units

Knows = Callable[[str], bool]
"""Whether a word in small letters is a common one of the language, and no name."""

_QUOTED = re.compile(
    r"\"([^\"]+)\"|“([^”\"]+)[”\"]|«([^»]+)»|„([^“”]+)[“”]"
    r"|(?<!\w)‘([^‘’]+(?:’\w[^‘’]*)*)’(?!\w)|(?<!\w)'([^\s'][^']*(?:'\w[^']*)*)'(?!\w)"
)
_ELLIPSIS = re.compile(r"\s*(?:\[?\(?(?:…|\.\.\.)\)?\]?)\s*")
_ADDRESS = re.compile(r"(?:https?://|www\.)[^\s<>\"”»)\]]+")
_WORD = re.compile(r"[^\W_]+")
_NAME = re.compile(r"[^\W\d_](?:[\w’'-]|\.(?=\w))*")
_DOTTED = re.compile(r"\b(?:[A-Z]\.){2,}")
_OWN = re.compile(r"[’']s\b")
_INSIDE = re.compile(r"(?<=[a-z,] )[A-Z]\w+")
_FIRST = re.compile(r"\W*(?:\d+[.)]\s+)?")
_HONOURS = frozenset(("mr", "mrs", "ms", "dr", "prof", "sir", "i", "ltd", "inc", "corp", "co", "llc", "jsc"))
_SMALL = frozenset(("of", "the", "and", "for", "on", "in"))
_SAME = {
    **dict.fromkeys(("american", "americans", "america"), ("us", "usa")),
    **dict.fromkeys(("british", "britain"), ("uk",)),
    **dict.fromkeys(("sino", "prc"), ("china", "chinese")),
}
"""Names that are written in another way altogether."""

_CAPITALS = {
    "washington": ("us", "usa", "american", "america"),
    "london": ("uk", "british", "britain"),
    "brussels": ("eu", "european"),
    **dict.fromkeys(("moscow", "kremlin"), ("russia", "russian")),
    "beijing": ("china", "chinese"),
    "delhi": ("india", "indian"),
}
"""Capitals that stand for the state, wherever nothing is said to be in them."""

_LEAST_STEM = 4
_LEAST_SHORTENED = 3
_MISSING_AT_MOST = 3
_LONGEST_HEADING = 15
"""Words; what is longer says something itself."""

_ANNOUNCING = re.compile(r"#{1,6}\s[^\n]*[^.!\s]|(\*\*|__)[^*_\n]*[^.!?*_\s]\1:?|[^\n]*:(?:\*\*|__)?")
_NOTHING = re.compile(
    r"\b(?:passages?|documents?|sources?|texts?)\b[^.]{0,60}(?:\b(?:not|no|nothing|silent)\b|n['’]t\b)"
    r"|\b(?:no|none|nothing|not)\b[^.]{0,60}\b(?:passages?|documents?|sources?|texts?)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Evidence:
    """A text that sentences are held against, and its words."""

    text: str
    words: tuple[str, ...]
    initials: frozenset[str]

    @classmethod
    def of(cls, text: str) -> Evidence:
        """Take a text apart."""
        return cls(text, _words(text), frozenset(_initials(text)))

    def holds(self, quote: str) -> bool:
        """Whether the words of ``quote`` stand in the text in a row; dots may stand for what lies between."""
        said = f" {' '.join(self.words)} "
        return all(f" {' '.join(_words(part))} " in said for part in _ELLIPSIS.split(quote) if _words(part))


def unmet(sentence: str, question: str, evidence: Evidence, knows: Knows) -> str:
    """Why a sentence without its marks is not borne out by what it cites; empty where nothing says so.

    >>> unmet("It froze in 2019.", "When did it freeze?", Evidence.of("It froze in 1922."), lambda word: True)
    '“2019” is not in what it cites'
    """
    lost = [f"“{quote}”" for quote in _quotes(sentence) if not evidence.holds(quote)]
    if lost:
        return _reason([f"the quotation {quote}" for quote in lost[:1]])
    rest = _QUOTED.sub(" ", sentence)
    addresses = [address.rstrip(".,;") for address in _ADDRESS.findall(rest)]
    missing = [f"“{address}”" for address in addresses if address not in evidence.text]
    rest, held = in_words(_ADDRESS.sub(" ", rest)), in_words(evidence.text)
    dates = unmet_dates(rest, held)
    numbers = unmet_numbers(plain_money(rest), plain_money(held))
    numbers = [number for number in numbers if not any(number in date for date in dates)]
    missing += [f"“{number}”" for number in [*dates, *numbers]]
    missing += [f"the {unit}" for unit in unmet_units(rest, held) if not (unit == "percent" and fractions_of(held))]
    missing += [f"“{name}”" for name in _unmet_names(plain_money(rest), question, evidence, knows)]
    return _reason(list(dict.fromkeys(missing)))


def words_in(text: str) -> frozenset[str]:
    """Words of a text in small letters, and its numbers."""
    return frozenset(_words(text))


def says_nothing(sentence: str) -> bool:
    """Whether a sentence says that the passages do not answer.

    >>> says_nothing("The passages do not say."), says_nothing("No ship came.")
    (True, False)
    """
    return _NOTHING.search(sentence) is not None


def names_in(texts: Iterable[str]) -> frozenset[str]:
    """Words, in small letters, that have a capital within sentences of ``texts`` and are never written without.

    >>> sorted(names_in(["Ships left for India. The trade of India grew, and Trade too."]))
    ['india']
    """
    joined = "\n".join(texts)
    small = {word for word in _WORD.findall(joined) if word[0].islower()}
    inside = {word.casefold() for word in _INSIDE.findall(joined)}
    return frozenset(inside - small)


def announces(text: str) -> bool:
    """Whether a text only says what follows it: a heading, a few words in bold, or the line that leads a list in.

    >>> announces("## Trade in 2021"), announces("**Reasons:**"), announces("It gives three reasons:")
    (True, True, True)
    >>> announces("**China bought beef.**"), announces("China bought beef")
    (False, False)
    """
    return len(text.split()) <= _LONGEST_HEADING and _ANNOUNCING.fullmatch(text.strip()) is not None


def has_claims(sentence: str, knows: Knows) -> bool:
    """Whether a sentence has a number, a name, a quotation or an address of its own."""
    return bool(unmet(sentence, "", Evidence.of(""), knows))


def _reason(missing: list[str]) -> str:
    if not missing:
        return ""
    shown = missing[:_MISSING_AT_MOST]
    listed = " and ".join(filter(None, (", ".join(shown[:-1]), shown[-1])))
    return f"{listed} {'is' if len(shown) == 1 else 'are'} not in what it cites"


def _quotes(sentence: str) -> list[str]:
    return [next(filter(None, found)) for found in _QUOTED.findall(sentence)]


def _words(text: str) -> tuple[str, ...]:
    plain = _DOTTED.sub(lambda found: found.group().replace(".", ""), _OWN.sub("", text))
    return tuple(word.casefold() for word in _WORD.findall(plain))


def _unmet_names(sentence: str, question: str, evidence: Evidence, knows: Knows) -> Iterator[str]:
    held = {*evidence.words, *_words(question)}
    for run in _runs(sentence, knows):
        lost = [name for name in run if not _is_met(name, _others(name, sentence), held, evidence)]
        initials = "".join(name[0] for name in run).casefold()
        if lost and not (len(run) > 1 and initials in held):
            yield " ".join(lost)


def _runs(sentence: str, knows: Knows) -> Iterator[list[str]]:
    """Names that follow each other: words with a capital, at the beginning of the sentence only if they are no word."""
    begin = _FIRST.match(sentence)
    first = begin.end() if begin else 0
    run: list[str] = []
    end = -1
    for match in _NAME.finditer(sentence):
        name = match.group().removesuffix("'s").removesuffix("’s").strip(".'’-")
        is_name = name[:1].isupper() and name.casefold() not in _HONOURS
        if is_name and match.start() == first:
            is_name = _is_name(name, knows)
        if is_name and match.start() <= end + 1:
            run.append(name)
        elif is_name:
            if run:
                yield run
            run = [name]
        end = match.end() if is_name else end
    if run:
        yield run


def _is_name(word: str, knows: Knows) -> bool:
    """Whether a word that begins a sentence is a name: one in capitals, or none of the language's."""
    return (len(word) > 1 and word[1:] != word[1:].lower()) or not all(knows(part) for part in _words(word))


def _others(name: str, sentence: str) -> Mapping[str, tuple[str, ...]]:
    """Other ways to write the words of a name in a sentence."""
    is_place = re.search(rf"\b(?:in|to|at|from|near|of) (?:\w+ )?{re.escape(name)}\b", sentence)
    return _SAME if is_place else {**_SAME, **_CAPITALS}


def _is_met(name: str, others: Mapping[str, tuple[str, ...]], held: set[str], evidence: Evidence) -> bool:
    flat = name.replace(".", "").casefold()
    if flat in held or _is_abbreviation(flat, evidence.initials):
        return True
    return all(
        _is_held(part, held) or any(other in held or other in evidence.initials for other in others.get(part, ()))
        for part in _words(name)
    )


def _is_abbreviation(flat: str, initials: frozenset[str]) -> bool:
    """Whether these are initials of the evidence, but for a letter of a longer one (EAEU, Eurasian Economic Union)."""
    shorter = (flat[:i] + flat[i + 1 :] for i in range(1, len(flat) - 1)) if len(flat) > _LEAST_SHORTENED else ()
    return flat in initials or any(short in initials for short in shorter)


def _is_held(word: str, held: set[str]) -> bool:
    """Whether a word stands in the evidence, perhaps with another ending (Russian, Russia; Kazakh, Kazakhstan)."""
    if word in held:
        return True
    ending = next((cut for limit, cut in ENDINGS.items() if len(word) <= limit), 3)
    stem = word[: len(word) - ending]
    return any(other.startswith(stem) or (len(other) >= _LEAST_STEM and word.startswith(other)) for other in held)


def _initials(text: str) -> Iterator[str]:
    """Initials of the runs of names in a text, as they make an abbreviation: United States, us."""
    run: list[str] = []
    for word in re.findall(r"[^\W\d_][\w’'-]*|[^\w\s]", text):
        if word[0].isupper():
            run.append(word)
        elif run and word in _SMALL:
            continue
        else:
            yield from _starts(run)
            run = []
    yield from _starts(run)


def _starts(run: list[str]) -> Iterator[str]:
    letters = "".join(part[0] for word in run for part in word.split("-") if part).casefold()
    for start in range(len(letters)):
        for end in range(start + 2, min(len(letters), start + 6) + 1):
            yield letters[start:end]
