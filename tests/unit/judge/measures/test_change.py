"""A runner who changes within a clip: what is reported are the levels and the change, not one number of all."""

import math
from dataclasses import replace
from itertools import product
from typing import Final

import numpy as np
import pytest

from formcheck import Report, analyze_track
from formcheck.judge.comparison.compare import number_of
from formcheck.judge.comparison.pooled import Number
from formcheck.judge.measures.change import find_changes
from formcheck.records.report import BeltSpeed, Change, Reason, Scale, SceneSeen, Step
from formcheck.records.skeleton import Side
from formcheck.records.track import PoseTrack
from stick_runner import Camera, Runner, film

STEADY = Runner(tempo_wobble_s=0.0)
SCENE = SceneSeen("side", "left", Side.LEFT, "treadmill", 0.0, BeltSpeed(3.0, "m/s"), Scale(0.86, "height", 0.04))
PART_S = 11 * STEADY.stride_s
"""Of a clip; whole strides, so that the next part goes on where it ends."""


def one_after_the_other(*runners: Runner, camera: Camera | None = None) -> PoseTrack:
    """The landmarks of runners of one rhythm, joined at a left foot strike."""
    parts = [film(runner, camera or Camera(), PART_S, seed=seed) for seed, runner in enumerate(runners)]
    slow = camera.slow if camera else 1.0
    return replace(
        parts[0],
        time_s=np.concatenate([part.time_s + number * PART_S * slow for number, part in enumerate(parts)]),
        xy_px=np.concatenate([part.xy_px for part in parts]),
        visibility=np.concatenate([part.visibility for part in parts]),
    )


def report(track: PoseTrack) -> Report:
    return analyze_track(track, landmark_error_frac=0.01)


def leaning(*leans_deg: float, camera: Camera | None = None) -> Report:
    return report(one_after_the_other(*(replace(STEADY, lean_deg=lean) for lean in leans_deg), camera=camera))


def the_change(found: Report) -> Change:
    (change,) = found.changes
    return change


@pytest.mark.slow
def test_three_leans_are_three_levels_and_not_their_mean() -> None:
    found = leaning(3, 8, 13)
    change = the_change(found)
    assert (change.measure, change.unit, change.kind) == ("trunk_lean", "deg", "steps")
    assert [level.value for level in change.levels] == pytest.approx([3, 8, 13], abs=0.5)
    assert [level.from_s for level in change.levels] == pytest.approx([0, PART_S, 2 * PART_S], abs=0.5)
    assert change.interval95[0] < change.value < change.interval95[1]
    assert change.value == pytest.approx(10, abs=0.4)
    said = {finding.code: finding.text for finding in found.findings}
    assert "° from 8.0 s on" in said["lean_changes"]
    assert not {"lean_typical", "lean_unsure", "lean_forward"} & said.keys()
    assert found.measures["trunk_lean"].headline.confidence == "low"


def test_five_steps_a_level_are_enough_and_the_interval_knows_what_is_drawn_too_small() -> None:
    """Two rendered clips joined, 6 and 22 % of leg: 14 were found, with an interval of 13 to 15."""
    reaches = [0.07, 0.08, 0.06, 0.09, 0.07, 0.20, 0.22, 0.21, 0.20, 0.21]
    steps = tuple(
        Step(Side.LEFT, 0.7 * number, math.nan, 1.0, {"foot_ahead_of_hip": reach})
        for number, reach in enumerate(reaches)
    )
    (change,) = find_changes(steps, SCENE)
    assert change.value == pytest.approx(0.14, abs=0.005)
    assert change.interval95[0] < 0.125
    assert change.interval95[1] > 0.156


@pytest.mark.slow
def test_a_lean_that_comes_back_is_a_change_all_the_same() -> None:
    assert [level.value for level in the_change(leaning(4, 12, 4)).levels] == pytest.approx([4, 12, 4], abs=0.5)


@pytest.mark.slow
def test_a_tiring_runner_drifts() -> None:
    change = the_change(leaning(*np.linspace(4, 12, 12)))
    assert change.kind == "drift"
    assert change.value == pytest.approx(8 * 2 / 3, abs=0.7)  # from the middle of the first third to that of the last


def test_levels_are_on_the_clips_own_clock() -> None:
    change = the_change(leaning(4, 12, camera=Camera(fps=30, slow=4, noise=0.005)))
    assert change.levels[1].from_s == pytest.approx(4 * PART_S, abs=2)


def test_the_near_foot_that_comes_to_land_further_ahead_is_told() -> None:
    far = replace(STEADY, reach=dict.fromkeys(Side, 0.36), knee_at_strike_deg=12)
    change = the_change(report(one_after_the_other(STEADY, far)))
    assert change.measure == "foot_ahead_of_hip"
    assert change.value == pytest.approx(0.12, abs=0.03)


@pytest.mark.parametrize("noise", [0.005, 0.02])
@pytest.mark.slow
def test_a_steady_runner_and_two_feet_that_differ_are_no_change(noise: float) -> None:
    assert report(film(Runner(), Camera(noise=noise), 20.0)).changes == ()
    lopsided = Runner(reach={Side.LEFT: 0.20, Side.RIGHT: 0.30}, nod_deg=3)
    assert report(film(lopsided, Camera(noise=noise), 20.0)).changes == ()


@pytest.mark.slow
def test_a_change_smaller_than_runners_differ_is_not_worth_a_word() -> None:
    assert leaning(6, 8).changes == ()
    assert leaning(6, 9.5).changes == ()  # as a line over the whole clip it would rise by more than 4


SLOWED: Final = STEADY, replace(STEADY, cadence_per_min=156, belt_speed=2.4, reach=dict.fromkeys(Side, 0.2))


@pytest.mark.slow
def test_a_belt_slowed_half_way_is_said_and_no_number_of_the_whole_is_compared() -> None:
    parts = [film(runner, Camera(), 6 * runner.stride_s, seed=3) for runner in SLOWED]
    found = report(
        replace(
            parts[0],
            time_s=np.concatenate((parts[0].time_s, parts[1].time_s + 6 * STEADY.stride_s)),
            xy_px=np.concatenate([part.xy_px for part in parts]),
            visibility=np.concatenate([part.visibility for part in parts]),
        )
    )
    change = next(one for one in found.changes if one.measure == "cadence")
    assert [level.value for level in change.levels] == pytest.approx([166, 156], abs=1.5)
    assert change.interval95[0] < -10 < change.interval95[1]
    said = {finding.code: finding.text for finding in found.findings}
    assert "156\N{NO-BREAK SPACE}steps/min from 4." in said["cadence_changes"]
    assert "your cadence changes" in said["reach_uncompared"]
    assert not {code for code in said if "sides_differ" in code or "overstride" in code or code == "cadence_typical"}
    assert found.reference == ()
    withheld = found.measures["step_time_asymmetry"].headline.withheld
    assert withheld is not None
    assert withheld.code == "sides_of_changing_clip"
    assert {found.measures[name].headline.confidence for name in ("cadence", "foot_ahead_of_hip")} == {"low"}
    assert isinstance(number_of("foot_ahead_of_hip", found), Reason)
    assert isinstance(number_of("trunk_lean", found), Number)


def pacing(*steps_s: float) -> tuple[Change, ...]:
    """What changes in a clip whose steps last so long, each foot's strike seen 6 ms off, the right one 20 ms late."""
    late_s = np.random.default_rng(5).normal(0, 0.006, len(steps_s) + 1) + 0.02 * (np.arange(len(steps_s) + 1) % 2)
    at_s = np.concatenate(([0.0], np.cumsum(steps_s))) + late_s
    steps = tuple(
        Step(tuple(Side)[number % 2], at, at + 0.25, 1.0, {"step_time": lasts})
        for number, (at, lasts) in enumerate(zip(at_s[:-1].tolist(), np.diff(at_s).tolist(), strict=True))
    )
    return find_changes(steps, SCENE)


@pytest.mark.parametrize(("before", "after"), [(7, 7), (7, 8), (9, 9), (15, 15), (20, 8), (8, 20)])
def test_a_cadence_that_changes_is_found_by_its_strides(before: int, after: int) -> None:
    (change,) = pacing(*[0.357] * before, *[0.385] * after)
    assert (change.measure, change.unit) == ("cadence", "1/min")
    assert change.value == pytest.approx(60 / 0.385 - 60 / 0.357, abs=3)


def test_a_steady_cadence_of_two_uneven_feet_is_no_change() -> None:
    wander = 0.36 * (1 + np.random.default_rng(6).normal(0, 0.015, 60))
    assert all(pacing(*wander[:count]) == () for count in range(10, 60))


def leaning_steps(lean_deg: np.ndarray, first: int = 0) -> tuple[Step, ...]:
    """Steps that lean so, one after the other, beginning with the left or the right foot."""
    return tuple(
        Step(tuple(Side)[(number + first) % 2], 0.36 * number, 0.36 * number + 0.25, 1.0, {"trunk_lean": float(lean)})
        for number, lean in enumerate(lean_deg)
    )


def lean_of(*steps_deg: float) -> tuple[Change, ...]:
    """What changes in a clip whose steps lean so, one after the other."""
    noise = np.random.default_rng(2).normal(0, 0.3, len(steps_deg))
    return find_changes(leaning_steps(np.array(steps_deg) + noise), SCENE)


def test_levels_are_told_apart_by_what_is_reported_of_them() -> None:
    """Five steps bent far forward lift a level's mean by more than its median."""
    assert lean_of(*[6.0] * 14, *[9.6] * 3, *[15.0] * 5, *[9.6] * 4) == ()
    (change,) = lean_of(*[6.0] * 12, *[12.0] * 12)
    assert change.value == pytest.approx(6.0, abs=0.3)


@pytest.mark.parametrize("apart_deg", [0.0, 5.0, -5.0])
@pytest.mark.slow
def test_a_change_of_lean_is_found_wherever_it_lies_and_however_the_feet_differ(apart_deg: float) -> None:
    """Half way, the medians of the two feet lie on two levels: brought to one, the change was gone."""
    noise = np.random.default_rng(3).normal(0, 0.2, 60)
    for first, before, after in product(range(2), range(5, 31), range(5, 31)):
        lean_deg = np.concatenate((np.full(before, 7.0), np.full(after, -1.0))) + noise[: before + after]
        lean_deg += apart_deg / 2 * (-1.0) ** (first + np.arange(before + after))
        (change,) = find_changes(leaning_steps(lean_deg, first), SCENE)
        assert [level.value for level in change.levels] == pytest.approx([7, -1], abs=0.3), (first, before, after)
        assert change.interval95[0] < -8 < change.interval95[1]


def test_two_feet_that_lean_differently_are_no_change() -> None:
    """At 2 degrees of scatter between steps."""
    rng = np.random.default_rng(4)
    for count, first in product(range(10, 61, 2), range(2)):
        lean_deg = 5 + 2.5 * (-1.0) ** np.arange(count) + rng.normal(0, 2, count)
        assert find_changes(leaning_steps(lean_deg, first), SCENE) == ()
