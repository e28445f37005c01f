"""How long the chat page takes to be seen, a document to open in it, at any place, and how that scrolls.

Needs the development extras, a Chromium, and a service that holds two documents. Prints milliseconds from the first
byte of the page to its first paint, and from the click to the cited characters drawn; requests and bytes of the first
view; and the frames of a scroll through the whole text.
"""

from __future__ import annotations

import argparse
import statistics
import sys

from playwright.sync_api import Browser, Page, Request, sync_playwright

PLACES = 20
FRAME_MS = 1000 / 60
LATE = 1.5
"""A frame that takes longer than so many times its share of a second came too late: the one before was seen twice."""

LOADS = 7
FIRST = """() => [performance.getEntriesByName('first-contentful-paint')[0].startTime,
                  performance.getEntriesByType('navigation')[0].responseStart]"""
OPEN = """async ([document_id, other, place]) => {
    const go = (path) => { history.pushState(null, '', path); dispatchEvent(new PopStateEvent('popstate')); };
    const until = async (holds) => { while (!holds()) await new Promise((done) => requestAnimationFrame(done)); };
    go(`/documents/${other}`);
    await until(() => !document.querySelector('mark.cited') && document.querySelector('.reader-views button'));
    const begun = performance.now();
    go(`/documents/${document_id}#c=${place}-${place + 40}`);
    const top = () => document.querySelector('mark.cited')?.getBoundingClientRect().top;
    await until(() => top() > 0 && top() < innerHeight);
    await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
    const took = performance.now() - begun;
    await until(() => document.querySelector('.reader-views button'));
    return took;
}"""
SCROLL = """async () => {
    const text = document.querySelector('.reader-text');
    await new Promise((done) => setTimeout(done, 500));
    text.scrollTop = 0;
    const frames = [];
    let last = await new Promise(requestAnimationFrame);
    while (text.scrollTop + text.clientHeight < text.scrollHeight - 1 && frames.length < 2000) {
        text.scrollTop += 300;
        const now = await new Promise(requestAnimationFrame);
        frames.push(now - last);
        last = now;
    }
    return frames;
}"""


def main() -> None:
    """Measure a running service."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--url", default="http://127.0.0.1:8000")
    parser.add_argument("--browser", default="/usr/bin/chromium")
    given = parser.parse_args()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=given.browser, args=["--no-sandbox", "--disable-gpu"])
        for path in ("/", "/?q=Who+signed+the+agreement%3F", "/documents"):
            print(_first_view(browser, given.url, path))
        page = browser.new_page(base_url=given.url, viewport={"width": 1440, "height": 900})
        page.goto("/documents")
        documents = page.request.get("/v1/documents").json()["documents"]
        longest = max(documents, key=lambda document: int(document["characters"]))
        other = min(documents, key=lambda document: int(document["characters"]))
        if longest["id"] == other["id"]:
            sys.exit("the service holds one document only; add another, so that one can be left for the other")
        took = [_opened(page, longest, other["id"], number) for number in range(PLACES + 1)]
        del took[0]  # it loads all that reading needs
        frames = page.evaluate(SCROLL)
        browser.close()
    late = sum(frame > LATE * FRAME_MS for frame in frames)
    print(f"{longest['id']}, {longest['characters']:,} characters, at {PLACES} places")
    print(f"opened in ms: median {statistics.median(took):.0f}, longest {max(took):.0f}")
    print(f"scrolled in {len(frames)} frames: {late} late, longest {max(frames):.0f} ms")


def _first_view(browser: Browser, url: str, path: str) -> str:
    """What a browser that was never here needs for a path, the median of some loads."""
    loads = [_load(browser, url, path) for _ in range(LOADS)]
    painted = [paint for paint, _ in loads]
    sizes = loads[-1][1]
    return (
        f"{path}: first paint {statistics.median(painted):.0f} ms after the first byte (longest of {LOADS} loads "
        f"{max(painted):.0f}), {len(sizes)} requests, {sum(sizes):,} bytes"
    )


def _load(browser: Browser, url: str, path: str) -> tuple[float, list[int]]:
    """Milliseconds from the first byte to the first paint, and the bytes of each response."""
    page = browser.new_page(base_url=url, viewport={"width": 1440, "height": 900})
    requests: list[Request] = []
    page.on("requestfinished", lambda request: requests.append(request))
    page.goto(path, wait_until="networkidle")
    sizes = [request.sizes()["responseBodySize"] for request in requests if not request.url.startswith("data:")]
    paint, first_byte = page.evaluate(FIRST)
    page.close()
    return paint - first_byte, sizes


def _opened(page: Page, document: dict[str, object], other: object, number: int) -> float:
    place = int(str(document["characters"])) * number // (PLACES + 1)
    took: float = page.evaluate(OPEN, [document["id"], other, place])
    return took


if __name__ == "__main__":
    main()
