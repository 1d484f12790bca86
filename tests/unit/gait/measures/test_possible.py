"""Steps that no runner makes are left out, and where most are, nothing rests on the others."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pytest

from formcheck.gait.measures.possible import is_possible, without_impossible
from formcheck.gait.settings import Settings
from formcheck.judge.assess import analyze_track
from formcheck.records.gait import Contact, StepValues
from formcheck.records.skeleton import Side, index_of
from formcheck.records.track import PoseTrack
from found_gait import run_of
from stick_runner import Camera, Runner, film

SETTINGS = Settings()
LANDING = {
    "knee_flexion": 15.0,
    "shank_angle": 6.0,
    "foot_ahead_of_hip": 0.24,
    "contact_time": 0.25,
    "step_time": 0.36,
}


def step(values: Mapping[str, float], side: Side = Side.LEFT, at_s: float = 0.0, shoe_deg: float = 8.0) -> StepValues:
    return StepValues(Contact(side, at_s, at_s + 0.25, 1.0, shoe_deg), {**LANDING, **values})


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"knee_flexion": 27.3, "shank_angle": 14.3, "foot_ahead_of_hip": 0.375},  # measured extremes
        {"knee_flexion": 0.9, "shank_angle": -2.1, "foot_ahead_of_hip": 0.118},
        {"contact_time": 0.33, "step_time": 0.35},
        {"shank_angle": -9.0, "foot_ahead_of_hip": 0.06},  # lands under the body
        {"knee_flexion": np.nan, "step_time": np.nan},
    ],
)
def test_what_runners_do_is_possible(values: Mapping[str, float]) -> None:
    assert is_possible(step(values), settings=SETTINGS.landing)


@pytest.mark.parametrize(
    "values",
    [
        {"knee_flexion": 44.0},  # mid-stance
        {"shank_angle": -18.0},
        {"knee_flexion": -15.0},  # a knee that bends forward
        {"foot_ahead_of_hip": -0.1},
        {"contact_time": 0.41, "step_time": 0.36},
    ],
)
def test_what_no_runner_does_is_not(values: Mapping[str, float]) -> None:
    assert not is_possible(step(values), settings=SETTINGS.landing)


@pytest.mark.parametrize(("shoe_deg", "can_be"), [(34.0, True), (-4.2, True), (-48.0, False), (np.nan, True)])
def test_a_shoe_that_points_down_as_at_toe_off_does_not_land(shoe_deg: float, can_be: bool) -> None:
    assert is_possible(step({}, shoe_deg=shoe_deg), settings=SETTINGS.landing) is can_be


def test_uphill_a_knee_may_land_more_bent() -> None:
    bent = step({"knee_flexion": 41.0})
    assert not is_possible(bent, settings=SETTINGS.landing)
    assert is_possible(bent, settings=SETTINGS.landing, incline_deg=6.0)


def test_a_step_left_out_takes_along_what_its_neighbours_share_with_it() -> None:
    run = run_of(film(Runner(), Camera()))
    assert set(run.impossible_frac.values()) == {0.0}
    wrong = replace(run.steps[4], values=dict(run.steps[4].values) | {"knee_flexion": 50.0})
    steps = (*run.steps[:4], wrong, *run.steps[5:])
    kept = without_impossible(
        replace(run, steps=steps), {}, incline_deg=0.0, settings=SETTINGS.landing, scene=SETTINGS.scene
    )
    assert [one.contact for one in kept.steps] == [one.contact for one in steps if one is not wrong]
    assert np.isnan(kept.steps[3].values["step_time"])
    assert np.isnan(kept.steps[2].values["duty_factor"])
    assert kept.steps[2].values["step_time"] == run.steps[2].values["step_time"]
    assert kept.steps[4:] == steps[5:]
    assert kept.impossible_frac[wrong.contact.side] > 0
    assert kept.impossible_frac[wrong.contact.side.other] == 0


def bent(track: PoseTrack, side: Side, ahead_px: float = 40.0) -> PoseTrack:
    """The track with one knee drawn too far ahead, as on a leg that is hidden."""
    xy_px = np.array(track.xy_px)
    xy_px[:, index_of(side, "knee"), 0] += ahead_px
    return replace(track, xy_px=xy_px)


def test_a_near_leg_that_no_runner_lands_on_gives_no_number() -> None:
    report = analyze_track(film(Runner(knee_at_strike_deg=48), Camera()))
    assert "impossible_strikes" in {reason.code for reason in report.quality.reasons}
    assert report.steps == ()
    assert report.measures["foot_ahead_of_hip"].headline.withheld is not None


def test_a_far_leg_that_no_runner_lands_on_is_left_out_and_the_near_leg_measured() -> None:
    report = analyze_track(bent(film(Runner(), Camera()), Side.LEFT))
    reach = report.measures["foot_ahead_of_hip"]
    assert reach.headline.value == pytest.approx(0.24, abs=0.03)
    assert reach.left is not None
    assert reach.left.withheld is not None
    assert reach.left.withheld.code == "far_leg_unclear"
    assert all(one.side is Side.RIGHT for one in report.steps)
