"""Answers as the service tells them, made up: what a page must stand that no real document here brings about."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from playwright.sync_api import Page, Route

QUESTION = "How many tonnes of beef did China buy from Russia in 2021?"
MARS = "What is the population of Mars?"
ANSWER = ".turn:last-child .mode"
"""Stands under an answer that is complete."""


def ask(page: Page, question: str) -> None:
    """Type a question, send it, and wait until it is answered."""
    turns = page.locator(".turn").count()
    page.fill("#question", question)
    page.press("#question", "Enter")
    page.locator(".turn").nth(turns).locator(".mode").wait_for()


def evidence(text: str, *, mark: int | None = None, verified: bool = True, **fields: object) -> dict[str, Any]:
    """A citation of ``text``, or a hit where no ``mark`` is given."""
    shared = {"passage_id": f"p{mark}", "document_id": "made-up", "document_title": "A made-up document"}
    place = {"section": ["1. Section"], "pages": [3, 4], "spans": [[0, 5], [9, 12]], "footnotes": []}
    own = {"kind": "body", "text": text} if mark is None else {"mark": mark, "quote": text, "verified": verified}
    return {**shared, **place, **own, **fields}


def note(text: str, urls: Sequence[str] = ()) -> dict[str, Any]:
    """A footnote of a citation."""
    known = {"key": 7, "number": 7, "label": "7", "found": "printed", "refers_to": None, "spans": [[20, 25]]}
    return {**known, "text": text, "urls": list(urls)}


def answer(text: str, **fields: object) -> dict[str, Any]:
    """A whole answer."""
    plain: dict[str, Any] = {"question": "asked", "mode": "llm", "confidence": 0.6, "notice": None, "read_as": "asked"}
    return {**plain, "answer": text, "citations": [], "hits": [], "sentences": [], "unmet": [], "usage": None, **fields}


def told(*events: tuple[str, dict[str, Any]]) -> str:
    """The stream of these events: (name, data)."""
    return "".join(f"event: {n}\nid: {i}\ndata: {json.dumps(d)}\n\n" for i, (n, d) in enumerate(events, start=1))


def answers(page: Page, *streams: str) -> list[dict[str, Any]]:
    """Have the page's questions answered by these streams, the last one again and again; gives what it asks."""
    asked: list[dict[str, Any]] = []

    def fulfil(route: Route) -> None:
        asked.append(route.request.post_data_json)
        stream = streams[min(len(asked), len(streams)) - 1]
        route.fulfill(status=200, content_type="text/event-stream", body=stream)

    page.route("**/v1/ask", fulfil)
    return asked


def never(page: Page) -> None:
    """Have the page's questions wait for ever."""
    page.route("**/v1/ask", lambda route: None)
