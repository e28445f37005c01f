"""A question to ranked hits, with the notes that stand behind them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from fakes import HashEmbedder, document

from index.contract import Filters
from index.embedded import EmbeddedIndex
from index.indexing import index_document
from index.question import weigh
from index.ranking import Ranking
from index.retrieval import Retriever
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

    def put(self, name: str, text: str, title: str = "") -> None:
        """Put a text into the index under its name."""
        made = document(name, text, title or name.title())
        index_document(self.index, self.embedder, made, Source(Path(name), name), 60)

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


def test_the_parts_of_a_score_give_the_score(corpus: Corpus) -> None:
    question = "harbour of Riga"
    read = corpus.retriever.read(question)
    hits = corpus.find(question, 99)
    assert len(hits) == 4
    coverage = corpus.index.search(question, read.vector, 9).coverage
    for hit in hits:
        share = hit.lexical / (2.2 * sum(corpus.index.rarity(["harbour", "of", "Riga"])))
        whole = hit.late + 0.8 * hit.sentence + 0.5 * hit.dense + coverage * (1.5 * share + 1.2 * hit.phrase)
        assert hit.score == pytest.approx(whole, abs=1e-4)


def test_a_passage_with_every_word_of_the_question_meets_it_fully(tmp_path: Path) -> None:
    corpus = Corpus(tmp_path, {"a": "Copper rose sharply.", "b": "Herring fell a little."})
    first, second = corpus.find("copper rose")
    assert (first.passage.text, second.passage.text) == ("Copper rose sharply.", "Herring fell a little.")
    assert (first.late, first.sentence) == pytest.approx((1, 1), abs=0.01)
    assert first.lexical > second.lexical == 0
    assert first.dense > second.dense


def test_a_note_found_by_what_calls_it_comes_after_that_and_names_it(corpus: Corpus) -> None:
    """The note says nothing of frost itself; the sentence that calls it does."""
    body, note, *_ = corpus.find("The harbour of Riga froze in winter", 4)
    assert (body.passage.kind, note.passage.kind) == (PassageKind.BODY, PassageKind.FOOTNOTE)
    assert note.callers == (body.passage.id,)
    assert body.callers == ()
    assert [n.key for n in body.footnotes] == [n.key for n in note.footnotes]


def test_a_note_found_by_its_own_words_comes_first(corpus: Corpus) -> None:
    assert corpus.find("Port Authority yearbook", 4)[0].passage.kind is PassageKind.FOOTNOTE


def test_a_hit_says_where_the_words_of_the_question_stand(corpus: Corpus) -> None:
    [hit, *_] = corpus.find("Was copper exported in March?", 1)
    met = [(match.word, hit.passage.text[match.start : match.end], match.exact) for match in hit.matches]
    assert met == [("copper", "copper", True), ("March", "March", True)]


def test_pieces_of_a_word_share_its_weight() -> None:
    """As of a tokenizer that cuts "froze" in two; the blank before a word is no part of it."""
    weights, word_of = weigh("Riga froze!", [3.0, 1.0], [0, 5, 7, 10])
    assert weights.tolist() == [3.0, 0.5, 0.5, 0.0]
    assert word_of.tolist() == [0, 1, 1, -1]


def test_a_passage_with_the_words_of_a_better_one_is_folded_into_it(tmp_path: Path) -> None:
    texts = {
        "a": "Copper rose sharply.",
        "b": "COPPER rose, sharply!",
        "c": "Copper rose.",
        "d": "Copper rose sharply.",
    }
    corpus = Corpus(tmp_path, texts)
    hits = corpus.find("copper rose sharply", 4)
    assert [hit.passage.document_id for hit in hits] == ["a", "c"] or hits[0].passage.document_id in {"b", "d"}
    assert {hits[0].passage.document_id, *(i.split(".")[0] for i in hits[0].duplicates)} == {"a", "b", "d"}
    assert hits[1].duplicates == ()
    assert len(corpus.find("copper rose sharply", 1)) == 1


def test_folding_leaves_room_for_what_is_different(tmp_path: Path) -> None:
    same = {f"same{i}": "Copper rose sharply." for i in range(9)}
    corpus = Corpus(tmp_path, {**same, "other": "Copper fell."})
    assert [hit.passage.text for hit in corpus.find("copper", 2)] == ["Copper fell.", "Copper rose sharply."]


def test_notes_with_the_same_words_are_not_the_same_where_other_sentences_call_them(tmp_path: Path) -> None:
    text = "Herring came to Riga.¹ Copper came to Riga.² Both were sold.\n\n¹ Ibid.\n\n² Ibid.\n"
    corpus = Corpus(tmp_path, {"a": text})
    notes = [hit for hit in corpus.find("ibid", 9) if hit.passage.kind is PassageKind.FOOTNOTE]
    assert [hit.passage.text for hit in notes] == ["Ibid.", "Ibid."]
    assert all(hit.duplicates == () for hit in notes)


class Backwards:
    """A Reranker that likes texts the better the later their words stand in the alphabet."""

    def __init__(self) -> None:
        self.read: list[str] = []

    def scores(self, question: str, texts: Sequence[str]) -> list[float]:
        """Minus a hundred, and more for later letters."""
        self.read += texts
        return [float(ord(text[0])) - 100 for text in texts]


def test_a_reranker_orders_the_best_and_only_those(tmp_path: Path) -> None:
    texts = {name: f"{name} copper." for name in ("Axe", "Bolt", "Coin", "Door")}
    plain = [hit.passage.text for hit in Corpus(tmp_path / "plain", texts).find("copper", 4)]
    corpus, reranker = Corpus(tmp_path / "reranked", texts), Backwards()
    hits = Retriever(corpus.index, corpus.embedder, Ranking(rerank_pool=3), reranker).search(
        corpus.retriever.read("copper"), 4
    )
    assert reranker.read == plain[:3]
    assert [hit.passage.text for hit in hits] == [*sorted(plain[:3], reverse=True), plain[3]]
    before = Corpus(tmp_path / "again", texts).find("copper", 4)
    assert [hit.score for hit in hits] == [hit.score for hit in before]
    assert [hit.reranked for hit in hits] == [ord(text[0]) - 100 for text in sorted(plain[:3], reverse=True)] + [None]


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
    corpus = Corpus(tmp_path, {})
    for number in range(30):
        corpus.put(f"doc{number}", "Copper rose sharply.", "Prices")
    [hit] = corpus.find("copper", 30)
    found = [hit.passage.id, *hit.duplicates]
    assert len(found) == 30
    assert found == sorted(found)
    [hit] = corpus.find("copper", 5)
    assert [hit.passage.id, *hit.duplicates] == found


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
