"""What every request and response passes: who may ask, a limit on bodies, and headers that keep a browser here."""

from __future__ import annotations

from asyncio import CancelledError
from http import HTTPStatus

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service.headers import headers_for
from service.hosts import Hosts
from service.problems import Problem

STOPPED = Problem(
    503, HTTPStatus(503).phrase, "the service was stopped before it could answer; ask again when it is back"
)


class Guard:
    """ASGI middleware. Refuses who may not ask, and a body that is over ``max_body_bytes``; sets headers."""

    def __init__(self, app: ASGIApp, max_body_bytes: int, hosts: Hosts) -> None:
        self._app = app
        self._hosts = hosts
        self._max = max_body_bytes
        self._advice = f"the request has more than {max_body_bytes} bytes; send less at once"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one connection."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        received = 0

        async def guarded_send(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in headers_for(scope["path"]).items():
                    headers.setdefault(name, value)
            await send(message)

        async def guarded_receive() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > self._max:
                raise HTTPException(413, self._advice)
            return message

        refused = self._refusal(scope)
        if refused is not None:
            await refused.response(scope["path"])(scope, receive, guarded_send)
            return
        await self._until_stopped(scope, guarded_receive, guarded_send)

    async def _until_stopped(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle a request; one that is cancelled, as the server does when it is stopped, is told so."""
        is_begun = False

        async def noting_send(message: Message) -> None:
            nonlocal is_begun
            is_begun = True
            await send(message)

        try:
            await self._app(scope, receive, noting_send)
        except CancelledError:
            if is_begun:
                raise
            await STOPPED.response(scope["path"])(scope, receive, send)

    def _refusal(self, scope: Scope) -> Problem | None:
        headers = Headers(scope=scope)
        length = headers.get("content-length", "0")
        if length.isdecimal() and int(length) > self._max:
            return Problem(413, HTTPStatus(413).phrase, self._advice)
        return self._hosts.refusal(scope["method"], scope["path"], headers)
