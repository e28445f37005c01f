"""What every Index promises, held against an exact search, over every implementation."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from corpora import WORDS, Made, Oracle, Piece, corpora, filters, make, unit
from hypothesis import example, given, settings
from hypothesis import strategies as st

from index.contract import Candidate, Filters, Index
from index.embedded import EmbeddedIndex
from index.embedder import Vectors
from ingest.errors import NotFound
from ingest.model import PassageKind

Open = Callable[[Path], Index]

IMPLEMENTATIONS: dict[str, Open] = {
    "embedded": lambda folder: EmbeddedIndex(folder, {"model": "made-up@1"}),
}
ANYTHING = unit("anything")[0]


@pytest.fixture(params=IMPLEMENTATIONS.values(), ids=IMPLEMENTATIONS.keys(), scope="session")
def opens(request: pytest.FixtureRequest) -> Open:
    """Opens the index in a folder."""
    opens: Open = request.param
    return opens


@pytest.fixture
def index(opens: Open, tmp_path: Path) -> Index:
    return opens(tmp_path)


def put(index: Index, *made: Made) -> None:
    for one in made:
        index.upsert(one.ingested, one.info, one.entries)


def search(index: Index, question: str, vector: Vectors, pool: int, filters: Filters | None = None) -> list[Candidate]:
    return list(index.search(question, vector, pool, filters).candidates)


def same(found: list[Candidate], expected: list[Candidate]) -> None:
    assert [c.passage_id for c in found] == [c.passage_id for c in expected]
    assert [c.dense for c in found] == pytest.approx([c.dense for c in expected], abs=1e-5)
    assert [c.lexical for c in found] == pytest.approx([c.lexical for c in expected], rel=1e-4, abs=1e-6)


ONE = make("one", [Piece(("lamp", "river")), Piece(("stone",)), Piece(("river", "bread"))], notes=(1, 2, 3))
TWO = make("two", [Piece(("lamp", "lamp")), Piece(("cloud", "river"))], notes=(7,))

# --- searching -----------------------------------------------------------------------------------------------


@settings(deadline=None, max_examples=60)
@given(
    made=corpora,
    question=st.lists(st.sampled_from(WORDS), max_size=2, unique=True).map(" ".join),
    direction=st.sampled_from([*WORDS, "lamp lamp", "anything"]),
    pool=st.sampled_from([1, 2, 3, 5, 8, 100]),
    chosen=st.none() | filters,
)
@example(made=[], question="lamp", direction="lamp", pool=5, chosen=None)
@example(made=[make("doc0", [Piece()] * 20)], question="lamp", direction="moth", pool=5, chosen=None)
def test_a_search_gives_what_an_exact_search_gives(
    opens: Open, made: list[Made], question: str, direction: str, pool: int, chosen: Filters | None
) -> None:
    """Ids and both scores; the pool is cut after filtering, and among equals by id."""
    vector = unit(direction)[0]
    with TemporaryDirectory() as folder:
        index = opens(Path(folder))
        put(index, *made)
        found = search(index, question, vector, pool, chosen)
    same(found, Oracle({one.id: one for one in made}).search(question, vector, pool, chosen))


@settings(deadline=None, max_examples=20)
@given(made=corpora, question=st.lists(st.sampled_from([*WORDS, "unheard"]), max_size=9).map(" ".join))
def test_every_candidate_has_both_scores(opens: Open, made: list[Made], question: str) -> None:
    """Also those that only one of the searches found; a word asked twice counts twice."""
    with TemporaryDirectory() as folder:
        index = opens(Path(folder))
        put(index, *made)
        found = search(index, question, ANYTHING, 1000)
        rarity = index.rarity(WORDS)
        frequencies = index.frequencies([*WORDS, "unheard"])
    oracle = Oracle({one.id: one for one in made})
    same(found, oracle.search(question, ANYTHING, 1000))
    if oracle.rows():
        assert rarity == pytest.approx([oracle.idf(word) for word in WORDS], rel=1e-5)
    assert frequencies == [sum(word in p.text.split() for one in made for p in one.passages) for word in WORDS] + [0]


@settings(deadline=None, max_examples=30)
@given(
    made=corpora,
    question=st.lists(st.sampled_from([*WORDS, "unheard"]), max_size=6).map(" ".join),
    chosen=st.none() | filters,
)
def test_coverage_is_that_of_the_passage_with_the_rarest_words_of_the_question(
    opens: Open, made: list[Made], question: str, chosen: Filters | None
) -> None:
    """Of all passages: what is filtered, or of a smaller pool, must score as it does in a ranking of everything."""
    oracle = Oracle({one.id: one for one in made})
    words = set(question.split())
    shares = [
        sum(oracle.idf(word) for word in words & set(entry.text.split())) / sum(map(oracle.idf, words))
        for _, entry in oracle.rows()
        if words
    ]
    with TemporaryDirectory() as folder:
        index = opens(Path(folder))
        put(index, *made)
        found = index.search(question, ANYTHING, 3, chosen).coverage
    assert found == pytest.approx(max(shares, default=0.0), rel=1e-4)


@pytest.mark.parametrize("count", [60, 250])
@pytest.mark.parametrize("pool", [10, 50, 100])
def test_among_many_equals_the_pool_is_cut_by_id(index: Index, count: int, pool: int) -> None:
    made = make("one", [Piece((WORDS[row % 3],)) for row in range(count)])
    put(index, made)
    found = search(index, "", unit(WORDS[1])[0], pool)
    nearest = [c for c in found if c.dense > 0.999]
    assert [c.passage_id for c in nearest] == sorted(p.id for p in made.passages if p.text == WORDS[1])[:pool]
    assert len(found) == min(pool, count)
    assert len({c.dense for c in nearest}) == 1


@pytest.mark.parametrize(
    ("chosen", "expected"),
    [
        (Filters(document_ids=frozenset({"two"})), {"f"}),
        (Filters(kinds=frozenset({PassageKind.FOOTNOTE, PassageKind.TABLE})), {"c", "d"}),
        (Filters(section_prefix=("North",)), {"a", "b"}),
        (Filters(section_prefix=("North", "Coast")), {"b"}),
        (Filters(pages=(3, 4)), {"b", "c"}),
        (Filters(kinds=frozenset({PassageKind.TABLE}), pages=(1, 1)), {"d"}),
        (Filters(), {"a", "b", "c", "d", "f"}),
    ],
)
def test_a_filter_leaves_out_what_it_forbids(index: Index, chosen: Filters, expected: set[str]) -> None:
    rows = [
        Piece(("a",), section=("North",)),
        Piece(("b",), section=("North", "Coast"), pages=(2, 3)),
        Piece(("c",), PassageKind.FOOTNOTE, pages=(4, 5)),
        Piece(("d",), PassageKind.TABLE),
    ]
    put(index, make("one", rows), make("two", [Piece(("f",))]))
    found = search(index, "a b c d e f", ANYTHING, 10, chosen)
    assert {p.text for p in index.fetch([c.passage_id for c in found])} == expected


@pytest.mark.parametrize(
    "question", ["", "?!", '"lamp', "lamp AND", "NOT lamp", "text:lamp", "lamp^9", "(lamp", "lamp~2", "[a TO b]", "*"]
)
def test_signs_of_a_query_language_mean_nothing(index: Index, question: str) -> None:
    put(index, make("one", [Piece(("lamp", "stone")), Piece(("and", "not", "to"))]))
    lamp = search(index, "lamp", ANYTHING, 9)[0].lexical
    assert lamp > 0
    found = max(c.lexical for c in search(index, question, ANYTHING, 9) if index.fetch([c.passage_id])[0].position == 0)
    assert found == (lamp if "lamp" in question else 0)


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("Straße", "straße"),
        ("STRASSE", "Strasse"),
        ("naïve", "NAÏVE"),
        ("हिन्दी", "हिन्दी"),
        ("foo_bar", "foo"),
        ("foo", "foo_bar"),
        ("sanctions", "sanction"),
    ],
)
def test_a_question_is_cut_into_words_as_the_texts_are(index: Index, text: str, question: str) -> None:
    put(index, make("one", [Piece((text,))]))
    assert search(index, question, ANYTHING, 1)[0].lexical > 0


def test_a_pasted_page_is_a_question_too(index: Index) -> None:
    put(index, ONE)
    assert search(index, "lamp " + "word " * 20_000, ANYTHING, 9)


# --- changing ------------------------------------------------------------------------------------------------


def test_an_upsert_replaces_the_document_of_that_id(index: Index) -> None:
    changed = make("one", [Piece(("silk",)), Piece(("river", "bread"))], notes=(4,), title="Another")
    put(index, ONE, TWO, changed)
    oracle = Oracle({"one": changed, "two": TWO})
    same(search(index, "lamp stone silk", ANYTHING, 9), oracle.search("lamp stone silk", ANYTHING, 9))
    assert index.documents() == [changed.info, TWO.info]
    assert index.footnotes("one") == list(changed.ingested.footnotes)
    assert index.text("one") == changed.ingested.document.text
    assert index.rarity(["stone", "silk"]) == pytest.approx([oracle.idf("stone"), oracle.idf("silk")])


def test_a_deleted_document_is_gone_from_every_kind_of_search_at_once(index: Index) -> None:
    put(index, ONE, TWO)
    index.delete("one")
    found = search(index, "lamp river stone", ONE.entries[0].vector, 9)
    assert {c.passage_id for c in found} == {p.id for p in TWO.passages}
    assert index.documents() == [TWO.info]
    assert index.rarity(["stone"]) == pytest.approx([Oracle({"two": TWO}).idf("stone")])
    for gone in (lambda: index.text("one"), lambda: index.footnotes("one"), lambda: index.delete("one")):
        with pytest.raises(NotFound, match="'one'"):
            gone()
    for read in (index.fetch, index.token_codes):
        with pytest.raises(NotFound):
            read([ONE.passages[0].id])


def test_the_last_document_can_be_deleted(index: Index) -> None:
    put(index, ONE)
    index.delete("one")
    assert (search(index, "lamp", ANYTHING, 9), index.documents()) == ([], [])


def test_a_document_without_passages_is_a_document(index: Index) -> None:
    empty = make("none", [])
    put(index, empty)
    assert index.documents() == [empty.info]
    assert search(index, "lamp", ANYTHING, 9) == []


def test_the_generation_grows_by_one_with_each_change(index: Index) -> None:
    assert index.generation == 0
    put(index, ONE, TWO, ONE)
    assert index.generation == 3
    index.delete("two")
    assert index.generation == 4
    with pytest.raises(NotFound):
        index.delete("two")
    assert index.generation == 4


def test_what_is_there_outlives_the_object(opens: Open, tmp_path: Path) -> None:
    put(opens(tmp_path), ONE, TWO)
    again = opens(tmp_path)
    assert (again.generation, again.documents()) == (2, [ONE.info, TWO.info])
    same(search(again, "lamp", ANYTHING, 9), Oracle({"one": ONE, "two": TWO}).search("lamp", ANYTHING, 9))


def test_a_reader_picks_up_what_another_wrote(opens: Open, tmp_path: Path) -> None:
    reader, writer = opens(tmp_path), opens(tmp_path)
    assert search(reader, "lamp", ANYTHING, 9) == []
    put(writer, ONE)
    assert len(search(reader, "lamp", ANYTHING, 9)) == 3
    put(reader, TWO)
    writer.delete("one")
    assert {c.passage_id for c in search(reader, "lamp", ANYTHING, 9)} == {p.id for p in TWO.passages}
    assert reader.generation == writer.generation == 3


# --- reading -------------------------------------------------------------------------------------------------


def test_passages_come_back_as_they_were_in_the_order_asked(index: Index) -> None:
    put(index, ONE, TWO)
    asked = [TWO.passages[1], ONE.passages[2], ONE.passages[0], ONE.passages[2]]
    assert index.fetch([passage.id for passage in asked]) == asked
    assert index.fetch([]) == []


def test_footnotes_come_back_as_they_were_by_number(index: Index) -> None:
    put(index, replace(ONE, ingested=replace(ONE.ingested, footnotes=ONE.ingested.footnotes[::-1])), TWO)
    assert index.footnotes("one") == list(ONE.ingested.footnotes)
    assert index.footnotes("two") == list(TWO.ingested.footnotes)


@pytest.mark.parametrize("text", ["\ufeffa\r\nb\rc\n", "nul \0 inside", "𝄞 clef – ½ \u2028 end ", "tab\t\x85\x1c."])
def test_a_text_comes_back_to_the_character(index: Index, text: str) -> None:
    source = replace(ONE.ingested.document, text=text)
    put(index, replace(ONE, ingested=replace(ONE.ingested, document=source)))
    assert index.text("one") == text


def test_documents_come_by_id(index: Index) -> None:
    put(index, TWO, ONE)
    assert index.documents() == [ONE.info, TWO.info]


def test_token_codes_come_in_the_order_asked_as_they_were_given(index: Index) -> None:
    put(index, ONE, TWO)
    asked = [(TWO, 0), (ONE, 2), (TWO, 0)]
    for _ in range(2):  # the second time from what is kept in memory
        found = index.token_codes([made.passages[row].id for made, row in asked])
        assert found == [made.entries[row].tokens for made, row in asked]
    assert index.token_codes([]) == []


@pytest.mark.parametrize("call", ["fetch", "token_codes"])
def test_an_unknown_passage_is_named_with_what_to_do(index: Index, call: str) -> None:
    put(index, ONE)
    with pytest.raises(NotFound, match=r"no passage 'gone'; search again"):
        getattr(index, call)([ONE.passages[0].id, "gone"])


@pytest.mark.parametrize("call", ["text", "footnotes", "delete"])
def test_an_unknown_document_is_named_with_what_to_do(index: Index, call: str) -> None:
    with pytest.raises(NotFound, match=r"no document 'gone'; the index is empty, ingest one"):
        getattr(index, call)("gone")
    put(index, ONE)
    with pytest.raises(NotFound, match=rf"no document 'gone'; the index has {ONE.id}$"):
        getattr(index, call)("gone")


def test_notes_are_linked_with_what_calls_them_both_ways(index: Index) -> None:
    rows = [
        Piece(("lamp",), footnotes=(1, 2)),
        Piece(("river",), footnotes=(2,)),
        Piece(("stone",), PassageKind.FOOTNOTE, footnotes=(1,)),
        Piece(("bread",), PassageKind.FOOTNOTE, footnotes=(2,)),
        Piece(("cloud",), PassageKind.FOOTNOTE, footnotes=(2,)),
        Piece(("train",)),
    ]
    made = make("one", rows, notes=(1, 2))
    put(index, made, make("two", rows, notes=(1, 2)))
    lamp, river, stone, bread, cloud, train = (passage.id for passage in made.passages)
    assert index.linked([passage.id for passage in made.passages]) == {
        lamp: [stone, bread, cloud],
        river: [bread, cloud],
        stone: [lamp],
        bread: [lamp, river],
        cloud: [lamp, river],
    }
    assert index.linked([train, "gone"]) == {}


def test_chosen_footnotes_and_one_document_are_read_by_themselves(index: Index) -> None:
    put(index, ONE, TWO)
    assert [note.key for note in index.footnotes("one", [3, 1, 9])] == [1, 3]
    assert index.document("two") == TWO.info
    with pytest.raises(NotFound, match="'gone'"):
        index.document("gone")


# --- failing and sharing -------------------------------------------------------------------------------------


class Breaking(list):  # type: ignore[type-arg]
    """Entries that raise after some of them were read."""

    def __init__(self, entries: list, reads: int) -> None:  # type: ignore[type-arg]
        super().__init__(entries)
        self.reads = reads

    def __iter__(self):  # type: ignore[no-untyped-def]  # noqa: ANN204
        for entry in super().__iter__():
            self.reads -= 1
            if self.reads < 0:
                raise RuntimeError("broken off")
            yield entry


@pytest.mark.parametrize("entries", [ONE.entries[:2], [*ONE.entries, ONE.entries[0]], []])
def test_entries_that_do_not_fit_the_passages_change_nothing(index: Index, entries: list) -> None:  # type: ignore[type-arg]
    old = make("one", [Piece(("moth",))], notes=(5,))
    put(index, old, TWO)
    with pytest.raises(ValueError, match="zip"):
        index.upsert(ONE.ingested, ONE.info, entries)
    unchanged(index, Oracle({"one": old, "two": TWO}), 2)


@pytest.mark.parametrize("reads", [0, 1, 3, 5])
def test_an_upsert_that_breaks_off_changes_nothing(index: Index, reads: int) -> None:
    old = make("one", [Piece(("moth",))], notes=(5,))
    put(index, old, TWO)
    with pytest.raises(RuntimeError, match="broken off"):
        index.upsert(ONE.ingested, ONE.info, Breaking(ONE.entries, reads))
    unchanged(index, Oracle({"one": old, "two": TWO}), 2)
    put(index, ONE)
    unchanged(index, Oracle({"one": ONE, "two": TWO}), 3)


def unchanged(index: Index, oracle: Oracle, generation: int) -> None:
    assert index.generation == generation
    question = " ".join(WORDS)
    same(search(index, question, ANYTHING, 99), oracle.search(question, ANYTHING, 99))
    for made in oracle.made.values():
        assert index.text(made.id) == made.ingested.document.text
        assert index.footnotes(made.id) == list(made.ingested.footnotes)


def test_readers_see_one_generation_or_the_next_while_a_document_is_rewritten(opens: Open, tmp_path: Path) -> None:
    """Passages that differ in number and place, rewritten again and again under several readers."""
    first = make("one", [Piece(("lamp", WORDS[row % 4], f"r{row}")) for row in range(20)])
    second = make("one", [Piece(("lamp", "silk", "silk", f"r{row}")) for row in range(9)])
    whole = [[c.passage_id for c in Oracle({"one": made}).search("lamp", ANYTHING, 99)] for made in (first, second)]
    writer, reader = opens(tmp_path), opens(tmp_path)
    put(writer, first)
    done, faults = threading.Event(), []

    def read() -> None:
        while not done.is_set():
            found = [c.passage_id for c in search(reader, "lamp", ANYTHING, 99)]
            if found not in whole:
                faults.append(found)

    threads = [threading.Thread(target=read) for _ in range(4)]
    for thread in threads:
        thread.start()
    for turn in range(20):
        put(writer, (second, first)[turn % 2])
    done.set()
    for thread in threads:
        thread.join()
    assert not faults
