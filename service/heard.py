"""What a server says in the chunks of a completion. The client checks no types: anything may stand in any place."""

from __future__ import annotations

from typing import cast

from service.answer import Usage
from service.spoken import Spoken

WHOLE = frozenset(("stop", "eos", "eos_token", "stop_sequence", "end_turn"))
CUT = frozenset(("length", "max_tokens", "model_length"))
"""How servers say that an answer is at its end, and that it had to end."""

MOST_TOKENS = 1_000_000_000
"""A count of tokens above this is none."""


class Heard:
    """What has been heard of one completion: whether anything, how it ``ended`` (empty until it has), its usage."""

    def __init__(self) -> None:
        self._spoken = Spoken()
        self.is_any = False
        self.ended = ""
        self.usage: Usage | None = None

    @property
    def is_void(self) -> bool:
        """Whether all text before that of the last chunk turned out to be a thought."""
        return self._spoken.is_void

    @property
    def is_whole(self) -> bool:
        """Whether the server has said that the answer is at its end."""
        return self.ended in WHOLE

    @property
    def is_cut(self) -> bool:
        """Whether the server has said that the answer reached the limit of tokens."""
        return self.ended in CUT

    def take(self, chunk: object) -> str:
        """The text that a chunk adds; none after the end."""
        self.usage = _usage_of(chunk) or self.usage
        choices = getattr(chunk, "choices", None)
        if not (isinstance(choices, list) and choices) or self.ended:
            return ""
        self.is_any = True
        text: object = getattr(getattr(choices[0], "delta", None), "content", None)
        ended: object = getattr(choices[0], "finish_reason", None)
        self.ended = ended.lower() if isinstance(ended, str) else ""
        return self._spoken.feed(text) if isinstance(text, str) else ""

    def end(self) -> str:
        """The text that was held back until the end."""
        return self._spoken.end()


def _usage_of(chunk: object) -> Usage | None:
    counted = getattr(chunk, "usage", None)
    read, written = getattr(counted, "prompt_tokens", None), getattr(counted, "completion_tokens", None)
    if all(type(count) is int and 0 <= count <= MOST_TOKENS for count in (read, written)):
        return Usage(cast("int", read), cast("int", written))
    return None
