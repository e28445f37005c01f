"""Token counts for the LLM's context budget and for usage figures, with tiktoken and never with the network.

tiktoken downloads an encoding on its first use and has no switch against it. So the published encodings are
built here, straight from tiktoken's cache, and only if their file is there and has the right hash. Otherwise
the shipped ``ibid_bytes`` counts: a byte-level BPE of 16,384 tokens, which this project trains itself
(``service.train_tokens``). It finds 4.6 characters a token in ``corpus/`` and 3.5 to 3.7 in English that it
has not seen, where published encodings find about 4.5: it errs towards counting too many, so that what was
planned into a context window fits.

``python -m service.tokens corpus/*.txt`` trains the shipped encoding anew.
"""

from __future__ import annotations

import base64
import hashlib
import os
import tempfile
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import NamedTuple

import tiktoken

from ingest.errors import SettingsError

FALLBACK = "ibid_bytes"
FALLBACK_FILE = Path(__file__).parent / "data" / f"{FALLBACK}.tiktoken"
# A run of a million spaces overflows the stack of tiktoken's regular expressions, which ends in a panic
# that no `except Exception` catches; 800,000 passed. A cut can add a token to the count.
PIECE_CHARACTERS = 100_000

O200K_PATTERN = "|".join(
    [
        r"""[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?""",
        r"""[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?""",
        r"""\p{N}{1,3}""",
        r""" ?[^\s\p{L}\p{N}]+[\r\n/]*""",
        r"""\s*[\r\n]+""",
        r"""\s+(?!\S)""",
        r"""\s+""",
    ]
)


class Published(NamedTuple):
    """A published encoding: its file in tiktoken's cache, the file's SHA-256, how text is cut first."""

    cache_name: str  # tiktoken names the file by the SHA-1 of the address it comes from
    sha256: str
    pattern: str


PUBLISHED: Mapping[str, Published] = {
    "o200k_base": Published(
        "fb374d419588a4632f3f557e76b4b70aebbca790",
        "446a9538cb6c348e3516120d7c08b09f57c36495e2acfffe59a5bf8b0cfb1a2d",
        O200K_PATTERN,
    )
}


def encoding(name: str = "o200k_base", published: Mapping[str, Published] = PUBLISHED) -> tiktoken.Encoding:
    """Give the named encoding if tiktoken's cache holds it unharmed, else ``ibid_bytes``; look at ``.name``.

    The cache is looked into once in a process, so that counts do not change under way. The encoding has no
    special tokens, because text from documents is never a control token. Raises SettingsError for a name
    that is neither in ``published`` nor ``ibid_bytes``.
    """
    if name == FALLBACK:
        return _fallback()
    if name not in published:
        raise SettingsError(f"there is no encoding {name!r}; use one of {FALLBACK}, {', '.join(published)}")
    folder = _cache_folder()
    return (folder and _load(name, published[name], folder)) or _fallback()


def count_tokens(text: str) -> int:
    """Count the tokens of a text, with special tokens such as ``<|endoftext|>`` as ordinary text."""
    counter = encoding()
    starts = range(0, len(text), PIECE_CHARACTERS)
    return sum(len(counter.encode_ordinary(text[start : start + PIECE_CHARACTERS])) for start in starts)


def parse_ranks(data: bytes) -> dict[bytes, int]:
    r"""Read tiktoken's text format: a line per token, base64 of its bytes, a space, its rank.

    >>> parse_ranks(b"YQ== 0\nYWI= 1\n")
    {b'a': 0, b'ab': 1}
    """
    pairs = (line.split() for line in data.splitlines())
    return {base64.b64decode(token): int(rank) for token, rank in pairs}


def _cache_folder() -> Path | None:
    # The same choice as in tiktoken.load. The variables are tiktoken's own; an empty one means "no cache".
    default = Path(tempfile.gettempdir()) / "data-gym-cache"
    set_by_user = os.environ.get("TIKTOKEN_CACHE_DIR", os.environ.get("DATA_GYM_CACHE_DIR"))
    if set_by_user is None:
        return default
    return Path(set_by_user) if set_by_user else None


@cache
def _load(name: str, published: Published, folder: Path) -> tiktoken.Encoding | None:
    try:
        data = (folder / published.cache_name).read_bytes()
    except OSError:  # a file that may not be read is as good as none
        return None
    if hashlib.sha256(data).hexdigest() != published.sha256:
        return None
    return _encoding(name, published.pattern, data)


@cache
def _fallback() -> tiktoken.Encoding:
    return _encoding(FALLBACK, O200K_PATTERN, FALLBACK_FILE.read_bytes())


def _encoding(name: str, pattern: str, data: bytes) -> tiktoken.Encoding:
    return tiktoken.Encoding(name, pat_str=pattern, mergeable_ranks=parse_ranks(data), special_tokens={})


if __name__ == "__main__":
    # Imported only here, so that counting tokens loads nothing of what training needs.
    from service.train_tokens import main

    main()
