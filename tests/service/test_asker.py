"""The events of an answer are the answer, piece by piece."""

from __future__ import annotations

from collections.abc import AsyncIterator

import anyio
import pytest

from ingest.errors import GeneratorUnavailable
from service.answer import Answer, Event, Mode, Passages, Sentence, Token
from service.asker import Asker
from service.asking import Asking, Way
from service.library import Library

RICE = "How do farmers of the delta grow rice?"


async def _events(asker: Asker, asking: Asking) -> list[Event]:
    return [event async for event in asker.events(asking)]


@pytest.mark.parametrize("question", [RICE, "Who won the chess tournament on Mars in 3021?"])
def test_tokens_together_are_the_text_of_the_answer_that_ends_them(library: Library, question: str) -> None:
    first, *middle, last = anyio.run(_events, Asker(library), Asking(question))
    assert isinstance(last, Answer)
    assert first == Passages(last.hits)
    assert "".join(event.text for event in middle if isinstance(event, Token)) == last.text
    assert tuple(event for event in middle if isinstance(event, Sentence)) == last.sentences


def test_an_answer_is_what_the_library_gives(library: Library) -> None:
    assert anyio.run(Asker(library).answer, Asking(RICE)) == library.ask(RICE)


def test_a_writer_answers_unless_quotes_are_asked_for(library: Library) -> None:
    class Parrot:
        async def events(self, asking: Asking) -> AsyncIterator[Event]:
            yield Answer(asking.question, "said", Mode.LLM, 1.0, (), ())

    asker = Asker(library, Parrot())
    for way, mode in [(Way.AUTO, Mode.LLM), (Way.LLM, Mode.LLM), (Way.EXTRACTIVE, Mode.EXTRACTIVE)]:
        assert anyio.run(asker.answer, Asking(RICE, way=way)).mode is mode


def test_a_language_model_that_is_not_set_is_said(library: Library) -> None:
    with pytest.raises(GeneratorUnavailable, match="IBID_LLM_BASE_URL"):
        anyio.run(Asker(library).answer, Asking(RICE, way=Way.LLM))
