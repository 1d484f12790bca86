"""A point of a trend: one measure over the clips of a day."""

from dataclasses import replace

import numpy as np
import pytest

from formcheck.judge.comparison.point import points_of
from formcheck.records.report import ErrorParts, Measured, Report
from formcheck.records.skeleton import Side
from formcheck.words.reasons import reason
from reached import reached
from sample_report import good_report

OF_RUNNER, OF_CLIP = 0.02, float(np.hypot(0.006, 0.004))
"""Parts of a made-up clip's error: common to a runner's clips, and new in each."""


def from_right(reach: float) -> Report:
    report = reached(reach)
    return replace(report, scene=replace(report.scene, near_side=Side.RIGHT))


def test_a_single_clip_is_a_point_with_its_own_interval() -> None:
    (point,) = points_of("foot_ahead_of_hip", [reached(0.25)])
    assert (point.side, point.value, point.clips, point.reason) == (Side.LEFT, 0.25, 1, None)
    half = 1.96 * np.hypot(OF_RUNNER, OF_CLIP)
    assert point.interval95 == pytest.approx((0.25 - half, 0.25 + half), abs=1e-4)


def test_more_clips_take_off_what_is_new_in_each_and_leave_what_is_the_runners() -> None:
    (point,) = points_of("foot_ahead_of_hip", [reached(0.24), reached(0.26)] * 8)
    assert (point.value, point.clips) == (pytest.approx(0.25), 16)
    assert point.interval95[1] - 0.25 == pytest.approx(1.96 * np.hypot(OF_RUNNER, OF_CLIP / 4), abs=1e-4)


def test_a_precise_clip_weighs_more() -> None:
    report = reached(0.30)
    headline = Measured(0.30, 0.01, (0.2, 0.4), 14, "low", error=ErrorParts(0.02, 0.05, 0.0))
    measure = replace(report.measures["foot_ahead_of_hip"], headline=headline)
    unsure = replace(report, measures={**report.measures, "foot_ahead_of_hip": measure})
    (point,) = points_of("foot_ahead_of_hip", [reached(0.24), unsure])
    assert 0.24 < point.value < 0.245


def test_legs_filmed_from_their_sides_have_a_point_each_and_the_trunk_has_one() -> None:
    clips = [reached(0.25), from_right(0.21), reached(0.27)]
    found = points_of("foot_ahead_of_hip", clips)
    assert [(point.side, point.value, point.clips) for point in found] == [
        (Side.LEFT, pytest.approx(0.26), 2),
        (Side.RIGHT, pytest.approx(0.21), 1),
    ]
    assert [(point.side, point.clips) for point in points_of("trunk_lean", clips)] == [(None, 3)]


def test_what_no_clip_has_is_a_point_without_a_number_and_with_the_reason() -> None:
    report = good_report()
    lean = report.measures["trunk_lean"]
    withheld = replace(lean, headline=replace(lean.headline, withheld=reason("not_side_view")))
    silent = replace(report, measures={"trunk_lean": withheld})
    for measure, code in (("trunk_lean", "not_side_view"), ("cadence", "not_seen")):
        (point,) = points_of(measure, [silent])
        assert np.isnan([point.value, *point.interval95]).all()
        assert (point.clips, point.reason and point.reason.code) == (0, code)
