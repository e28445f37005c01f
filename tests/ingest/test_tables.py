"""Tables of every make: what their parts are, and how their rows are read."""

from __future__ import annotations

import pytest
from documents import count_tokens, document, ingested

from ingest.model import BlockKind, PassageKind
from ingest.pipeline import ingest
from ingest.tables import Table, find_tables, is_table_title
from ingest.units import split_units

PROSE = "The mill was built in the year when the river rose. It stands still and grinds."


def rows(source: str) -> list[str]:
    result = ingest(document(source), count_tokens, 80)
    return [passage.text for passage in result.passages if passage.kind is PassageKind.TABLE]


def tables(source: str) -> tuple[list[str], list[Table]]:
    units = split_units(source)
    found = list(find_tables(source, units, range(len(units))))
    return [unit.text(source) for unit in units], found


def test_a_table_knows_its_title_units_header_and_source() -> None:
    texts, [table] = tables(
        "Table 1. Output\n\n(thousand tonnes)\n\nMill\tWheat\tRye\nUpper\t12\t3\nLower\t4\t5\n\n"
        f"Source: The Mill Society.\n\nURL: https://example.org\n\n{PROSE}"
    )
    assert table.title is not None
    assert table.measure is not None
    assert texts[table.title] == "Table 1. Output"
    assert texts[table.measure] == "(thousand tonnes)"
    assert [texts[index] for index in table.sources] == ["Source: The Mill Society.", "URL: https://example.org"]
    assert table.header == 1
    assert len(table.rows()) == 2


def test_a_row_is_read_with_the_units_of_its_table() -> None:
    assert rows("Table 1. Output\n\n(tonnes)\n\nMill\tWheat\nUpper\t12") == [
        "Table 1. Output\n(tonnes)\nMill Upper Wheat 12"
    ]


def test_a_row_is_cited_by_its_own_spans() -> None:
    source = "Table 1. Output\n\nMill\tWheat\tRye\nUpper\t12\t3\nLower\t4\t5"
    result = ingested(source)
    cited = ["".join(source[a:b] for a, b in p.spans) for p in result.passages if p.kind is PassageKind.TABLE]
    assert ["12" in text and "4" not in text for text in cited] == [True, False]


def test_names_that_end_like_sentences_are_no_passage_of_their_own_with_each_row() -> None:
    """Their tokens, sentence by sentence, are more than those of the whole row, which is within the limit."""
    source = "Mill。Place of it\tWheat\tRye\tOats\nUpper\t12\t3\t4\nLower\t4\t5\t6"
    found = [passage.id for passage in ingest(document(source), lambda text: len(text.split()), 10).passages]
    assert len(found) == len(set(found)) == 2


@pytest.mark.parametrize(
    "table",
    [
        "Mill | Wheat | Rye\n--- | --- | ---\nUpper | 12 | 3\nLower | | 5",
        "|Mill|Wheat|Rye|\n|:--|--:|---|\n|Upper|12|3|\n|Lower||5|",
        "Mill\tWheat\tRye\nUpper\t12\t3\nLower\t\t5",
        "Mill        Wheat    Rye\nUpper          12      3\nLower                  5",
        "  Mill        Wheat    Rye\n  Upper          12      3\n  Lower                  5",
    ],
)
def test_rows_are_read_alike_whatever_parts_their_cells(table: str) -> None:
    assert rows(f"{PROSE}\n\n{table}\n\n{PROSE}") == ["Mill Upper Wheat 12 Rye 3", "Mill Lower Rye 5"]


def test_a_first_row_of_figures_names_no_columns() -> None:
    assert rows("Table 1. Output\n\nUpper\t12\t3\nLower\t4\t5") == [
        "Table 1. Output\nUpper 12 3",
        "Table 1. Output\nLower 4 5",
    ]


def test_years_name_columns() -> None:
    assert rows("\t2019\t2020\nUpper\t12\t3") == ["Upper 2019 12 2020 3"]


def test_a_header_of_two_rows_names_columns_by_both() -> None:
    assert rows("Mill\tWheat\tRye\n\told\tnew\nUpper\t12\t3\nLower\t4\t5") == [
        "Mill Upper Wheat old 12 Rye new 3",
        "Mill Lower Wheat old 4 Rye new 5",
    ]


@pytest.mark.parametrize(
    "source",
    [
        "Two columns of words stand here     and the other one goes on beside it\n"
        "as they do in a paper of old        days when the lines were set by hand\n"
        "and nobody could add them up        because they hold no figures at all",
        "A line  with a gap\nand another one  with a gap",
        "```\na | b\n--- | ---\n1 | 2\n```",
        "He said | she said.\nThey said.",
    ],
)
def test_text_that_only_looks_like_rows_is_no_table(source: str) -> None:
    assert rows(f"{PROSE}\n\n{source}\n\n{PROSE}") == []


def test_a_sentence_goes_on_behind_a_table_or_figure() -> None:
    table = "Table 1. Output\n\nMill\tWheat\nUpper\t12\n\nSource: The Mill Society"
    figure = "Figure 2. The Mills\n\nSource: The Mill Society"
    for between in (table, figure):
        texts = [
            p.text
            for p in ingested(f"The mills of the valley gave flour\n\n{between}\n\nto all the towns.", 60).passages
        ]
        assert any("gave flour to all the towns." in text for text in texts)


def test_a_capital_behind_a_table_begins_anew() -> None:
    long = f"{PROSE} The mills of the valley, which had been built in the old days, gave flour and bread to"
    source = f"{long} many\n\nTable 1. Output\n\nMill\tWheat\nUpper\t12\n\nTowns bought it."
    assert not any("many Towns" in passage.text for passage in ingested(source, 60).passages)


@pytest.mark.parametrize(
    "caption", ["Figure 3. Output of the Mills", "Fig. 2: Mills", "Chart 1 The Mills", "**Figure 4.** Mills"]
)
def test_a_caption_is_neither_heading_nor_part_of_the_text(caption: str) -> None:
    result = ingested(f"The mills gave flour\n\n{caption}\n\nand bread to all the towns of the valley.")
    [block] = [block for block in result.blocks if result.document.text[slice(*block.content)] == caption]
    assert block.kind is BlockKind.PARAGRAPH
    assert any("gave flour and bread" in passage.text for passage in result.passages)


def test_numbered_recommendations_and_lists_are_list_items() -> None:
    items = ["1. Build mills.", "- 2. Build more.", "(a) of stone;", "(ii) of wood;", "• by hand"]
    result = ingested("\n\n".join(items))
    assert {block.kind for block in result.blocks} == {BlockKind.LIST_ITEM}


def test_a_long_table_is_read_in_linear_time() -> None:
    """Comparing every row with every other would take minutes here."""
    source = "\n".join(f"Mill {'x' * (n % 7)}    {n}    {n * 7}" for n in range(20_000))
    _, [table] = tables(source)
    assert table.header + len(table.rows()) == 20_000


@pytest.mark.parametrize(
    "line", ["Table 2. Eels by year", "Table A1: Eels", "**Table 3** Eels by year", "TABLE IV", "Tab. 5 – Eels"]
)
def test_a_line_that_is_the_title_of_a_table(line: str) -> None:
    assert is_table_title(line)


@pytest.mark.parametrize(
    "line", ["Table 2 shows eels by year.", "Tables are of oak.", "The table", f"Table 1. {'Eels ' * 80}"]
)
def test_a_sentence_about_a_table_is_not_its_title(line: str) -> None:
    assert not is_table_title(line)
