"""``/mcp``: the Model Context Protocol over streamable HTTP, each request for itself."""

from __future__ import annotations

from functools import cached_property
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import anyio
from anyio import to_thread
from starlette.requests import Request
from starlette.types import Message, Receive, Scope, Send

from service.asker import Asker
from service.library import Library
from service.problems import Problem
from service.rest import only
from service.streaming import unless_gone

if TYPE_CHECKING:  # half a second to import: a service that nobody asks for the protocol starts without
    from mcp.server.lowlevel.server import Server

MAX_BYTES = 1_000_000
"""Bytes of a message at the most."""


class ProtocolEndpoint:
    """An ASGI application; ``service.hosts`` says who may ask it."""

    def __init__(self, library: Library, asker: Asker) -> None:
        self._library = library
        self._asker = asker

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request. Raises HTTPException for one that says it is no JSON."""
        request = Request(scope, receive)
        if request.method != "POST":
            refused = Problem(405, HTTPStatus(405).phrase, "/mcp keeps no sessions and opens no stream; use POST")
            await refused.response(request.url.path, {"Allow": "POST"})(scope, receive, send)
            return
        only("application/json", request)
        body = await self._body(request)
        if body is None:
            large = Problem(413, HTTPStatus(413).phrase, f"a message has at most {MAX_BYTES} bytes; send less at once")
            await large.response(request.url.path)(scope, receive, send)
            return
        await unless_gone(receive, lambda: self._answer(body, scope, send))

    @cached_property
    def _server(self) -> Server[Any]:
        from service.protocol import Protocol

        return Protocol(self._library, self._asker).server()

    async def _answer(self, body: bytes, scope: Scope, send: Send) -> None:
        from mcp.server.streamable_http_manager import StreamableHTTPSessionManager

        server = await to_thread.run_sync(lambda: self._server)
        unread = [{"type": "http.request", "body": body, "more_body": False}]

        async def replay() -> Message:
            if not unread:
                await anyio.sleep_forever()  # who leaves is noticed outside, where all of this is cancelled
            return unread.pop()

        # One for each request: it must be entered and left by one task, and there is no session that it should keep.
        manager = StreamableHTTPSessionManager(server, json_response=True, stateless=True)
        async with manager.run():
            await manager.handle_request(scope, replay, send)

    async def _body(self, request: Request) -> bytes | None:
        body = bytearray()
        async for chunk in request.stream():
            body += chunk
            if len(body) > MAX_BYTES:
                return None
        return bytes(body)
