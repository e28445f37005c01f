"""A running service as a System, asked by its REST API alone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar
from urllib.parse import quote

import httpx2
from pydantic import BaseModel, ValidationError

from eval.system import Quote, Reply, ShownPassage
from ingest.errors import IbidError, NotFound
from ingest.model import Span
from service.asking import Way
from service.schemas import AnswerOut, CitationOut, DocumentsOut, HitOut, Range, TextOut
from service.settings import is_plain_address

TIMEOUT_S = 60
"""Seconds that one request may take."""

Out = TypeVar("Out", bound=BaseModel)


class ServiceError(IbidError):
    """The service that is evaluated cannot be reached, refuses, or is not Ibid's."""

    status = 502
    title = "The service cannot be evaluated"


class RemoteSystem:
    """The service at ``url``. Safe from several threads; ``close`` when done. Raises ServiceError for no address."""

    def __init__(self, url: str) -> None:
        self._url = url.rstrip("/")
        if not is_plain_address(url):
            raise ServiceError(f"{url!r} is no plain http or https address; give one like http://127.0.0.1:8000")
        self._client = httpx2.Client(base_url=self._url, timeout=TIMEOUT_S)
        self._texts: dict[str, str] = {}

    def close(self) -> None:
        """Close all connections."""
        self._client.close()

    def ask(self, question: str, k: int) -> Reply:
        """Answer by quoting. Raises ServiceError."""
        body = {"question": question, "k": k, "mode": Way.EXTRACTIVE.value}
        told = self._call(AnswerOut, "POST", "/v1/ask", json=body)
        try:
            return _reply(told)
        except ValueError as error:  # a span that is none
            raise self._stranger("/v1/ask", str(error)) from error

    def text(self, document_id: str) -> str:
        """The whole text of a document, which is fetched once. Raises ServiceError, NotFound."""
        if document_id not in self._texts:
            path = f"/v1/documents/{quote(document_id, safe='')}/text"
            try:
                self._texts[document_id] = self._call(TextOut, "GET", path).text
            except NotFound as error:
                raise NotFound(
                    f"the service at {self._url} has no document {document_id!r}, where a question has its evidence; "
                    "put it in there, or give other questions: --questions"
                ) from error
        return self._texts[document_id]

    def documents(self) -> dict[str, str]:
        """The sha-256 of each document's file. Raises ServiceError."""
        told = self._call(DocumentsOut, "GET", "/v1/documents").documents
        return {info.id: info.sha256 for info in sorted(told, key=lambda info: info.id)}

    def setup(self) -> None:
        """Nothing: the REST API tells neither model nor settings."""

    def _call(self, form: type[Out], method: str, path: str, json: Mapping[str, object] | None = None) -> Out:
        try:
            response = self._client.request(method, path, json=json)
        except (httpx2.HTTPError, httpx2.InvalidURL) as error:
            why = str(error) or type(error).__name__
            raise ServiceError(
                f"nothing answers at {self._url} ({why}); start it with `ibid serve`, or correct --url"
            ) from error
        if response.status_code == httpx2.codes.NOT_FOUND and _problem(response):
            raise NotFound(_problem(response))
        if not response.is_success:
            said = _problem(response) or "it gave no reason; is it the address of a running `ibid serve`?"
            raise ServiceError(f"{self._url}{path} answered {response.status_code}: {said}")
        try:
            return form.model_validate_json(response.content)
        except ValidationError as error:
            raise self._stranger(path, error.errors()[0]["msg"]) from error

    def _stranger(self, path: str, why: str) -> ServiceError:
        return ServiceError(
            f"{self._url}{path} did not answer as Ibid does ({why[:200]}); is it the address of a running `ibid serve` "
            "of this version?"
        )


def _problem(response: httpx2.Response) -> str:
    """What a problem (RFC 9457) says; nothing where the response is none."""
    try:
        told = response.json()
    except ValueError:
        return ""
    return str(told.get("detail", "")) if isinstance(told, dict) else ""


def _reply(told: AnswerOut) -> Reply:
    return Reply(
        told.answer, told.mode, told.confidence, tuple(map(_passage, told.hits)), tuple(map(_quote, told.citations))
    )


def _passage(hit: HitOut) -> ShownPassage:
    return ShownPassage(hit.passage_id, hit.document_id, tuple(hit.section), hit.pages, _spans(hit.spans), hit.text)


def _quote(citation: CitationOut) -> Quote:
    return Quote(citation.document_id, _spans(citation.spans), citation.quote, citation.verified)


def _spans(ranges: list[Range]) -> tuple[Span, ...]:
    return tuple(Span.of(start, end) for start, end in ranges)
