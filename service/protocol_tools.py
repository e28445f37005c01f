"""The tools of the Model Context Protocol: what they take, what they give, and what of it a model reads as text."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated, Any, NamedTuple

from anyio import to_thread
from pydantic import BaseModel, Field, model_validator

from index.retrieval import Hit
from ingest.model import Footnote
from service.asker import Asker
from service.bodies import WHOLE, QuestionIn, SearchIn, StrictIn, WellFormed
from service.chat_text import note_line, place, whole
from service.excerpts import passage_with_neighbours, slice_of
from service.library import Library
from service.schemas import (
    AnswerOut,
    FootnoteOut,
    HitOut,
    PassageWithNeighbours,
    SearchOut,
    TextOut,
)

MAX_CHARACTERS = 20_000
"""Characters that one reading gives at the most: more would fill a model's window."""

MAX_NOTES = 100
Place = Annotated[int, Field(ge=0, le=1_000_000_000), WHOLE]


class ReadIn(StrictIn):
    """What to read: a passage by its id, or of a document either footnotes by their keys or a slice of its text."""

    passage_id: WellFormed | None = None
    document_id: WellFormed | None = None
    footnotes: list[Place] = Field([], max_length=MAX_NOTES, description="keys of footnotes of the document")
    start: Place = Field(0, description="where the slice begins, in code points")
    end: Place | None = Field(None, description=f"where it ends; at most {MAX_CHARACTERS} after its start")

    @model_validator(mode="after")
    def _one(self) -> ReadIn:
        if (self.passage_id is None) == (self.document_id is None):
            raise ValueError("give either passage_id or document_id")
        return self


class ReadOut(BaseModel):
    """What was read: one of these, the others are null or empty."""

    slice: Annotated[TextOut | None, Field(description="it ends before length where there is more to read")] = None
    passage: PassageWithNeighbours | None = None
    footnotes: list[FootnoteOut] = []


class Given(NamedTuple):
    """What a tool gives: for a model to read, and for a program."""

    text: str
    data: BaseModel


@dataclass(frozen=True, slots=True)
class Tool:
    """A tool: ``run`` takes an instance of ``takes`` and gives data of ``gives``. It raises IbidError."""

    name: str
    title: str
    description: str
    takes: type[BaseModel]
    gives: type[BaseModel]
    run: Callable[[Any], Awaitable[Given]]


class Toolbox:
    """The tools over one library."""

    def __init__(self, library: Library, asker: Asker) -> None:
        self._library = library
        self._asker = asker

    def tools(self) -> list[Tool]:
        """All tools there are."""
        return [
            Tool(
                "search",
                "Search the documents",
                "Find passages of the documents, best first, with their place and the footnotes they call.",
                SearchIn,
                SearchOut,
                self._search,
            ),
            Tool(
                "ask",
                "Ask the documents",
                "Answer a question from the documents, each sentence with a mark [1] and the verbatim quote, page and "
                "footnotes it stands for; says so where the documents do not answer.",
                QuestionIn,
                AnswerOut,
                self._ask,
            ),
            Tool(
                "read",
                "Read a source",
                f"Read the exact text of a document from start to end (at most {MAX_CHARACTERS} characters at once), "
                "footnotes by key, or one passage with the ids of its neighbours.",
                ReadIn,
                ReadOut,
                self._read,
            ),
        ]

    async def _search(self, body: SearchIn) -> Given:
        filters = body.filters.to_filters() if body.filters else None
        hits = await to_thread.run_sync(self._library.search, body.query, body.k, filters)
        text = "\n\n".join(_hit(number, hit) for number, hit in enumerate(hits, 1))
        return Given(text or "No passage was found.", SearchOut(hits=[HitOut.of(hit) for hit in hits]))

    async def _ask(self, body: QuestionIn) -> Given:
        answer = await self._asker.answer(body.to_asking())
        return Given(whole(answer), AnswerOut.of(answer))

    async def _read(self, body: ReadIn) -> Given:
        return await to_thread.run_sync(self._read_now, body)

    def _read_now(self, body: ReadIn) -> Given:
        with self._library.index.at_one_generation():
            if body.passage_id is not None:
                found = passage_with_neighbours(self._library, body.passage_id)
                return Given(found.passage.text, ReadOut(passage=found))
            document = body.document_id or ""
            if body.footnotes:
                notes = self._library.index.footnotes(document, body.footnotes)
                text = "\n".join(map(_note, notes)) or "There are no footnotes with these keys."
                return Given(text, ReadOut(footnotes=[FootnoteOut.of(note) for note in notes]))
            most = body.start + MAX_CHARACTERS
            part = slice_of(self._library, document, body.start, most if body.end is None else min(body.end, most))
            return Given(part.text, ReadOut(slice=part))


def _hit(number: int, hit: Hit) -> str:
    lines = [f"{number}. {place(hit)} ({hit.passage.kind}, passage_id {hit.passage.id})", hit.passage.text]
    return "\n".join([*lines, *map(_note, hit.footnotes)])


def _note(note: Footnote) -> str:
    return f"note {note.label}: {note_line(note)}"
