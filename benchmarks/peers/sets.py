"""What all systems are asked: the project's questions, and public sets with their own measures."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from benchmarks.search_sets import Asked, QuestionSet, clapnq, covidqa, scifact
from eval.measures import Shown
from eval.questions import DEFAULT, load_questions
from eval.runner import of_shown
from ingest.sources import find_sources, read_source

PROJECT = "project"
PUBLIC: dict[str, Callable[[Path], QuestionSet]] = {"scifact": scifact, "covidqa": covidqa, "clapnq": clapnq}
SETS = (PROJECT, *PUBLIC)
CORPUS = Path("corpus")
WANTED = 40
"""Pieces asked for: so many that short paragraphs, too, fill the largest budget."""

Measures = dict[str, float]


@dataclass(frozen=True, slots=True)
class Question:
    """A question, the split it belongs to, and the measures of what is shown for it, best first."""

    text: str
    split: str
    judge: Callable[[Sequence[Shown]], Measures]


@dataclass(frozen=True, slots=True)
class Exam:
    """Documents by id, and the questions asked of them."""

    name: str
    documents: Mapping[str, str]
    questions: tuple[Question, ...]


def load(name: str, data: Path | None, limit: int | None = None) -> Exam:
    """Load a set of ``SETS``; the public ones from the folder ``data``. Only the first ``limit`` questions."""
    if name == PROJECT:
        return _project(limit)
    if data is None:
        raise SystemExit(f"{name} is a public set; give the folder that holds it by --data DIR")
    known = PUBLIC[name](data)
    documents = {file.removesuffix(".txt"): text for file, text in known.texts.items()}
    questions = tuple(Question(asked.text, "", partial(_judged, known.measure, asked)) for asked in known.questions)
    return Exam(name, documents, questions[:limit])


def _project(limit: int | None) -> Exam:
    sources = map(read_source, find_sources([CORPUS]))
    documents = {document.id: document.text for document in sources}
    asked = [question for question in load_questions(DEFAULT, documents.__getitem__) if question.answerable]
    questions = tuple(Question(q.question, q.split, partial(of_shown, documents.__getitem__, q)) for q in asked)
    return Exam(PROJECT, documents, questions[:limit])


def _judged(measure: str, asked: Asked, shown: Sequence[Shown]) -> Measures:
    return {measure: asked.judge(shown)}
