"""The controls of what every test here relies on: the watch and the search for barriers can fail."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from looking import Watch, barriers
from playwright.sync_api import Page


def test_the_page_opens_without_a_word_in_the_console(page: Page) -> None:
    assert page.title() == "Ibid"
    assert page.get_by_role("heading", level=1).inner_text() == "Ibid"


@pytest.mark.parametrize(
    ("script", "kind"),
    [
        ("console.warn('oh')", "complaints"),
        ("setTimeout(() => { throw new Error('oh'); })", "complaints"),
        ("void fetch('http://127.0.0.1:9/').catch(() => {})", "strays"),
    ],
)
def test_the_watch_can_fail(open_page: Callable[..., Page], watch: Watch, script: str, kind: str) -> None:
    page = open_page(bypass_csp=True)
    page.evaluate(script)
    page.wait_for_timeout(50)
    with pytest.raises(AssertionError):
        watch.check()
    assert getattr(watch, kind)
    watch.complaints.clear()
    watch.strays.clear()


def test_a_request_to_another_host_is_refused_by_the_policy(page: Page, watch: Watch) -> None:
    page.evaluate("void fetch('http://other.example/').catch(() => {})")
    page.wait_for_timeout(50)
    assert any("Content Security Policy" in complaint for complaint in watch.complaints)
    watch.complaints.clear()


def test_the_search_for_barriers_can_fail(page: Page) -> None:
    page.evaluate("document.querySelector('main').append(document.createElement('button'))")
    assert any("button-name" in wrong for wrong in barriers(page))
