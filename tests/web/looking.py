"""A person at the page: what the browser complains of and asks for is watched, and axe-core looks for barriers."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, sync_playwright

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
NO_BROWSER = (
    f"the tests of the chat page need a browser, and none of {', '.join(BROWSERS)} is on the PATH: they were skipped; "
    "install one, on Debian with: apt-get install chromium"
)
FLAGS = [
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"),
    *("--disable-background-networking", "--disable-component-update"),
]
LOADING_FAILED = r"Failed to load resource"
"""What Chromium says of every response that is an error, to be allowed where a test brings one about."""


def browser_path() -> str | None:
    """The machine's browser; None where it has none."""
    return next(filter(None, map(shutil.which, BROWSERS)), None)


@contextmanager
def chromium() -> Iterator[Browser]:
    """The machine's browser, without a screen."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_path(), headless=True, args=FLAGS)
        yield browser
        browser.close()


@dataclass
class Watch:
    """What pages complain of in the console, and what they ask of other hosts than those of ``addresses``."""

    addresses: set[str]
    complaints: list[str] = field(default_factory=list)
    strays: list[str] = field(default_factory=list)
    allowed: list[str] = field(default_factory=list)

    def over(self, page: Page) -> None:
        """Watch a page from now on."""
        page.on("console", self._said)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("request", self._asked)

    def allow(self, pattern: str) -> None:
        """Expect complaints that this regular expression is found in."""
        self.allowed.append(pattern)

    def check(self) -> None:
        """Fail where there was a complaint that nobody expected, or a request to another host."""
        assert [c for c in self.complaints if not any(re.search(pattern, c) for pattern in self.allowed)] == []
        assert self.strays == []

    def _said(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.complaints.append(f"{message.type}: {message.text}")

    def _asked(self, request: Request) -> None:
        asked = urlsplit(request.url)
        if asked.scheme not in ("data", "blob") and asked.netloc not in {urlsplit(a).netloc for a in self.addresses}:
            self.strays.append(request.url)


def barriers(page: Page) -> list[str]:
    """What axe-core finds wrong with the page as it is now, by WCAG 2.2 AA and its own best practices."""
    rules = {"target-size": {"enabled": True}}
    found = Axe().run(page, options={"resultTypes": ["violations"], "rules": rules}).response["violations"]
    return [f"{wrong['id']}: {node['html'][:200]} ({wrong['help']})" for wrong in found for node in wrong["nodes"]]
