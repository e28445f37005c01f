"""What every request and response passes: who may ask, a limit on bodies, and headers that keep a browser here."""

from __future__ import annotations

from http import HTTPStatus

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service.headers import headers_for
from service.hosts import Hosts
from service.problems import Problem


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
        await self._app(scope, guarded_receive, guarded_send)

    def _refusal(self, scope: Scope) -> Problem | None:
        headers = Headers(scope=scope)
        length = headers.get("content-length", "0")
        if length.isdecimal() and int(length) > self._max:
            return Problem(413, HTTPStatus(413).phrase, self._advice)
        return self._hosts.refusal(scope["method"], scope["path"], headers)
