"""Figures for Prometheus: requests by route and status, how long they took, and what the index holds."""

from __future__ import annotations

import time
from collections.abc import Iterator

from prometheus_client import CollectorRegistry, Counter, Histogram
from prometheus_client.metrics_core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service.library import Library

UNMATCHED = "unmatched"
"""The route of what is asked under a path that there is not: any path may be asked, and each would be a series."""

SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)


class Metrics:
    """The figures of one service, in a registry of their own."""

    def __init__(self, library: Library) -> None:
        self.registry = CollectorRegistry()
        self.registry.register(_Held(library))
        self._requests = Counter(
            "ibid_requests", "Requests answered", ("method", "route", "status"), registry=self.registry
        )
        self._seconds = Histogram(
            "ibid_request_seconds",
            "Time to the end of the response",
            ("route",),
            buckets=SECONDS,
            registry=self.registry,
        )

    def count(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count a request that was answered with ``status`` after ``seconds``; 499 where its client went away."""
        self._requests.labels(method, route, str(status)).inc()
        self._seconds.labels(route).observe(seconds)


class _Held(Collector):
    """What the index holds when it is asked."""

    def __init__(self, library: Library) -> None:
        self._library = library

    def collect(self) -> Iterator[Metric]:
        """One gauge for each figure."""
        held = self._library.index.truth
        documents, passages = held.counts()
        yield GaugeMetricFamily("ibid_documents", "Documents in the index", documents)
        yield GaugeMetricFamily("ibid_passages", "Passages in the index", passages)
        yield GaugeMetricFamily("ibid_generation", "Changes of the index so far", held.generation)


class Meter:
    """ASGI middleware: counts every HTTP request in ``metrics``."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one connection."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        status = 499
        start = time.perf_counter()

        async def metered_send(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, metered_send)
        except Exception:
            status = 500  # the answer to what was not foreseen is made outside all middleware
            raise
        finally:
            self._metrics.count(_method(scope), _route(scope), status, time.perf_counter() - start)


def _method(scope: Scope) -> str:
    method: str = scope["method"]
    return method if method in {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"} else "OTHER"


def _route(scope: Scope) -> str:
    """The path of the route that answered, as it was declared."""
    found = scope.get("route")
    if found is None:
        return "/web" if scope["path"].startswith("/web/") else UNMATCHED
    template = str(found.path)
    # A router that is included with a prefix may know its routes without it.
    return template if scope["path"].count("/") == template.count("/") else f"/v1{template}"
