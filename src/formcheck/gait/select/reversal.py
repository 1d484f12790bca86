"""Where a clip or its runner goes backward: the feet go forward low, on the belt, and backward high, in the air."""

import numpy as np

from formcheck.gait.camera.scene import find_view
from formcheck.gait.settings import Settings
from formcheck.records.skeleton import Side
from formcheck.records.track import Floats, PoseTrack, runs


def find_backward(pose: PoseTrack, stride_s: float, *, settings: Settings) -> np.ndarray:
    """Frames (T,) in which time runs backwards, of a side view whose stride lasts ``stride_s`` as it plays."""
    feet = _feet(pose, settings)
    count = min(len(pose), max(3, round(stride_s / float(np.median(np.diff(pose.time_s))))))
    forward = _swings_forward(feet, pose.time_s, count)
    if not np.any(forward <= -settings.pieces.backward_share):
        return np.zeros(len(pose), dtype=bool)
    backward = forward < 0
    for start, end in runs(backward):
        if forward[start:end].min() > -settings.pieces.backward_share:
            backward[start:end] = False
    for start, end in runs(~backward):
        if forward[start:end].max() < settings.pieces.backward_share:
            backward[start:end] = True
    return _with_exact_turns(backward, feet, count)


def _feet(pose: PoseTrack, settings: Settings) -> Floats:
    """Both feet (T, 2, 2), forward and up from the middle of the hips, pixels."""
    hips = (pose.joint_px(Side.LEFT, "hip") + pose.joint_px(Side.RIGHT, "hip")) / 2
    feet = [sum(pose.joint_px(side, joint) for joint in ("ankle", "heel", "foot_index")) / 3 - hips for side in Side]
    heading = -1.0 if find_view(pose, settings=settings.scene).heading == "left" else 1.0
    return np.stack(feet, axis=1) * (heading, -1.0)


def _swings_forward(feet: Floats, time_s: Floats, count: int) -> Floats:
    """Correlation (T,) of how high and how fast forward feet are, over ``count`` frames; 0 where none is seen.

    0.35 to 0.7 in runs, and the same below zero where they play backwards.
    """
    above, below = np.zeros((2, len(feet)))
    for foot in np.moveaxis(feet, 1, 0):
        speed, height = np.gradient(foot[:, 0], time_s), foot[:, 1]
        seen = np.isfinite(speed + height)
        if not seen.any():
            continue
        most = 3 * float(np.median(np.abs(speed[seen])))  # a leg taken for the other leaps
        speed = np.where(seen, np.clip(speed, -most, most), 0.0)
        speed, height = (np.where(seen, each - np.mean(each[seen]), 0.0) for each in (speed, height))
        products, squares = (np.convolve(each, np.ones(count), "same") for each in (height * speed, height**2))
        above += products
        below += np.sqrt(squares * np.convolve(speed**2, np.ones(count), "same"))
    return np.asarray(above / np.maximum(below, 1e-9))


def _with_exact_turns(backward: np.ndarray, feet: Floats, count: int) -> np.ndarray:
    """The mask (T,) with its ends where the feet before and after are each other's mirror image."""
    result = backward.copy()
    turns = np.flatnonzero(np.diff(backward.astype(np.int8))) + 1
    for turn in map(int, turns):
        depth = count // 3
        first, last = max(depth, turn - count // 2), min(len(feet) - depth, turn + count // 2)
        if last <= first:
            continue
        exact = first + int(np.argmin([_asymmetry(feet, frame, depth) for frame in range(first, last)]))
        start, end = sorted((exact, turn))
        result[start:end] = backward[turn] if exact < turn else backward[turn - 1]
    return result


def _asymmetry(feet: Floats, frame: int, depth: int) -> float:
    """How far what comes from a frame on is from what came before it, in reverse."""
    off = feet[frame : frame + depth] - feet[frame - depth : frame][::-1]
    return float(np.nanmean(np.abs(off))) if np.isfinite(off).any() else np.inf
