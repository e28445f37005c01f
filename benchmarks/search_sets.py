"""Question sets whose answers are known: what is searched, what is asked, and what is right."""

from __future__ import annotations

import ast
import csv
import io
import json
import math
import re
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from ingest.model import Span

DEPTH = 10
"""Ranks that count in MRR and nDCG."""

_QUOTED = re.compile(r"'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"", re.DOTALL)


class Placed(Protocol):
    """Anything that was found in a document, such as a Passage."""

    @property
    def document_id(self) -> str:
        """The document."""

    @property
    def spans(self) -> tuple[Span, ...]:
        """What of it."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, and a score from 0 to 1 for what was found for it, best first."""

    text: str
    judge: Callable[[Sequence[Placed]], float]


@dataclass(frozen=True, slots=True)
class QuestionSet:
    """Texts by file name, and questions with their ``measure``."""

    name: str
    measure: str
    texts: dict[str, str]
    questions: tuple[Asked, ...]


def write_texts(asked: QuestionSet, folder: Path) -> Path:
    """Put the texts of ``asked`` into ``folder``, to be ingested; the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in asked.texts.items():
        (folder / name).write_bytes(text.encode())
    return folder


def covidqa(data: Path) -> QuestionSet:
    """COVID-QA (Möller et al., 2020): whole articles; right is a passage that overlaps an answer. MRR@10."""
    articles = json.loads((data / "covidqa.json").read_text(encoding="utf-8"))["data"]
    texts: dict[str, str] = {}
    questions: list[Asked] = []
    for number, article in enumerate(articles):
        [paragraph] = article["paragraphs"]
        name = f"article-{number:03d}"
        texts[f"{name}.txt"] = paragraph["context"]
        for asked in paragraph["qas"]:
            spans = [(a["answer_start"], a["answer_start"] + len(a["text"])) for a in asked["answers"]]
            questions.append(Asked(asked["question"], _reciprocal_rank(name, spans)))
    return QuestionSet("COVID-QA", f"MRR@{DEPTH}", texts, tuple(questions))


def _reciprocal_rank(document: str, answers: Sequence[tuple[int, int]]) -> Callable[[Sequence[Placed]], float]:
    def judge(found: Sequence[Placed]) -> float:
        for rank, passage in enumerate(found[:DEPTH], 1):
            meets = any(a < end and start < b for start, end in passage.spans for a, b in answers)
            if passage.document_id == document and meets:
                return 1 / rank
        return 0.0

    return judge


def scifact(data: Path) -> QuestionSet:
    """SciFact (Wadden et al., 2020): claims over abstracts, judged as BEIR does, by the best passage. nDCG@10."""
    with zipfile.ZipFile(data / "scifact.zip") as archive:
        abstracts, claims = (_rows(archive, name) for name in ("corpus_train.csv", "claims_validation.csv"))
    texts = {
        f"s{row['doc_id']}.txt": f"{row['title'].strip()}\n\n{' '.join(map(str.strip, _sentences(row['abstract'])))}"
        for row in abstracts
    }
    cited: dict[str, tuple[str, set[str]]] = {}
    for row in claims:
        documents = {f"s{number}" for number in re.findall(r"\d+", row["cited_doc_ids"])}
        if documents:
            cited.setdefault(row["id"], (row["claim"], set()))[1].update(documents)
    questions = tuple(Asked(claim, _gain(documents)) for claim, documents in cited.values())
    return QuestionSet("SciFact", f"nDCG@{DEPTH}", texts, questions)


def clapnq(data: Path) -> QuestionSet:
    """ClapNQ dev (Rosenthal et al., 2024): each question's own passage among those of all questions. nDCG@10.

    The passages of the unanswerable questions are among them, but those questions are not asked.
    """
    names: dict[str, str] = {}
    questions: list[Asked] = []
    for kind in ("answerable", "unanswerable"):
        printed = (data / f"clapnq_dev_{kind}.jsonl").read_text(encoding="utf-8")
        for row in (json.loads(line) for line in printed.split("\n") if line.strip()):
            [passage] = row["passages"]
            name = names.setdefault(f"{passage['title']}\n\n{passage['text']}", f"p{len(names):04d}")
            if kind == "answerable":
                questions.append(Asked(row["input"], _gain({name})))
    texts = {f"{name}.txt": text for text, name in names.items()}
    return QuestionSet("ClapNQ", f"nDCG@{DEPTH}", texts, tuple(questions))


def _rows(archive: zipfile.ZipFile, name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(archive.read(name).decode("utf-8"), newline="")))


def _sentences(printed: str) -> list[str]:
    """Strings of a list as NumPy prints it, without commas."""
    return [str(ast.literal_eval(match)) for match in _QUOTED.findall(printed)]


def _gain(right: set[str]) -> Callable[[Sequence[Placed]], float]:
    """Discounted gain of the documents, each at its best passage, over the most it could be."""

    def judge(found: Sequence[Placed]) -> float:
        ranked = list(dict.fromkeys(passage.document_id for passage in found))[:DEPTH]
        gained = sum(1 / math.log2(rank + 1) for rank, document in enumerate(ranked, 1) if document in right)
        return gained / sum(1 / math.log2(rank + 1) for rank in range(1, min(DEPTH, len(right)) + 1))

    return judge
