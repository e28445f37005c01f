"""Results as Markdown: what is found, what it costs, and what follows from it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial

from benchmarks.peers.registry import OURS, PEERS, PUBLISHED, REFERENCE_SET, REFERENCES, TOLERANCE, Peer
from benchmarks.peers.results import ALL, TEST, Result, Results
from benchmarks.peers.sets import PROJECT, PUBLIC

QUALITY = ("hit@256", "hit@512", "hit@1024", "hit@2048", "recall@10", "MRR", "nDCG@10")
HEADLINE, LEAD = "hit@512", 1.3
"""Where Ibid is to be that many times as good as the best of the others, on the test split."""

COSTS = {
    "index, s": ("index", 1.0, "{:.1f}"),
    "cold start, s": ("cold", 1.0, "{:.1f}"),
    "query p50, ms": ("p50", 1e3, "{:.1f}"),
    "p95, ms": ("p95", 1e3, "{:.1f}"),
    "peak memory, MB": ("memory", 1e-6, "{:,.0f}"),
}
"""What a system takes: the name of each column, the cost of a Result it shows, in which unit, and how."""

BRIEF = ("system", HEADLINE, "recall@10", "MRR", "nDCG@10", "index, s", "cold start, s", "query p50, ms")
NONE = "–"

Line = Sequence[str]


def section(results: Results, machine: str) -> str:
    """All that was measured, as it stands in the README."""
    commits = sorted({row.commit for rows in results.values() for row in rows.values()})
    parts = [f"{machine}; commit {', '.join(commits)}."]
    if PROJECT in results:
        of = results[PROJECT]
        for split, title in ((TEST, "the test split"), (ALL, "all")):
            parts += [f"### The project's questions, {title} ({_asked(of, split)})", _table(*quality(of, split))]
        parts += ["\n".join(f"- {line}" for line in verdicts(of)), "### What it costs", busy(of), _table(*costs(of))]
    if any(name in results for name in PUBLIC):
        parts += ["### Public sets", _table(*public(results)), "\n".join(references(results))]
    return "\n\n".join([*parts, *_failures(results)]) + "\n"


def quality(of: Mapping[str, Result], split: str) -> tuple[Line, list[Line]]:
    """Head and rows of a system's measures on a split; the best of each is bold."""
    rows = {peer: of[peer.name].means[split] for peer in _measured(of) if split in of[peer.name].means}
    best = {name: max((round(row[name], 3) for row in rows.values() if name in row), default=0.0) for name in QUALITY}
    lines: list[Line] = [
        [_bold(peer.name, peer == OURS), peer.splitting]
        + [_figure(row.get(name), "{:.3f}", best[name]) for name in QUALITY]
        for peer, row in rows.items()
    ]
    return ("system", "splits into", *QUALITY), lines


def brief(of: Mapping[str, Result]) -> str:
    """What matters most of quality, on the test split, and of costs, in one table."""
    (found_head, found), (cost_head, spent) = quality(of, TEST), costs(of)
    rows = [
        dict(zip(cost_head, cost, strict=True)) | dict(zip(found_head, row, strict=True))
        for row, cost in zip(found, spent, strict=True)
    ]
    return _table(BRIEF, [[row[name] for name in BRIEF] for row in rows]) + "\n"


def verdicts(of: Mapping[str, Result]) -> Iterator[str]:
    """Where Ibid leads, and by how much, in sentences."""
    if OURS.name not in _names(of):
        return
    behind = [f"{name} on {split}: {other}" for split in (TEST, ALL) for name, other in _not_led(of, split)]
    yield f"Ibid does not lead in {'; '.join(behind)}." if behind else "Ibid leads in every column."
    others = {peer.name: of[peer.name].means.get(TEST, {}) for peer in _measured(of) if peer != OURS}
    ranked = {name: row[HEADLINE] for name, row in others.items() if row.get(HEADLINE)}
    if ranked and TEST in of[OURS.name].means:
        best = max(ranked, key=ranked.__getitem__)
        ratio = of[OURS.name].means[TEST][HEADLINE] / ranked[best]
        met = "met" if ratio >= LEAD else "missed"
        yield f"{HEADLINE} on test is {ratio:.2f} times that of the best other, {best}; the bar of {LEAD} is {met}."


def _not_led(of: Mapping[str, Result], split: str) -> Iterator[tuple[str, str]]:
    ours = of[OURS.name].means.get(split, {})
    for name in (name for name in QUALITY if name in ours):
        for peer in _measured(of):
            theirs = of[peer.name].means.get(split, {}).get(name, 0.0)
            if peer != OURS and theirs >= ours[name]:
                yield name, f"{peer.name} has {theirs:.3f}, Ibid {ours[name]:.3f}"


def costs(of: Mapping[str, Result]) -> tuple[Line, list[Line]]:
    """Head and rows of what a system takes."""
    columns: dict[str, Callable[[Result], str]] = {
        "version": lambda row: ", ".join(f"{name} {number}" for name, number in row.versions.items()),
        "passages": lambda row: _figure(row.costs["passages"], "{:,.0f}"),
        **{name: partial(_cost, *cost) for name, cost in COSTS.items()},
        "text not mapped": lambda row: f"{row.unmapped:.1%}",
    }
    lines: list[Line] = [[peer.name, *(cell(of[peer.name]) for cell in columns.values())] for peer in _measured(of)]
    return ("system", *columns), lines


def busy(of: Mapping[str, Result]) -> str:
    """How busy the machine was, as far as it is known: by its own load average, which the run before also raises."""
    loads = [load for peer in _measured(of) if (load := of[peer.name].load) is not None]
    known = f"{min(loads):.1f} to {max(loads):.1f}" if len(loads) == len(_measured(of)) else "not recorded for all"
    return f"Load average of the machine (1 minute) when a run began, that of the run before it included: {known}."


def public(results: Results) -> tuple[Line, list[Line]]:
    """Head and rows of the public sets, a column each."""
    names = [name for name in PUBLIC if name in results]
    heads = [f"{name}: {_measure(results[name])} ({_asked(results[name], ALL)})" for name in names]
    lines: list[Line] = []
    for peer in (*PEERS, *REFERENCES):
        rows = [results[name].get(peer.name) for name in names]
        if any(row is not None and not row.failed for row in rows):
            lines.append([_bold(peer.name, peer == OURS), peer.splitting, *map(_only, rows)])
    return ("system", "splits into", *heads), lines


def references(results: Results) -> Iterator[str]:
    """Whether the runner's own figures are those that others published: before they are, none is to be believed."""
    of = results.get(REFERENCE_SET, {})
    for name, published in PUBLISHED.items():
        if name not in of or of[name].failed:
            yield f"- {name}: not measured on {REFERENCE_SET}, so nothing vouches for the figures above."
            continue
        [(measure, ours)] = of[name].means[ALL].items()
        said = "as it should be" if abs(ours - published) <= TOLERANCE else "SO NO FIGURE HERE IS TO BE BELIEVED"
        yield f"- {name}: {measure} on {REFERENCE_SET} {ours:.3f}, published {published:.3f} (± {TOLERANCE}): {said}."


def are_believed(results: Results) -> bool:
    """Whether all reference figures are within the tolerance."""
    of = results.get(REFERENCE_SET, {})
    measured = {name: of[name].means[ALL] for name in PUBLISHED if name in of and not of[name].failed}
    near = [abs(value - PUBLISHED[name]) <= TOLERANCE for name, row in measured.items() for value in row.values()]
    return len(near) == len(PUBLISHED) and all(near)


def _failures(results: Results) -> Iterator[str]:
    failed = {peer.name: row.failed for peer in PEERS for row in _rows_of(results, peer) if row.failed}
    if failed:
        yield "### Not measured"
        yield "\n".join(f"- {name}: {why}" for name, why in failed.items())


def _rows_of(results: Results, peer: Peer) -> list[Result]:
    return [rows[peer.name] for rows in results.values() if peer.name in rows]


def _measured(of: Mapping[str, Result]) -> list[Peer]:
    return [peer for peer in PEERS if peer.name in of and not of[peer.name].failed]


def _names(of: Mapping[str, Result]) -> set[str]:
    return {peer.name for peer in _measured(of)}


def _asked(of: Mapping[str, Result], split: str) -> str:
    counts = sorted({row.questions[split] for row in of.values() if not row.failed})
    return f"{' or '.join(map(str, counts))} questions"


def _measure(of: Mapping[str, Result]) -> str:
    return next((name for row in of.values() for name in row.means.get(ALL, {})), NONE)


def _only(row: Result | None) -> str:
    return NONE if row is None or row.failed else ", ".join(f"{value:.3f}" for value in row.means[ALL].values())


def _cost(name: str, by: float, form: str, row: Result) -> str:
    return _figure(row.costs[name], form, by=by)


def _figure(value: float | None, form: str, best: float | None = None, by: float = 1) -> str:
    if value is None:
        return NONE
    return _bold(form.format(value * by), best is not None and round(value, 3) == best)


def _bold(text: str, is_bold: bool) -> str:
    return f"**{text}**" if is_bold else text


def _table(head: Line, lines: Iterable[Line]) -> str:
    return "\n".join(f"| {' | '.join(line)} |" for line in (head, ["---"] * len(head), *lines))
