"""All of a note and nothing else: several paragraphs, the next page, joined lines, numbers that are hurt or gone."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest
from documents import SUPERSCRIPTS, ingested
from templates import assert_linked, body_texts

from ingest.model import Found

# --- where a note ends -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "more", ["URL: https://example.org/1", "https://example.org/1", "The author holds that they do.", "“And on,” p. 9."]
)
def test_a_paragraph_between_two_notes_is_more_of_the_first(more: str) -> None:
    assert_linked(
        "One.⟦1|¹⟧ Two.⟦2|²⟧ Three.⟦3|³⟧\n\n"
        f"¹ ⟦=1|Annals of Rivers.⟧\n\n⟦=1|{more}⟧\n\n² ⟦=2|Of Seas, p. 7.⟧\n\n³ ⟦=3|Of Rice.⟧"
    )


def test_indented_paragraphs_are_more_of_a_markdown_note() -> None:
    result = assert_linked(
        "One.⟦1|[^1]⟧ Two.⟦2|[^2]⟧\n\n[^1]: ⟦=1|Annals of Rivers.⟧\n\n    ⟦=1|They hold that rivers go on.⟧\n\n"
        "    ⟦=1|And on.⟧\n\n[^2]: ⟦=2|Of Seas, p. 7.⟧\n\nThe end of the text."
    )
    assert "The end of the text." in body_texts(result)[-1]


LONG = (
    "Annals of Rivers and Seas. The author holds that they go on for so long that no one "
    "can tell where they end, beyond all"
)


@pytest.mark.parametrize(
    ("gap", "after"),
    [
        ("\n\n12 Annals 2022\n\n", "⟦=2|doubt, p. 7.⟧\n\ngive it back later on.⟦3|³⟧ More then."),
        ("\n\n12 Annals 2022\n\n", "give it back later on.⟦3|³⟧ More of it then.\n\n⟦=2|doubt, p. 7.⟧"),
        ("\n\f", "give it back later on.⟦3|³⟧ More of it then.\n\n⟦=2|doubt, p. 7.⟧"),
    ],
    ids=["before the body", "behind the body", "behind the body of a new page"],
)
def test_a_note_goes_on_where_the_next_page_has_the_rest_of_it(gap: str, after: str) -> None:
    result = assert_linked(
        "One river carries silt.⟦1|¹⟧ Two seas take all of it.⟦2|²⟧ They go on and\n\n"
        f"¹ ⟦=1|Of Rivers, p. 7.⟧\n\n² ⟦=2|{LONG}⟧{gap}{after}\n\n³ ⟦=3|Of Seas, p. 9.⟧"
    )
    assert any("They go on and give it back later on." in text for text in body_texts(result))


def test_body_behind_the_last_note_of_a_page_is_none_of_it() -> None:
    result = assert_linked("One river.⟦1|¹⟧\n\n¹ ⟦=1|Of Rivers, p. 7.⟧\n\n12 Annals 2022\n\nThe next page begins here.")
    assert any("The next page begins here." in text for text in body_texts(result))


# --- lines that were joined --------------------------------------------------------------------------------------

WRAPPED = (
    "The rivers carry silt down to the sea every year,\nand the farmers there grow rice in the wide deltas\n"
    "by hand, as they have done for so many long years.⟦1|{0}⟧\n\n"
    "They go on with it in every year that comes to them,⟦2|{1}⟧\nand the sea takes what they leave.⟦3|{2}⟧\n\n"
)
STYLES = {
    "superscript": (("¹", "²", "³"), ("¹ ", "² ", "³ ")),
    "caret": (("^{1}", "^{2}", "^{3}"), ("^{1} ", "^{2} ", "^{3} ")),
    "latex": (("$^{1}$", "$^{2}$", "$^{3}$"), ("$^{1}$ ", "$^{2}$ ", "$^{3}$ ")),
    "html": (("<sup>1</sup>", "<sup>2</sup>", "<sup>3</sup>"), ("<sup>1</sup> ", "<sup>2</sup> ", "<sup>3</sup> ")),
    "markdown": (("[^1]", "[^2]", "[^3]"), ("[^1]: ", "[^2]: ", "[^3]: ")),
    "textsuperscript": (
        tuple(f"\\textsuperscript{{{n}}}" for n in (1, 2, 3)),
        tuple(f"\\textsuperscript{{{n}}} " for n in (1, 2, 3)),
    ),
}


@pytest.mark.parametrize("gaps", [("\n", "\n"), (" ", "\n"), ("\n", " "), (" ", " ")])
@pytest.mark.parametrize("style", STYLES)
def test_each_note_begins_where_its_number_stands_even_inside_a_line(style: str, gaps: tuple[str, str]) -> None:
    marks, heads = STYLES[style]
    assert_linked(
        f"{WRAPPED.format(*marks)}{heads[0]}⟦=1|Annals of Rivers, p. 7.⟧{gaps[0]}"
        f"{heads[1]}⟦=2|Of Seas, p. 9.⟧{gaps[1]}{heads[2]}⟦=3|Of Rice, p. 11.⟧"
    )


def test_a_line_behind_one_that_ends_early_may_be_a_note_without_its_number() -> None:
    result = assert_linked(
        f"{WRAPPED.format(*STYLES['superscript'][0])}"
        "¹ ⟦=1|Annals of Rivers, p. 7.⟧\n⟦=2|Of Seas, p. 9.⟧\n³ ⟦=3|Of Rice, p. 11.⟧"
    )
    assert [note.found for note in result.footnotes] == [Found.PRINTED, Found.INFERRED, Found.PRINTED]


# --- numbers that are gone or hurt -------------------------------------------------------------------------------

Numbered = Callable[[int], str]
WORDS = ("rivers", "seas", "lakes", "silt", "rice", "sand", "clay", "mud", "salt", "fish", "reed", "rain", "snow")


def raised(number: int) -> str:
    return str(number).translate(SUPERSCRIPTS)


MARK: Mapping[str, Numbered] = {
    "superscript": raised,
    "html": "<sup>{}</sup>".format,
    "latex": "$^{{{}}}$".format,
    "textsuperscript": "\\textsuperscript{{{}}}".format,
    "footnotemark": "\\footnotemark[{}]".format,
    "bracket": "[{}]".format,
    "markdown": "[^{}]".format,
}


def of_thirteen(style: str, marks: Mapping[int, str] | None = None, heads: Mapping[int, str] | None = None) -> str:
    """A document with thirteen notes, a few of their markers and printed numbers hurt."""
    mark = MARK[style]
    body = " ".join(f"Claim of {word}.⟦{n}|{(marks or {}).get(n, mark(n))}⟧" for n, word in enumerate(WORDS, 1))
    end = ": " if style == "markdown" else " "
    notes = [
        f"{(heads or {}).get(n, mark(n) + end)}⟦={n}|Annals of {word}, p. {n}.⟧" for n, word in enumerate(WORDS, 1)
    ]
    return "\n\n".join([body, *notes])


@pytest.mark.parametrize("head", ["", "* ", "^{*} ", "^{} ", "” ", "~ ", "' ", ". "])
def test_a_number_that_is_gone_is_told_by_its_neighbours(head: str) -> None:
    found = assert_linked(of_thirteen("superscript", heads={12: head})).footnotes
    assert found[11].found is Found.INFERRED
    assert {note.found for note in found if note.key != 12} == {Found.PRINTED}


@pytest.mark.parametrize("head", ["", "[&]quot;"])
def test_the_first_number_of_a_page_may_be_gone(head: str) -> None:
    notes = ingested(f"One.¹ Two.² Three.³\n\n{head}Annals, p. 7.\n\n² Of Seas, p. 9.\n\n³ Of Lakes, p. 1.").footnotes
    assert (notes[0].key, notes[0].found) == (1, Found.INFERRED)


@pytest.mark.parametrize(
    ("style", "heads"),
    [
        ("superscript", ["l2 ", "^{*2} ", "^{I2} ", "1Z ", "12: ", "{12} ", "^12} "]),
        ("html", ["<sup>l2</sup> ", "<sup>12<sup> ", "sup>12</sup> ", "<sup>12</sup ", "<sup>*2</sup> "]),
        ("latex", ["$^{l2}$ ", "$^{12} ", "${12}$ ", "$^{*2}$ ", "$^{1 2}$ "]),
        ("bracket", ["[l2] ", "(12] ", "[12) ", "[*2] ", "12] ", "[12 "]),
        ("markdown", ["[^l2]: ", "[12]: ", "^12]: ", "[^12: ", "{^12]: ", "(^12): "]),
    ],
)
def test_a_hurt_number_is_read_as_the_one_that_is_due(style: str, heads: list[str]) -> None:
    for head in heads:
        note = assert_linked(of_thirteen(style, heads={12: head})).footnotes[11]
        assert (note.number, note.printed is not None) == (12, True)


@pytest.mark.parametrize(
    ("style", "marks"),
    [
        ("superscript", ["¹", "²", "l2", "^{l2}", "{12}"]),
        ("html", ["<sup>l2</sup>", "<sup>12<sup>", "<sup>*2</sup>"]),
        ("latex", ["${12}$"]),
        (
            "textsuperscript",
            ["\\textsuperscript{l2}", "textsuperscript{12}", "\\textsuperscript(12}"],
        ),
        ("footnotemark", ["\\footnotemark[l2]", "\\footnotemark(12]"]),
        ("bracket", ["[l2]", "[12)", "[12}", "[ 12]", "[*2]", "[1Z]", "[12|", "[12", "12]"]),
    ],
)
def test_a_hurt_marker_calls_the_note_that_is_missing_one(style: str, marks: list[str]) -> None:
    for mark in marks:
        body = of_thirteen(style, marks={12: mark})
        if mark == "12]":
            body = body.replace("rain.⟦12|12]⟧ Claim", "rain ⟦12|12]⟧. Claim")
        note = assert_linked(body).footnotes[11]
        assert (note.found, note.confidence < 0.99) == (Found.REPAIRED, True)


@pytest.mark.parametrize("hurt", ["[2, 3", "2, 3]"])
def test_a_list_that_lost_a_bracket_calls_all_its_notes(hurt: str) -> None:
    references = "[1] Annals, 2001.\n\n[2] Seas, 2002.\n\n[3] Silt, 2003.\n\n[4] Rice, 2004."
    source = f"Silt [1] and {hurt}. And then rice [4] comes.\n\nReferences\n\n{references}"
    notes = ingested(source).footnotes
    assert [[source[slice(*m)] for m in note.markers] for note in notes] == [["[1]"], [hurt], [hurt], ["[4]"]]


# --- signs -------------------------------------------------------------------------------------------------------

SIGNS = "*†‡§"


def two_pages(mark: Mapping[int, str], head: Mapping[int, str]) -> str:
    """Two pages with four notes each, signs of the first one hurt."""
    pages = []
    for page, words in enumerate((WORDS[:4], WORDS[4:8])):
        marks, heads = ({}, {}) if page else (mark, head)
        body = " ".join(f"Claim of {w}.⟦{page * 4 + n}|{marks.get(n, SIGNS[n - 1])}⟧" for n, w in enumerate(words, 1))
        notes = [
            f"{heads.get(n, SIGNS[n - 1] + ' ')}⟦={page * 4 + n}|Annals of {word}, p. {n}.⟧"
            for n, word in enumerate(words, 1)
        ]
        pages.append("\n\n".join([body, *notes]))
    return "\n\f".join(pages)


@pytest.mark.parametrize(("place", "hurt"), [(1, "x°×'"), (2, "t+fT"), (3, "#f"), (4, "$S")])
def test_a_hurt_sign_is_read_as_the_one_that_is_due(place: int, hurt: str) -> None:
    for sign in hurt:
        called = assert_linked(two_pages({place: sign}, {})).footnotes
        assert (called[place - 1].label, called[place - 1].found) == (SIGNS[place - 1], Found.REPAIRED)
        printed = assert_linked(two_pages({}, {place: f"{sign} "})).footnotes
        assert printed[place - 1].label == SIGNS[place - 1]


@pytest.mark.parametrize("place", [1, 2, 3])
def test_a_sign_that_is_gone_is_told_by_its_neighbours(place: int) -> None:
    assert assert_linked(two_pages({}, {place: ""})).footnotes[place - 1].found is Found.INFERRED
