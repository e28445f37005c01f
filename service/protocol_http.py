"""``/mcp``: the Model Context Protocol over streamable HTTP, each request for itself."""

from __future__ import annotations

from functools import cached_property
from http import HTTPStatus
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any

import anyio
from anyio import to_thread
from starlette.requests import Request
from starlette.types import Message, Receive, Scope, Send

from service.asker import Asker
from service.library import Library
from service.problems import Problem
from service.settings import Settings
from service.streaming import unless_gone

if TYPE_CHECKING:  # half a second to import: a service that nobody asks for the protocol starts without
    from mcp.server.lowlevel.server import Server
    from mcp.server.transport_security import TransportSecuritySettings

MAX_BYTES = 1_000_000
"""Bytes of a message at the most."""

LOCAL = ("127.0.0.1", "localhost", "[::1]")
"""Names under which this machine asks itself."""


class ProtocolEndpoint:
    """An ASGI application. It answers only hosts that it is known by, so that no page of another can ask it.

    A page that a browser got elsewhere can make its host's name mean this machine (DNS rebinding); its requests
    still carry that name.
    """

    def __init__(self, settings: Settings, library: Library, asker: Asker) -> None:
        self._settings = settings
        self._library = library
        self._asker = asker

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        request = Request(scope, receive)
        if request.method != "POST":
            refused = Problem(405, HTTPStatus(405).phrase, "/mcp keeps no sessions and opens no stream; use POST")
            await refused.response(request.url.path, {"Allow": "POST"})(scope, receive, send)
            return
        await to_thread.run_sync(lambda: self._server)
        problem = await self._refusal(request)
        if problem is not None:
            await problem.response(request.url.path)(scope, receive, send)
            return
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

        unread = [{"type": "http.request", "body": body, "more_body": False}]

        async def replay() -> Message:
            if not unread:
                await anyio.sleep_forever()  # who leaves is noticed outside, where all of this is cancelled
            return unread.pop()

        # One for each request: it must be entered and left by one task, and there is no session that it should keep.
        manager = StreamableHTTPSessionManager(self._server, json_response=True, stateless=True)
        async with manager.run():
            await manager.handle_request(scope, replay, send)

    async def _body(self, request: Request) -> bytes | None:
        body = bytearray()
        async for chunk in request.stream():
            body += chunk
            if len(body) > MAX_BYTES:
                return None
        return bytes(body)

    async def _refusal(self, request: Request) -> Problem | None:
        from mcp.server.transport_security import TransportSecurityMiddleware

        refused = await TransportSecurityMiddleware(security(self._settings)).validate_request(request)
        if refused is None:
            return None
        name = "origin" if refused.status_code == HTTPStatus.FORBIDDEN else "host"
        given = request.headers.get(name, "")
        detail = f"/mcp is not asked under the {name} {given!r}; name its host in IBID_ALLOWED_HOSTS if it may be"
        return Problem(refused.status_code, HTTPStatus(refused.status_code).phrase, detail)


def security(settings: Settings) -> TransportSecuritySettings:
    """Under which hosts the protocol may be asked: this machine's, that of the settings, and those it allows."""
    from mcp.server.transport_security import TransportSecuritySettings

    allowed = [host.strip() for host in settings.allowed_hosts.split(",") if host.strip()]
    names = {*LOCAL, *allowed, *([] if _is_any(settings.host) else [_bracketed(settings.host)])}
    hosts = [form for name in sorted(names) for form in (name, f"{name}:*")]
    return TransportSecuritySettings(
        enable_dns_rebinding_protection="*" not in allowed,
        allowed_hosts=hosts,
        allowed_origins=[f"{scheme}://{host}" for host in hosts for scheme in ("http", "https")],
    )


def _is_any(host: str) -> bool:
    try:
        return ip_address(host).is_unspecified
    except ValueError:  # a name
        return False


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host
