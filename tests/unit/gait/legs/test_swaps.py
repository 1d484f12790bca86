"""Left and right legs that a pose model exchanged are given back to their owners; what was not seen is not invented."""

from dataclasses import replace

import numpy as np
import pytest

from formcheck.gait.legs.swaps import RepairedSides, repair_sides
from formcheck.gait.select.cleaning import hide_unseen
from formcheck.gait.settings import CleaningSettings, PhaseSettings, SideSettings
from formcheck.records.skeleton import Side, index_of
from formcheck.records.track import PoseTrack
from stick_runner import Camera, Runner, exchanged, film, hidden

RUNNER = Runner()
BELOW_HIP = [index_of(side, joint) for side in Side for joint in ("knee", "ankle", "heel", "foot_index")]


def repaired(track: PoseTrack) -> RepairedSides:
    seen = hide_unseen(track, settings=CleaningSettings())
    return repair_sides(seen, settings=SideSettings(), phase=PhaseSettings())


def legs_exchanged(track: PoseTrack, truth: PoseTrack) -> np.ndarray:
    """Frames in which the legs lie nearer the other leg's true place than their own, and the legs are apart."""
    left, right = BELOW_HIP[:4], BELOW_HIP[4:]

    def off(here: list[int], there: list[int]) -> np.ndarray:
        apart = track.xy_px[:, here] - truth.xy_px[:, there]
        return np.nan_to_num(np.hypot(apart[..., 0], apart[..., 1])).sum(axis=1)

    return off(left, left) + off(right, right) > off(left, right) + off(right, left) + 4


@pytest.mark.parametrize("fps", [30, 60])
@pytest.mark.parametrize("share", [0.03, 0.15, 0.4])
def test_single_exchanged_frames_are_all_put_right(share: float, fps: float) -> None:
    truth = film(RUNNER, Camera(fps=fps, azimuth_deg=180))
    frames = np.flatnonzero(np.random.default_rng(7).random(len(truth)) < share)
    found = repaired(exchanged(truth, frames))
    assert not legs_exchanged(found.track, truth).any()
    assert found.beat is not None


@pytest.mark.parametrize("seed", range(4))
def test_runs_of_exchanged_frames_are_all_put_right(seed: int) -> None:
    truth = film(RUNNER, Camera(), seed=seed)
    rng = np.random.default_rng(seed)
    starts = rng.choice(len(truth) - 12, 14, replace=False)
    frames = np.unique(np.concatenate([np.arange(start, start + rng.integers(2, 12)) for start in starts]))
    found = repaired(exchanged(truth, frames))
    assert not legs_exchanged(found.track, truth).any()


def test_exchanges_where_the_legs_cross_are_put_right() -> None:
    truth = film(RUNNER, Camera())
    left, right = (truth.joint_px(side, "ankle")[:, 0] for side in Side)
    frames = np.flatnonzero(np.abs(left - right) < 70)
    found = repaired(exchanged(truth, frames))
    assert legs_exchanged(found.track, truth).sum() == 0


@pytest.mark.parametrize("fps", [30, 60, 240])
def test_whole_half_strides_exchanged_are_put_right_at_the_clip_s_ends_too(fps: int) -> None:
    truth = film(RUNNER, Camera(fps=fps))
    lead = np.subtract(*(truth.joint_px(side, "ankle")[:, 0] for side in Side))
    step = np.cumsum(np.concatenate(([0], np.diff(np.sign(lead)) != 0)))
    found = repaired(exchanged(truth, np.flatnonzero(np.isin(step, [0, 5, 6, 7, 12, step[-1]]))))
    assert not legs_exchanged(found.track, truth).any()


def test_hips_keep_their_owners_when_the_legs_below_are_given_back() -> None:
    truth = film(RUNNER, Camera(azimuth_deg=15))
    found = repaired(exchanged(truth, np.arange(100, 120)))
    assert found.swapped[100:120].all()
    hips = [index_of(side, "hip") for side in Side]
    assert np.array_equal(found.track.xy_px[:, hips], truth.xy_px[:, hips])


def test_a_far_leg_drawn_on_the_near_one_in_every_stride_is_no_stride_of_its_own() -> None:
    truth = film(RUNNER, Camera())
    lead = np.subtract(*(truth.joint_px(side, "ankle")[:, 0] for side in Side))
    in_stance = truth.joint_px(Side.RIGHT, "ankle")[:, 1] > truth.joint_px(Side.LEFT, "ankle")[:, 1]
    crossing = np.flatnonzero((np.abs(lead) < 120) & in_stance)
    xy_px = np.array(truth.xy_px)
    for joint in ("knee", "ankle", "heel", "foot_index"):
        xy_px[crossing, index_of(Side.LEFT, joint)] = xy_px[crossing, index_of(Side.RIGHT, joint)] + 3.0
    found = repaired(replace(truth, xy_px=xy_px)).track
    far, near = (np.isfinite(found.joint_px(side, "ankle")[crossing, 0]) for side in Side)
    assert not far.any()
    assert near.all()


def test_a_track_without_exchanges_is_left_as_it_is() -> None:
    truth = film(RUNNER, Camera())
    found = repaired(truth)
    assert not found.swapped.any()
    assert np.isnan(found.track.xy_px[:, BELOW_HIP]).mean() < 0.01


def test_landmarks_thrown_far_off_are_disbelieved_and_not_moved() -> None:
    truth = film(RUNNER, Camera())
    xy_px = np.array(truth.xy_px)
    thrown = [50, 51, 200, 333]
    xy_px[thrown, index_of(Side.LEFT, "ankle")] += [90.0, -60.0]
    found = repaired(PoseTrack(truth.time_s, xy_px, truth.visibility, truth.width_px, truth.height_px)).track
    ankle = found.joint_px(Side.LEFT, "ankle")
    assert np.isnan(ankle[thrown]).all()
    kept = np.isfinite(ankle[:, 0])
    assert np.array_equal(ankle[kept], truth.joint_px(Side.LEFT, "ankle")[kept])


def test_both_legs_drawn_on_the_nearer_one_leave_the_far_leg_unseen() -> None:
    truth = film(RUNNER, Camera())
    xy_px = np.array(truth.xy_px)
    both = np.arange(100, 130)
    for joint in ("knee", "ankle", "heel", "foot_index"):
        xy_px[both, index_of(Side.LEFT, joint)] = xy_px[both, index_of(Side.RIGHT, joint)]
    found = repaired(PoseTrack(truth.time_s, xy_px, truth.visibility, truth.width_px, truth.height_px)).track
    far, near = (np.isfinite(found.joint_px(side, "ankle")[both, 0]) for side in Side)
    assert not far.any()
    assert near.all()


def test_a_leg_hidden_for_seconds_stays_unseen() -> None:
    truth = film(RUNNER, Camera())
    away = (truth.time_s > 2) & (truth.time_s < 5)
    left = [index_of(Side.LEFT, joint) for joint in ("knee", "ankle", "heel", "foot_index")]
    found = repaired(hidden(truth, away, left)).track
    assert np.isnan(found.xy_px[away][:, left]).all()
    assert np.isfinite(found.joint_px(Side.RIGHT, "ankle")).all()


def test_nothing_is_touched_where_nobody_strides() -> None:
    truth = film(RUNNER, Camera(), 0.5)
    found = repaired(truth)
    assert found.beat is None
    assert np.array_equal(found.track.xy_px, truth.xy_px)


@pytest.mark.parametrize("frames", [1, 2, 5])
def test_a_handful_of_frames_is_no_error(frames: int) -> None:
    assert repaired(film(RUNNER, Camera(fps=60), frames / 60 + 1e-6)).beat is None


def test_landmarks_never_seen_are_no_error() -> None:
    truth = film(RUNNER, Camera(), 2.0)
    assert repaired(hidden(truth, np.ones(len(truth), dtype=bool), list(range(33)))).beat is None
