"""A chart is made of plain shapes at the places that its axes give."""

from __future__ import annotations

import re
from xml.etree import ElementTree as Xml

from eval.charts import BOTTOM, HEIGHT, LEFT, LOOKS, RIGHT, TOP, WIDTH, Axis, Line, chart, legend

ACROSS = Axis({0.0: "none", 2.0: "<half>", 4.0: "all"}, "share & more")
UP = Axis({0.0: "0", 10.0: "ten"})


def shapes(*lines: Line) -> Xml.Element:
    return Xml.fromstring(chart("A <chart>", ACROSS, UP, lines))


def test_points_lie_where_the_axes_say() -> None:
    [line] = shapes(Line([(0, 0), (2, 5), (4, 10)])).iter("polyline")
    left, right, top, bottom = LEFT, WIDTH - RIGHT, TOP, HEIGHT - BOTTOM
    assert line.get("points") == (
        f"{left:.1f},{bottom:.1f} {(left + right) / 2:.1f},{(top + bottom) / 2:.1f} {right:.1f},{top:.1f}"
    )


def test_a_band_goes_along_the_lows_and_back_along_the_highs() -> None:
    [band] = shapes(Line([(0, 5), (4, 5)], [(0, 10), (2.5, 7.5)])).iter("polygon")
    heights = [float(y) for y in re.findall(r",([\d.]+)", str(band.get("points")))]
    assert heights == [200.0, 152.5, 57.5, 10.0]


def test_the_first_line_lies_on_top_and_looks_come_again() -> None:
    drawn = list(shapes(*(Line([(0, n), (4, n)]) for n in range(LOOKS + 1))).iter("polyline"))
    assert [line.get("class") for line in drawn] == [f"line l{n % LOOKS}" for n in range(LOOKS, -1, -1)]


def test_texts_are_escaped_and_dots_say_what_they_are() -> None:
    root = shapes(Line([(0, 0), (4, 10)], dots={(4, 10): "<b>10</b>"}))
    assert root.get("aria-label") == "A <chart>"
    assert [text.text for text in root.iter("text")] == ["0", "ten", "none", "<half>", "all", "share & more"]
    assert [title.text for title in root.iter("title")] == ["<b>10</b>"]
    assert "<li>" in legend(["<i>"])
    assert "&lt;i&gt;" in legend(["<i>"])
