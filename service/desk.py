"""A document to look at, ingested anew: no model is loaded, no index is changed."""

from __future__ import annotations

from pathlib import Path

from index.store import FILE, stored_documents
from ingest.errors import NotFound
from ingest.model import Document, Ingested
from ingest.pipeline import ingest
from ingest.sources import find_sources, read_source
from service.settings import Settings
from service.tokens import FALLBACK, encoding


def understand(document: str, settings: Settings) -> Ingested:
    """Ingest the file at the path ``document``, or the text that the index holds under that id.

    Tokens are counted by the encoding that ships with Ibid, so that a long paragraph may be cut into other
    passages than the index has. Raises NotFound, SourceError.
    """
    coder = encoding(FALLBACK)
    return ingest(_find(document, settings), lambda text: len(coder.encode_ordinary(text)), settings.max_tokens)


def _find(document: str, settings: Settings) -> Document:
    if Path(document).is_file():
        return read_source(find_sources([Path(document)])[0])
    held = {stored.id: stored for _, stored in stored_documents(settings.data_dir / FILE)}
    if document not in held:
        ids = f", or one of {', '.join(held)}" if held else ""
        raise NotFound(f"there is neither a file nor an ingested document {document!r}; give a path{ids}")
    return held[document]
