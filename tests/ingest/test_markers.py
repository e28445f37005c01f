"""Where the body calls its notes: markers rise with their notes, never overlap, and stand in nothing but body text."""

from __future__ import annotations

import re
from itertools import combinations, pairwise

import pytest
from documents import Written, debris, footnoted, ingested
from hypothesis import given, settings
from hypothesis import strategies as st
from templates import assert_linked, expected

from ingest.markers import find_markers
from ingest.model import BlockKind, Found, Ingested, PassageKind, Span
from ingest.numbering import Digits
from ingest.repairs import damaged_brackets, damaged_marks, damaged_signs

COMMON = ("They go on. ", "\n\n12 Annals 2022\n\n", "\n\f", "\n\n", "\n")
NUMBERED = (
    *("One river.¹ ", "Two seas.² ", "Three lakes.³ ", "It was 2022,1 then. ", "Silt [1] here. ", "Rice [1, 3] here. "),
    *("All [1–3] of it. ", "Hurt.^{*2} ", "Some [2 of it. ", "| a¹ | 2 |\n| b | 3 |\n", "\n\nReferences\n\n"),
    *("\n\n¹ Of Rivers, p. 7.", "\n\n² Of Seas. URL: https://x.org/a_", "\n\n³ Ibid.", "\n\n1. Of Rivers, p. 7."),
    *("\n\n[1] Annals, 2001.", "\n\n[2] Seas, 2002.", "\n\n[3] Silt."),
)
NAMED = (
    *("A claim.[^tin] ", "Another.[^iron] ", "More.[^silver] ", "Gold.[^gold] ", "Hurt.[^si1ver] ", "Hurt.[^tln] "),
    *(
        "\n\n[^tin]: Of Tin.",
        "\n\n[^iron]: Of Iron.",
        "\n\n[^silver]: Of Silver.",
        "\n\n[^gold]: Of Gold.",
        "\n\n    More.",
    ),
)
SIGNED = (
    "One.* ",
    "Two.† ",
    "Three.** ",
    "Hurt.x ",
    "The A* one. ",
    "*So* it is. ",
    "\n\n* Of Rice.",
    "\n\n† Of Sand.",
    "\n\n** Of Mud.",
)
mixtures = (
    st.sampled_from([NUMBERED, NAMED, SIGNED])
    .flatmap(lambda pieces: st.lists(st.sampled_from(COMMON + pieces), min_size=4, max_size=24).map("".join))
    .filter(lambda text: text.strip() != "")
)
_LIST = re.compile(r"[\[\]\d\s,;–—-]+")


def assert_markers_in_body(result: Ingested) -> None:
    """Markers stand in no note and no furniture, overlap only inside one pair of brackets, and are not read."""
    source = result.document.text
    apart = [b.content for b in result.blocks if b.kind in (BlockKind.FOOTNOTE, BlockKind.FURNITURE)]
    read = [span for p in result.passages if p.kind is not PassageKind.FOOTNOTE for span in p.spans]
    markers = [(note.key, marker) for note in result.footnotes for marker in note.markers]
    for _, marker in markers:
        assert not any(marker.overlaps(span) for span in apart)
        assert not any(marker.overlaps(span) for span in read)
    for (one, left), (other, right) in combinations(markers, 2):
        if left.overlaps(right):
            assert one != other
            assert _LIST.fullmatch(source, min(left.start, right.start), max(left.end, right.end))


@settings(deadline=None, max_examples=150, derandomize=True)
@given(text=mixtures)
def test_markers_stand_in_body_text_alone_in_any_mixture_of_styles(text: str) -> None:
    assert_markers_in_body(ingested(text))


@settings(deadline=None, max_examples=60, derandomize=True)
@given(text=debris())
def test_markers_stand_in_body_text_alone_in_debris(text: str) -> None:
    assert_markers_in_body(ingested(text))


@settings(deadline=None, max_examples=25, derandomize=True)
@given(written=footnoted())
def test_markers_rise_with_their_notes(written: Written) -> None:
    result = ingested(written.text)
    markers = [note.marker for note in result.footnotes if note.marker]
    assert all(left.end <= right.start for left, right in pairwise(markers))
    assert_markers_in_body(result)


@settings(deadline=None, max_examples=100, derandomize=True)
@given(text=mixtures)
def test_keys_are_unique_and_notes_that_are_lost_have_no_marker(text: str) -> None:
    notes = ingested(text).footnotes
    assert len({note.key for note in notes}) == len(notes)
    for note in notes:
        assert (note.found is Found.LOST) == (note.marker is None)
        assert note.region is None or note.marker is None
        assert 0 < note.confidence <= 1
        assert note.refers_to is None or note.refers_to in {other.key for other in notes} - {note.key}
        assert list(note.markers) == sorted(note.markers)


def test_a_document_without_notes_has_no_markers() -> None:
    assert find_markers("One.¹ Two.²", [], (), (), Digits(), []) == {}


@pytest.mark.parametrize(
    "body",
    [
        "They saw, 3 of them, one.⟦1|¹⟧ Then.⟦2|²⟧ Later.⟦3|³⟧",
        "They saw one.⟦1|¹⟧ Then.⟦2|²⟧ Later one.¹ Then three.⟦3|³⟧",
        "They saw two.² Then one.⟦1|¹⟧ And.⟦2|²⟧ Later.⟦3|³⟧",
    ],
)
def test_the_heaviest_rising_sequence_is_taken(body: str) -> None:
    assert_linked(f"{body}\n\n¹ ⟦=1|Of Rivers, p. 7.⟧\n\n² ⟦=2|Of Seas, p. 8.⟧\n\n³ ⟦=3|Of Silt, p. 9.⟧")


def test_a_marker_that_reads_as_another_number_is_told_by_its_order() -> None:
    notes = "\n\n".join(
        f"{mark} ⟦={key}|Of {word}, p. 7.⟧" for key, mark, word in zip((1, 2, 3), "¹²³", "ABC", strict=True)
    )
    result = assert_linked(f"One.⟦1|¹⟧ Two.⟦2|⁹⟧ Three.⟦3|³⟧\n\n{notes}")
    assert result.footnotes[1].found is Found.REPAIRED


def test_a_superscript_beside_bracketed_references_links_nothing_of_them() -> None:
    assert_linked(
        "Silt ⟦1|[1]⟧ and 40 m³ of rice ⟦2|[2]⟧ and ⟦3|[3]⟧.\n\nReferences\n\n"
        "[1] ⟦=1|Annals, 2001.⟧\n\n[2] ⟦=2|Seas, 2002.⟧\n\n[3] ⟦=3|Silt, 2003.⟧"
    )


# --- what may be left of a marker ------------------------------------------------------------------------------------


def whole(text: str) -> Span:
    return Span(0, len(text))


@pytest.mark.parametrize(
    ("text", "token"),
    [
        ("silt.l2 They", "l2"),
        ("silt.^{*2} They", "*2"),
        ("silt.{12} They", "12"),
        ("silt.{12 They", "12"),
        ("silt.¹º They", "¹º"),
        ("silt.¹ ² They", "¹ ²"),
        ("silt.<sup>l2</sup> They", "l2"),
        ("silt.<sup>12 They", "12"),
        ("silt.$^{l2} They", "l2"),
        ("silt.textsuperscript{l2} They", "l2"),
        ("silt.[^l2] They", "l2"),
        ("silt1l they", "1l"),
    ],
)
def test_what_may_be_left_of_a_marker_is_read(text: str, token: str) -> None:
    assert token in [found for found, _, _ in damaged_marks(text, whole(text))]


@pytest.mark.parametrize(
    "text", ["They carry silt.", "In 2022, 87 came.", "They grew x^2 then.", "They hold 10⁶ tons.", "silt.12 They"]
)
def test_what_is_whole_or_a_power_is_no_hurt_marker(text: str) -> None:
    assert [*damaged_marks(text, whole(text))] == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Silt [l2] here.", [("l2", "[l2]")]),
        ("Silt [12) here.", [("12", "[12)")]),
        ("Silt [2, 3 here.", [("2", "[2, 3"), ("3", "[2, 3")]),
        ("Silt 2–4] here.", [("2", "2–4]"), ("4", "2–4]")]),
        ("Silt (12) here.", []),
        ("Silt [l2](x) here.", []),
        ("Silt 12 here.", []),
    ],
)
def test_what_may_be_left_of_brackets_is_read(text: str, found: list[tuple[str, str]]) -> None:
    assert [(token, text[slice(*span)]) for token, span in damaged_brackets(text, whole(text))] == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("silt.x They", ["x"]),
        ("silt† they", ["†"]),
        ("silt. + they", ["+"]),
        ("silt.x-ray", []),
        ("They carry silt.", []),
        ("matrix they", []),
    ],
)
def test_what_may_be_left_of_a_sign_is_read(text: str, found: list[str]) -> None:
    assert [token for token, _, _ in damaged_signs(text, whole(text))] == found


# --- brackets that are hurt ------------------------------------------------------------------------------------------


def references(hurt: dict[int, str]) -> str:
    """A document that calls 23 references, some of the calls hurt."""
    body = " ".join(f"and ⟦{key}|{hurt.get(key, f'[{key}]')}⟧" for key in range(1, 24))
    notes = "\n\n".join(f"[{key}] ⟦={key}|Annals of {chr(96 + key)}, 2001.⟧" for key in range(1, 24))
    return f"Silt {body}.\n\nReferences\n\n{notes}"


@pytest.mark.parametrize("token", ["[*2]", "[l2]", "[1Z]", "[l2)"])
def test_a_hurt_number_calls_the_one_reference_that_is_not_called_yet(token: str) -> None:
    """Both 12 and 22 may be left as ``*2``."""
    assert assert_linked(references({12: token})).footnotes[11].found is Found.REPAIRED


def test_a_hurt_number_that_may_be_two_references_calls_neither() -> None:
    source = references({12: "[*2]", 22: "[*2]"})
    lost = [note.key for note in ingested(expected(source).source).footnotes if note.found is Found.LOST]
    assert lost == [12, 22]
