"""Each sentence is held against what it cites, and what it rests on is quoted from there."""

from __future__ import annotations

import pytest
from texts import read_again

from index.retrieval import Hit
from ingest.words import LanguageWords
from service.answer import Support
from service.checking import CITES_NOTHING, NOT_THERE, Checked, Checker
from service.library import Library
from service.marks import Said, Sentences

MISSING = "is not in what it cites"
QUESTION = "Where do herons nest and how much was the harvest?"


@pytest.fixture
def hits(library: Library) -> list[Hit]:
    return [*library.search("Herons nest in the reeds; the harvest weighed tonnes", 1), *library.search("goats", 1)]


def check(library: Library, hits: list[Hit], text: str, question: str = QUESTION) -> Checked:
    sentences = Sentences(len(hits))
    [said] = [part for part in [*sentences.feed(text), *sentences.end()] if isinstance(part, Said)]
    return Checker(library.index, library.embedder, LanguageWords("en")).check(said, question, hits)


@pytest.mark.parametrize(
    "text",
    [
        "The harvest of 2021 weighed 5400 tonnes [1].",
        "Herons nest in the reeds of the canal [1].",
        "Farmers of the delta “grow rice by hand” [1].",
        "Ada Marsh wrote “On Silt” in 2019 [1].",  # her note belongs to the passage
        "Herons nest in the reeds [1] and the keeper kept three goats [2].",
    ],
)
def test_what_the_passages_say_is_supported(library: Library, hits: list[Hit], text: str) -> None:
    checked = check(library, hits, text)
    assert (checked.sentence.support, checked.sentence.reason) == (Support.SUPPORTED, "")
    assert checked.sentence.text == text
    assert 0.55 <= checked.score <= 1.05


@pytest.mark.parametrize(
    ("text", "support", "reason"),
    [
        ("The harvest of 2020 weighed 5,400 tonnes [1].", "unsupported", "“2020” is not in what it cites"),
        ("The harvest of 2021 weighed 5,400 tonnes [2].", "unsupported", "“2021” and “5,400” are not in what it cites"),
        (
            "Farmers “grow wheat by hand” [1].",
            "unsupported",
            "the quotation “grow wheat by hand” " + MISSING,
        ),
        ("Herons nest in Zanzibar [1].", "unsupported", "“Zanzibar” is not in what it cites"),
        ("Telescopes show distant galaxies to patient people [1].", "weak", "what it cites says little of this"),
        ("Herons nest in the reeds of the old canal [1][9].", "weak", NOT_THERE),
        ("Herons nest in the reeds of the old canal [9].", "unsupported", f"{CITES_NOTHING}: {NOT_THERE}"),
        ("It was a good year for the old canal.", "weak", CITES_NOTHING),
        ("The harvest of 2019 weighed 5,400 tonnes [1].", "unsupported", "“2019” is not in what it cites"),
        ("The harvest of 2021 weighed 5,400 tonnes.", "unsupported", CITES_NOTHING),
        ("The passages name the year 2021 and nothing else.", "unsupported", CITES_NOTHING),
    ],
)
def test_what_they_do_not_say_is_marked_with_its_reason(
    library: Library, hits: list[Hit], text: str, support: str, reason: str
) -> None:
    sentence = check(library, hits, text).sentence
    assert (sentence.support, sentence.reason) == (Support(support), reason)


def test_a_sentence_that_another_passage_bears_out_better_is_weak(library: Library, hits: list[Hit]) -> None:
    mixed = "Herons nest in the reeds of the old canal, keeper kept goats and a telescope too [2]."
    sentence = check(library, hits, mixed).sentence
    assert sentence.support is Support.WEAK


def test_to_say_that_nothing_answers_needs_no_mark(library: Library, hits: list[Hit]) -> None:
    checked = check(library, hits, "The passages do not say.")
    assert checked.says_nothing
    assert (checked.sentence.support, checked.sentence.reason) == (Support.SUPPORTED, "")


@pytest.mark.parametrize(
    "text",
    [
        "## The Harvest of 2021",
        "**Where herons nest**",
        "**Herons And Their Nests:**",
        "Two things are said of them:",
        "**Three Main Reasons**",
    ],
)
def test_a_heading_needs_no_mark(library: Library, hits: list[Hit], text: str) -> None:
    checked = check(library, hits, text)
    assert (checked.sentence.support, checked.sentence.reason) == (Support.SUPPORTED, "")
    assert checked.says_nothing


@pytest.mark.parametrize(
    "text",
    [
        "## The Harvest of 2019",
        "**Herons in Zanzibar**",
        "It weighed seven tonnes more:",
        "The harvest weighed 9,999 tonnes:",
        "**The harvest weighed 5,400 tonnes.**",
    ],
)
def test_a_heading_may_not_claim_what_no_passage_says(library: Library, hits: list[Hit], text: str) -> None:
    assert check(library, hits, text).sentence.support is Support.UNSUPPORTED


def test_a_citation_for_each_mark_quotes_what_its_sentences_rest_on(library: Library, hits: list[Hit]) -> None:
    checker = Checker(library.index, library.embedder, LanguageWords("en"))
    first = check(library, hits, "Its keeper kept three goats [2].")
    second = check(library, hits, "Herons nest in the reeds of the old canal [1].")
    [one, two] = checker.citations([first, second], hits)
    assert (one.mark, one.quote) == (1, "Herons nest in the reeds of the old canal.")
    assert (two.mark, two.quote) == (2, "Its keeper kept three goats and a telescope.")
    for citation in (one, two):
        source = library.index.text(citation.hit.passage.document_id)
        assert citation.verified
        assert read_again(source, citation.spans) == citation.quote
    assert [note.number for note in one.footnotes] == [2]


def test_a_quote_takes_in_all_that_sentences_of_one_mark_rest_on(library: Library, hits: list[Hit]) -> None:
    checker = Checker(library.index, library.embedder, LanguageWords("en"))
    texts = ["Farmers of the delta grow rice by hand [1].", "Herons nest in the reeds of the old canal [1]."]
    [citation] = checker.citations([check(library, hits, text) for text in texts], hits)
    assert citation.quote.startswith("Farmers of the delta")
    assert citation.quote.endswith("old canal.")
    assert citation.verified
