"""A note whose marker is lost is said to be lost, and tied to its page and to where the marker must have stood."""

from __future__ import annotations

import pytest
from documents import SUPERSCRIPTS, ingested
from templates import assert_linked

from ingest.model import Footnote, Found, PassageKind
from ingest.reading import read_spans

FIRST = "One river is here.⟦1|¹⟧"
LAST = "A third lake is here.⟦3|³⟧"
NOTES = "¹ ⟦=1|Of Rivers, p. 7.⟧\n\n² ⟦=2|{}⟧\n\n³ ⟦=3|Of Lakes, p. 8.⟧"


def lost_note(between: str, text: str) -> tuple[str, Footnote]:
    """The source of a document in which the marker of the second of three notes is lost, and that note."""
    result = assert_linked(f"{FIRST} {between} {LAST}\n\n{NOTES.format(text)}")
    note = result.footnotes[1]
    assert (note.key, note.found, note.marker) == (2, Found.LOST, None)
    return result.document.text, note


def test_the_region_lies_between_the_markers_beside_it() -> None:
    source, note = lost_note("Two seas of salt are here. Some moor is here.", "Of Copper, p. 7.")
    assert note.region is not None
    assert source[slice(*note.region)] == "Two seas of salt are here. Some moor is here. A third lake is here."


def test_the_region_of_the_first_and_of_the_last_note_ends_with_the_body_around_them() -> None:
    source = "One river.\n\nA moor.² Then a lake.\n\n¹ Of Rivers, p. 7.\n\n² Of Moors, p. 8.\n\n³ Of Lakes, p. 9."
    one, _, three = ingested(source).footnotes
    assert one.region is not None and three.region is not None
    assert (source[slice(*one.region)], source[slice(*three.region)]) == ("One river.\n\nA moor.", "Then a lake.")


def test_a_region_is_on_the_page_of_its_note() -> None:
    source = (
        "One.¹ Two of it.\n\n¹ Of Rivers, p. 7.\n\n² Of Seas, p. 7.\n\f"
        "Three.³ Four.\n\n³ Of Lakes.\n\n⁴ Of Moors, p. 9."
    )
    notes = ingested(source).footnotes
    assert [(note.found, note.page) for note in notes] == [
        (Found.PRINTED, 1),
        (Found.LOST, 1),
        (Found.PRINTED, 2),
        (Found.LOST, 2),
    ]
    assert [note.region and source[slice(*note.region)] for note in notes] == [None, "Two of it.", None, "Four."]


def test_there_is_no_region_where_no_body_is_left() -> None:
    notes = ingested("One.¹ Two.²\n\n¹ Of Rivers, p. 7.\n\n² Of Seas, p. 7.\n\n³ Of Lakes, p. 8.").footnotes
    assert [(note.found, note.region) for note in notes][2] == (Found.LOST, None)


def test_the_sentence_that_clearly_shares_most_with_a_lost_note_calls_it() -> None:
    source, note = lost_note("Two seas of salt are here. Some moor is here.", "Of Salt, p. 7.")
    assert read_spans(source, note.caller) == "Two seas of salt are here."


@pytest.mark.parametrize("text", ["Of Copper, p. 7.", "Of Salt and Moors, p. 7.", "Here, p. 7."])
def test_no_sentence_is_said_to_call_a_lost_note_unless_it_is_clear_which(text: str) -> None:
    _, note = lost_note("Two seas of salt are here. Some moors of it.", text)
    assert note.caller == ()


def test_the_only_sentence_of_a_region_calls_the_note() -> None:
    source = "One river.¹ The other one.\n\n¹ Of Rivers, p. 7.\n\n² Of Copper, p. 8."
    assert read_spans(source, ingested(source).footnotes[1].caller) == "The other one."


def test_a_lost_note_is_embedded_with_its_sentence_but_no_passage_claims_to_call_it() -> None:
    result = assert_linked(f"{FIRST} Two seas of salt are here. {LAST}\n\n{NOTES.format('Of Salt, p. 7.')}")
    [own] = [p for p in result.passages if p.kind is PassageKind.FOOTNOTE and p.footnotes == (2,)]
    assert own.context == "Two seas of salt are here."
    assert [p.footnotes for p in result.passages if p.kind is PassageKind.BODY] == [(1, 3)]


def test_confidence_falls_with_what_had_to_be_concluded() -> None:
    words = ("rivers", "seas", "lakes", "silt", "rice", "sand", "clay", "mud", "salt", "fish", "reed", "rain", "snow")
    raised = [str(number).translate(SUPERSCRIPTS) for number in range(1, 14)]
    body = " ".join(f"Claim of {word}.{'' if n == 3 else raised[n - 1]}" for n, word in enumerate(words, 1))
    heads = {4: "", 12: "l2 "}
    notes = [f"{heads.get(n, raised[n - 1] + ' ')}Annals of {word}, p. {n}." for n, word in enumerate(words, 1)]
    found = {note.key: note for note in ingested("\n\n".join([body, *notes])).footnotes}
    assert {key: found[key].found for key in (1, 3, 4, 12)} == {
        1: Found.PRINTED,
        12: Found.REPAIRED,
        4: Found.INFERRED,
        3: Found.LOST,
    }
    assert 1 > found[1].confidence > found[12].confidence > found[4].confidence > found[3].confidence > 0
