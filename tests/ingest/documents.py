"""Texts to ingest: debris of every kind, and small footnoted documents of which everything is known."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from hypothesis import strategies as st

from ingest.model import Document, Ingested
from ingest.pipeline import ingest

SUPERSCRIPTS = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


def count_tokens(text: str) -> int:
    """Words and punctuation marks: near enough to what the tokenizer of an embedding model counts."""
    return len(re.findall(r"\w+|[^\w\s]", text))


def document(text: str) -> Document:
    return Document("doc", "A Title", "text/plain", "0" * 64, text)


def ingested(text: str, max_tokens: int = 40) -> Ingested:
    return ingest(document(text), count_tokens, max_tokens)


FRAGMENTS = (
    *("A Heading of Some Kind", "2.1. Another Heading", "## Marked Down", "- an item of a list", "3. a third item"),
    *("One sentence. And another one.", "it goes on in lower case", "A line that breaks off-", "Part-", "nership"),
    *("A claim.¹ More", "another,² too", "x^{3}", "$CIS.^{4}$", "the 24.5", "text[^6] on", "grew 20.98", "2022,87 in"),
    *("¹ A note. URL: https://example.org/1", '^{2 &}quot;Note" two', "[^3]: note three", "³", "^{*6} X", "²º"),
    *("URL: https://example.org/more", '[&]quot;Title," Press', "Ibid.", "4 Report 78 / 2022", "www.example.org", "12"),
    *("Table 1. What There Is", "a\tb\tc", "\t1\t", "2\t\t3\t4", "| a | b |", "|---|:-:|", "||", "| 1 | |", "x|y|z"),
    *("**bold** *it* \\$140", "22^{nd}", "&quot;q&quot;", "&nbsp;", "&amp", "e.g. U.S. No. 5", "这是。一个句子！", "…"),
    *("Introduction 5", "Conclusions . . . . 17", "Ünïcödé “quotes”", "ﬁ ﬂ ½ ٣ ᾳ ǅ", "\ufeff", "\u200b"),
)
GAPS = (
    " ",
    "  ",
    "\n",
    "\n\n",
    "\r\n",
    "\r\n\r\n",
    "\n \n",
    "\f",
    "\n\f",
    "\t",
    "\xa0",
    "\u2028",
    "\x0b",
    "\x85",
    "\r\r",
    "",
)


def debris() -> st.SearchStrategy[str]:
    """Texts made of what footnoted documents hold, in any order and with any white space, or of anything."""
    anything = st.text(max_size=40)
    piece = st.tuples(st.sampled_from(FRAGMENTS) | anything, st.sampled_from(GAPS)).map("".join)
    parts = st.lists(piece, max_size=30).map("".join)
    return (parts | st.text(max_size=200)).filter(lambda text: bool(text.replace("\ufeff", "").strip()))


@dataclass
class Written:
    """A document that was written for a test. ``sentences`` are as they should be read."""

    text: str = ""
    sentences: list[str] = field(default_factory=list)
    notes: dict[int, str] = field(default_factory=dict)
    markers: dict[int, tuple[int, int]] = field(default_factory=dict)
    callers: dict[int, str] = field(default_factory=dict)


MARKER_STYLES = {
    "superscript": lambda n: str(n).translate(SUPERSCRIPTS),
    "caret": lambda n: f"^{{{n}}}",
    "markdown": lambda n: f"[^{n}]",
}
NOTE_STYLES = {
    "superscript": lambda n: str(n).translate(SUPERSCRIPTS) + " ",
    "caret": lambda n: f"^{{{n}}} ",
    "markdown": lambda n: f"[^{n}]: ",
}
WORDS = st.sampled_from(
    ["rivers", "carry", "silt", "towards", "deltas", "where", "farmers", "grow", "rice", "by", "hand"]
)


@st.composite
def footnoted(draw: st.DrawFn) -> Written:
    """Pages of sentences with notes at their foot; a sentence, or a word, may go on over the page."""
    written = Written()
    style = draw(st.sampled_from(sorted(MARKER_STYLES)))
    gap = draw(st.sampled_from(["\n\n", "\r\n\r\n", "\n \n"]))
    rest = ""  # of a sentence that the page before broke off
    for page in range(1, draw(st.integers(3, 5)) + 1):
        first_note = len(written.notes) + 1
        written.text += rest
        for _ in range(draw(st.integers(1, 3))):
            for _ in range(draw(st.integers(1, 4))):
                _write_sentence(draw, written, style)
            written.text = written.text.rstrip(" ") + gap
        rest = _break_sentence(draw, written, gap)
        for number in range(first_note, len(written.notes) + 1):
            written.text += NOTE_STYLES[style](number) + written.notes[number] + gap
        written.text += f"{page} Annals of Rivers{gap}"
    written.text += rest
    return written


def _write_sentence(draw: st.DrawFn, written: Written, style: str) -> None:
    words = draw(st.lists(WORDS, min_size=8, max_size=14))
    # A word of its own makes each sentence findable.
    sentence = " ".join(["Sentence", _name(len(written.sentences)), *words]) + "."
    written.sentences.append(sentence)
    if draw(st.booleans()):
        number = len(written.notes) + 1
        at = draw(st.sampled_from([len(sentence), sentence.index(words[3]) + len(words[3])]))
        head, tail = sentence[:at], sentence[at:]
        marker = MARKER_STYLES[style](number)
        start = len(written.text) + len(head)
        written.text += head + marker + tail + " "
        written.markers[number] = (start, start + len(marker))
        written.notes[number] = f'Author {_name(number)}, "On {words[0]}," Press. URL: https://example.org/{number}'
        written.callers[number] = sentence
    else:
        written.text += sentence + " "


def _break_sentence(draw: st.DrawFn, written: Written, gap: str) -> str:
    """End a page inside a sentence, or inside a word of it, or not. Returns what goes on after the page."""
    at = draw(st.sampled_from(["", "between", "eration"]))
    if not at:
        return ""
    sentence = f"Sentence {_name(len(written.sentences))} of the cooperation between two banks."
    written.sentences.append(sentence)
    head, tail = sentence.split(at)
    written.text += head.rstrip() + ("-" if at == "eration" else "") + gap
    return at + tail + gap


def _name(number: int) -> str:
    """A word for a number, of letters only: 0 is "nameaa"."""
    return "name" + chr(97 + number // 26) + chr(97 + number % 26)
