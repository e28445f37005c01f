"""Every row of the tables of styles links a small document; what only looks like a note or a marker does not."""

from __future__ import annotations

import pytest
from documents import ingested
from templates import assert_linked, body_texts, expected

from ingest.model import Found, Span

NOTE = "Annals of Rivers, p. 7."

HEADS = {
    "markdown": "[^1]: ",
    "superscript": "¹ ",
    "superscript, glued": "¹",
    "caret and braces": "^{1} ",
    "caret": "^1 ",
    "caret, glued": "^1",
    "dollars": "$^1$ ",
    "dollars and braces": "$^{1}$ ",
    "dollars and blanks": "$ ^1 $ ",
    "textsuperscript": "\\textsuperscript{1} ",
    "footnotemark": "\\footnotemark[1] ",
    "html": "<sup>1</sup> ",
    "html with brackets": "<sup>[1]</sup> ",
    "html in capitals": "<SUP>1</SUP>",
    "bracket": "[1] ",
    "bracket, glued": "[1]",
    "digits": "1 ",
    "digits with a stop": "1. ",
    "digits with a bracket": "1) ",
    "digits, glued": "1",
}

MARKERS = {
    "superscript": "¹",
    "caret and braces": "^{1}",
    "caret": "^1",
    "dollars": "$^1$",
    "dollars and braces": "$^{1}$",
    "dollars and blanks": "$ ^{1} $",
    "textsuperscript": "\\textsuperscript{1}",
    "footnotemark": "\\footnotemark[1]",
    "markdown": "[^1]",
    "html": "<sup>1</sup>",
    "html with brackets": "<sup>[1]</sup>",
    "html in capitals": "<SUP>1</SUP>",
    "bracket": "[1]",
    "bracket with a page": "[1, p. 12]",
    "bracket with pages": "[1, pp. 3–5]",
    "bracket with a paragraph": "[1, § 4]",
    "bracket with a chapter": "[1, ch. 2]",
    "bracket with an issue": "[1, no. 3]",
    "bracket with a figure": "[1, fig. 3]",
    "bracket with a place": "[1, at 3]",
    "digits": "1",
}


@pytest.mark.parametrize("head", HEADS.values(), ids=HEADS)
def test_each_printed_number_is_left_out_of_its_note(head: str) -> None:
    [note] = assert_linked(f"They carry silt.⟦1|¹⟧ They do so all year.\n\n{head}⟦=1|{NOTE}⟧").footnotes
    place = len("They carry silt.¹ They do so all year.\n\n")
    assert (note.number, note.label, note.found) == (1, "1", Found.PRINTED)
    assert note.printed == (place, place + len(head))


def test_a_number_that_an_entity_has_torn_is_left_out_of_its_note() -> None:
    result = ingested('They carry silt.¹ They do.\n\n^{1 &}quot;Annals of Rivers," p. 7.')
    assert [(note.number, note.text) for note in result.footnotes] == [(1, '"Annals of Rivers," p. 7.')]


def test_footnotetext_is_left_out_of_its_note_with_its_braces() -> None:
    result = assert_linked(f"They carry silt.⟦1|\\footnotemark[1]⟧ They do.\n\n\\footnotetext[1]{{⟦=1|{NOTE}⟧}}")
    assert [note.printed for note in result.footnotes] == [Span(43, 60)]


@pytest.mark.parametrize("marker", MARKERS.values(), ids=MARKERS)
def test_each_marker_is_found_and_left_out_of_reading(marker: str) -> None:
    result = assert_linked(f"They carry silt.⟦1|{marker}⟧ They do so all year.\n\n¹ ⟦=1|{NOTE}⟧")
    assert body_texts(result) == ["They carry silt. They do so all year."]


@pytest.mark.parametrize("marker", MARKERS.values(), ids=MARKERS)
def test_the_blank_before_a_marker_goes_with_it(marker: str) -> None:
    result = assert_linked(f"They carry silt. ⟦1|{marker}⟧ They do so all year.\n\n¹ ⟦=1|{NOTE}⟧")
    assert body_texts(result) == ["They carry silt. They do so all year."]


@pytest.mark.parametrize(
    "body",
    [
        "In “deltas”,⟦1|1⟧ and silt they go.",
        "They carry silt;⟦1|1⟧ they do so.",
        "They grew by 20%,⟦1|1⟧ they say.",
        "In 2022,⟦1|1⟧ they came.",
        "They carry silt.⟦1|1⟧ They do so.",
        "Do they (really)?⟦1|1⟧ They do so.",
        "“They carry silt.”⟦1|1⟧ They do so.",
        "They carry silt (a lot).⟦1|1⟧ They do so.",
        "(They carry silt.⟦1|1⟧) They do so.",
        "They came on May 24.⟦1|1⟧ They do so.",
        "They grew by 24.⟦1|1⟧",
    ],
)
@pytest.mark.parametrize("head", ["¹ ", "1 ", "1. ", "1) "])
def test_digits_glued_to_a_stop_call_a_note(body: str, head: str) -> None:
    result = assert_linked(f"{body}\n\n{head}⟦=1|{NOTE}⟧")
    assert body_texts(result) == [body.replace("⟦1|1⟧", "")]


@pytest.mark.parametrize(
    "body",
    [
        "They carry silt⟦1|1⟧ all the year.",
        "Rivers, ⟦1|1⟧ and silt they carry.",
        "They carry silt.” ⟦1|1⟧ They do so.",
        "They carry silt (a lot) ⟦1|1⟧ every year.",
    ],
)
def test_digits_behind_a_word_or_a_blank_call_a_note_that_is_surely_one(body: str) -> None:
    assert_linked(f"{body}\n\n¹ ⟦=1|{NOTE}⟧")


def test_only_the_dollars_around_a_marker_are_left_out_of_reading_with_it() -> None:
    result = assert_linked(f"The $CIS.⟦1|^{{1}}⟧$ They cost \\$5 and $x^{{2}}$ more.\n\n¹ ⟦=1|{NOTE}⟧")
    assert body_texts(result) == ["The CIS. They cost $5 and $x^{2}$ more."]


def test_a_dollar_that_no_other_opens_is_left_out_alone() -> None:
    result = assert_linked(f"The CIS.⟦1|^{{1}}⟧$ They do so all year.\n\n¹ ⟦=1|{NOTE}⟧")
    assert body_texts(result) == ["The CIS. They do so all year."]


# --- brackets and a list of references ---------------------------------------------------------------------------

REFERENCES = (
    "[1] ⟦=1|Annals of Rivers, 2001.⟧\n\n[2] ⟦=2|Annals of Seas, 2002.⟧\n\n"
    "[3] ⟦=3|Annals of Silt, 2003.⟧\n\n[4] ⟦=4|Annals of Rice, 2004.⟧"
)
listed = pytest.mark.parametrize("heading", ["References\n\n", "## Notes\n\n", ""], ids=["references", "notes", "none"])


@listed
@pytest.mark.parametrize(
    ("body", "reading"),
    [
        ("Silt ⟦1|[1]⟧ and ⟦2|[2]⟧ rice ⟦3|[3]⟧ as ⟦4|[4]⟧ says.", "Silt and rice as says."),
        ("Silt ⟦1|[1]⟧, as [⟦2|2⟧, ⟦3|3⟧] say ⟦4|[4]⟧.", "Silt, as say."),
        ("Silt ⟦1|[1]⟧, as [⟦2|2⟧;⟦3|3⟧;⟦4|4⟧] say.", "Silt, as say."),
        ("Silt ⟦1|[1]⟧⟦2|[2]⟧ is rice.⟦3|[3]⟧ So it is.⟦4|[4]⟧", "Silt is rice. So it is."),
        ("Silt ⟦1|[1, p. 12]⟧ and ⟦2|[2]⟧ rice ⟦3|[3]⟧ and ⟦4|[4]⟧ sea.", "Silt and rice and sea."),
        ("See ⟦4|[4]⟧ first, then ⟦2|[2]⟧, ⟦1|[1]⟧, and ⟦3|[3]⟧.", "See first, then,, and."),
        ("Silt ⟦1|[1]⟧ ⟦2|[2]⟧ ⟦3|[3]⟧ ⟦4|[4]⟧, then again ⟦2|[2]⟧.", "Silt, then again."),
        ("Silt ⟦1|[1]⟧ ⟦2|[2]⟧ ⟦3|[3]⟧ ⟦4|[4]⟧ lies in [0, 1] here.", "Silt lies in [0, 1] here."),
        ("Silt ⟦1|[1]⟧ ⟦2|[2]⟧ ⟦3|[3]⟧ ⟦4|[4]⟧ [1999] 2 AC 5.", "Silt [1999] 2 AC 5."),
        ("Silt ⟦1|[1]⟧ ⟦2|[2]⟧ ⟦3|[3]⟧ ⟦4|[4]⟧ see [1](https://x.org).", "Silt see [1](https://x.org)."),
        ("Silt ⟦1|[1]⟧ ⟦2|[2]⟧ ⟦3|[3]⟧ ⟦4|[4]⟧ in a[2]b.", "Silt in a[2]b."),
    ],
)
def test_numbers_in_brackets_call_their_references(body: str, reading: str, heading: str) -> None:
    assert body_texts(assert_linked(f"{body}\n\n{heading}{REFERENCES}"))[0].splitlines()[0] == reading


@pytest.mark.parametrize("dash", ["–", "-", "—"])
def test_a_range_in_brackets_calls_all_that_it_spans(dash: str) -> None:
    source = expected(f"They carry silt [1] all year [2{dash}4].\n\nReferences\n\n{REFERENCES}").source
    result = ingested(source)
    assert [note.markers for note in result.footnotes] == [
        (Span(16, 19),),
        (Span(30, 31),),
        (Span(30, 33),),  # the one between stands for itself nowhere
        (Span(32, 33),),
    ]
    assert body_texts(result)[0].splitlines()[0] == "They carry silt all year."
    assert result.passages[0].footnotes == (1, 2, 3, 4)


# --- signs -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("sign", "*†‡§‖¶")
@pytest.mark.parametrize("gap", [" ", ""])
def test_each_sign_calls_its_note(sign: str, gap: str) -> None:
    [note] = assert_linked(f"They carry silt.⟦1|{sign}⟧ They do so.\n\n{sign}{gap}⟦=1|{NOTE}⟧").footnotes
    assert (note.number, note.label, note.style) == (1, sign, "symbol")


@pytest.mark.parametrize("sign", "*†‡§‖¶")
def test_a_doubled_sign_calls_a_note_of_its_own(sign: str) -> None:
    result = assert_linked(
        f"They carry silt.⟦1|{sign}⟧ They do so.⟦2|{sign}{sign}⟧\n\n{sign} ⟦=1|{NOTE}⟧\n\n{sign}{sign} ⟦=2|Of Seas.⟧"
    )
    assert [note.label for note in result.footnotes] == [sign, sign * 2]


def test_signs_follow_each_other_as_printers_have_them_then_doubled() -> None:
    signs = [*"*†‡§‖¶", "**"]
    words = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh")
    body = " ".join(f"The {word} river.⟦{key}|{signs[key - 1]}⟧" for key, word in enumerate(words, 1))
    notes = [f"{signs[key - 1]} ⟦=1|The {word} note.⟧".replace("=1", f"={key}") for key, word in enumerate(words, 1)]
    result = assert_linked("\n\n".join([body, *notes]))
    assert [note.label for note in result.footnotes] == signs


@pytest.mark.parametrize(
    "body",
    [
        "*Annals* says one river.⟦1|*⟧ More of *them* here.",
        "The A* algorithm finds rivers.⟦1|*⟧ More of it.",
        "It is **bold** here.⟦1|*⟧ More of it.",
        "It is 3 * 4 here.⟦1|*⟧ More of it.",
    ],
)
def test_a_star_that_names_or_stresses_is_no_marker(body: str) -> None:
    assert_linked(f"{body}\n\n* ⟦=1|First.⟧")


# --- what only looks like a marker, or like a note ---------------------------------------------------------------

DECOYS = (
    *("They hold 10⁶ tons.", "They fill 40 m³ a day.", "It has 9 m² and 12 km².", "At 5 ft² it is.", "A 10^6 of it."),
    *("The gas CO₂ rises.", "The H₂O is wet.", "It dates from ¹⁴C counts.", "The ²³⁵U decays.", "They hold Ca²⁺ ions."),
    *("They lie in [0, 1] there.", "See [1999] 2 AC 5 for it.", "Type [1](https://x.org/a) here.", "Let a[1] = b[2]."),
    *("The A* algorithm finds it.", "The 22^{nd} came.", "COVID-19 came.", "Then x^2 grows.", "Then $x^{2}$ grows."),
    *("On May 24.1 percent came.", "They met on 1 May 2022.", "It was 1,500 then.", "They grew 20.98 a year."),
    *("It is 3.14 wide.", "See No. 5 for it.", "See No.1 for it.", "In 2022, 87 came.", "It is x1 here."),
)
decoys = pytest.mark.parametrize("decoy", DECOYS)


@decoys
def test_a_decoy_in_a_document_without_notes_links_nothing(decoy: str) -> None:
    read = decoy.replace("^{nd}", "nd")
    assert body_texts(assert_linked(f"They carry silt. {decoy} They do.")) == [f"They carry silt. {read} They do."]


@decoys
@pytest.mark.parametrize("signs", ["¹²³", "123"], ids=["superscript", "digits"])
def test_a_decoy_among_markers_is_none(decoy: str, signs: str) -> None:
    one, two, three = tuple(signs)
    body = f"{decoy} They carry silt.⟦1|{one}⟧ They do.⟦2|{two}⟧ They did.⟦3|{three}⟧ {decoy} Then more."
    notes = f"{one} ⟦=1|Of Rivers, p. 7.⟧\n\n{two} ⟦=2|Of Seas, p. 8.⟧\n\n{three} ⟦=3|Of Silt, p. 9.⟧"
    result = assert_linked(f"{body}\n\n{notes}")
    assert all(note.found is Found.PRINTED for note in result.footnotes)


ITEMS = "1. Rivers carry silt.\n\n2. Seas take it.\n\n3. Farmers grow rice."


@pytest.mark.parametrize("before", ["They do so:", "They do so."], ids=["colon", "stop"])
@pytest.mark.parametrize("items", [ITEMS, ITEMS.replace("\n\n", "\n"), ITEMS.replace(".", ")", 1)])
def test_a_numbered_list_is_no_run_of_notes(before: str, items: str) -> None:
    assert_linked(f"{before}\n\n{items}\n\nThat is all.")


@pytest.mark.parametrize("before", ["They do so:", "They do so."], ids=["colon", "stop"])
def test_a_numbered_list_is_none_in_a_document_with_notes_either(before: str) -> None:
    assert_linked(f"They carry silt.⟦1|¹⟧ {before}\n\n{ITEMS}\n\nThat is all.\n\n¹ ⟦=1|{NOTE}⟧")


@pytest.mark.parametrize("items", [f"Why:\n\n{ITEMS}", "Why.\n\n(1) Rivers do.\n\n(2) Seas do.\n\n(3) Farmers do."])
def test_a_numbered_list_is_none_among_notes_that_are_numbered_alike(items: str) -> None:
    assert_linked(
        f"They carry silt.⟦1|1⟧ They do so.⟦2|2⟧ {items}\n\nThat is all.\n\n"
        "1. ⟦=1|Annals of Rivers, p. 7.⟧\n\n2. ⟦=2|Annals of Seas, p. 8.⟧"
    )


@pytest.mark.parametrize("table", ["| River | 1 |\n| Sea | 2 |", "River\tarea,1\t5\nSea\tarea.2\t9"])
def test_figures_of_a_table_are_no_markers(table: str) -> None:
    assert_linked(
        f"They carry silt.⟦1|1⟧ More do.⟦2|2⟧\n\n{table}\n\n"
        "1. ⟦=1|Annals of Rivers, p. 7.⟧\n\n2. ⟦=2|Annals of Seas, p. 8.⟧"
    )


def test_a_sure_marker_in_a_table_calls_its_note() -> None:
    [note] = ingested(f"River\tarea¹\t5\nSea\tarea\t9\n\n¹ {NOTE}").footnotes
    assert note.marker == Span(10, 11)
