"""Documents are listed, added with their progress in sight, asked alone, deleted; whatever they hold stays text."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from looking import Watch, barriers
from playwright.sync_api import Locator, Page, Request, expect
from texts import REPORT

Open = Callable[..., Page]
RIVER = "River Report"
RTL = "تقرير الأنهار"
HOSTILE = f"""<script>document.title = 'broken'</script> [^1]

# <img src=x onerror="document.title = 'broken'">

Click [here](javascript:document.title='broken') \u202eesrever\u202c and <b>bold</b>.[^1]

{"w" * 100_000}

{RTL} هو نص من اليمين إلى اليسار.

河流報告是一份文件。😀😀 The lamp is lit.

[^1]: <script>alert(1)</script> javascript:alert(1) https://example.org/"onmouseover="alert(1)
"""


@pytest.fixture(scope="module")
def shelf(serve: Callable[..., str]) -> str:
    """The address of a service whose documents may be changed here."""
    return serve()


@pytest.fixture
def library(open_page: Open, shelf: str) -> Page:
    """The list of documents."""
    page = open_page("/documents", at=shelf)
    page.get_by_role("link", name="Russian-Chinese Dialogue").wait_for()
    return page


def add(page: Page, name: str, text: str) -> Locator:
    """Choose a file, and wait until it is in the list; gives its item there."""
    page.locator("#upload").set_input_files({"name": name, "mimeType": "text/plain", "buffer": text.encode()})
    page.locator(".uploads a").last.wait_for()
    return page.locator("#library .documents li").filter(has=page.locator(f"a[href$='/{Path(name).stem}']"))


def reading(page: Page) -> Page:
    page.get_by_role("button", name=re.compile(r"^Footnotes \(")).wait_for()
    return page


def test_documents_are_listed_with_what_is_known_of_them(library: Page) -> None:
    item = library.locator("#library .documents li").first
    assert "Kirill Babaev and 18 others, Russian International Affairs Council, 2022" in item.inner_text()
    assert "220 footnotes" in item.inner_text()
    assert library.title() == "Documents · Ibid"
    assert barriers(library) == []
    item.get_by_role("link").click()
    reading(library)
    assert library.url.endswith("/documents/russian-chinese-dialogue-2022")
    library.go_back()
    expect(library.get_by_role("heading", name="Documents")).to_be_visible()


def test_a_document_is_added_asked_alone_read_and_deleted(library: Page, watch: Watch) -> None:
    asked: list[Request] = []
    library.on("request", lambda request: asked.append(request) if request.url.endswith("/v1/ask") else None)
    item = add(library, "river-report.txt", REPORT)
    expect(item).to_contain_text("3 footnotes")
    assert library.locator(".uploads").inner_text().startswith(f"{RIVER}\nadded:")
    item.get_by_role("button", name=f"Ask only {RIVER}").click()
    field = library.locator("#question")
    expect(field).to_be_focused()
    expect(library.locator("#restriction")).to_contain_text(RIVER)
    field.fill("Where do herons nest?")
    field.press("Enter")
    library.get_by_text("Herons nest in the reeds").first.wait_for()
    assert asked[-1].post_data_json["filters"]["document_ids"] == ["river-report"]
    library.goto("/documents/river-report")
    reading(library)
    marker = library.get_by_role("button", name="Footnote 2", exact=True)
    marker.click()
    assert "Ben Reed" in library.get_by_role("note").inner_text()
    for view in ("Footnotes (3)", "Contents", "Find"):
        library.get_by_role("button", name=view, exact=True).click()
        assert barriers(library) == [], view
    library.get_by_role("link", name="Documents").click()
    item.get_by_role("button", name=f"Delete {RIVER}").click()
    dialog = library.get_by_role("dialog")
    assert "cannot be undone" in dialog.inner_text()
    assert barriers(library) == []
    expect(dialog.get_by_role("button", name="Keep it")).to_be_focused()
    library.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(item).to_be_visible()
    item.get_by_role("button", name=f"Delete {RIVER}").click()
    dialog.get_by_role("button", name="Delete it").click()
    expect(item).to_have_count(0)
    expect(library.get_by_text(f"{RIVER} is deleted.")).to_be_attached()
    watch.allow("Failed to load resource")
    library.goto("/documents/river-report")
    expect(library.get_by_role("alert")).to_contain_text("no document 'river-report'")


def test_progress_is_seen_while_a_document_is_taken_in(library: Page) -> None:
    events = "".join(
        f"event: {name}\ndata: {data}\nid: {number}\n\n"
        for number, (name, data) in enumerate(
            [("progress", '{"done":0,"total":0}'), ("progress", '{"done":3,"total":12}')], 1
        )
    )
    library.route(
        "**/v1/documents",
        lambda route: (
            route.fulfill(status=200, content_type="text/event-stream", body=events)
            if route.request.method == "POST"
            else route.continue_()
        ),
    )
    library.evaluate(
        """() => new MutationObserver(() => {
            const bar = document.querySelector('progress');
            if (bar?.value) window.seen = [bar.value, bar.max, bar.closest('li').innerText];
        }).observe(document.body, {subtree: true, childList: true, attributes: true})"""
    )
    library.locator("#upload").set_input_files({"name": "a.txt", "mimeType": "text/plain", "buffer": b"A text."})
    # A stream that ends before the document is there was cut, which is said.
    expect(library.get_by_role("alert")).to_contain_text("broke off before the document was complete")
    assert library.evaluate("window.seen").__getitem__(slice(0, 2)) == [3, 12]
    assert "3 of 12 passages" in library.evaluate("window.seen")[2]
    library.unroute("**/v1/documents")
    library.get_by_role("button", name="Try a.txt again").click()
    library.locator(".uploads a").wait_for()


def test_a_file_can_be_dropped(library: Page) -> None:
    library.evaluate(
        """() => {
            const held = new DataTransfer();
            held.items.add(new File(['Dropped\\n\\nThe drop is blue.\\n'], 'dropped.md', {type: 'text/markdown'}));
            for (const type of ['dragover', 'drop']) {
                const how = {dataTransfer: held, bubbles: true, cancelable: true};
                document.querySelector('.drop').dispatchEvent(new DragEvent(type, how));
            }
        }"""
    )
    expect(library.get_by_role("status").filter(has_text="Dropped is added.")).to_be_attached()
    expect(library.locator("#library .documents a[href='/documents/dropped']")).to_be_visible()


@pytest.mark.parametrize(
    ("name", "data", "wrong"),
    [("a.pdf", b"%PDF-1.7", "not a kind of file that can be read"), ("a.txt", b"\xff\xfe\xff", "UTF-8")],
)
def test_a_file_that_cannot_be_read_is_said_to_be_none(
    library: Page, watch: Watch, name: str, data: bytes, wrong: str
) -> None:
    watch.allow("Failed to load resource")
    library.locator("#upload").set_input_files({"name": name, "mimeType": "text/plain", "buffer": data})
    expect(library.get_by_role("alert")).to_contain_text(wrong)
    assert barriers(library) == []
    library.get_by_role("button", name=f"Dismiss {name}").click()
    expect(library.locator(".uploads li")).to_have_count(0)
    expect(library.locator("#upload")).to_be_focused()


def test_a_document_that_takes_the_place_of_another_says_so(library: Page) -> None:
    add(library, "twice.txt", "Twice\n\nThe first text.\n")
    library.locator("#upload").set_input_files(
        {"name": "twice.txt", "mimeType": "text/plain", "buffer": b"Twice\n\nThe second text.\n"}
    )
    said = library.locator(".uploads li")
    expect(said.first).to_contain_text("added: 1 passage")
    expect(said.last).to_contain_text("replaced the one before: 1 passage")


def test_a_quote_whose_document_was_replaced_is_not_shown_where_other_words_stand(library: Page) -> None:
    add(library, "amber.txt", "Amber\n\nThe amber cat weighs 12 kilograms.\n")
    library.get_by_role("button", name="Ask only Amber").click()
    library.fill("#question", "How much does the amber cat weigh?")
    library.press("#question", "Enter")
    mark = library.locator("a.mark").first
    mark.click()
    pane = library.locator("#source")
    expect(pane.locator("mark.cited")).to_have_text("The amber cat weighs 12 kilograms.")
    expect(pane).not_to_contain_text("has changed")
    with library.context.expect_page() as opened:
        library.evaluate("window.open('/documents')")
    other = opened.value
    other.locator("#upload").set_input_files(
        {"name": "amber.txt", "mimeType": "text/plain", "buffer": b"Amber\n\nThe amber dog is said to weigh nothing.\n"}
    )
    expect(other.locator(".uploads li")).to_contain_text("replaced the one before")
    other.close()
    library.locator("#source-close").click()
    mark.click()
    expect(pane).to_contain_text("This document has changed since it was quoted")
    assert barriers(library) == []


def test_a_document_that_is_open_is_read_anew_for_a_quote_that_it_does_not_say(library: Page) -> None:
    add(library, "beryl.txt", "Beryl\n\nThe beryl cat weighs 12 kilograms.\n")
    library.get_by_role("button", name="Ask only Beryl").click()
    library.fill("#question", "How much does the beryl cat weigh?")
    library.press("#question", "Enter")
    library.locator("a.mark").first.click()
    pane = library.locator("#source")
    expect(pane.locator("mark.cited")).to_have_text("The beryl cat weighs 12 kilograms.")
    library.evaluate(
        """() => {
            const body = new FormData();
            body.append('file', new File(['Beryl\\n\\nSince then the beryl cat weighs 13 kilograms.\\n'], 'beryl.txt'));
            return fetch('/v1/documents', {method: 'POST', body}).then((response) => response.text());
        }"""
    )
    library.get_by_role("button", name="Ask again").click()
    expect(library.locator(".prose")).to_contain_text("13 kilograms")
    library.locator("a.mark").first.click()
    expect(pane.locator("mark.cited")).to_have_text("Since then the beryl cat weighs 13 kilograms.")
    expect(pane).not_to_contain_text("has changed")


def test_who_deletes_a_document_goes_on_with_the_next(library: Page) -> None:
    add(library, "cobalt.txt", "000 Cobalt\n\nCobalt is blue.\n")
    links = library.locator("#library .documents a.title")
    titles = links.all_inner_texts()
    next_one = titles[titles.index("000 Cobalt") + 1]
    library.get_by_role("button", name="Delete 000 Cobalt").press("Enter")
    library.get_by_role("button", name="Delete it").press("Enter")
    expect(library.get_by_text("000 Cobalt is deleted.")).to_be_attached()
    expect(library.get_by_role("link", name=next_one, exact=True)).to_be_focused()


def test_who_comes_back_from_a_document_goes_on_where_it_stands_in_the_list(library: Page) -> None:
    library.set_viewport_size({"width": 360, "height": 300})
    link = library.get_by_role("link", name="Valdai Club Shanghai Conference")
    link.click()
    reading(library)
    library.go_back()
    expect(link).to_be_focused()
    expect(link).to_be_in_viewport()
    library.get_by_role("link", name="Ask", exact=True).click()
    library.get_by_role("link", name="All documents").click()
    expect(library.get_by_role("heading", name="Documents")).to_be_focused()
    assert library.evaluate("scrollY") == 0


def test_a_file_that_is_dropped_beside_the_list_is_added_too(open_page: Open, shelf: str) -> None:
    page = open_page("/", at=shelf)
    page.evaluate(
        """() => {
            const held = new DataTransfer();
            held.items.add(new File(['Dusk\\n\\nThe dusk is red.\\n'], 'dusk.md', {type: 'text/markdown'}));
            for (const type of ['dragover', 'drop']) {
                const event = new DragEvent(type, {dataTransfer: held, bubbles: true, cancelable: true});
                document.querySelector('#question').dispatchEvent(event);
                if (!event.defaultPrevented) throw new Error(`the browser would have left the page at ${type}`);
            }
        }"""
    )
    expect(page.get_by_role("status").filter(has_text="Dusk is added.")).to_be_attached()
    assert page.url.endswith("/documents")
    expect(page.locator("#library .documents a[href='/documents/dusk']")).to_be_visible()


def test_a_file_that_is_gone_is_not_taken_for_a_service_that_is(library: Page) -> None:
    library.evaluate(
        """async () => {
            const folder = await navigator.storage.getDirectory();
            const held = new DataTransfer();
            const handle = await folder.getFileHandle('gone.txt', {create: true});
            const stream = await handle.createWritable();
            await stream.write('A text.');
            await stream.close();
            held.items.add(await handle.getFile());
            await folder.removeEntry('gone.txt');
            const how = {dataTransfer: held, bubbles: true, cancelable: true};
            document.querySelector('.drop').dispatchEvent(new DragEvent('drop', how));
        }"""
    )
    expect(library.get_by_role("alert")).to_contain_text("gone.txt cannot be read; choose it again")


def test_of_many_documents_some_are_picked_out_by_words(library: Page) -> None:
    for name in ("one", "two", "three", "four", "five", "six", "seven"):
        add(library, f"filtered-{name}.txt", f"The {name} lamps\n\nThey are lit at {name}.\n")
    items = library.locator("#library .documents li")
    field = library.get_by_role("searchbox")
    field.fill("lamps SEVEN")
    expect(items).to_have_count(1)
    expect(items).to_contain_text("The seven lamps")
    assert re.fullmatch(r"1 of \d+ documents", library.locator(".filters [role=status]").inner_text())
    assert barriers(library) == []
    field.fill("2022 affairs council")  # of those who published it
    expect(items).to_have_count(1)
    field.fill("nowhere")
    expect(library.get_by_text("None has all of these words")).to_be_visible()
    field.fill("")
    expect(items.nth(8)).to_be_visible()


def test_a_hostile_document_stays_text(library: Page) -> None:
    add(library, "hostile.md", HOSTILE)
    library.locator(".uploads a").last.click()
    reading(library)
    text = library.locator(".reader-text").inner_text()
    assert "<script>document.title = 'broken'</script>" in text
    assert "javascript:document.title='broken'" in text
    assert "😀😀 The lamp is lit." in text
    assert library.locator(".reader-text :is(script, img, b)").count() == 0
    library.get_by_role("button", name="Footnote 1", exact=True).first.click()
    assert "<script>alert(1)</script>" in library.get_by_role("note").inner_text()
    for link in library.locator("#library a").all():
        assert re.match(r"https?:|/documents", link.get_attribute("href") or "")
    assert "broken" not in library.title() or library.title().startswith("<script>")
    assert library.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert library.locator(".leaf > div", has_text=RTL).evaluate("node => getComputedStyle(node).direction") == "rtl"
    source = HOSTILE
    start = source.index("The lamp is lit.")
    library.goto(f"/documents/hostile#c={start}-{start + 16}")
    library.locator("mark.cited").wait_for()
    assert library.locator("mark.cited").all_text_contents() == ["The lamp is lit."]


def test_a_section_or_pages_can_be_asked_alone(open_page: Open, shelf: str) -> None:
    page = open_page("/documents/russian-chinese-dialogue-2022#c=128686-128879", at=shelf)
    reading(page)
    asked: list[Request] = []
    page.on("request", lambda request: asked.append(request) if request.url.endswith("/v1/ask") else None)
    page.get_by_text("Ask only…").click()
    page.get_by_role("button", name="This section: Russia-China Trade Cooperation").wait_for()
    page.locator(".reader-text").evaluate("text => { text.scrollTop = 0; }")  # what is named is asked all the same
    expect(page.locator(".reader-here")).not_to_contain_text("Trade Cooperation")
    page.get_by_role("button", name="This section: Russia-China Trade Cooperation").click()
    field = page.locator("#question")
    expect(page.locator("#restriction")).to_contain_text("Russia-China Trade Cooperation")
    field.fill("How much beef was sold?")
    field.press("Enter")
    page.locator(".turn .mode").wait_for()
    sent = asked[-1].post_data_json["filters"]
    assert sent["document_ids"] == ["russian-chinese-dialogue-2022"]
    assert [part.split(" ")[0] for part in sent["section_prefix"]] == ["3.", "3.1.", "Russia-China"]
    page.goto("/documents/russian-chinese-dialogue-2022")
    reading(page)
    page.get_by_text("Ask only…").click()
    page.get_by_label("From page").fill("41")
    page.get_by_label("to", exact=True).fill("50")
    page.get_by_role("button", name="Ask these pages").click()
    expect(page.locator("#restriction")).to_contain_text("pp. 41–50")
    field.fill("How much beef was sold?")
    field.press("Enter")
    page.locator(".turn .mode").last.wait_for()
    assert asked[-1].post_data_json["filters"]["pages"] == [41, 50]


@pytest.mark.parametrize("width", [360, 1440])
def test_a_citation_opens_beside_its_answer(open_page: Open, width: int) -> None:
    page = open_page("/?q=How+many+tonnes+of+beef+did+China+buy+from+Russia+in+2021%3F", width=width)
    mark = page.locator(".turn sup a").first
    mark.click()
    cited = page.locator("#source mark.cited")
    cited.wait_for()
    assert "20,000 tonnes of beef" in "".join(cited.all_text_contents())
    reading(page)
    box = cited.first.bounding_box()
    assert box is not None
    assert 0 < box["y"] < 800
    assert page.locator("#source").evaluate("node => node.matches(':modal')") == (width == 360)
    own = page.get_by_role("link", name="Full page")
    assert re.fullmatch(r"/documents/russian-chinese-dialogue-2022#c=\d+-\d+", own.get_attribute("href") or "")
    page.keyboard.press("Escape")
    expect(page.locator("#source")).to_be_hidden()
    expect(mark).to_be_focused()
    mark.click()
    own.click()
    cited = page.locator("#library mark.cited")
    cited.wait_for()
    assert "20,000 tonnes of beef" in "".join(cited.all_text_contents())
    page.go_back()
    expect(page.locator(".turn .mode").first).to_be_visible()
