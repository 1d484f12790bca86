"""Which part of the clip shows the runner."""

from itertools import pairwise

import numpy as np

from formcheck.gait.settings import PresenceSettings
from formcheck.records.skeleton import INDEX, Side, index_of
from formcheck.records.track import Floats, PoseTrack, runs

MOST_KNOWN = 8
"""People remembered: a pose that wanders about the picture would make a new one every other frame."""


def seen_whole(track: PoseTrack) -> np.ndarray:
    """Frames (T,) in which shoulders, hips and at least one knee and ankle are seen."""
    seen = np.isfinite(track.xy_px[..., 0])
    trunk = seen[:, [INDEX[f"{side}_{joint}"] for side in Side for joint in ("shoulder", "hip")]].all(axis=1)
    legs = [seen[:, index_of(side, "knee")] & seen[:, index_of(side, "ankle")] for side in Side]
    return np.asarray(trunk & (legs[0] | legs[1]))


def find_presence(
    track: PoseTrack, *, within_s: tuple[float, float] = (-np.inf, np.inf), settings: PresenceSettings
) -> tuple[int, int] | None:
    """The stretch [start, end) of frames with the most running in the picture; None when there is none worth it.

    ``within_s`` is the part of the clip asked for. Absences up to ``longest_absence_s`` do not end a stretch, but
    enough of its frames must show the runner. A pose somewhere else, or of another size, is not the runner: where it
    lasts, the picture was cut or the pose model took another person, and a new stretch begins. So it does where the
    runner turns the other way: another shot, or a turn.
    """
    asked_for = (track.time_s >= within_s[0]) & (track.time_s <= within_s[1])
    seen = seen_whole(track) & asked_for
    owner = _owners(track, seen, settings)
    facing = _facing(track, settings)
    stretches: list[tuple[int, int]] = []
    for person in np.flatnonzero(np.bincount(owner[owner >= 0]) >= settings.min_frames * settings.min_seen_frac):
        present = owner == person
        turns = _turns(track, np.where(present, facing, 0.0), settings)
        for start, end in runs(_bridged(track, present, settings)):
            stretches += pairwise((start, *(turn for turn in turns if start < turn < end), end))
    if not stretches:
        return None
    start, end = max(stretches, key=lambda stretch: _foot_work(track, *stretch))
    whole = np.count_nonzero(owner[start:end] == owner[start])
    if end - start < settings.min_frames or whole < settings.min_seen_frac * (end - start):
        return None
    return start, end


def strangers(part: PoseTrack, *, settings: PresenceSettings) -> np.ndarray:
    """Frames (T,) of a stretch that `find_presence` found in which the pose is not that of the one it begins with."""
    owner = _owners(part, seen_whole(part), settings)
    return np.asarray((owner >= 0) & (owner != owner[0]))


def _foot_work(track: PoseTrack, start: int, end: int) -> tuple[float, float]:
    """How long the stretch is, times how much one ankle rises over the other and sinks again; then its length alone.

    An onlooker may be in the picture for longer, but lifts no foot (`people` separates people by the same cue).
    """
    seconds = float(track.time_s[end - 1] - track.time_s[start])
    part = track.cut(start, end)
    lift_px = np.abs(part.joint_px(Side.LEFT, "ankle") - part.joint_px(Side.RIGHT, "ankle"))[:, 1]
    lift_px = lift_px[np.isfinite(lift_px)]
    if not len(lift_px):
        return 0.0, seconds
    size_px = float(np.nanmedian(_size_px(part)))
    return seconds * float(np.ptp(np.percentile(lift_px, (10, 90)))) / size_px, seconds


def _bridged(track: PoseTrack, present: np.ndarray, settings: PresenceSettings) -> np.ndarray:
    """``present`` (T,) with its short gaps closed."""
    bridged = present.copy()
    for start, end in runs(~present):
        inside = start > 0 and end < len(track)
        if inside and track.time_s[end] - track.time_s[start - 1] <= settings.longest_absence_s:
            bridged[start:end] = True
    return bridged


def _owners(track: PoseTrack, seen: np.ndarray, settings: PresenceSettings) -> np.ndarray:
    """Whose pose each frame (T,) shows, counted from 0, -1 where none is seen whole.

    A person stays the same from sighting to sighting; after a longer absence at another place it is a new one,
    and a pose that jumps away and back within ``longest_absence_s`` interrupts none.
    """
    middle, size_px = (track.middle_px("shoulder") + track.middle_px("hip")) / 2, _size_px(track)
    owner = np.full(len(track), -1)
    last: dict[int, int] = {}  # the frame in which each person was last seen, the latest comer at the end
    people = 0
    for frame in map(int, np.flatnonzero(seen)):
        near = [person for person in last if _same_place(middle, size_px, last[person], frame, settings)]
        person = max(near, key=lambda person: last[person], default=people)
        people = max(people, person + 1)
        last.pop(person, None)
        owner[frame], last[person] = person, frame
        if len(last) > MOST_KNOWN:
            del last[next(iter(last))]
    return owner


def _turns(track: PoseTrack, facing: Floats, settings: PresenceSettings) -> list[int]:
    """Frames from which on the runner faces (T,) the other way for longer than ``longest_absence_s``."""
    shown = np.flatnonzero(facing)
    turns: list[int] = []
    current = 0.0
    edges = np.flatnonzero(np.diff(facing[shown], prepend=0.0, append=0.0))
    for first, last in pairwise(edges):
        start, end = shown[first], shown[last - 1]
        if facing[start] == current or track.time_s[end] - track.time_s[start] <= settings.longest_absence_s:
            continue
        turns += [int(start)] if current else []
        current = facing[start]
    return turns


def _facing(track: PoseTrack, settings: PresenceSettings) -> Floats:
    """1 where nose and toes (T,) both point to the right of the picture, -1 to the left, 0 where neither is plain."""
    feet = [track.joint_px(side, "foot_index") - track.joint_px(side, "heel") for side in Side]
    nose = track.xy_px[:, INDEX["nose"]] - track.middle_px("shoulder")
    with np.errstate(invalid="ignore"):
        toes_x, nose_x = (feet[0] + feet[1])[:, 0] / 2, nose[:, 0]
        plain = np.minimum(np.abs(toes_x), np.abs(nose_x)) > settings.facing_trunks * _size_px(track)
        return np.where(plain & (toes_x * nose_x > 0), np.sign(nose_x), 0.0)


def _size_px(track: PoseTrack) -> Floats:
    """Length of the trunk (T,), never less than a pixel."""
    return np.maximum(track.trunk_px(), 1.0)


def _same_place(middle: Floats, size_px: Floats, before: int, now: int, settings: PresenceSettings) -> bool:
    size = (size_px[before] + size_px[now]) / 2
    ratio = size_px[now] / size_px[before]
    near = np.hypot(*(middle[now] - middle[before])) <= settings.reach_trunks * size
    return bool(near and 1 / settings.size_ratio <= ratio <= settings.size_ratio)


def outside_picture(track: PoseTrack) -> np.ndarray:
    """Landmarks (T, 33) that are placed outside the picture: guesses, not observations."""
    x, y = track.xy_px[..., 0], track.xy_px[..., 1]
    with np.errstate(invalid="ignore"):
        return np.asarray((x < 0) | (x > track.width_px) | (y < 0) | (y > track.height_px))


def feet_outside_frac(track: PoseTrack) -> float:
    """Share of frames in which a foot that MediaPipe still places lies outside the picture (before hiding)."""
    feet = [index_of(side, joint) for side in Side for joint in ("heel", "foot_index")]
    outside = np.asarray(outside_picture(track)[:, feet].any(axis=1))
    placed = np.isfinite(track.xy_px[:, feet, 0]).any(axis=1)
    return float(outside[placed].mean()) if placed.any() else 0.0
