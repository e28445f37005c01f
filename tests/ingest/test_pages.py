"""The page of each unit: printed, interpolated by length, or counted; and said which."""

from __future__ import annotations

from documents import ingested

from ingest.model import Block, BlockKind, PageSource

TEXT = "The mill was built in the year when the river rose. It stands still and grinds the corn of the valley."


def body(source: str) -> list[Block]:
    kept = (BlockKind.PARAGRAPH, BlockKind.HEADING)
    return [block for block in ingested(source).blocks if block.kind in kept]


def pages(source: str) -> list[int]:
    return [block.page for block in body(source)]


def test_a_text_without_signs_of_pages_is_one_page() -> None:
    source = f"# Mills\n\n{TEXT}¹\n\n¹ A note. URL: https://example.org\n\nand it goes on.\n\n{TEXT}"
    result = ingested(source)
    assert {block.page for block in result.blocks} == {1}
    assert {block.page_source for block in result.blocks} == {PageSource.COUNTED}


def test_form_feeds_are_counted() -> None:
    blocks = body(f"{TEXT}\f{TEXT}\n\n{TEXT}\f{TEXT}")
    assert [block.page for block in blocks] == [1, 2, 2, 3]
    assert {block.page_source for block in blocks} == {PageSource.COUNTED}


def test_form_feeds_count_on_from_a_printed_number() -> None:
    blocks = body(f"{TEXT}\n\n11\f{TEXT}\f{TEXT}\n\n13\f{TEXT}")
    assert [(block.page, block.page_source.value) for block in blocks] == [
        (11, "printed"),
        (12, "interpolated"),
        (13, "printed"),
        (14, "interpolated"),
    ]


def test_pages_whose_end_does_not_show_are_parted_by_length() -> None:
    source = f"{TEXT}\n\n3 The Annals\n\n" + f"{TEXT}\n\n" * 3 + f"6 The Annals\n\n{TEXT}\n\n7 The Annals"
    assert pages(source) == [3, 4, 5, 6, 7]


def test_a_page_that_does_not_show_begins_with_a_heading_rather_than_without() -> None:
    source = (
        f"{TEXT}\n\n3 The Annals\n\n{TEXT}\n\n{TEXT}\n\nOf Rivers\n\n{TEXT}\n\n5 The Annals\n\n{TEXT}\n\n6 The Annals"
    )
    assert pages(source) == [3, 4, 4, 5, 5, 6]


def test_page_numbers_at_the_heads_of_pages_number_the_text_below_them() -> None:
    source = "\n\n".join(f"{n} The Annals\n\n{TEXT}\n\n{TEXT}" for n in (3, 4, 5))
    assert pages(source) == [3, 3, 4, 4, 5, 5]


def test_the_first_page_may_have_its_number_at_its_foot_and_the_others_at_their_heads() -> None:
    note = "¹ A note. URL: https://example.org"
    source = f"Of Mills\n\n{TEXT}¹\n\n{note}\n\n3\n\n" + "\n\n".join(
        f"{n} The Annals\n\n{TEXT}\n\n{TEXT}" for n in (4, 5, 6)
    )
    result = ingested(source)
    assert [block.page for block in body(source)] == [3, 3, 4, 4, 5, 5, 6, 6]
    assert [block.page for block in result.blocks if block.kind is BlockKind.FOOTNOTE] == [3]
    assert [block.page for block in result.blocks if block.kind is BlockKind.FURNITURE] == [3, 4, 5, 6]


def test_an_end_too_many_is_not_believed() -> None:
    source = (
        f"{TEXT} {TEXT}\n\n3 The Annals\n\n{TEXT}¹\n\n¹ A note. URL: https://example.org\n\nof rivers.\n\n{TEXT} {TEXT}"
        f"\n\n4 The Annals\n\n{TEXT} {TEXT}\n\n5 The Annals"
    )
    assert pages(source) == [3, 4, 4, 4, 5]


def test_headings_stand_on_the_pages_that_the_contents_name() -> None:
    source = (
        "Contents\n\n1. Mills . . . . 5\n2. Rivers . . . . 8\n\n"
        + f"1. Mills\n\n{TEXT}\n\n{TEXT}\n\n{TEXT}\n\n2. Rivers\n\n{TEXT}"
    )
    blocks = body(source)[2:]
    assert [block.page for block in blocks] == [5, 5, 6, 7, 8, 8]
    assert [block.page_source for block in blocks][::5] == [PageSource.PRINTED] * 2


def test_a_text_that_begins_with_its_contents_begins_on_page_one() -> None:
    source = (
        f"The Mills\n\nContents\n\n1. Mills . . . . 3\n2. Rivers . . . . 4\n\n1. Mills\n\n{TEXT}\n\n2. Rivers\n\n{TEXT}"
    )
    assert pages(source)[0] == 1


def test_small_roman_numbers_number_no_page_of_the_text() -> None:
    source = f"{TEXT}\n\nii\n\n{TEXT}\n\niii\n\n{TEXT}\n\n1\n\n{TEXT}\n\n2"
    assert pages(source)[-2:] == [1, 2]


def test_many_pages_between_two_numbers_are_parted_in_linear_time() -> None:
    """Trying every way to part them would take minutes here."""
    source = "3 The Annals\n\n" + f"{TEXT}\n\n" * 3000 + "1003 The Annals\n\n" + f"{TEXT}\n\n1004 The Annals"
    found = pages(source)
    assert found == sorted(found)
    assert (found[0], found[-1]) == (4, 1004)
