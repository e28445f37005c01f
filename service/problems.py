"""Errors to problem+json (RFC 9457): translated once, here, and saying what to do next."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from http import HTTPStatus

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from ingest.errors import IbidError
from service.headers import headers_for

MEDIA_TYPE = "application/problem+json"
_log = logging.getLogger("ibid")


def problem(status: int, title: str, detail: str, headers: Mapping[str, str] | None = None) -> JSONResponse:
    """One problem as a response."""
    body = {"type": "about:blank", "title": title, "status": status, "detail": detail}
    return JSONResponse(body, status_code=status, media_type=MEDIA_TYPE, headers=headers)


def install_problems(app: FastAPI) -> None:
    """Answer every error of ``app`` with a problem."""
    app.add_exception_handler(IbidError, _ibid)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(Exception, _unforeseen)


async def _ibid(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, IbidError)  # noqa: S101 (registered for nothing else)
    return problem(error.status, error.title, str(error))


async def _invalid(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)  # noqa: S101 (registered for nothing else)
    first = error.errors()[0]
    if first["type"] == "json_invalid":
        wrong = f"the request body is no JSON ({first['ctx']['error']}, at character {first['loc'][-1]})"
    else:
        place = ".".join(str(part) for part in first["loc"] if part != "body") or "the request body"
        wrong = f"{place}: {first['msg'].lower()}"
    return problem(422, "The request cannot be used", f"{wrong}; correct it, /docs says what can be sent")


async def _http(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)  # noqa: S101 (registered for nothing else)
    detail = f"{request.method} {request.url.path}: {error.detail}; see /docs"
    return problem(error.status_code, HTTPStatus(error.status_code).phrase, detail, error.headers)


async def _unforeseen(request: Request, error: Exception) -> JSONResponse:
    # What went wrong is for the log: a message may hold paths and text that are nobody else's business.
    _log.error("%s %s failed", request.method, request.url.path, exc_info=error)
    detail = "Ibid failed on this request; its log says why. Try again, or report it"
    # This answer is made outside all middleware, so it brings its headers along.
    return problem(500, "Internal error", detail, headers_for(request.url.path))
