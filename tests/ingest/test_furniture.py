"""What is page furniture, and what only looks like it."""

from __future__ import annotations

import pytest
from documents import ingested

from ingest.model import BlockKind

WORDS = ["mill", "river", "valley", "bridge", "harbour", "tower", "meadow", "forest", "island", "castle"]


def furniture(source: str) -> list[str]:
    result = ingested(source)
    return [result.document.text[slice(*b.content)] for b in result.blocks if b.kind is BlockKind.FURNITURE]


def page(n: int) -> str:
    return f"The {WORDS[n]} was built in the year when the river rose. It stands."


@pytest.mark.parametrize(
    "style", ["{}", "- {} -", "— {} —", "[{}]", "Page {}", "Page {} of 80", "{}/80", "p. {}", "{} | Page", "– {}"]
)
def test_a_page_number_alone_is_furniture(style: str) -> None:
    numbers = [style.format(n) for n in range(3, 8)]
    assert furniture("\n\n".join(f"{page(n)}\n\n{number}" for n, number in enumerate(numbers))) == numbers


def test_small_roman_numbers_are_furniture_where_they_rise() -> None:
    assert furniture("\n\n".join(f"{page(n)}\n\n{r}" for n, r in enumerate(["iii", "iv", "v"]))) == ["iii", "iv", "v"]
    assert furniture("A claim about the mill.\n\ni\n\nAnother claim, and the last.") == []
    assert furniture("\n\n".join(f"{r}\n\n{page(n)}" for n, r in enumerate(["I", "II", "III"]))) == []


def test_heads_of_left_and_right_pages_take_turns() -> None:
    heads = [("The Annals of Mills", "Ann Miller")[n % 2] for n in range(8)]
    source = "A Title\f" + "\f".join(f"{head}\n\n{page(n)}" for n, head in enumerate(heads))
    assert furniture(source) == heads


def short_article(heads: list[str]) -> str:
    return "A Title\n\nIt begins here.\n\n" + "\n\n".join(f"{head}\n\n{page(n)}" for n, head in enumerate(heads))


def test_numbered_heads_that_take_turns_need_not_come_back_often() -> None:
    heads = [
        "12  ANNALS OF MILLS  [Vol. 7:11",
        "2019]  ON WATER  13",
        "14  ANNALS OF MILLS  [Vol. 7:11",
        "2019]  ON WATER  15",
    ]
    assert furniture(short_article(heads)) == heads


@pytest.mark.parametrize(
    "lines",
    [
        ["12 Annals of Mills", "On Water 13", "14 Annals of Mills"],
        ["12 Annals of Mills", "On Water 14", "16 Annals of Mills", "On Water 18"],
        ["1 To the mill.", "2 To the river.", "3 To the mill.", "4 To the river."],
    ],
    ids=["too few", "not page by page", "sentences"],
)
def test_lines_that_take_turns_otherwise_stay(lines: list[str]) -> None:
    assert furniture(short_article(lines)) == []


def test_lines_that_take_turns_with_no_text_between_are_no_heads() -> None:
    assert furniture("They play:\n\n1 The Mill\n\n2 The River\n\n3 The Mill\n\n4 The River\n\nThat is all.") == []


def test_a_head_glued_to_the_text_of_its_page_is_cut_off() -> None:
    source = "A Title\f" + "\f".join(f"Annals of Mills\n{page(n)}\nvol. 7 no. {n}" for n in range(5))
    assert furniture(source) == [head for n in range(5) for head in ("Annals of Mills", f"vol. 7 no. {n}")]


def test_a_head_next_to_a_page_number_is_furniture() -> None:
    source = "\n\n".join(f"{page(n)}\n\n{n + 3}\n\nThe Annals of Mills" for n in range(5))
    assert furniture(source).count("The Annals of Mills") == 5


def test_a_head_that_was_misread_is_furniture_too() -> None:
    heads = ["3 The Annals of Mills", "4 The Annals of Mills", "5 The Annais of Mi11s", "6 The Annals of Mills"]
    assert "6 The Annals of Mills" in furniture("\n\n".join(f"{page(n)}\n\n{head}" for n, head in enumerate(heads)))
    heads[2] = "5 The Annais of Miils"
    assert furniture("\n\n".join(f"{page(n)}\n\n{head}" for n, head in enumerate(heads))) == heads


@pytest.mark.parametrize(
    "stamp",
    [
        "Downloaded from https://example.org/mills by guest on 12 May 2021",
        "https://doi.org/10.1234/mills.5",
        "© 2021 The Mill Society. All rights reserved.",
        "www.example.org",
    ],
)
def test_a_stamp_on_every_page_is_furniture(stamp: str) -> None:
    assert furniture("\n\n".join(f"{page(n)}\n\n{stamp}" for n in range(4))) == [stamp] * 4


def test_a_head_of_one_page_is_furniture_where_its_number_counts_the_pages() -> None:
    heads = [f"Of the {WORDS[n].title()} | {n + 40}" for n in range(5)]
    assert furniture("\f".join(f"{head}\n\n{page(n)}" for n, head in enumerate(heads))) == heads


@pytest.mark.parametrize("head", ["www.example.org", "4 | The Keepers of the Tower", "The Annals of Mills"])
def test_a_head_of_one_page_is_furniture_where_a_sentence_goes_on_behind_it(head: str) -> None:
    note = "¹ A note. URL: https://example.org"
    assert furniture(f"The mills sent their flour¹\n\n{note}\n\n{head}\n\nto the towns. {page(1)}") == [head]
    assert furniture(f"The mills sent their flour.¹\n\n{note}\n\n{head}\n\nTo the towns. {page(1)}") == []


def test_a_title_that_a_numbered_head_repeats_stays_where_it_stands_alone_in_the_text() -> None:
    source = f"{page(0)}\n\nOf Mills\n\n{page(1)}\n\n" + "\n\n".join(f"{page(n)}\n\n{n} Of Mills" for n in (3, 4, 5))
    assert furniture(source) == ["3 Of Mills", "4 Of Mills", "5 Of Mills"]


def test_heads_are_found_in_linear_time() -> None:
    """Comparing every line with every other would take minutes here."""
    titles = (
        f"The {WORDS[n % 10]} of {WORDS[n // 10 % 10]} and {WORDS[n // 100 % 10]}{'s' * (n % 7)}" for n in range(9_000)
    )
    assert furniture("\n\n".join(f"{title}\n\n{page(n % 10)}" for n, title in enumerate(titles))) == []


def test_the_number_of_a_head_is_read_where_the_word_page_stands_before_it() -> None:
    feet = [f"Miller, et al.          Standards Track          [Page {n}]" for n in (7, 8, 9)]
    source = "\f".join(f"{page(n)}\n\n{foot}" for n, foot in enumerate(feet))
    assert furniture(source) == feet
    assert [b.page for b in ingested(source).blocks if b.kind is BlockKind.PARAGRAPH] == [7, 8, 9]


def test_a_head_with_other_numbers_on_each_page_is_furniture() -> None:
    heads = [f"12.5.2021 EN Official Annals L 123/{n}" for n in range(4, 9)]
    assert furniture("\f".join(f"{head}\n\n{page(n)}" for n, head in enumerate(heads))) == heads


@pytest.mark.parametrize(
    "lines",
    [
        [f"Article {n}" for n in range(1, 6)],
        [f"§ {n}" for n in range(1, 6)],
        [f"{n} Ibid." for n in range(11, 16)],
        [f"{n}. The same" for n in range(1, 6)],
        ["Yes, it is so."] * 5,
        ["Discussion"] * 5,
        [f"doi:10.1234/mills.{n}" for n in range(1, 6)],
    ],
)
def test_lines_that_come_back_in_the_text_stay(lines: list[str]) -> None:
    assert furniture("\n\n".join(f"{line}\n\n{page(n)}" for n, line in enumerate(lines))) == []


def test_the_heading_that_a_running_head_repeats_stays() -> None:
    pages = [page(n) for n in range(5)]
    source = "Contents\n\n1. Of Mills . . . . 3\n2. Of Towers . . . . 9\n\n" + "\f".join(
        f"1. Of Mills\n\n{text}" for text in pages
    )
    result = ingested(source)
    assert furniture(source) == ["1. Of Mills"] * 4
    assert result.passages[-1].section == ("1. Of Mills",)
