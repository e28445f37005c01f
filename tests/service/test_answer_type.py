"""What a question asks for is told, and so is where a text holds a thing of that kind."""

from __future__ import annotations

import pytest

from service.answer_type import Kind, candidates, wanted


@pytest.mark.parametrize(
    ("question", "kind", "focus"),
    [
        ("How many cars did the plant build?", Kind.NUMBER, "cars"),
        ("How many gold medals did the skaters win?", Kind.NUMBER, "medals"),
        ("How many people found work thanks to the port?", Kind.NUMBER, "people"),
        ("How much electricity did the dam give?", Kind.NUMBER, "electricity"),
        ("cartoon number of episodes", Kind.NUMBER, "episodes"),
        ("How long did the war last?", Kind.NUMBER, None),
        ("How much did the bridge cost?", Kind.MONEY, None),
        ("What did it cost to build the bridge?", Kind.MONEY, None),
        ("How many dollars was the trade worth?", Kind.MONEY, "dollars"),
        ("What share of the reserves is gold?", Kind.SHARE, None),
        ("By how many percent did prices rise?", Kind.SHARE, "percent"),
        ("When was the lighthouse lit?", Kind.DATE, None),
        ("In which year did the ferry sink?", Kind.DATE, None),
        ("lighthouse lit when", Kind.DATE, None),
        ("Who directed the film?", Kind.PERSON, None),
        ("Which general led the army?", Kind.NAME, "general"),
        ("Which treaty organisation did he ask?", Kind.NAME, "organisation"),
        ("Why did the dam break?", Kind.REASON, None),
        ("What broke the dam?", Kind.OTHER, None),
        ("What did he reply when she called?", Kind.OTHER, None),  # no date is asked for
        ("Where do herons nest?", Kind.OTHER, None),
        ("The dam broke when it rained. Who mended it?", Kind.PERSON, None),  # the last sentence asks
        ("", Kind.OTHER, None),
        ("Кто построил плотину?", Kind.OTHER, None),
    ],
)
def test_what_is_wanted(question: str, kind: Kind, focus: str | None) -> None:
    found = wanted(question)
    assert (found.kind, question[slice(*found.focus)] if found.focus else None) == (kind, focus)


@pytest.mark.parametrize(
    ("kind", "text", "question", "expected"),
    [
        (Kind.NUMBER, "In 2021 it built 40 cars and twelve boats.", "", ["40", "twelve"]),  # a year is no count
        (Kind.NUMBER, "The road is 1300–2020 km long.", "", ["1300", "2020"]),
        (Kind.NUMBER, "It has 40 cars.", "Has it 40 cars?", []),  # the question said so itself
        (Kind.MONEY, "It cost $3.5 million, or 12 billion roubles, for 40 cars.", "", ["$3.5", "12 billion roubles"]),
        (Kind.SHARE, "It is 7 percent of all, not 40 cars.", "", ["7 percent"]),
        (Kind.DATE, "It was lit on March 25, 2016.", "", ["March 25", "2016"]),
        (Kind.DATE, "It was lit in 2016.", "Was it lit in 2016?", []),
        (Kind.PERSON, "It was opened by Feng Shaolei of the club.", "", ["Feng Shaolei"]),
        (Kind.PERSON, "It was opened by Feng Shaolei.", "Did Feng Shaolei open it?", []),
        (Kind.NAME, "the port of Tula", "", ["Tula"]),
        (Kind.REASON, "It broke because nobody mended it.", "", ["because"]),
        (Kind.OTHER, "In 2021 Feng Shaolei built 40 cars.", "", []),
    ],
)
def test_what_could_be_an_answer(kind: Kind, text: str, question: str, expected: list[str]) -> None:
    assert [text[start:end] for start, end in candidates(kind, text, question)] == expected
