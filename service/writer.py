"""Answers that a language model writes from numbered passages, checked sentence by sentence as they come."""

from __future__ import annotations

import re
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from itertools import islice

from anyio import to_thread

from index.retrieval import Hit
from ingest.errors import GeneratorUnavailable, NotFound
from ingest.words import LanguageWords
from service.answer import Answer, Event, Mode, Passages, Restart, Sentence, Support, Token, Usage
from service.asker import told
from service.asking import Asking, Way
from service.checking import Checked, Checker
from service.generator import Finish, Generator, Message, OpenAIGenerator, Thought
from service.library import Library
from service.marks import Said, Sentences
from service.patience import Clock, refuse_garbage
from service.prompt import Prompt, count_messages, prompt, rewriting
from service.tokens import count_tokens

REWRITING_TOKENS = 80
REWRITING_SHARE = 0.25
"""Of the time for the whole answer, what the rewriting of a follow-up may take at the most."""

CHARACTERS_A_TOKEN = 12
"""A text that is longer than its tokens can be comes from a server that keeps to no limit: it is cut."""

ALOUD = "that was the language model thinking aloud"
_PROVED_EACH = 100
_WORD = re.compile(r"\w+")


@dataclass(slots=True)
class _Draft:
    """What has come of an answer so far."""

    sentences: Sentences
    checked: list[Checked] = field(default_factory=list)
    finish: Finish | None = None
    is_cut: bool = False
    received: int = 0
    proved: int = 0

    def within(self, piece: str, limit: int) -> str:
        """What of a piece is within ``limit`` characters of all that was received, shown or not."""
        left = limit - self.received
        self.received += len(piece)
        self.is_cut = len(piece) > left
        return piece[:left]

    def begin_anew(self, passages: int) -> None:
        """Forget all that was shown; what was received still counts."""
        self.sentences, self.checked, self.proved = Sentences(passages), [], 0

    def prove(self) -> None:
        """Look now and then whether this is language. Raises GeneratorUnavailable."""
        if len(self.sentences.text) >= self.proved + max(_PROVED_EACH, self.proved // 4):
            self.proved = len(self.sentences.text)
            refuse_garbage(self.sentences.text)


class LLMWriter:
    """Has a Generator write answers; where that fails, quotes, and says why.

    An answer for which the evidence is too weak is an abstention, and no model is asked, unless the question is asked
    for the model alone (``Way.LLM``).
    """

    def __init__(self, library: Library, generator: Generator) -> None:
        self._library = library
        self._generator = generator
        self._checker = Checker(library.index, library.embedder, LanguageWords("en"))

    async def events(self, asking: Asking) -> AsyncGenerator[Event]:
        """The events of an answer, the Answer last; closing the iterator stops the work. Raises QueryError."""
        settings = self._library.settings
        clock = Clock(settings.llm_timeout, settings.llm_first_token_timeout)
        standing, spent = await self._standing(asking, clock)
        quoted = await to_thread.run_sync(self._library.answer, standing)
        quoted = _as_asked(quoted, asking, standing)
        yield Passages(quoted.hits)
        if not quoted.hits or (quoted.mode is Mode.ABSTAINED and asking.way is not Way.LLM):
            for event in islice(told(quoted), 1, None):
                yield event
            return
        async with aclosing(self._written(quoted, asking, clock, spent)) as written:
            async for event in written:
                yield event

    async def _written(self, quoted: Answer, asking: Asking, clock: Clock, spent: Usage) -> AsyncGenerator[Event]:
        """The events of an answer that the model writes, or of the quoted one where it cannot."""
        asked = prompt(quoted.read_as, quoted.hits, asking.history, self._library.settings.llm_budget)
        draft = _Draft(Sentences(asked.passages))
        hits = quoted.hits[: asked.passages]
        try:
            async with aclosing(self._drafted(draft, asked, quoted.read_as, hits, clock)) as drafted:
                async for event in drafted:
                    yield event
            answer = await to_thread.run_sync(self._finished, draft, quoted, asked, spent)
        except (GeneratorUnavailable, NotFound, KeyError) as error:
            for event in _instead(quoted, error, bool(draft.sentences.text)):
                yield event
            return
        yield answer

    async def _drafted(
        self, draft: _Draft, asked: Prompt, question: str, hits: Sequence[Hit], clock: Clock
    ) -> AsyncGenerator[Event]:
        """Tokens as the model gives them, each Sentence checked when it is whole. Raises GeneratorUnavailable."""
        limit = self._library.settings.llm_max_tokens
        async with aclosing(self._generator.stream(asked.messages, limit)) as pieces:
            while not draft.is_cut and isinstance(piece := await clock.next(pieces), str | Thought):
                if isinstance(piece, Thought):
                    draft.begin_anew(asked.passages)
                    yield Restart(ALOUD)
                    continue
                for part in draft.sentences.feed(draft.within(piece, limit * CHARACTERS_A_TOKEN)):
                    yield await self._event(part, draft, question, hits)
                    draft.prove()
            draft.finish = piece if isinstance(piece, Finish) else None
        for part in draft.sentences.end():
            yield await self._event(part, draft, question, hits)
        refuse_garbage(draft.sentences.text)
        if not _WORD.search(draft.sentences.text):
            is_cut = draft.finish is not None and draft.finish.is_cut
            why = "it had used up IBID_LLM_MAX_TOKENS, raise it" if is_cut else "see the server's log"
            raise GeneratorUnavailable(f"the language model wrote nothing; {why}, or set another model")

    async def _event(self, part: Token | Said, draft: _Draft, question: str, hits: Sequence[Hit]) -> Token | Sentence:
        if isinstance(part, Token):
            return part
        checked = await to_thread.run_sync(self._check, part, question, hits)
        draft.checked.append(checked)
        return checked.sentence

    def _check(self, said: Said, question: str, hits: Sequence[Hit]) -> Checked:
        with self._library.index.at_one_generation():
            return self._checker.check(said, question, hits)

    def _finished(self, draft: _Draft, quoted: Answer, asked: Prompt, spent: Usage) -> Answer:
        with self._library.index.at_one_generation():
            citations = self._checker.citations(draft.checked, quoted.hits)
        told_nothing = bool(draft.checked) and all(one.says_nothing for one in draft.checked)
        scores = [_worth(one) for one in draft.checked if not one.says_nothing]
        counted = Usage(asked.tokens, count_tokens(draft.sentences.text))
        usage = (draft.finish and draft.finish.usage) or counted
        is_cut = draft.is_cut or (draft.finish is not None and draft.finish.is_cut)
        return replace(
            quoted,
            text=draft.sentences.text,
            mode=Mode.ABSTAINED if told_nothing else Mode.LLM,
            confidence=sum(scores) / len(scores) if scores else 0.0,
            citations=citations,
            sentences=tuple(one.sentence for one in draft.checked),
            notice=_noticed(quoted.notice, draft, is_cut),
            usage=Usage(usage.prompt_tokens + spent.prompt_tokens, usage.completion_tokens + spent.completion_tokens),
        )

    async def _standing(self, asking: Asking, clock: Clock) -> tuple[Asking, Usage]:
        """A follow-up as a question that stands alone; as it was asked, where the model does not say in time."""
        if not any(turn.text.strip() for turn in asking.history):
            return asking, Usage(0, 0)
        messages = rewriting(asking.question, asking.history)
        patience = clock.left * REWRITING_SHARE
        own = Clock(patience, min(patience, clock.first))
        try:
            text, usage = await self._short(messages, own)
        except GeneratorUnavailable:
            return asking, Usage(0, 0)
        finally:
            clock.left -= patience - own.left
        question = _one_question(text)
        if not question or len(question) > self._library.settings.max_question_chars:
            return asking, usage
        return replace(asking, question=question, history=()), usage

    async def _short(self, messages: Sequence[Message], clock: Clock) -> tuple[str, Usage]:
        text, finish = "", None
        async with aclosing(self._generator.stream(messages, REWRITING_TOKENS)) as pieces:
            while isinstance(piece := await clock.next(pieces), str | Thought):
                text = "" if isinstance(piece, Thought) else text + piece
                if len(text) > REWRITING_TOKENS * CHARACTERS_A_TOKEN:
                    break
            finish = piece if isinstance(piece, Finish) else None
        counted = Usage(count_messages(messages), count_tokens(text))
        return text, (finish and finish.usage) or counted


def writer_of(library: Library) -> LLMWriter | None:
    """The writer that a library's settings name; None where they name no language model."""
    settings = library.settings
    if not settings.has_llm:
        return None
    key = settings.llm_api_key.get_secret_value()
    generator = OpenAIGenerator(settings.llm_base_url, settings.llm_model, key, settings.llm_timeout)
    return LLMWriter(library, generator)


def _as_asked(answer: Answer, asking: Asking, standing: Asking) -> Answer:
    """Say in the answer to a rewritten question what was asked, and what was read for it."""
    if standing.question == asking.question:
        return answer
    asked = asking.question.strip()
    notice = None if answer.read_as == asked else f"The question was read as: {answer.read_as}"
    return replace(answer, question=asked, notice=notice)


def _instead(quoted: Answer, error: Exception, is_void: bool) -> list[Event]:
    """The events that quote where the model could not write; what it wrote so far is void."""
    why = str(error) if isinstance(error, GeneratorUnavailable) else "the documents changed meanwhile; ask again"
    instead = "" if quoted.mode is Mode.ABSTAINED else " This is quoted from the documents instead."
    notice = f"The language model did not answer: {why}.{instead}"
    answer = replace(quoted, notice=" ".join(filter(None, (quoted.notice, notice))))
    restart: list[Event] = [Restart(why)] if is_void else []
    return [*restart, *islice(told(answer), 1, None)]


def _worth(checked: Checked) -> float:
    """What a sentence adds to the confidence: its score, and nothing where it is not borne out."""
    return 0.0 if checked.sentence.support is Support.UNSUPPORTED else min(1.0, max(0.0, checked.score))


def _noticed(notice: str | None, draft: _Draft, is_cut: bool) -> str | None:
    doubtful = sum(one.sentence.support is not Support.SUPPORTED for one in draft.checked)
    said = [
        notice,
        _doubted(doubtful, len(draft.checked)) if doubtful else None,
        "The answer was cut at IBID_LLM_MAX_TOKENS." if is_cut else None,
    ]
    return " ".join(filter(None, said)) or None


def _doubted(doubtful: int, sentences: int) -> str:
    if sentences == 1:
        return "What it says is not borne out by what it cites."
    are, they = ("is", "it cites") if doubtful == 1 else ("are", "they cite")
    return f"{doubtful} of {sentences} sentences {are} not borne out by what {they}."


def _one_question(text: str) -> str:
    """The question that a model wrote, without quotation marks; empty where it wrote anything else."""
    question = " ".join(text.split()).strip("\"'“”«» ")
    return question if question.endswith("?") and _WORD.search(question) else ""
