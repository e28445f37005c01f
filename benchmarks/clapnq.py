"""Which sentences answer, beside the sentences people marked: ``python -m benchmarks.clapnq --data DIR``.

ClapNQ (Rosenthal et al., 2024): questions, each with a passage, and the sentences of it that a full answer rests on.
A sentence counts as chosen when half of its letters and digits are quoted; F1 is over sentences, the best over the
annotators of a question, then the mean over questions. Each question is asked of its own passage alone, and of all
passages together; the threshold of abstention is 0. Halves are by turns of the file's order. DIR holds
``clapnq_dev_answerable.jsonl``.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from index.threads import quiet_threads

quiet_threads()  # before the numeric libraries are imported, as the command does

import numpy as np

from index.contract import Filters
from index.embedder import Embedder, Vectors
from index.models import SentenceTransformerEmbedder
from ingest.model import Span
from service.answer import Answer
from service.asking import Asking
from service.library import Library
from service.settings import load_settings

FILE = "clapnq_dev_answerable.jsonl"
BEST = 3
QUOTED = 0.5

Chosen = set[tuple[str, int]]
Way = Callable[["Item", bool], Chosen]


@dataclass(frozen=True, slots=True)
class Item:
    """A question with its passage as a document: where its sentences stand, and which each annotator marked."""

    id: str
    question: str
    text: str
    sentences: tuple[Span, ...]
    gold: tuple[frozenset[int], ...]


def main() -> None:
    """Measure, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--questions", type=int, help="only the first so many")
    chosen = parser.parse_args()
    items = load(chosen.data / FILE)[: chosen.questions]
    embedder = SentenceTransformerEmbedder()
    with tempfile.TemporaryDirectory() as folder:
        ways = Ways(library_of(items, Path(folder), embedder), items, embedder)
        print(f"{len(items)} questions, {sum(len(item.sentences) for item in items)} sentences\n")
        print("| sentences | own passage: F1 | first half | second half | chosen | all passages: F1 | chosen |")
        print("| --- | --- | --- | --- | --- | --- | --- |")
        for name, way in ways.all().items():
            alone = [(_f1(item, found), len(found)) for item in items for found in [way(item, True)]]
            among = [(_f1(item, found), len(found)) for item in items for found in [way(item, False)]]
            halves = [[score for score, _ in alone[half::2]] for half in (0, 1)]
            figures = [_mean(s for s, _ in alone), *map(_mean, halves), _mean(n for _, n in alone)]
            figures += [_mean(s for s, _ in among), _mean(n for _, n in among)]
            print(f"| {name} | {' | '.join(f'{figure:.3f}' for figure in figures)} |", flush=True)


def load(path: Path) -> list[Item]:
    """Read the questions of a ClapNQ file; each is a document of its title and its sentences."""
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").split("\n") if line.strip()]
    return [_item(number, row) for number, row in enumerate(rows)]


def _item(number: int, row: dict[str, Any]) -> Item:
    [passage, *_] = row["passages"]
    text = f"{passage['title']}\n\n"
    spans: list[Span] = []
    for sentence in passage["sentences"]:
        spans.append(Span(len(text), len(text) + len(sentence)))
        text += f"{sentence} "
    marked = [{passage["sentences"].index(sentence) for sentence in o["selected_sentences"]} for o in row["output"]]
    return Item(f"p{number:04d}", row["input"], text, tuple(spans), tuple(frozenset(one) for one in marked if one))


def library_of(items: Iterable[Item], folder: Path, embedder: Embedder) -> Library:
    """A library of all passages, that never abstains."""
    texts = folder / "texts"
    texts.mkdir()
    for item in items:
        (texts / f"{item.id}.txt").write_text(item.text, encoding="utf-8", newline="")
    settings = load_settings(data_dir=folder / "index").model_copy(update={"min_confidence": 0.0, "spelling": False})
    library = Library(settings, embedder)
    library.ingest([texts])
    return library


class Ways:
    """Several ways to choose sentences, of a question's own passage or of all."""

    def __init__(self, library: Library, items: Sequence[Item], embedder: Embedder) -> None:
        self._library = library
        self._items = {item.id: item for item in items}
        self._embedder = embedder
        self._places = [(item.id, number) for item in items for number in range(len(item.sentences))]
        texts = [item.text[slice(*span)] for item in items for span in item.sentences]
        self._vectors: Vectors = np.array([embedded.vector for embedded in embedder.embed(texts)])

    def all(self) -> dict[str, Way]:
        """The ways, by name."""
        return {
            "first sentence": self.first,
            f"best {BEST} by cosine": self.nearest,
            "all": self.every,
            "quoted answer": self.quoted,
        }

    def quoted(self, item: Item, alone: bool) -> Chosen:
        """Sentences that the extractive answer quotes."""
        answer = self._answer(item, alone)
        found: Chosen = set()
        for document in {citation.hit.passage.document_id for citation in answer.citations}:
            spans = [s for c in answer.citations if c.hit.passage.document_id == document for s in c.spans]
            source = self._items[document]
            found |= {
                (document, n) for n, one in enumerate(source.sentences) if _share(source.text, one, spans) >= QUOTED
            }
        return found

    def first(self, item: Item, alone: bool) -> Chosen:
        """The first sentence of the passage, or of the one found first."""
        return {(item.id if alone else self._found_first(item), 0)}

    def every(self, item: Item, alone: bool) -> Chosen:
        """All sentences of the passage, or of the one found first."""
        document = item.id if alone else self._found_first(item)
        return {(document, number) for number in range(len(self._items[document].sentences))}

    def nearest(self, item: Item, alone: bool) -> Chosen:
        """The sentences whose vectors are nearest to the question's."""
        values = self._vectors @ self._embedder.embed([item.question])[0].vector
        order = [self._places[number] for number in np.argsort(-values, kind="stable")]
        return set([place for place in order if not alone or place[0] == item.id][:BEST])

    def _answer(self, item: Item, alone: bool) -> Answer:
        filters = Filters(document_ids=frozenset({item.id})) if alone else None
        return self._library.answer(Asking(item.question, filters=filters))

    def _found_first(self, item: Item) -> str:
        return self._library.search(item.question, 1)[0].passage.document_id


def _share(text: str, sentence: Span, spans: Sequence[Span]) -> float:
    """Share of a sentence's letters and digits that are in ``spans``."""
    wanted = [place for place in range(*sentence) if text[place].isalnum()]
    met = sum(any(start <= place < end for start, end in spans) for place in wanted)
    return met / len(wanted) if wanted else 0.0


def _f1(item: Item, chosen: Chosen) -> float:
    gold = [{(item.id, number) for number in marked} for marked in item.gold]
    return max((2 * len(chosen & one) / (len(chosen) + len(one)) for one in gold), default=0.0)


def _mean(values: Iterable[float]) -> float:
    listed = list(values)
    return sum(listed) / len(listed) if listed else 0.0


if __name__ == "__main__":
    main()
