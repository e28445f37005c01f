"""Sentences that page breaks cut are whole again, and nothing else is joined."""

from __future__ import annotations

import pytest
from documents import ingested

from ingest.model import PassageKind

LONG = (
    "The old mills of the upper valley, which had been built by settlers in the dry years that followed the flood, "
    "sent all their flour"
)
NOTE = "¹ A note. URL: https://example.org"


def body(source: str) -> str:
    kept = [passage for passage in ingested(source, 80).passages if passage.kind is PassageKind.BODY]
    return "\n".join(passage.text for passage in kept)


@pytest.mark.parametrize(
    "stray",
    [
        "ref=mills&from=2021",
        "URL: https://example.org/mills/a/b",
        "⁽in the tongue of the valley)",
        "https://example.org/b",
    ],
)
def test_a_stray_piece_of_a_note_does_not_hold_a_sentence_up(stray: str) -> None:
    assert "their flour to the towns." in body(f"{LONG}¹\n\n{stray}\n\n{NOTE}\n\nto the towns. The end.")


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("They want bread", "and peace"),
        ("See https://example.org/mills", "and so they went on their way to the towns of the north, all of them."),
        ("The mills sent flour. 95", "the rest of it is lost."),
        ("The mills sent flour.”12", "the rest of it is lost."),
    ],
)
def test_what_does_not_break_off_is_not_joined(left: str, right: str) -> None:
    assert f"\n{right}" in body(f"{left}\n\n{right}\n\nThe end of it.")


def test_a_sentence_goes_on_over_notes_in_a_capital() -> None:
    assert "their flour Towards the" in body(f"{LONG}¹\n\n{NOTE}\n\nTowards the towns it went. The end.")


def test_a_rule_above_the_notes_is_furniture_and_holds_no_sentence_up() -> None:
    for rule in ("________________", "--------"):
        source = f"{LONG}¹\n\n{rule}\n\n{NOTE}\n\nto the towns. The end."
        assert "their flour to the towns." in body(source)
        assert rule not in body(source)


def test_a_word_is_whole_again_over_notes_and_furniture() -> None:
    pages = [
        f"{LONG} and oat-\n\n{n} The Annals\n\n{NOTE.replace('1', str(n))}\n\nmeal to the towns." for n in (1, 2, 3)
    ]
    assert body("\n\n".join(pages)).count("oatmeal") == 3
