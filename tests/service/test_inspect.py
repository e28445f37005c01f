"""The page shows the exact source, and every link on it leads somewhere on it."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field, replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
from command import Ibid
from fakes import document, ingested_document
from hypothesis import given, settings
from hypothesis import strategies as st
from texts import CORPUS, REPORT

from ingest.model import Found, Ingested, Span
from ingest.pipeline import ingest
from service.inspect import as_json, render, summary
from service.inspection import inspect

PAGES = """1. Of Rivers

The river carries silt by day.¹ Old boats of the har-

¹ Ada Marsh, "On Silt," River Press. URL: https://example.org/1

4 Annals of Rivers

bour sail at night. They carry rice.{3} Herons nest there.

^{2 &}quot;Herons," Canal Letters.
^{3} Ibid.

5 Annals of Rivers

The harbour is full of \\*stars. It never sleeps.

6 Annals of Rivers
"""


@dataclass
class Page(HTMLParser):
    """What a browser makes of the page: the text of its source part, the elements, ids and links."""

    text: str = ""
    elements: list[tuple[str, dict[str, str | None]]] = field(default_factory=list)
    open: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep the element."""
        self.elements.append((tag, dict(attrs)))
        if tag != "meta":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """Close what was opened last."""
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        """Keep the text of the source part."""
        if "main" in self.open:
            self.text += data

    def all(self, tag: str, **attributes: str) -> list[dict[str, str | None]]:
        """The attributes of each element with this name and these attributes."""
        return [found for name, found in self.elements if name == tag and attributes.items() <= found.items()]

    def one(self, anchor: str) -> dict[str, str | None]:
        """The attributes of the one element with this id."""
        [found] = [attributes for _, attributes in self.elements if attributes.get("id") == anchor]
        return found


def page_of(ingested: Ingested) -> Page:
    page = Page()
    page.feed(render(ingested))
    page.close()
    assert page.open == []
    return page


def with_note(ingested: Ingested, key: int, **changes: object) -> Ingested:
    notes = (replace(n, **changes) if n.key == key else n for n in ingested.footnotes)  # type: ignore[arg-type]
    return replace(ingested, footnotes=tuple(notes))


@pytest.fixture(scope="module")
def river() -> Ingested:
    return ingested_document("river-report", REPORT)


# --- the source ----------------------------------------------------------------------------------------------

PIECES = st.sampled_from(
    [
        *(
            "<script>alert(1)</script>",
            "</section>\n",
            "</main>",
            '" onmouseover="x',
            "<!--",
            "]]>",
            "&amp;",
            "&lt;b&gt;",
        ),
        *("&", "<", "\r\n", "\r", "\n\n", "\n", "\f", "\t", "\x0b", "\x85", "\u2028", "\ufeff", "\u202e", "😀"),
        *(
            "A claim.¹ More. ",
            "¹ A note of the press.\n\n",
            "^{2} Another.\n",
            "4 Report\n\n",
            "# Heading\n\n",
            "Part-\n\nnership ",
        ),
        *("| a | b |\n| 1 | 2 |\n\n", "co-\noperation", "\\$140 ", "[^1] ", "[^1]: note\n", "Plain words. "),
    ]
)


@settings(deadline=None)
@given(st.lists(PIECES | st.text(max_size=20), max_size=25).map("".join))
def test_the_source_part_is_the_text_whatever_is_in_it(text: str) -> None:
    text = text.replace("\x00", "")
    if not text.replace("\ufeff", "").strip():
        return
    page = page_of(ingest(document("doc", text), lambda part: len(part.split()), 40))
    assert page.text == text
    assert_stands_alone(page)


def assert_stands_alone(page: Page) -> None:
    """Nothing is fetched, nothing runs, no anchor is there twice, no link leads nowhere."""
    assert {tag for tag, _ in page.elements} <= {
        *(
            "html",
            "head",
            "meta",
            "title",
            "style",
            "body",
            "header",
            "main",
            "section",
            "nav",
            "div",
            "span",
            "a",
            "h1",
        ),
        *("h2", "aside", "p", "b", "dl", "dt", "dd", "ul", "ol", "li", "details", "summary"),
    }
    attributes = [found for _, found in page.elements]
    assert not {"src", "srcset", "onclick", "onmouseover"} & {name for found in attributes for name in found}
    ids = Counter(found["id"] for found in attributes if "id" in found)
    assert [anchor for anchor, count in ids.items() if count > 1] == []
    assert [found["href"] for found in attributes if "href" in found and str(found["href"])[1:] not in ids] == []
    assert all(str(found["href"]).startswith("#") for found in attributes if "href" in found)


def test_the_report_is_shown_exactly_and_its_page_is_small() -> None:
    text = (CORPUS / "russian-chinese-dialogue-2022.txt").read_bytes().decode()
    ingested = ingest(document("report", text), lambda part: len(part.split()), 120)
    html = render(ingested)
    assert len(html.encode()) < 5 * len(text.encode())
    page = page_of(ingested)
    assert page.text == text
    assert_stands_alone(page)


def test_hostile_titles_and_labels_stay_text(river: Ingested) -> None:
    evil = '"><script>alert(1)</script>'
    ingested = with_note(
        replace(river, document=replace(river.document, title=evil, id=evil)), 1, label=evil, text=evil
    )
    page = page_of(ingested)
    assert page.all("script") == []
    assert_stands_alone(page)


def test_the_browser_is_told_to_fetch_nothing(river: Ingested) -> None:
    [policy] = page_of(river).all("meta", **{"http-equiv": "Content-Security-Policy"})
    assert policy["content"] == "default-src 'none'; style-src 'unsafe-inline'"
    assert "url(" not in render(river)
    assert "@import" not in render(river)


# --- what is shown -------------------------------------------------------------------------------------------


def test_every_block_shows_its_kind_and_each_page_its_number(river: Ingested) -> None:
    page = page_of(river)
    blocks = [found for found in page.all("section") if "data-k" in found]
    assert [str(found["class"]).split()[1] for found in blocks] == [block.kind.value for block in river.blocks]
    assert [found["data-p"] for found in blocks if "data-p" in found] == ["p. 1", "p. 2", "p. 3"]
    assert [found["data-s"] for found in blocks if "data-p" in found][1] == "2. Boats"
    assert len(page.all("div", id="p3")) == 1


def test_a_page_whose_number_is_not_printed_says_so() -> None:
    blocks = inspect(ingested_document("doc", "One page.\n\nAnother paragraph of it.")).ingested.blocks
    assert (
        page_of(ingested_document("doc", "One page.\n\nAnother paragraph of it.")).all("section")[-1]["data-k"] == "¶"
    )
    shown = [found.get("data-p") for found in page_of(ingested_document("doc", "One page.")).all("section")]
    assert shown[-1] == f"p. {blocks[0].page} ≈"


def test_markers_and_notes_lead_to_each_other(river: Ingested) -> None:
    page = page_of(river)
    for note in river.footnotes:
        marker, number = page.one(f"m{note.key}"), page.one(f"n{note.key}")
        assert (marker["href"], number["href"]) == (f"#n{note.key}", f"#m{note.key}")
        assert str(marker["title"]).startswith(f"note {note.label}, p. {note.page}: printed, confidence")
        assert note.text[:20] in str(marker["title"])


def test_a_second_call_has_its_own_anchor_and_a_way_back(river: Ingested) -> None:
    [first] = river.footnotes[0].markers
    again = Span(REPORT.index("rice by"), REPORT.index("rice by") + 4)
    page = page_of(with_note(river, 1, markers=(first, again)))
    assert page.one("m1.2")["href"] == "#n1"
    [back] = page.all("a", href="#m1.2")
    assert back["class"] == "up"


def test_a_lost_marker_is_flagged_where_it_must_have_stood(river: Ingested) -> None:
    start = REPORT.index("Herons nest")
    lost = {"markers": (), "caller": (), "found": Found.LOST, "region": Span(start, start + 20)}
    page = page_of(with_note(river, 2, **lost))
    assert page.one("r2")["href"] == "#n2"
    assert page.one("n2")["href"] == "#r2"
    assert page.all("span", **{"class": "r"}) != []
    sentence = page_of(with_note(river, 2, **lost | {"caller": river.footnotes[1].caller}))
    assert sentence.one("n2")["href"] == "#c2"
    nothing = page_of(with_note(river, 2, **lost | {"region": None}))
    assert nothing.one("n2")["href"] == "#p1"
    assert nothing.text == REPORT


def test_what_a_damaged_number_was_read_as_stands_beside_it(river: Ingested) -> None:
    assert "data-l" not in page_of(river).one("m1")
    page = page_of(with_note(river, 1, label="7"))
    assert (page.one("m1")["data-l"], page.one("n1")["data-l"]) == ("7", "7")
    unprinted = page_of(with_note(river, 1, printed=None))
    assert unprinted.one("n1")["data-l"] == "1"
    assert unprinted.text == REPORT


def test_ibid_leads_to_the_note_it_points_at(river: Ingested) -> None:
    [link] = page_of(with_note(river, 2, refers_to=1)).all("a", **{"class": "see"})
    assert (link["href"], link["data-l"]) == ("#n1", "1")
    assert page_of(with_note(river, 2, refers_to=99)).all("a", **{"class": "see"}) == []


def test_both_ends_of_a_join_lead_to_each_other() -> None:
    page = page_of(ingested_document("pages", PAGES))
    assert page.text == PAGES
    [join] = inspect(ingested_document("pages", PAGES)).joins
    assert PAGES[: join.left].endswith("har")
    assert PAGES.startswith("bour", join.right)
    assert (page.one("j0")["href"], page.one("g0")["href"]) == ("#g0", "#j0")
    assert "the harbour sail" in str(page.one("j0")["title"])


def test_what_reading_leaves_out_is_marked_and_words_among_it_are_listed(river: Ingested) -> None:
    silent = replace(river, passages=tuple(p for p in river.passages if "Westmere" not in p.text))
    seen = inspect(silent)
    assert any("Westmere" in REPORT[slice(*span)] for span in seen.unread)
    assert set(seen.unread) <= set(seen.left_out)
    page = page_of(silent)
    assert page.all("span", **{"class": "x u"}) != []
    assert inspect(river).unread == ()
    assert "not read" in render(silent).split('id="source"')[0].replace("not read at all", "")


def test_what_should_be_looked_at_is_linked_at_the_top(river: Ingested) -> None:
    doubtful = with_note(with_note(river, 2, found=Found.INFERRED, confidence=0.6), 3, markers=(), found=Found.LOST)
    top = render(doubtful).split('id="source"')[0]
    assert '<a class="inferred" href="#m2" title="note 2, p. 1: inferred, confidence 0.60' in top
    assert '<a class="lost" href="#' in top
    assert "confidence below 0.8" in top
    assert [note.key for note in inspect(doubtful).unsure] == [2]
    assert "confidence below" not in render(river)


def test_a_document_without_notes_has_a_page(river: Ingested) -> None:
    page = page_of(ingested_document("plain", "A word.\n"))
    assert page.text == "A word.\n"
    assert_stands_alone(page)


# --- the summary ---------------------------------------------------------------------------------------------


def test_the_summary_counts_what_there_is(river: Ingested) -> None:
    lines = summary(with_note(river, 3, markers=(), found=Found.LOST)).splitlines()
    assert "notes      3: 2 printed, 1 lost" in lines
    assert "lost       3" in lines
    assert "pages      1–3, 3 with the number printed" in lines
    assert any(line.split() == ["2.", "Boats", "2"] for line in lines)


def test_the_summary_for_machines_holds_the_places(river: Ingested) -> None:
    found = as_json(river)
    assert (found["document_id"], found["characters"], found["pages"]) == ("river-report", len(REPORT), [1, 3])
    assert found["footnotes"] == {"printed": 3, "repaired": 0, "inferred": 0, "lost": 0}
    assert json.loads(json.dumps(found)) == found


# --- the command ---------------------------------------------------------------------------------------------


def test_a_file_is_inspected_without_an_index(ibid: Ibid, tmp_path: Path) -> None:
    source = tmp_path / "river.txt"
    source.write_bytes(REPORT.replace("\n", "\r\n").encode())
    done = ibid("inspect", source, "--html", IBID_DATA_DIR=tmp_path / "data")
    assert (done.code, done.err) == (0, "")
    page = Page()
    page.feed(done.out)
    assert page.text == REPORT.replace("\n", "\r\n")
    assert not (tmp_path / "data").exists()


def test_an_ingested_document_is_inspected_by_its_id(ibid: Ibid, data_dir: Path, tmp_path: Path) -> None:
    shown = ibid("inspect", "river-report", IBID_DATA_DIR=data_dir)
    assert (shown.code, shown.err) == (0, "")
    assert "notes      3: 3 printed" in shown.out.splitlines()
    assert json.loads(ibid("inspect", "river-report", "--json", IBID_DATA_DIR=data_dir).out)["blocks"]["table"] == 1
    written = ibid("inspect", "river-report", "--html", "--output", tmp_path / "page.html", IBID_DATA_DIR=data_dir)
    assert (written.code, written.out) == (0, "")
    page = Page()
    page.feed((tmp_path / "page.html").read_bytes().decode())
    assert page.text == REPORT


def test_what_cannot_be_inspected_is_one_sentence(ibid: Ibid, data_dir: Path, tmp_path: Path) -> None:
    done = ibid("inspect", "nothing", IBID_DATA_DIR=data_dir)
    assert (done.code, done.out) == (1, "")
    held = "river-report, valdai-shanghai-2016"
    said = "there is neither a file nor an ingested document 'nothing'; give a path"
    assert done.err == f"ibid: {said}, or one of {held}\n"
    assert ibid("inspect", "nothing", IBID_DATA_DIR=tmp_path).err == f"ibid: {said}\n"
    (tmp_path / "empty.txt").write_text("")
    assert ibid("inspect", tmp_path / "empty.txt").err == "ibid: empty.txt is empty; give a file with text in it\n"
    assert ibid("inspect", "river-report", "--html", "--json", IBID_DATA_DIR=data_dir).code == 2
    nowhere = ibid("inspect", "river-report", "--output", tmp_path / "no" / "page.html", IBID_DATA_DIR=data_dir)
    assert (nowhere.code, nowhere.out) == (1, "")


def test_a_heading_of_two_lines_is_told_once() -> None:
    seen = inspect(ingested_document("d", "Of Mills\n\nCHAPTER I\n\nThe Wheel\n\nIt turns by water and grinds corn."))
    assert [heading.section[-1] for heading in seen.outline] == ["Of Mills", "CHAPTER I. The Wheel"]
