"""A document of three facts, each a passage of its own, and questions of which everything is known."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

from fakes import HashEmbedder

from eval.questions import Evidence, Judgement
from eval.record import QuestionSet
from ingest.model import Span
from service.library import Library, ingest
from service.settings import Settings

TEXT = """Small Facts

The silver heron nests every April in the tall reeds beside the abandoned canal of Merrow.

Three patient goats graze the windy northern steppe above the village of Alder all summer.

An orange ferry carries letters, bread and lamp oil between Southgate and Northgate on Mondays.
"""
HERON, GOATS, FERRY = TEXT.strip().split("\n\n")[1:]
MAX_TOKENS = 24
"""With so many tokens a passage, each fact is one."""


def evidence(quote: str) -> Evidence:
    """A stretch of the document."""
    start = TEXT.index(quote)
    return Evidence("facts", Span(start, start + len(quote)), quote)


def question(name: str, text: str, *alternatives: list[str], kind: str = "fact", split: str = "dev") -> Judgement:
    """A question; without alternatives it is unanswerable."""
    return Judgement(
        **{"id": name, "split": split, "type": kind, "style": "plain", "question": text, "answer": ""},
        aliases=(),
        evidence=tuple(tuple(map(evidence, alternative)) for alternative in alternatives),
    )


QUESTIONS = (
    question("heron", "Where does the silver heron nest in the tall reeds beside the abandoned canal?", [HERON]),
    question("both", "The silver heron nests in tall reeds beside the abandoned canal?", [HERON, FERRY], kind="list"),
    question("other", "Three patient goats graze the windy northern steppe all summer?", [FERRY]),
    question("either", "Three patient goats graze the windy northern steppe?", [FERRY], [GOATS], split="test"),
    question("none", "Did Zuckerberg buy Instagram in 2012?", kind="unanswerable"),
    question("claimed", "Where does the silver heron nest in the tall reeds?", kind="unanswerable", split="test"),
)
SOURCE = QuestionSet("facts.jsonl", "0" * 64, len(QUESTIONS))


def facts_library(folder: Path) -> Library:
    """A library of the document, in ``folder``, with vectors from a hash of the words."""
    (folder / "facts.txt").write_text(TEXT, encoding="utf-8")
    settings = Settings(data_dir=folder / "data", max_tokens=MAX_TOKENS)
    ingest(settings, [folder / "facts.txt"], embedder=HashEmbedder())
    return Library(settings, HashEmbedder())


def write_questions(path: Path, questions: Iterable[Judgement] = QUESTIONS) -> Path:
    """Write questions as a question set."""
    rows = [
        {
            **{"id": q.id, "split": q.split, "type": q.type, "style": q.style},
            **{"question": q.question, "answer": q.answer, "aliases": list(q.aliases)},
            "evidence": [
                [{"document_id": e.document_id, "start": e.span.start, "end": e.span.end, "quote": e.quote} for e in a]
                for a in q.evidence
            ],
        }
        for q in questions
    ]
    path.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    return path
