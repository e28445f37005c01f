"""Notes at the end, of the whole, a chapter or a page: numbers that begin anew, keys, labels, and who calls whom."""

from __future__ import annotations

import pytest
from documents import ingested
from templates import assert_linked

from ingest.model import Footnote, Found, Passage, PassageKind
from ingest.reading import read_spans

CHAPTERS = (("Asia", 1), ("Africa", 3), ("Europe", 5))
RAISED, PLAIN, NAMED = ("¹", "²"), ("1", "2"), ("[^1]", "[^2]")
RAISED_HEADS, PLAIN_HEADS, NAMED_HEADS = ("¹ ", "² "), ("1. ", "2. "), ("[^1]: ", "[^2]: ")


def chapter_body(name: str, key: int, marks: tuple[str, str]) -> str:
    one, two = marks
    return f"One {name} river.⟦{key}|{one}⟧ Two {name} seas.⟦{key + 1}|{two}⟧ And more of them to come.\n\n"


def chapter_notes(name: str, key: int, heads: tuple[str, str]) -> str:
    one, two = heads
    return f"{one}⟦={key}|Annals of {name}, p. 7.⟧\n\n{two}⟦={key + 1}|Seas of {name}, p. 8.⟧\n\n"


def assert_numbered_anew(notes: tuple[Footnote, ...]) -> None:
    assert [(note.key, note.number, note.label) for note in notes] == [
        (1, 1, "1"),
        (2, 2, "2"),
        (3, 1, "1"),
        (4, 2, "2"),
        (5, 1, "1"),
        (6, 2, "2"),
    ]


@pytest.mark.parametrize(
    "heading",
    [
        *("Notes", "## Notes", "NOTES", "Notes:", "**Notes**", "5. Notes", "Endnotes", "End notes", "Footnotes"),
        *("Notes and References", "References", "Bibliography", "Works Cited", "Sources", "Notes to Chapter 1"),
        *("Anmerkungen", "Литература", "Примечания", "Notas"),
    ],
)
@pytest.mark.parametrize("head", ["{}. ", "{} ", "({}) ", "[{}] ", "^{{{}}} "])
def test_endnotes_stand_under_a_heading(heading: str, head: str) -> None:
    notes = "\n\n".join(f"{head.format(key)}⟦={key}|Annals, p. {key}.⟧" for key in (1, 2, 3))
    body = "One river.⟦1|¹⟧ Two seas.⟦2|²⟧ Three lakes.⟦3|³⟧\n\nAnd more of them."
    result = assert_linked(f"{body}\n\n{heading}\n\n{notes}")
    assert [(note.key, note.number) for note in result.footnotes] == [(1, 1), (2, 2), (3, 3)]


@pytest.mark.parametrize("marks", ["¹²³", "123"])
def test_endnotes_may_stand_a_line_each(marks: str) -> None:
    one, two, three = tuple(marks)
    assert_linked(
        f"One river.⟦1|{one}⟧ Two seas.⟦2|{two}⟧ Three lakes.⟦3|{three}⟧\n\nAnd more of them.\n\nNotes\n\n"
        "1. ⟦=1|Annals, p. 7.⟧\n2. ⟦=2|Seas, p. 8.⟧\n3. ⟦=3|Lakes, p. 9.⟧"
    )


@pytest.mark.parametrize("heading", ["Notes\n\n", "## Notes\n\n", ""], ids=["line", "heading", "none"])
@pytest.mark.parametrize(("marks", "heads"), [(RAISED, RAISED_HEADS), (RAISED, PLAIN_HEADS), (PLAIN, PLAIN_HEADS)])
def test_numbers_begin_anew_with_each_chapter(heading: str, marks: tuple[str, str], heads: tuple[str, str]) -> None:
    chapters = [
        f"# {name}\n\n{chapter_body(name, key, marks)}{heading}{chapter_notes(name, key, heads)}"
        for name, key in CHAPTERS
    ]
    assert_numbered_anew(assert_linked("".join(chapters)).footnotes)


@pytest.mark.parametrize(("marks", "heads"), [(RAISED, RAISED_HEADS), (RAISED, PLAIN_HEADS), (PLAIN, PLAIN_HEADS)])
def test_the_notes_of_all_chapters_may_stand_under_headings_at_the_end(
    marks: tuple[str, str], heads: tuple[str, str]
) -> None:
    body = "".join(f"# {name}\n\n{chapter_body(name, key, marks)}" for name, key in CHAPTERS)
    notes = "".join(f"## {name}\n\n{chapter_notes(name, key, heads)}" for name, key in CHAPTERS)
    assert_numbered_anew(assert_linked(f"{body}# Notes\n\n{notes}").footnotes)


@pytest.mark.parametrize(("marks", "heads"), [(RAISED, RAISED_HEADS), (PLAIN, ("1 ", "2 "))])
def test_numbers_begin_anew_with_each_page(marks: tuple[str, str], heads: tuple[str, str]) -> None:
    pages = [chapter_body(name, key, marks) + chapter_notes(name, key, heads).rstrip() for name, key in CHAPTERS]
    result = assert_linked("\n\f".join(pages))
    assert_numbered_anew(result.footnotes)
    assert [note.page for note in result.footnotes] == [1, 1, 2, 2, 3, 3]


@pytest.mark.parametrize("marks", [("*", "**"), ("*", "†")])
def test_signs_begin_anew_with_each_page(marks: tuple[str, str]) -> None:
    heads = (f"{marks[0]} ", f"{marks[1]} ")
    pages = [chapter_body(name, key, marks) + chapter_notes(name, key, heads).rstrip() for name, key in CHAPTERS]
    result = assert_linked("\n\f".join(pages))
    assert [(note.key, note.label) for note in result.footnotes] == [*enumerate(marks * 3, 1)]


def test_a_chapter_that_follows_with_other_signs_has_keys_of_its_own() -> None:
    result = assert_linked(
        "One river.⟦1|¹⟧ Two seas.⟦2|²⟧ A third one.⟦3|*⟧\n\n* ⟦=3|Of Rice.⟧\n\n"
        "¹ ⟦=1|Annals, p. 7.⟧\n\n² ⟦=2|Seas, p. 8.⟧"
    )
    assert {note.key: (note.number, note.label) for note in result.footnotes} == {
        1: (1, "1"),
        2: (2, "2"),
        3: (1, "*"),
    }


# --- what calls a note -------------------------------------------------------------------------------------------


def own_passage(passages: tuple[Passage, ...], key: int) -> Passage:
    [own] = [passage for passage in passages if passage.kind is PassageKind.FOOTNOTE and passage.footnotes == (key,)]
    return own


def test_a_note_and_the_passage_that_calls_it_name_each_other() -> None:
    result = assert_linked(
        "# Asia\n\nOne river.⟦1|¹⟧ Then silt comes.\n\n# Africa\n\nTwo seas.⟦2|²⟧ So it ends.\n\n"
        "# Notes\n\n1. ⟦=1|Annals, p. 7.⟧\n\n2. ⟦=2|Seas, p. 8.⟧"
    )
    calling = {passage.text: passage.footnotes for passage in result.passages if passage.kind is PassageKind.BODY}
    assert [keys for text, keys in calling.items() if "river" in text] == [(1,)]
    assert [keys for text, keys in calling.items() if "seas" in text] == [(2,)]
    assert own_passage(result.passages, 1).context == "One river."
    assert own_passage(result.passages, 2).context == "Two seas."


def test_the_sentence_that_calls_a_note_is_cut_from_the_source() -> None:
    result = assert_linked("Before it. One river,⟦1|¹⟧ and silt. Then rice.⟦2|²⟧\n\n¹ ⟦=1|Of Silt.⟧\n\n² ⟦=2|Of Rice.⟧")
    assert [read_spans(result.document.text, note.caller) for note in result.footnotes] == [
        "One river, and silt.",
        "Then rice.",
    ]


@pytest.mark.parametrize("mark", ["[^1]", "[1]"])
def test_each_passage_that_calls_a_note_again_names_it(mark: str) -> None:
    first = f"The first river carries silt all the year and takes it to the sea.⟦1|{mark}⟧ "
    other = "Then another one comes and takes all that is left to the sea again. " * 3
    head = "[^1]: " if mark == "[^1]" else "[1] "
    again = f"Farmers know it too, and grow rice by hand in all of the deltas.⟦1|{mark}⟧"
    result = assert_linked(f"{first}{other}{again}\n\n{head}⟦=1|Annals of Rivers, 2001.⟧")
    calling = [p.text for p in result.passages if p.kind is PassageKind.BODY and p.footnotes]
    assert len(calling) == 2
    assert ("first river" in calling[0], "Farmers" in calling[1]) == (True, True)
    [note] = result.footnotes
    assert note.marker == note.markers[0]
    assert own_passage(result.passages, 1).context.startswith("The first river")  # the first call is the caller


def test_a_repeated_superscript_is_not_called_twice() -> None:
    """Only a name can mean its note anywhere: raised digits rise with their notes."""
    [one, two] = ingested("One.¹ Two.² Again.¹\n\n¹ Of Silt, p. 1.\n\n² Of Rice, p. 2.").footnotes
    assert (len(one.markers), len(two.markers)) == (1, 1)


# --- notes that are called by name -------------------------------------------------------------------------------


def test_names_are_numbered_as_they_are_called() -> None:
    result = assert_linked(
        "One.⟦1|[^silver]⟧ Two.⟦2|[^gold]⟧ Again.⟦1|[^silver]⟧\n\n"
        "[^gold]: ⟦=2|Of Gold.⟧\n\n[^tin]: ⟦=3|Of Tin.⟧\n\n[^silver]: ⟦=1|Of Silver.⟧"
    )
    assert [(n.number, n.label, n.style, n.found) for n in result.footnotes] == [
        (1, "silver", "label", Found.PRINTED),
        (2, "gold", "label", Found.PRINTED),
        (3, "tin", "label", Found.LOST),
    ]


def test_names_that_are_numbers_number_their_notes() -> None:
    result = assert_linked("One.⟦7|[^7]⟧ Two.⟦3|[^3]⟧\n\n[^7]: ⟦=7|Of Gold.⟧\n\n[^3]: ⟦=3|Of Silver.⟧")
    assert {(note.number, note.label) for note in result.footnotes} == {(3, "3"), (7, "7")}


def test_names_may_stand_a_line_each() -> None:
    assert_linked("One.⟦1|[^silver]⟧ Two.⟦2|[^gold]⟧\n\n[^gold]: ⟦=2|Of Gold.⟧\n[^silver]: ⟦=1|Of Silver.⟧")


def test_indented_paragraphs_go_on_with_a_named_note() -> None:
    assert_linked(
        "One.⟦1|[^silver]⟧ Two.⟦2|[^gold]⟧\n\n[^gold]: ⟦=2|Of Gold.⟧\n\n    ⟦=2|More of it.⟧\n\n"
        "[^silver]: ⟦=1|Of Silver.⟧\n\n\t⟦=1|More of that.⟧\n\nThe end of it."
    )


def test_a_name_that_stands_twice_is_defined_where_it_stands_first() -> None:
    result = ingested("One.[^silver] Two.[^gold]\n\n[^silver]: First.\n\n[^gold]: Of Gold.\n\n[^silver]: Second.")
    assert [note.text for note in result.footnotes if note.label == "silver"] == ["First."]


@pytest.mark.parametrize(
    ("marker", "head"),
    [
        *(("[^si1ver]", "[^silver]: "), ("[^silver", "[^silver]: "), ("{^silver]", "[^silver]: ")),
        *(("[silver]", "[^silver]: "), ("^silver]", "[^silver]: ")),
        *(("[^silver]", "[^si1ver]: "), ("[^silver]", "[silver]: "), ("[^silver]", "^silver]: "), ("[^silver]", "")),
    ],
)
def test_a_hurt_name_is_read_as_the_one_that_is_missing(marker: str, head: str) -> None:
    result = assert_linked(
        f"One.⟦1|[^gold]⟧ Two.⟦2|{marker}⟧ Three.⟦3|[^tin]⟧\n\n"
        f"[^gold]: ⟦=1|Of Gold.⟧\n\n{head}⟦=2|Of Silver.⟧\n\n[^tin]: ⟦=3|Of Tin.⟧"
    )
    hurt = result.footnotes[1]
    assert hurt.found is (Found.REPAIRED if head else Found.INFERRED)
    assert hurt.confidence < result.footnotes[0].confidence


def test_a_name_unlike_every_other_calls_nothing() -> None:
    result = ingested("One.[^gold] Two.[^quicksilver] Three.[^tin]\n\n[^gold]: Of Gold.\n\n[^tin]: Of Tin.\n\nEnd.")
    assert [note.label for note in result.footnotes] == ["gold", "tin"]
