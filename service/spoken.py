"""What of a language model's stream is meant to be read: whole characters, and no thinking aloud before the answer."""

from __future__ import annotations

import re

_NAMES = ("think", "thinking", "thought", "reasoning")
_TAGS = tuple(f"<{slash}{name}>" for slash in ("", "/") for name in _NAMES)
_TAG = re.compile(rf"<(/?)({'|'.join(_NAMES)})>")
_SURROGATE = re.compile("[\ud800-\udfff]")
_HIGH = re.compile("[\ud800-\udbff]$")


class Spoken:
    """Takes text in pieces and gives it out again without the thoughts that a server left before the answer.

    Text is held back only while it may begin or end a thought; of a thought that is never closed nothing comes out.
    A thought that is closed and was never opened, as where the server's prompt opens it, may be out already:
    ``is_void`` says so. Once the answer has opened a thought itself, it is read as it stands. Two halves of a character
    that come in two pieces are joined, a half without the other becomes U+FFFD.
    """

    def __init__(self) -> None:
        self._half = ""
        self._held = ""
        self._close = ""
        self._is_begun = False
        self._is_literal = False
        self.is_void = False

    def feed(self, piece: str) -> str:
        """What is sure with this piece; where ``is_void`` is true then, all that came out before was a thought.

        >>> spoken = Spoken()
        >>> [spoken.feed(piece) for piece in ("<th", "ink>Hm. </thi", "nk>", "Yes.")]
        ['', '', '', 'Yes.']
        >>> spoken = Spoken()
        >>> [(spoken.feed(piece), spoken.is_void) for piece in ("Hm. </thi", "nk>Yes.", " It is.")]
        [('Hm. ', False), ('Yes.', True), (' It is.', False)]
        """
        self._held += self._whole(piece)
        self.is_void = False
        while not self._is_literal and self._is_unthought():
            pass
        if self._close:
            return ""
        keep = 0 if self._is_literal else _begun_tag(self._held)
        said, self._held = self._held[: len(self._held) - keep], self._held[len(self._held) - keep :]
        self._is_begun = self._is_begun or bool(said)
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
        if not self._is_begun:
            self._held = self._held.lstrip()
        tag = _TAG.search(self._held)
        if tag is None:
            return False
        if tag[1]:
            self.is_void, self._is_begun, self._held = self.is_void or self._is_begun, False, self._held[tag.end() :]
            return True
        if self._is_begun or tag.start() > 0:
            self._is_literal = True
            return False
        self._close, self._held = f"</{tag[2]}>", self._held[tag.end() :]
        return True

    def _whole(self, piece: str) -> str:
        text = self._half + piece
        self._half = ""
        if _SURROGATE.search(text) is None:
            return text
        if _HIGH.search(text):
            text, self._half = text[:-1], text[-1]
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _begun_tag(text: str) -> int:
    """How many characters at the end of ``text`` may begin a tag.

    >>> _begun_tag("It froze. </th"), _begun_tag("a < b")
    (4, 0)
    """
    start = text.rfind("<")
    return len(text) - start if start >= 0 and any(tag.startswith(text[start:]) for tag in _TAGS) else 0
