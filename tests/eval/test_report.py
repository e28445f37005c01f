"""The page of a run shows its figures, what moved them, and the questions behind them; it stands alone and is safe."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
from facts import FERRY, GOATS, HERON, QUESTIONS, SOURCE, TEXT, facts_library, question

from eval.baseline import baseline_of
from eval.record import Record, RecordError, Row
from eval.report import report, write_report
from eval.report_html import marked, signed
from eval.report_view import of_baseline, of_record
from eval.runner import run
from eval.system import LibrarySystem, Quote, Setup, ShownPassage
from ingest.model import Span

VOID = {"meta"}
INLINE = {"mark", "i", "b", "small", "span", "a"}
LOUD = '<script>alert(1)</script><img src=x onerror="alert(1)">\'"&amp;'


@dataclass
class Page(HTMLParser):
    """What a browser makes of a page: its elements, and the text within the one with each id."""

    elements: list[tuple[str, dict[str, str | None]]] = field(default_factory=list)
    open: list[tuple[str, str | None]] = field(default_factory=list)
    texts: dict[str, str] = field(default_factory=dict)
    marks: list[tuple[str, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep the element."""
        attributes = dict(attrs)
        self.elements.append((tag, attributes))
        if tag not in VOID:
            self.open.append((tag, attributes.get("id")))
        self._part(tag)
        if tag == "mark":
            self.marks.append((str(attributes["class"]), ""))

    def handle_endtag(self, tag: str) -> None:
        """Close what was opened last."""
        assert self.open.pop()[0] == tag
        self._part(tag)

    def _part(self, tag: str) -> None:
        """Part the texts of what stands apart on the page."""
        if tag not in INLINE:
            self.texts = {anchor: f"{text} " for anchor, text in self.texts.items()}

    def handle_data(self, data: str) -> None:
        """Keep the text."""
        for _, anchor in self.open:
            if anchor:
                self.texts[anchor] = self.texts.get(anchor, "") + data
        if self.open and self.open[-1][0] == "mark":
            name, text = self.marks[-1]
            self.marks[-1] = (name, text + data)

    def read(self, anchor: str) -> str:
        """The text within the element of this id, with single blanks."""
        return " ".join(self.texts[anchor].split())


def page_of(record: Record, *others: object) -> Page:
    page = Page()
    page.feed(report(record, others))  # type: ignore[arg-type]
    page.close()
    assert page.open == []
    anchors = [attributes["id"] for _, attributes in page.elements if "id" in attributes]
    assert len(anchors) == len(set(anchors))
    for tag, attributes in page.elements:
        assert tag not in ("script", "link", "img", "iframe", "object", "form", "base")
        assert not any(name.startswith("on") or name == "src" for name in attributes)
        assert str(attributes.get("href", "#")).startswith("#")
        if "href" in attributes:
            assert str(attributes["href"])[1:] in anchors
    return page


@pytest.fixture(scope="module")
def record(tmp_path_factory: pytest.TempPathFactory) -> Record:
    return run(LibrarySystem(facts_library(tmp_path_factory.mktemp("facts"))), QUESTIONS, SOURCE)


def changed(record: Record, changes: Mapping[str, Mapping[str, float]]) -> Record:
    """The run with other measures for some questions."""
    rows = (replace(r, measures={**r.measures, **changes.get(r.question.id, {})}) for r in record.rows)
    return replace(record, rows=tuple(rows))


def test_the_headline_figures_stand_with_their_intervals(record: Record) -> None:
    page = page_of(record)
    told = page.read("figures")
    assert "hit@512 whole evidence within the first 512 tokens shown 1.000 1.00–1.00" in told
    assert re.search(r"answered the quotes hold the whole evidence 0\.500 0\.00–1\.00", told)
    assert "recall@1 evidence that is in the first 1 shown 0.625" in told
    assert "facts.jsonl: the documents answer 4, and 2 they do not · 1 document" in page.read("top")


def test_what_went_wrong_is_counted_and_the_questions_are_listed_by_it(record: Record) -> None:
    page = page_of(record)
    assert page.read("failures") == (
        "What went wrong 3 right 2 the evidence was shown, but not quoted whole "
        "1 answered, though the documents do not answer it"
    )
    told = page.read("questions")
    order = [told.index(f"{name} {q.question}") for name, q in (("other", QUESTIONS[2]), ("claimed", QUESTIONS[5]))]
    assert order == sorted(order)
    assert "None failed." in page_of(replace(record, rows=record.rows[:1])).read("questions")
    assert QUESTIONS[0].question not in told  # it is right


def test_wanted_and_shown_are_marked_where_they_are_the_same(record: Record) -> None:
    row = record.rows[1]  # of two facts the answer quotes the first
    assert [quote.text for quote in row.quotes] == [HERON]
    marks = page_of(replace(record, rows=(row,))).marks[3:]  # after the legend
    assert marks == [
        *(("shown quoted", HERON), ("shown", FERRY)),  # wanted
        ("wanted", HERON),  # given
        *(("wanted", text) for text in shown_order(record, row) if text != GOATS),
    ]


def shown_order(record: Record, row: Row) -> list[str]:
    return [passage.text.split("\n")[-1] for passage in record.shown(row)]


def test_evidence_that_was_found_late_is_shown_at_its_rank() -> None:
    place = TEXT.index(FERRY)
    spans = [Span(0, 5), Span(6, 11), Span(13, 16), Span(17, 23), Span(place, place + len(FERRY))]
    passages = {f"p{n}": ShownPassage(f"p{n}", "facts", (), (1, 1), (s,), TEXT[slice(*s)]) for n, s in enumerate(spans)}
    asked = question("late", "What does the ferry carry?", [FERRY])
    row = Row(
        asked, "abstained", 0.1, "Nothing.", tuple(passages), (), {"tried": 0.0, "hit@2048": 1.0, "answered": 0.0}
    )
    page = page_of(Record(1, SOURCE, {}, None, passages, (row,)))
    ranks = [attributes["value"] for tag, attributes in page.elements if tag == "li" and "value" in attributes]
    assert ranks == ["1", "2", "3", "5"]
    unmet = replace(row, shown=("p0", "p1"))
    told = page_of(Record(1, SOURCE, {}, None, passages, (unmet,))).read("q1")
    assert "None of the 2 passages shown holds any of the evidence." in told


def test_groups_have_bars_as_long_as_their_figures(record: Record) -> None:
    page = page_of(record)
    assert "list 1 1.00" in page.read("groups")
    assert "fact 3 1.00" in page.read("groups")
    widths = [str(a["style"]) for tag, a in page.elements if tag == "i" and a.get("class") == "fill"]
    tiles = 7
    # Of the four of dev three are answerable: all are found, one is quoted, all four are rightly tried or declined.
    found, _, quoted, right = widths[tiles : tiles + 4]
    assert (found, quoted, right) == ("width:100.0%", "width:33.3%", "width:100.0%")
    assert "dev 4 1.00" in page.read("groups")


def test_curves_are_drawn_of_this_run_and_of_the_others(record: Record) -> None:
    searched = replace(
        record,
        rows=tuple(
            replace(r, measures={f"hit@{b}": b / 2048 for b in (256, 512, 1024, 2048)}) for r in record.rows[:3]
        ),
    )
    page = page_of(record, of_record("plain", searched, record))
    told = page.read("curves")
    assert "this run 1.000 1.000 1.000 1.000" in told
    assert "plain (3 of 4 questions) 0.125 0.250 0.500 1.000" in told
    lines = [str(a["points"]) for tag, a in page.elements if tag == "polyline" and a["points"] != "0,5 26,5"]
    left, right, top, bottom = 38.0, 342.0, 10.0, 200.0
    middle = left + (right - left) / 3, left + (right - left) * 2 / 3
    plain, this, _ = lines
    assert places(this) == [(left, top), (round(middle[0], 1), top), (round(middle[1], 1), top), (right, top)]
    assert [y for _, y in places(plain)] == [
        round(bottom - (bottom - top) * share, 1) for share in (1 / 8, 1 / 4, 1 / 2, 1)
    ]


def test_risk_is_drawn_over_coverage_with_a_dot_where_the_threshold_is() -> None:
    answerable = {"tried": 1.0, "answered": 1.0, "hit@2048": 1.0}
    rows = (
        Row(question("sure", "?", [HERON]), "extractive", 0.9, "", (), (), answerable),
        Row(question("trap", "?"), "extractive", 0.5, "", (), (), {"declined": 0.0}),
        Row(question("shy", "?", [GOATS]), "abstained", 0.2, "", (), (), {**answerable, "tried": 0.0}),
    )
    page = page_of(Record(1, SOURCE, {}, None, {}, rows))
    [risk, _] = [str(a["points"]) for tag, a in page.elements if tag == "polyline"]
    # Coverage 1/3, 2/3, 1 from 38 to 342 across; risk 0, 1/2, 1/3 from 200 up to 10, where the axis ends with 0.5.
    assert places(risk) == [(139.3, 200.0), (240.7, 10.0), (342.0, 73.3)]
    assert [(a["cx"], a["cy"]) for tag, a in page.elements if tag == "circle"] == [("240.7", "10.0")]
    assert "as it is set: coverage 0.667, risk 0.500" in page.read("curves")
    assert "this run 0.000 0.500 0.333 0.333" in page.read("curves")


def places(points: str) -> list[tuple[float, float]]:
    return [(float(x), float(y)) for x, y in (point.split(",") for point in points.split())]


# --- beside other runs ---------------------------------------------------------------------------------------


def test_what_moved_is_named_by_measure_with_its_interval(record: Record) -> None:
    before = changed(record, {"heron": {"MRR": 0.5}, "both": {"MRR": 1.0, "answered": 1.0}, "either": {"MRR": 0.25}})
    page = page_of(record, of_record("before", before, record))
    told = page.read("beside-0")
    assert "The same questions: 6 of 6." in told
    assert "answered 0.750 → 0.500 -0.250".replace("-", "−") in told
    assert "0 better, 1 worse Worse: 1 list both 1 → 0" in told
    assert "Better: 2 fact either 0.25 → 1" in told
    assert "The settings are the same." in told
    assert "was 1" in page.read("q2")
    assert "Given then" in page.read("q2")
    assert "Right, but moved: 2" in page.read("questions")
    assert "3 was 4 right 2 was 1 the evidence was shown" in page.read("failures")


def test_nothing_moved_is_said_of_the_same_run(record: Record) -> None:
    told = page_of(record, of_record("twin", record, record)).read("beside-0")
    assert "1.000 → 1.000 0.000 0.000 to 0.000 0 better, 0 worse" in told
    assert "Worse:" not in told


def test_other_settings_and_documents_are_said(record: Record) -> None:
    assert record.setup is not None
    other = replace(record, setup=Setup(record.setup.model, {**record.setup.settings, "pool": 7}), documents={})
    told = page_of(record, of_record("before", other, record)).read("beside-0")
    assert "The documents are not the same." in told
    assert "Settings that differ: pool 7 → 100." in told
    untold = page_of(record, of_record("service", replace(record, setup=None), record)).read("beside-0")
    assert "Whether the settings are the same is not known." in untold


def test_questions_that_are_not_the_same_are_left_out_and_none_is_refused(record: Record) -> None:
    reworded = replace(record.rows[0], question=replace(record.rows[0].question, question="Reworded?"))
    other = of_record("before", replace(record, rows=(reworded, *record.rows[1:])), record)
    assert "The same questions: 5 of 6; figures are over these." in page_of(record, other).read("beside-0")
    with pytest.raises(RecordError, match="before and this run have no question in common; give a record"):
        of_record("before", replace(record, rows=(reworded,)), record)


def test_the_first_run_is_compared_by_question_the_others_by_figure(record: Record) -> None:
    before = changed(record, {"heron": {"MRR": 0.5}})
    page = page_of(record, of_baseline("the baseline", baseline_of(before)), of_record("older", before, record))
    assert "MRR" in page.read("beside-0")
    assert "Better: 1 fact heron 0.5 → 1" in page.read("beside-0")
    assert "Better:" not in page.read("beside-1")
    assert "1 better, 0 worse" in page.read("beside-1")


# --- whatever is in it ---------------------------------------------------------------------------------------


def loud(record: Record) -> Record:
    """The run with hostile text in all its places."""
    evil = Quote("facts", (Span(0, 5),), LOUD, False)
    shown = {id_: replace(p, text=LOUD, section=(LOUD,), document_id=LOUD) for id_, p in record.passages.items()}
    rows = tuple(
        replace(
            row,
            question=replace(
                row.question,
                **dict.fromkeys(("id",), f"{LOUD}{n}"),
                **dict.fromkeys(("split", "type", "style", "question", "answer"), LOUD),
            ),
            **{
                "mode": LOUD,
                "answer": LOUD,
                "quotes": (evil,),
                "measures": {**row.measures, "verified": 0.0, LOUD: 0.5},
            },
        )
        for n, row in enumerate(record.rows)
    )
    setup = Setup(LOUD, {LOUD: LOUD})
    return replace(
        record, rows=rows, passages=shown, setup=setup, documents={LOUD: LOUD}, questions=replace(SOURCE, name=LOUD)
    )


def test_hostile_text_stays_text(record: Record) -> None:
    evil = loud(record)
    before = changed(evil, {row.question.id: {"MRR": 0.01} for row in evil.rows})
    before = replace(before, setup=Setup("other", {}), documents={})
    html = report(evil, [of_record(LOUD, before, evil)])
    page_of(evil, of_record(LOUD, before, evil))
    assert "<script" not in html
    assert "<img" not in html
    assert html.count("&lt;script&gt;") > 50


def test_the_same_record_gives_the_same_bytes(record: Record, tmp_path: Path) -> None:
    for name in ("a.html", "b.html"):
        write_report(tmp_path / name, record, [of_record("twin", record, record)])
    assert (tmp_path / "a.html").read_bytes() == (tmp_path / "b.html").read_bytes()


def test_a_lone_surrogate_is_written_as_what_stands_for_none(record: Record, tmp_path: Path) -> None:
    row = record.rows[1]
    write_report(
        tmp_path / "a.html", replace(record, rows=(replace(row, question=replace(row.question, question="a\ud800")),))
    )
    assert b"a&#55296;" in (tmp_path / "a.html").read_bytes()


def test_a_run_that_only_searched_has_a_page_of_what_it_has(record: Record) -> None:
    rows = (replace(r, mode="search", measures={"hit@2048": 0.0, "MRR": 0.0}, quotes=()) for r in record.rows[:4])
    page = page_of(replace(record, rows=tuple(rows)))
    assert page.read("failures") == "What went wrong 4 the evidence is not within the first 2048 tokens shown"
    assert page.read("curves") == "Curves"


@pytest.mark.parametrize(("value", "told"), [(0.0004, "0.000"), (-0.0004, "0.000"), (0.25, "+0.250"), (-1, "−1.000")])
def test_a_difference_has_its_sign(value: float, told: str) -> None:
    assert signed(value) == told


def test_layers_that_overlap_mark_with_both_classes() -> None:
    found = marked("abc<d>", {"shown": [Span(0, 4)], "quoted": [Span(2, 6)]})
    assert found == (
        '<mark class="shown">ab</mark><mark class="shown quoted">c&lt;</mark><mark class="quoted">d&gt;</mark>'
    )
