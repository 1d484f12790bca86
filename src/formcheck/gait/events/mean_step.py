"""One smooth curve through all steps at once, finer in time than the frames.

The frames fall at different instants of every step. Laid over each other they sample one mean step many times more
densely than the camera did (30 steps at 30 frames/s: about 900 samples/s), so an event can be read between frames
without the low-pass filter that would delay it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy.interpolate import BSpline
from scipy.linalg import eigh

from formcheck.records.track import Floats

Frames = npt.NDArray[np.intp]

KNOT_SPACING_S = 0.008
"""Fine enough for the kink of a foot strike (150 Hz mocap shows it within 20 ms); the penalty does the smoothing."""

PENALTIES = np.logspace(-6, 4, 31)

COST_OF_FREEDOM = 1.4
"""How much dearer than plain generalised cross-validation a curve pays for its bends (Kim & Gu 2004). Plain, it chased
the samples wherever a stride lasts a whole number of frames: single legs' strikes came out 20 to 30 ms early."""


SAMPLE_S: Final = 0.001
"""A sampled step is read this finely."""


class Channel(IntEnum):
    """What is followed of one foot; knee flexion in 100 degrees, heights and distances in leg lengths."""

    ANKLE_FORWARD = 0
    ANKLE_UP = 1
    HEEL_FORWARD = 2
    HEEL_UP = 3
    BALL_FORWARD = 4
    BALL_UP = 5
    KNEE = 6
    TIP_UP = 7
    HIPS_UP = 8
    HIP_TO_TIP = 9


FORWARD: Final = (Channel.ANKLE_FORWARD, Channel.HEEL_FORWARD, Channel.BALL_FORWARD)
UP: Final = (Channel.ANKLE_UP, Channel.HEEL_UP, Channel.BALL_UP)


@dataclass(frozen=True, slots=True)
class MeanCurve:
    """A smooth curve (C channels) over ``[start_s, end_s]`` around an anchor, with its residual ``noise`` (C,)."""

    spline: BSpline
    start_s: float
    end_s: float
    noise: Floats

    def at(self, offset_s: Floats, derivative: int = 0) -> Floats:
        """Values or derivatives (N, C) at offsets from the anchor."""
        inside = np.clip(offset_s, self.start_s, self.end_s)
        return np.asarray(self.spline(inside, derivative))

    def only(self, channels: Sequence[Channel]) -> "MeanCurve":
        """The curve of some channels."""
        spline = BSpline(self.spline.t, self.spline.c[:, channels], self.spline.k)
        return MeanCurve(spline, self.start_s, self.end_s, self.noise[list(channels)])


@dataclass(frozen=True, slots=True)
class SampledStep:
    """A mean step read at ``at_s`` (N,), seconds from its anchor: values and rates (N, C) by channel."""

    at_s: Floats
    paths: Floats
    rates: Floats

    def path(self, channel: Channel) -> Floats:
        """One channel's values (N,)."""
        return np.asarray(self.paths[:, channel])

    def rate(self, channel: Channel) -> Floats:
        """By how much one channel changes per second (N,)."""
        return np.asarray(self.rates[:, channel])

    @property
    def foremost_s(self) -> float:
        """Where the ankle is furthest ahead."""
        return float(self.at_s[np.argmax(self.path(Channel.ANKLE_FORWARD))])

    def after_foremost(self, span_s: tuple[float, float]) -> slice:
        """The samples within a span after the foot was furthest ahead, at least one."""
        return _slice(self.at_s - self.foremost_s, span_s)

    def within(self, span_s: tuple[float, float]) -> slice:
        """The samples within a span around the anchor, at least one."""
        return _slice(self.at_s, span_s)

    def straightest(self, span_s: tuple[float, float]) -> int:
        """The sample within a span at which the knee is straightest."""
        near = self.within(span_s)
        return int(near.start + np.argmin(self.path(Channel.KNEE)[near]))


def sample_step(curve: MeanCurve) -> SampledStep:
    """A mean step, finely enough to read crossings from."""
    at_s = np.arange(curve.start_s, curve.end_s, SAMPLE_S)
    return SampledStep(at_s, curve.at(at_s), curve.at(at_s, 1))


def _slice(since_s: Floats, span_s: tuple[float, float]) -> slice:
    first, last = np.searchsorted(since_s, span_s)
    return slice(int(min(first, len(since_s) - 1)), int(max(last, first + 1)))


def frames_around(time_s: Floats, anchors_s: Floats, reach_s: float) -> tuple[Frames, Floats]:
    """Frames (N,) of ``time_s`` within ``reach_s`` of each anchor, anchor by anchor, and their offsets (N,) from it.

    Memory grows with the clip's length alone: every frame against every anchor would be gigabytes in ten minutes.
    """
    room_s = reach_s + 1e-6  # what is on the edge is decided below
    first, last = (np.searchsorted(time_s, anchors_s + edge_s) for edge_s in (-room_s, room_s))
    frames = np.concatenate([np.arange(*ends) for ends in zip(first, last, strict=True)])
    offset = time_s[frames] - np.repeat(anchors_s, last - first)
    near = np.abs(offset) <= reach_s
    return frames[near], offset[near]


def fit_mean_curve(offset_s: Floats, values: Floats, *, start_s: float, end_s: float) -> MeanCurve | None:
    """Penalised cubic B-spline through pooled samples ``values`` (N, C) at ``offset_s`` (N,); None if too few.

    A P-spline (Eilers & Marx 1996) with a second-derivative penalty; its weight is chosen by generalised
    cross-validation for all channels together, which bend at the same instants: chosen for each by itself, the forward
    path of one foot in a hundred chased its samples. All penalties come from one eigen-decomposition (Demmler-Reinsch).
    """
    inside = (offset_s >= start_s) & (offset_s <= end_s) & np.isfinite(values).all(axis=1)
    x, y = offset_s[inside], values[inside]
    if len(x) < 12:
        return None
    knots = _knots(start_s, end_s)
    design = BSpline.design_matrix(x, knots, 3).toarray()
    count = design.shape[1]
    roughness = np.diff(np.eye(count), 2, axis=0)
    gram = design.T @ design + 1e-9 * len(x) * np.eye(count)
    stiffness, modes = eigh(roughness.T @ roughness, gram)
    projected = modes.T @ (design.T @ y)
    shrink, noise = _best_shrinkage(stiffness, projected, y)
    coefficients = modes @ (shrink * projected)
    return MeanCurve(BSpline(knots, coefficients, 3), start_s, end_s, noise)


def _knots(start_s: float, end_s: float) -> Floats:
    pieces = max(4, round((end_s - start_s) / KNOT_SPACING_S))
    inner = np.linspace(start_s, end_s, pieces + 1)
    return np.concatenate((np.repeat(inner[0], 3), inner, np.repeat(inner[-1], 3)))


def _best_shrinkage(stiffness: Floats, projected: Floats, y: Floats) -> tuple[Floats, Floats]:
    """Shrinkage of each mode (K, C) with the least generalised cross-validation score, and the residual SD it leaves.

    Hardly more samples than knots leave no score to compare: then the stiffest curve is the honest one.
    """
    count = len(y)
    shrinks = 1 / (1 + PENALTIES[:, None] * np.maximum(stiffness, 0))
    bends = shrinks.sum(axis=1)
    is_scored = count - COST_OF_FREEDOM * bends >= 0.1 * count
    if not is_scored.any():
        return np.repeat(shrinks[-1:].T, y.shape[1], axis=1), np.std(y, axis=0)
    shrinks, bends = shrinks[is_scored], bends[is_scored, None]
    residual = np.maximum((y**2).sum(axis=0) - (2 * shrinks - shrinks**2) @ projected**2, 1e-12)
    score = np.log(residual / (count - COST_OF_FREEDOM * bends) ** 2).sum(axis=1)
    best = int(score.argmin())
    return np.repeat(shrinks[best, :, None], y.shape[1], axis=1), np.sqrt(residual[best] / (count - bends[best]))
