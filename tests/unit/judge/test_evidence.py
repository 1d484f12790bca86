"""The pictures that prove the numbers show what they say."""

from dataclasses import replace

import numpy as np
import pytest

from formcheck.judge.assess import analyze_track
from formcheck.judge.evidence import choose_key_frames
from formcheck.records.gait import Nobody
from formcheck.records.skeleton import Side, index_of
from found_gait import side_gait
from stick_runner import Camera, Runner, film, hidden

RUNNER = Runner()


@pytest.mark.parametrize("slow", [1.0, 4.0])
def test_each_side_is_proved_at_strike_mid_stance_and_toe_off(slow: float) -> None:
    track = film(RUNNER, Camera(azimuth_deg=180, slow=slow, fps=60), 6.0)
    gait = side_gait(track)
    assert gait.run is not None
    frames = choose_key_frames(gait, gait.run, track.time_s)
    assert [(frame.side, frame.event) for frame in frames] == [
        (side, event) for side in (Side.LEFT, Side.RIGHT) for event in ("foot_strike", "mid_stance", "toe_off")
    ]
    for frame in frames:
        strikes_s = RUNNER.strikes_s(frame.side, 6.0)
        after_s = {"foot_strike": 0.0, "mid_stance": RUNNER.contact_s / 2, "toe_off": RUNNER.contact_s}[frame.event]
        assert np.abs(frame.time_s / slow - strikes_s - after_s).min() < 0.5 / 60 + 0.012
        assert track.time_s[frame.index] == frame.time_s
        assert gait.run.steps[frame.step].contact.side is frame.side


def test_files_are_named_after_what_they_show() -> None:
    track = film(RUNNER, Camera(), 6.0)
    gait = side_gait(track)
    frames = choose_key_frames(gait, gait.run, track.time_s)
    assert frames[0].file == "frames/right_foot_strike.jpg"
    assert len({frame.file for frame in frames}) == 6


def test_a_step_unlike_the_others_is_not_the_one_shown() -> None:
    track = film(RUNNER, Camera(noise=0.003), 6.0)
    gait = side_gait(track)
    assert gait.run is not None
    chosen = choose_key_frames(gait, gait.run, track.time_s)[0].step
    steps = list(gait.run.steps)
    odd = steps[chosen].values | {"foot_ahead_of_hip": steps[chosen].values["foot_ahead_of_hip"] + 0.1}
    steps[chosen] = replace(steps[chosen], values=odd)
    assert choose_key_frames(gait, replace(gait.run, steps=tuple(steps)), track.time_s)[0].step != chosen


def test_a_leg_never_seen_and_a_clip_without_steps_have_no_frames() -> None:
    track = film(RUNNER, Camera(), 6.0)
    left_foot = [index_of(Side.LEFT, joint) for joint in ("heel", "foot_index")]
    gait = side_gait(hidden(track, track.time_s > -1, left_foot))
    assert {frame.side for frame in choose_key_frames(gait, gait.run, track.time_s)} == {Side.RIGHT}
    assert choose_key_frames(Nobody(), None, track.time_s) == ()


def test_curves_begin_where_the_near_foot_lands() -> None:
    report = analyze_track(film(RUNNER, Camera(), 6.0), model="full", height_m=1.78)
    near, curves = report.scene.near_side, report.curves
    assert curves.keys() == {"trunk_lean", "knee_flexion", "foot_forward", "foot_up"}
    assert {curve.side for curve in curves.values()} == {near}
    assert {len(curve.mean) for curve in curves.values()} == {101}
    assert curves["foot_forward"].mean[0] == pytest.approx(RUNNER.reach[Side.RIGHT], abs=0.03)
    contact_percent = 100 * RUNNER.contact_s / RUNNER.stride_s
    assert curves["trunk_lean"].toe_off_percent == pytest.approx(contact_percent, abs=2.0)


def test_a_clip_without_a_run_has_no_curves() -> None:
    unseen = film(RUNNER, Camera(), 6.0)
    assert analyze_track(unseen.hide(np.ones(len(unseen), dtype=bool))).curves == {}
