"""The sentences of the benchmark are what it says they are, and stand for passages of the corpus."""

from __future__ import annotations

from collections import Counter

import pytest
from fakes import HashEmbedder

from benchmarks.postcheck import CORPUS, DATA, displaced, hits_of, judged, read_rows
from ingest.words import LanguageWords
from service.checking import Checker
from service.library import Library
from service.settings import Settings


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    """The corpus, with an embedder that is quick."""
    library = Library(Settings(data_dir=tmp_path_factory.mktemp("data")), HashEmbedder())
    library.ingest([CORPUS])
    return library


@pytest.mark.parametrize(("name", "count"), [("postcheck", 50), ("postcheck_held", 20), ("postcheck_forms", 33)])
def test_a_set_is_half_right_and_half_wrong_in_every_way(name: str, count: int) -> None:
    kinds = Counter(row.wrong for row in read_rows(DATA / f"{name}.jsonl"))
    assert kinds[""] == count
    assert kinds.total() == 2 * count
    assert all(kinds[kind] for kind in ("number", "date", "name", "mark", "quote"))


@pytest.mark.parametrize("name", ["postcheck", "postcheck_held", "postcheck_forms"])
def test_every_row_cites_passages_that_are_there(library: Library, name: str) -> None:
    for row in read_rows(DATA / f"{name}.jsonl"):
        hits = hits_of(library, row)
        assert len(hits) == library.settings.k
        for words, hit in zip(row.cites, hits, strict=False):
            assert words in hit.passage.text


def test_a_mark_that_is_moved_stands_for_a_passage_that_the_search_found(library: Library) -> None:
    row = next(row for row in read_rows(DATA / "postcheck.jsonl") if not row.wrong and len(row.cites) == 2)
    moved = displaced(row)
    assert moved is not None
    assert "[3]" in moved.sentence
    assert "[4]" in moved.sentence
    assert displaced(next(row for row in read_rows(DATA / "postcheck.jsonl") if row.wrong)) is None


def test_what_is_wrong_outright_is_found_with_any_embedder(library: Library) -> None:
    checker = Checker(library.index, library.embedder, LanguageWords("en"))
    row = next(row for row in read_rows(DATA / "postcheck.jsonl") if row.wrong == "number")
    [(sentence, _)] = judged(checker, library, row)
    assert sentence.reason == "“80” is not in what it cites"
