"""How well what is asked for is found, beside the usual ways: ``python -m benchmarks.search --data DIR``.

Texts go through the whole of ingestion and every question through the search that answers use, with its spelling left
alone, so that all ways read the same (``benchmarks.typed`` measures what that gives). Beside it, over the same
passages: BM25, the sentence vectors, and reciprocal rank fusion of both; for the project's own questions also the
vectors of plain paragraphs, and the ranking with uncompressed token vectors. DIR holds ``covidqa.json`` and
``scifact.zip``; ``--work DIR`` keeps the indexes for the next run.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from index.threads import quiet_threads

quiet_threads()  # before the numeric libraries are imported, as the command does

import numpy as np

from benchmarks.paragraphs import by_vectors, paragraphs
from benchmarks.search_sets import QuestionSet, covidqa, scifact, write_texts
from eval.measures import mean
from eval.questions import DEFAULT, load_questions
from eval.runner import SHOWN, retrieval
from index.codec import unpack
from index.contract import Candidate
from index.embedder import Embedder, IndexText, Vectors, index_text
from index.fusion import Scores, after_callers, best_candidates, fuse
from index.late import interact, phrases
from index.models import SentenceTransformerEmbedder
from index.pruning import kept_tokens
from index.question import Question
from index.retrieval import Retriever
from ingest.model import Passage
from service.library import Library
from service.settings import load_settings

SETS = ("project", "covidqa", "scifact")
CORPUS = Path("corpus")
POOL = 200
RRF = 60
"""The usual constant of reciprocal rank fusion (Cormack et al., 2009)."""

PROJECT_MEASURES = ("hit@256", "hit@512", "hit@1024", "MRR")

Found = Callable[[str, Question], Sequence[Passage]]


def main() -> None:
    """Measure, and print a table for each set."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--work", type=Path, help="folder that keeps the indexes")
    parser.add_argument("--only", default=",".join(SETS), help=f"some of {','.join(SETS)}")
    parser.add_argument("--questions", type=int, help="only so many of each set")
    chosen = parser.parse_args()
    embedder = SentenceTransformerEmbedder()
    with tempfile.TemporaryDirectory() as temporary:
        work = chosen.work or Path(temporary)
        for name in chosen.only.split(","):
            folder = work / name
            if name == "project":
                _project(folder, embedder, chosen.questions)
            else:
                loaded = {"covidqa": covidqa, "scifact": scifact}[name](chosen.data)
                _known(loaded, folder, embedder, chosen.questions)


def _known(asked: QuestionSet, folder: Path, embedder: Embedder, limit: int | None) -> None:
    """A set from outside: one figure a way."""
    sources = write_texts(asked, folder / "texts")
    library = Library(load_settings(data_dir=folder / "index"), embedder)
    library.ingest([sources])
    search = Search(library)
    questions = asked.questions[:limit]
    print(f"\n## {asked.name}: {len(questions)} questions, {_size(library)}\n")
    print(f"| way | {asked.measure} | ms a question |\n| --- | --- | --- |")
    for way, find in search.ways().items():
        seconds: list[float] = []
        scores = [question.judge(search.timed(find, question.text, seconds)) for question in questions]
        print(f"| {way} | {statistics.mean(scores):.4f} | {statistics.median(seconds) * 1e3:.1f} |", flush=True)


def _project(folder: Path, embedder: Embedder, limit: int | None) -> None:
    """The project's own questions."""
    library = Library(load_settings(data_dir=folder / "index"), embedder)
    library.ingest([CORPUS])
    search = Search(library)
    text_of = library.index.text
    questions = [question for question in load_questions(DEFAULT, text_of) if question.answerable][:limit]
    print(f"\n## The project's questions: {len(questions)}, {_size(library)}\n")
    print(f"| way | {' | '.join(PROJECT_MEASURES)} | ms a question |\n|{' --- |' * (len(PROJECT_MEASURES) + 2)}")
    plain_ones = [one for info in library.index.documents() for one in paragraphs(info.id, text_of(info.id))]
    nearest = by_vectors(plain_ones, questions, embedder)
    rows = [retrieval(text_of, q, shown) for q, shown in zip(questions, nearest, strict=True)]
    plain = _print("plain paragraphs, dense", rows, [])
    ways = search.ways() | {
        "ours, nothing folded": partial(search.recomposed, exact=None),
        "the same with float32 token vectors": partial(search.recomposed, exact=_float_tokens(library, embedder)),
    }
    for way, find in ways.items():
        seconds: list[float] = []
        rows = [retrieval(text_of, q, search.timed(find, q.question, seconds)) for q in questions]
        means = _print(way, rows, seconds)
        if way == OURS and plain["hit@512"]:
            print(f"| hit@512 over that of plain paragraphs, dense | {means['hit@512'] / plain['hit@512']:.2f} × |")


OURS = "ours"


class Search:
    """Several ways to search one library."""

    def __init__(self, library: Library) -> None:
        self._index = library.index
        self._ranking = library.settings.ranking()
        self._retriever = Retriever(library.index, library.embedder, self._ranking)
        self._read: dict[str, Question] = {}

    def ways(self) -> dict[str, Found]:
        """The ways that every set is searched."""
        return {
            "BM25": partial(self._sorted, key=lambda pool: [c.lexical for c in pool]),
            "dense": partial(self._sorted, key=lambda pool: [c.dense for c in pool]),
            "reciprocal rank fusion": partial(self._sorted, key=_fused_ranks),
            OURS: self._ours,
        }

    def read(self, text: str) -> Question:
        """A question as the model reads it, once."""
        if text not in self._read:
            self._read[text] = self._retriever.read(text)
        return self._read[text]

    def timed(self, find: Found, text: str, seconds: list[float]) -> Sequence[Passage]:
        """What ``find`` gives for a question; how long it took, without reading the question, goes to ``seconds``."""
        question = self.read(text)
        start = time.perf_counter()
        found = find(text, question)
        seconds.append(time.perf_counter() - start)
        return found

    def _ours(self, text: str, question: Question) -> Sequence[Passage]:
        return [hit.passage for hit in self._retriever.search(question, SHOWN)]

    def _sorted(
        self, text: str, question: Question, key: Callable[[Sequence[Candidate]], Sequence[float]]
    ) -> Sequence[Passage]:
        pool = self._index.search(text, question.vector, POOL).candidates
        return self._best(pool, np.asarray(key(pool), dtype=np.float64))

    def recomposed(self, text: str, question: Question, exact: dict[str, Vectors] | None) -> Sequence[Passage]:
        """The ranking out of its parts, by the ``exact`` token vectors where they are given."""
        found = self._index.search(text, question.vector, self._ranking.pool)
        candidates = best_candidates(found.candidates, self._ranking.late_pool)
        ids = [candidate.passage_id for candidate in candidates]
        coded = unpack(self._index.token_codes(ids), len(question.vector))
        cosines = coded.cosines(question.tokens)
        if exact is not None:
            cosines = np.concatenate([exact[passage_id] for passage_id in ids]) @ question.tokens.T
        close = interact(coded, cosines, question.weights, self._ranking.placing_weight)
        phrase = phrases(coded, cosines, question.weights, question.content)
        scores = fuse(candidates, close, phrase, self._ranking, found.coverage, question.rarity)
        called = self._index.linked([ids[i] for i in np.flatnonzero(close.is_called)])
        return self._best(candidates, after_callers(ids, scores, called))

    def _best(self, candidates: Sequence[Candidate], scores: Scores) -> Sequence[Passage]:
        order = np.argsort(-scores, kind="stable")[:SHOWN]
        return self._index.fetch([candidates[i].passage_id for i in order])


def _fused_ranks(pool: Sequence[Candidate]) -> Sequence[float]:
    dense = np.argsort(np.argsort([-c.dense for c in pool], kind="stable"), kind="stable") + 1
    lexical = np.argsort(np.argsort([-c.lexical for c in pool], kind="stable"), kind="stable") + 1
    worded = np.array([c.lexical > 0 for c in pool])
    return [float(score) for score in 1 / (RRF + dense) + worded / (RRF + lexical)]


def _float_tokens(library: Library, embedder: Embedder) -> dict[str, Vectors]:
    """The kept token vectors of every passage as the model gives them, by passage."""
    found: dict[str, Vectors] = {}
    for info in library.index.documents():
        passages = library.index.passages(info.id)
        texts = [index_text(info.title, passage, embedder) for passage in passages]
        for passage, text, embedded in zip(passages, texts, embedder.embed([text.text for text in texts]), strict=True):
            found[passage.id] = kept_tokens(text, _starts(text, embedder), embedded.tokens).vectors
    return found


def _starts(text: IndexText, embedder: Embedder) -> list[int]:
    return [start for start, _ in embedder.token_offsets(text.text)]


def _print(way: str, rows: Sequence[dict[str, float]], seconds: Sequence[float]) -> dict[str, float]:
    means = {name: mean(rows, name) for name in PROJECT_MEASURES}
    figures = " | ".join(f"{value:.3f}" for value in means.values())
    print(f"| {way} | {figures} | {f'{statistics.median(seconds) * 1e3:.1f}' if seconds else ''} |", flush=True)
    return means


def _size(library: Library) -> str:
    documents, passages = library.index.truth.counts()
    return f"{documents} documents, {passages} passages"


if __name__ == "__main__":
    main()
