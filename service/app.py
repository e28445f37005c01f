"""The HTTP service: endpoints parse, make one call, map out."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Depends, FastAPI, Query, Request, UploadFile
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import FileResponse
from fastapi.staticfiles import StaticFiles
from fastapi_offline import FastAPIOffline

from ingest.errors import QueryError
from service.asker import Asker
from service.guard import Guard
from service.library import Library
from service.problems import install_problems
from service.schemas import (
    AnswerOut,
    AskIn,
    DocumentOut,
    DocumentsOut,
    FootnotesOut,
    HitOut,
    ListedFootnoteOut,
    PassageOut,
    PassageWithNeighbours,
    ProblemOut,
    ReadyOut,
    SearchIn,
    SearchOut,
    TextOut,
)
from service.settings import Settings
from service.writer import writer_of

WEB = Path(__file__).parent / "web"
MULTIPART_BYTES = 64_000
"""What the wrapping of an upload may add to it."""

_PROBLEMS: dict[int | str, dict[str, object]] = {
    status: {"model": ProblemOut, "content": {"application/problem+json": {}}} for status in (404, 422, 503)
}


def create_app(settings: Settings, library: Library | None = None) -> FastAPI:
    """Make the service. ``library`` may be given ready-made; otherwise it is opened from ``settings``.

    The model and the index are loaded when the service starts, before its first request. Raises IbidError
    where the index cannot be used.
    """
    shelf = library or Library(settings)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        await run_in_threadpool(shelf.warm_up)
        yield

    # Its /docs page comes from this host: the plain one asks a content delivery network.
    app = FastAPIOffline(
        title="Ibid",
        summary="Answers questions over footnoted documents, and proves every answer.",
        version="0.1.0",
        lifespan=lifespan,
    )
    app.state.library = shelf
    app.state.asker = Asker(shelf, writer_of(shelf))
    install_problems(app)
    app.add_middleware(Guard, max_body_bytes=settings.max_upload_bytes + MULTIPART_BYTES)
    app.include_router(_api, prefix="/v1", responses=_PROBLEMS)
    app.include_router(_probes)
    app.mount("/web", StaticFiles(directory=WEB), name="web")
    return app


def _library(request: Request) -> Library:
    library: Library = request.app.state.library
    return library


def _asker(request: Request) -> Asker:
    asker: Asker = request.app.state.asker
    return asker


Shelf = Annotated[Library, Depends(_library)]
Answering = Annotated[Asker, Depends(_asker)]
_api = APIRouter()
_probes = APIRouter()

# Endpoints that compute are plain functions: FastAPI runs them in a thread, where they do not hold up the event loop.


@_api.post("/search")
def search(body: SearchIn, shelf: Shelf) -> SearchOut:
    """Find passages: the best ``k``, best first."""
    filters = body.filters.to_filters() if body.filters else None
    return SearchOut(hits=[HitOut.of(hit) for hit in shelf.search(body.query, body.k, filters)])


@_api.post("/ask")
async def ask(body: AskIn, asker: Answering) -> AnswerOut:
    """Answer a question with citations, in verbatim sentences or by a language model, or say that nothing answers."""
    return AnswerOut.of(await asker.answer(body.to_asking()))


@_api.get("/documents")
def documents(shelf: Shelf) -> DocumentsOut:
    """List all documents, by id."""
    return DocumentsOut(documents=[DocumentOut.of(info) for info in shelf.index.documents()])


@_api.post("/documents", status_code=201)
def add_document(file: UploadFile, shelf: Shelf) -> DocumentOut:
    """Upload a UTF-8 .txt or .md file; one of the same name takes the place of the one before."""
    data = file.file.read(shelf.settings.max_upload_bytes + 1)
    return DocumentOut.of(shelf.add(file.filename or "", data).info)


@_api.get("/documents/{document_id}")
def document(document_id: str, shelf: Shelf) -> DocumentOut:
    """Say what is known of a document."""
    return DocumentOut.of(shelf.document(document_id))


@_api.delete("/documents/{document_id}", status_code=204)
def delete_document(document_id: str, shelf: Shelf) -> None:
    """Take a document out of every kind of search at once."""
    shelf.delete(document_id)


@_api.get("/documents/{document_id}/text")
def text(
    document_id: str,
    shelf: Shelf,
    start: Annotated[int, Query(ge=0)] = 0,
    end: Annotated[int | None, Query(ge=0)] = None,
) -> TextOut:
    """Give the exact source text from ``start`` to ``end`` (code points), to its end where that is left out."""
    whole = shelf.index.text(document_id)
    stop = len(whole) if end is None else min(end, len(whole))
    if start > stop:
        raise QueryError(f"start {start} is behind end {stop}; the text has {len(whole)} characters, give a part of it")
    return TextOut(document_id=document_id, start=start, end=stop, length=len(whole), text=whole[start:stop])


@_api.get("/documents/{document_id}/footnotes")
def footnotes(document_id: str, shelf: Shelf) -> FootnotesOut:
    """List a document's footnotes, by key: how each was found, and what calls it."""
    notes = [ListedFootnoteOut.of_listed(listed) for listed in shelf.footnotes(document_id)]
    return FootnotesOut(document_id=document_id, footnotes=notes)


@_api.get("/passages/{passage_id}")
def passage(passage_id: str, shelf: Shelf) -> PassageWithNeighbours:
    """Give a passage, and the ids of its neighbours in the document."""
    found = shelf.passage(passage_id)
    title = shelf.document(found.document_id).title
    notes = tuple(shelf.index.footnotes(found.document_id, found.footnotes))
    previous, following = shelf.index.neighbours(found)
    shown = PassageOut.model_validate(PassageOut.fields_of(found, title, notes))
    return PassageWithNeighbours(passage=shown, previous=previous, next=following)


@_probes.get("/healthz")
async def healthz() -> dict[str, str]:
    """Say that the process is alive."""
    return {"status": "alive"}


@_probes.get("/readyz", responses=_PROBLEMS)
def readyz(shelf: Shelf) -> ReadyOut:
    """Say that the index can be read, and how much is in it."""
    held = shelf.index.truth
    documents, passages = held.counts()
    return ReadyOut(status="ready", generation=held.generation, documents=documents, passages=passages)


@_probes.get("/", include_in_schema=False)
async def page() -> FileResponse:
    """Show the chat page."""
    return FileResponse(WEB / "index.html")
