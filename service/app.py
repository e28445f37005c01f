"""The HTTP service, put together: REST, OpenAI's API, MCP and the chat page over one library."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import HTMLResponse
from fastapi.staticfiles import StaticFiles
from fastapi_offline import FastAPIOffline
from starlette.routing import Route

from service.asker import Asker
from service.chat import chat_api
from service.describing import DESCRIPTION, TAGS, complete, named
from service.first_page import ASKING, READING, SHELF, STARTING, WEB, FirstPage
from service.guard import Guard
from service.heads import Heads
from service.hosts import Hosts
from service.library import Library
from service.metrics import Meter, Metrics
from service.problems import install_problems
from service.protocol_http import ProtocolEndpoint
from service.questions import questions_api
from service.rest import documents_api, probes
from service.settings import Settings
from service.writer import writer_of

MULTIPART_BYTES = 64_000
"""What the wrapping of an upload may add to it."""


def create_app(settings: Settings, library: Library | None = None, asker: Asker | None = None) -> FastAPI:
    """Make the service. ``library`` and ``asker`` may be given ready-made; otherwise they follow from ``settings``.

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
        description=DESCRIPTION,
        version="0.1.0",
        openapi_tags=TAGS,
        generate_unique_id_function=named,
        lifespan=lifespan,
    )
    app.state.settings = settings
    app.state.library = shelf
    app.state.asker = asker or Asker(shelf, writer_of(shelf))
    app.state.started = int(time.time())
    app.state.metrics = Metrics(shelf)
    install_problems(app)
    app.add_middleware(Guard, max_body_bytes=settings.max_upload_bytes + MULTIPART_BYTES, hosts=Hosts(settings))
    app.add_middleware(Meter, metrics=app.state.metrics)
    app.add_middleware(Heads)
    for router in (questions_api, documents_api, chat_api):
        app.include_router(router, prefix="/v1")
    app.include_router(probes)
    app.router.routes.append(Route("/mcp", ProtocolEndpoint(shelf, app.state.asker)))
    page = FirstPage(app.state.asker.writes)

    async def show(request: Request) -> HTMLResponse:
        return HTMLResponse(page.of(ASKING if "q" in request.query_params else STARTING))

    async def show_shelf() -> HTMLResponse:
        return HTMLResponse(page.of(SHELF))

    async def show_document() -> HTMLResponse:
        return HTMLResponse(page.of(READING))

    # The page itself looks at its address.
    for path, shown in (("/", show), ("/documents", show_shelf), ("/documents/{document_id}", show_document)):
        app.add_api_route(path, shown, include_in_schema=False)
    app.mount("/web", StaticFiles(directory=WEB), name="web")
    plain = app.openapi
    app.openapi = lambda: complete(plain())  # type: ignore[method-assign]  # the way that FastAPI documents
    return app
