"""The confidence falls where what is asked for is not met, and says what that is."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from pathlib import Path

import pytest
from fakes import HashEmbedder

from index.retrieval import Hit
from index.stems import english
from service.asking import Asking
from service.confidence import MAX_REASONS, WEIGHTS, Confidence, Judged
from service.library import Library
from service.met import AROUND, Part, read_words, sentences
from service.quotable import quotable_parts
from service.settings import Settings


@pytest.fixture
def library(settings: Settings, tmp_path: Path) -> Library:
    """Three sentences in a passage; equal words match, others hardly do."""
    (tmp_path / "one.txt").write_text(
        "Harbours\n\nThe plant in Tula built 40 cars in 2021. Ada Marsh wrote songs.\n\nThe ferry carries mail.\n",
        encoding="utf-8",
    )
    library = Library(settings, HashEmbedder())
    library.ingest([tmp_path / "one.txt"])
    return library


def found(library: Library, question: str) -> tuple[list[Hit], list[Part]]:
    hits = library.search(question, 8)
    return hits, [(number, *part) for number, hit in enumerate(hits) for part in quotable_parts(hit)]


def judged(library: Library, question: str) -> Judged:
    return Confidence(library.index).judge(library._retriever.read(question), *found(library, question))


ANSWERED = "How many cars were built by the plant in Tula in 2021?"


@pytest.mark.parametrize(
    ("near_miss", "why"),
    [
        ("How many cars were built by the plant in Tula in 1987?", "no passage found speaks of 1987"),
        ("How many cars were built by the plant in Kazan in 2021?", "no passage found speaks of Kazan"),
        ("How many boats were built by the plant in Tula in 2021?", "the nearest sentence holds no number of boats"),
        (
            "How many cars were painted by the plant in Tula in 2021?",
            "the nearest sentence does not speak of “painted”",
        ),
    ],
)
def test_one_thing_that_is_not_met_lowers_the_confidence_and_is_named(
    library: Library, near_miss: str, why: str
) -> None:
    assert judged(library, near_miss).confidence < judged(library, ANSWERED).confidence
    assert why in judged(library, near_miss).unmet
    assert why not in judged(library, ANSWERED).unmet


def test_a_kind_of_thing_that_is_not_there_is_named(library: Library) -> None:
    assert "the nearest sentence holds no sum of money" in judged(library, "What did the plant in Tula cost?").unmet
    assert judged(library, "When did Ada Marsh write songs?").unmet[0] == "the nearest sentence holds no date"


def test_what_is_unmet_is_named_up_to_a_limit(library: Library) -> None:
    reasons = judged(library, "zebra quagga xylophone walrus").unmet
    assert len(reasons) == MAX_REASONS == 3
    assert reasons[0] == "the nearest sentence does not speak of “zebra”"


def test_the_confidence_is_the_logistic_curve_of_the_stored_weights(library: Library) -> None:
    question = library._retriever.read(ANSWERED)
    hits, parts = found(library, ANSWERED)
    confidence = Confidence(library.index)
    seen = confidence.see(question, hits, parts)
    assert seen is not None
    fitted = json.loads(WEIGHTS.read_text(encoding="utf-8"))
    assert set(fitted["weights"]) == set(seen.features())
    logit = fitted["intercept"] + sum(fitted["weights"][name] * value for name, value in seen.features().items())
    assert math.isclose(confidence.judge(question, hits, parts).confidence, 1 / (1 + math.exp(-logit)))


def test_the_sentence_that_holds_the_answer_is_looked_at(library: Library) -> None:
    seen = Confidence(library.index).see(library._retriever.read(ANSWERED), *found(library, ANSWERED))
    assert seen is not None
    assert seen.best.text == "The plant in Tula built 40 cars in 2021."
    assert seen.kind == pytest.approx(1, abs=0.05)  # "cars" stands right behind the number
    assert seen.features()["no such year"] == seen.features()["no such name"] == 0


def test_nothing_found_is_no_confidence(library: Library) -> None:
    question = library._retriever.read(ANSWERED)
    assert Confidence(library.index).judge(question, [], []) == Judged(0.0, ())
    hits, _ = found(library, ANSWERED)
    assert Confidence(library.index).judge(question, hits, []) == Judged(0.0, ())


@pytest.mark.parametrize("question", ["???", "the", "who", "2021", "Кто построил завод?", "多少汽车", "a" * 300])
def test_every_question_gets_a_confidence_between_0_and_1(library: Library, question: str) -> None:
    assert 0 <= judged(library, question).confidence <= 1


def test_the_same_is_judged_the_same_whatever_lies_far_down(library: Library) -> None:
    question = library._retriever.read(ANSWERED)
    hits, parts = found(library, ANSWERED)
    confidence = Confidence(library.index)
    five = (hits * 5)[:5]
    more = [*five, *(replace(hit, dense=1.0) for hit in hits)]
    assert confidence.judge(question, five, parts) == confidence.judge(question, more, parts)


def test_how_each_word_is_met(library: Library) -> None:
    """By itself: 1; elsewhere in the passage: ``AROUND``; a number that does not stand in the sentence: 0."""
    asked = read_words(library._retriever.read("Which cars did Marsh build in 1999?"), english())
    hits, parts = found(library, "cars Tula")
    plant = next(s for s in sentences(asked, hits, parts, library.index, english()) if "cars" in s.text)
    met = dict(zip([word.text for word in asked.question.words], plant.met(asked), strict=True))
    assert met["cars"] == 1
    assert met["Marsh"] == pytest.approx(AROUND, abs=0.05)
    assert met["1999"] == 0
    assert met["build"] < 0.5
    assert [word.text for word, is_name in zip(asked.question.words, asked.names, strict=True) if is_name] == ["Marsh"]


@pytest.mark.parametrize(
    ("question", "looked_for"),
    [
        ("According to the report, who guards herons?", {"guards", "herons"}),
        ("Which herons are mentioned?", {"herons"}),
        ("Which source is cited for the count of herons?", {"count", "herons"}),
        ("Which source of light do herons use?", {"source", "light", "herons", "use"}),
    ],
)
def test_what_only_says_that_a_text_is_asked_is_not_looked_for(
    library: Library, question: str, looked_for: set[str]
) -> None:
    read = library.find(Asking(question)).question
    asked = read_words(read, english())
    found = {word.text for word, is_content in zip(read.words, asked.content, strict=True) if is_content}
    assert found == looked_for
