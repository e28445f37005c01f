"""How well the confidence tells what the documents answer from what they do not: ``python -m benchmarks.abstention``.

Asks the project's questions of the corpus, and those of ClapNQ (``--data DIR`` holds ``clapnq_dev_*.jsonl``) of their
own passage each, among all passages. Fits the curve of ``service/confidence.py`` on the dev half of the first and every
other question of the second, and prints the AUROC of each half beside the best hit's score and the confidence that came
before. ``--write`` puts the weights into ``service/data/confidence.json``, ``--svg FILE`` draws risk over coverage;
``--fit all`` fits on both halves, whose figures are then not blind. ``--work DIR`` keeps the indexes for the next run.
"""

from __future__ import annotations

import argparse
import json
import math
import statistics
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from index.threads import quiet_threads

quiet_threads()  # before the numeric libraries are imported, as the command does

import numpy as np

from benchmarks.curves import Panel, draw
from benchmarks.logistic import Fitted, fit
from eval.abstention import auroc, auroc_interval, risk_coverage
from eval.bootstrap import Floats
from eval.questions import DEFAULT, load_questions
from index.contract import Filters
from index.models import SentenceTransformerEmbedder
from index.retrieval import Retriever
from ingest.words import LanguageWords
from service.confidence import WEIGHTS, Confidence
from service.library import Library
from service.quotable import quotable_parts
from service.settings import load_settings

CORPUS = Path("corpus")
STRENGTH = 0.1
NEAR_MISSES = 1.5
"""What the project's questions count in the fit, beside 1 for all of ClapNQ's: both stay above .75 AUROC so, if the
halves that were not fitted are averaged over both ways of fitting."""

WEIGHTS_TRIED = (0.5, 1.0, NEAR_MISSES, 2.0, 3.0)

TRIED = 0.9
"""Share of the answerable questions of each fitted half that the threshold still lets through."""

SHARES = [n / 10 for n in range(1, 11)]
COMMAND = "python -m benchmarks.abstention --data DIR --write"


@dataclass(frozen=True, slots=True)
class Case:
    """A question that was asked: its features, which took ``seconds``, the confidence before, the best hit's score."""

    answerable: bool
    fits: bool
    features: dict[str, float]
    before: float
    score: float
    seconds: float


def main() -> None:
    """Measure, fit and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--work", type=Path, help="folder that keeps the indexes")
    parser.add_argument("--fit", choices=("dev", "all"), default="dev")
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--svg", type=Path)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        work = chosen.work or Path(temporary)
        embedder = SentenceTransformerEmbedder()
        sets = {"project": _project(work, embedder), "ClapNQ": _clapnq(work, chosen.data, embedder)}
    fitted = _fit(sets, everything=chosen.fit == "all")
    if chosen.write:
        _write(fitted, list(sets["project"][0].features))
    _print(sets, fitted)
    if chosen.svg:
        chosen.svg.write_text(_picture(sets, fitted), encoding="utf-8")


def _project(work: Path, embedder: SentenceTransformerEmbedder) -> list[Case]:
    library = Library(load_settings(data_dir=work / "project"), embedder)
    library.ingest([CORPUS])
    return [_case(library, q.question, q.answerable, q.split == "dev", None) for q in load_questions(DEFAULT)]


def _clapnq(work: Path, data: Path, embedder: SentenceTransformerEmbedder) -> list[Case]:
    """ClapNQ (Rosenthal et al., 2024): each passage is a document of its own, with its title."""
    library = Library(load_settings(data_dir=work / "clapnq"), embedder)
    rows = [(answerable, f"{n:03d}-{answerable}", row) for answerable, n, row in _rows(data)]
    texts = work / "clapnq-texts"
    texts.mkdir(parents=True, exist_ok=True)
    for _, name, row in rows:
        passage = row["passages"][0]
        (texts / f"{name}.txt").write_bytes(f"{passage['title']}\n\n{passage['text'].strip()}".encode())
    library.ingest([texts])
    ids = {info.id for info in library.index.documents()}
    return [
        _case(library, row["input"], answerable, int(name[:3]) % 2 == 0, _only(name, ids))
        for answerable, name, row in rows
    ]


def _rows(data: Path) -> Iterator[tuple[bool, int, dict[str, Any]]]:
    for answerable, name in ((True, "answerable"), (False, "unanswerable")):
        text = (data / f"clapnq_dev_{name}.jsonl").read_text(encoding="utf-8")
        for number, line in enumerate(filter(str.strip, text.split("\n"))):
            yield answerable, number, json.loads(line)


def _only(name: str, ids: set[str]) -> Filters:
    [found] = [id_ for id_ in ids if id_.casefold() == name.casefold()]
    return Filters(document_ids=frozenset([found]))


def _case(library: Library, text: str, answerable: bool, fits: bool, filters: Filters | None) -> Case:
    retriever = Retriever(library.index, library.embedder, library.settings.ranking(), None, LanguageWords("en"))
    question = retriever.read(text)
    hits = retriever.search(question, library.settings.k, filters)
    parts = [(number, *part) for number, hit in enumerate(hits) for part in quotable_parts(hit)]
    confidence = Confidence(library.index)
    start = time.perf_counter()
    seen = confidence.see(question, hits, parts)
    assert seen is not None, f"nothing was found for {text!r}"
    features = seen.features()
    seconds = time.perf_counter() - start
    logit = 8.0 * (features["coverage"] - 0.48) - 3.0 * len(seen.missing())
    return Case(answerable, fits, features, 1 / (1 + math.exp(-logit)), hits[0].score, seconds)


def _matrix(cases: Sequence[Case]) -> Floats:
    return np.array([list(case.features.values()) for case in cases])


def _labels(cases: Sequence[Case]) -> Floats:
    return np.array([float(case.answerable) for case in cases])


def _fit(sets: dict[str, list[Case]], everything: bool, weight: float = NEAR_MISSES) -> Fitted:
    """Each class of each set counts the same, however many questions it has."""
    cases, importance = [], []
    for name, all_of_it in sets.items():
        some = [case for case in all_of_it if everything or case.fits]
        for case in some:
            same = sum(other.answerable is case.answerable for other in some)
            importance.append((weight if name == "project" else 1.0) / same)
        cases += some
    return fit(_matrix(cases), _labels(cases), np.array(importance), STRENGTH)


def _write(fitted: Fitted, names: Sequence[str]) -> None:
    weights = {name: round(float(weight), 4) for name, weight in zip(names, fitted.weights, strict=True)}
    made = {"made_by": COMMAND, "intercept": round(fitted.intercept, 4), "weights": weights}
    WEIGHTS.write_text(json.dumps(made, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def _halves(sets: dict[str, list[Case]]) -> Iterator[tuple[str, list[Case]]]:
    for name, cases in sets.items():
        for half, fits in (("fitted half", True), ("other half", False)):
            yield f"{name}, {half}", [case for case in cases if case.fits is fits]


def _threshold(sets: dict[str, list[Case]], fitted: Fitted) -> float:
    """The highest that lets ``TRIED`` of the answerable questions of each fitted half through."""
    return min(
        float(np.quantile(fitted.confidence(_matrix(cases))[_labels(cases) == 1], 1 - TRIED, method="lower"))
        for name, cases in _halves(sets)
        if "fitted" in name
    )


def _print(sets: dict[str, list[Case]], fitted: Fitted) -> None:
    threshold = _threshold(sets, fitted)
    print(f"{TRIED:.0%} of the answerable questions of each fitted half reach a confidence of {threshold:.3f}\n")
    print("| questions | answerable + not | best score | before | now | declined | tried |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    for name, cases in _halves(sets):
        labels, now = _labels(cases), fitted.confidence(_matrix(cases))
        low, high = auroc_interval(now, labels)
        score, before = (auroc([getattr(case, way) for case in cases], labels) for way in ("score", "before"))
        kept = now >= threshold
        print(
            f"| {name} | {int(labels.sum())} + {int((1 - labels).sum())} | {score:.3f} | {before:.3f} "
            f"| {auroc(now, labels):.3f} ({low:.2f}–{high:.2f}) "
            f"| {1 - kept[labels == 0].mean():.2f} | {kept[labels == 1].mean():.2f} |"
        )
    for name, cases in sets.items():
        print(f"{name}: {statistics.median(case.seconds for case in cases) * 1e3:.1f} ms a question, median")
    _print_weights(sets)


def _print_weights(sets: dict[str, list[Case]]) -> None:
    """AUROC of the halves that were not fitted, both ways, by what the project's questions weigh in the fit."""
    swapped = {
        name: [Case(c.answerable, not c.fits, c.features, c.before, c.score, c.seconds) for c in cases]
        for name, cases in sets.items()
    }
    print(f"\n| weight | {' | '.join(f'{name}, other half (halves swapped)' for name in sets)} |")
    print(f"| --- |{' --- |' * len(sets)}")
    for weight in WEIGHTS_TRIED:
        ways = [_others(way, weight) for way in (sets, swapped)]
        print(f"| {weight:g} | {' | '.join(f'{ways[0][name]:.3f} ({ways[1][name]:.3f})' for name in sets)} |")


def _others(sets: dict[str, list[Case]], weight: float) -> dict[str, float]:
    """AUROC of each set's half that was not fitted."""
    fitted = _fit(sets, everything=False, weight=weight)
    others = {name: [case for case in cases if not case.fits] for name, cases in sets.items()}
    return {name: auroc(fitted.confidence(_matrix(cases)), _labels(cases)) for name, cases in others.items()}


def _picture(sets: dict[str, list[Case]], fitted: Fitted) -> str:
    panels = []
    for name, cases in _halves(sets):
        labels = _labels(cases)
        ways = {"now": fitted.confidence(_matrix(cases)), "before": np.array([case.before for case in cases])}
        panels.append(Panel(name, {way: _risks(scores, labels) for way, scores in ways.items()}))
    return draw("Questions answered that have no answer", panels, SHARES, "the share of questions answered")


def _risks(scores: Floats, labels: Floats) -> list[float | None]:
    """Of the surest questions, as many as each of ``SHARES`` says or the next that can be told apart, the risk."""
    points = risk_coverage(scores, labels)
    return [next(point.risk for point in points if point.coverage >= share - 1e-9) for share in SHARES]


if __name__ == "__main__":
    main()
