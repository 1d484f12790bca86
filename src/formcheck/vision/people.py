"""Who is who when several people are in the picture, and which of them runs.

Poses of one frame are separated by where their trunks are; poses of successive frames are joined into people by the
trunk's place and size; the runner is the person whose ankles rise and fall in turn the most. Running lifts the
swinging foot towards the knee, seen from the side and from behind; walking lifts it a third of that, and a person who
stands and watches not at all.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy.signal import hilbert

from formcheck.records.skeleton import Side, index_of

Pose = npt.NDArray[np.float64]
"""One person in one frame, (33, 3): x and y in pixels of the full picture, visibility 0..1."""

SAME_TRUNK_FRAC: Final = 0.5
"""Two poses of one frame are one person when hips and shoulders agree within this part of the trunk's length."""

REACH_TRUNK_FRAC: Final = 0.8
"""How far a trunk may be from where it was last seen, as part of its length: half a step of overground running at
15 frames/s, and less than the distance at which two people stand side by side."""

SIZE_RATIO: Final = 1.6
"""How much longer or shorter a trunk may look than when last seen; lean and a crouch, not another distance."""

MOST_KNOWN: Final = 64
"""People remembered for when they come back. A clip shows a handful; more are wrong detections, and those seen least
are forgotten first, so that the work grows with the clip and not with its square."""

VISIBLE_MIN: Final = 0.5
"""MediaPipe's own default threshold for a landmark that is there."""

HIGH_LIFT_PERCENTILE: Final = 90.0
"""Of the height between the ankles: its usual peak, whatever a few bad frames say."""

PRESENT_MIN_FRAC: Final = 0.1
"""Seen for less of the clip than this is a passer-by or a wrong detection, not a person to choose from."""

CLEAR_LEAD: Final = 1.4
"""The runner's feet must rise this many times as high as the next person's, or the choice is called ambiguous. On real
clips the ankles' height differed by 0.3 to 0.6 leg lengths in running and 0.2 in walking; two runners are alike."""

MIRROR_MAX_CORRELATION: Final = -0.7
"""Of the heights between the ankles of a runner and of a mirror's image: -1 but for errors of the pose model (-0.86
where it exchanged the legs of a small image beside a rendered runner now and then)."""

MIRROR_MIN_STRIDES: Final = 5
MIRROR_MIN_FRAMES: Final = 120
"""Two who run fall out of step in so many strides (3.5 s); in fewer, or in a few pictures, they may be in step by
chance. Strides and not seconds: these are the clip's own, and may be slow motion."""

MIRROR_MAX_DRIFT_DEG: Final = 10.0
"""Of the stride, by which an image's lag may change from the first half of the time to the second. A mirror's does not;
of two who run at 170 and 173 steps a minute it does by 16 degrees in five strides, and more in longer."""

_TRUNK: Final = tuple(index_of(side, joint) for joint in ("shoulder", "hip") for side in Side)


@dataclass(slots=True)
class Person:
    """The poses of one person, and the frames (counted from 0) they are from."""

    frames: list[int] = field(default_factory=list)
    poses: list[Pose] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Choice:
    """The person to follow, out of ``people``; ``is_ambiguous`` when another one runs nearly as much."""

    runner: Person
    people: int
    is_ambiguous: bool


def distinct(poses: Iterable[Pose]) -> list[Pose]:
    """``poses`` of one frame without the second and third pose of the same person."""
    kept: list[Pose] = []
    for pose in poses:
        if all(_apart(pose, other) > SAME_TRUNK_FRAC for other in kept):
            kept.append(pose)
    return kept


def link(frames: Sequence[Sequence[Pose]]) -> list[Person]:
    """Join the poses of successive frames into people, nearest pairs first.

    A person who was hidden is known again at the same place: on a treadmill the place is the person.
    """
    people: list[Person] = []
    known: list[Person] = []
    for index, poses in enumerate(frames):
        new = distinct(poses)
        joined = _nearest_pairs(new, known)
        for number, pose in enumerate(new):
            if number not in joined:
                people.append(Person())
                known.append(people[-1])
            person = joined.get(number, people[-1])
            person.frames.append(index)
            person.poses.append(pose)
        known = _remembered(known)
    return people


def _remembered(known: list[Person]) -> list[Person]:
    """Those to be looked for in the next frame, in their order; of too many, the ones just seen and seen most."""
    if len(known) <= MOST_KNOWN:
        return known
    now = max(person.frames[-1] for person in known)
    ranks = sorted(range(len(known)), key=lambda i: _rank(known[i], now), reverse=True)
    return [known[i] for i in sorted(ranks[:MOST_KNOWN])]


def _rank(person: Person, now: int) -> tuple[bool, int, int]:
    return person.frames[-1] == now, len(person.frames), person.frames[-1]


def _nearest_pairs(poses: Sequence[Pose], people: Sequence[Person]) -> dict[int, Person]:
    """Who each pose belongs to, by its number; a pose of a new person is left out."""
    if not (poses and people):
        return {}
    apart, ratio = _compared(_trunks(poses), _trunks([person.poses[-1] for person in people]))
    could_be = (apart <= REACH_TRUNK_FRAC) & (ratio >= 1 / SIZE_RATIO) & (ratio <= SIZE_RATIO)
    joined: dict[int, int] = {}
    for _, i, j in sorted((apart[i, j], int(i), int(j)) for i, j in np.argwhere(could_be)):
        if i not in joined and j not in joined.values():
            joined[i] = j
    return {i: people[j] for i, j in joined.items()}


def choose_runner(people: Sequence[Person], frame_count: int) -> Choice | None:
    """The person whose feet rise most, through most of the clip; None when no person is there long enough."""
    present = [person for person in people if len(person.frames) >= PRESENT_MIN_FRAC * frame_count]
    if not present:
        return None
    most = max(present, key=foot_work)
    rest = [person for person in present if person is not most]
    images = [person for person in rest if _is_mirror_image(person, most)]
    rivals = [person for person in rest if foot_work(most) < CLEAR_LEAD * foot_work(person)]
    is_ambiguous = any(all(rival is not image for image in images) for rival in rivals)
    return Choice(max([most, *images], key=_trunk_px), len(present), is_ambiguous)


def _is_mirror_image(person: Person, other: Person) -> bool:
    """Whether one lifts the left foot as the other lifts the right, at every instant: a mirror beside the treadmill.

    In a mirror's image a left leg looks like a right one. Two who run side by side fall out of step; in doubt they are
    two.
    """
    shared = sorted(set(person.frames) & set(other.frames))
    if len(shared) < MIRROR_MIN_FRAMES:
        return False
    first, second = (_rise_px(each)[np.isin(each.frames, shared)] for each in (person, other))
    if not (np.ptp(first) and np.ptp(second)) or _strides(first) < MIRROR_MIN_STRIDES:
        return False
    together = float(np.corrcoef(first, second)[0, 1])
    return together <= MIRROR_MAX_CORRELATION and _drift_deg(first, second) <= MIRROR_MAX_DRIFT_DEG


def _strides(wave: npt.NDArray[np.float64]) -> int:
    """How often a wave (T,) comes and goes, to the nearest whole number: its strongest frequency."""
    return int(np.abs(np.fft.rfft(wave - wave.mean())).argmax())


def _drift_deg(first: npt.NDArray[np.float64], second: npt.NDArray[np.float64]) -> float:
    """By how much of a turn the lag between two waves (T,) changes from the first half to the second, 0 to 180."""
    turning, other = (hilbert(wave - wave.mean()) for wave in (first, second))
    middle = len(turning) // 2
    early, late = np.vdot(turning[:middle], other[:middle]), np.vdot(turning[middle:], other[middle:])
    return float(abs(np.degrees(np.angle(late * np.conj(early)))))


def _rise_px(person: Person) -> npt.NDArray[np.float64]:
    """Height of the right ankle below the left one, frame by frame."""
    left, right = (index_of(side, "ankle") for side in Side)
    return np.array([pose[right, 1] - pose[left, 1] for pose in person.poses])


def _trunk_px(person: Person) -> float:
    return float(np.median(_lengths_px(_trunks(person.poses))))


def poses_by_frame(people: Iterable[Person]) -> dict[int, npt.NDArray[np.float64]]:
    """Where these people's landmarks are, (N, 33, 2) in pixels, by the frames that show any of them."""
    found: defaultdict[int, list[Pose]] = defaultdict(list)
    for person in people:
        for frame, pose in zip(person.frames, person.poses, strict=True):
            found[frame].append(pose[:, :2])
    return {frame: np.array(poses) for frame, poses in found.items()}


def foot_work(person: Person) -> float:
    """Usual peak of the height between the ankles in leg lengths, times the number of frames that show them both."""
    poses = np.array(person.poses)
    ankles = poses[:, [index_of(side, "ankle") for side in Side]]
    seen = np.all(ankles[:, :, 2] >= VISIBLE_MIN, axis=1)
    if not np.any(seen):
        return 0.0
    height_px = np.abs(ankles[seen, 0, 1] - ankles[seen, 1, 1])
    lift_ll = np.percentile(height_px, HIGH_LIFT_PERCENTILE) / _leg_length_px(poses)
    return float(lift_ll * np.count_nonzero(seen))


def _leg_length_px(poses: npt.NDArray[np.float64]) -> float:
    """Hip to knee to ankle, median over frames and legs, never less than one pixel."""
    chains = poses[:, [[index_of(side, joint) for joint in ("hip", "knee", "ankle")] for side in Side], :2]
    lengths = np.linalg.norm(np.diff(chains, axis=2), axis=3).sum(axis=2)
    return max(float(np.median(lengths)), 1.0)


def _trunks(poses: Sequence[Pose]) -> npt.NDArray[np.float64]:
    """Middles of the shoulders and of the hips, (N, 2, 2): the same whichever side is called left."""
    middles: Pose = np.array(poses)[:, _TRUNK, :2].reshape(-1, 2, 2, 2).mean(axis=2)
    return middles


def _lengths_px(trunks: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """From the shoulders to the hips (N,), never less than one pixel."""
    lengths: Pose = np.maximum(np.hypot(*(trunks[:, 0] - trunks[:, 1]).T), 1.0)
    return lengths


def _compared(
    trunks: npt.NDArray[np.float64], others: npt.NDArray[np.float64]
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Each trunk (N) with each other one (M): mean distance of their ends in (mean) trunk lengths, ratio of lengths."""
    length_px, other_px = _lengths_px(trunks)[:, None], _lengths_px(others)
    distance_px = np.linalg.norm(trunks[:, None] - others, axis=3).mean(axis=2)
    return 2 * distance_px / (length_px + other_px), length_px / other_px


def _apart(pose: Pose, other: Pose) -> float:
    """Mean distance of two trunks' ends, in (mean) trunk lengths."""
    return float(_compared(_trunks([pose]), _trunks([other]))[0][0, 0])
