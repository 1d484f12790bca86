"""The charts: valid, named for those who hear them, true to their data, and never silently empty."""

import math
from dataclasses import replace
from xml.etree import ElementTree

import numpy as np
import pytest

from formcheck.records.report import Change, Plateau, Step
from formcheck.records.skeleton import Side
from formcheck.report.charts.by_step import step_chart
from formcheck.report.charts.charts import FootPath, knee_chart, lean_chart, path_chart, range_chart
from formcheck.report.charts.figures import figures, reference_for
from formcheck.report.charts.plot import span_of, ticks
from formcheck.report.measure_view import cards
from sample_report import good_report, reported, withheld_report

SVG = "{http://www.w3.org/2000/svg}"


def parsed(svg):
    return ElementTree.fromstring(str(svg))


def of_class(root, name):
    return [element for element in root.iter() if name in element.get("class", "").split()]


def words(root):
    return [element.text for element in root.iter(f"{SVG}text")]


def test_every_chart_is_valid_xml_with_a_title_and_a_description():
    for report in (good_report(), withheld_report()):
        for figure in figures(report):
            root = parsed(figure.svg)
            assert root.get("role") == "img"
            named = {
                element.get("id"): element.text for element in root if element.tag in (f"{SVG}title", f"{SVG}desc")
            }
            assert set(root.get("aria-labelledby").split()) == set(named)
            assert all(named.values())


def test_no_chart_of_any_report_prints_nan():
    for report in (good_report(), withheld_report()):
        assert not any("nan" in str(figure.svg).lower() for figure in figures(report))


def test_a_chart_without_data_says_so():
    for figure in figures(withheld_report()):
        assert any(text.startswith("No ") for text in words(parsed(figure.svg)))


def test_the_reach_chart_marks_every_measured_step_and_no_other():
    report = good_report()
    hidden = replace(report.steps[0], values={"foot_ahead_of_hip": math.nan})
    root = parsed(
        step_chart("foot_ahead_of_hip", (hidden, *report.steps[1:]), reference_for(report, "foot_ahead_of_hip"))
    )
    legend = 2
    assert len(of_class(root, "mark")) == len(report.steps) - 1 + legend


def test_where_the_landing_changes_the_chart_draws_its_levels_and_not_one_median():
    report = good_report()
    near = report.scene.near_side
    levels = (Plateau(0.0, 4.0, 0.2), Plateau(5.0, 9.0, 0.3))
    change = Change("foot_ahead_of_hip", "leg_length", "steps", levels, 0.1, (0.08, 0.12))
    steady, changed = (
        [line for line in of_class(parsed(figures(one)[0].svg), str(near)) if line.tag == f"{SVG}line"]
        for one in (report, replace(report, changes=(change,)))
    )
    heights = [[float(line.get("y1")) for line in lines if "curve" in line.get("class")] for lines in (steady, changed)]
    assert [len(found) for found in heights] == [2, 3]  # one of them in the legend
    assert heights[1][1] < heights[1][0]


def test_where_the_lean_changes_a_chart_shows_every_step_and_the_levels():
    report = good_report()
    levels = (Plateau(0.0, 4.0, 5.0), Plateau(5.0, 9.0, 11.0))
    change = Change("trunk_lean", "deg", "steps", levels, 6.0, (5.0, 7.0))
    headings = [[figure.title for figure in figures(one)] for one in (report, replace(report, changes=(change,)))]
    assert [title for title in headings[1] if title not in headings[0]] == ["How your lean changes"]
    root = parsed(figures(replace(report, changes=(change,)))[1].svg)
    assert len(of_class(root, "mark")) == len(report.steps) + 2  # two in the legend
    lines = [line for line in of_class(root, "trunk") if line.tag == f"{SVG}line"]
    assert len({(line.get("x1"), line.get("y1")) for line in lines}) == 2
    assert min(float(line.get("y1")) for line in lines) == float(lines[-1].get("y1"))  # more lean is drawn higher


def test_a_number_that_changes_is_not_laid_beside_the_usual_range():
    report = good_report()
    change = Change("trunk_lean", "deg", "steps", (Plateau(0.0, 4.0, 5.0), Plateau(5.0, 9.0, 11.0)), 6.0, (5.0, 7.0))
    usual = [
        {card.title: card.usual for card in cards(one)}["Trunk lean"]
        for one in (report, replace(report, changes=(change,)))
    ]
    assert [bool(each) for each in usual] == [True, False]


def test_left_and_right_differ_by_shape_and_not_by_colour_alone():
    root = parsed(figures(good_report())[0].svg)
    tags = {side: {element.tag for element in of_class(root, side) if "mark" in element.get("class")} for side in Side}
    assert tags == {Side.LEFT: {f"{SVG}circle"}, Side.RIGHT: {f"{SVG}polygon"}}


def test_a_further_reach_is_drawn_higher():
    steps = [Step(Side.LEFT, at, math.nan, 1.0, {"foot_ahead_of_hip": reach}) for at, reach in ((1.0, 0.2), (2.0, 0.3))]
    near, far = [
        float(mark.get("cy")) for mark in of_class(parsed(step_chart("foot_ahead_of_hip", steps, None)), "mark")[:2]
    ]
    assert far < near


def test_one_step_alone_can_be_drawn():
    step = Step(Side.LEFT, 1.0, math.nan, 1.0, {"foot_ahead_of_hip": 0.25})
    assert of_class(parsed(step_chart("foot_ahead_of_hip", [step], None)), "mark")


def test_the_lean_chart_puts_the_reference_band_over_stance_alone():
    root = parsed(figures(good_report())[1].svg)
    band = of_class(root, "band")[0]
    toe_off = next(line for line in of_class(root, "event"))
    assert float(band.get("x")) + float(band.get("width")) == pytest.approx(float(toe_off.get("x1")), abs=0.2)


def test_the_knee_chart_draws_both_sides_from_their_own_strike():
    root = parsed(figures(good_report())[2].svg)
    starts = {side: of_class(root, f"{side}")[0] for side in Side}
    assert all(element is not None for element in starts.values())
    assert "left: 0 to" in root.find(f"{SVG}desc").text


def test_the_foot_path_is_true_to_scale():
    turn = np.linspace(0, 2 * np.pi, 101)
    path = FootPath(Side.LEFT, 0.3 * np.cos(turn), -0.7 + 0.3 * np.sin(turn), 40.0)
    curve = next(e for e in parsed(path_chart([path])).iter(f"{SVG}path"))
    points = np.array([[float(number) for number in point.split()] for point in curve.get("d")[1:].split(" L")])
    width, height = np.ptp(points, axis=0)
    assert width == pytest.approx(height, rel=0.02)


def test_a_curve_is_interrupted_where_it_was_not_seen():
    forward = np.linspace(-0.3, 0.3, 101)
    forward[40:60] = np.nan
    curve = next(parsed(path_chart([FootPath(Side.LEFT, forward, forward - 0.7, math.nan)])).iter(f"{SVG}path"))
    assert curve.get("d").count("M") == 2


def test_the_range_chart_has_value_interval_and_reference_in_words():
    band = reference_for(good_report(), "foot_ahead_of_hip")
    root = parsed(range_chart("foot_ahead_of_hip", "leg_length", reported(0.29, 0.02), band))
    assert root.find(f"{SVG}title").text == "Foot ahead of hip: 29\N{NO-BREAK SPACE}% of leg"
    assert "27 to 31" in root.find(f"{SVG}desc").text
    assert "20 to 31" in root.find(f"{SVG}desc").text


def test_the_ruler_of_the_reach_shows_where_one_runner_in_ten_lies():
    report = good_report()
    bands = {name: reference_for(report, name) for name in ("foot_ahead_of_hip", "trunk_lean")}
    reach = parsed(range_chart("foot_ahead_of_hip", "leg_length", reported(0.29, 0.02), bands["foot_ahead_of_hip"]))
    usual, rare = (of_class(reach, name)[0] for name in ("band", "rare"))
    assert float(usual.get("x")) + float(usual.get("width")) == pytest.approx(
        float(rare.get("x")) + float(rare.get("width")), abs=0.2
    )
    assert 0 < float(rare.get("width")) < float(usual.get("width")) / 3
    assert not of_class(parsed(range_chart("trunk_lean", "deg", reported(6.0, 1.0), bands["trunk_lean"])), "rare")


def test_a_number_without_interval_or_reference_still_has_its_ruler():
    measured = replace(reported(6.0, 1.0), interval95=(math.nan, math.nan))
    root = parsed(range_chart("trunk_lean", "deg", measured, None))
    assert of_class(root, "value")
    assert not of_class(root, "whisker")


@pytest.mark.parametrize(
    "empty",
    [lean_chart(None, math.nan, None), knee_chart([]), path_chart([]), step_chart("foot_ahead_of_hip", [], None)],
)
def test_an_empty_chart_is_a_valid_one(empty):
    assert of_class(parsed(empty), "empty")


def test_ticks_are_round_numbers_within_the_range():
    assert ticks(0, 36) == [0, 10, 20, 30]
    assert ticks(-0.2, 0.21) == pytest.approx([-0.2, -0.1, 0, 0.1, 0.2])


def test_a_range_is_never_empty():
    low, high = span_of([5.0, 5.0], least=2.0)
    assert high - low == pytest.approx(2.0)
    assert span_of([math.nan], least=1.0) == (-0.5, 0.5)
