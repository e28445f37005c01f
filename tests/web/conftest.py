"""One browser and one service over both corpus texts for all tests here; a fresh, watched page for each."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from looking import NO_BROWSER, Watch, browser_path, chromium
from playwright.sync_api import Browser, Page, expect
from serving import serving

from index.models import SentenceTransformerEmbedder
from service.app import create_app
from service.library import Library
from service.settings import Settings

PATIENCE_MS = 15_000
"""Longer than anything here takes on a busy machine."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run these tests last, and skip them where there is no browser.

    Last, because Playwright's event loop stays in this thread, where others start their own.
    """
    here = Path(__file__).parent
    items.sort(key=lambda item: here in item.path.parents)
    if browser_path() is None:
        for item in items:
            if here in item.path.parents:
                item.add_marker(pytest.mark.skip(NO_BROWSER))


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The machine's Chromium."""
    expect.set_options(timeout=PATIENCE_MS)
    with chromium() as browser:
        yield browser


@pytest.fixture(scope="session")
def serve(
    corpus_index: Path, real_embedder: SentenceTransformerEmbedder, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[..., str]]:
    """Serve a copy of the corpus index under these settings, and give the address; it stops with the session."""
    with ExitStack() as services:

        def start(**settings: Any) -> str:  # noqa: ANN401 (any setting)
            data_dir = shutil.copytree(corpus_index, tmp_path_factory.mktemp("web") / "data")
            wanted = Settings(data_dir=data_dir, **settings)
            return services.enter_context(serving(create_app(wanted, Library(wanted, real_embedder))))

        yield start


@pytest.fixture(scope="session")
def address(browser: Browser, serve: Callable[..., str]) -> str:
    """The address of the service without a language model."""
    return serve()


@pytest.fixture
def watch(address: str) -> Iterator[Watch]:
    """Watches all pages of a test: a word in the console or a request to another host fails it at its end."""
    watch = Watch({address})
    yield watch
    watch.check()


@pytest.fixture
def open_page(browser: Browser, address: str, watch: Watch) -> Iterator[Callable[..., Page]]:
    """Open a path in a fresh, watched browser context with these options; gives the page.

    ``width``, ``height``: of the view; ``at``: another service's address. Others are those of Playwright's contexts,
    such as ``color_scheme="dark"`` and ``reduced_motion="reduce"``.
    """
    with ExitStack() as contexts:

        def start(path: str = "/", *, width: int = 1280, height: int = 800, at: str = address, **options: Any) -> Page:  # noqa: ANN401
            view = {"width": width, "height": height}
            context = browser.new_context(base_url=at, viewport=view, **options)  # type: ignore[arg-type]
            contexts.callback(context.close)
            context.set_default_timeout(PATIENCE_MS)
            context.set_default_navigation_timeout(4 * PATIENCE_MS)  # the first one waits for the index to be opened
            watch.addresses.add(at)
            page = context.new_page()
            watch.over(page)
            page.goto(path)
            return page

        yield start


@pytest.fixture
def page(open_page: Callable[..., Page]) -> Page:
    """The first page, as it is opened on a laptop."""
    return open_page()
