"""Headings of reports, laws, articles and Markdown files, and how they nest."""

from __future__ import annotations

import pytest
from documents import ingested

from ingest.contents import plain, read_contents
from ingest.model import BlockKind, PassageKind
from ingest.units import split_units

TEXT = "The mill was built in the year when the river rose. It stands still and grinds."


def headings(source: str) -> list[tuple[str, ...]]:
    return [block.section for block in ingested(source).blocks if block.kind is BlockKind.HEADING]


def lines(*titles: str) -> str:
    """Each title with a paragraph under it; one that ends in a blank stands right above the next."""
    return "".join(f"{title.strip()}\n\n" + ("" if title.endswith(" ") else f"{TEXT}\n\n") for title in titles)


def test_parts_chapters_and_articles_of_a_law_nest() -> None:
    source = lines(
        "Part I ", "Chapter 1. Mills ", "Article 1", "Article 2. Meaning of mill", "Chapter 2 ", "§ 3", "Part II ",
        "Article 4", "Annex A",
    )  # fmt: skip
    assert headings(source) == [
        ("Part I",),
        ("Part I", "Chapter 1. Mills"),
        ("Part I", "Chapter 1. Mills", "Article 1"),
        ("Part I", "Chapter 1. Mills", "Article 2. Meaning of mill"),
        ("Part I", "Chapter 2"),
        ("Part I", "Chapter 2", "§ 3"),
        ("Part II",),
        ("Part II", "Article 4"),
        ("Annex A",),
    ]


def test_a_bare_label_and_the_title_below_it_are_one_heading() -> None:
    assert headings(lines("PART II ", "FINAL PROVISIONS ", "Article 3")) == [
        ("PART II. FINAL PROVISIONS",),
        ("PART II. FINAL PROVISIONS",),
        ("PART II. FINAL PROVISIONS", "Article 3"),
    ]


def test_roman_numbers_letters_and_figures_nest_as_they_come() -> None:
    source = lines(
        "I. Introduction", "A. The Mill", "1. Its Wheel", "2. Its Stone", "B. The River", "II. The Law", "A. Mills"
    )
    assert headings(source) == [
        ("I. Introduction",),
        ("I. Introduction", "A. The Mill"),
        ("I. Introduction", "A. The Mill", "1. Its Wheel"),
        ("I. Introduction", "A. The Mill", "2. Its Stone"),
        ("I. Introduction", "B. The River"),
        ("II. The Law",),
        ("II. The Law", "A. Mills"),
    ]


def test_front_and_back_matter_stands_beside_numbered_parts() -> None:
    source = lines("Abstract", "1 Introduction", "2 Methods ", "2.1 Mills", "The Wheels", "Conclusions", "References")
    assert headings(source) == [
        ("Abstract",),
        ("1 Introduction",),
        ("2 Methods",),
        ("2 Methods", "2.1 Mills"),
        ("2 Methods", "2.1 Mills", "The Wheels"),
        ("Conclusions",),
        ("References",),
    ]


def test_capitals_stand_above_plain_titles() -> None:
    assert headings(lines("THE MILLS", "The Wheel", "The Stone", "THE RIVERS", "The Bed")) == [
        ("THE MILLS",),
        ("THE MILLS", "The Wheel"),
        ("THE MILLS", "The Stone"),
        ("THE RIVERS",),
        ("THE RIVERS", "The Bed"),
    ]


def test_markdown_headings_of_every_kind() -> None:
    source = f"Mills\n=====\n\n{TEXT}\n\nWheels\n------\n{TEXT}\n\n" + lines("### Stones", "**In bold**", "# End")
    assert headings(source) == [
        ("Mills",),
        ("Mills", "Wheels"),
        ("Mills", "Wheels", "Stones"),
        ("Mills", "Wheels", "Stones", "In bold"),
        ("End",),
    ]


def test_the_signs_of_a_heading_are_not_read() -> None:
    source = f"Of Mills\n========\n\n{TEXT}\n\n## The *Old* Wheels[^1] ##\n\n{TEXT}\n\n[^1]: All of them.\n"
    passages = [p for p in ingested(source).passages if p.kind is PassageKind.BODY]
    assert [passage.text.split("\n")[0] for passage in passages] == ["Of Mills", "The Old Wheels"]
    assert [passage.section for passage in passages] == [("Of Mills",), ("Of Mills", "The Old Wheels")]


@pytest.mark.parametrize(
    "source",
    [
        f"```\n# a comment\n\nA Title\n```\n\n{TEXT}",
        f"# Mills\n\n{TEXT}\n\n    # a comment\n    b = 1\n\n{TEXT}",
    ],
)
def test_code_holds_no_headings(source: str) -> None:
    assert [path[-1] for path in headings(source)] in ([], ["Mills"])


def test_a_numbered_title_with_a_stop_heads_a_paragraph() -> None:
    long = f"{TEXT} {TEXT}"
    assert headings(f"4. Conveying Copies.\n\n{long}\n\nSection 5 -- Definitions.\n\n{long}") == [
        ("4. Conveying Copies.",),
        ("4. Conveying Copies.", "Section 5 -- Definitions."),
    ]
    assert headings("1. Apples.\n\n2. Pears.\n\n3. Plums.\n\nThe end.") == []
    assert headings(f"Pears are good.\n\n{long}") == []


def test_a_heading_of_two_lines_is_one_heading() -> None:
    assert headings(f"2.1. The Mills of the Upper Valley and\nTheir Wheels\n\n{TEXT}") == [
        ("2.1. The Mills of the Upper Valley and Their Wheels",)
    ]


@pytest.mark.parametrize(
    "line",
    [
        "Cover photo credits: AGENCY / Ann Miller / Stock",
        "Photo: Ann Miller",
        "ISBN 978-5-6048393-3-1",
        "Tel.: +1 234 567",
        "Layout by Ann Miller",
        "ann@example.org",
        "© The Mill Society",
        "Figure 3. The Output of Mills",
        "Source: The Mill Society",
        "Article 5 of the law holds.",
    ],
)
def test_imprints_and_captions_are_no_headings(line: str) -> None:
    assert headings(f"{line}\n\n{TEXT}") == []


# --- printed contents -----------------------------------------------------------------------------------------


def test_what_the_contents_list_stands_where_they_put_it_and_the_rest_below() -> None:
    source = (
        "Contents\n\n1. Mills . . . . 3\n1.1. Wheels . . . . 3\nStones . . . . 5\nConclusions . . . . 9\n"
        "About the Authors . . . . 10\n\n"
        + lines(
            "1. Mills ", "1.1. Wheels", "An Aside", "Stones", "Conclusions", "About the Authors ", "Ann Miller", "Notes"
        )
    )
    assert headings(source)[1:] == [
        ("1. Mills",),
        ("1. Mills", "1.1. Wheels"),
        ("1. Mills", "1.1. Wheels", "An Aside"),
        ("1. Mills", "1.1. Wheels", "Stones"),
        ("Conclusions",),
        ("About the Authors",),
        ("About the Authors", "Ann Miller"),
        ("About the Authors", "Notes"),
    ]


def test_the_indents_of_the_contents_say_how_titles_nest() -> None:
    source = (
        "Contents\n\nMills ..... 3\n    Wheels ..... 3\n    Stones ..... 5\nRivers ..... 9\n    Beds ..... 9\n\n"
        + lines("Mills ", "Wheels", "Stones", "Rivers ", "Beds")
    )
    assert headings(source)[1:] == [
        ("Mills",),
        ("Mills", "Wheels"),
        ("Mills", "Stones"),
        ("Rivers",),
        ("Rivers", "Beds"),
    ]


def test_rows_that_were_run_together_are_cut_at_the_titles_of_the_text() -> None:
    source = (
        "Table of Contents\n\n1. Of Mills\t3\n1.1. Wheels Stones of the Valley\t3 4\n"
        "1.2. Rivers The Beds and\t7 8\nof the Upper Valley\t9\n\n"
        + lines("1. Of Mills ", "1.1. Wheels", "Stones of the Valley", "1.2. Rivers")
    )
    entries = read_contents(source, split_units(source), ()).entries
    pages = {title: entry.page for title, (entry, *_) in entries.items()}
    assert pages[plain("1.1. Wheels")] == 3
    assert pages[plain("Stones of the Valley")] == 4
    assert pages[plain("1.2. Rivers")] == 7


def test_a_title_that_the_contents_list_twice_is_met_in_their_order() -> None:
    source = "Contents\n\nPart I . . . . 3\nMills . . . . 3\nPart II . . . . 8\nMills . . . . 8\n\n" + lines(
        "Part I ", "Mills", "Part II ", "Mills"
    )
    blocks = [block for block in ingested(source).blocks if block.kind is BlockKind.HEADING]
    assert [(block.section[-1], block.page) for block in blocks[1:]] == [
        ("Part I", 3),
        ("Mills", 3),
        ("Part II", 8),
        ("Mills", 8),
    ]


def test_a_table_of_rising_figures_is_no_table_of_contents() -> None:
    source = "Mill\tOutput\nUpper\t10\nLower\t20\nOld\t30\nNew\t40"
    assert read_contents(source, split_units(source), ()).units == frozenset()
    assert len([p for p in ingested(source).passages if p.kind == "table"]) == 4
