"""A document into an index: only what is new is embedded, and in one step."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from fakes import HashEmbedder, document

from index.codec import unpack
from index.embedded import EmbeddedIndex
from index.embedder import Embedded, Progress
from index.indexing import CHUNK, Indexed, index_document
from ingest.errors import SourceError
from ingest.sources import Source

PARAGRAPHS = [
    f"Paragraph {row} says that lamp {row} was lit by keeper {row} in year {1900 + row}, and that it went out again "
    f"before the ship numbered {row} had come home from its voyage to the islands of the north."
    for row in range(40)
]
SOURCE = Source(Path("log.txt"), "log", authors=("A. Keeper",), publisher="Light House", date="1931")


class Desk:
    """An index and the embedder it is filled with."""

    def __init__(self, folder: Path) -> None:
        self.embedder = HashEmbedder()
        self.index = EmbeddedIndex(folder, {"model": self.embedder.fingerprint})
        self.reports: list[tuple[str, int, int]] = []

    def put(self, text: str, title: str = "Log", source: Source = SOURCE, max_tokens: int = 40) -> Indexed:
        """Index a text as the document "log"."""
        self.reports.clear()
        return index_document(
            self.index,
            self.embedder,
            document("log", text, title),
            source,
            max_tokens,
            lambda *told: self.reports.append(told),
        )


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


TEXT = "\n\n".join(PARAGRAPHS)


def test_a_new_document_is_embedded_and_found(desk: Desk) -> None:
    done = desk.put(TEXT)
    assert done.changed
    assert done.embedded == desk.embedder.embedded == done.info.passages == 40
    assert desk.index.documents() == [done.info]
    assert (done.info.authors, done.info.publisher, done.info.date) == (("A. Keeper",), "Light House", "1931")
    assert done.info.characters == len(TEXT)
    vector = desk.embedder.embed([f"Log > {PARAGRAPHS[7]}"])[0].vector
    best = max(desk.index.search("", vector, 3).candidates, key=lambda candidate: candidate.dense)
    assert desk.index.fetch([best.passage_id])[0].text == PARAGRAPHS[7]
    assert best.dense == pytest.approx(1.0)


@pytest.mark.parametrize("text", ["&nbsp;", " &nbsp;\n\n&nbsp; "])
def test_a_text_in_which_nothing_can_be_read_is_refused(desk: Desk, text: str) -> None:
    with pytest.raises(SourceError, match="holds nothing that can be read; give a file with text in it"):
        desk.put(text)
    assert desk.index.generation == 0


def test_a_document_that_is_there_already_is_left_alone(desk: Desk) -> None:
    first = desk.put(TEXT)
    again = desk.put(TEXT)
    assert again == Indexed(first.info, 0, changed=False)
    assert desk.index.generation == 1
    assert desk.embedder.embedded == 40
    assert desk.reports == []


@pytest.mark.parametrize(
    "source",
    [
        replace(SOURCE, authors=("B. Keeper",)),
        replace(SOURCE, publisher=""),
        replace(SOURCE, date="1932"),
        replace(SOURCE, questions=("Who kept the light?",)),
    ],
)
def test_what_is_known_of_a_document_is_changed_without_embedding(desk: Desk, source: Source) -> None:
    desk.put(TEXT)
    done = desk.put(TEXT, source=source)
    assert (done.changed, done.embedded) == (True, 0)
    assert desk.index.documents()[0].authors == source.authors
    assert desk.index.documents()[0].date == source.date
    assert desk.index.documents()[0].questions == source.questions


def test_one_changed_paragraph_is_all_that_is_embedded_again(desk: Desk) -> None:
    """At most a twentieth of the passages; and what is no longer said is no longer stored."""
    desk.put(TEXT)
    changed = PARAGRAPHS[20].replace("lit", "broken")
    done = desk.put(TEXT.replace(PARAGRAPHS[20], changed))
    assert done.embedded == 1
    assert desk.embedder.embedded == 41
    known = desk.index.store.known([f"Log > {PARAGRAPHS[20]}", f"Log > {changed}", f"Log > {PARAGRAPHS[19]}"])
    assert set(known) == {f"Log > {changed}", f"Log > {PARAGRAPHS[19]}"}
    assert desk.index.generation == 2


def test_another_title_places_every_passage_anew(desk: Desk) -> None:
    desk.put(TEXT)
    assert desk.put(TEXT, title="Journal").embedded == 40


def test_equal_passages_are_embedded_once(desk: Desk) -> None:
    done = desk.put("\n\n".join([PARAGRAPHS[0]] * 5))
    assert done.info.passages == 5
    assert done.embedded == desk.embedder.embedded == 1


@pytest.mark.parametrize("count", [1, 40, CHUNK + 9])
def test_the_progress_told_adds_up(desk: Desk, count: int) -> None:
    text = "\n\n".join(PARAGRAPHS[row % 40].replace("keeper", f"keeper{row}") for row in range(count))
    desk.put(text)
    assert desk.reports[0] == ("log", 0, count)
    assert desk.reports[-1] == ("log", count, count)
    assert [done for _, done, _ in desk.reports] == sorted(done for _, done, _ in desk.reports)
    desk.put(text + "\n\nOne more paragraph at the end, with words enough to be one on its own account.")
    assert desk.reports[0] == ("log", desk.reports[-1][2] - 1, desk.reports[-1][2])


def test_token_vectors_are_kept_of_all_that_is_indexed_with_their_places(desk: Desk) -> None:
    """``Log > Paragraph 3 says that lamp 3 was lit …``: stop words and signs are dropped, equal words meet at 1."""
    desk.put(PARAGRAPHS[3])
    passage = desk.index.fetch([c.passage_id for c in desk.index.search("lamp", _any(), 1).candidates])[0]
    coded = unpack(desk.index.token_codes([passage.id]), desk.embedder.dim)
    words = [passage.text[place:].split()[0].strip(",.") for place in coded.places if place >= 0]
    assert words[:5] == ["Paragraph", "3", "says", "lamp", "3"]
    assert not {"that", "was", "by", "the"} & set(words)
    assert coded.places[0] == -len("Log > ")
    assert coded.is_placing.tolist() == [True, False]
    expected = desk.embedder.embed(["log", *words])
    cosines = [coded.cosines(one.tokens)[row, 0] for row, one in enumerate(expected)]
    assert cosines == pytest.approx([1] * len(cosines), abs=0.01)


def test_it_works_without_anybody_to_tell(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    source = document("log", PARAGRAPHS[0])
    assert index_document(desk.index, desk.embedder, source, SOURCE, 40).embedded == 1


def test_the_neighbours_of_a_passage_are_those_beside_it(desk: Desk) -> None:
    desk.put("\n\n".join(PARAGRAPHS[:3]))
    found = desk.index.fetch([c.passage_id for c in desk.index.search("lamp", _any(), 9).candidates])
    first, second, third = sorted(found, key=lambda passage: passage.position)
    assert desk.index.neighbours(first) == (None, second.id)
    assert desk.index.neighbours(second) == (first.id, third.id)
    assert desk.index.neighbours(third) == (second.id, None)


def _any() -> np.ndarray:  # type: ignore[type-arg]
    return HashEmbedder().embed(["anything"])[0].vector


class Tiring(HashEmbedder):
    """Embeds so many batches, and then no more."""

    def __init__(self, batches: int) -> None:
        super().__init__()
        self.batches = batches

    def embed(self, texts: Sequence[str], progress: Progress | None = None) -> list[Embedded]:
        """Embed texts, or fail."""
        self.batches -= 1
        if self.batches < 0:
            raise MemoryError
        return super().embed(texts, progress)


def test_a_run_that_is_cut_off_has_kept_what_it_had_embedded(tmp_path: Path) -> None:
    """And the index is as it was before."""
    text = "\n\n".join(PARAGRAPHS[row % 40].replace("keeper", f"keeper{row}") for row in range(2 * CHUNK + 9))
    desk = Desk(tmp_path)
    desk.embedder = Tiring(2)
    with pytest.raises(MemoryError):
        desk.put(text)
    assert (desk.index.generation, desk.index.documents()) == (0, [])
    desk.embedder = HashEmbedder()
    assert desk.put(text).embedded == desk.embedder.embedded == 9


def test_a_text_that_was_damaged_since_is_put_right_by_ingesting_it_again(desk: Desk) -> None:
    """Though its hash and all else that is known of it are the same."""
    desk.put(TEXT)
    with closing(sqlite3.connect(desk.index.store.path)) as connection:
        connection.execute("UPDATE documents SET text = 'damaged'")
        connection.commit()
    assert desk.put(TEXT) == Indexed(desk.index.documents()[0], 0, changed=True)
    assert desk.index.text("log") == TEXT
