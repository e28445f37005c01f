"""The openai package, pointed at a service that listens, gets cited answers, and its own errors with our sentences."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import anyio
import openai
import pytest
from openai import AsyncOpenAI, OpenAI
from openai.types.chat import ChatCompletionChunk
from serving import NOTHING, WAIT_S, Hang, Scripted, answered, serving

from ingest.errors import GeneratorUnavailable
from service.answer import Answer, Citation, Mode, Passages, Restart, Sentence, Support, Token, Usage
from service.app import create_app
from service.asker import Asker, told
from service.asking import Turn, Way
from service.chat_text import below, place, said, whole
from service.library import Library
from service.schemas import AnswerOut, CitationOut
from service.tokens import count_tokens

HERONS = "Where do herons nest in the reeds?"
MARS = "Who won the chess tournament on Mars in 3021?"
ASKED: list[dict[str, str]] = [{"role": "user", "content": HERONS}]


@pytest.fixture
def address(library: Library) -> Iterator[str]:
    with serving(create_app(library.settings, library)) as address:
        yield address


@pytest.fixture
def client(address: str) -> Iterator[OpenAI]:
    with client_at(address) as client:
        yield client


def client_at(address: str) -> OpenAI:
    return OpenAI(base_url=f"{address}/v1", api_key="none", timeout=WAIT_S, max_retries=0)


def ask(client: OpenAI, **fields: object) -> Any:  # noqa: ANN401 (a completion or a stream of them)
    return client.chat.completions.create(**{"model": "ibid", "messages": ASKED, **fields})


def chunks(client: OpenAI, **fields: object) -> list[ChatCompletionChunk]:
    return list(ask(client, stream=True, **fields))


def text_of(told: list[ChatCompletionChunk]) -> str:
    return "".join(choice.delta.content or "" for chunk in told for choice in chunk.choices)


def test_a_place_names_the_section_unless_it_is_called_as_the_document(library: Library) -> None:
    hit = library.search("silt rice", 1)[0]
    assert place(hit) == "River Report, 1. Silt and Rice, p. 1"
    titled = replace(hit, passage=replace(hit.passage, section=("River Report",), pages=(1, 2)))
    assert place(titled) == "River Report, pp. 1–2"


def test_an_answer_has_its_sources_in_the_text_and_in_a_field(client: OpenAI, library: Library) -> None:
    completion = ask(client)
    answer = library.ask(HERONS)
    [choice] = completion.choices
    assert (choice.finish_reason, choice.message.role, completion.model) == ("stop", "assistant", "ibid")
    shown, sources = choice.message.content.split("\n\n**Sources**\n\n")
    assert shown == answer.text
    mark = next(citation.mark for citation in answer.citations if citation.quote.startswith("Herons"))
    assert f"- [{mark}] River Report, 1. Silt and Rice, p. 1\n" in f"{sources}\n"
    assert '  - note 2: Ben Reed, "Herons," Canal Letters, 2020.' in sources
    expected = [CitationOut.of(citation).model_dump(mode="json") for citation in answer.citations]
    assert completion.model_extra["citations"] == expected
    rest = AnswerOut.of(answer).model_dump(mode="json")
    kept = {name: rest[name] for name in ("mode", "confidence", "notice", "sentences")}
    assert completion.model_extra["ibid"] == kept
    read = sum(map(count_tokens, [HERONS, *(hit.passage.text for hit in answer.hits)]))
    usage = completion.usage
    assert (usage.prompt_tokens, usage.completion_tokens) == (read, count_tokens(choice.message.content))
    assert usage.total_tokens == usage.prompt_tokens + usage.completion_tokens


@pytest.mark.parametrize("question", [HERONS, MARS])
def test_a_stream_gives_the_same(client: OpenAI, question: str) -> None:
    messages = [{"role": "user", "content": question}]
    plain = ask(client, messages=messages)
    streamed = chunks(client, messages=messages, stream_options={"include_usage": True})
    first, *_, stop, usage = streamed
    assert (first.choices[0].delta.role, first.choices[0].delta.content) == ("assistant", "")
    assert text_of(streamed) == plain.choices[0].message.content
    assert [chunk.choices[0].finish_reason for chunk in streamed[:-1]] == [None] * (len(streamed) - 2) + ["stop"]
    assert (usage.choices, usage.usage) == ([], plain.usage)
    for name in ("citations", "ibid"):
        assert stop.model_extra[name] == plain.model_extra[name]
    assert len({(chunk.id, chunk.created, chunk.object) for chunk in streamed}) == 1


def test_usage_is_told_only_to_who_asks(client: OpenAI) -> None:
    for options in ({}, {"stream_options": {"include_usage": False}}):
        assert not [chunk for chunk in chunks(client, **options) if chunk.usage or not chunk.choices]


def test_an_abstention_shows_the_nearest_passages(client: OpenAI) -> None:
    completion = ask(client, messages=[{"role": "user", "content": MARS}])
    head, *lines = completion.choices[0].message.content.split("\n")
    assert "do not seem to answer" in head
    assert lines[:3] == ["", "**Nearest passages**", ""]
    assert len(lines) == 6
    assert completion.model_extra["citations"] == []
    assert completion.model_extra["ibid"]["mode"] == "abstained"


def test_the_async_client_is_answered_too(address: str, library: Library) -> None:
    async def both() -> tuple[str, str, list[str]]:
        async with AsyncOpenAI(base_url=f"{address}/v1", api_key="none", timeout=WAIT_S, max_retries=0) as client:
            plain = await client.chat.completions.create(model="ibid", messages=ASKED)
            stream = await client.chat.completions.create(model="ibid", messages=ASKED, stream=True)
            streamed = [chunk async for chunk in stream]
            models = [model.id async for model in client.models.list()]
        return plain.choices[0].message.content, text_of(streamed), models

    content = whole(library.ask(HERONS))
    assert anyio.run(both) == (content, content, ["ibid", "ibid-extractive"])


def test_models_are_the_ways_of_answering(client: OpenAI, library: Library) -> None:
    assert [model.id for model in client.models.list()] == ["ibid", "ibid-extractive"]
    model = client.models.retrieve("ibid")
    assert (model.id, model.object, model.owned_by) == ("ibid", "model", "ibid")
    with pytest.raises(openai.NotFoundError, match="there is no model 'ibid-llm'; use one of ibid, ibid-extractive"):
        client.models.retrieve("ibid-llm")
    writer = Scripted([NOTHING, answered("Said.")])
    with serving(create_app(library.settings, library, Asker(library, writer))) as other, client_at(other) as client:
        assert [model.id for model in client.models.list()] == ["ibid", "ibid-extractive", "ibid-llm"]
        modes = {model: ask(client, model=model).ibid["mode"] for model in ("ibid", "ibid-extractive", "ibid-llm")}
    assert modes == {"ibid": "llm", "ibid-extractive": "extractive", "ibid-llm": "llm"}
    assert [asking.way for asking in writer.asked] == [Way.AUTO, Way.LLM]


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize(
    ("fields", "error", "sentence"),
    [
        ({"model": "gpt-5"}, openai.NotFoundError, "there is no model 'gpt-5'; use one of ibid, ibid-extractive"),
        ({"n": 2}, openai.UnprocessableEntityError, "n is 2, but there is one answer to a question; leave n out"),
        (
            {"response_format": {"type": "json_object"}},
            openai.UnprocessableEntityError,
            "response_format is json_object, but an answer is text; leave it out",
        ),
        (
            {"messages": [{"role": "system", "content": "Be brief."}]},
            openai.UnprocessableEntityError,
            "there is no message of a user; send the question as one",
        ),
        (
            {"messages": [{"role": "user", "content": [{"type": "image_url", "image_url": {"url": "x"}}]}]},
            openai.UnprocessableEntityError,
            "a message has a part of type image_url; only text is read, leave it out",
        ),
        (
            {"messages": [{"role": "user", "content": "### Task:\nGenerate a title.\n" + "x" * 5000}]},
            openai.UnprocessableEntityError,
            "the question has 5028 characters, more than 4000; shorten it",
        ),
        (
            {"messages": [{"role": "assistant", "content": "x" * 10**6}, *ASKED]},
            openai.UnprocessableEntityError,
            f"the messages have {10**6 + len(HERONS)} characters, more than 1000000; send fewer of them",
        ),
        (
            {"messages": [{"role": "user", "content": ""}]},
            openai.UnprocessableEntityError,
            "the question is empty; ask something",
        ),
    ],
)
def test_errors_are_those_of_the_package_with_our_sentences(
    client: OpenAI, fields: dict[str, Any], error: type[openai.APIStatusError], sentence: str, stream: bool
) -> None:
    with pytest.raises(error) as caught:
        ask(client, stream=stream, **fields)
    assert caught.value.message == f"Error code: {caught.value.status_code} - {sentence}"
    assert (caught.value.type, caught.value.code, caught.value.param) == ("invalid_request_error", None, None)
    problem = caught.value.response.json()
    assert (problem["detail"], problem["status"]) == (sentence, caught.value.status_code)


def test_a_body_that_makes_no_sense_is_an_error_too(client: OpenAI) -> None:
    with pytest.raises(openai.UnprocessableEntityError, match="messages: list should have at least 1 item"):
        ask(client, messages=[])
    with pytest.raises(openai.UnprocessableEntityError, match=r"messages\.0\.role: input should be 'system'"):
        ask(client, messages=[{"role": "oracle", "content": "x"}])


def test_what_clients_send_besides_is_not_heeded(client: OpenAI, library: Library) -> None:
    plain = ask(client).choices[0].message.content
    tool = {"type": "function", "function": {"name": "search", "parameters": {"type": "object"}}}
    besides = {
        "temperature": 0.2,
        "top_p": 1,
        "max_tokens": 5,
        "user": "ada",
        "tools": [tool],
        "seed": 1,
        "stop": ["."],
    }
    assert ask(client, n=1, extra_body={"chat_id": "x"}, **besides).choices[0].message.content == plain
    messages = [
        {"role": "system", "content": "Speak of boats."},
        *ASKED,
        {"role": "tool", "content": "x", "tool_call_id": "1"},
    ]
    assert ask(client, messages=messages).choices[0].message.content == plain


def test_a_conversation_is_history_and_a_question(library: Library) -> None:
    writer = Scripted([NOTHING, answered("Said.")])
    before = whole(library.ask(HERONS))
    parts = [{"type": "text", "text": "And"}, {"type": "text", "text": "when?"}]
    messages = [
        {"role": "system", "content": "You are a pirate."},
        {"role": "user", "content": HERONS},
        {"role": "assistant", "content": before},
        {"role": "assistant", "content": None, "tool_calls": []},
        {"role": "user", "content": parts},
    ]
    with (
        serving(create_app(library.settings, library, Asker(library, writer))) as address,
        client_at(address) as client,
    ):
        ask(client, messages=messages)
    [asking] = writer.asked
    answer = library.ask(HERONS).text
    assert asking.question == "And\nwhen?"
    assert asking.history == (Turn("user", HERONS), Turn("assistant", answer), Turn("assistant", ""))


def test_a_language_model_is_streamed_restarted_and_checked(library: Library) -> None:
    [hit] = library.search(HERONS, 1)
    citation = Citation(1, hit, hit.passage.text, hit.passage.spans, hit.footnotes, verified=False)
    doubted = Sentence("Gulls nest too.", (), Support.UNSUPPORTED, "it cites nothing")
    answer = Answer(
        *(HERONS, "Herons nest. [1] Gulls nest too.", Mode.LLM, 0.5, (citation,), (hit,), "It was slow."),
        sentences=(Sentence("Herons nest. [1]", (1,), Support.SUPPORTED), doubted),
        usage=Usage(700, 12),
    )
    again = [event for event in told(answer) if not isinstance(event, Passages)]
    steps = [Passages((hit,)), Token("Herons are "), Restart("the server broke off"), *again]
    app = create_app(library.settings, library, Asker(library, Scripted(steps)))
    with serving(app) as address, client_at(address) as client:
        streamed = chunks(client, stream_options={"include_usage": True})
        plain = ask(client)
    text = text_of(streamed)
    assert text == f"Herons are \n\n**The answer begins anew** (the server broke off):\n\n{whole(answer)}"
    assert said(text) == answer.text
    assert plain.choices[0].message.content == whole(answer)
    assert below(answer).split("\n\n")[1:5] == [
        "**Notice**",
        "It was slow.",
        "**Not borne out by what is cited**",
        "- Gulls nest too. — unsupported: it cites nothing",
    ]
    assert "- [1] River Report, 1. Silt and Rice, p. 1 — not verified: the source has changed\n  - “" in text
    assert "  - note 1: Ada Marsh" in text
    assert "URL: https://example.org/silt\n" in text
    for usage in (plain.usage, streamed[-1].usage):
        assert (usage.prompt_tokens, usage.completion_tokens, usage.total_tokens) == (700, 12, 712)


def test_a_stream_that_fails_raises_with_our_sentence(library: Library) -> None:
    writer = Scripted([NOTHING, Token("Herons "), GeneratorUnavailable("it broke off; ask again")])
    with (
        serving(create_app(library.settings, library, Asker(library, writer))) as address,
        client_at(address) as client,
    ):
        stream = ask(client, stream=True)
        assert next(stream).choices[0].delta.role == "assistant"
        assert next(stream).choices[0].delta.content == "Herons "
        with pytest.raises(openai.APIError, match="it broke off; ask again") as caught:
            next(stream)
    assert caught.value.type == "server_error"


def test_closing_a_stream_stops_the_work(library: Library) -> None:
    writer = Scripted([NOTHING, Token("Herons "), Hang])
    with (
        serving(create_app(library.settings, library, Asker(library, writer))) as address,
        client_at(address) as client,
    ):
        stream = ask(client, stream=True)
        next(stream)
        assert not writer.stopped.is_set()
        stream.close()
        assert writer.stopped.wait(WAIT_S)


def test_many_clients_at_once_are_answered(client: OpenAI, library: Library) -> None:
    given: list[str] = []
    threads = [threading.Thread(target=lambda: given.append(text_of(chunks(client)))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(WAIT_S)
    assert given == [whole(library.ask(HERONS))] * 8
