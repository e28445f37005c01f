"""How the API describes itself: statuses and their problems, and a schema that all of them share."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from fastapi.routing import APIRoute

from service.problems import MEDIA_TYPE, OPENAI_PATHS, Problem
from service.schemas import OpenAIProblemOut, ProblemOut

TAGS = [
    {"name": "questions", "description": "Search, and answers with citations."},
    {"name": "documents", "description": "Documents, their exact text, footnotes and passages."},
    {"name": "openai", "description": "The same answers, as clients of OpenAI's API expect them."},
    {"name": "probes", "description": "Whether the service lives and can answer."},
]

DESCRIPTION = """\
Every error is a problem (RFC 9457) with one sentence that says what is wrong and what to do next.
The Model Context Protocol is spoken at `/mcp` (streamable HTTP)."""

_PROBLEMS = {
    400: (
        "The body cannot be read at all.",
        "POST /v1/search: the request body is no UTF-8 text (byte 10); send JSON in UTF-8, not compressed; see /docs",
    ),
    403: (
        "A page of another host sent this.",
        "/v1/search is not asked under the origin 'http://other.example'; "
        "name its host in IBID_ALLOWED_HOSTS if it may be",
    ),
    404: ("There is no such document, section or passage.", "there is no document 'x'; GET /v1/documents lists them"),
    413: ("The body is too large.", "the request has more than 64064000 bytes; send less at once"),
    415: ("The body is not of the kind that is read.", "the body is text/plain; send application/json"),
    421: (
        "The service is not known by the host that was asked.",
        "/v1/search is not asked under the host 'other.example'; name its host in IBID_ALLOWED_HOSTS if it may be",
    ),
    422: (
        "What is sent can be read and not used.",
        "k: input should be less than or equal to 100; correct it, /docs says what can be sent",
    ),
    500: (
        "Nobody has foreseen this.",
        "Ibid failed on this request; its log says why. Try again, or report it",
    ),
    503: (
        "The index, the embedding model or the language model cannot be used now.",
        "no language model is set; set IBID_LLM_BASE_URL and IBID_LLM_MODEL, or ask with mode extractive",
    ),
}

Responses = dict[int | str, dict[str, Any]]


EVENT = {
    "type": "object",
    "properties": {"event": {"type": "string"}, "data": {"type": "string"}, "id": {"type": "string"}},
    "required": ["data"],
}


def problems(*statuses: int, path: str = "") -> Responses:
    """The responses of an operation at ``path`` that are problems, 421, 500 and 503 among them."""
    model = OpenAIProblemOut if path.startswith(OPENAI_PATHS) else ProblemOut
    described: Responses = {}
    for status in sorted({*statuses, 421, 500, 503}):
        description, detail = _PROBLEMS[status]
        example = Problem(status, HTTPStatus(status).phrase, detail).body(path)
        content = {"schema": {"$ref": f"#/components/schemas/{model.__name__}"}, "example": example}
        described[status] = {"description": description, "content": {MEDIA_TYPE: content}}
    return described


def shown(description: str, example: Mapping[str, Any], **other: Mapping[str, Any]) -> dict[str, Any]:
    """What an operation gives when all goes well, with an example; ``other`` are further media types."""
    return {"description": description, "content": {"application/json": {"example": example}, **other}}


def streamed(example: str) -> dict[str, Any]:
    """Server-sent events, as a further media type."""
    return {"text/event-stream": {"itemSchema": EVENT, "example": example}}


def named(route: APIRoute) -> str:
    """An operation's id: the name of its function."""
    return route.name


def complete(described: dict[str, Any]) -> dict[str, Any]:
    """A description, with the schemas that its problems refer to."""
    schemas = described["components"]["schemas"]
    if ProblemOut.__name__ in schemas:  # it has been completed before
        return described
    for model in (ProblemOut, OpenAIProblemOut):
        told = model.model_json_schema(ref_template="#/components/schemas/{model}")
        schemas.update(told.pop("$defs", {}))
        schemas[model.__name__] = told
    return described
