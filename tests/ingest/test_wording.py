"""The words of a note: sources, pages, years and the short forms say what it is."""

from __future__ import annotations

import pytest

from ingest.wording import ADDRESS_FIRST, CITES, MOST, looks_like_note


@pytest.mark.parametrize(
    "text",
    [
        *(
            "Ibid., p. 12.",
            "“Ibid.”",
            "*Ibid.*",
            "Ibidem.",
            "Idem.",
            "Op. cit.",
            "Loc. cit.",
            "Supra note 7.",
            "Там же.",
        ),
        *("Annals. URL: x", "Annals. https://x.org", "Annals at www.x.org", "URL : x"),
    ],
)
def test_an_address_or_a_short_form_makes_a_note_for_sure(text: str) -> None:
    assert looks_like_note(text) == MOST


@pytest.mark.parametrize(
    ("text", "weight"),
    [
        ("See Jansen.", 1.0),
        ("Quoted in Jansen.", 1.0),
        ("For more on it, go on.", 1.0),
        ("“Rivers,” Press.", 0.5),
        ("Jansen, pp. 7.", 0.75),
        ("Jansen, vol. 3.", 0.75),
        ("Jansen, no. 3.", 0.75),
        ("Jansen, 12–15.", 0.75),
        ("Jansen (2001).", 0.75),
        ("Jansen, Press, 2001.", 0.75),
        ("Jansen v. Meyer.", 0.75),
        ("Law of Rivers, § 4.", 0.75),
        ("Jansen (2001), p. 7.", 1.5),
    ],
)
def test_each_clue_adds_to_the_others(text: str, weight: float) -> None:
    assert looks_like_note(text) == weight


def test_clues_of_no_source_for_sure_come_to_less_than_one() -> None:
    assert looks_like_note("See “Rivers,” Press (2001), § 4, p. 7, Jansen v. Meyer.") == 2.0 < MOST


@pytest.mark.parametrize(
    "text", ["", "The river rose again.", "Seen from afar it rose.", "Ideas rise.", "In 20 years."]
)
def test_plain_words_are_no_clue(text: str) -> None:
    assert looks_like_note(text) == 0


def test_clues_far_behind_the_start_do_not_count() -> None:
    assert looks_like_note("word " * 200 + "(2001).") == 0


def test_an_address_is_told_from_a_note_that_begins_with_one() -> None:
    assert (CITES.search("Annals. https://x.org") is None, ADDRESS_FIRST.match("Annals. https://x.org") is None) == (
        False,
        True,
    )
    assert all(ADDRESS_FIRST.match(text) for text in ("URL: x", "https://x.org", "www.x.org/a"))
