"""What is borne of a language model: how long it may take, and what is no answer."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from time import monotonic

from anyio import fail_after

from ingest.errors import GeneratorUnavailable
from service.generator import Finish, Thought

_LEAST_LETTERS = 0.5
"""Of the characters of an answer but blanks, this share is letters or digits, or it is garbage."""

_LEAST_WORDS = 40
_LEAST_DIFFERENT = 0.25
"""From so many words on, this share of them differs, or the model goes round in circles."""

_WORD = re.compile(r"\w+")


@dataclass(slots=True)
class Clock:
    """Seconds that may still be spent waiting for the model, for the first token and for all."""

    left: float
    first: float

    async def next(self, pieces: AsyncIterator[str | Thought | Finish]) -> str | Thought | Finish | None:
        """The next piece, None at the end. Raises GeneratorUnavailable where it does not come in time."""
        begun = monotonic()
        try:
            with fail_after(max(0.0, min(self.left, self.first))):
                piece = await anext(pieces, None)
        except TimeoutError:
            setting = "IBID_LLM_TIMEOUT" if self.left <= self.first else "IBID_LLM_FIRST_TOKEN_TIMEOUT"
            raise GeneratorUnavailable(
                f"the language model took longer than {setting} allows; raise it, or set a faster model"
            ) from None
        spent = monotonic() - begun
        self.left, self.first = self.left - spent, self.left - spent
        return piece


def refuse_garbage(text: str) -> None:
    """Raises GeneratorUnavailable where a text is no language: signs, or the same words over and over."""
    signs = [character for character in text if not character.isspace()]
    words = _WORD.findall(text.casefold())
    is_noise = len(signs) > _LEAST_WORDS and sum(map(str.isalnum, signs)) < _LEAST_LETTERS * len(signs)
    is_circling = len(words) > _LEAST_WORDS and len(set(words)) < _LEAST_DIFFERENT * len(words)
    is_broken = "\ufffd" in text or "\x00" in text
    if is_noise or is_circling or is_broken:
        raise GeneratorUnavailable("the language model wrote no sense; set another model or see the server's log")
