"""A baseline: what a run gave, small enough to be reviewed, and the floors that are set by hand.

On disk it is JSON with one line for each question: its measures in the order that ``measures`` names, null where one
does not apply.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from eval.record import QuestionSet, Record, Row
from eval.runner import VERIFIED
from eval.summary import AUROC, figures
from eval.system import Setup
from ingest.errors import IbidError

VERSION = 1
GATED = (
    *("hit@256", "hit@512", "hit@1024", "hit@2048", "MRR", "nDCG@10"),
    *("answered", "contained", "token-F1", "quote-P", "quote-R", "tried", "declined", VERIFIED),
)
"""Measures that are gated, AUROC beside them."""

KEPT = (*GATED, "confidence")
"""What a baseline keeps of each question."""

FIRST_FLOORS = {VERIFIED: 1.0}
"""Floors of a baseline that is written for the first time: what Ibid promises."""


class BaselineError(IbidError):
    """A baseline cannot be read, or is not of this run's questions and documents."""

    status = 422
    title = "The baseline cannot be used"


@dataclass(frozen=True, slots=True)
class Baseline:
    """What a run gave: ``figures`` by name, ``rows`` by question with its values of ``KEPT`` that apply."""

    version: int
    questions: QuestionSet
    documents: Mapping[str, str]
    setup: Setup | None
    floors: Mapping[str, float]
    figures: Mapping[str, float]
    rows: Mapping[str, Mapping[str, float]]

    def check(self, questions: QuestionSet, documents: Mapping[str, str]) -> None:
        """Refuse a run over other questions or documents. Raises BaselineError."""
        for what, ours, theirs in (
            ("another question set", _set_of(self.questions), _set_of(questions)),
            ("other documents", _held(self.documents), _held(documents)),
        ):
            if ours != theirs:
                raise BaselineError(
                    f"the baseline was made with {what}: {ours}; now it is {theirs}. See the figures without --gate, "
                    "and if they are as they should be, make the baseline anew: --gate FILE --accept"
                )


def _set_of(questions: QuestionSet) -> str:
    return f"{questions.count} questions (sha-256 {questions.sha256[:12]})"


def _held(documents: Mapping[str, str]) -> str:
    return ", ".join(f"{name} ({digest[:12]})" for name, digest in documents.items()) or "none"


def baseline_of(record: Record, floors: Mapping[str, float] | None = None) -> Baseline:
    """What a baseline keeps of a run."""
    found = figures(record.rows)
    return Baseline(
        VERSION,
        record.questions,
        record.documents,
        record.setup,
        FIRST_FLOORS if floors is None else floors,
        {name: found[name].value for name in (*GATED, AUROC) if name in found},
        {row.question.id: _values(row) for row in record.rows},
    )


def _values(row: Row) -> dict[str, float]:
    known = {**row.measures, "confidence": row.confidence}
    return {name: known[name] for name in KEPT if name in known}


@cache
def _form() -> TypeAdapter[Baseline]:
    return TypeAdapter(Baseline)


def read_baseline(path: Path) -> Baseline:
    """Read a baseline. Raises BaselineError."""
    again = "make it with: ibid eval --gate FILE --accept"
    try:
        told: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        if told["version"] != VERSION:
            raise BaselineError(f"{path} is a baseline of version {told['version']}, not {VERSION}; {again}")
        names = told.pop("measures")
        told["rows"] = {
            id_: {name: value for name, value in zip(names, values, strict=True) if value is not None}
            for id_, values in told["rows"].items()
        }
        return _form().validate_python(told)
    except FileNotFoundError as error:
        raise BaselineError(f"there is no baseline {path}; {again}") from error
    except (ValidationError, KeyError, TypeError, AttributeError, OSError, ValueError) as error:
        raise BaselineError(f"{path} is no baseline ({str(error).splitlines()[0]}); {again}") from error


def accept(path: Path, record: Record) -> str:
    """Make a run the baseline, with the floors of the one before; gives a sentence on what changed.

    Raises BaselineError, and leaves all as it was, where a figure is below its floor.
    """
    before = read_baseline(path) if path.exists() else None
    new = baseline_of(record, before.floors if before else FIRST_FLOORS)
    if low := below_floor(new):
        raise BaselineError(
            f"{path} was not written: {'; '.join(low.values())}; if that is meant, lower the floor in it by hand"
        )
    write_baseline(path, new)
    old = before.figures if before else {}
    moved = [f"{name} {old.get(name, 0):g} → {now:g}" for name, now in new.figures.items() if old.get(name) != now]
    return f"{path} written: {', '.join(moved) if before and moved else 'no figure changed' if before else 'new'}"


def below_floor(baseline: Baseline) -> dict[str, str]:
    """Why figures are not as high as their floors ask, by name; nothing of those that are."""
    found = {}
    for name, floor in baseline.floors.items():
        if name not in baseline.figures:
            found[name] = f"{name} has a floor, but was not measured"
        elif baseline.figures[name] < floor:
            found[name] = f"{name} is {baseline.figures[name]:g}, below its floor of {floor:g}"
    return found


def write_baseline(path: Path, baseline: Baseline) -> None:
    """Write a baseline, whole or not at all."""
    head = {
        "version": baseline.version,
        "questions": asdict(baseline.questions),
        "documents": baseline.documents,
        "setup": asdict(baseline.setup) if baseline.setup else None,
        "floors": baseline.floors,
        "figures": baseline.figures,
        "measures": list(KEPT),
    }
    rows = [
        f"    {json.dumps(id_)}: {json.dumps([values.get(name) for name in KEPT])}"
        for id_, values in baseline.rows.items()
    ]
    text = json.dumps(head, ensure_ascii=False, indent=2)[:-2] + ',\n  "rows": {\n' + ",\n".join(rows) + "\n  }\n}\n"
    new = path.with_name(f"{path.name}.new")
    new.write_text(text, encoding="utf-8")
    new.replace(path)
