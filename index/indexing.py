"""One document into an index: cut, embed what is not embedded yet, store in one step."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from index.codec import pack
from index.contract import DocumentInfo, Entry
from index.embedded import EmbeddedIndex
from index.embedder import Embedded, Embedder, IndexText, index_text, token_counter
from index.pruning import kept_tokens
from ingest.errors import SourceError
from ingest.model import Document, Ingested
from ingest.pipeline import ingest
from ingest.sources import Source

CHUNK = 512
"""Texts embedded at once: their unpacked token vectors take about 200 kB each."""

Report = Callable[[str, int, int], None]
"""Told of progress: document id, passages done, passages in all."""


@dataclass(frozen=True, slots=True)
class Indexed:
    """What came of one document, and how many of its passages had to be embedded."""

    info: DocumentInfo
    embedded: int
    changed: bool


def index_document(
    index: EmbeddedIndex,
    embedder: Embedder,
    document: Document,
    source: Source,
    max_tokens: int,
    report: Report | None = None,
) -> Indexed:
    """Put ``document`` into ``index``; one that is there already as it is stays as it is.

    Texts whose vectors are stored are not embedded again.
    """
    known = index.store.info(document.id)
    if (
        known is not None
        and known == _info(document, source, known.passages, known.footnotes)
        and document.text == index.store.text(document.id)  # else it was damaged since
    ):
        return Indexed(known, 0, changed=False)
    ingested = ingest(document, token_counter(embedder), max_tokens)
    if not ingested.passages:
        raise SourceError(f"{document.id} holds nothing that can be read; give a file with text in it")
    info = _info(document, source, len(ingested.passages), len(ingested.footnotes))
    return Indexed(info, _store(index, embedder, ingested, info, report), changed=True)


def repair_document(index: EmbeddedIndex, embedder: Embedder, document_id: str, max_tokens: int) -> int:
    """Make a document's passages, footnotes and vectors anew from its stored text; gives how many there are.

    Raises NotFound.
    """
    truth = index.store.snapshot()
    info = truth.document(document_id)
    document = Document(info.id, info.title, info.media_type, info.sha256, truth.text(document_id))
    ingested = ingest(document, token_counter(embedder), max_tokens)
    info = replace(info, passages=len(ingested.passages), footnotes=len(ingested.footnotes))
    texts = [index_text(info.title, passage, embedder) for passage in ingested.passages]
    entries: list[Entry] = []
    for start in range(0, len(texts), CHUNK):
        chunk = texts[start : start + CHUNK]
        embedded = embedder.embed([text.text for text in chunk])
        entries += [_entry(text, one, embedder) for text, one in zip(chunk, embedded, strict=True)]
    index.store.put(ingested, info, entries, afresh=True)
    return len(entries)


def _store(
    index: EmbeddedIndex,
    embedder: Embedder,
    ingested: Ingested,
    info: DocumentInfo,
    report: Report | None,
) -> int:
    texts = [index_text(info.title, passage, embedder) for passage in ingested.passages]
    known = index.store.known([text.text for text in texts])
    missing = list({text.text: text for text in texts if text.text not in known}.values())
    done = len(texts) - len(missing)

    def tell(more: int) -> None:
        nonlocal done
        done += more
        if report is not None:
            report(info.id, done, len(texts))

    tell(0)
    for start in range(0, len(missing), CHUNK):
        chunk = missing[start : start + CHUNK]
        for text, embedded in zip(chunk, embedder.embed([text.text for text in chunk], tell), strict=True):
            known[text.text] = _entry(text, embedded, embedder)
        if start + CHUNK < len(missing):  # a long document's vectors are not lost if it is cut off
            index.store.keep([known[text.text] for text in chunk])
    index.upsert(ingested, info, [known[text.text] for text in texts])
    return len(missing)


def _entry(text: IndexText, embedded: Embedded, embedder: Embedder) -> Entry:
    """What is indexed of a text, with those token vectors that are worth keeping."""
    places = [start for start, _ in embedder.token_offsets(text.text)[: len(embedded.tokens)]]
    return Entry(text.text, embedded.vector, pack(kept_tokens(text, places, embedded.tokens)))


def _info(document: Document, source: Source, passages: int, footnotes: int) -> DocumentInfo:
    return DocumentInfo(
        id=document.id,
        title=document.title,
        media_type=document.media_type,
        sha256=document.sha256,
        characters=len(document.text),
        passages=passages,
        footnotes=footnotes,
        authors=source.authors,
        publisher=source.publisher,
        date=source.date,
        questions=source.questions,
    )
