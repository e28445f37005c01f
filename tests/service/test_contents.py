"""What stands where in a document is told as it was understood, and places in it are those of its text."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import pytest
from starlette.testclient import TestClient
from texts import REPORT

from ingest.errors import NotFound
from service.app import create_app
from service.library import Library
from service.outline import page_starts, sections


@pytest.fixture
def client(library: Library) -> Iterator[TestClient]:
    with TestClient(create_app(library.settings, library), base_url="http://localhost") as client:
        yield client


def test_sections_say_their_place_level_and_pages(client: TestClient) -> None:
    told = client.get("/v1/documents/river-report/contents").json()
    assert [(section["path"], section["level"], section["pages"]) for section in told["sections"]] == [
        (["River Report"], 1, [1, 1]),
        (["1. Silt and Rice"], 1, [1, 1]),
        (["2. Boats"], 1, [2, 2]),
        (["3. Floods"], 1, [3, 3]),
    ]
    for section in told["sections"]:
        assert REPORT[section["start"] : section["end"]].startswith(section["path"][-1])
    boats = told["sections"][2]
    assert REPORT[boats["start"] : boats["end"]].endswith("2 Annals of Rivers")


def test_pages_say_where_they_start_and_how_that_is_known(client: TestClient) -> None:
    pages = client.get("/v1/documents/river-report/contents").json()["pages"]
    assert [page["page"] for page in pages] == [1, 2, 3]
    assert {page["known"] for page in pages} == {"printed"}
    assert REPORT[pages[1]["start"] :].startswith("2. Boats")


def test_blocks_hold_all_of_the_text_but_white_space(client: TestClient) -> None:
    blocks = client.get("/v1/documents/river-report/contents").json()["blocks"]
    places = [(0, 0), *((block["start"], block["end"]) for block in blocks), (len(REPORT), len(REPORT))]
    assert not "".join(REPORT[before:after] for (_, before), (after, _) in pairwise(places)).strip()
    kinds = {REPORT[block["start"] : block["end"]][:10]: block["kind"] for block in blocks}
    assert kinds["¹ Ada Mars"] == "footnote"
    assert kinds["1 Annals o"] == "furniture"
    assert kinds["| Harbour "] == "table"


def test_a_heading_of_two_lines_begins_one_section(client: TestClient) -> None:
    text = "Of Mills\n\nCHAPTER I\n\nThe Wheel\n\nIt turns by water.\n\nCHAPTER II\n\nThe Stone\n\nIt grinds corn."
    client.post("/v1/documents", files={"file": ("mills.txt", text.encode(), "text/plain")})
    told = client.get("/v1/documents/mills/contents").json()["sections"]
    assert [section["path"][-1] for section in told] == ["Of Mills", "CHAPTER I. The Wheel", "CHAPTER II. The Stone"]
    wheel = told[1]
    assert text[wheel["start"] : wheel["end"]] == "CHAPTER I\n\nThe Wheel\n\nIt turns by water."


def test_a_section_holds_those_below_it(client: TestClient) -> None:
    text = b"# One\n\nWater is wet.\n\n## Part\n\nIce is cold.\n\n# Two\n\nFire is hot.\n"
    client.post("/v1/documents", files={"file": ("nested.md", text, "text/markdown")})
    one, part, two = client.get("/v1/documents/nested/contents").json()["sections"]
    assert (one["level"], part["level"], two["level"]) == (1, 2, 1)
    assert part["path"] == [*one["path"], "Part"]
    assert (one["start"] < part["start"]) and (part["end"] == one["end"] < two["start"])


def test_the_contents_are_those_of_the_text_that_is_there_now(client: TestClient) -> None:
    client.get("/v1/documents/lighthouses/contents")
    client.post("/v1/documents", files={"file": ("lighthouses.md", b"# Lamps\n\nThey shine.\n", "text/markdown")})
    [section] = client.get("/v1/documents/lighthouses/contents").json()["sections"]
    assert section["path"] == ["Lamps"]


def test_a_document_that_is_not_there_has_no_contents(client: TestClient, library: Library) -> None:
    response = client.get("/v1/documents/nothing/contents")
    assert (response.status_code, response.headers["content-type"]) == (404, "application/problem+json")
    with pytest.raises(NotFound):
        library.blocks("nothing")


def test_no_blocks_no_contents() -> None:
    assert sections([]) == []
    assert list(page_starts([])) == []
