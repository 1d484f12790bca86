"""A withheld number is nowhere: not in report.json, not at a step, not in a curve, not on a page."""

import json
import math
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from formcheck import Report, analyze_track
from formcheck.judge.measures.intervals import unknown
from formcheck.judge.measures.withheld import series_as_reported, steps_as_reported
from formcheck.records.gait import Contact, StepValues
from formcheck.records.report import Measure, Measured
from formcheck.records.skeleton import Side
from formcheck.report.charts.figures import figures
from formcheck.report.page.html import render_html
from formcheck.report.schema import report_to_json
from formcheck.words.reasons import reason
from found_gait import run_of
from sample_report import good_report
from stick_runner import Camera, Runner, film

RUNNER = Runner(reach={Side.LEFT: 0.25, Side.RIGHT: 0.22})
CAMERA = Camera(azimuth_deg=180)


@pytest.fixture(scope="module")
def rough() -> Report:
    """Of a model that is too rough for the reach."""
    return analyze_track(film(RUNNER, CAMERA), model="lite")


@pytest.fixture(scope="module")
def short() -> Report:
    """A clip of two steps."""
    return analyze_track(film(RUNNER, CAMERA, 1.3), model="full")


def numbers(report: Report) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every M of the contract, with the name of its measure."""
    document = json.loads(json.dumps(report_to_json(report)))
    for name, measure in document["measures"].items():
        yield from ((name, one) for one in (measure["headline"], measure["left"], measure["right"]) if one)


def withheld_codes(report: Report) -> set[str]:
    return {number["withheld"]["code"] for _, number in numbers(report) if number["withheld"]}


def test_report_json_has_null_for_every_number_that_is_withheld(rough: Report, short: Report) -> None:
    assert "interval_too_wide" in withheld_codes(rough)
    assert "too_few_steps" in withheld_codes(short)
    for report in (rough, short):
        for name, number in numbers(report):
            if number["withheld"]:
                assert (number["value"], number["spread"], number["interval95"]) == (None, None, [None, None]), name
            elif not math.isfinite(float(number["value"] or math.nan)):
                pytest.fail(f"{name} is neither told nor withheld")


def test_no_step_and_no_curve_shows_what_is_withheld(rough: Report) -> None:
    assert rough.measures["foot_ahead_of_hip"].headline.withheld
    assert rough.measures["trunk_lean"].headline.withheld is None
    assert rough.steps
    assert all(math.isnan(step.values["foot_ahead_of_hip"]) for step in rough.steps)
    assert any(math.isfinite(step.values["trunk_lean"]) for step in rough.steps)
    assert rough.evidence is not None
    assert rough.evidence.series is not None
    assert all(np.isnan(curve).all() for curve in rough.evidence.series.foot_ahead_of_hip.values())
    assert np.isfinite(rough.evidence.series.trunk_lean_deg).any()


@pytest.mark.parametrize("gone", ["stance", "swing"])
def test_no_knee_curve_shows_the_phase_whose_peak_is_withheld(gone: str) -> None:
    run = run_of(film(RUNNER, CAMERA))
    known, unsure = Measured(40.0, 1.0, (38.0, 42.0), 9, "high"), unknown(reason("interval_too_wide"))
    measures = {
        name: Measure("deg", known, known, known)
        for name in ("trunk_lean", "knee_flexion", "shank_angle", "foot_ahead_of_hip")
    }
    measures[f"peak_knee_flexion_{gone}"] = Measure("deg", known, known, unsure)
    shown = series_as_reported(run, measures).knee_flexion_deg
    np.testing.assert_array_equal(shown[Side.LEFT], run.series.knee_flexion_deg[Side.LEFT])
    for contact in [step.contact for step in run.steps if step.contact.side is Side.RIGHT][:-1]:
        middle_s = {"stance": (contact.strike_s + contact.off_s) / 2, "swing": contact.off_s + RUNNER.stride_s / 4}
        for phase, at_s in middle_s.items():
            value_deg = shown[Side.RIGHT][np.searchsorted(run.runner.time_s, at_s)]
            assert math.isnan(value_deg) is (phase == gone), (phase, at_s)


def test_a_withheld_range_of_lean_is_not_in_the_words_of_its_chart() -> None:
    report = good_report()
    unsure = {"trunk_lean_range": Measure("deg", unknown(reason("interval_too_wide")))}
    for one, states_it in ((report, True), (replace(report, measures={**report.measures, **unsure}), False)):
        (chart,) = (str(figure.svg) for figure in figures(one) if figure.title == "Trunk lean over the stride")
        assert ("°, mean of" in chart) is states_it


def test_a_knee_curve_without_its_swing_says_that_it_is_a_part() -> None:
    report = good_report()
    assert report.evidence
    assert report.evidence.series
    knee_deg = report.evidence.series.knee_flexion_deg
    stance_only = {**knee_deg, Side.RIGHT: np.where(knee_deg[Side.RIGHT] < 50, knee_deg[Side.RIGHT], np.nan)}
    series = replace(report.evidence.series, knee_flexion_deg=stance_only)
    for one, is_part in ((report, False), (replace(report, evidence=replace(report.evidence, series=series)), True)):
        drawn = "".join(str(figure.svg) for figure in figures(one))
        assert ("right, in the part shown: " in drawn) is is_part


def test_the_page_draws_no_landing_that_is_withheld(rough: Report) -> None:
    pages = [
        render_html(one, pictures={}, overlay=None)
        for one in (analyze_track(film(RUNNER, CAMERA), model="full"), rough)
    ]
    for words in ("% of leg over", "ahead of the hip at foot strike"):
        assert [words in page for page in pages] == [True, False]


def test_a_belt_speed_of_too_few_steps_is_shown_and_compared_nowhere(short: Report) -> None:
    assert short.measures["belt_speed"].headline.withheld
    assert math.isnan(short.scene.belt_speed.value)
    assert short.reference == ()


def test_python_gets_nan_for_a_withheld_number_however_it_was_made() -> None:
    found = Measured(0.25, 0.01, (0.2, 0.3), 3, "low", reason("too_few_steps"))
    assert np.isnan([found.value, found.spread, *found.interval95]).all()
    assert found.steps == 3


def test_a_step_of_one_foot_keeps_the_numbers_of_both_feet_together() -> None:
    """Of the trunk both feet's steps are the headline, so one foot's few steps are no reason to hide theirs."""
    told, few = Measured(7.0, 0.1, (6.0, 8.0), 9, "high"), unknown(reason("too_few_steps"))
    step = StepValues(Contact(Side.RIGHT, 1.0, 1.25, 1.0), {"trunk_lean": 7.1, "shank_angle": 5.0, "step_time": 0.36})
    measures = {"trunk_lean": Measure("deg", told, told, few), "shank_angle": Measure("deg", told, told, few)}
    (kept,) = steps_as_reported((step,), measures)
    assert kept.values == pytest.approx({"trunk_lean": 7.1, "shank_angle": math.nan, "step_time": 0.36}, nan_ok=True)
