"""Where a piece was cut out of one shot: legs and arms leap in their rhythm, both by the same part of a stride.

The room and the body stay where they are, so only the rhythm shows a cut. A pose model that takes one leg for the
other makes the legs leap as well, by half a stride; then the arms go on as before.
"""

import numpy as np

from formcheck.gait.settings import PieceSettings
from formcheck.records.skeleton import Side
from formcheck.records.track import Floats, PoseTrack

LEGS = (("ankle", "hip"), ("knee", "hip"))
ARMS = (("wrist", "shoulder"), ("elbow", "shoulder"))
"""Joints whose rhythm is followed, and the joint above from which they swing."""


def find_cuts(pose: PoseTrack, within: tuple[int, int], stride_s: float, *, settings: PieceSettings) -> list[int]:
    """Frames before which something is missing, in the frames [start, end) of a pose; ``stride_s`` as it plays.

    A small leap must stand out from how much the rhythm wavers anyway.
    """
    leap = _rhythm_leap(pose, within, stride_s, settings)
    if not np.isfinite(leap).any():
        return []
    least = max(settings.least_leap_turns, settings.least_leap_medians * float(np.nanmedian(leap)))
    return _cuts(pose, within, stride_s, min(least, settings.sure_leap_turns), leap, settings=settings)


def _cuts(
    pose: PoseTrack,
    within: tuple[int, int],
    stride_s: float,
    least_leap: float,
    leap: Floats,
    *,
    settings: PieceSettings,
) -> list[int]:
    """Frames before which the rhythm has a ``leap`` (N,) that is large enough, from the largest one down."""
    start, end = within
    time_s = pose.time_s[start:end]
    inner = (time_s - time_s[0] >= stride_s) & (time_s[-1] - time_s >= stride_s)
    leap = np.where(leap >= np.where(inner, least_leap, settings.sure_leap_turns), leap, 0)
    if not leap.any():
        return []
    near = np.flatnonzero(np.abs(time_s - time_s[np.argmax(leap)]) <= settings.leap_room_strides * stride_s)
    near = near[(near > 0) & (near < len(time_s))]
    at = start + int(near[np.argmax((_shape_leap(pose, within) * leap**2)[near])])  # both are largest there
    before, after = (
        _cuts(pose, part, stride_s, least_leap, _rhythm_leap(pose, part, stride_s, settings), settings=settings)
        for part in ((start, at), (at, end))
    )
    return [*before, at, *after]


def _rhythm_leap(pose: PoseTrack, within: tuple[int, int], stride_s: float, settings: PieceSettings) -> Floats:
    """By how many turns the rhythm behind each frame's beginning is off the one before it (N,); NaN near the ends.

    And NaN where it is little and the arms don't leap as the legs do: these may be taken for each other.
    """
    span = slice(*within)
    legs, arms = (_jumps(pose.time_s[span], _swings(pose, joints)[span], stride_s, settings) for joints in (LEGS, ARMS))
    half = np.abs(_wrapped(2 * legs)) / 2  # whichever leg is which
    agree = np.abs(_wrapped(legs - arms)) <= np.clip(np.abs(legs) / 2, *settings.arms_agree_turns)
    return np.where(agree, np.abs(legs), np.where(half < settings.sure_leap_turns, np.nan, half))


def _swings(pose: PoseTrack, joints: tuple[tuple[str, str], ...]) -> Floats:
    """How far joints of both sides are ahead of those they hang from (T, C), pixels."""
    return np.stack(
        [(pose.joint_px(side, joint) - pose.joint_px(side, above))[:, 0] for joint, above in joints for side in Side],
        axis=1,
    )


def _jumps(time_s: Floats, swings: Floats, stride_s: float, settings: PieceSettings) -> Floats:
    """By how many turns a stride's sinusoid behind each frame's beginning is off the one before it (N,).

    NaN near the ends, and where the swings are not much of a sinusoid: then a leg is often taken for the other.
    """
    turns = 2 * np.pi * time_s / stride_s
    basis = np.stack((np.ones_like(turns), np.cos(turns), np.sin(turns)), axis=1)
    middle_s = np.concatenate((time_s[:1], (time_s[1:] + time_s[:-1]) / 2))
    first, last = (np.searchsorted(time_s, middle_s + way * stride_s) for way in (-1, 1))
    here = np.arange(len(time_s))
    total = np.zeros(len(time_s), dtype=np.complex128)
    power = np.zeros(len(time_s))
    for swing in swings.T:
        before, after = (_amplitude(basis, swing, ends, settings) for ends in ((first, here), (here, last)))
        total += np.nan_to_num(np.conj(before[0]) * after[0])
        power += np.nan_to_num(np.sqrt(before[1] * after[1]))
    least_s = settings.least_window_strides * stride_s
    inside = (middle_s - time_s[0] >= least_s) & (time_s[-1] - middle_s >= least_s)
    inside &= np.abs(total) > settings.least_swing_share * power
    jump = np.where(inside, np.angle(total) / (2 * np.pi), np.nan)
    return _wrapped(jump - np.nanmedian(jump)) if inside.any() else jump  # the stride is not known to the last frame


def _amplitude(
    basis: Floats, swing: Floats, ends: tuple[np.ndarray, np.ndarray], settings: PieceSettings
) -> tuple[np.ndarray, Floats]:
    """Complex amplitude (N,) of the stride in the frames between two ends (N,) each, and twice the variance there.

    NaN where too few are seen.
    """
    seen = np.isfinite(swing)
    rows, columns = np.triu_indices(3)
    target = np.where(seen, swing, 0.0)
    terms = np.column_stack(
        (seen[:, None] * basis[:, rows] * basis[:, columns], target[:, None] * basis, target**2),
    )
    sums = np.concatenate((np.zeros((1, terms.shape[1])), np.cumsum(terms, axis=0)))
    first, last = ends
    windowed = sums[last] - sums[first]
    normal = np.empty((len(swing), 3, 3))
    normal[:, rows, columns] = normal[:, columns, rows] = windowed[:, : len(rows)]
    solution = np.linalg.solve(normal + 1e-6 * np.eye(3), windowed[:, len(rows) : -1, None])[..., 0]
    count = np.maximum(normal[:, 0, 0], 1)
    variance = windowed[:, -1] / count - (windowed[:, len(rows)] / count) ** 2
    enough = normal[:, 0, 0] >= settings.least_seen_frac * np.maximum(last - first, 3)
    return np.where(enough, solution[:, 1] - 1j * solution[:, 2], np.nan), np.where(enough, 2 * variance, np.nan)


def _shape_leap(pose: PoseTrack, within: tuple[int, int]) -> Floats:
    """How much more than usual the body leaps before each frame (N,), whichever leg is which."""
    span = slice(*within)
    legs = [_swings_xy(pose, side, LEGS)[span] for side in Side]
    arms = np.concatenate([_swings_xy(pose, side, ARMS)[span] for side in Side], axis=1)
    same, other = (np.concatenate(order, axis=1) for order in (legs, legs[::-1]))
    by_legs = np.fmin(_off_line(same, same), _off_line(same, other))
    leaps = (by_legs, _off_line(arms, arms))
    usual = [leap / max(float(np.nanmedian(leap)), 1e-9) for leap in leaps if np.isfinite(leap).any()]
    return np.asarray(np.nansum(usual, axis=0))


def _swings_xy(pose: PoseTrack, side: Side, joints: tuple[tuple[str, str], ...]) -> Floats:
    return np.stack([pose.joint_px(side, joint) - pose.joint_px(side, above) for joint, above in joints], axis=1)


def _off_line(before: Floats, after: Floats) -> Floats:
    """How far the points of ``after`` (N, J, 2) lie off the straight ways of ``before`` up to the frame, and back."""
    found = np.full(len(before), np.nan)
    ahead = 2 * before[1:-2] - before[:-3] - after[2:-1]
    back = 2 * after[2:-1] - after[3:] - before[1:-2]
    off = np.hypot(*np.moveaxis(ahead, -1, 0)) + np.hypot(*np.moveaxis(back, -1, 0))
    seen = np.isfinite(off).sum(axis=1)
    found[2:-1] = np.where(seen > 0, np.nansum(off, axis=1) / np.maximum(seen, 1), np.nan)
    return found


def _wrapped(turns: Floats) -> Floats:
    """Turns within half a turn of none."""
    return np.asarray((turns + 0.5) % 1.0 - 0.5)
