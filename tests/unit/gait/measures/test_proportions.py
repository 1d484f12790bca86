"""How a runner is built, told from the landmarks of a clip."""

from dataclasses import replace

import numpy as np
import pytest

from formcheck.gait.measures.proportions import proportions_of
from formcheck.records.skeleton import Side, index_of
from formcheck.records.track import Floats, RunnerTrack

STANDING = {
    "ear": (0.0, 1.85),
    "shoulder": (0.0, 1.6),
    "elbow": (0.0, 1.25),
    "wrist": (0.0, 1.0),
    "hip": (0.0, 1.0),
    "knee": (0.0, 0.48),
    "ankle": (0.0, 0.0),
    "heel": (-0.05, 0.0),
    "foot_index": (0.2, 0.0),
}


def standing(frames: int = 30) -> RunnerTrack:
    xy_ll: Floats = np.full((frames, 33, 2), np.nan)
    for side in Side:
        for joint, place in STANDING.items():
            xy_ll[:, index_of(side, joint)] = place
    return RunnerTrack(np.arange(frames) / 30, xy_ll, 300.0, dict.fromkeys(Side, 1.0), "right", Side.RIGHT)


def test_proportions_are_those_of_the_body() -> None:
    found = {name: one.value for name, one in proportions_of(standing()).items()}
    assert found == pytest.approx(
        {
            "thigh_to_shank": 0.52 / 0.48,
            "leg_to_trunk": 1 / 0.6,
            "foot_to_leg": 0.25,
            "arm_to_trunk": 1.0,
            "forearm_to_arm": 0.25 / 0.6,
            "head_to_trunk": 0.25 / 0.6,
        }
    )


def test_a_length_that_is_hidden_in_most_frames_gives_no_proportion() -> None:
    runner = standing()
    xy_ll = runner.xy_ll.copy()
    xy_ll[:20, index_of(Side.RIGHT, "wrist")] = np.nan
    assert {"leg_to_trunk", "thigh_to_shank"} < proportions_of(replace(runner, xy_ll=xy_ll)).keys()
    assert "arm_to_trunk" not in proportions_of(replace(runner, xy_ll=xy_ll))
