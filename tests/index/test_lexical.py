"""BM25 where Tantivy leaves open what Ibid promises: equals together, nothing gone is found, files on the disk."""

from __future__ import annotations

from pathlib import Path

import pytest

from index.contract import Filters
from index.lexical import MAX_WORDS, LexicalIndex
from index.snapshot import IndexedRow
from ingest.model import PassageKind


def row(number: int, text: str, document: str = "one", section: tuple[str, ...] = (), page: int = 1) -> IndexedRow:
    return IndexedRow(number, text, document, PassageKind.BODY, section, (page, page))


def test_the_first_words_of_a_pasted_page_are_looked_up() -> None:
    lexical = LexicalIndex.build([row(4, "lamp")])
    assert lexical.search("word " * (MAX_WORDS - 1) + "lamp", 9).keys() == {4}
    assert not lexical.search("word " * MAX_WORDS + "lamp", 9)


@pytest.mark.parametrize("k", [1, 5, 40])
def test_all_passages_that_score_as_the_last_are_given(k: int) -> None:
    lexical = LexicalIndex.build([row(n, "lamp lamp" if n < 3 else "lamp stone") for n in range(1, 200)])
    found = lexical.search("lamp", k)
    assert len(found) == (2 if k == 1 else 199)
    assert len({round(score, 5) for score in found.values()}) == (1 if k == 1 else 2)


def test_scores_are_those_of_the_search() -> None:
    lexical = LexicalIndex.build([row(n, "lamp " * (n % 5) + "stone river") for n in range(1, 60)])
    found = lexical.search("lamp stone moth", 99)
    assert len(found) == 59
    some = [3, 10, 55]
    assert lexical.scores("lamp stone moth", some) == pytest.approx({n: found[n] for n in some})
    assert lexical.scores("moth", some) == lexical.scores("", some) == lexical.scores("lamp", []) == {}


def test_a_change_is_seen_by_who_asks_anew_and_nobody_else(tmp_path: Path) -> None:
    old = LexicalIndex.build([row(1, "lamp"), row(2, "river")], tmp_path)
    new = old.change([row(3, "lamp silk")], [1])
    assert (old.rows.tolist(), new.rows.tolist()) == ([1, 2], [2, 3])
    assert (old.search("lamp", 9).keys(), new.search("lamp", 9).keys()) == ({1}, {3})
    again = LexicalIndex.open(tmp_path)
    assert again.rows.tolist() == [2, 3]
    assert again.search("lamp silk", 9) == new.search("lamp silk", 9)


def test_frequencies_are_of_stems_and_of_what_is_left_out_nothing() -> None:
    index = LexicalIndex.build([row(1, "lamps river"), row(2, "a lamp, lamp"), row(3, "silk")])
    asked = ["Lamp", "lamps", "river", "moth", "x" * 50]
    assert index.frequencies(asked) == [2, 2, 1, 0, 0]
    assert index.frequencies([]) == []


def test_passages_only_added_score_as_if_all_had_come_at_once() -> None:
    passages = [row(n, f"lamp {'river' if n % 3 else 'stone'} word{n}") for n in range(1, 90)]
    at_once = LexicalIndex.build(passages)
    bit_by_bit = LexicalIndex.build(passages[:5])
    for start in range(5, 89, 7):
        bit_by_bit = bit_by_bit.change(passages[start : start + 7], [])
    assert bit_by_bit.search("stone lamp word7", 99) == at_once.search("stone lamp word7", 99)
    assert bit_by_bit.rarity(["stone", "moth"]) == at_once.rarity(["stone", "moth"])


@pytest.mark.parametrize(
    ("filters", "rows"),
    [
        (Filters(section_prefix=("A",)), {1, 2}),
        (Filters(section_prefix=("A", "B")), {2}),
        (Filters(section_prefix=('A"',)), set()),
        (Filters(pages=(2, 3)), {2, 3}),
        (Filters(document_ids=frozenset({"two", "none"})), {3}),
        (Filters(kinds=frozenset({PassageKind.TABLE})), set()),
    ],
)
def test_filters_are_asked_of_the_passage_and_a_word_still_has_to_match(filters: Filters, rows: set[int]) -> None:
    lexical = LexicalIndex.build(
        [row(1, "lamp", section=("A",)), row(2, "lamp", section=("A", "B"), page=2), row(3, "lamp", "two", page=3)]
    )
    assert lexical.search("lamp", 9, filters).keys() == rows
    assert lexical.search("moth", 9, filters) == {}
    scores = lexical.search("lamp", 9)
    assert all(scores[n] == pytest.approx(score) for n, score in lexical.search("lamp", 9, filters).items())


@pytest.mark.parametrize("damage", ["empty", "no meta.json"])
def test_what_is_damaged_is_not_opened(tmp_path: Path, damage: str) -> None:
    folder = tmp_path / "index"
    folder.mkdir()
    if damage != "empty":
        LexicalIndex.build([row(1, "lamp")], folder)
        (folder / "meta.json").unlink()
    with pytest.raises(ValueError, match=r"."):
        LexicalIndex.open(folder)
