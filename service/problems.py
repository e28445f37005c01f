"""Errors to problem+json (RFC 9457): translated once, here, and saying what to do next."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException
from starlette.routing import Match

from ingest.errors import IbidError
from service.headers import headers_for

MEDIA_TYPE = "application/problem+json"
OPENAI_PATHS = ("/v1/chat", "/v1/models")
"""Where clients of OpenAI's API ask: a problem there also has the member ``error`` that they look for."""

METHODS = ("DELETE", "GET", "HEAD", "PATCH", "POST", "PUT")
_log = logging.getLogger("ibid")


@dataclass(frozen=True, slots=True)
class Problem:
    """What went wrong: an HTTP status, its short name, and a sentence that ends with what to do."""

    status: int
    title: str
    detail: str

    def body(self, path: str = "") -> dict[str, object]:
        """As it is told to who asked for ``path``."""
        said = {"type": "about:blank", "title": self.title, "status": self.status, "detail": self.detail}
        if not path.startswith(OPENAI_PATHS):
            return said
        kind = "invalid_request_error" if self.status < HTTPStatus.INTERNAL_SERVER_ERROR else "server_error"
        return {**said, "error": {"message": self.detail, "type": kind, "param": None, "code": None}}

    def response(self, path: str, headers: Mapping[str, str] | None = None) -> JSONResponse:
        """As a response to a request for ``path``."""
        return JSONResponse(self.body(path), status_code=self.status, media_type=MEDIA_TYPE, headers=headers)


def problem_of(error: Exception, what: str) -> Problem:
    """What may be told of an error that ended ``what``; one that nobody has foreseen goes to the log."""
    if isinstance(error, IbidError):
        return Problem(error.status, error.title, str(error))
    # What went wrong is for the log: a message may hold paths and text that are nobody else's business.
    _log.error("%s failed", what, exc_info=error)
    return Problem(500, "Internal error", "Ibid failed on this request; its log says why. Try again, or report it")


def install_problems(app: FastAPI) -> None:
    """Answer every error of ``app`` with a problem."""
    app.add_exception_handler(IbidError, _ibid)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(Exception, _unforeseen)


async def _ibid(request: Request, error: Exception) -> JSONResponse:
    return problem_of(error, request.url.path).response(request.url.path)


async def _invalid(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)  # noqa: S101 (registered for nothing else)
    first = error.errors()[0]
    if first["type"] == "json_invalid":
        wrong = f"the request body is no JSON ({first['ctx']['error']}, at character {first['loc'][-1]})"
    else:
        place = ".".join(str(part) for part in first["loc"] if part != "body") or "the request body"
        wrong = f"{place}: {plainly(first['msg'])}"
    told = Problem(422, "The request cannot be used", f"{wrong}; correct it, /docs says what can be sent")
    return told.response(request.url.path)


def plainly(message: str) -> str:
    """What pydantic says of a value, as part of a sentence.

    >>> plainly("Value error, the first page is behind the last"), plainly("Input should be a valid integer")
    ('the first page is behind the last', 'input should be a valid integer')
    """
    message = message.removeprefix("Value error, ")
    if "UploadFile" in message:
        return "it is no file with a name"
    return message[:1].lower() + message[1:]


async def _http(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)  # noqa: S101 (registered for nothing else)
    wrong = _unreadable(error.__cause__) or error.detail.rstrip(".")
    detail = f"{request.method} {request.url.path}: {wrong}; see /docs"
    told = Problem(error.status_code, HTTPStatus(error.status_code).phrase, detail)
    headers = dict(error.headers or {})
    if "Allow" in headers:
        headers["Allow"] = ", ".join(_allowed(request))
    return told.response(request.url.path, headers)


def _unreadable(cause: BaseException | None) -> str:
    """Why a body could not be taken for JSON at all; empty where that is not the matter."""
    match cause:
        case UnicodeDecodeError():
            return f"the request body is no UTF-8 text (byte {cause.start}); send JSON in UTF-8, not compressed"
        case RecursionError():
            return "the request body has too many brackets within brackets; send fewer"
        case ValueError():
            return "the request body holds a number of too many digits; send a shorter one"
    return ""


def _allowed(request: Request) -> list[str]:
    """The methods of a path: what is raised for a wrong one names only those of the first route it could be."""
    routes = request.app.router.routes
    scopes = {method: {**request.scope, "method": method} for method in METHODS}
    return [m for m, scope in scopes.items() if any(route.matches(scope)[0] is Match.FULL for route in routes)]


async def _unforeseen(request: Request, error: Exception) -> JSONResponse:
    path = request.url.path
    # This answer is made outside all middleware, so it brings its headers along.
    return problem_of(error, f"{request.method} {path}").response(path, headers_for(path))
