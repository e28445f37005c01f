"""Measures over what was shown for a question. All run from 0 to 1, higher is better."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from eval.questions import Evidence
from ingest.model import Span

COVERED = 0.9
"""Share of the letters and digits of a piece of evidence that must be shown. Markers, page furniture and the
like, which reading leaves out, stand inside the evidence's span."""

TOUCHED = 0.5
"""Share that makes a single passage count as one with evidence."""

Alternatives = Sequence[Sequence[Evidence]]


@dataclass(frozen=True, slots=True)
class Shown:
    """One thing shown to the reader: where it was read from, and its length in tokens."""

    document_id: str
    spans: tuple[Span, ...]
    tokens: int


def share(evidence: Evidence, shown: Sequence[Shown]) -> float:
    """Share of the letters and digits of ``evidence`` that were shown."""
    start, end = evidence.span
    wanted = [start + i for i, character in enumerate(evidence.quote) if character.isalnum()]
    spans = [span for item in shown if item.document_id == evidence.document_id for span in item.spans]
    inside = [span for span in spans if span.start < end and start < span.end]
    met = sum(any(low <= place < high for low, high in inside) for place in wanted)
    return met / len(wanted) if wanted else 0.0


def recall(alternatives: Alternatives, shown: Sequence[Shown]) -> float:
    """Share of the pieces of evidence that were shown, for the alternative where that is highest."""
    return max(
        sum(share(evidence, shown) >= COVERED for evidence in alternative) / len(alternative)
        for alternative in alternatives
    )


def recall_at(k: int, alternatives: Alternatives, shown: Sequence[Shown]) -> float:
    """Recall of the first ``k`` things shown."""
    return recall(alternatives, shown[:k])


def reciprocal_rank(alternatives: Alternatives, shown: Sequence[Shown]) -> float:
    """One over the rank of the first thing shown that holds at least half of a piece of evidence; 0 if none."""
    for rank, item in enumerate(shown, 1):
        if any(share(evidence, [item]) >= TOUCHED for alternative in alternatives for evidence in alternative):
            return 1 / rank
    return 0.0


def hit_at_budget(
    budget: int, alternatives: Alternatives, shown: Sequence[Shown], cut: Callable[[Shown, int], Shown]
) -> float:
    """1 if the whole evidence is within the first ``budget`` tokens shown, else 0.

    ``cut`` shortens the thing that goes over the budget to so many tokens; so the measure is fair to every size
    of passage.
    """
    within: list[Shown] = []
    left = budget
    for item in shown:
        if item.tokens > left:
            within += [cut(item, left)] if left > 0 else []
            break
        within.append(item)
        left -= item.tokens
    return float(recall(alternatives, within) == 1.0)


def mean(rows: Sequence[Mapping[str, float]], measure: str) -> float:
    """Mean of a measure over all rows; 0 without rows."""
    return sum(row[measure] for row in rows) / len(rows) if rows else 0.0
