"""Marks in text that a language model streams: those that stand for a passage are kept, in one form; no other is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from ingest.sentences import split_sentences
from service.answer import Token

LONGEST_MARK = 60
LONGEST_SENTENCE = 2000
"""Characters at the most: what is longer is text in brackets, or is taken for a sentence as it is."""

STEP = 200
"""Characters that are looked at together: all that is no whole sentence yet is looked at anew with each step."""

LOST = "\ue000"
"""Stands inside for a mark that was taken out, until the sentence it was in is known."""

_OPEN = re.compile(r"[\[【［]")
_CLOSE = re.compile(r"[\]】］]")
_INSIDE = re.compile(r"[\d\s,;.:–—−\-^#†&a-zA-Z\\*_`\u200c-\u200f]*")
_DRESS = re.compile(r"[\\*_`\u200c-\u200f]")
"""What Markdown or nobody shows of a mark."""

_UNSEEN = re.compile(r"[\ue000\x01-\x08\x0b-\x1f\x7f-\x9f\u00ad\u200b\u202a-\u202e\u2060\u2066-\u2069\ufeff]")
"""Signs that would steer a terminal, turn text around, or stand unseen in what then looks like a mark."""

_BLANKS = " \t\n"
_WORDS = ("passages", "sources", "refs", "notes", "passage", "source", "ref", "note", "and", "l")
_RUN = re.compile(r"[a-zA-Z]+")
_NUMBERS = re.compile(r"[#^]?(?P<first>\d+)(?:[–—−-]#?(?P<last>\d+))?")
_DASH = re.compile(r"\s*[–—−-]\s*")
_WIDEST_RANGE = 100
_LONGEST_NUMBERS = 12
_LEADING = re.compile(rf"\s*(?:(?:\[\d+\]|{LOST})[\s.,;]*)+")
_MARK = re.compile(r"\[(\d+)\]")
_ARMED = re.compile(r"(?<=\])(?=[(:])|(?<=!)(?=\[)|(?<=<)(?=[A-Za-z/!?])")
"""Between these two a link, an image or a tag would begin."""


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence that is whole, as it is shown; ``lost`` says that a mark of it stood for no passage."""

    text: str
    marks: tuple[int, ...]
    lost: bool


class MarkFilter:
    """Takes text in pieces and gives it out again with marks ``[n]``, n from 1 to ``known``, and with no others.

    Lists and ranges of numbers become single marks; what was taken out leaves ``LOST`` behind. Text is held back only
    where it may become a mark, and blanks until it is known what follows. Tags, links and images are broken by a blank:
    a page that shows the text as HTML or Markdown must fetch nothing that a document bids it.
    """

    def __init__(self, known: int) -> None:
        self._known = known
        self._held = ""
        self._last = ""
        self._after_mark = False

    def feed(self, piece: str) -> str:
        """What is sure with this piece."""
        return self._take(self._held + _UNSEEN.sub("", piece), is_end=False)

    def end(self) -> str:
        """What was held back, without blanks at its end."""
        return self._take(self._held, is_end=True).rstrip()

    def _take(self, text: str, is_end: bool) -> str:
        out: list[str] = []
        place, until = 0, len(text)
        for found in _OPEN.finditer(text):
            if found.start() < place:
                continue
            end = _mark_end(text, found.start())
            if end == 0 and not is_end:
                until = found.start()
                break
            if end > 0:
                before = text[place : found.start()].rstrip(f"{_BLANKS}\\")
                lines = text.count("\n", place + len(before), found.start())
                out += [before, self._placed(text[found.start() + 1 : end - 1], before, lines)]
                place = end
        if not is_end:
            until = max(place, len(text[:until].rstrip(f"{_BLANKS}\\")))
        if text[place:until]:
            self._after_mark = False
        self._held = text[until:]
        return self._disarmed("".join(out) + text[place:until])

    def _placed(self, inside: str, before: str, lines: int) -> str:
        """The marks of one bracket as they are shown behind ``before``, or at the beginning of a line."""
        kept, lost = _numbers(inside, self._known)
        glue = "" if self._after_mark and not before else " "
        if lines:
            glue = "\n" * min(lines, 2)
        self._after_mark = bool(kept) or (self._after_mark and not before)
        marks = "".join(f"[{number}]" for number in kept)
        return f"{glue if lines and not kept else ' '}{LOST}" * lost + (glue + marks if marks else "")

    def _disarmed(self, text: str) -> str:
        if not self._last:  # nothing is out yet: the answer begins with its first letter
            begun = text.lstrip(f" \t\r\n{LOST}")
            text = LOST * (LOST in text[: len(text) - len(begun)]) + begun
        broken = _ARMED.sub(" ", self._last + text)[len(self._last) :]
        if broken.strip(LOST):
            self._last = broken[-1]
        return broken


class Sentences:
    """Takes an answer in pieces and gives it out as Tokens, and each sentence, once it is whole, as a Said.

    A sentence is whole when the next one has begun: marks behind its stop belong to it.
    """

    def __init__(self, known: int) -> None:
        self._filter = MarkFilter(known)
        self._pending = ""
        self._given = 0
        self.text = ""

    def feed(self, piece: str) -> Iterator[Token | Said]:
        """What has become sure with a piece, in order."""
        for start in range(0, len(piece), STEP):
            self._pending += self._filter.feed(piece[start : start + STEP])
            while (end := _whole(self._pending)) is not None:
                yield from self._sentence(end)
            yield from self._tokens(len(self._pending.rstrip(_BLANKS + LOST)))

    def end(self) -> Iterator[Token | Said]:
        """All that is left."""
        self._pending += self._filter.end()
        while (end := _whole(self._pending)) is not None:
            yield from self._sentence(end)
        yield from self._tokens(len(self._pending.rstrip(_BLANKS + LOST)))
        self._given = len(self._pending)  # blanks at the end, of a mark that was taken out
        yield from self._sentence(len(self._pending))

    def _tokens(self, end: int) -> Iterator[Token]:
        text = _shown(self._pending[self._given : end])
        self._given = max(self._given, end)
        if text:
            self.text += text
            yield Token(text)

    def _sentence(self, end: int) -> Iterator[Token | Said]:
        yield from self._tokens(end)
        said, self._pending = self._pending[:end], self._pending[end:]
        self._given -= end
        text = _shown(said).strip()
        if any(character.isalnum() for character in _MARK.sub("", text)):
            marks = dict.fromkeys(int(mark) for mark in _MARK.findall(text))
            yield Said(text, tuple(marks), LOST in said)


def _shown(text: str) -> str:
    return text.replace(f" {LOST}", "").replace(LOST, "")


def without_marks(text: str) -> str:
    """A sentence without its marks, and without the blanks before them.

    >>> without_marks("It froze [1][3].")
    'It froze.'
    """
    return re.sub(r"\s*\[\d+\]", "", text).strip()


def _mark_end(text: str, start: int) -> int:
    """Where a mark that opens at ``start`` is over; 0 where that is still open, -1 where it is no mark."""
    inside = text[start + 1 : start + 1 + LONGEST_MARK]
    close = _CLOSE.search(inside)
    content = inside[: close.start()] if close else inside
    if not _INSIDE.fullmatch(content) or (close is None and len(inside) == LONGEST_MARK):
        return -1
    runs = [run.lower() for run in _RUN.findall(content)]
    last_is_open = close is None and content[-1:].isalpha()
    if any(run not in _WORDS for run in (runs[:-1] if last_is_open else runs)):
        return -1
    if last_is_open and not any(word.startswith(runs[-1]) for word in _WORDS):
        return -1
    if close is None:
        return 0
    return start + 2 + close.start() if re.search(r"\d", content) else -1


def _numbers(inside: str, known: int) -> tuple[list[int], bool]:
    """Numbers from 1 to ``known`` in a mark, each once, and whether anything else was in it.

    >>> _numbers("1, 3-5 and passage 9", 4)
    ([1, 3, 4], True)
    """
    inside = (
        _DRESS.sub("", inside).split("†")[0].rsplit(":", 1)[-1]
    )  # 【4:1†source】: message, passage, what the model calls it
    parts = re.split(r"[\s,;&]+", _RUN.sub(" ", _DASH.sub("-", inside)).strip(" .,;&"))
    numbers: dict[int, None] = {}
    lost = False
    for part in parts:
        found = _NUMBERS.fullmatch(part)
        if found is None or len(part) > _LONGEST_NUMBERS:
            lost = True
            continue
        first = int(found["first"])
        last = int(found["last"] or first)
        wanted = range(first, last + 1)
        lost |= not wanted or first < 1 or last > known
        numbers.update(dict.fromkeys(number for number in wanted[:_WIDEST_RANGE] if 1 <= number <= known))
    return list(numbers), lost


def _whole(text: str) -> int | None:
    """Where the first sentence of ``text`` ends, with the marks behind it; None while it may go on.

    Marks at the beginning of a line are of the sentence before only where they have the line to themselves.
    """
    ends: list[int] = []
    start = 0
    for line in text.split("\n"):
        for low, high in split_sentences(line):
            leading = _LEADING.match(text, start + low)
            is_behind = leading is not None and (line[:low].strip() or leading.end() >= start + len(line))
            if ends and leading is not None and is_behind:
                ends[-1] = min(leading.end(), start + high)
                low = leading.end() - start
            if any(character.isalnum() for character in line[low:high]):
                if ends:
                    return len(text[: ends[-1]].rstrip())
                ends.append(start + high)
        start += len(line) + 1
    return LONGEST_SENTENCE if len(text) > LONGEST_SENTENCE else None
