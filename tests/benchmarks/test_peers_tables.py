"""The tables say who is best, what vouches for them, and who could not be measured."""

from __future__ import annotations

from dataclasses import replace
from xml.etree import ElementTree

import pytest

from benchmarks.peers.__main__ import BEGIN, END, inserted
from benchmarks.peers.picture import draw, draw_bars
from benchmarks.peers.registry import OURS, PEERS, PUBLISHED
from benchmarks.peers.results import Result, comparable
from benchmarks.peers.tables import (
    BRIEF,
    QUALITY,
    are_believed,
    brief,
    busy,
    costs,
    public,
    quality,
    references,
    section,
    verdicts,
)

OTHER, BROKEN = PEERS[1], PEERS[-1]


def _result(value: float, measure: str = "", questions: int = 4) -> Result:
    means = {measure: value} if measure else dict.fromkeys(QUALITY[:-1], value)
    return Result(
        commit="abc",
        versions={"made-up": "1.0"},
        questions={"all": questions, "test": questions // 2},
        means={"all": means, "test": means},
        costs={"passages": 1234, "index": 2.5, "cold": 1.25, "p50": 0.0125, "p95": None, "memory": 5_000_000},
        unmapped=0.0125,
    )


def _project(ours: float, other: float) -> dict[str, Result]:
    failed = Result(commit="abc", failed="needs Python 3.99, which is not installed here")
    return {OURS.name: _result(ours), OTHER.name: _result(other), BROKEN.name: failed}


def test_the_best_of_a_column_is_bold_and_a_measure_nobody_has_is_a_dash() -> None:
    head, rows = quality(_project(0.9, 0.5), "test")
    assert [row[0] for row in rows] == [f"**{OURS.name}**", OTHER.name]
    assert dict(zip(head, rows[0], strict=True))["hit@512"] == "**0.900**"
    assert dict(zip(head, rows[1], strict=True))["hit@512"] == "0.500"
    assert {row[-1] for row in rows} == {"–"}


def test_costs_have_their_units() -> None:
    _, rows = costs(_project(0.9, 0.5))
    assert rows[1][1:] == ["made-up 1.0", "1,234", "2.5", "1.2", "12.5", "–", "5", "1.2%"]


def test_it_is_said_how_busy_the_machine_was() -> None:
    of = _project(0.9, 0.5)
    of[OURS.name] = replace(of[OURS.name], load=0.25)
    assert busy(of).endswith(": not recorded for all.")
    of[OTHER.name] = replace(of[OTHER.name], load=7.0)
    assert busy(of).endswith(": 0.2 to 7.0.")


def test_the_headline_table_has_what_is_found_beside_what_it_takes() -> None:
    head, _, *rows = brief(_project(0.9, 0.5)).splitlines()
    assert [cell.strip() for cell in head.strip("|").split("|")] == list(BRIEF)
    assert rows == [
        f"| **{OURS.name}** | **0.900** | **0.900** | **0.900** | – | 2.5 | 1.2 | 12.5 |",
        f"| {OTHER.name} | 0.500 | 0.500 | 0.500 | – | 2.5 | 1.2 | 12.5 |",
    ]


def test_it_is_said_plainly_where_ibid_leads_and_where_not() -> None:
    leads, ratio = verdicts(_project(0.9, 0.5))
    assert leads == "Ibid leads in every column."
    assert ratio == f"hit@512 on test is 1.80 times that of the best other, {OTHER.name}; the bar of 1.3 is met."
    behind, missed = verdicts(_project(0.5, 0.5))
    assert "Ibid does not lead in" in behind
    assert f"hit@512 on test: {OTHER.name} has 0.500, Ibid 0.500" in behind
    assert missed.endswith("the bar of 1.3 is missed.")


def test_figures_are_believed_only_beside_those_that_were_published() -> None:
    right = {name: _result(value + 0.0199, "nDCG@10") for name, value in PUBLISHED.items()}
    assert are_believed({"scifact": right})
    assert all(line.endswith("as it should be.") for line in references({"scifact": right}))
    [first, second] = PUBLISHED
    wrong = right | {second: _result(PUBLISHED[second] + 0.03, "nDCG@10")}
    assert not are_believed({"scifact": wrong})
    assert [line.endswith("BELIEVED.") for line in references({"scifact": wrong})] == [False, True]
    assert not are_believed({"scifact": {first: right[first]}})
    assert "not measured" in list(references({"scifact": {first: right[first]}}))[1]


def test_a_public_set_has_a_column_with_its_measure() -> None:
    head, rows = public({"scifact": {OURS.name: _result(0.73, "nDCG@10", 300)}})
    assert head[-1] == "scifact: nDCG@10 (300 questions)"
    assert rows == [[f"**{OURS.name}**", OURS.splitting, "0.730"]]


def test_who_could_not_be_measured_is_listed_with_the_reason() -> None:
    written = section({"project": _project(0.9, 0.5)}, "2 cores")
    assert written.startswith("2 cores; commit abc.\n")
    assert f"- {BROKEN.name}: needs Python 3.99, which is not installed here" in written
    assert "the test split (2 questions)" in written
    assert "Public sets" not in written


def test_what_is_measured_replaces_what_stood_there() -> None:
    text = f"before\n{BEGIN}\nold\n{END}\nafter\n"
    assert inserted(text, "new") == f"before\n{BEGIN}\n\nnew\n{END}\nafter\n"
    assert inserted(inserted(text, "one"), "two") == inserted(text, "two")
    with pytest.raises(SystemExit, match="put them back"):
        inserted("no marks", "new")


def test_figures_over_fewer_questions_are_left_behind() -> None:
    of = _project(0.9, 0.5) | {OTHER.name: _result(0.5, questions=3)}
    assert set(comparable(of, 4)) == {OURS.name, BROKEN.name}


def test_the_picture_has_a_dot_for_each_figure_at_its_place() -> None:
    rows = {"A & B": {"hit@256": 0.0, "hit@512": 1.0}, "C": {"hit@256": 0.5, "hit@512": 0.5}}
    picture = ElementTree.fromstring(draw("found", rows, ours="C"))
    space = "{http://www.w3.org/2000/svg}"
    dots = [(dot.attrib["class"], float(dot.attrib["cx"])) for dot in picture.iter(f"{space}circle")]
    legend, drawn = dots[:2], dots[2:]
    assert len(legend) == 2
    (_, low), (_, high), (ours, middle), _ = drawn
    assert middle == pytest.approx((low + high) / 2)
    assert ours == "dot d0"
    assert {name for name, _ in drawn[:2]} == {"dot d1"}


def test_bars_are_as_long_as_their_figures_each_name_on_a_scale_of_its_own() -> None:
    rows = {"A & B": {"index, s": 8.0, "memory, MB": 500.0}, "C": {"index, s": 2.0, "memory, MB": 2000.0}}
    picture = ElementTree.fromstring(draw_bars("what it takes", rows, ours="C"))
    space = "{http://www.w3.org/2000/svg}"
    bars = [bar.attrib for bar in picture.iter(f"{space}rect") if bar.attrib["class"] != "ground"]
    lengths = [float(bar["width"]) for bar in bars]
    assert lengths[2] == pytest.approx(lengths[0] / 4, abs=0.1)
    assert lengths[1] == pytest.approx(lengths[3] / 4, abs=0.1)
    assert lengths[0] == lengths[3]
    assert [bar["class"] for bar in bars] == ["bar d1", "bar d1", "bar d0", "bar d0"]
    shown = [text.text for text in picture.iter(f"{space}text") if text.attrib.get("class") == "quiet"]
    assert shown == ["8.0", "500", "2.0", "2,000"]
