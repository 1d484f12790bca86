"""What is measured at a step is what the definitions say, read at the instant itself and not at the nearest frame."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from formcheck.gait.measures.steps import values_at
from formcheck.gait.settings import EventSettings
from formcheck.records.gait import Given, Run
from formcheck.records.skeleton import Side, index_of
from formcheck.records.track import Uprights
from found_gait import run_of
from stick_runner import Camera, Runner, film, hidden

LEVEL = Given(uprights=Uprights(0.0, 0.2, 0.0, 8.0))
RUNNER = Runner()


def observed(runner: Runner, camera: Camera) -> Run:
    return run_of(film(runner, camera), LEVEL)


def typical(observation: Run, side: Side, name: str) -> float:
    return float(np.nanmedian([step.values[name] for step in observation.steps if step.contact.side is side]))


TOLERANCES = {
    "foot_ahead_of_hip": 0.02,
    "heel_ahead_of_hip": 0.02,
    "foot_ahead_of_knee": 0.02,
    "leg_angle": 1.2,
    "shank_angle": 2.0,
    "knee_flexion": 3.0,
    "foot_angle": 3.5,
    "trunk_lean_at_strike": 0.5,
}


@pytest.mark.parametrize("azimuth_deg", [0, 180])
@pytest.mark.parametrize("fps", [30, 60, 120])
@pytest.mark.slow
def test_every_measure_at_foot_strike_is_what_the_figure_does_there(fps: float, azimuth_deg: float) -> None:
    runner = replace(RUNNER, reach={Side.LEFT: 0.21, Side.RIGHT: 0.25}, lean_deg=9.0)
    observation = observed(runner, Camera(fps=fps, azimuth_deg=azimuth_deg, noise=0.006))
    for side in Side:
        truth = runner.at_strike(side)
        found = {name: typical(observation, side, name) for name in TOLERANCES}
        assert {name for name in TOLERANCES if abs(found[name] - truth[name]) > TOLERANCES[name]} == set(), side


def test_times_and_ranges_over_a_step_are_the_figures_own() -> None:
    observation = observed(RUNNER, Camera(noise=0.005))
    step_s = RUNNER.stride_s / 2
    for side in Side:
        assert typical(observation, side, "step_time") == pytest.approx(step_s, abs=0.008)
        assert typical(observation, side, "contact_time") == pytest.approx(RUNNER.contact_s, abs=0.02)
        assert typical(observation, side, "flight_time") == pytest.approx(step_s - RUNNER.contact_s, abs=0.02)
        assert typical(observation, side, "duty_factor") == pytest.approx(RUNNER.contact_s / RUNNER.stride_s, abs=0.03)
        assert typical(observation, side, "trunk_lean") == pytest.approx(RUNNER.mean_lean_deg(), abs=0.4)
        assert typical(observation, side, "trunk_lean_range") == pytest.approx(2 * RUNNER.nod_deg, abs=0.8)
        assert typical(observation, side, "vertical_oscillation") == pytest.approx(2 * RUNNER.bounce, abs=0.01)


def test_contact_and_flight_make_up_a_step_and_the_last_step_has_no_stride() -> None:
    steps = observed(RUNNER, Camera()).steps
    for step in steps[:-1]:
        parts = step.values["contact_time"] + step.values["flight_time"]
        assert parts == pytest.approx(step.values["step_time"])
    assert np.isnan(steps[-1].values["step_time"])
    assert np.isnan(steps[-1].values["duty_factor"])


def test_steps_come_in_the_order_of_time_and_sides_alternate() -> None:
    steps = observed(RUNNER, Camera()).steps
    strikes_s = [step.contact.strike_s for step in steps]
    assert strikes_s == sorted(strikes_s)
    assert all(one.contact.side is not next_.contact.side for one, next_ in pairwise(steps))


def test_a_missed_step_makes_no_double_step_of_its_neighbours() -> None:
    track = film(RUNNER, Camera())
    away = (track.time_s > 3) & (track.time_s < 4.6)
    left = [index_of(Side.LEFT, joint) for joint in ("knee", "ankle", "heel", "foot_index")]
    steps = run_of(hidden(track, away, left), LEVEL).steps
    step_times = np.array([step.values["step_time"] for step in steps])
    assert np.isnan(step_times[:-1]).any()
    assert np.nanmax(step_times) < 0.6 * RUNNER.stride_s


def test_the_series_for_pictures_has_one_value_a_frame() -> None:
    observation = observed(RUNNER, Camera())
    reach = observation.series.foot_ahead_of_hip[Side.LEFT]
    assert len(reach) == len(observation.runner)
    assert np.nanmax(reach) > 0.2


@pytest.mark.parametrize("fps", [30, 60])
def test_values_are_read_between_frames(fps: float) -> None:
    """A ramp of 3 per second, read at events that no frame hits."""
    time_s = np.arange(0, 6, 1 / fps)
    events_s = np.arange(0.5, 5.5, 0.713)
    from_event_s = time_s - events_s[np.abs(time_s[:, None] - events_s).argmin(axis=1)]
    series = (0.25 - 3 * from_event_s)[:, None]
    found = values_at(time_s, series, events_s, settings=EventSettings())
    assert found[:, 0] == pytest.approx(0.25, abs=0.005)


def test_how_one_step_differs_from_the_mean_is_kept() -> None:
    time_s = np.arange(0, 8, 1 / 60)
    events_s = np.arange(0.5, 7.5, 0.713)
    nearest = np.abs(time_s[:, None] - events_s).argmin(axis=1)
    own = np.linspace(-0.05, 0.05, len(events_s))
    found = values_at(time_s, own[nearest][:, None], events_s, settings=EventSettings())
    assert found[:, 0] == pytest.approx(own, abs=0.004)


def test_an_event_nobody_saw_has_no_value() -> None:
    time_s = np.arange(0, 8, 1 / 60)
    series = np.ones((len(time_s), 1))
    series[(time_s > 1.9) & (time_s < 2.1)] = np.nan
    found = values_at(time_s, series, np.array([1.0, 2.0, np.nan, 3.0, 4.0]), settings=EventSettings())
    assert np.isnan(found[:, 0]).tolist() == [False, True, True, False, False]
