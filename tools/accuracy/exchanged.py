"""Left and right proved: legs that lie on the other leg's true place, before the repair and after it.

Two sources. Clips through the pose model, whose true joints are known; and tracks whose legs are right to begin with,
in which legs are exchanged on purpose, so that every kind of exchange is met at every frame rate.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final, Literal
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from formcheck.gait.legs.swaps import repair_sides
from formcheck.gait.select.cleaning import hide_unseen
from formcheck.gait.select.presence import find_presence
from formcheck.gait.settings import Settings
from formcheck.records.skeleton import LEG_INDEX, Side
from formcheck.records.track import Floats, PoseTrack
from tools.accuracy.cases import Case
from tools.accuracy.measured import read_trial
from tools.accuracy.noise import ErrorStrides, lay_over
from tools.accuracy.paths import JointPaths, film
from tools.accuracy.shots import Group, Shot, group_of
from tools.accuracy.truth import TrueStep, true_steps
from tools.accuracy.virtual import SECONDS, START_S, Filming, camera_of, trial_paths
from tools.rendered_runner.ground import Ground

Mask = NDArray[np.bool_]
Zone = Literal["all", "strike", "stance", "swing"]

ON_OTHER_LL: Final = 0.1
"""A leg lies on the other where its seen landmarks are nearer the other's true places by more than this, on average:
in mid-stance, where the legs are nearest, the true ones are 0.1 to 0.3 leg apart, and landmarks err by 0.02 to 0.05."""

AT_STRIKE_S: Final = 0.04

KINDS: Final = ("none", "single frames", "runs where legs cross", "half strides", "40 % of frames", "far on near")
"""What is put in; "none": only the pose model's own errors, its exchanges given back."""


@dataclass(frozen=True, slots=True)
class Exchanges:
    """Of one track: legs on the other's place, counted by leg and frame in each zone.

    ``frames`` are frames of both legs; ``worse`` were right before the repair and are wrong after it; ``hidden_frac``
    of each leg's landmarks below the hip (near, far) are not seen after it.
    """

    name: str
    kind: str
    model: str
    group: Group
    fps: float
    frames: Mapping[Zone, int]
    before: Mapping[Zone, int]
    after: Mapping[Zone, int]
    worse: int
    hidden_frac: tuple[float, float]


@dataclass(frozen=True, slots=True)
class KnownTrack:
    """A track beside its truth: frame by frame, and the steps on the track's own clock."""

    name: str
    kind: str
    model: str
    group: Group
    fps: float
    near: Side
    found: PoseTrack
    true: PoseTrack
    steps: Sequence[tuple[Side, float, float]]
    """Side, strike and toe-off, seconds of the clip."""
    slowed: float = 1.0


def pictured(case: Case, shot: Shot, paths: JointPaths) -> KnownTrack:
    """A ring 2 case beside its true joints."""
    preset, found = shot.preset, case.seen.track
    joints = film(paths, preset.camera, preset.place.ground, shot.times_s())
    true = PoseTrack(found.time_s, joints.xy_px, joints.visibility, joints.width_px, joints.height_px)
    steps = _on_clip(case.steps, case.start_s, preset.slowed)
    return KnownTrack(
        case.name, "pose model", case.model, case.group, case.fps, case.near, found, true, steps, preset.slowed
    )


def put_in(filming: Filming, kind: str, *, bank: Sequence[ErrorStrides], model: str) -> KnownTrack:
    """A measured runner with the pose model's errors but its exchanges, and legs exchanged on purpose."""
    measured, paths, near, fps = read_trial(filming.trial), trial_paths(filming.trial), filming.near, filming.fps
    time_s = START_S + np.arange(filming.phase / fps, SECONDS, 1 / fps)
    true = film(paths, camera_of(filming), Ground(), time_s)
    unexchanged = [replace(one, exchanged=np.zeros_like(one.exchanged)) for one in bank]
    seed = crc32(f"{filming.trial} {fps:.0f} {kind}".encode())
    noisy = lay_over(true, near, measured.strikes_s[near], true.leg_px(near), bank=unexchanged, seed=seed)
    steps = true_steps(paths, measured.strikes_s, measured.offs_s, (START_S, START_S + SECONDS))
    true, noisy = (replace(track, time_s=time_s - START_S) for track in (true, noisy))
    found = _spoilt(noisy, true, kind, near, np.random.default_rng(seed))
    steps_on_clip = _on_clip(steps, START_S, 1.0)
    return KnownTrack(filming.trial, kind, model, group_of(filming.trial), fps, near, found, true, steps_on_clip)


def count_exchanges(known: KnownTrack, settings: Settings | None = None) -> Exchanges:
    """Repair one track as an analysis does and count, before and after, over the part of the clip it uses."""
    settings = settings or Settings()
    seen = hide_unseen(known.found, settings=settings.cleaning)
    part = find_presence(seen, settings=settings.presence)
    if part is None:
        raise ValueError(f"{known.name}: nobody is seen")
    seen, true = seen.cut(*part), known.true.cut(*part)
    mended = repair_sides(seen, settings=settings.sides, phase=settings.phase).track
    before, after = (_on_other(track, true, true.leg_px(known.near)) for track in (seen, mended))
    zones = _zones(true.time_s, known)
    below = [list(LEG_INDEX[side][1:]) for side in (known.near, known.near.other)]
    hidden = [np.isnan(mended.xy_px[..., 0][:, columns]).mean() for columns in below]
    return Exchanges(
        known.name,
        known.kind,
        known.model,
        known.group,
        known.fps,
        {zone: int(mask.sum()) for zone, mask in zones.items()},
        {zone: int((before & mask).sum()) for zone, mask in zones.items()},
        {zone: int((after & mask).sum()) for zone, mask in zones.items()},
        int((after & ~before).sum()),
        (float(hidden[0]), float(hidden[1])),
    )


def _on_clip(steps: Sequence[TrueStep], start_s: float, slowed: float) -> list[tuple[Side, float, float]]:
    return [(step.side, (step.strike_s - start_s) * slowed, (step.off_s - start_s) * slowed) for step in steps]


def _legs(track: PoseTrack) -> Floats:
    """Both legs below the hip (T, 2, 4, 2), left first."""
    return np.stack([track.xy_px[:, LEG_INDEX[side][1:]] for side in Side], axis=1)


def _on_other(found: PoseTrack, true: PoseTrack, leg_px: float) -> Mask:
    """Where each leg (T, 2) lies on the other's true place; a leg that is not seen lies nowhere."""
    legs, truth = _legs(found), _legs(true)
    own, other = (np.linalg.norm(legs - place, axis=-1) / leg_px for place in (truth, truth[:, ::-1]))
    nearer, seen = own - other, np.isfinite(own - other)
    mean = np.where(seen, nearer, 0.0).sum(axis=-1) / np.maximum(seen.sum(axis=-1), 1)
    return np.asarray(mean > ON_OTHER_LL)


def _zones(time_s: Floats, known: KnownTrack) -> dict[Zone, Mask]:
    """Frames of each leg (T, 2): near any strike, else in stance or in swing."""
    strikes_s = np.array([strike for _, strike, _ in known.steps])
    near_strike = np.abs(time_s[:, None] - strikes_s).min(axis=1) <= AT_STRIKE_S * known.slowed
    strike = np.stack([near_strike, near_strike], axis=1)
    contact = np.stack([_in_contact(time_s, known, side) for side in Side], axis=1)
    return {
        "all": np.ones_like(strike),
        "strike": strike,
        "stance": contact & ~strike,
        "swing": ~contact & ~strike,
    }


def _in_contact(time_s: Floats, known: KnownTrack, side: Side) -> Mask:
    own = [(strike, off) for which, strike, off in known.steps if which is side]
    return np.asarray(np.any([(time_s >= strike) & (time_s <= off) for strike, off in own], axis=0))


def _spoilt(track: PoseTrack, true: PoseTrack, kind: str, near: Side, rng: np.random.Generator) -> PoseTrack:
    """The track with legs exchanged, or the far one drawn onto the near."""
    xy_px, visibility = np.array(track.xy_px), np.array(track.visibility)
    rows = np.flatnonzero(PICKED[kind](true, rng))[:, None]
    here, there = (list(LEG_INDEX[side][1:]) for side in (near, near.other))
    if kind == "far on near":
        error_px = xy_px[rows, there] - true.xy_px[rows, there]
        xy_px[rows, there] = xy_px[rows, here] + 0.3 * error_px
    else:
        for values in (xy_px, visibility):
            values[rows, here], values[rows, there] = values[rows, there], values[rows, here]
    return replace(track, xy_px=xy_px, visibility=visibility)


def _single(true: PoseTrack, rng: np.random.Generator) -> Mask:
    return rng.random(len(true)) < 0.15


def _often(true: PoseTrack, rng: np.random.Generator) -> Mask:
    return rng.random(len(true)) < 0.4


def _crossings(true: PoseTrack) -> NDArray[np.intp]:
    """Frames in which one ankle passes the other."""
    lead = np.subtract(*(true.joint_px(side, "ankle")[:, 0] for side in Side))
    return np.flatnonzero(np.diff(np.sign(lead)))


def _where_crossing(true: PoseTrack, rng: np.random.Generator) -> Mask:
    """Runs of up to 0.2 s (2 frames at least) about four crossings in five."""
    picked = np.zeros(len(true), dtype=bool)
    longest = round(0.2 / float(np.median(np.diff(true.time_s))))
    for middle in _crossings(true):
        if rng.random() < 0.8:
            length = int(rng.integers(2, longest + 1))
            first = int(middle) - int(rng.integers(0, length))
            picked[max(first, 0) : first + length] = True
    return picked


def _half_strides(true: PoseTrack, rng: np.random.Generator) -> Mask:
    """From one crossing to the next, three steps in ten."""
    picked = np.zeros(len(true), dtype=bool)
    edges = [0, *_crossings(true), len(true)]
    for first, last in pairwise(edges):
        picked[first:last] = rng.random() < 0.3
    return picked


def _nothing(true: PoseTrack, _rng: np.random.Generator) -> Mask:
    return np.zeros(len(true), dtype=bool)


PICKED: Final[Mapping[str, Callable[[PoseTrack, np.random.Generator], Mask]]] = {
    "none": _nothing,
    "single frames": _single,
    "runs where legs cross": _where_crossing,
    "half strides": _half_strides,
    "40 % of frames": _often,
    "far on near": _where_crossing,
}
"""In which frames (T,) each kind is put in."""
