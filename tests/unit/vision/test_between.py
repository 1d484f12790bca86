"""Frames that were not looked at show what the looks before and after them show."""

from dataclasses import replace

import numpy as np
import pytest

from formcheck.records.skeleton import Side
from formcheck.vision.between import fill_between
from stick_runner import Camera, Runner, film

FAST = film(Runner(), Camera(fps=240.0, noise=0.0), 2.0)


def looked_at(every: int, unseen: slice = slice(0)) -> np.ndarray:
    """Heel of the left foot, off by (T,) pixels where only one of ``every`` so many frames was looked at."""
    xy_px = FAST.xy_px[::every].copy()
    xy_px[unseen] = np.nan
    looks = replace(FAST, time_s=FAST.time_s[::every], xy_px=xy_px, visibility=FAST.visibility[::every])
    filled = fill_between(looks, FAST.time_s)
    assert filled.time_s == pytest.approx(FAST.time_s)
    return np.hypot(*(filled.joint_px(Side.LEFT, "heel") - FAST.joint_px(Side.LEFT, "heel")).T)


def test_a_foot_is_where_it_was_between_two_looks() -> None:
    off_px = looked_at(4)
    assert np.nanmedian(off_px) < 0.5
    assert np.nanmax(off_px) < 3.0  # where it strikes; in flight it goes 20 px from look to look
    assert np.flatnonzero(np.isnan(off_px)).tolist() == [477, 478, 479]  # behind the last look


def test_between_a_look_that_saw_nobody_and_its_neighbours_nobody_is_seen() -> None:
    off_px = looked_at(4, unseen=slice(50, 52))
    assert np.flatnonzero(np.isnan(off_px)).tolist() == [*range(197, 208), 477, 478, 479]
