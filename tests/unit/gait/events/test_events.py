"""Foot strikes and toe-offs between frames: the stick runner's are known to the microsecond."""

from dataclasses import replace

import numpy as np
import pytest

from formcheck.records.gait import Run
from formcheck.records.skeleton import INDEX, Side, index_of
from found_gait import run_of, side_gait
from stick_runner import Camera, Runner, film, hidden, near_ms

RUNNER = Runner()
FAST = Runner(
    cadence_per_min=182.0,
    contact_s=0.20,
    belt_speed=4.4,
    reach=dict.fromkeys(Side, 0.28),
    foot_angle_deg=3.0,
    lean_deg=9.0,
)
EASY = Runner(
    cadence_per_min=152.0,
    contact_s=0.29,
    belt_speed=2.5,
    reach=dict.fromkeys(Side, 0.19),
    knee_at_strike_deg=22.0,
    foot_angle_deg=12.0,
    lean_deg=4.0,
)


def observed(runner: Runner, camera: Camera, seconds: float = 8.0) -> Run:
    return run_of(film(runner, camera, seconds))


def contacts(observation: Run, side: Side) -> tuple[np.ndarray, np.ndarray]:
    found = [step.contact for step in observation.steps if step.contact.side is side]
    return np.array([contact.strike_s for contact in found]), np.array([contact.off_s for contact in found])


@pytest.mark.parametrize("fps", [30, 60, 120])
@pytest.mark.parametrize("runner", [RUNNER, FAST, EASY], ids=["usual", "fast", "easy"])
def test_every_strike_is_found_near_its_instant_and_none_is_made_up(runner: Runner, fps: float) -> None:
    observation = observed(runner, Camera(fps=fps, azimuth_deg=180))
    errors_ms = []
    for side in Side:
        strikes_s, offs_s = contacts(observation, side)
        truth_s = runner.strikes_s(side, 8.0)
        inner_s = truth_s[(truth_s > 0.2) & (truth_s < 7.7)]
        errors_ms.append(near_ms(strikes_s, inner_s))
        assert np.abs(near_ms(truth_s, strikes_s)).max() < 20
        gone_s = offs_s[np.isfinite(offs_s)]
        assert np.abs(near_ms(gone_s, runner.offs_s(side, 7.3)[1:])).max() < 25
    assert np.sqrt(np.mean(np.concatenate(errors_ms) ** 2)) < 8
    assert np.abs(np.concatenate(errors_ms)).max() < (12 if fps > 30 else 14)  # of 33 between two frames


@pytest.mark.slow
def test_strikes_are_not_late_or_early_on_the_whole() -> None:
    found = [
        near_ms(contacts(observed(RUNNER, Camera(frame_phase=phase)), side)[0], RUNNER.strikes_s(side, 7.7)[1:])
        for phase in (0.1, 0.6)
        for side in Side
    ]
    assert abs(np.concatenate(found).mean()) < 4


def test_single_steps_are_placed_each_by_itself() -> None:
    """A rhythm that drifts by 12 ms against the clock is followed step by step, not averaged away."""
    runner = replace(RUNNER, tempo_wobble_s=0.03)
    strikes_s, _ = contacts(observed(runner, Camera(noise=0.005)), Side.RIGHT)
    assert np.std(near_ms(strikes_s, runner.strikes_s(Side.RIGHT, 7.7))) < 4


def test_steps_whose_foot_was_hidden_are_left_out_rather_than_guessed() -> None:
    track = film(RUNNER, Camera())
    foot = [index_of(Side.LEFT, joint) for joint in ("knee", "ankle", "heel", "foot_index")]
    away = (track.time_s > 3) & (track.time_s < 5)
    observation = run_of(hidden(track, away, foot))
    strikes_s, _ = contacts(observation, Side.LEFT)
    truth_s = RUNNER.strikes_s(Side.LEFT, 7.7)[1:]
    kept = (truth_s < 2.8) | (truth_s > 5.2)
    assert not ((strikes_s > 3.1) & (strikes_s < 4.9)).any()
    assert np.abs(near_ms(strikes_s, truth_s[kept])).max() < 12


def test_a_hidden_face_is_no_reason_to_miss_a_step() -> None:
    track = film(RUNNER, Camera())
    faceless = hidden(track, np.ones(len(track), dtype=bool), [INDEX["nose"], INDEX["left_ear"], INDEX["right_ear"]])
    observation = side_gait(faceless)
    assert observation.person.view.heading == "right"
    assert observation.run is not None
    assert len(observation.run.steps) >= 21


def test_confidence_is_a_share_and_high_on_clean_landmarks() -> None:
    sure = [step.contact.confidence for step in observed(RUNNER, Camera(noise=0.005)).steps]
    assert min(sure) >= 0
    assert max(sure) <= 1
    assert np.median(sure) > 0.8


@pytest.mark.slow
def test_confidence_falls_where_landmarks_wander() -> None:
    sure = [
        np.mean([step.contact.confidence for step in observed(RUNNER, Camera(noise=noise)).steps])
        for noise in (0.005, 0.08)
    ]
    assert sure[1] < sure[0] - 0.02


def test_no_strike_is_told_outside_what_was_filmed() -> None:
    observation = observed(RUNNER, Camera(), 4.35)  # the last left foot lands 15 ms before the end
    assert max(step.contact.strike_s for step in observation.steps) <= observation.runner.time_s[-1]
