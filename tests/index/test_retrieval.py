"""A question to ranked hits, with the notes that stand behind them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from fakes import HashEmbedder, document

from index.contract import Filters
from index.embedded import EmbeddedIndex
from index.fusion import fuse
from index.indexing import index_document
from index.retrieval import Ranking, Retriever
from ingest.errors import NotFound
from ingest.model import PassageKind
from ingest.sources import Source

TEXTS = {
    "ports": "# Harbours\n\nThe harbour of Riga froze in winter.¹ Ships waited outside.\n\n"
    "¹ Port Authority, Yearbook of ice. URL: https://example.org/ice\n",
    "trade": "# Tariffs\n\nA tariff on copper was raised in March.\n\n# Fish\n\nHerring was exported to Riga.\n",
}


class Corpus:
    """Documents in an index, and a retriever over it."""

    def __init__(self, folder: Path, texts: dict[str, str] = TEXTS, ranking: Ranking | None = None) -> None:
        self.embedder = HashEmbedder()
        self.index = EmbeddedIndex(folder, {"model": self.embedder.fingerprint})
        for name, text in texts.items():
            self.put(name, text)
        self.retriever = Retriever(self.index, self.embedder, ranking)

    def put(self, name: str, text: str) -> None:
        """Put a text into the index under its name."""
        index_document(self.index, self.embedder, document(name, text, name.title()), Source(Path(name), name), 60)

    def find(self, question: str, k: int = 3, filters: Filters | None = None) -> list:  # type: ignore[type-arg]
        """Search as the service does."""
        return self.retriever.search(self.retriever.read(question), k, filters)


@pytest.fixture
def corpus(tmp_path: Path) -> Corpus:
    return Corpus(tmp_path)


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("When was the tariff on copper raised?", "A tariff on copper was raised in March."),
        ("herring exported", "Herring was exported to Riga."),
        ("Which harbour froze?", "The harbour of Riga froze in winter. Ships waited outside."),
        ("yearbook of ice", "Port Authority, Yearbook of ice. URL: https://example.org/ice"),
    ],
)
def test_the_passage_with_the_words_of_the_question_comes_first(corpus: Corpus, question: str, text: str) -> None:
    hits = corpus.find(question)
    assert hits[0].passage.text.endswith(text)
    assert hits[0].document_title in {"Ports", "Trade"}
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)


def test_notes_come_along_with_the_passage_that_calls_them_and_with_their_own(corpus: Corpus) -> None:
    note = corpus.index.footnotes("ports")[0]
    by_kind = {hit.passage.kind: hit for hit in corpus.find("harbour ice yearbook", 2)}
    assert by_kind[PassageKind.BODY].footnotes == (note,)
    assert by_kind[PassageKind.FOOTNOTE].footnotes == (note,)
    assert all(hit.footnotes == () for hit in corpus.find("tariff", 9) if hit.passage.document_id == "trade")


def test_a_score_is_late_interaction_and_a_little_bm25_by_hand(tmp_path: Path) -> None:
    """Two passages, one question word in each kind of place: both standardise to plus and minus one."""
    corpus = Corpus(tmp_path, {"a": "Copper rose sharply.", "b": "Herring fell a little."}, Ranking(lexical_weight=0.3))
    first, second = corpus.find("copper rose")
    assert (first.passage.text, second.passage.text) == ("Copper rose sharply.", "Herring fell a little.")
    assert (first.score, second.score) == pytest.approx((1.3, -1.3))
    assert first.late == pytest.approx(1.0, abs=0.01)
    assert first.lexical > 0
    assert second.lexical == 0
    assert first.dense > second.dense


def test_the_parts_of_a_score_give_the_score(corpus: Corpus) -> None:
    hits = corpus.find("harbour of Riga", 99)
    assert len(hits) == 4
    fused = fuse([hit.late for hit in hits], [hit.lexical for hit in hits], Ranking().lexical_weight)
    assert [hit.score for hit in hits] == pytest.approx(fused)


def test_rare_words_of_a_question_weigh_more_and_signs_nothing(corpus: Corpus) -> None:
    read = corpus.retriever.read("Riga, copper?")
    riga, comma, copper, mark = read.weights
    assert copper > riga > 0
    assert comma == mark == 0
    assert read.weights.dtype == np.float32
    assert [riga, copper] == pytest.approx(corpus.index.rarity(["riga", "copper"]))


@pytest.mark.parametrize("question", ["?!", "…", "word " * 300])
def test_a_question_without_words_or_with_too_many_is_answered_too(corpus: Corpus, question: str) -> None:
    assert len(corpus.find(question, 4)) == 4


def test_equal_passages_come_by_id(tmp_path: Path) -> None:
    corpus = Corpus(tmp_path, {f"doc{i}": "Copper rose sharply." for i in range(30)})
    found = [hit.passage.id for hit in corpus.find("copper", 30)]
    assert found == sorted(found)
    assert [hit.passage.id for hit in corpus.find("copper", 5)] == found[:5]


def test_only_what_a_filter_allows_is_found(corpus: Corpus) -> None:
    hits = corpus.find("tariff copper", 9, Filters(document_ids=frozenset({"ports"})))
    assert {hit.passage.document_id for hit in hits} == {"ports"}
    assert corpus.find("tariff copper", 9, Filters(section_prefix=("Nowhere",))) == []


def test_more_hits_are_given_than_the_pools_are_set_to_where_they_are_asked_for(tmp_path: Path) -> None:
    corpus = Corpus(tmp_path, {f"doc{i}": f"Copper number {i}." for i in range(6)}, Ranking(pool=2, late_pool=2))
    assert len(corpus.find("copper", 5)) == 5
    assert len(corpus.find("copper", 1)) == 1


def test_an_empty_index_gives_no_hits(tmp_path: Path) -> None:
    assert Corpus(tmp_path, {}).find("copper") == []


def test_a_passage_that_is_missing_without_any_change_is_an_error(tmp_path: Path) -> None:
    class Torn(EmbeddedIndex):
        def token_codes(self, passage_ids):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
            raise NotFound("gone")

    corpus = Corpus(tmp_path)
    retriever = Retriever(Torn(tmp_path, {"model": corpus.embedder.fingerprint}), corpus.embedder)
    with pytest.raises(NotFound, match="gone"):
        retriever.search(retriever.read("copper"), 3)
