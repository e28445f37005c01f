"""The endpoints under ``/v1`` for documents and for whoever looks after the service."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Path, Query, Request, Response, UploadFile
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import PlainTextResponse
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from index.contract import DocumentInfo
from ingest.errors import SourceError
from service import examples
from service.asker import Asker
from service.describing import problems, shown, streamed
from service.excerpts import passage_with_neighbours, slice_of
from service.library import Library
from service.metrics import Metrics
from service.schemas import (
    AliveOut,
    ContentsOut,
    DocumentOut,
    DocumentsOut,
    FootnotesOut,
    ListedFootnoteOut,
    PassageWithNeighbours,
    ReadyOut,
    TextOut,
)
from service.streaming import EventStream
from service.uploads import steps_of, upload_events


async def _library(request: Request) -> Library:
    library: Library = request.app.state.library
    return library


async def _asker(request: Request) -> Asker:
    asker: Asker = request.app.state.asker
    return asker


def only(kind: str, request: Request) -> None:
    """Refuse a body that is not of the media type ``kind``. Raises HTTPException."""
    given = request.headers.get("content-type", "").partition(";")[0].strip()
    if given.lower() != kind:
        raise HTTPException(415, f"the body is {given or 'of no type'}; send {kind}")


async def json_only(request: Request) -> None:
    """Refuse a body that says it is no JSON. Raises HTTPException."""
    only("application/json", request)


async def form_only(request: Request) -> None:
    """Refuse a body that says it is no form with files, and one with several. Raises HTTPException, SourceError."""
    only("multipart/form-data", request)
    if len(given := (await request.form()).getlist("file")) > 1:
        raise SourceError(f"the form has {len(given)} files, and one is read; send each by itself")


Shelf = Annotated[Library, Depends(_library)]
Answering = Annotated[Asker, Depends(_asker)]
DocumentId = Annotated[str, Path(examples=["valdai-shanghai-2016"])]
documents_api = APIRouter(tags=["documents"])
probes = APIRouter(tags=["probes"])

# Endpoints that compute are plain functions: FastAPI runs them in a thread, where they do not hold up the event loop.
# What they depend on computes nothing, and waits for no thread.


@documents_api.get("/documents", responses={200: shown("All documents.", examples.DOCUMENTS), **problems()})
def list_documents(shelf: Shelf) -> DocumentsOut:
    """List all documents, by id."""
    return DocumentsOut(documents=[DocumentOut.of(info) for info in shelf.index.documents()])


@documents_api.post(
    "/documents",
    status_code=201,
    response_model=DocumentOut,
    dependencies=[Depends(form_only)],
    responses={
        200: {"description": "Events, where the client accepts them.", "content": streamed(examples.UPLOADING)},
        201: shown("It can be found now.", examples.DOCUMENT),
        **problems(400, 403, 413, 415, 422),
    },
)
async def add_document(file: UploadFile, shelf: Shelf, request: Request) -> DocumentOut | Response:
    """Upload a UTF-8 .txt or .md file; one of the same name takes the place of the one before.

    With `Accept: text/event-stream` the events `progress`, and last `document` or `problem`; closing the connection
    stops the work.
    """
    name, data = file.filename or "", await file.read(shelf.settings.max_upload_bytes + 1)
    if "text/event-stream" in request.headers.get("accept", ""):
        return EventStream(steps_of(shelf, name, data), DocumentInfo, upload_events(), shelf.settings.heartbeat_s)
    return DocumentOut.of((await run_in_threadpool(shelf.add, name, data)).info)


@documents_api.get(
    "/documents/{document_id}",
    responses={200: shown("What is known.", examples.DOCUMENT), **problems(404, 422)},
)
def get_document(document_id: DocumentId, shelf: Shelf) -> DocumentOut:
    """Say what is known of a document."""
    return DocumentOut.of(shelf.document(document_id))


@documents_api.delete(
    "/documents/{document_id}",
    status_code=204,
    responses={204: {"description": "It is gone."}, **problems(403, 404, 422)},
)
def delete_document(document_id: DocumentId, shelf: Shelf) -> None:
    """Take a document out of every kind of search at once."""
    shelf.delete(document_id)


@documents_api.get(
    "/documents/{document_id}/text",
    responses={200: shown("The slice.", examples.TEXT), **problems(404, 422)},
)
def get_text(
    document_id: DocumentId,
    shelf: Shelf,
    start: Annotated[int, Query(ge=0, examples=[0])] = 0,
    end: Annotated[int | None, Query(ge=0, examples=[60])] = None,
) -> TextOut:
    """Give the exact source text from ``start`` to ``end`` (code points), to its end where that is left out."""
    return slice_of(shelf, document_id, start, end)


@documents_api.get(
    "/documents/{document_id}/contents",
    responses={200: shown("All of it.", examples.CONTENTS), **problems(404, 422)},
)
def get_contents(document_id: DocumentId, shelf: Shelf) -> ContentsOut:
    """Say what stands where: sections and pages, and the blocks that the text is made of (code points)."""
    return ContentsOut.of(document_id, shelf.blocks(document_id))


@documents_api.get(
    "/documents/{document_id}/footnotes",
    responses={200: shown("All footnotes.", examples.FOOTNOTES), **problems(404, 422)},
)
def list_footnotes(document_id: DocumentId, shelf: Shelf) -> FootnotesOut:
    """List a document's footnotes, by key: how each was found, and what calls it."""
    notes = [ListedFootnoteOut.of_listed(listed) for listed in shelf.footnotes(document_id)]
    return FootnotesOut(document_id=document_id, footnotes=notes)


@documents_api.get(
    "/passages/{passage_id}",
    responses={200: shown("The passage.", examples.PASSAGE_WITH_NEIGHBOURS), **problems(404, 422)},
)
def get_passage(
    passage_id: Annotated[str, Path(examples=[examples.PASSAGE["passage_id"]])], shelf: Shelf
) -> PassageWithNeighbours:
    """Give a passage, and the ids of its neighbours in the document."""
    return passage_with_neighbours(shelf, passage_id)


@probes.get("/healthz", responses={200: shown("It does.", examples.ALIVE)})
async def live() -> AliveOut:
    """Say that the process is alive."""
    return AliveOut(status="alive")


@probes.get("/readyz", responses={200: shown("It can.", examples.READY), **problems()})
def ready(shelf: Shelf) -> ReadyOut:
    """Say that the index can be read, and how much is in it."""
    held = shelf.index.truth
    documents, passages = held.counts()
    return ReadyOut(status="ready", generation=held.generation, documents=documents, passages=passages)


_FIGURES = "# HELP ibid_documents Documents in the index\n# TYPE ibid_documents gauge\nibid_documents 2.0\n"


@probes.get(
    "/metrics",
    response_class=PlainTextResponse,
    responses={200: {"description": "The figures.", "content": {"text/plain": {"example": _FIGURES}}}, **problems()},
)
def measure(request: Request) -> Response:
    """Give figures in the text format of Prometheus: requests, how long they took, what the index holds."""
    metrics: Metrics = request.app.state.metrics
    return Response(generate_latest(metrics.registry), media_type=CONTENT_TYPE_LATEST)
