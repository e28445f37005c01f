"""Files to Documents: decoding, hashes, and the manifest that says what a text should be."""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from ingest.errors import SourceError
from ingest.model import Document

MANIFEST = "corpus.toml"
MEDIA_TYPES = {".txt": "text/plain", ".md": "text/markdown"}
NOT_TEXTS = frozenset({"readme.md"})
"""Names, in lower case, that describe a folder and are not read as one of its sources."""

MAX_TITLE = 200
"""Characters of a title that is made of a text."""

_FRONT_MATTER = re.compile(r"\ufeff?---[ \t]*\r?\n(?P<matter>(?:[^\n]*\n){1,100}?)---[ \t]*(?:\r?\n|\Z)")
_NAMED = re.compile(r"^title[ \t]*:[ \t]*(?P<quote>[\"']?)(?P<title>[^\n]*\w[^\n]*?)(?P=quote)[ \t]*\r?$", re.MULTILINE)
_LISTS = ("authors", "questions")
_KEYS = frozenset(("id", "file", "title", "sha256", "publisher", "date", "language", "rights", *_LISTS))


@dataclass(frozen=True, slots=True)
class Source:
    """A file to ingest and what is known of it. ``sha256`` is empty where no manifest names one.

    ``questions`` are some that it answers, as examples for who does not know it.
    """

    path: Path
    id: str
    title: str = ""
    sha256: str = ""
    authors: tuple[str, ...] = ()
    publisher: str = ""
    date: str = ""
    language: str = ""
    rights: str = ""
    questions: tuple[str, ...] = ()


def find_sources(paths: Iterable[Path]) -> tuple[Source, ...]:
    """List the sources at ``paths``, in the order given, folders by name; each file once.

    A folder stands for the files its manifest names, or, without one, for its ``.txt`` and ``.md`` files.
    Raises SourceError where nothing can be found, a manifest is wrong, or two files share an id.
    """
    found: dict[str, Source] = {}
    for source in (source for path in paths for source in _sources_at(path)):
        other = found.setdefault(source.id, source)
        if other.path.resolve() != source.path.resolve():
            raise SourceError(
                f"{other.path} and {source.path} would both be document {source.id!r}; rename one of them"
            )
    return tuple(found.values())


def read_source(source: Source) -> Document:
    """Read and decode one source. Raises SourceError if it is no UTF-8 text or not the text it should be."""
    try:
        data = source.path.read_bytes()
    except OSError as error:
        raise SourceError(f"{source.path} cannot be read ({error.strerror}); check the path") from error
    return decode(data, source)


def decode(data: bytes, source: Source) -> Document:
    """Make a Document of bytes. The text keeps every character, line ends included.

    Raises SourceError if the bytes are empty, are not UTF-8, or do not have the hash the manifest names.
    """
    name = source.path.name
    digest = hashlib.sha256(data).hexdigest()
    if source.sha256 and digest != source.sha256:
        raise SourceError(
            f"{name} is not the text its manifest names (sha-256 {digest[:12]}…, not {source.sha256[:12]}…); "
            f"restore the file, or put its new hash into {MANIFEST}"
        )
    if not data.strip():
        raise SourceError(f"{name} is empty; give a file with text in it")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise SourceError(
            f"{name} is not UTF-8 text (byte {error.start}); save it as UTF-8 plain text and try again"
        ) from error
    if "\x00" in text:
        raise SourceError(f"{name} holds NUL characters, so it is no plain text; save it as UTF-8 plain text")
    media_type = MEDIA_TYPES.get(source.path.suffix.lower(), "text/plain")
    return Document(source.id, source.title or _title_of(text), media_type, digest, text)


def document_id(name: str) -> str:
    """Derive a document id from a file name: letters, digits and hyphens, in lower case.

    >>> document_id("My Report (final).txt")
    'my-report-final'
    """
    return _slug(Path(name).stem)


def read_manifest(manifest: Path) -> tuple[Source, ...]:
    """Read a ``corpus.toml``: one ``[[document]]`` table a text.

    Raises SourceError if it is not well formed or names no document.
    """
    try:
        tables = tomllib.loads(manifest.read_text(encoding="utf-8")).get("document", [])
        if not isinstance(tables, list) or not tables:
            raise TypeError("no [[document]] in it")
        return tuple(_source_of(table, manifest.parent) for table in tables)
    except OSError as error:
        raise SourceError(f"{manifest} cannot be read ({error.strerror}); check the file") from error
    except KeyError as error:
        raise _malformed(manifest, f"a document has no {error}") from error
    except (ValueError, TypeError) as error:  # not TOML and not UTF-8 are ValueErrors
        raise _malformed(manifest, str(error)) from error


def _malformed(manifest: Path, why: str) -> SourceError:
    return SourceError(
        f"{manifest} is not a well-formed manifest ({why}); each [[document]] needs id, file, title, sha256"
    )


def _source_of(table: object, folder: Path) -> Source:
    if not isinstance(table, dict):
        raise TypeError("a document is no table")
    if unknown := sorted(set(table) - _KEYS):
        raise TypeError(f"unknown key {unknown[0]!r}")
    lists = {key: table.get(key, []) for key in _LISTS}
    if wrong := [key for key, value in lists.items() if not isinstance(value, list)]:
        raise TypeError(f"{wrong[0]} must be a list")
    text = {key: str(table.get(key, "")) for key in ("publisher", "date", "language", "rights")}
    return Source(
        path=folder / str(table["file"]),
        id=_slug(str(table["id"])),
        title=str(table["title"]),
        sha256=str(table["sha256"]).lower(),
        authors=tuple(map(str, lists["authors"])),
        questions=tuple(map(str, lists["questions"])),
        **text,
    )


def _sources_at(path: Path) -> Iterator[Source]:
    if not path.exists():
        raise SourceError(f"{path} does not exist; check the path")
    if not path.is_dir():
        yield _plain_source(path)
        return
    manifest = path / MANIFEST
    if manifest.exists():
        yield from read_manifest(manifest)
        return
    files = [p for p in sorted(path.iterdir()) if _is_text(p)]
    if not files:
        raise SourceError(f"the folder {path} holds no .txt or .md file; give a folder or file with text")
    yield from map(_plain_source, files)


def _plain_source(path: Path) -> Source:
    """Make the Source of a single file, of what the manifest beside it says of it if there is one."""
    manifest = path.parent / MANIFEST
    if manifest.exists():
        for source in read_manifest(manifest):
            if source.path.name == path.name:
                return source
    if path.suffix.lower() not in MEDIA_TYPES:
        kinds = ", ".join(sorted(MEDIA_TYPES))
        raise SourceError(f"{path.name} is not a kind of file that can be read; give one of: {kinds}")
    return Source(path, document_id(path.name))


def _slug(name: str) -> str:
    slug = re.sub(r"[\W_]+", "-", name.casefold())[:80].strip("-")
    if not slug:
        raise SourceError(f"no document id can be made of the name {name!r}; rename the file")
    return slug


def _is_text(path: Path) -> bool:
    return path.is_file() and path.suffix.lower() in MEDIA_TYPES and path.name.lower() not in NOT_TEXTS


def _title_of(text: str) -> str:
    """Make a title for a text that nobody has named: the one of its front matter, or its first line with a letter."""
    front = _FRONT_MATTER.match(text)
    if front and (named := _NAMED.search(front["matter"])):
        return _shortened(named["title"].strip())
    for line in text[front.end() if front else 0 :].splitlines():
        words = line.lstrip("\ufeff#").strip()
        if any(map(str.isalpha, words)):
            return _shortened(words)
    return "Untitled"


def _shortened(words: str) -> str:
    """Cut a title that is too long, behind a word."""
    return words if len(words) <= MAX_TITLE else words[:MAX_TITLE].rsplit(None, 1)[0] + "…"
