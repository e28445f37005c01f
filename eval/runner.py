"""Runs a question set against a System: a row for each question, with every measure that applies to it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor

from eval.measures import (
    Shown,
    contains_answer,
    evidence_overlap,
    exact_match,
    hit_at_budget,
    ndcg,
    recall,
    recall_at,
    reciprocal_rank,
    token_f1,
)
from eval.questions import Judgement
from eval.record import VERSION, QuestionSet, Record, Row
from eval.system import Quote, Reply, ShownPassage, System
from ingest.model import Passage, Span
from ingest.reading import Reading, read_spans
from service.answer import Mode
from service.library import AT_ONCE
from service.tokens import FALLBACK, encoding

SHOWN = 30
"""Passages that are asked for: more than the largest budget takes."""

RANKS = (1, 5, 10)
BUDGETS = (256, 512, 1024, 2048)
NDCG = 10
RETRIEVAL = (*(f"recall@{k}" for k in RANKS), *(f"hit@{budget}" for budget in BUDGETS), "MRR", f"nDCG@{NDCG}")
"""Measures of what was shown; of answerable questions."""

QUOTES = ("answered", "contained", "exact", "token-F1", "quote-P", "quote-R")
"""Measures of the quotes of an answer; of answerable questions. An abstention has none, and 0 in each."""

DECISIONS = ("tried", "declined", "accuracy")
"""Whether a question was rightly tried (answerable ones), rightly declined (the others), either (all)."""

VERIFIED = "verified"
"""Whether all quotes are exact slices of their sources; of questions that were tried."""

MEASURES = (*RETRIEVAL, *QUOTES, *DECISIONS, VERIFIED)
"""Names of all measures of a question, in the order they are shown."""

DIGITS = 4
"""Digits after the point of a measure on record: a baseline that was written compares with a run as it is."""

MOST_WORKERS = AT_ONCE
"""Questions at once. More would be read together by the model, and that can move the last bits of their scores."""


def run(
    system: System,
    questions: Sequence[Judgement],
    source: QuestionSet,
    workers: int = MOST_WORKERS,
    tick: Callable[[], object] | None = None,
) -> Record:
    """Ask every question of ``system``, ``workers`` at once; ``tick`` is called after each, in their order.

    The record is the same whatever the number of workers (at most ``MOST_WORKERS``). Raises IbidError as the system
    does.
    """
    if not 1 <= workers <= MOST_WORKERS:
        raise ValueError(f"workers must be 1 to {MOST_WORKERS}, got {workers}")
    rows: list[Row] = []
    passages: dict[str, ShownPassage] = {}
    pool = ThreadPoolExecutor(workers)
    try:
        for row, shown in pool.map(lambda question: _asked(system, question), questions):
            rows.append(row)
            passages |= {passage.id: passage for passage in shown}
            if tick is not None:
                tick()
    finally:
        pool.shutdown(cancel_futures=True)  # after an error, or Ctrl+C, nothing more is asked
    held = {passage_id: passages[passage_id] for passage_id in sorted(passages)}
    return Record(VERSION, source, system.documents(), system.setup(), held, tuple(rows))


def _asked(system: System, question: Judgement) -> tuple[Row, tuple[ShownPassage, ...]]:
    reply = system.ask(question.question, SHOWN)
    shown = tuple(passage.id for passage in reply.passages)
    measures = {name: round(value, DIGITS) for name, value in _measures(system.text, question, reply).items()}
    row = Row(question, reply.mode, reply.confidence, reply.answer, shown, reply.quotes, measures)
    return row, reply.passages


def _measures(text_of: Callable[[str], str], question: Judgement, reply: Reply) -> dict[str, float]:
    """The measures that apply to a question, in the order of ``MEASURES``."""
    tried = reply.mode != Mode.ABSTAINED
    right = float(tried is question.answerable)
    decided = {"tried" if question.answerable else "declined": right, "accuracy": right}
    if tried:
        decided[VERIFIED] = float(all(_is_exact(text_of, quote) for quote in reply.quotes))
    if not question.answerable:
        return decided
    return retrieval(text_of, question, reply.passages) | _of_quotes(text_of, question, reply.quotes) | decided


def _is_exact(text_of: Callable[[str], str], quote: Quote) -> bool:
    """Whether a quote that is called verified is what its spans of the source read."""
    return quote.verified and read_spans(text_of(quote.document_id), quote.spans) == quote.text


def retrieval(
    text_of: Callable[[str], str], question: Judgement, passages: Iterable[Passage | ShownPassage]
) -> dict[str, float]:
    """Measures of what was found for an answerable question, best first; ``text_of`` gives a document's text."""
    shown = [Shown(passage.document_id, passage.spans, count(passage.text)) for passage in passages]
    return of_shown(text_of, question, shown)


def of_shown(text_of: Callable[[str], str], question: Judgement, shown: Sequence[Shown]) -> dict[str, float]:
    """As ``retrieval``, of whatever was shown."""

    def cut(item: Shown, tokens: int) -> Shown:
        return _cut(text_of(item.document_id), item, tokens)

    values = (
        *(recall_at(k, question.evidence, shown) for k in RANKS),
        *(hit_at_budget(budget, question.evidence, shown, cut) for budget in BUDGETS),
        reciprocal_rank(question.evidence, shown),
        ndcg(NDCG, question.evidence, shown),
    )
    return dict(zip(RETRIEVAL, values, strict=True))


def _of_quotes(text_of: Callable[[str], str], question: Judgement, quotes: Sequence[Quote]) -> dict[str, float]:
    """Measures of an answer's quotes; answered is 1 if they hold the whole evidence, else 0."""
    shown = [Shown(quote.document_id, quote.spans, 0) for quote in quotes]
    quoted = " ".join(quote.text for quote in quotes)
    references = [question.answer, *question.aliases]
    values = (
        float(recall(question.evidence, shown) == 1.0),
        contains_answer(quoted, references),
        exact_match(quoted, references),
        token_f1(quoted, references),
        *evidence_overlap(question.evidence, shown, text_of),
    )
    return dict(zip(QUOTES, values, strict=True))


def count(text: str) -> int:
    """Tokens of ``text`` by the encoding that ships with Ibid, so that figures are the same everywhere."""
    return len(encoding(FALLBACK).encode_ordinary(text))


def _cut(text: str, item: Shown, tokens: int) -> Shown:
    """The first ``tokens`` tokens of a thing shown of ``text``."""
    reading = Reading(text, item.spans)
    coder = encoding(FALLBACK)
    head = coder.decode(coder.encode_ordinary(reading.text)[:tokens], errors="ignore")
    spans: tuple[Span, ...] = reading.spans_of(0, len(head)) if head.strip() else ()
    return Shown(item.document_id, spans, tokens)
