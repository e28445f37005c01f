"""The questions that a report tells in full: what was wanted, what was given and shown, and where these meet."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from html import escape

from eval.failures import Why, why_failed
from eval.overlap import met, wanted
from eval.questions import Evidence, Judgement
from eval.record import Row
from eval.report_html import folded, marked, section
from eval.report_view import Other, View
from eval.system import Quote, ShownPassage
from service.answer import Mode

SHOWN = 3
"""Passages that are shown of a question, beside the first further ones with evidence, as many again at most."""

UNFOLDED = 2
"""The worst questions of each kind of failure that are open from the start."""

RIGHT = "right, but moved"
LOOKS = {Why.UNVERIFIED: "a", Why.NOT_SHOWN: "a", Why.NOT_QUOTED: "b", Why.DECLINED: "c", Why.ANSWERED: "d", None: "e"}
"""Classes of the colours."""


def failures(view: View) -> str:
    """How many questions failed, by why, as one bar and a list that leads to them."""
    counts = Counter(map(why_failed, view.record.rows))
    before = Counter(map(why_failed, view.first.rows.values())) if view.first and view.first.rows else None
    bars, lines = [], []
    for why in (None, *Why):
        if not counts[why] and not (before and before[why]):
            continue
        told = escape(why) if why else "right"
        link = f'<a href="#{_group(why)}">{told}</a>' if why and counts[why] else told
        was = f" <small>was {before[why]}</small>" if before else ""
        bars.append(f'<span class="{LOOKS[why]}" style="flex-grow:{counts[why]}"></span>' if counts[why] else "")
        lines.append(f'<li><b class="{LOOKS[why]}">{counts[why]}</b>{was} {link}</li>')
    return section(
        "failures",
        "What went wrong",
        f'<div class="bar" aria-hidden="true">{"".join(bars)}</div><ul class="counts">{"".join(lines)}</ul>',
    )


def questions(view: View) -> str:
    """All questions that failed, the worst first, and those that are right but moved."""
    parts = []
    for why, rows in view.told.items():
        if rows:
            title = str(why) if why else RIGHT
            shown = "".join(_question(row, view, why is not None and n < UNFOLDED) for n, row in enumerate(rows))
            parts.append(f'<h3 id="{_group(why)}">{escape(title[0].upper() + title[1:])}: {len(rows)}</h3>{shown}')
    if not parts:
        return section("questions", "Questions", "<p>None failed.</p>")
    legend = (
        '<p class="sub">Marked: in what was wanted, what was <mark class="quoted">quoted</mark> and what was '
        '<mark class="shown">shown</mark> only; in what was given and shown, what was '
        '<mark class="wanted">wanted</mark>. The worst come first.</p>'
    )
    return section("questions", "Questions that failed" + (" or moved" if view.changes else ""), legend, *parts)


def _group(why: Why | None) -> str:
    return why.name.lower().replace("_", "-") if why else "right"


def _question(row: Row, view: View, unfolded: bool) -> str:
    asked = row.question
    other = view.first if view.first and asked.id in view.first.values else None
    body = "".join(
        (
            f'<p class="sub">{escape(" · ".join((asked.type, asked.style, asked.split)))}</p>',
            _measures(row, other),
            _wanted(row, view.record.shown(row)),
            _given("Given", row),
            _shown("Shown", row, view.record.shown(row)),
            _then(other, row) if other else "",
        )
    )
    summary = f"<b>{escape(asked.id)}</b> {escape(asked.question)}"
    return folded(summary, f'<div id="{view.anchors[asked.id]}">{body}</div>', "question", unfolded)


def _measures(row: Row, other: Other | None) -> str:
    """The measures that a question is not best in, or that moved."""
    before = other.values[row.question.id] if other else {}
    items = []
    for name, value in row.measures.items():
        was = before.get(name, value)
        if value < 1 or was != value:
            moved = f' <small class="{"up" if value > was else "down"}">was {was:g}</small>' if was != value else ""
            items.append(f"<li>{escape(name)} <b>{value:g}</b>{moved}</li>")
    return f'<ul class="measures">{"".join(items)}</ul>'


def _wanted(row: Row, shown: Sequence[ShownPassage]) -> str:
    """The reference answer, and the evidence with what of it was quoted or shown."""
    asked = row.question
    if not asked.answerable:
        return "<h4>Wanted</h4><p>No answer: the documents do not hold one.</p>"
    alternatives = (
        "".join(_evidence(piece, row.quotes, shown) for piece in alternative) for alternative in asked.evidence
    )
    answer = f"<p>{escape(asked.answer)}</p>" if asked.answer else ""
    return f"<h4>Wanted</h4>{answer}{'<p class=sub>or else</p>'.join(alternatives)}"


def _evidence(piece: Evidence, quotes: Sequence[Quote], shown: Sequence[ShownPassage]) -> str:
    text = marked(piece.quote, {"shown": met(piece, shown), "quoted": met(piece, quotes)})
    place = f"{escape(piece.document_id)} {piece.span.start:,}–{piece.span.end:,}"
    return f"<blockquote>{text}<footer>{place}</footer></blockquote>"


def _given(title: str, row: Row) -> str:
    """The quotes with what of them is evidence; the answer as it stands where it quotes nothing."""
    how = f"{escape(row.mode)}, confidence {row.confidence:g}"
    if row.quotes:
        body = "".join(
            f"<blockquote>{_marked(quote, row.question)}{'' if quote.verified else '<footer>not verified</footer>'}"
            "</blockquote>"
            for quote in row.quotes
        )
    elif row.mode == Mode.ABSTAINED:
        body = "<p>Declined.</p>"
    else:
        body = f"<p>{escape(row.answer) or 'No answer.'}</p>"
    return f"<h4>{escape(title)} <small>{how}</small></h4>{body}"


def _shown(title: str, row: Row, shown: Sequence[ShownPassage]) -> str:
    """The first passages, and the first further ones that hold evidence, by rank."""
    pieces = _pieces(row.question)
    met_later = [rank for rank, passage in enumerate(shown) if rank >= SHOWN and wanted(passage, pieces)]
    ranks = [*range(min(SHOWN, len(shown))), *met_later[:SHOWN]]
    items = "".join(f'<li value="{rank + 1}">{_passage(shown[rank], row.question)}</li>' for rank in ranks)
    none = pieces and not any(wanted(passage, pieces) for passage in shown)
    note = f"<p>None of the {len(shown)} passages shown holds any of the evidence.</p>" if none else ""
    return f"<h4>{escape(title)}</h4>{note}<ol>{items}</ol>"


def _passage(passage: ShownPassage, asked: Judgement) -> str:
    first, last = passage.pages
    pages = f"p. {first}" if first == last else f"pp. {first}–{last}"
    place = " · ".join((passage.document_id, *passage.section[-1:], *([pages] if first else [])))
    return f"<blockquote>{_marked(passage, asked)}<footer>{escape(place)}</footer></blockquote>"


def _marked(item: ShownPassage | Quote, asked: Judgement) -> str:
    return marked(item.text, {"wanted": wanted(item, _pieces(asked))})


def _pieces(asked: Judgement) -> list[Evidence]:
    return [piece for alternative in asked.evidence for piece in alternative]


def _then(other: Other, now: Row) -> str:
    """What another run gave and showed for a question that moved, where it is known."""
    row = other.rows.get(now.question.id)
    if row is None or (row.measures, row.confidence) == (now.measures, now.confidence):
        return ""
    told = _given("Given then", row) + _shown("Shown then", row, other.shown(row))
    return folded(f"{escape(other.name)}: what was given and shown then", told, "then")
