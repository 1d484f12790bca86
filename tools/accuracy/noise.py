"""Errors shaped like the pose model's own: cut from rendered clips, where they are known, and laid over other runners.

A pose model's error is no white noise. It has a bias that comes again in every stride, a memory of several frames,
exchanged legs where they cross, and landmarks that are lost behind the other leg. So whole strides of error are taken
from clips with known joints, frame by frame, and laid over another runner's strides at the same phase of the gait.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import cycle

import numpy as np
from numpy.typing import NDArray

from formcheck.records.skeleton import COUNT, LEG_INDEX, Side
from formcheck.records.track import Floats, PoseTrack

SWAPPED_LL = 0.05
"""Legs are exchanged in a frame where the exchanged labels lie nearer the truth by more than this, mean of joints."""


@dataclass(frozen=True, slots=True)
class ErrorStrides:
    """Errors of one clip on the phase of its gait: ``turn`` (T,) whole numbers at strikes of the near leg.

    ``error_ll`` (T, 33, 2) forward and up in leg lengths, the legs given back to their owners; rows are in the order
    (near, far): a left-side camera's landmarks, mirrored if need be. ``exchanged`` (T,) where they were not.
    """

    turn: Floats
    error_ll: Floats
    visibility: Floats
    exchanged: NDArray[np.bool_]


def cut_errors(found: PoseTrack, true: PoseTrack, near: Side, near_strikes_s: Floats, leg_px: float) -> ErrorStrides:
    """Errors of ``found`` against ``true`` (same frames) in the frames between the first and last near strike."""
    order = _near_first(near)
    exchanged = exchanged_frames(found, true, leg_px)
    sorted_xy, sorted_visibility = _exchange(np.array(found.xy_px), np.array(found.visibility), exchanged)
    forward = np.array([-1.0 if near is Side.LEFT else 1.0, -1.0]) / leg_px
    turn = np.interp(found.time_s, near_strikes_s, np.arange(len(near_strikes_s)), left=np.nan, right=np.nan)
    inside = np.isfinite(turn)
    error_ll = ((sorted_xy - true.xy_px) * forward)[:, order]
    return ErrorStrides(turn[inside], error_ll[inside], sorted_visibility[:, order][inside], exchanged[inside])


def lay_over(
    true: PoseTrack, near: Side, near_strikes_s: Floats, leg_px: float, *, bank: Sequence[ErrorStrides], seed: int
) -> PoseTrack:
    """``true`` landmarks with errors of ``bank`` laid over, stride by stride; beyond the strikes the phase goes on."""
    rng = np.random.default_rng(seed)
    turn = _turns(true.time_s, near_strikes_s)
    order = _near_first(near)
    xy_px, visibility = np.array(true.xy_px), np.array(true.visibility)
    exchanged = np.zeros(len(true), dtype=bool)
    forward = np.array([-1.0 if near is Side.LEFT else 1.0, -1.0]) * leg_px
    strides = _draw(bank, rng)
    for number in np.unique(np.floor(turn)):
        rows = np.flatnonzero(np.floor(turn) == number)
        one = next(strides)
        error, seen, swapped = _at_phase(one, turn[rows] - number)
        placed = np.isfinite(true.xy_px[rows[0], order, 0]) & np.isfinite(error[..., 0])
        back = xy_px[rows][:, order] + np.where(placed[..., None], error * forward, 0.0)
        xy_px[np.ix_(rows, order)] = back
        visibility[np.ix_(rows, order)] = np.where(np.isfinite(true.xy_px[rows][:, order, 0]), seen, 0.0)
        exchanged[rows] = swapped
    xy_px, visibility = _exchange(xy_px, visibility, exchanged)
    return PoseTrack(true.time_s, xy_px, visibility, true.width_px, true.height_px)


def exchanged_frames(
    found: PoseTrack, true: PoseTrack, leg_px: float, *, by_ll: float = SWAPPED_LL
) -> NDArray[np.bool_]:
    """In which frames (T,) exchanging the legs would bring them nearer the truth by more than ``by_ll``."""

    def apart(named: Side, really: Side) -> Floats:
        off = found.xy_px[:, LEG_INDEX[named][1:]] - true.xy_px[:, LEG_INDEX[really][1:]]
        return np.asarray(np.linalg.norm(off, axis=-1).mean(axis=1) / leg_px)

    straight = sum(apart(side, side) for side in Side)
    exchanged = sum(apart(side, side.other) for side in Side)
    return np.asarray(straight - exchanged > by_ll)


def _draw(bank: Sequence[ErrorStrides], rng: np.random.Generator) -> Iterator[ErrorStrides]:
    """Strides of one clip in their order, from anywhere in it, over and over: a clip's bias stays its own."""
    clip = bank[int(rng.integers(len(bank)))]
    whole = np.arange(np.ceil(clip.turn[0]), np.floor(clip.turn[-1]))
    for number in cycle(np.roll(whole, int(rng.integers(len(whole))))):
        rows = (clip.turn >= number - 0.2) & (clip.turn <= number + 1.2)
        yield ErrorStrides(clip.turn[rows] - number, clip.error_ll[rows], clip.visibility[rows], clip.exchanged[rows])


def _at_phase(stride: ErrorStrides, phase: Floats) -> tuple[Floats, Floats, NDArray[np.bool_]]:
    """Errors between frames; exchanged legs and visibility are those of the nearest frame."""
    flat = stride.error_ll.reshape(len(stride.turn), -1)
    error = np.stack([np.interp(phase, stride.turn, column) for column in flat.T], axis=1)
    nearest = np.abs(phase[:, None] - stride.turn).argmin(axis=1)
    return error.reshape(len(phase), COUNT, 2), stride.visibility[nearest], stride.exchanged[nearest]


def _turns(time_s: Floats, strikes_s: Floats) -> Floats:
    inside = np.interp(time_s, strikes_s, np.arange(len(strikes_s)))
    stride_s = float(np.median(np.diff(strikes_s)))
    early = np.minimum(time_s - strikes_s[0], 0.0) / stride_s
    return np.asarray(inside + early + np.maximum(time_s - strikes_s[-1], 0.0) / stride_s)


def _near_first(near: Side) -> NDArray[np.intp]:
    """Landmarks as a camera on the left would number them: left and right exchanged for one on the right."""
    order = np.arange(COUNT)
    if near is Side.RIGHT:
        order[1:7] = [4, 5, 6, 1, 2, 3]
        order[7:] = [index + 1 if index % 2 else index - 1 for index in range(7, COUNT)]
    return order


def _exchange(xy_px: Floats, visibility: Floats, exchanged: NDArray[np.bool_]) -> tuple[Floats, Floats]:
    left, right = (list(LEG_INDEX[side][1:]) for side in Side)
    rows = np.flatnonzero(exchanged)[:, None]
    for values in (xy_px, visibility):
        values[rows, left], values[rows, right] = values[rows, right], values[rows, left]
    return xy_px, visibility
