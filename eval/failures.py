"""Why a question counts as failed."""

from __future__ import annotations

from enum import StrEnum

from eval.record import Row
from eval.runner import BUDGETS, VERIFIED
from service.answer import Mode


class Why(StrEnum):
    """What went wrong with a question, in words; the first that applies."""

    UNVERIFIED = "a quote is not an exact slice of its source"
    NOT_SHOWN = f"the evidence is not within the first {BUDGETS[-1]} tokens shown"
    NOT_QUOTED = "the evidence was shown, but not quoted whole"
    DECLINED = "declined, though the documents answer it"
    ANSWERED = "answered, though the documents do not answer it"


def why_failed(row: Row) -> Why | None:
    """Why a question counts as failed; None where its quotes hold the whole evidence, or it was rightly declined.

    Of a run that only searched, without answers, a question fails where its evidence was not shown.
    """
    if not row.measures.get(VERIFIED, 1.0):
        return Why.UNVERIFIED
    if not row.question.answerable:
        return None if row.measures.get("declined", 1.0) else Why.ANSWERED
    shown = row.measures.get(f"hit@{BUDGETS[-1]}", 1.0)
    if row.measures.get("answered", shown):
        return None
    if row.mode == Mode.ABSTAINED:
        return Why.DECLINED
    return Why.NOT_QUOTED if shown else Why.NOT_SHOWN
