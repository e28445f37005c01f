"""What was measured of a system on a set, kept as JSON, so that a later run adds to it."""

from __future__ import annotations

import json
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

from benchmarks.peers.mapping import Places
from benchmarks.peers.process import Run
from benchmarks.peers.sets import Exam, Measures
from eval.measures import Shown, mean
from eval.runner import count

ALL, TEST = "all", "test"


@dataclass(frozen=True, slots=True)
class Result:
    """A system's figures on a set, or why there are none.

    ``means`` are those of each measure, by split; ``costs`` are seconds, bytes and numbers; ``unmapped`` is the
    share of the letters and digits it showed that could not be found in their documents; ``load`` the machine's load
    before the run, by which it can be seen whether it had other work.
    """

    commit: str
    failed: str = ""
    versions: Mapping[str, str] = field(default_factory=dict)
    questions: Mapping[str, int] = field(default_factory=dict)
    means: Mapping[str, Measures] = field(default_factory=dict)
    costs: Mapping[str, float | None] = field(default_factory=dict)
    unmapped: float = 0.0
    load: float | None = None


Results = dict[str, dict[str, Result]]
"""By set, then by the key of the system."""


def judge(run: Run, exam: Exam, commit: str) -> Result:
    """Measure what a system found for the questions of ``exam``."""
    places = Places(exam.documents)
    rows: list[tuple[str, Measures]] = []
    letters = mapped = 0
    for question, found in zip(exam.questions, run.found, strict=True):
        located = places.locate(found)
        shown = [Shown(one.piece.document, one.spans, count(one.piece.text)) for one in located]
        rows.append((question.split, question.judge(shown)))
        letters += sum(one.letters for one in located)
        mapped += sum(one.mapped for one in located)
    splits = {ALL: [measures for _, measures in rows]}
    splits |= {TEST: [measures for split, measures in rows if split == TEST]}
    return Result(
        commit=commit,
        versions=run.versions,
        questions={name: len(chosen) for name, chosen in splits.items()},
        means={name: _means(chosen) for name, chosen in splits.items() if chosen},
        costs=_costs(run),
        unmapped=1 - mapped / letters if letters else 0.0,
    )


def _means(rows: Sequence[Measures]) -> Measures:
    return {name: mean(rows, name) for name in rows[0]}


def _costs(run: Run) -> dict[str, float | None]:
    seconds = list(run.seconds)
    return {
        "passages": run.passages,
        "index": run.index_s,
        "cold": run.cold_s,
        "p50": statistics.median(seconds) if seconds else None,
        "p95": statistics.quantiles(seconds, n=20)[-1] if len(seconds) > 1 else None,
        "memory": run.memory,
    }


def comparable(of: Mapping[str, Result], questions: int) -> dict[str, Result]:
    """Those of ``of`` that were asked so many questions, and those that failed: the set may have grown since."""
    return {name: row for name, row in of.items() if row.failed or row.questions[ALL] == questions}


def load(file: Path) -> Results:
    """Read results; none where there is no file."""
    if not file.exists():
        return {}
    read = json.loads(file.read_text(encoding="utf-8"))
    return {exam: {name: Result(**row) for name, row in rows.items()} for exam, rows in read.items()}


def save(results: Results, file: Path) -> None:
    """Write results."""
    rows = {exam: {name: asdict(row) for name, row in of.items()} for exam, of in results.items()}
    file.write_text(json.dumps(rows, indent=1), encoding="utf-8")
