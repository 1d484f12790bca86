"""Runners filmed from the side that the usual clips don't show, and a lopsided gait from both."""

from dataclasses import replace
from typing import Final

import numpy as np

from formcheck.records.skeleton import Side
from tools.accuracy.again.plan import LONG_TRIAL_S, Refilmed
from tools.accuracy.measured import read_trial
from tools.accuracy.shots import EDGE_S, Shot, extra_shots, group_of, random_look
from tools.rendered_runner import ways
from tools.rendered_runner.camera import Camera
from tools.rendered_runner.preset import Preset

OTHER_SIDES: Final = (
    ("H01_3", Side.RIGHT, 60.0),
    ("RBDS002_T25", Side.LEFT, 60.0),
    ("H03_3", Side.LEFT, 60.0),
    ("H11_3", Side.LEFT, 60.0),
    ("RBDS008_T35", Side.RIGHT, 60.0),
    ("H17_3", Side.RIGHT, 30.0),
    ("H08_3", Side.LEFT, 60.0),
    ("RBDS041_T25", Side.LEFT, 30.0),
)
"""Measured runners, from the side that the usual clips don't show at this speed."""
SECONDS: Final = 3.5
LATER_S: Final = 4.0
"""Where a clip of a long trial begins."""


def other_side_shots() -> list[Refilmed]:
    """A lopsided gait from both sides, and measured runners from the side that was not filmed."""
    usual = {shot.trial: shot for shot in extra_shots() if shot.trial is not None}
    people = [_person(index, usual[trial], side, fps) for index, (trial, side, fps) in enumerate(OTHER_SIDES)]
    return [*(_lopsided(side) for side in Side), *people]


def _lopsided(side: Side) -> Refilmed:
    way = replace(ways.LOPSIDED, step_time_sd_s=0.004, contact_sd_s=0.004, foot_ahead_of_hip_sd_ll=0.008)
    is_right = side is Side.RIGHT
    camera, look = (
        _camera(np.random.default_rng([9, 0, int(is_right)]), side),
        random_look(np.random.default_rng([9, 0])),
    )
    preset = Preset("lopsided", way, camera, look=look, duration_s=4.2, seed=900 + is_right)
    return Refilmed(f"both_lopsided0_{side}", "held out", preset)


def _person(index: int, usual: Shot, side: Side, fps: float) -> Refilmed:
    trial = str(usual.trial)
    time_s = read_trial(trial).track.time_s
    start_s = float(time_s[0]) + EDGE_S[0]
    if float(time_s[-1]) - start_s > LONG_TRIAL_S:
        start_s = LATER_S
    preset = Preset(
        "a measured runner, other side",
        usual.preset.gait,
        _camera(np.random.default_rng([10, index]), side),
        look=usual.preset.look,
        fps=fps,
        duration_s=min(SECONDS, float(time_s[-1]) - EDGE_S[1] - start_s),
        seed=950 + index,
    )
    return Refilmed(f"both_{trial}_{side}_{fps:.0f}", group_of(trial), preset, trial, start_s)


def _camera(rng: np.random.Generator, side: Side) -> Camera:
    height_m, distance_m = float(rng.uniform(0.75, 1.15)), float(rng.uniform(3.1, 4.0))
    return Camera(
        side=side,
        distance_m=distance_m,
        ahead_m=float(rng.uniform(-0.1, 0.2)),
        height_m=height_m,
        around_deg=float(rng.uniform(-6, 6)),
        pitch_deg=float(np.degrees(np.arctan2(0.93 - height_m, distance_m))),
        roll_deg=float(rng.uniform(-2, 2)),
        width_px=960,
        height_px=540,
        focal_px=810.0,
    )
