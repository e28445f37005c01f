"""What Prometheus reads: every request under the route that answered it, and what the index holds."""

from __future__ import annotations

import pytest
from fastapi.testclient import TestClient
from prometheus_client.parser import text_string_to_metric_families

from service.app import create_app
from service.library import Library
from service.metrics import UNMATCHED

Key = tuple[str, frozenset[tuple[str, str]]]


def read(client: TestClient) -> dict[Key, float]:
    response = client.get("/metrics")
    assert response.status_code == 200
    assert response.headers["content-type"].startswith("text/plain")
    families = text_string_to_metric_families(response.text)
    return {(s.name, frozenset(s.labels.items())): s.value for family in families for s in family.samples}


def key(name: str, **labels: str) -> Key:
    return name, frozenset(labels.items())


@pytest.fixture
def client(library: Library) -> TestClient:
    return TestClient(create_app(library.settings, library), base_url="http://localhost", raise_server_exceptions=False)


@pytest.mark.parametrize(
    ("method", "path", "body", "route", "status"),
    [
        ("POST", "/v1/search", {"query": "herons"}, "/v1/search", "200"),
        ("POST", "/v1/ask", {"question": ""}, "/v1/ask", "422"),
        ("GET", "/v1/documents/lighthouses", None, "/v1/documents/{document_id}", "200"),
        ("GET", "/v1/documents/nothing/text", None, "/v1/documents/{document_id}/text", "404"),
        ("GET", "/healthz", None, "/healthz", "200"),
        ("GET", "/web/main.js", None, "/web", "200"),
        ("GET", "/no/such/path", None, UNMATCHED, "404"),
        ("BREW", "/healthz", None, "/healthz", "405"),
    ],
)
def test_a_request_is_counted_under_the_route_that_answered(
    client: TestClient, method: str, path: str, body: object, route: str, status: str
) -> None:
    counted = key("ibid_requests_total", method="OTHER" if method == "BREW" else method, route=route, status=status)
    timed = key("ibid_request_seconds_count", route=route)
    before = read(client)
    client.request(method, path, json=body)
    after = read(client)
    assert after[counted] == before.get(counted, 0) + 1
    assert after[timed] == before.get(timed, 0) + 1


def test_figures_of_the_index_follow_it(client: TestClient, library: Library) -> None:
    documents, passages = library.index.truth.counts()
    assert read(client)[key("ibid_documents")] == documents
    assert read(client)[key("ibid_passages")] == passages
    library.delete("lighthouses")
    assert read(client)[key("ibid_documents")] == documents - 1


def test_two_services_in_one_process_count_for_themselves(client: TestClient, library: Library) -> None:
    other = TestClient(create_app(library.settings, library), base_url="http://localhost")
    client.get("/healthz")
    assert key("ibid_requests_total", method="GET", route="/healthz", status="200") not in read(other)
