"""What clients of OpenAI's API send, as far as it is read, and what they get."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, Field

from service.answer import Answer
from service.bodies import WHOLE, Flag
from service.schemas import CitationOut, SentenceOut
from service.tokens import count_tokens


class PartIn(BaseModel):
    """A part of a message; only those of type ``text`` are read."""

    type: str
    text: str = ""


class MessageIn(BaseModel):
    """A message. Those of users and assistants are read, a ``system`` message is taken as no instruction."""

    role: Literal["system", "developer", "user", "assistant", "tool", "function"]
    content: str | list[PartIn] | None = None


class StreamOptionsIn(BaseModel):
    """What a stream tells."""

    include_usage: Flag = False


class FormatIn(BaseModel):
    """The form of the answer that is asked for."""

    type: str = "text"


class ChatIn(BaseModel):
    """A chat: the last message of a user is the question. What is not named here is taken and not heeded."""

    model: str = Field(description="ibid, ibid-extractive, or ibid-llm where a language model is set")
    messages: list[MessageIn] = Field(min_length=1)
    stream: Flag | None = False
    stream_options: StreamOptionsIn | None = None
    n: Annotated[int, WHOLE] | None = Field(1, description="1: there is one answer")
    response_format: FormatIn | None = Field(None, description="of type text: an answer is no JSON")


class ChatUsageOut(BaseModel):
    """Tokens of what was read for the answer, the messages and the passages, and of what was said."""

    prompt_tokens: int
    completion_tokens: int
    total_tokens: int

    @classmethod
    def of(cls, asked: int, answer: Answer, content: str) -> ChatUsageOut:
        """What an LLM read and wrote; without one ``asked`` tokens and those of the passages, and of ``content``."""
        if answer.usage is not None:
            read, wrote = answer.usage.prompt_tokens, answer.usage.completion_tokens
        else:
            read = asked + sum(count_tokens(hit.passage.text) for hit in answer.hits)
            wrote = count_tokens(content)
        return cls(prompt_tokens=read, completion_tokens=wrote, total_tokens=read + wrote)


class IbidOut(BaseModel):
    """What OpenAI's API has no name for."""

    mode: str
    confidence: float
    notice: str | None
    sentences: list[SentenceOut]

    @classmethod
    def of(cls, answer: Answer) -> IbidOut:
        """From an Answer."""
        return cls(
            mode=answer.mode.value,
            confidence=round(answer.confidence, 4),
            notice=answer.notice,
            sentences=[SentenceOut.of(sentence) for sentence in answer.sentences],
        )


class SaidOut(BaseModel):
    """The answer, with its sources in the text."""

    role: Literal["assistant"] = "assistant"
    content: str


class ChoiceOut(BaseModel):
    """The one choice."""

    index: Literal[0] = 0
    message: SaidOut
    finish_reason: Literal["stop"] = "stop"


class CompletionOut(BaseModel):
    """An answer as OpenAI's API gives it; ``citations`` and ``ibid`` are its own fields."""

    id: str
    object: Literal["chat.completion"] = "chat.completion"
    created: int = Field(description="seconds since 1970")
    model: str
    choices: list[ChoiceOut]
    usage: ChatUsageOut
    citations: list[CitationOut]
    ibid: IbidOut


class ModelOut(BaseModel):
    """A way of answering."""

    id: str
    object: Literal["model"] = "model"
    created: int = Field(description="seconds since 1970: when the service started")
    owned_by: Literal["ibid"] = "ibid"


class ModelsOut(BaseModel):
    """All ways of answering."""

    object: Literal["list"] = "list"
    data: list[ModelOut]
