"""The seam to a language model, and the adapter that reaches any OpenAI-compatible server."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol, cast

from anyio import move_on_after, to_thread

from ingest.errors import GeneratorUnavailable
from service.answer import Usage

if TYPE_CHECKING:  # loading it takes a second
    from openai import AsyncOpenAI, AsyncStream, BadRequestError
    from openai.types.chat import ChatCompletionChunk, ChatCompletionMessageParam

RETRIES = 1
"""How often a request that could not be made, or was answered with 429 or 5xx, is sent again."""

RENAMED = {"max_tokens": "max_completion_tokens", "temperature": "", "stream_options": ""}
"""Options that some servers refuse, and what they call them; nothing where one can do without."""

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


class Generator(Protocol):
    """A language model that streams its text."""

    def stream(self, messages: Sequence[Message], max_tokens: int) -> AsyncGenerator[str | Finish]:
        """The pieces of the answer as they come, none empty; last the Finish.

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

    async def stream(self, messages: Sequence[Message], max_tokens: int) -> AsyncGenerator[str | Finish]:
        """As in Generator; the server is asked for the likeliest text (temperature 0)."""
        usage: Usage | None = None
        ended = ""
        async with self._chunks(messages, max_tokens) as chunks:
            while (chunk := await anext(chunks, None)) is not None:
                usage = _usage_of(chunk) or usage
                text, ended = _text_of(chunk), _end_of(chunk) or ended
                if text:
                    yield text
        if ended not in ("stop", "length", "eos"):
            raise GeneratorUnavailable(
                f"the language model's answer broke off{f' ({ended})' if ended else ''}; ask again, {EXTRACTIVE}"
            )
        yield Finish(ended == "length", usage)

    @asynccontextmanager
    async def _chunks(
        self, messages: Sequence[Message], max_tokens: int
    ) -> AsyncGenerator[AsyncIterator[ChatCompletionChunk]]:
        """The chunks of a completion; when it is left, the connection is closed, so that the server stops."""
        client = await to_thread.run_sync(self._client)
        stream: AsyncStream[ChatCompletionChunk] | None = None
        with self._translated():
            try:
                stream = await self._begun(client, messages, max_tokens)
                yield stream
            finally:
                with move_on_after(CLOSING_SECONDS, shield=True):  # a cancelled task has to hang up, too
                    if stream is not None:
                        await _close(stream)
                    await client.close()

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
        client = AsyncOpenAI(
            base_url=self._base_url, api_key=self._api_key or "none", timeout=timeout, max_retries=RETRIES
        )
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
        except (openai.OpenAIError, ValueError) as error:  # an error amid the stream; what is no JSON, no UTF-8
            raise GeneratorUnavailable(
                f"the server at {self._base_url} does not speak the OpenAI protocol or failed amid its answer; "
                f"see its log and IBID_LLM_BASE_URL, {EXTRACTIVE}"
            ) from error

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


async def _close(stream: AsyncStream[ChatCompletionChunk]) -> None:
    """Hang up, and run to their ends the generators that a stream is made of, which only then let go of it."""
    await stream.close()
    with suppress(Exception):  # whatever they say of a closed connection is no news
        while await anext(stream, None) is not None:
            pass


def _sent(message: Message) -> ChatCompletionMessageParam:
    # The client's types have one dictionary for each role.
    return cast("ChatCompletionMessageParam", {"role": message.role, "content": message.content})


def _usage_of(chunk: ChatCompletionChunk) -> Usage | None:
    """Tokens as the server counted them. The client checks no types: a server may send anything in any place."""
    counted = getattr(chunk, "usage", None)
    read, written = getattr(counted, "prompt_tokens", None), getattr(counted, "completion_tokens", None)
    if isinstance(read, int) and isinstance(written, int) and read >= 0 and written >= 0:
        return Usage(read, written)
    return None


def _text_of(chunk: ChatCompletionChunk) -> str:
    text = getattr(getattr(_choice_of(chunk), "delta", None), "content", None)
    return text if isinstance(text, str) else ""


def _end_of(chunk: ChatCompletionChunk) -> str:
    ended = getattr(_choice_of(chunk), "finish_reason", None)
    return ended if isinstance(ended, str) else ""


def _choice_of(chunk: ChatCompletionChunk) -> object:
    choices = getattr(chunk, "choices", None)
    return choices[0] if isinstance(choices, list) and choices else None
