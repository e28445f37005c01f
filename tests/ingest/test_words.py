"""A hyphen at a line end goes only where the whole is a word of the document or of its language."""

from __future__ import annotations

import subprocess
import sys

import pytest
from documents import ingested

from ingest.words import words_of

ENGLISH = "It is for the good of all, and that was the matter of"


def read(broken: str, text: str = ENGLISH) -> str:
    [passage] = ingested(f"{text} {broken}.", 60).passages
    return passage.text.removeprefix(text).strip(" .")


@pytest.mark.parametrize(
    "word", ["partnership", "necessary", "report", "international", "government", "cooperation", "submitted"]
)
def test_a_word_of_the_language_is_mended(word: str) -> None:
    half = len(word) // 2
    assert read(f"{word[:half]}-\n{word[half:]}") == word
    assert read(f"{word[:half]}-\n\n{word[half:]}") == word


@pytest.mark.parametrize(
    "compound",
    [
        "Moscow-Beijing",
        "twenty-first",
        "long-term",
        "policy-making",
        "anti-dumping",
        "Oder-neisse",
        "x-ray",
        "stream-bed",
    ],
)
def test_a_compound_keeps_its_hyphen(compound: str) -> None:
    assert read(compound.replace("-", "-\n")) == compound


def test_the_document_knows_words_and_compounds_that_the_language_does_not() -> None:
    assert read("Zwill-\ningham", f"Zwillingham is old. {ENGLISH}") == "Zwillingham"
    assert read("co-\noperation", f"Their co-operation is old. {ENGLISH}") == "co-operation"


def test_a_hyphen_in_an_address_stays() -> None:
    assert read("https://example.org/the-part-\nnership").endswith("part-nership")


def test_the_language_is_told_from_its_small_words() -> None:
    german, russian = words_of("Das ist der Bericht von den Flüssen und der Stadt."), words_of("Это и в том, что не на")
    assert german is not None
    assert german.has("stadt")
    assert not german.has("town")
    assert russian is not None
    assert russian.has("город")
    assert words_of("Lorem ipsum") is None


def test_without_words_of_the_language_the_second_half_tells() -> None:
    assert read("ipsu-\nmque", "Lorem dolor") == "ipsumque"
    assert read("ipsum-\ndolor", "Lorem dolor") == "ipsum-dolor"


def test_the_lists_are_not_read_before_a_hyphen_asks() -> None:
    code = "import sys, ingest.pipeline, ingest.words; sys.exit('spellchecker' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
