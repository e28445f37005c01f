"""What of a language model's stream is meant to be read: whole characters, and no thinking aloud before the answer."""

from __future__ import annotations

import re

_TAGS = ("<think>", "<thinking>", "<thought>", "<reasoning>")
_OPENED = re.compile(r"<(think|thinking|thought|reasoning)>")
_SURROGATE = re.compile("[\ud800-\udfff]")
_HIGH = re.compile("[\ud800-\udbff]$")


class Spoken:
    """Takes text in pieces and gives it out again without the thoughts that a server left before the answer.

    Text is held back only while it may begin a thought; of a thought that is never closed nothing comes out. Two
    halves of a character that come in two pieces are joined, a half without the other becomes U+FFFD.
    """

    def __init__(self) -> None:
        self._half = ""
        self._held = ""
        self._close = ""
        self._is_begun = False

    def feed(self, piece: str) -> str:
        """What is sure with this piece.

        >>> spoken = Spoken()
        >>> [spoken.feed(piece) for piece in ("<th", "ink>Hm. </thi", "nk>", "Yes.")]
        ['', '', '', 'Yes.']
        """
        text = self._whole(piece)
        if self._is_begun:
            return text
        self._held += text
        while self._is_unthought():
            pass
        if self._close or any(tag.startswith(self._held) for tag in _TAGS):
            return ""
        self._is_begun = True
        said, self._held = self._held, ""
        return said

    def end(self) -> str:
        """What was held back and turned out to be no thought."""
        return "" if self._close else self._held + "\ufffd" * bool(self._half)

    def _is_unthought(self) -> bool:
        """Take a thought's opening, or all up to its closing, off what is held; False where there is neither."""
        if self._close:
            _, closed, after = self._held.partition(self._close)
            self._held = after if closed else self._held[-len(self._close) :]  # its closing may have begun
            self._close = "" if closed else self._close
            return bool(closed)
        self._held = self._held.lstrip()
        opened = _OPENED.match(self._held)
        if opened is not None:
            self._close, self._held = f"</{opened[1]}>", self._held[opened.end() :]
        return opened is not None

    def _whole(self, piece: str) -> str:
        text = self._half + piece
        self._half = ""
        if _SURROGATE.search(text) is None:
            return text
        if _HIGH.search(text):
            text, self._half = text[:-1], text[-1]
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
