"""What is asked of the service, as it comes over the wire."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, field_validator
from pydantic.config import JsonDict
from pydantic_core import PydanticCustomError

from index.contract import Filters
from ingest.model import PassageKind
from service.asking import Asking, Turn, Way
from service.settings import MAX_K


def _well_formed(text: str) -> str:
    if any("\ud800" <= character <= "\udfff" for character in text):
        raise ValueError("it is no well-formed text, send whole characters")
    return text


WellFormed = Annotated[str, AfterValidator(_well_formed)]
"""A text that can be written as UTF-8: JSON can hold half of a surrogate pair, which no store takes."""


def _number(value: object) -> object:
    if isinstance(value, bool | str):
        raise PydanticCustomError("int_type", "Input should be a valid integer")
    return value


WHOLE = BeforeValidator(_number)
"""A number in JSON: neither true nor "3", which would otherwise pass for one. Stands last, or limits are not told."""

Flag = Annotated[bool, Field(strict=True)]
"""True or false in JSON, and nothing that passes for it."""

NOT_BLANK: JsonDict = {"pattern": r"\S"}
"""Of a text that must say something; told in the schema only, so that the sentence of the error is our own."""


class StrictIn(BaseModel):
    """A body in which every name must be known: a mistyped one is no silence."""

    model_config = ConfigDict(extra="forbid")


Page = Annotated[int, Field(ge=0, le=1_000_000_000), WHOLE]


class FiltersIn(StrictIn):
    """Which passages may be found; what is left out sets no limit."""

    document_ids: list[WellFormed] = Field([], description="only in these documents")
    kinds: list[PassageKind] = Field([], description="only passages read from these")
    section_prefix: list[WellFormed] = Field(
        [],
        description="only under this heading: whole headings from the outermost inwards, as a hit's section has them",
    )
    pages: tuple[Page, Page] | None = Field(None, description="first and last page, both included")

    @field_validator("pages")
    @classmethod
    def _rising(cls, pages: tuple[int, int] | None) -> tuple[int, int] | None:
        if pages is not None and pages[0] > pages[1]:
            raise ValueError("the first page is behind the last, put the lower one first")
        return pages

    def to_filters(self) -> Filters:
        """As the index takes them."""
        return Filters(frozenset(self.document_ids), frozenset(self.kinds), tuple(self.section_prefix), self.pages)


K = Annotated[int, Field(ge=1, le=MAX_K, description="how many hits"), WHOLE]


class SearchIn(StrictIn):
    """A search."""

    query: str = Field(description="what to look for", examples=["beef exports to China"], json_schema_extra=NOT_BLANK)
    k: K | None = None
    filters: FiltersIn | None = None


class TurnIn(StrictIn):
    """One turn of the conversation before a question."""

    role: Literal["user", "assistant"]
    content: WellFormed = Field(description="what was said, an answer as it was shown")


class QuestionIn(StrictIn):
    """A question, with what was said before."""

    question: str = Field(
        examples=["How many tonnes of beef did China buy from Russia in 2021?"], json_schema_extra=NOT_BLANK
    )
    history: list[TurnIn] = Field([], description="what was said before, oldest first; the service keeps nothing")
    k: K | None = None
    mode: Way = Field(
        Way.AUTO,
        description="auto: by an LLM where one is set; extractive: by quotes; llm: by it, however weak the evidence",
    )
    filters: FiltersIn | None = None

    def to_asking(self) -> Asking:
        """As the service takes it."""
        history = tuple(Turn(turn.role, turn.content) for turn in self.history)
        filters = self.filters.to_filters() if self.filters else None
        return Asking(self.question, history, self.k, self.mode, filters)


class AskIn(QuestionIn):
    """A question, and how its answer is told."""

    stream: Flag = Field(False, description="tell the answer while it comes about, as server-sent events")
