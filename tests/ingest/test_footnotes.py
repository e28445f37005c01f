"""Every shape of note and marker that the tables name is found, and what only looks like one is not."""

from __future__ import annotations

import pytest
from documents import ingested

from ingest.model import Footnote, Found, PassageKind
from ingest.urls import find_urls

NOTE = "¹ Annals. URL: https://example.org/1"


def footnotes(body: str, *notes: str) -> list[Footnote]:
    return list(ingested("\n\n".join([body, *notes])).footnotes)


def marker_text(body: str, *notes: str) -> list[str | None]:
    found = footnotes(body, *notes)
    return [body[slice(*note.marker)] if note.marker else None for note in found]


@pytest.mark.parametrize(
    ("body", "marker", "reading"),
    [
        ("Rivers carry silt.¹ They do.", "¹", "Rivers carry silt. They do."),
        ("Rivers,¹ and silt.", "¹", "Rivers, and silt."),
        ("Rivers ^{1} and silt.", "^{1}", "Rivers and silt."),
        ("The $CIS.^{1}$ They do.", "^{1}", "The CIS. They do."),
        ("Rivers[^1] and silt.", "[^1]", "Rivers and silt."),
        ("In “deltas”,1 and silt.", "1", "In “deltas”, and silt."),
        ("They carry silt.1 They do.", "1", "They carry silt. They do."),
        ("Do they (really)?1 They do.", "1", "Do they (really)? They do."),
        ("On May 24.1 They came.", "1", "On May 24. They came."),
        ("Rivers, 1 and silt.", "1", "Rivers, and silt."),
    ],
)
def test_each_shape_of_marker_is_found_and_left_out_of_the_reading(body: str, marker: str, reading: str) -> None:
    assert marker_text(body, NOTE) == [marker]
    [passage] = [p for p in ingested(f"{body}\n\n{NOTE}").passages if p.kind is PassageKind.BODY]
    assert passage.text == reading
    assert passage.footnotes == (1,)


@pytest.mark.parametrize(
    "body", ["On May 24.1 percent more.", "See No.1 for it.", "The 1st of 11,1a.", "It is x1 here."]
)
def test_what_only_looks_like_a_marker_is_none(body: str) -> None:
    assert marker_text(body, NOTE) == [None]


@pytest.mark.parametrize("head", ["¹ ", "¹", "^{1} ", "^{1 &}quot;", "[^1]: "])
def test_each_shape_of_note_number_is_found_and_left_out_of_the_text(head: str) -> None:
    [note] = footnotes("Rivers carry silt.¹", head + "Annals. URL: https://example.org/1")
    assert note.text.lstrip('"') == "Annals. URL: https://example.org/1"
    assert (note.number, note.found) == (1, Found.PRINTED)


def test_a_number_that_cannot_be_read_is_inferred_from_its_neighbours() -> None:
    notes = footnotes(
        "One.¹ Two.² Three.³",
        "¹ First. URL: https://example.org/1",
        "^{*} Second. URL: https://example.org/2",
        "³ Third. URL: https://example.org/3",
    )
    assert [(note.number, note.text[:6], note.found) for note in notes] == [
        (1, "First.", Found.PRINTED),
        (2, "Second", Found.INFERRED),
        (3, "Third.", Found.PRINTED),
    ]


@pytest.mark.parametrize(
    ("head", "number"), [("^{*2} ", 12), ("l2 ", 12), ("¹º ", 10), ("^{I1 &}quot;", 11), ("¹⁸ ", 13)]
)
def test_a_damaged_number_is_read_as_the_one_that_is_due(head: str, number: int) -> None:
    heads = {n: f"{n} " if n != number else head for n in range(1, 15)}
    raised = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
    body = " ".join(f"Claim {'abcdefghijklmn'[n - 1]}.{str(n).translate(raised)}" for n in heads)
    notes = [
        f"{text if n == number else text.translate(raised)}Annals. URL: https://example.org/{n}"
        for n, text in heads.items()
    ]
    found = {note.number: note for note in footnotes(body, *notes)}
    assert sorted(found) == list(range(1, 15))
    assert found[number].found is Found.REPAIRED
    assert found[number].text.lstrip('"') == f"Annals. URL: https://example.org/{number}"


def test_a_word_is_no_damaged_number() -> None:
    body = " ".join(f"Claim.[^{n}]" for n in range(1, 71))
    notes = [f"[^{n}]: Source." for n in range(1, 69)]
    found = footnotes(body, *notes, "To Annals. URL: https://example.org/69", "[^70]: Source.")
    assert (found[68].number, found[68].text[:3], found[68].found) == (69, "To ", Found.INFERRED)


def test_an_unread_note_stands_behind_its_marker() -> None:
    """Of two paragraphs that could be note 2, the one before its marker is body."""
    source = [
        "One.¹ More.",
        "¹ First. URL: https://example.org/1",
        "After a rocky year things went on.² So they did.³",
        "www.example.org",
        "The exercises of the year before.",
        "³ Third. URL: https://example.org/3",
        "And more.",
        "www.example.org",
        "And the end.",
        "www.example.org",
    ]
    assert [note.text for note in footnotes(*source)][1] == "The exercises of the year before."


def test_a_marker_that_lost_a_digit_is_read_by_its_place() -> None:
    notes = [f"[^{n}]: Source." for n in range(62, 66)]
    found = footnotes("Start.[^62] Middle.[^63] Criteria. 4\n\nEnd.[^65]", *notes)
    assert [(note.number, note.marker is not None, note.found) for note in found][2] == (64, True, Found.REPAIRED)


def test_a_note_goes_on_in_paragraphs_that_only_cite() -> None:
    [note] = footnotes("Rivers.¹", "¹ Annals of Rivers.", "URL: https://example.org/1")
    assert note.text == "Annals of Rivers. URL: https://example.org/1"
    assert note.urls == ("https://example.org/1",)


def test_endnotes_are_matched_over_the_whole_body() -> None:
    body = " ".join(f"Claim {'abcdef'[n]}.[^{n}]" for n in range(1, 6))
    notes = [f"[^{n}]: Source {n}." for n in range(1, 6)]
    assert marker_text(body, *notes) == [f"[^{n}]" for n in range(1, 6)]


def test_markers_rise_with_their_numbers() -> None:
    """The 1 after the 2 cannot be the marker of note 1, nor can a lighter sign outweigh two heavier ones."""
    notes = ["¹ A. URL: https://example.org/1", "² B. URL: https://example.org/2", "³ C. URL: https://example.org/3"]
    assert marker_text("They saw two.¹ Then 3, 3 of them.² Later one.¹ Then three.³", *notes) == ["¹", "²", "³"]
    found = footnotes("They saw, 3 of them, two.¹ Then.² Later one.¹ Then three.³", *notes)
    assert [note.marker[0] for note in found if note.marker] == [25, 32, 57]


def test_a_marker_stands_after_the_notes_of_the_page_before() -> None:
    notes = footnotes("Rivers, 2 of them, carry silt.¹", NOTE, "They do.", "² Annals. URL: https://example.org/2")
    assert [note.found for note in notes] == [Found.PRINTED, Found.LOST]


def test_the_surer_of_two_signs_is_the_marker() -> None:
    [note] = footnotes("Rivers.¹ Then silt, 1 and sand.", NOTE)
    assert note.marker == (7, 8)


def test_a_power_of_a_unit_is_no_marker() -> None:
    notes = [f"{n} Source. URL: https://example.org/{i}" for i, n in enumerate("¹²³", 1)]
    found = footnotes("One.¹ Two.² Three.³ The tank held 40 m³ of oil on 3 km² of land.", *notes)
    assert [note.marker[0] for note in found if note.marker] == [4, 10, 18]


def test_of_several_calls_of_one_note_the_first_is_its_marker() -> None:
    [note] = footnotes("Rivers.[^1] Silt.[^1]", "[^1]: Annals.")
    assert note.marker == (7, 11)


def test_a_label_calls_its_note_from_anywhere() -> None:
    found = footnotes("One.[^1] Two.[^2]", "[^1]: First.", "A paragraph between the notes.", "[^2]: Second.")
    assert [note.found for note in found] == [Found.PRINTED, Found.PRINTED]


def test_a_paragraph_that_begins_with_a_number_is_no_note_that_nobody_calls() -> None:
    notes = ["¹ Annals. URL: https://example.org/1", "² Annals. URL: https://example.org/2"]
    found = footnotes("One.¹ Two.²", *notes, "3 Apples were sold that day. More came.")
    assert [note.number for note in found] == [1, 2]


def test_a_repeated_number_is_not_a_second_note() -> None:
    assert [note.number for note in footnotes("Rivers.¹", NOTE, NOTE)] == [1]


def test_a_note_is_called_by_a_sentence_that_goes_on_after_it() -> None:
    source = "Before. The rivers carry¹\n\n¹ Annals. URL: https://example.org/1\n\nsilt to the sea. After."
    [own] = [p for p in ingested(source).passages if p.kind is PassageKind.FOOTNOTE]
    assert own.context == "The rivers carry silt to the sea."


def test_a_long_note_is_cut_and_every_part_keeps_its_caller() -> None:
    result = ingested("Rivers carry silt.¹\n\n¹ " + "Annals of rivers and seas, again. " * 8, 20)
    own = [p for p in result.passages if p.kind is PassageKind.FOOTNOTE]
    assert len(own) > 1
    assert {(p.footnotes, p.context) for p in own} == {((1,), "Rivers carry silt.")}


def test_a_note_belongs_to_the_section_it_stands_in() -> None:
    result = ingested(f"1. Rivers\n\nThey carry silt.¹\n\n{NOTE}\n\n2. Seas\n\nThey do not.")
    assert [(p.kind, p.section) for p in result.passages] == [
        (PassageKind.BODY, ("1. Rivers",)),
        (PassageKind.FOOTNOTE, ("1. Rivers",)),
        (PassageKind.BODY, ("2. Seas",)),
    ]


def test_addresses_are_listed_without_what_follows_them() -> None:
    assert find_urls("(see https://a.org/x_(y)), http://b.org/?q=1; ftp://c.org.") == (
        "https://a.org/x_(y",
        "http://b.org/?q=1",
    )
