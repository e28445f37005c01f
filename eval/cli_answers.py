"""What ``ibid eval`` does without ``--ingestion``: ask, show, write, and hold against a baseline."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from eval.baseline import Baseline, accept, read_baseline
from eval.gate import Verdict, judge, lines
from eval.junit import write_junit
from eval.questions import Judgement, load_questions
from eval.record import Record, question_set, read_record, to_json
from eval.remote import RemoteSystem
from eval.report import write_report
from eval.report_view import Other, of_baseline, of_record
from eval.runner import run
from eval.summary import curve, summary
from eval.system import LibrarySystem, System
from eval.tables import TABLE_WIDTH, by_group, for_terminal, in_markdown, whole
from ingest.errors import QuestionSetError
from service.cli import notices, open_library, print_json, results
from service.settings import Settings

BROKEN_SHOWN = 20
"""Questions that the gate names for each figure that failed."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Questions to be asked; ``split`` and ``types`` choose of them, all where they are empty."""

    questions: Path
    split: str | None
    types: tuple[str, ...]
    url: str | None
    workers: int


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the options of ``ibid eval`` ask for; ``asked`` are questions, or a record of answers to them."""

    asked: Asked | Path
    gate: Path | None
    accept: bool
    junit: Path | None
    markdown: Path | None
    html: Path | None
    against: tuple[Path, ...]
    as_json: bool


def evaluate_answers(settings: Settings, wanted: Wanted) -> None:
    """Ask all questions, and do with the record what is wanted; exit status 1 where the gate is not passed."""
    baseline = read_baseline(wanted.gate) if wanted.gate and not wanted.accept else None
    against = {path: read_record(path) for path in wanted.against}  # what cannot be read is said before all is asked
    record = _record(settings, wanted.asked, baseline)
    verdict = judge(record, baseline) if baseline else None
    if wanted.as_json:  # before files are written: a path that cannot be costs no figures
        print_json(_as_json(record))
    else:
        _show(record)
    if wanted.junit:
        write_junit(wanted.junit, record)
    if wanted.html:
        write_report(wanted.html, record, _others(record, baseline, against))
    if wanted.markdown:
        _append(wanted.markdown, record, verdict)
    console = notices() if wanted.as_json else results()
    if wanted.gate and wanted.accept:
        console.print(f"\n{accept(wanted.gate, record)}", markup=False)
    if verdict is not None:
        console.print("\n".join(["", *lines(verdict, BROKEN_SHOWN)]), markup=False)
        if not verdict.passed:
            raise typer.Exit(1)


def _others(record: Record, baseline: Baseline | None, against: Mapping[Path, Record]) -> list[Other]:
    """The runs that a report holds beside this one: the gate's baseline first, the others named by their files."""
    stems = Counter(path.stem for path in against)
    names = {path: path.stem if stems[path.stem] == 1 else str(path) for path in against}
    found = [of_baseline("the baseline", baseline)] if baseline else []
    return found + [of_record(names[path], other, record) for path, other in against.items()]


def _record(settings: Settings, asked: Asked | Path, baseline: Baseline | None) -> Record:
    """The answers to what is asked, or those on record."""
    if isinstance(asked, Path):
        return read_record(asked)
    with open_system(settings, asked.url) as system:
        return _asked(system, asked, baseline)


@contextmanager
def open_system(settings: Settings, url: str | None) -> Iterator[System]:
    """The service at ``url``, or the index of this data folder."""
    if url is None:
        yield LibrarySystem(open_library(settings))
        return
    remote = RemoteSystem(url)
    try:
        yield remote
    finally:
        remote.close()


def _asked(system: System, wanted: Asked, baseline: Baseline | None) -> Record:
    """Ask the chosen questions; none where the baseline is of others."""
    questions = load_questions(wanted.questions, system.text, system.documents)
    source = question_set(wanted.questions, len(questions))
    if baseline is not None:
        baseline.check(source, system.documents())
    asked = _chosen(questions, wanted)
    with _bar(len(asked)) as tick:
        return run(system, asked, source, wanted.workers, tick)


def _chosen(questions: Sequence[Judgement], wanted: Asked) -> list[Judgement]:
    """The questions of the split and types that are wanted. Raises QuestionSetError where there are none."""
    types = sorted({question.type for question in questions})
    for kind in wanted.types:
        if kind not in types:
            raise QuestionSetError(f"no question is of the type {kind!r}; the types are {', '.join(types)}")
    splits = sorted({question.split for question in questions})
    if wanted.split not in (None, *splits):
        raise QuestionSetError(f"no question is in the split {wanted.split!r}; the splits are {' and '.join(splits)}")
    found = [q for q in questions if wanted.split in (None, q.split) and (not wanted.types or q.type in wanted.types)]
    if not found:
        raise QuestionSetError(
            f"no question of the type {' or '.join(wanted.types)} is in the split {wanted.split!r}; choose others"
        )
    return found


@contextmanager
def _bar(total: int) -> Iterator[Callable[[], object]]:
    """A progress bar on stderr, and what moves it on."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    console = notices()
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("asking", total=total)
        yield lambda: bar.advance(task)


def _show(record: Record) -> None:
    found = summary(record)
    console = results()
    console.width = max(console.width, TABLE_WIDTH)
    for table in (whole(found), by_group(found)):
        console.print(for_terminal(*table))
        console.print()


def _append(path: Path, record: Record, verdict: Verdict | None) -> None:
    """Add the tables, after the verdict where there is one, to a file in Markdown."""
    found = summary(record)
    told = "```\n" + "\n".join(lines(verdict, BROKEN_SHOWN)) + "\n```\n\n" if verdict else ""
    tables = "\n".join(in_markdown(*table) for table in (whole(found), by_group(found)))
    with path.open("a", encoding="utf-8") as file:
        file.write(f"## Evaluation: {len(record.rows)} questions\n\n{told}{tables}\n")


def _as_json(record: Record) -> dict[str, object]:
    """The record, and what is made of it."""
    found = {
        kind: {name: {measure: asdict(figure) for measure, figure in figures.items()} for name, figures in by.items()}
        for kind, by in summary(record).items()
    }
    return {**to_json(record), "figures": found, "risk_coverage": [point._asdict() for point in curve(record)]}
