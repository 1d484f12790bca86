"""Numbers over several clips as a chart."""

import xml.etree.ElementTree as ET
from dataclasses import replace
from math import nan

import numpy as np
import pytest

from formcheck.records.skeleton import Side
from formcheck.report.charts.trend import Dot, trend_chart

SVG = "{http://www.w3.org/2000/svg}"
DOTS = (
    Dot("2026-03-01", 0, Side.LEFT, 0.29, (0.25, 0.33), (0.20, 0.25)),
    Dot("2026-04-01", 31, Side.RIGHT, 0.27, (0.23, 0.31), (nan, nan)),
    Dot("2026-05-01", 61, Side.LEFT, 0.24, (0.20, 0.28), (0.21, 0.26)),
    Dot("2026-06-01", 92, Side.LEFT, nan, (nan, nan), (nan, nan)),
    Dot("2026-07-01", 122, Side.LEFT, 0.23, (0.19, 0.27), (nan, nan)),
)


def drawn(measure: str = "foot_ahead_of_hip", dots: tuple[Dot, ...] = DOTS) -> ET.Element:
    return ET.fromstring(trend_chart(measure, dots))


def with_class(chart: ET.Element, *words: str) -> list[ET.Element]:
    return [each for each in chart.iter() if set(words) <= set(each.get("class", "").split())]


def test_what_is_no_change_is_shaded_around_each_clip_that_can_be_compared() -> None:
    chart = drawn()
    shaded = [
        (float(box.get("y", 0)), float(box.get("y", 0)) + float(box.get("height", 0)))
        for box in with_class(chart, "alike")
    ]
    circles = [float(mark.get("cy", 0)) for mark in with_class(chart, "mark", "left")]
    (first_top, first_bottom), (third_top, third_bottom) = shaded
    assert not first_top <= circles[0] <= first_bottom, "6 % of leg from the newest: changed"
    assert third_top <= circles[1] <= third_bottom


def test_a_clip_that_cannot_be_compared_is_hollow_and_the_newest_is_not() -> None:
    chart = drawn()
    assert len(with_class(chart, "mark", "right", "hollow")) == 1
    assert with_class(chart, "mark", "left", "hollow") == []
    assert len(with_class(chart, "bar")) == 4, "a clip without the number has no bar"


def test_clips_stand_by_their_dates_and_those_of_one_day_stay_apart() -> None:
    days = (0, 0, 10, 100)
    dots = tuple(replace(DOTS[0], at_days=day) for day in days)
    x = [float(mark.get("cx", 0)) for mark in with_class(drawn(dots=dots), "mark", "left")]
    first, second, third = np.diff(x)
    assert first > 9, "two marks of one day do not touch"
    assert third > 3 * second > 0


def test_those_who_hear_the_chart_are_told_each_clip_and_whether_it_differs() -> None:
    said = drawn().findtext(f"{SVG}desc") or ""
    words = said.replace("\N{NO-BREAK SPACE}", " ").split("; ")
    assert words[0].endswith("2026-03-01: 29 % of leg (25 to 33), a real difference from the newest clip")
    assert words[1].endswith("can't be compared with the newest clip")
    assert words[2] == "2026-05-01: 24 % of leg (20 to 28)"
    assert words[3:] == ["2026-06-01: not measured", "2026-07-01: 23 % of leg (19 to 27)."]


@pytest.mark.parametrize("measure", ["foot_ahead_of_hip", "trunk_lean", "cadence"])
def test_clips_that_all_lack_a_number_say_so(measure: str) -> None:
    chart = drawn(measure, DOTS[3:4] * 2)
    assert "None of these clips measured it." in "".join(chart.itertext())
