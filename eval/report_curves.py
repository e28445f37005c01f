"""The curves of a report, of this run and of those beside it."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from math import ceil

from eval.abstention import risk_coverage
from eval.charts import Axis, Line, chart, legend
from eval.comparison import CONFIDENCE
from eval.record import Row
from eval.report_html import folded, number, section, table
from eval.report_view import Other, View
from eval.runner import BUDGETS
from eval.summary import figures
from service.answer import Mode

THIS = "this run"
TENTHS = {tenth / 10: f"{tenth / 10:g}" for tenth in range(11)}
FIFTHS = {place: mark for place, mark in TENTHS.items() if mark in ("0", "0.2", "0.4", "0.6", "0.8", "1")}
COVERAGES = (0.25, 0.5, 0.75, 1.0)
"""Coverages of which the risk is printed."""


def curves(view: View) -> str:
    """What is found within a budget of tokens, and what is wrong if more is answered."""
    return section("curves", "Curves", f'<div class="charts">{_hits(view)}{_risks(view)}</div>')


def _hits(view: View) -> str:
    """hit@B over B, of this run with its interval, and of the others."""
    rows = [row for row in view.record.rows if row.question.answerable]
    found = figures(rows)
    names = [f"hit@{budget}" for budget in BUDGETS]
    if not all(name in found for name in names):
        return ""
    runs = [(THIS, [found[name].value for name in names])]
    for other in view.others:
        means = [mean for name in names if (mean := other.mean(name, rows)) is not None]
        if len(means) == len(names):
            runs.append((_over(other, names[0], len(rows)), means))
    band = [(found[name].low, found[name].high) for name in names]
    lines = [_hit_line(run, values, () if n else band) for n, (run, values) in enumerate(runs)]
    across = Axis(dict(enumerate(f"{budget:,}" for budget in BUDGETS)), "tokens shown")
    return _figure(
        "Whole evidence within so many tokens",
        "Share of the answerable questions; the band is the 95 % interval.",
        chart("Whole evidence within so many tokens shown", across, Axis(FIFTHS), lines)
        + legend([run for run, _ in runs]),
        table("plain", ("run", *names), ((escape(run), *map(number, values)) for run, values in runs)),
    )


def _hit_line(run: str, values: Sequence[float], band: Sequence[tuple[float, float]]) -> Line:
    points = [(float(place), value) for place, value in enumerate(values)]
    dots = {point: f"{run}: hit@{budget} {number(point[1])}" for point, budget in zip(points, BUDGETS, strict=True)}
    return Line(points, band, dots)


def _over(other: Other, measure: str, questions: int) -> str:
    """The name of another run, with how many questions it is over where these are fewer."""
    known = sum(measure in values for values in other.values.values())
    return other.name if known == questions else f"{other.name} ({known} of {questions} questions)"


def _risks(view: View) -> str:
    """Risk over coverage, of this run and of the others that tell a confidence of both kinds of questions."""
    rows = view.record.rows
    known = [(THIS, {row.question.id: row.confidence for row in rows})]
    known += [(other.name, _confidences(other)) for other in view.others]
    runs: list[tuple[str, list[tuple[float, float]]]] = []
    for run, scores in known:
        labels = [float(row.question.answerable) for row in rows if row.question.id in scores]
        if 0 < sum(labels) < len(labels):
            points = risk_coverage([scores[row.question.id] for row in rows if row.question.id in scores], labels)
            runs.append((run, [(point.coverage, point.risk) for point in points]))
    if not runs:  # of one kind in this run, of one kind in all
        return ""
    lines = [Line(points, dots=None if n else _as_set(rows)) for n, (_, points) in enumerate(runs)]
    tenths = max(1, ceil(round(10 * max(risk for _, points in runs for _, risk in points), 6)))
    up = Axis(dict(list(TENTHS.items())[: tenths + 1]))
    numbers = ((escape(run), *(number(_risk_at(share, points)) for share in COVERAGES)) for run, points in runs)
    return _figure(
        "Wrong if more is answered",
        "Were only the surest questions answered: the share of these that have no answer (risk) over the share of all "
        "that is answered (coverage). The dot is where the threshold is set.",
        chart("Risk over coverage", Axis(FIFTHS, "coverage"), up, lines) + legend([run for run, _ in runs]),
        table("plain", ("risk at coverage", *(f"{share:g}" for share in COVERAGES)), numbers),
    )


def _confidences(other: Other) -> dict[str, float]:
    return {id_: values[CONFIDENCE] for id_, values in other.values.items() if CONFIDENCE in values}


def _as_set(rows: Sequence[Row]) -> dict[tuple[float, float], str]:
    """Where a run stands, as its threshold was: coverage and risk."""
    tried = [row for row in rows if row.mode != Mode.ABSTAINED]
    if not tried:
        return {}
    place = len(tried) / len(rows), sum(not row.question.answerable for row in tried) / len(tried)
    return {place: f"as it is set: coverage {number(place[0])}, risk {number(place[1])}"}


def _risk_at(share: float, points: Sequence[tuple[float, float]]) -> float:
    """The risk at the first coverage that is at least ``share``."""
    return next(risk for coverage, risk in points if coverage >= share)


def _figure(title: str, told: str, picture: str, numbers: str) -> str:
    return (
        f"<figure><figcaption><h3>{escape(title)}</h3><p>{escape(told)}</p></figcaption>{picture}"
        f"{folded('The same in numbers', numbers)}</figure>"
    )
