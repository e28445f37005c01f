"""An answer as a chat shows it: the text with its marks, and under it what the marks stand for."""

from __future__ import annotations

from collections.abc import Iterator

from index.retrieval import Hit
from ingest.model import Footnote
from service.answer import Answer, Citation, Support

SOURCES = "**Sources**"
NEAREST = "**Nearest passages**"
DOUBTS = "**Not borne out by what is cited**"
NOTICE = "**Notice**"
NEAREST_SHOWN = 3
SHOWN_CHARACTERS = 300
"""Characters shown of a passage that is only near."""

ANEW = "**The answer begins anew**"


def whole(answer: Answer) -> str:
    """All that is shown of an answer, in Markdown."""
    return answer.text + below(answer)


def below(answer: Answer) -> str:
    """What is shown under an answer's text: notice, doubts, and sources or nearest passages."""
    parts = [f"{NOTICE}\n\n{answer.notice}"] if answer.notice else []
    doubts = [
        f"- {sentence.text} — {sentence.support.value}{': ' if sentence.reason else ''}{sentence.reason}"
        for sentence in answer.sentences
        if sentence.support is not Support.SUPPORTED
    ]
    if doubts:
        parts.append("\n".join([f"{DOUBTS}\n", *doubts]))
    if answer.citations:
        parts.append("\n".join([f"{SOURCES}\n", *(_source(citation, answer.text) for citation in answer.citations)]))
    elif answer.hits:
        parts.append("\n".join([f"{NEAREST}\n", *map(_near, answer.hits[:NEAREST_SHOWN])]))
    return "".join(f"\n\n{part}" for part in parts)


def restarted(reason: str) -> str:
    """What stands between a text that turned out void and the answer that begins anew."""
    return f"\n\n{ANEW} ({reason}):\n\n"


def said(content: str) -> str:
    """The answer's text alone, of what ``whole`` made of it and a client sends back."""
    _, again, anew = content.rpartition(f"\n\n{ANEW} (")
    text = anew.partition("):\n\n")[2] if again else content
    for heading in (NOTICE, DOUBTS, SOURCES, NEAREST):
        text = text.partition(f"\n\n{heading}\n\n")[0]
    return text


def place(hit: Hit) -> str:
    """Where a hit stands: title, section (but for the heading that is the title), pages."""
    first, last = hit.passage.pages
    pages = f"p. {first}" if first == last else f"pp. {first}–{last}"
    return ", ".join(filter(None, dict.fromkeys((hit.document_title, *hit.passage.section[-1:], pages))))


def _source(citation: Citation, text: str) -> str:
    return "\n".join(_source_lines(citation, text))


def _source_lines(citation: Citation, text: str) -> Iterator[str]:
    state = "" if citation.verified else " — not verified: the source has changed"
    yield f"- [{citation.mark}] {place(citation.hit)}{state}"
    if citation.quote not in text:  # an answer by quoting shows its quotes already
        yield f"  - “{_line(citation.quote)}”"
    for note in citation.footnotes:
        yield f"  - note {note.label}: {note_line(note)}"


def note_line(note: Footnote) -> str:
    """A note on one line, with those of its addresses that its text does not show."""
    return " ".join([_line(note.text), *(url for url in note.urls if url not in note.text)])


def _near(hit: Hit) -> str:
    text = _line(hit.passage.text)
    shown = text if len(text) <= SHOWN_CHARACTERS else f"{text[: SHOWN_CHARACTERS - 1].rstrip()}…"
    return f"- {place(hit)}: {shown}"


def _line(text: str) -> str:
    """A text on one line: a line end would end the item of the list that it stands in."""
    return " ".join(text.split())
