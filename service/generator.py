"""The seam to a language model, and the adapter that reaches any OpenAI-compatible server."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol, cast

from anyio import move_on_after, sleep, to_thread
from anyio.lowlevel import checkpoint

from ingest.errors import GeneratorUnavailable
from service.answer import Usage
from service.heard import Heard

if TYPE_CHECKING:  # loading it takes a second
    from openai import APIError, AsyncOpenAI, AsyncStream, BadRequestError
    from openai.types.chat import ChatCompletionChunk, ChatCompletionMessageParam

RETRY_SECONDS = 0.5
LONGEST_RETRY_SECONDS = 2.0
"""A request that could not be made, or was answered with 429 or 5xx, is sent once more, if it need not wait longer."""

RENAMED = {"max_tokens": "max_completion_tokens", "temperature": "", "stream_options": ""}
"""Options that some servers refuse, and what they call them; nothing where one can do without."""

USAGE_SECONDS = 1.0
"""How long the usage is waited for when the answer is whole."""

CLOSING_SECONDS = 1.0
CONNECT_SECONDS = 5.0
EXTRACTIVE = "or ask with mode extractive"


@dataclass(frozen=True, slots=True)
class Message:
    """One message to a chat model."""

    role: Literal["system", "user", "assistant"]
    content: str


@dataclass(frozen=True, slots=True)
class Finish:
    """How a generation ended, and the tokens it took, where the server counts them."""

    is_cut: bool
    usage: Usage | None


@dataclass(frozen=True, slots=True)
class Thought:
    """All pieces so far were the model thinking aloud: the answer begins behind them."""


class Generator(Protocol):
    """A language model that streams its text."""

    def stream(self, messages: Sequence[Message], max_tokens: int) -> AsyncGenerator[str | Thought | Finish]:
        """The pieces of the answer as they come, none empty; a Thought where those before are void; last the Finish.

        Raises GeneratorUnavailable where it cannot be had or breaks off. Closing the iterator ends the generation.
        """
        ...


class OpenAIGenerator:
    """Asks a model at an OpenAI-compatible server; every answer over a connection of its own."""

    def __init__(self, base_url: str, model: str, api_key: str = "", timeout: float = 60.0) -> None:
        self._base_url = base_url
        self._model = model
        self._api_key = api_key
        self._timeout = timeout

    async def stream(self, messages: Sequence[Message], max_tokens: int) -> AsyncGenerator[str | Thought | Finish]:
        """As in Generator; the server is asked for the likeliest text (temperature 0)."""
        heard = Heard()
        async with self._chunks(messages, max_tokens) as chunks:
            while (chunk := await _next(chunks, bool(heard.ended))) is not None:
                text = heard.take(chunk)
                if heard.is_void:
                    yield Thought()
                if text:
                    yield text
        if not heard.is_any:
            raise GeneratorUnavailable(self._strange())
        if not (heard.is_whole or heard.is_cut):
            how = f" ({heard.ended})" if heard.ended else ""
            raise GeneratorUnavailable(f"the language model's answer broke off{how}; ask again, {EXTRACTIVE}")
        if text := heard.end():
            yield text
        yield Finish(heard.is_cut, heard.usage)

    @asynccontextmanager
    async def _chunks(
        self, messages: Sequence[Message], max_tokens: int
    ) -> AsyncGenerator[AsyncIterator[ChatCompletionChunk]]:
        """The chunks of a completion; when it is left, the connection is closed, so that the server stops."""
        client = await to_thread.run_sync(self._client)
        stream: AsyncStream[ChatCompletionChunk] | None = None
        with self._translated():
            try:
                stream = await self._asked(client, messages, max_tokens)
                yield stream
            finally:
                with move_on_after(CLOSING_SECONDS, shield=True):  # a cancelled task has to hang up, too
                    if stream is not None:
                        await _close(stream)
                    await client.close()

    async def _asked(
        self, client: AsyncOpenAI, messages: Sequence[Message], max_tokens: int
    ) -> AsyncStream[ChatCompletionChunk]:
        """Ask for a completion, and once more where that fails in passing and the server does not bid to wait long."""
        from openai import APIConnectionError, InternalServerError, RateLimitError

        try:
            return await self._begun(client, messages, max_tokens)
        except (APIConnectionError, InternalServerError, RateLimitError) as error:
            seconds = _retry_after(error)
            if seconds > LONGEST_RETRY_SECONDS:
                raise
        await sleep(seconds)
        return await self._begun(client, messages, max_tokens)

    async def _begun(
        self, client: AsyncOpenAI, messages: Sequence[Message], max_tokens: int
    ) -> AsyncStream[ChatCompletionChunk]:
        """Ask for a completion; options that this server or model does not know are left out or renamed."""
        from openai import BadRequestError

        options: dict[str, object] = {
            "max_tokens": max_tokens,
            "temperature": 0,
            "stream_options": {"include_usage": True},
        }
        while True:
            try:
                return await client.chat.completions.create(
                    model=self._model, messages=list(map(_sent, messages)), stream=True, extra_body=options
                )
            except BadRequestError as error:
                unknown = next((name for name in options if name in RENAMED and _names(error, name)), None)
                if unknown is None:
                    raise
                value = options.pop(unknown)
                if RENAMED[unknown]:
                    options[RENAMED[unknown]] = value

    def _client(self) -> AsyncOpenAI:
        """Make a client, off the event loop: it reads certificates from the disk."""
        from openai import AsyncOpenAI, Timeout

        timeout = Timeout(self._timeout, connect=min(CONNECT_SECONDS, self._timeout))
        # What OPENAI_… variables say is meant for another server than the one that is set here.
        client = AsyncOpenAI(base_url=self._base_url, api_key=self._api_key or "none", timeout=timeout, max_retries=0)
        client.organization = client.project = client.admin_api_key = None
        return client

    @contextmanager
    def _translated(self) -> Iterator[None]:
        """What can go wrong between here and the server, as GeneratorUnavailable. The key is never part of it."""
        import httpx2
        import openai

        try:
            yield
        except openai.APITimeoutError as error:
            raise GeneratorUnavailable(
                f"the language model at {self._base_url} does not answer in time; "
                f"see whether it runs, raise IBID_LLM_TIMEOUT, {EXTRACTIVE}"
            ) from error
        except openai.APIStatusError as error:
            raise GeneratorUnavailable(self._refused(error.status_code)) from error
        except (openai.APIConnectionError, httpx2.HTTPError, httpx2.InvalidURL, OSError) as error:
            raise GeneratorUnavailable(
                f"the connection to the language model at {self._base_url} failed; "
                f"see whether it runs and IBID_LLM_BASE_URL names it, {EXTRACTIVE}"
            ) from error
        except (openai.OpenAIError, ValueError, RecursionError) as error:  # an error amid the stream; no JSON, no UTF-8
            raise GeneratorUnavailable(self._strange()) from error

    def _strange(self) -> str:
        return (
            f"the server at {self._base_url} does not speak the OpenAI protocol or failed amid its answer; "
            f"see its log and IBID_LLM_BASE_URL, {EXTRACTIVE}"
        )

    def _refused(self, status: int) -> str:
        what = {
            400: "does not take the request; see its log, lower IBID_LLM_BUDGET or IBID_LLM_MAX_TOKENS",
            401: "does not take the key; correct IBID_LLM_API_KEY",
            403: "does not allow this key the model; correct IBID_LLM_API_KEY or IBID_LLM_MODEL",
            404: f"knows no model {self._model!r} or not this address; correct IBID_LLM_MODEL or IBID_LLM_BASE_URL",
            413: "finds the request too long; lower IBID_LLM_BUDGET",
            429: "has too many requests or no credit left; ask again later",
        }.get(status, f"failed with status {status}; see its log and ask again later")
        return f"the language model's server at {self._base_url} {what}, {EXTRACTIVE}"


def _names(error: BadRequestError, option: str) -> bool:
    """Whether a server refuses a request because of this option."""
    return error.param == option or f"'{option}'" in error.message or f"`{option}`" in error.message


def _retry_after(error: APIError) -> float:
    """Seconds to wait before a request is sent again: what the server says, where it says so in seconds."""
    headers = getattr(getattr(error, "response", None), "headers", {})
    for name, unit in (("retry-after-ms", 0.001), ("retry-after", 1.0)):
        with suppress(ValueError):
            if (seconds := float(headers.get(name, "")) * unit) >= 0:
                return seconds
    return RETRY_SECONDS


async def _next(chunks: AsyncIterator[ChatCompletionChunk], is_ended: bool) -> ChatCompletionChunk | None:
    """The next chunk, None at the end. After the end of the text only usage can be missed: it fails for nothing."""
    await checkpoint()  # chunks that are there already are read without waiting, and others want their turn
    if not is_ended:
        return await anext(chunks, None)
    with suppress(Exception), move_on_after(USAGE_SECONDS):
        return await anext(chunks, None)
    return None


async def _close(stream: AsyncStream[ChatCompletionChunk]) -> None:
    """Hang up, and run to their ends the generators that a stream is made of, which only then let go of it."""
    await stream.close()
    with suppress(Exception):  # whatever they say of a closed connection is no news
        while await anext(stream, None) is not None:
            pass


def _sent(message: Message) -> ChatCompletionMessageParam:
    # The client's types have one dictionary for each role.
    return cast("ChatCompletionMessageParam", {"role": message.role, "content": message.content})
