"""A citation is read in its document: marked exactly, with its page, section and notes, and the way back from them."""

from __future__ import annotations

import re
import string
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from looking import Watch, barriers
from playwright.sync_api import Locator, Page, Route, expect

CORPUS = Path(__file__).parents[2] / "corpus"
REPORT = "russian-chinese-dialogue-2022"
SOURCE = (CORPUS / f"{REPORT}.txt").read_text(encoding="utf-8")
BEEF = "According to Chinese customs statistics, China imported 20,000 tonnes of beef"
Open = Callable[..., Page]


def address(*spans: tuple[int, int]) -> str:
    return f"/documents/{REPORT}#c=" + ",".join(f"{start}-{end}" for start, end in spans)


def span_of(words: str, source: str = SOURCE) -> tuple[int, int]:
    start = source.index(words)
    assert source.count(words) == 1
    return start, start + len(words)


def in_sight(locator: Locator) -> bool:
    """Whether it is drawn within the view, as a person sees it: not scrolled out of the text, not covered."""
    return bool(
        locator.evaluate(
            """(node) => {
                const box = node.getBoundingClientRect();
                const top = document.elementFromPoint(box.left + 3, box.top + Math.min(8, box.height / 2));
                return top !== null && (node.contains(top) || top.contains(node));
            }"""
        )
    )


def cited(page: Page) -> str:
    """What is marked as cited, the parts in their order."""
    page.locator("mark.cited").first.wait_for()
    return "".join(page.locator("mark.cited").all_text_contents())


def ready(page: Page) -> Page:
    """Wait until the reader has all that it shows."""
    page.get_by_role("button", name=re.compile(r"^Footnotes \(")).wait_for()
    return page


def test_a_place_in_an_address_is_marked_exactly_and_in_sight(open_page: Open) -> None:
    start, end = span_of(BEEF)
    page = ready(open_page(address((start, end))))
    assert cited(page) == BEEF
    assert in_sight(page.locator("mark.cited").first)
    assert "44" in page.locator(".reader-here").inner_text()
    assert "Russia-China Trade Cooperation" in page.locator(".reader-here").inner_text()
    assert page.title() == "Russian-Chinese Dialogue: The 2022 Model · Ibid"


@pytest.mark.parametrize("words", ["Table of Contents", "2022年1月", "Fudan University is", SOURCE[-60:-20]])
def test_any_place_can_be_opened(open_page: Open, words: str) -> None:
    start = SOURCE.find(words) if words in SOURCE else 120_000
    wanted = SOURCE[start : start + 10]
    page = ready(open_page(address((start, start + 10))))
    assert cited(page).split() == wanted.split()
    assert in_sight(page.locator("mark.cited").first)


def test_a_citation_over_a_page_break_is_marked_on_both_pages(open_page: Open) -> None:
    first, second = span_of("75.4 percent of Chinese respondents believe that Rus"), span_of("sia's natural wealth")
    page = ready(open_page(address(first, second)))
    assert cited(page) == "75.4 percent of Chinese respondents believe that Russia's natural wealth"
    marks = page.locator("mark.cited")
    assert marks.count() == 2
    assert in_sight(marks.first)
    expect(page.get_by_text("Part 1 of 2")).to_be_visible()
    page.get_by_role("button", name="Next part").click()
    expect(page.get_by_text("Part 2 of 2")).to_be_visible()
    assert in_sight(marks.last)
    expect(page.locator(".reader-here")).to_contain_text("p. 55")


def test_the_text_is_that_of_the_source_character_for_character(open_page: Open) -> None:
    page = ready(open_page(f"/documents/{REPORT}"))
    shown = page.evaluate(
        """() => [...document.querySelectorAll('.leaf > div')].map((block) => {
            const copy = block.cloneNode(true);
            for (const one of copy.querySelectorAll('button[data-source]')) one.replaceWith(one.dataset.source);
            return copy.textContent;
        }).join('')"""
    )
    rules = re.compile(r"[\s|]+|^[|:\-\s]+$", re.MULTILINE)
    assert rules.sub("", shown) == rules.sub("", SOURCE)


def test_pages_stand_in_the_margin_and_say_how_they_are_known(open_page: Open) -> None:
    page = ready(open_page(address(span_of(BEEF))))
    numbers = page.locator(".folio").all_inner_texts()
    assert len(numbers) == 80
    interpolated = page.locator(".folio.interpolated").first
    assert "not printed here" in (interpolated.get_attribute("title") or "")
    folio = page.locator(".folio", has_text="45").first
    folio.scroll_into_view_if_needed()
    text = page.locator(".leaf > div", has_text="Table 2. Commodity").first
    assert folio.bounding_box()["x"] + folio.bounding_box()["width"] <= text.bounding_box()["x"]  # type: ignore[index]


def test_headings_are_headings_and_skip_no_level(open_page: Open) -> None:
    page = ready(open_page(f"/documents/{REPORT}"))
    levels = [int(level) for level in page.locator(".leaf .heading").evaluate_all("all => all.map(n => n.ariaLevel)")]
    assert len(levels) == 62
    assert levels[0] == 3
    assert all(after <= before + 1 for before, after in pairwise(levels))
    assert page.get_by_role("heading", name="2.2. Russia-China Interaction in Central Asia").count() == 1


def test_a_marker_opens_its_note_beside_it_and_the_note_leads_on_and_back(open_page: Open) -> None:
    page = ready(open_page(address(span_of(BEEF))))
    marker = page.get_by_role("button", name="Footnote 92", exact=True)
    assert marker.inner_text() == "92"
    assert marker.get_attribute("aria-expanded") == "false"
    marker.click()
    note = page.get_by_role("note", name="Footnote 92")
    expect(note).to_be_focused()
    assert "General Administration of Customs" in note.inner_text()
    assert "99% sure" in note.inner_text()
    link = note.get_by_role("link")
    assert link.get_attribute("href") == "https://baijiahao.baidu.com/s?id=1723116670009200548&wfr=spider&for=pc"
    assert link.get_attribute("rel") == "noopener noreferrer nofollow"
    assert in_sight(note)
    gap = note.bounding_box()["y"] - marker.bounding_box()["y"]  # type: ignore[index]
    assert abs(gap) < 60
    page.keyboard.press("Escape")
    expect(note).to_have_count(0)
    expect(marker).to_be_focused()
    marker.press("Enter")
    page.get_by_role("button", name="Where it is printed").click()
    assert cited(page).endswith("wfr=spider&for=pc")
    back = page.get_by_role("button", name="Footnote 92: back to the sentence that calls it")
    assert in_sight(back)
    back.click()
    page.wait_for_function("() => document.querySelector('mark.cited')?.textContent.includes('20,000 tonnes')")
    assert in_sight(page.locator("mark.cited").first)


def test_a_note_whose_marker_is_lost_says_so_and_leads_to_its_sentence(open_page: Open) -> None:
    page = ready(open_page(f"/documents/{REPORT}"))
    page.get_by_role("button", name="Footnotes (220)").click()
    row = page.locator("table.notes tbody tr").first
    assert "its marker is lost" in row.inner_text()
    row.locator(".caller").click()
    assert in_sight(page.locator("mark.cited").first)
    assert "Joint Statement" in cited(page)


def test_the_table_of_footnotes_can_be_filtered(open_page: Open) -> None:
    page = ready(open_page(f"/documents/{REPORT}"))
    page.get_by_role("button", name="Footnotes (220)").click()
    rows = page.locator("table.notes tbody tr")
    expect(rows).to_have_count(220)
    ways = {
        text.split(" (")[0]: int(text.split("(")[1][:-1])
        for text in page.get_by_label("Found").locator("option").all_text_contents()[1:]
    }
    assert sum(ways.values()) == 220
    page.get_by_label("Found").select_option("lost")
    expect(rows).to_have_count(ways["its marker is lost"])
    assert all("its marker is lost" in text for text in rows.all_inner_texts())
    page.get_by_label("Found").select_option("")
    page.get_by_label("Words").fill("sputnik reuters")
    expect(page.get_by_role("status").filter(has_text="of 220 footnotes")).to_be_visible()
    assert all({"sputnik", "reuters"} & {*re.findall(r"\w+", text.lower())} for text in rows.all_inner_texts())
    page.get_by_label("Words").fill("")
    page.get_by_role("button", name="Footnote 92, read in the source").click()
    assert cited(page).startswith('"General Administration of Customs')


def test_contents_lead_to_their_sections_and_show_where_one_is(open_page: Open) -> None:
    page = ready(open_page(f"/documents/{REPORT}"))
    contents = page.get_by_role("navigation", name="Contents")
    entry = contents.get_by_role("button", name="3.3. Mutual Recognition of Vaccines")
    entry.click()
    heading = page.get_by_role("heading", name="3.3. Mutual Recognition of Vaccines")
    page.wait_for_function("node => node.getBoundingClientRect().top > 0", arg=heading.element_handle())
    assert in_sight(heading)
    expect(entry).to_have_attribute("aria-current", "location")
    nested = contents.locator("li li li").get_by_role("button", name=re.compile("^Political Connotations"))
    assert nested.count() == 1
    nested.click()
    expect(nested).to_have_attribute("aria-current", "location")
    expect(page.locator(".reader-here")).to_contain_text("Political Connotations")


def test_words_are_found_wherever_they_stand(open_page: Open) -> None:
    page = ready(open_page(f"/documents/{REPORT}"))
    page.get_by_role("button", name="Find", exact=True).click()
    field = page.get_by_label("Find in this document")
    expect(field).to_be_focused()
    field.fill("tonnes  OF beef")
    expect(page.get_by_text("1 place", exact=True)).to_be_visible()
    field.press("Enter")
    expect(page.get_by_text("Place 1 of 1")).to_be_visible()
    hit = page.locator(".leaf mark.hit")
    assert hit.all_text_contents() == ["tonnes of beef"]
    assert in_sight(hit)
    field.fill("vaccine")
    expected = len(re.findall("vaccine", SOURCE, re.IGNORECASE))
    expect(page.get_by_text(f"{expected} places")).to_be_visible()
    field.press("Shift+Enter")
    expect(page.get_by_text(f"Place {expected} of {expected}")).to_be_visible()
    field.fill("no such words (here)")
    expect(page.get_by_text("Not found")).to_be_visible()
    field.fill("where does Russia sell meat")
    page.get_by_role("button", name="Passages about it").click()
    expect(page.get_by_text("passages, the nearest first")).to_be_visible()
    page.locator(".hits button", has_text="beef").first.click()
    assert "beef" in cited(page)


def test_any_sign_can_be_looked_for(open_page: Open) -> None:
    page = ready(open_page(f"/documents/{REPORT}"))
    found = page.evaluate(
        """async (signs) => {
            const { occurrences } = await import("/web/text.js");
            return [...signs].filter((sign) => occurrences(`x a${sign}b x`, `a${sign}b`).length === 1).join('');
        }""",
        string.punctuation,
    )
    assert found == string.punctuation
    page.get_by_role("button", name="Find", exact=True).click()
    page.get_by_label("Find in this document").fill("russia-china")
    expect(page.get_by_text(f"{len(re.findall('russia-china', SOURCE, re.IGNORECASE))} places")).to_be_visible()


def test_the_menu_of_what_is_asked_closes_when_one_turns_to_something_else(open_page: Open) -> None:
    page = open_page("/?q=How+many+tonnes+of+beef+did+China+buy+from+Russia+in+2021%3F", width=360)
    page.locator(".turn sup a").first.click()
    choice = page.get_by_role("button", name="This document")
    page.get_by_text("Ask only…").click()
    expect(choice).to_be_visible()
    page.keyboard.press("Escape")
    expect(choice).to_be_hidden()
    expect(page.locator("#source")).to_be_visible()
    page.get_by_text("Ask only…").click()
    page.locator("#source-title").click()
    expect(choice).to_be_hidden()


def test_a_document_is_printed_whole(open_page: Open) -> None:
    page = ready(open_page(f"/documents/{REPORT}"))
    pages = re.compile(rb"/Type\s*/Page\b")
    assert len(pages.findall(page.pdf())) > 40  # 233,000 characters
    page.get_by_role("button", name="Footnotes (220)").click()
    assert len(pages.findall(page.pdf())) > 10


@pytest.mark.parametrize(("width", "height", "least"), [(320, 256, 0.5), (740, 360, 0.6), (320, 640, 0.6)])
def test_a_small_or_enlarged_view_leaves_room_for_the_text(
    open_page: Open, width: int, height: int, least: float
) -> None:
    page = ready(open_page(address(span_of(BEEF)), width=width, height=height))
    assert page.locator(".reader-text").evaluate("text => text.clientHeight") >= least * height
    assert in_sight(page.locator("mark.cited").first)
    assert page.locator(".reader-views").evaluate("views => views.clientHeight") < 60  # one line
    assert barriers(page) == []


def test_what_is_chosen_is_told_apart_in_the_readers_own_colours(open_page: Open) -> None:
    page = ready(open_page(address(span_of(BEEF)), width=1440, forced_colors="active"))
    colours = "nodes => nodes.map((node) => getComputedStyle(node).backgroundColor)"
    chosen, *others = page.locator(".reader-views > button").evaluate_all(colours)
    assert chosen not in others
    here = page.locator(".contents button[aria-current]").evaluate_all(colours)
    assert here == [chosen]


def test_back_and_forward_go_from_place_to_place(open_page: Open) -> None:
    page = ready(open_page(address(span_of(BEEF))))
    page.get_by_role("button", name="Footnotes (220)").click()
    page.get_by_role("button", name="Footnote 100, read in the source").click()
    page.wait_for_function("() => !document.querySelector('mark.cited')?.textContent.includes('20,000')")
    there = page.url
    assert there != address(span_of(BEEF))
    page.go_back()
    page.wait_for_function("() => document.querySelector('mark.cited')?.textContent.includes('20,000')")
    assert in_sight(page.locator("mark.cited").first)
    page.go_forward()
    page.wait_for_function("() => !document.querySelector('mark.cited')?.textContent.includes('20,000')")
    assert page.url == there


@pytest.mark.parametrize("fragment", ["#c=", "#c=5-2", "#c=a-b", "#c=1-2-3", "#x", "#c=99999999999999-999999999999999"])
def test_a_place_that_makes_no_sense_opens_the_document_at_its_beginning(open_page: Open, fragment: str) -> None:
    page = ready(open_page(f"/documents/{REPORT}{fragment}"))
    assert page.locator("mark.cited").count() == 0
    assert in_sight(page.locator(".leaf .heading").first)


def test_a_place_behind_the_end_is_said_to_be_none(open_page: Open) -> None:
    page = ready(open_page(address((900_000, 900_010))))
    expect(page.get_by_text("is not in this document")).to_be_visible()


def test_a_table_has_rows_and_its_cells_can_be_cited(open_page: Open) -> None:
    page = ready(open_page(address(span_of("Miscellaneous industrial products\t4162.52\t6.16"))))
    cell = page.get_by_role("cell", name="4162.52")
    assert cell.locator("mark.cited").inner_text() == "4162.52"
    assert in_sight(cell)
    row = page.get_by_role("row").filter(has_text="4162.52")
    assert row.get_by_role("cell").all_inner_texts() == ["Miscellaneous industrial products", "4162.52", "6.16", "15.8"]


@pytest.mark.parametrize(("width", "scheme"), [(360, "dark"), (768, "light"), (1440, "light")])
def test_everything_fits_the_screen(open_page: Open, width: int, scheme: str) -> None:
    page = ready(open_page(address(span_of(BEEF)), width=width, color_scheme=scheme))
    page.get_by_role("button", name="Footnote 92", exact=True).click()
    for view in ("Footnotes (220)", "Contents", "Find"):
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        page.get_by_role("button", name=view, exact=True).click()
    page.get_by_text("Ask only…").click()
    for box in (page.locator(".scope > div").bounding_box(), page.locator(".reader-side.find").bounding_box()):
        assert box is not None
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= width


def test_a_document_that_is_not_there_says_so(open_page: Open, watch: Watch) -> None:
    watch.allow("Failed to load resource")
    page = open_page("/documents/nothing")
    expect(page.get_by_role("alert")).to_contain_text("no document 'nothing'")
    expect(page.get_by_role("heading", name="No such document")).to_be_visible()
    assert barriers(page) == []


def test_a_service_that_is_gone_is_said_and_can_be_tried_again(open_page: Open, watch: Watch) -> None:
    watch.allow("Failed to load resource|ERR_FAILED")
    page = open_page("/documents")
    page.get_by_role("link", name="Valdai Club Shanghai Conference").wait_for()
    page.route("**/v1/documents/*/text*", lambda route: route.abort())
    page.get_by_role("link", name="Valdai Club Shanghai Conference").click()
    expect(page.get_by_role("alert")).to_contain_text("cannot be reached")
    page.unroute("**/v1/documents/*/text*")
    page.get_by_role("button", name="Try again").click()
    expect(page.locator(".leaf").first).to_contain_text("Valdai Club")


def test_a_long_document_is_read_in_parts(page: Page) -> None:
    paragraphs = [f"Paragraph {number:05}, which is one of very many. 😀" for number in range(30_000)]
    text = "\n\n".join(paragraphs)
    starts = [text.index(paragraph) for paragraph in paragraphs[:2]]
    step = starts[1] - starts[0]
    blocks = [
        {"kind": "paragraph", "start": number * step, "end": number * step + len(paragraph)}
        for number, paragraph in enumerate(paragraphs)
    ]
    contents = {"sections": [], "pages": [{"page": 1, "start": 0, "known": "counted"}], "blocks": blocks}

    def slices(route: Route) -> None:
        asked = {name: int(values[0]) for name, values in parse_qs(urlsplit(route.request.url).query).items()}
        start, end = asked["start"], min(asked["end"], len(text))
        route.fulfill(json={"start": start, "end": end, "length": len(text), "text": text[start:end]})

    page.route("**/v1/documents/long", lambda route: route.fulfill(json={"id": "long", "title": "Long"}))
    page.route("**/v1/documents/long/text*", slices)
    page.route("**/v1/documents/long/contents", lambda route: route.fulfill(json=contents))
    page.route("**/v1/documents/long/footnotes", lambda route: route.fulfill(json={"footnotes": []}))
    place = 20_000 * step
    page.goto(f"/documents/long#c={place}-{place + 15}")
    ready(page)
    assert cited(page) == "Paragraph 20000"
    assert in_sight(page.locator("mark.cited"))
    assert page.locator(".leaf > div").count() < 10_000
    later = page.get_by_role("button", name="Later text")
    first = page.locator(".leaf > div").first.text_content()
    later.click()
    page.wait_for_function("first => document.querySelector('.leaf > div').textContent !== first", arg=first)
    page.get_by_role("button", name="Find", exact=True).click()
    page.get_by_label("Find in this document").fill("Paragraph 00007")
    page.locator(".hits button").click()
    expect(page.locator(".leaf mark.hit")).to_have_text("Paragraph 00007")
    assert in_sight(page.locator(".leaf mark.hit"))


SELECT = """([first, last]) => {
    const find = (words) => {
        const walker = document.createTreeWalker(document.querySelector('.reader-text'), NodeFilter.SHOW_TEXT);
        for (let node = walker.nextNode(); node; node = walker.nextNode()) {
            if (node.data.includes(words)) return [node, node.data.indexOf(words)];
        }
    };
    const [from, to] = [find(first), find(last)];
    getSelection().setBaseAndExtent(from[0], from[1], to[0], to[1] + last.length);
}"""


@pytest.mark.parametrize(
    ("place", "first", "last"),
    [
        (BEEF, "imported 20,000 tonnes", "Agricultural projects"),  # over a marker and into the next paragraph
        ("Table 1. Commodity", "ferrous metals", "4281.63"),  # over cells and rows
    ],
)
def test_what_is_selected_has_a_link_to_copy(open_page: Open, place: str, first: str, last: str) -> None:
    start = SOURCE.index(place)
    page = ready(open_page(address((start, start + 1)), permissions=["clipboard-read", "clipboard-write"]))
    button = page.get_by_role("button", name="Copy link to selection")
    expect(button).to_be_hidden()
    page.evaluate(SELECT, [first, last])
    button.click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    link = page.evaluate("navigator.clipboard.readText()")
    span = [int(number) for number in link.partition("#c=")[2].split("-")]
    selected = SOURCE[span[0] : span[1]]
    assert selected.startswith(first)
    assert selected.endswith(last)
    assert barriers(page) == []
    page.evaluate("getSelection().removeAllRanges()")
    expect(page.locator(".reader-line button")).to_be_hidden()
    other = ready(open_page(link))
    assert first in cited(other)
