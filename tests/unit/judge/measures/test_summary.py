"""From all steps to all measures: whose number is the headline, how errors grow, and cadence from the strikes."""

from dataclasses import replace

import numpy as np
import pytest

from formcheck.gait.measures.registry import definition
from formcheck.gait.settings import IntervalSettings, calibrated_intervals
from formcheck.judge.measures.summary import Conditions, error_of, measure_all
from formcheck.records.gait import Contact, StepValues
from formcheck.records.report import Measure
from formcheck.records.skeleton import Side
from formcheck.words.reasons import reason

SPREADS = dict.fromkeys(IntervalSettings().spreads, (0.01, 0.02))
SETTINGS = IntervalSettings(bootstrap_draws=200, spreads=SPREADS, strike_spread_s=0.005)
CONDITIONS = Conditions(near_side=Side.RIGHT, belt_speed_ll_s=3.2, frame_interval_s=1 / 60, roll_spread_deg=0.5)


def steps(
    count: int = 20,
    *,
    step_s: float = 0.36,
    limp_s: float = 0.0,
    noise_s: float = 0.0,
    seed: int = 1,
    wander_s: float = 0.0,
) -> list[StepValues]:
    """Alternating steps; the left reaches 0.26, the right 0.24; ``limp_s`` more from left to right than back.

    Each step is by ``wander_s`` (SD) longer or shorter, and each strike by ``noise_s`` off by itself.
    """
    rng = np.random.default_rng(seed)
    walked_s = np.cumsum(np.random.default_rng(seed + 1000).normal(0, wander_s, count))
    found = []
    for number in range(count):
        side = Side.LEFT if number % 2 == 0 else Side.RIGHT
        strike_s = number * step_s + (limp_s if side is Side.RIGHT else 0.0) + rng.normal(0, noise_s)
        strike_s += float(walked_s[number])
        values = {
            "foot_ahead_of_hip": 0.26 if side is Side.LEFT else 0.24,
            "trunk_lean": 7.0 + 0.1 * (number % 3),
            "contact_time": 0.25,
            "step_time": step_s + (limp_s if side is Side.LEFT else -limp_s),
            "elbow_angle": 100.0 if side is Side.LEFT else 90.0,
        }
        found.append(StepValues(Contact(side, strike_s, strike_s + 0.25, 1.0), values))
    return found


def measured(chosen: list[StepValues], conditions: Conditions = CONDITIONS) -> dict[str, Measure]:
    return measure_all(tuple(chosen), conditions, settings=SETTINGS)


def width(measure: Measure) -> float:
    low, high = measure.headline.interval95
    return high - low


@pytest.mark.parametrize(("near_side", "reach"), [(Side.LEFT, 0.26), (Side.RIGHT, 0.24)])
def test_the_leg_nearer_the_camera_is_the_headline_and_the_surer_one(near_side: Side, reach: float) -> None:
    found = measured(steps(), replace(CONDITIONS, near_side=near_side))["foot_ahead_of_hip"]
    assert found.headline.value == reach
    assert found.headline == found.of(near_side)
    far = found.of(near_side.other)
    assert far is not None
    assert far.interval95[1] - far.interval95[0] > width(found)


def test_the_trunk_is_measured_by_all_steps_together() -> None:
    lean = measured(steps(18))["trunk_lean"]
    assert lean.headline.steps == 18
    assert lean.left is not None
    assert lean.left.steps == 9


def test_only_the_near_arm_is_reported() -> None:
    elbow = measured(steps())["elbow_angle"]
    assert elbow.headline.value == 90
    assert elbow.left is None


@pytest.mark.parametrize("step_s", [0.30, 0.36, 0.42])
def test_cadence_is_the_slope_of_the_strikes(step_s: float) -> None:
    cadence = measured(steps(step_s=step_s, noise_s=0.004))["cadence"].headline
    assert cadence.value == pytest.approx(60 / step_s, abs=0.4)
    assert cadence.interval95[0] < 60 / step_s < cadence.interval95[1]
    assert cadence.steps == 20


def test_a_limp_and_missed_steps_do_not_change_the_cadence() -> None:
    limping = steps(limp_s=0.03)
    assert measured(limping)["cadence"].headline.value == pytest.approx(60 / 0.36, abs=0.1)
    thinned = [step for number, step in enumerate(limping) if number not in (4, 5, 11)]
    assert measured(thinned)["cadence"].headline.value == pytest.approx(60 / 0.36, abs=0.1)


def test_a_foot_that_misses_every_other_strike_does_not_change_the_cadence() -> None:
    found = [step for number, step in enumerate(steps(28)) if number % 4 != 1]
    cadence = measured(found, replace(CONDITIONS, stride_s=0.72))["cadence"].headline
    assert cadence.value == pytest.approx(60 / 0.36, abs=0.1)


def test_the_cadence_of_few_strikes_has_a_valid_interval_and_low_confidence() -> None:
    held = 0
    for seed in range(200):
        few = steps(5, noise_s=0.004, seed=seed)
        cadence = measured(few)["cadence"].headline
        held += cadence.interval95[0] < 60 / 0.36 < cadence.interval95[1]
        assert cadence.confidence == "low"
    assert held > 180
    assert measured(steps(20))["cadence"].headline.confidence == "high"


@pytest.mark.slow
def test_the_cadence_of_an_uneven_runner_has_an_interval_that_holds() -> None:
    found = [measured(steps(seed=seed, wander_s=0.012))["cadence"] for seed in range(200)]
    held = sum(each.headline.interval95[0] < 60 / 0.36 < each.headline.interval95[1] for each in found)
    assert held > 175
    even = [measured(steps(seed=seed, noise_s=0.004))["cadence"] for seed in range(20)]
    assert np.median([width(each) for each in found]) > 3 * np.median([width(each) for each in even])


def test_bounce_that_differs_between_feet_is_reported_as_their_mean() -> None:
    uneven = [
        replace(step, values=step.values | {"vertical_oscillation": 0.06 if step.contact.side is Side.LEFT else 0.09})
        for step in steps(19)
    ]
    assert measured(uneven)["vertical_oscillation"].headline.value == pytest.approx(0.075)


def test_a_number_without_validation_never_has_high_confidence() -> None:
    upright = [replace(step, values=step.values | {"head_forward": 0.1}) for step in steps(30)]
    assert measured(upright)["head_forward"].headline.confidence == "low"


def test_one_foot_alone_still_gives_the_cadence() -> None:
    one = [step for step in steps() if step.contact.side is Side.RIGHT]
    found = measured(one)
    assert found["cadence"].headline.value == pytest.approx(60 / 0.36, abs=0.1)
    assert found["step_time_asymmetry"].headline.withheld is not None


def test_asymmetry_is_left_minus_right_over_their_mean() -> None:
    found = measured(steps(limp_s=0.018))
    assert found["foot_ahead_of_hip_asymmetry"].headline.value == pytest.approx(0.08)
    assert found["step_time_asymmetry"].headline.value == pytest.approx(0.1)
    assert found["contact_time_asymmetry"].headline.value == pytest.approx(0)


@pytest.mark.parametrize(
    ("worse", "name"),
    [
        ({"roll_spread_deg": 3.0}, "foot_ahead_of_hip"),
        ({"belt_speed_ll_s": 5.0}, "foot_ahead_of_hip"),
        ({"frame_interval_s": 1 / 15}, "foot_ahead_of_hip"),
        ({"roll_spread_deg": 3.0}, "trunk_lean"),
        ({"frame_interval_s": 1 / 15}, "contact_time"),
    ],
)
def test_worse_filming_widens_the_intervals_it_touches(worse: dict[str, float], name: str) -> None:
    plain, widened = measured(steps())[name], measured(steps(), replace(CONDITIONS, **worse))[name]
    assert width(widened) > 1.1 * width(plain)


def test_an_error_of_the_strikes_moves_what_the_belt_carries_along() -> None:
    """A foot on the belt at half its speed: 5 ms at 3.2 leg lengths a second are 0.0074 leg lengths."""
    still = replace(CONDITIONS, roll_spread_deg=0.0, frame_interval_s=0.0)
    error = error_of(definition("foot_ahead_of_hip"), still, SETTINGS)
    assert error.calibration == pytest.approx(np.hypot(0.01, 0.46 * 3.2 * 0.005))
    assert error_of(definition("vertical_oscillation"), still, SETTINGS).calibration == 0.01
    assert error_of(definition("foot_ahead_of_hip"), still, SETTINGS, near=False).calibration > error.calibration


def test_where_the_belts_speed_is_unknown_strikes_count_as_at_a_fast_run() -> None:
    reach = definition("foot_ahead_of_hip")
    unknown, fast = (error_of(reach, replace(CONDITIONS, belt_speed_ll_s=belt), SETTINGS) for belt in (np.nan, 4.5))
    assert unknown.calibration > fast.calibration


def test_contact_time_that_may_be_a_quarter_off_is_withheld() -> None:
    rough = replace(SETTINGS, spreads=SPREADS | {"contact_time": (0.04, 0.04)})
    contact = measure_all(tuple(steps()), CONDITIONS, settings=rough)["contact_time"].headline
    assert contact.withheld is not None
    assert contact.withheld.code == "interval_too_wide"


def test_every_measure_has_a_calibrated_spread() -> None:
    """A measure without one would be a KeyError in a user's report."""
    assert measure_all(tuple(steps()), CONDITIONS, settings=IntervalSettings()).keys() == measured(steps()).keys()


def test_an_unknown_camera_roll_withholds_the_numbers_that_depend_on_it() -> None:
    found = measured(steps(), replace(CONDITIONS, roll_spread_deg=5.0))
    for name in ("foot_ahead_of_hip", "trunk_lean"):
        assert found[name].headline.withheld == reason("interval_too_wide", "tilted")
    assert found["cadence"].headline.withheld is None


def test_without_steps_every_measure_is_named_and_withheld() -> None:
    found = measured([])
    assert set(found) == set(measured(steps()))
    assert all(measure.headline.withheld is not None for measure in found.values())


def test_what_no_filming_could_show_gets_no_advice_on_filming() -> None:
    hopeless = replace(SETTINGS, spreads=SPREADS | {"trunk_lean": (9.0, 9.0)})
    unsure = replace(CONDITIONS, roll_spread_deg=9.0)
    by_model = measure_all(tuple(steps()), CONDITIONS, settings=hopeless)["trunk_lean"].headline.withheld
    by_filming = measure_all(tuple(steps()), unsure, settings=SETTINGS)["trunk_lean"].headline.withheld
    assert by_model is not None
    assert by_filming is not None
    assert by_model.code == by_filming.code
    assert "Film" not in by_model.advice
    assert "Film" in by_filming.advice


def test_a_better_model_is_advised_only_where_the_default_one_measures_the_number() -> None:
    flat = tuple(replace(step, values=step.values | {"foot_angle": 6.0}) for step in steps())
    found = measure_all(flat, CONDITIONS, settings=calibrated_intervals("lite"))
    reach, angle = (found[name].headline.withheld for name in ("foot_ahead_of_hip", "foot_angle"))
    assert reach is not None
    assert angle is not None
    assert reach.advice == "Use the pose model full or heavy."
    assert not angle.advice
