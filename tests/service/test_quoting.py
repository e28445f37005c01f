"""Lists are answered by their items, tables by rows, questions about a source by the note, views side by side."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from fakes import HashEmbedder
from texts import read_again

from ingest.model import PassageKind
from service.answer import Answer
from service.library import Library, ingest
from service.settings import Settings
from service.sides import asked_sides, same_party, speakers
from service.wants import Wants, wants

LISTS = """Mill Report

1. Old Mills

The mills of Alder closed for three reasons. First, the river ran dry in the summer. The owners had been told. Second, \
grain came by rail. Third, the young left the valley.

2. New Mills

The council of Alder recommends the following measures for mills:

- dredge the mill race every autumn;
- teach apprentices the dressing of millstones;
- sell flour at the gate.

The miller keeps bees.

3. Weirs

The delay of the weir can be explained by a number of causes:

Masons were hard to find. They worked at the bridge.

The frost of March burst the new wall.

4. Sluices

The sluices of Alder were painted green. They have brass handles.

5. Old Rules

The keeper observes rules at night:

1. Lock the upper gate.

2. Light the lamp at the weir.

3. Wake nobody.
"""

SOURCES = """Heron Report

Herons of the canal number 412 this year. They eat frogs.¹ Otters came back to the lower weir.² Beavers were not seen.

Swans winter on the mill pond.³ Nothing is known of geese.

¹ Ada Marsh, "Counting Herons," River Press, 2019. URL: https://example.org/herons
² Ben Reed, "Otters," Canal Letters, 2020. URL: https://example.org/otters
³ Ibid.
"""

SIDES = """Dam Report

1. The Weir

According to Northern engineers, the dam at Westmere broke because of the flood. Southern engineers argue that the dam \
at Westmere broke because nobody mended it. Ada Marsh believes that herons like the broken dam.

The dam at Westmere is of granite. It was built by hand.

2. Fish

Northern and Southern anglers agree that trout are rare below the dam at Westmere.
"""

TABLES = """Boat Report

Table 1. Boats Built in Northgate

| Kind | Boats |
|---|---|
| Ferry | 41 |
| Barge | 12 |
| Skiff | 77 |

Table 2. Boats Built in Southgate

| Kind | Boats |
|---|---|
| Ferry | 7 |
| Barge | 3 |
"""

YARDS = """Yard Report

Yards of the coast build boats of every kind. Table 2 shows what the yards of the south built.

Table 1. Boats the Yards of the North Sold to the South

| Kind | Boats | Crew |
|---|---|---|
| Ferry | 41 | 9 |
| Barge | 12 | 2 |
| Skiff | 77 | 1 |

The coast is long. Otters like it.

Table 2. Boats the Yards of the South Sold to the North

| Kind | Boats | Crew |
|---|---|---|
| Tug | 7 | 5 |
| Barge | 3 | 2 |

Table 3. Herons of the Coast by Year

Nothing more is known.
"""

LONG = "Moor Report\n\nTable 1. Bogs of the Moor\n\n| Bog | Area |\n|---|---|\n" + "".join(
    f"| Number {n} | {n * 3} |\n" for n in range(1, 31)
)

CLAUSES = """Duty Report

The board put duties on pipes of steel,¹ on ploughs² and on tyres for lorries.³ Nothing else was taxed.

¹ "Steel to Cost More," River Press, 2019. URL: https://example.org/steel
² "A Tax on Ploughs," Canal Letters, 2020. URL: https://example.org/ploughs
³ "Rubber and Roads," Harbour Notes, 2021. URL: https://example.org/rubber
"""

Ask = Callable[..., Answer]


@pytest.fixture
def ask(settings: Settings, tmp_path: Path) -> Ask:
    """Ask a library that holds one text; its quotes are checked beside the source each time."""

    def call(text: str, question: str, max_tokens: int = 120) -> Answer:
        (tmp_path / "one.txt").write_text(text, encoding="utf-8")
        own = settings.model_copy(update={"min_confidence": 0.0, "max_tokens": max_tokens})
        ingest(own, [tmp_path / "one.txt"], embedder=HashEmbedder())
        answer = Library(own, HashEmbedder()).ask(question)
        for citation in answer.citations:
            assert citation.verified
            assert read_again(text, citation.spans) == citation.quote
        return answer

    return call


def quotes(answer: Answer) -> list[str]:
    return [citation.quote for citation in answer.citations]


# --- lists ---------------------------------------------------------------------------------------------------


def test_a_list_by_first_second_third_is_answered_by_its_items(ask: Ask) -> None:
    found = " ".join(quotes(ask(LISTS, "For which three reasons have the mills of Alder closed?")))
    for item in ("First, the river ran dry", "Second, grain came by rail.", "Third, the young left"):
        assert item in found
    assert "had been told" not in found  # no item, and not asked for
    assert "bees" not in found


def test_it_is_told_only_where_several_things_are_asked_for(ask: Ask) -> None:
    found = " ".join(quotes(ask(LISTS, "When was it that the mills of Alder closed for reasons?")))
    assert "The mills of Alder closed" in found
    assert "Third, the young" not in found


def test_an_item_brings_the_list_it_is_of(ask: Ask) -> None:
    found = " ".join(quotes(ask(LISTS, "Which reasons are given: the young left the valley?")))
    assert found.startswith("The mills of Alder closed for three reasons. First,")
    assert "Second, grain came by rail." in found


@pytest.mark.parametrize("max_tokens", [120, 24])
def test_items_after_a_colon_come_with_it_from_the_next_passages_too(ask: Ask, max_tokens: int) -> None:
    question = "What measures does the council of Alder recommend for mills?"
    found = " ".join(quotes(ask(LISTS, question, max_tokens)))
    for item in ("dredge the mill race", "teach apprentices", "sell flour at the gate"):
        assert item in found
    assert "bees" not in found


def test_numbered_items_come_with_their_numbers(ask: Ask) -> None:
    found = " ".join(quotes(ask(LISTS, "What rules does the keeper observe at night?")))
    for item in ("1. Lock the upper gate.", "2. Light the lamp at the weir.", "3. Wake nobody."):
        assert item in found


def test_after_a_colon_paragraphs_without_marks_are_told_by_their_first_sentences(ask: Ask) -> None:
    found = quotes(ask(LISTS, "How can the delay of the weir be explained, by what number of causes?"))
    assert any(quote.endswith("causes:") or "causes:\nMasons were hard to find." in quote for quote in found)
    assert any("Masons were hard to find." in quote and "bridge" not in quote for quote in found)
    assert any(quote.endswith("The frost of March burst the new wall.") for quote in found)
    assert not any("sluices" in quote.casefold() for quote in found)  # another section


def test_a_list_ends_at_the_number_asked_for(ask: Ask) -> None:
    found = " ".join(quotes(ask(LISTS, "Which two rules does the keeper observe at night?")))
    assert "2. Light the lamp" in found
    assert "3. Wake nobody" not in found


# --- tables --------------------------------------------------------------------------------------------------


def test_rows_that_are_compared_are_both_quoted_with_their_columns(ask: Ask) -> None:
    found = quotes(ask(TABLES, "Are there more boats of the kind Skiff or Barge built in Northgate?"))
    assert "Table 1. Boats Built in Northgate\nKind Skiff Boats 77" in found
    assert "Table 1. Boats Built in Northgate\nKind Barge Boats 12" in found


def test_rows_of_two_tables_that_cannot_be_told_apart_are_both_quoted(ask: Ask) -> None:
    found = quotes(ask(TABLES, "How many boats of the kind Ferry?"))
    assert "Table 1. Boats Built in Northgate\nKind Ferry Boats 41" in found
    assert "Table 2. Boats Built in Southgate\nKind Ferry Boats 7" in found


def test_where_the_table_is_named_its_row_is_enough(ask: Ask) -> None:
    found = quotes(ask(TABLES, "How many boats of the kind Ferry built in Southgate?"))
    assert "Table 2. Boats Built in Southgate\nKind Ferry Boats 7" in found
    assert not any("Northgate" in quote for quote in found)


def kinds(answer: Answer) -> list[str]:
    """The first cells of the rows that are quoted."""
    return [quote.split("Kind ")[1].split(" ")[0] for quote in quotes(answer) if "Kind " in quote]


@pytest.mark.parametrize(
    "question",
    ["What boats the yards of the north sold to the south?", "Boats the yards of the north sold to the south"],
)
def test_a_question_that_names_no_row_is_answered_by_all_of_its_table_in_order(ask: Ask, question: str) -> None:
    answer = ask(YARDS, question)
    assert kinds(answer) == ["Ferry", "Barge", "Skiff"]
    assert all(quote.startswith("Table 1. Boats the Yards of the North") for quote in quotes(answer))


def test_of_two_tables_with_the_same_words_it_is_the_one_that_has_them_in_that_order(ask: Ask) -> None:
    assert kinds(ask(YARDS, "What boats the yards of the south sold to the north?")) == ["Tug", "Barge"]


def test_a_row_that_is_named_is_not_followed_by_the_others(ask: Ask) -> None:
    assert kinds(ask(YARDS, "How many skiff boats the yards of the north sold to the south?")) == ["Skiff"]
    assert "Tug" in kinds(ask(YARDS, "How many tug boats the yards of the south sold to the north?"))


@pytest.mark.parametrize("question", ["Herons of the coast by year", "What is known of herons of the coast by year?"])
def test_a_caption_without_rows_is_no_answer(ask: Ask, question: str) -> None:
    assert not any("Table 3" in quote for quote in quotes(ask(YARDS, question)))


def test_of_a_long_table_twelve_rows_are_quoted(ask: Ask) -> None:
    found = quotes(ask(LONG, "What are the bogs of the moor?"))
    assert len(found) == 12
    assert found[0].endswith("Bog Number 1 Area 3")
    assert found[-1].endswith("Bog Number 12 Area 36")


# --- sources -------------------------------------------------------------------------------------------------

HERONS = 'Ada Marsh, "Counting Herons," River Press, 2019. URL: https://example.org/herons'
OTTERS = 'Ben Reed, "Otters," Canal Letters, 2020. URL: https://example.org/otters'


@pytest.mark.parametrize(
    "question",
    [
        "Where does it come from that herons of the canal number 412 this year?",
        "Which source is cited for herons of the canal, 412 this year?",
        "What footnote is there on herons of the canal this year?",
    ],
)
def test_a_source_is_told_by_the_note_called_next_with_its_address(ask: Ask, question: str) -> None:
    answer = ask(SOURCES, question)
    assert any(quote.startswith("Herons of the canal number 412 this year.") for quote in quotes(answer))
    [note] = [citation for citation in answer.citations if citation.hit.passage.kind is PassageKind.FOOTNOTE]
    assert note.quote == HERONS
    assert note.footnotes[0].urls == ("https://example.org/herons",)


def test_the_note_right_after_a_sentence_is_its_source(ask: Ask) -> None:
    found = quotes(ask(SOURCES, "Which source is given for otters that came back to the lower weir?"))
    assert OTTERS in found
    assert HERONS not in found


def test_ibid_is_told_by_the_note_it_points_at(ask: Ask) -> None:
    found = quotes(ask(SOURCES, "What source is cited for swans winter on the mill pond?"))
    assert any("Swans winter on the mill pond." in quote for quote in found)
    assert found[-2:] == [OTTERS, "Ibid."]


def test_a_note_that_is_found_first_brings_the_sentence_that_calls_it(ask: Ask) -> None:
    found = quotes(ask(SOURCES, "For what is Ben Reed, Otters, Canal Letters, the source cited?"))
    assert found[0].startswith("Otters came back to the lower weir.")
    assert OTTERS in found


@pytest.mark.parametrize(
    ("of", "title"),
    [("duties on pipes", "Steel to Cost More"), ("duties on ploughs", "Ploughs"), ("tyres for lorries", "Rubber")],
)
def test_of_the_notes_of_one_sentence_it_is_that_of_the_clause_asked_for(ask: Ask, of: str, title: str) -> None:
    answer = ask(CLAUSES, f"Which source is cited for the {of}?")
    [note] = [citation for citation in answer.citations if citation.hit.passage.kind is PassageKind.FOOTNOTE]
    assert title in note.quote


def test_no_note_is_brought_where_none_is_asked_for(ask: Ask) -> None:
    found = quotes(ask(SOURCES, "How many herons of the canal this year?"))
    assert HERONS not in found


# --- sides ---------------------------------------------------------------------------------------------------

NORTH = "According to Northern engineers, the dam at Westmere broke because of the flood."
SOUTH = "Southern engineers argue that the dam at Westmere broke because nobody mended it."


@pytest.mark.parametrize(
    "question",
    [
        "Why do Northern and Southern engineers say the dam at Westmere broke?",
        "How do both sides explain why the dam at Westmere broke?",
        "Why did the dam at Westmere break, because of what?",  # contested, though nobody is named
    ],
)
def test_both_sides_are_quoted_with_who_says_what(ask: Ask, question: str) -> None:
    found = " ".join(quotes(ask(SIDES, question)))
    assert NORTH in found
    assert SOUTH in found


def test_beside_the_sides_nobody_else_is_quoted(ask: Ask) -> None:
    assert quotes(ask(SIDES, "How do both sides explain why the dam at Westmere broke?")) == [f"{NORTH} {SOUTH}"]


def test_the_side_asked_for_is_quoted_first_and_the_other_not_for_it(ask: Ask) -> None:
    assert quotes(ask(SIDES, "Why do Southern engineers say the dam at Westmere broke?"))[0].startswith(SOUTH)
    assert quotes(ask(SIDES, "Why do engineers from Northern say the dam at Westmere broke?"))[0].startswith(NORTH)


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("According to some Chinese experts, trade grows.", ("Chinese",)),
        ("However, Chinese analysts also believe so.", ("Chinese",)),
        ("In the view of the Rhine Commission, nets are cheap.", ("Rhine Commission",)),
        ("Ada Marsh argued that silt is rich.", ("Ada Marsh",)),
        ("Russian and Chinese scholars agree.", ("Russian", "Chinese")),
        ("Officials from Norway deny it.", ("Norway",)),
        ("Norwegian skippers never thought so.", ("Norwegian",)),
        ("Trade grew in Norway.", ()),
        ("The dam is called Westmere.", ()),
        ("They believe so.", ()),
    ],
)
def test_who_says_something(sentence: str, expected: tuple[str, ...]) -> None:
    assert speakers(sentence) == expected


def test_a_heading_says_whose_view_its_section_is() -> None:
    assert speakers("Trade grew.", ("2. The Norwegian View",)) == ("Norwegian",)
    assert speakers("Ada Marsh said so.", ("2. The Norwegian View",)) == ("Ada Marsh",)
    assert speakers("Trade grew.", ("2. A View of the Fjord",)) == ()


@pytest.mark.parametrize(
    ("question", "names", "all_of_them"),
    [
        ("How do Russian and Chinese experts see it?", ("russian", "chinese"), False),
        ("what do specialists from china think of it", ("china",), False),
        ("What does Norway say?", ("norway",), False),
        ("How do the two sides see it?", (), True),
        ("What does Atlantis say?", (), False),  # nobody of that name says anything
        ("How many tonnes did China buy from Russia?", (), False),
    ],
)
def test_whose_views_are_asked_for(question: str, names: tuple[str, ...], all_of_them: bool) -> None:
    sides = asked_sides(question, ["Chinese", "Russian", "Norway"])
    assert (sides.names, sides.all) == (names, all_of_them)
    assert sides.several == (all_of_them or len(names) > 1)


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("China", "chinese", True),
        ("Russia", "Russian", True),
        ("UN", "UN Secretary-General", True),
        ("Austria", "Australia", False),
        ("Iran", "Iraq", False),
    ],
)
def test_names_of_one_party(one: str, other: str, expected: bool) -> None:
    assert same_party(one, other) is expected
    assert same_party(other, one) is expected


# --- what a question asks for ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Which three obstacles do they name?", Wants(several=True, many=3)),
        ("what are the reasons", Wants(several=True)),
        ("List the members.", Wants(several=True)),
        ("Where does this figure come from?", Wants(source=True)),
        ("Which newspaper is cited?", Wants(source=True)),
        ("According to whom is it so?", Wants(source=True)),
        ("What is the source of the 41 million?", Wants(source=True)),
        ("What does the report cite for it?", Wants(source=True)),
        ("Is it more than before?", Wants(compares=True)),
        ("What do scholars from China think?", Wants(views=True)),
        ("Where does the ferry come in?", Wants()),
        ("Which river is the source of silt?", Wants()),
        ("Where do rivers carry silt every spring?", Wants()),
        ("How many tonnes did the harvest of 2021 weigh?", Wants()),
        ("Who wrote Herons?", Wants()),
    ],
)
def test_what_a_question_asks_for(question: str, expected: Wants) -> None:
    assert wants(question) == expected
