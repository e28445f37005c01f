"""Plain paragraphs by BM25 and by vectors: what the usual ways find, as runs to hold Ibid's beside.

    .venv/bin/python -m benchmarks.paragraphs DIR
    .venv/bin/ibid eval --html report.html --against DIR/paragraphs-bm25.json --against DIR/paragraphs-dense.json

A paragraph is what stands between two blank lines, as it is printed. The corpus is read into an index of its own, and
every answerable question of the project's set, or of ``--questions``, is asked of its texts both ways: by BM25 over
stemmed words (Tantivy, as in Ibid), and by cosine of the vectors of the default model. Nothing is answered, so the
records hold what was shown, and measures of that alone.
"""

from __future__ import annotations

import argparse
import json
import re
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from index.threads import quiet_threads

quiet_threads()  # before the numeric libraries are imported, as the command does

import numpy as np

from eval.questions import DEFAULT, Judgement, load_questions
from eval.record import VERSION, Record, Row, question_set, to_json
from eval.runner import DIGITS, SHOWN, retrieval
from eval.system import LibrarySystem, ShownPassage
from index.embedder import Embedder
from index.lexical import LexicalIndex
from index.models import SentenceTransformerEmbedder
from index.snapshot import IndexedRow
from ingest.model import Span
from service.library import Library
from service.settings import load_settings

SEARCHED = "search"
"""The mode of a row that was searched for, and not answered."""

_PARAGRAPH = re.compile(r"\S(?:[^\n]|\n(?!\s*\n))*")


def main() -> None:
    """Write a record for each way."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="where the records go")
    parser.add_argument("--corpus", type=Path, default=Path("corpus"), help="folder of the texts")
    parser.add_argument("--questions", type=Path, default=DEFAULT, help="question set about them")
    chosen = parser.parse_args()
    chosen.folder.mkdir(parents=True, exist_ok=True)
    embedder = SentenceTransformerEmbedder()
    with tempfile.TemporaryDirectory() as folder:
        library = Library(load_settings(data_dir=Path(folder)), embedder)
        library.ingest([chosen.corpus])
        for way, record in records(library, embedder, chosen.questions).items():
            path = chosen.folder / f"paragraphs-{way}.json"
            path.write_text(json.dumps(to_json(record), ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
            print(f"{path}: {len(record.rows)} questions")


def records(library: Library, embedder: Embedder, path: Path) -> dict[str, Record]:
    """What each way shows for the answerable questions of a set, over the texts of a library."""
    system = LibrarySystem(library)
    questions = load_questions(path, system.text)
    asked = [question for question in questions if question.answerable]
    found = [paragraph for name in system.documents() for paragraph in paragraphs(name, system.text(name))]
    source = question_set(path, len(questions))
    shown_by = {"bm25": _by_words(found, asked), "dense": by_vectors(found, asked, embedder)}
    return {
        way: Record(
            *(VERSION, source, system.documents(), None),
            {item.id: item for items in shown for item in items},
            tuple(_row(system, question, items) for question, items in zip(asked, shown, strict=True)),
        )
        for way, shown in shown_by.items()
    }


def paragraphs(document_id: str, text: str) -> Iterator[ShownPassage]:
    r"""The paragraphs of a text as they are printed, in order; of sections and pages (0) nothing is known.

    >>> [paragraph.text for paragraph in paragraphs("a", "One\nline.\n\n \nTwo. ")]
    ['One\nline.', 'Two.']
    """
    for match in _PARAGRAPH.finditer(text):
        printed = match.group().rstrip()
        span = Span(match.start(), match.start() + len(printed))
        yield ShownPassage(f"{document_id}:{span.start}-{span.end}", document_id, (), (0, 0), (span,), printed)


def _by_words(found: Sequence[ShownPassage], asked: Sequence[Judgement]) -> list[list[ShownPassage]]:
    index = LexicalIndex.build(IndexedRow(n, p.text, p.document_id, "body", (), p.pages) for n, p in enumerate(found))
    scores = [index.search(question.question, SHOWN) for question in asked]
    return [[found[row] for row in sorted(of_one, key=lambda row: (-of_one[row], row))[:SHOWN]] for of_one in scores]


def by_vectors(
    found: Sequence[ShownPassage], asked: Sequence[Judgement], embedder: Embedder
) -> list[list[ShownPassage]]:
    """The nearest paragraphs to each question by cosine, the nearest first."""
    ours, theirs = (
        np.stack([embedded.vector for embedded in embedder.embed(texts)])
        for texts in ([item.text for item in found], [question.question for question in asked])
    )
    return [[found[row] for row in np.argsort(-(ours @ vector), kind="stable")[:SHOWN]] for vector in theirs]


def _row(system: LibrarySystem, question: Judgement, shown: Sequence[ShownPassage]) -> Row:
    measures = {name: round(value, DIGITS) for name, value in retrieval(system.text, question, shown).items()}
    return Row(question, SEARCHED, 0.0, "", tuple(item.id for item in shown), (), measures)


if __name__ == "__main__":
    main()
