"""A run as one page: its figures, how they moved, and the questions behind them. Nothing is fetched, nothing runs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape
from pathlib import Path

from eval.record import Record
from eval.report_changes import comparisons
from eval.report_curves import curves
from eval.report_figures import by_group, headlines
from eval.report_html import folded
from eval.report_questions import failures, questions
from eval.report_view import Other, View, view
from service.page import page

STYLE = Path(__file__).parent / "data" / "report.css"


def report(record: Record, others: Sequence[Other] = ()) -> str:
    """The page of a run; with the ``others`` beside it, the first of them question by question.

    It is made of these alone: the same ones give the same page.
    """
    seen = view(record, others)
    parts = (headlines(seen), failures(seen), comparisons(seen), by_group(seen), curves(seen), questions(seen))
    links = "".join(f'<a href="#{anchor}">{escape(name)}</a> ' for anchor, name in _contents(seen))
    body = f"""<header id="top">
<h1>Evaluation: {len(record.rows)} questions</h1>
<p class="sub">{escape(_of(record))}</p>
<nav class="chips" aria-label="Parts">{links}</nav>
{_setup(record)}</header>
<main>
{"".join(parts)}</main>
<p class="sub"><a href="#top">↑ top</a></p>"""
    return page(f"Evaluation: {len(record.rows)} questions of {record.questions.name}", body, STYLE)


def write_report(path: Path, record: Record, others: Sequence[Other] = ()) -> None:
    """Write the page. A lone surrogate, which UTF-8 cannot hold, becomes the character that stands for none."""
    path.write_bytes(report(record, others).encode("utf-8", "xmlcharrefreplace"))


def _of(record: Record) -> str:
    of_all = (
        f" ({len(record.rows)} of its {record.questions.count})" if len(record.rows) < record.questions.count else ""
    )
    documents = f"{len(record.documents)} document{'' if len(record.documents) == 1 else 's'}"
    answered = sum(row.question.answerable for row in record.rows)
    return (
        f"{record.questions.name}{of_all}: the documents answer {answered}, and {len(record.rows) - answered} they do "
        f"not · {documents}"
    )


def _contents(seen: View) -> Iterator[tuple[str, str]]:
    yield from (("figures", "Figures"), ("failures", "What went wrong"))
    yield from ((f"beside-{place}", f"Beside {other.name}") for place, other in enumerate(seen.others))
    yield from (("groups", "By kind"), ("curves", "Curves"), ("questions", "Questions"))


def _setup(record: Record) -> str:
    """What was asked of what, to the hash."""
    facts = {"questions": f"{record.questions.name}, sha-256 {record.questions.sha256}"}
    facts |= {f"document {name}": f"sha-256 {digest}" for name, digest in record.documents.items()}
    if record.setup:
        facts |= {"model": record.setup.model} | {name: f"{value}" for name, value in record.setup.settings.items()}
    lines = "".join(f"<div><dt>{escape(name)}</dt><dd>{escape(value)}</dd></div>" for name, value in facts.items())
    return folded("What was asked, of which documents, with which settings", f'<dl class="facts">{lines}</dl>', "setup")
