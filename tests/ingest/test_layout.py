"""Sections, pages, furniture, tables and joins of small texts, read as a person reads them."""

from __future__ import annotations

import pytest
from documents import ingested

from ingest.model import Block, BlockKind, Ingested, PassageKind

LONG = "This paragraph is long enough to be a paragraph of its own, whatever stands around it in the text of the page"


def blocks(result: Ingested, kind: BlockKind) -> dict[str, Block]:
    return {result.document.text[slice(*b.content)]: b for b in result.blocks if b.kind is kind}


def bodies(result: Ingested) -> list[str]:
    return [passage.text for passage in result.passages if passage.kind is PassageKind.BODY]


def rows(result: Ingested) -> list[str]:
    return [passage.text for passage in result.passages if passage.kind is PassageKind.TABLE]


# --- headings -------------------------------------------------------------------------------------------------


def test_numbered_and_plain_headings_make_the_section_path() -> None:
    result = ingested("1. First Part\n\n1.1. Its Half\n\nThe Middle\n\nText one.\n\n2. Second Part\n\nText two.")
    assert [(passage.text, passage.section) for passage in result.passages] == [
        ("1. First Part\n1.1. Its Half\nThe Middle\nText one.", ("1. First Part", "1.1. Its Half", "The Middle")),
        ("2. Second Part\nText two.", ("2. Second Part",)),
    ]


def test_markdown_headings_make_the_section_path() -> None:
    result = ingested("# One #\n\nText.\n\n### Deep\n\nText.\n\n## Two\n\nText.")
    assert [passage.section for passage in result.passages] == [("One",), ("One", "Deep"), ("One", "Two")]


@pytest.mark.parametrize("leader", ["\t", " . . . . ", "....."])
def test_the_printed_contents_say_what_a_part_is(leader: str) -> None:
    titles = {"Opening Words": 3, "1. The Middle": 5, "Closing Words": 9, "Of the Rivers": 9}
    contents = "Contents\n\n" + "\n".join(f"{title}{leader}{page}" for title, page in titles.items())
    body = "\n\nText.\n\n".join(["Opening Words", "1. The Middle", "Closing Words\n\nOf the Rivers", "Aside", ""])
    result = ingested(f"{contents}\n\n{body}")
    assert [passage.section for passage in result.passages][-4:] == [
        ("Opening Words",),
        ("1. The Middle",),
        ("Closing Words", "Of the Rivers"),
        ("Closing Words", "Of the Rivers", "Aside"),
    ]
    headings = blocks(result, BlockKind.HEADING)
    assert [headings[title].page for title in titles] == [3, 5, 9, 9]


@pytest.mark.parametrize(
    "line",
    [
        "This is a sentence.",
        "in lower case",
        "Breaks Off,",
        "Table 3. What There Is",
        "URL: https://example.org",
        "Ma Bin (Head)—Doctor of Law",
        "Zhao Huasheng Liu Huaqin Xing Guangcheng Feng Yujun Yang Cheng Yu Bin",
        "The way in which this was done by all of them together was odd",
        LONG + LONG,
    ],
)
def test_lines_that_are_no_headings(line: str) -> None:
    assert not blocks(ingested(f"{line}\n\nText that follows. It goes on."), BlockKind.HEADING)


def test_a_title_with_nothing_under_it_is_no_heading() -> None:
    assert not blocks(ingested("Some text.\n\nThe End"), BlockKind.HEADING)


# --- joins ----------------------------------------------------------------------------------------------------


def test_a_sentence_goes_on_after_a_break() -> None:
    assert bodies(ingested("The rivers carry\n\nsilt to the sea.\n\nNext.")) == [
        "The rivers carry silt to the sea.\nNext."
    ]


def test_a_word_broken_by_a_page_is_mended_unless_both_halves_are_words() -> None:
    assert bodies(ingested("The Part-\n\nnership grew.")) == ["The Partnership grew."]
    assert bodies(ingested("The well-\n\nknown river is known well by all.")) == [
        "The well-known river is known well by all."
    ]


def test_a_word_broken_by_a_line_is_mended_unless_both_halves_are_words() -> None:
    assert bodies(ingested("The coop-\neration grew.")) == ["The cooperation grew."]
    assert bodies(ingested("The long-\nterm view: a term so long is rare.")) == [
        "The long-term view: a term so long is rare."
    ]


@pytest.mark.parametrize("word", ["thirty-one", "twenty-first", "semi-detached", "self-made", "T-shirt", "Anglo-Saxon"])
def test_a_compound_keeps_its_hyphen_at_a_line_end(word: str) -> None:
    assert bodies(ingested(f"It was a {word.replace('-', '-' + chr(10))} affair.")) == [f"It was a {word} affair."]


def test_markers_at_the_end_do_not_hide_that_a_sentence_breaks_off_or_ends() -> None:
    joined = ingested("Rivers carry silt¹\n\nto the sea.\n\n¹ A note. URL: https://example.org")
    assert bodies(joined) == ["Rivers carry silt to the sea."]
    ended = ingested("Rivers carry silt.¹\n\nto the sea.\n\n¹ A note. URL: https://example.org")
    assert bodies(ended) == ["Rivers carry silt.\nto the sea."]


def test_a_list_item_begins_anew() -> None:
    result = ingested("We want three things\n\n- peace\n\nb) bread")
    assert set(blocks(result, BlockKind.LIST_ITEM)) == {"- peace", "b) bread"}
    assert bodies(result) == ["We want three things\n- peace\nb) bread"]


def test_only_a_long_paragraph_goes_on_in_a_capital_and_only_over_notes() -> None:
    note = "¹ A note. URL: https://example.org"
    long = LONG + " of the report on Moscow¹"
    assert bodies(ingested(f"{long}\n\n{note}\n\nState University. End.", 60))[0].endswith(
        "on Moscow State University. End."
    )
    assert "Moscow\nState" in bodies(ingested(f"{long}\n\nState University. End.\n\n{note}", 60))[0]
    assert bodies(ingested(f"A line of text that is not very long¹\n\n{note}\n\nState University. End.")) == [
        "A line of text that is not very long\nState University. End."
    ]


# --- furniture and pages --------------------------------------------------------------------------------------


def test_running_heads_give_the_pages_between_them_too() -> None:
    pages = [f"Text of page {n} here.\n\n{n} The Annals" for n in (3, 4, 6)]
    result = ingested("\n\n".join(pages) + "\n\nThe last page.")
    assert set(blocks(result, BlockKind.FURNITURE)) == {"3 The Annals", "4 The Annals", "6 The Annals"}
    assert {text: block.page for text, block in blocks(result, BlockKind.PARAGRAPH).items()} == {
        "Text of page 3 here.": 3,
        "Text of page 4 here.": 4,
        "Text of page 6 here.": 6,
        "The last page.": 7,
    }


def test_bare_numbers_and_addresses_at_the_foot_are_furniture() -> None:
    result = ingested("\n\n".join(f"Text, of page {n}.\n\n- {n} -\n\nwww.example.org" for n in (1, 2, 3)))
    assert set(blocks(result, BlockKind.FURNITURE)) == {"- 1 -", "- 2 -", "- 3 -", "www.example.org"}


def test_a_year_alone_on_its_line_is_no_page_number() -> None:
    result = ingested("The mill was built.\n\n1823\n\nIt burned.\n\n1824\n\nIt was built again.")
    assert blocks(result, BlockKind.FURNITURE) == {}


def test_words_that_come_back_inside_sentences_are_furniture() -> None:
    result = ingested("\n\n".join(["The rivers carry\n\nAnnals\n\nsilt to the sea."] * 3))
    assert set(blocks(result, BlockKind.FURNITURE)) == {"Annals"}


def test_a_line_that_comes_back_in_the_text_is_not_lost() -> None:
    assert bodies(ingested("some words again\n\n" * 5))
    assert not blocks(ingested("\n\n".join(["A question?\n\nYes, indeed.\n\nAn end."] * 4)), BlockKind.FURNITURE)
    assert not blocks(ingested("\n\n".join(["He said.\n\n* * *\n\nShe said."] * 4)), BlockKind.FURNITURE)


def test_form_feeds_count_pages() -> None:
    result = ingested("One, not done.\n\fTwo.\n\nTwo and a half.\fThree.")
    assert [block.page for block in result.blocks] == [1, 2, 2, 3]


def test_a_passage_knows_every_page_it_stands_on() -> None:
    [passage] = ingested("One.\n\fTwo.\n\fThree.").passages
    assert passage.pages == (1, 3)


def test_page_numbers_that_do_not_rise_are_not_believed() -> None:
    result = ingested("\n\n".join(f"Some text here.\n\n{n}" for n in (0, 5, 2, 7)))
    assert [block.page for block in result.blocks if block.kind is BlockKind.PARAGRAPH] == [4, 5, 6, 7]


# --- tables ---------------------------------------------------------------------------------------------------


def test_a_row_is_read_with_its_title_and_the_names_of_its_columns() -> None:
    result = ingested("Table 1. Rivers\n\nName\tLength\nRhine\t1230\nElbe\t1094\n\nAfter.")
    assert rows(result) == [
        "Table 1. Rivers\nName Rhine Length 1230",
        "Table 1. Rivers\nName Elbe Length 1094",
    ]
    assert bodies(result) == ["Table 1. Rivers\nAfter."]


def test_an_escaped_pipe_stands_in_its_cell() -> None:
    [row] = [p.text for p in ingested("| Year | Buyer |\n| --- | --- |\n| 1902 | Genoa \\| Pisa |").passages]
    assert row == "Year 1902 Buyer Genoa | Pisa"


def test_an_empty_cell_keeps_the_others_in_their_columns() -> None:
    assert rows(ingested("Name\tLength\tSea\nRhine\t\tNorth\n\t1094\tNorth")) == [
        "Name Rhine Sea North",
        "Length 1094 Sea North",
    ]
    assert rows(ingested("| Name | Length |\n|---|:-:|\n| | 1230 |\n|Elbe|-|")) == ["Length 1230", "Name Elbe Length -"]


def test_a_row_longer_than_the_header_is_read_to_its_end() -> None:
    assert rows(ingested("Name\tLength\nRhine\t1230\tlong")) == ["Name Rhine Length 1230 long"]


def test_a_column_that_no_row_fills_is_still_read() -> None:
    assert rows(ingested("Name\tLength\tSource\nRhine\t1230\t")) == ["Source", "Name Rhine Length 1230"]


def test_a_row_too_long_for_a_passage_goes_without_title_or_without_column_names() -> None:
    title = "Table 1. " + "rivers and " * 6 + "seas"
    names = "\t".join(f"the name of column {letter}" for letter in "ab")
    assert rows(ingested(f"{title}\n\n{names}\nRhine\t1230\nElbe\t1094", 14)) == [
        "the name of column a Rhine the name of column b 1230",
        "the name of column a Elbe the name of column b 1094",
    ]
    assert rows(ingested(f"{title}\n\n{names}\nRhine\t1230\nElbe\t1094", 10)) == [
        "the name of column a the name of column b",
        "Rhine 1230",
        "Elbe 1094",
    ]


def test_printed_contents_and_a_lone_row_are_no_tables() -> None:
    assert rows(ingested("Contents\n\nOpening\t3\nMiddle\t5\nEnd\t9")) == []
    assert rows(ingested("|---|\n| a |")) == []
