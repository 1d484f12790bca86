"""Which part of a runner's time in the picture is steady running: stepping on, walking, ramps and stops left out."""

from dataclasses import dataclass

import numpy as np
from scipy.ndimage import median_filter

from formcheck.gait.settings import SteadySettings
from formcheck.records.skeleton import Side
from formcheck.records.track import Floats, PoseTrack


@dataclass(frozen=True, slots=True)
class Rhythm:
    """The steps as the ankles part: when each began (N,), and how high an ankle rose in the stride (N-1,)."""

    at_s: Floats
    lift_ll: Floats

    @property
    def interval_s(self) -> Floats:
        """Between the beginnings of steps, (N-1,)."""
        return np.diff(self.at_s)


def find_steady(track: PoseTrack, *, settings: SteadySettings) -> tuple[int, int]:
    """The stretch [start, end) of frames with the most steps of one rhythm; running comes before walking.

    For side views: the rhythm is that of the distance between the ankles, which does not care which is left. Nothing is
    cut where too few steps are seen to know a rhythm.
    """
    whole = (0, len(track))
    rhythm = find_rhythm(track, settings=settings)
    if rhythm is None or len(rhythm.interval_s) < settings.min_intervals:
        return whole
    first, last = _longest_of_one_rhythm(rhythm, settings)
    step_s = float(np.median(rhythm.interval_s[first:last]))
    start_s, end_s = rhythm.at_s[first], rhythm.at_s[last]
    if first == 0:
        start_s -= settings.room_steps * step_s
    if last == len(rhythm.interval_s):
        end_s += settings.room_steps * step_s
    start, end = np.searchsorted(track.time_s, (start_s, end_s + 1e-9))
    return int(start), int(end)


def find_rhythm(track: PoseTrack, *, settings: SteadySettings) -> Rhythm | None:
    """When the ankles part, in the picture's horizontal.

    A step is counted when their distance passes the upper of two levels for the first time after it was below the
    lower one. None when the ankles are never seen together or hardly move.
    """
    longer_px = float(np.fmax(track.leg_px(Side.LEFT), track.leg_px(Side.RIGHT)))
    between_ll = (track.joint_px(Side.LEFT, "ankle") - track.joint_px(Side.RIGHT, "ankle")) / longer_px
    seen = np.isfinite(between_ll).all(axis=1)
    if seen.sum() < settings.min_intervals:
        return None
    x_ll, y_ll = (np.abs(np.interp(track.time_s, track.time_s[seen], axis[seen])) for axis in between_ll.T)
    if np.percentile(x_ll, 90) < settings.least_parting_ll:
        return None
    ahead = np.sign(np.interp(track.time_s, track.time_s[seen], between_ll[seen, 0]))
    frames = _beginnings(track.time_s, median_filter(x_ll, 3), ahead, settings)
    # Of two steps: seen from above, one foot seems to be lifted less than the other.
    lift = [float(np.percentile(y_ll[start:end], 95)) for start, end in zip(frames, [*frames[2:], None], strict=False)]
    return Rhythm(track.time_s[frames], np.array(lift[: max(len(frames) - 1, 0)]))


def _beginnings(time_s: Floats, apart_ll: Floats, ahead: Floats, settings: SteadySettings) -> list[int]:
    """Frames in which the ankles, having been together, have parted.

    The same foot ahead again (its sign, (T,)), and much too soon, is a slip of the landmarks.
    """
    low, high = (share * float(np.percentile(apart_ll, 90)) for share in settings.parting_levels)
    frames: list[int] = []
    together = False
    for frame, distance in enumerate(apart_ll):
        if together and distance > high:
            usual_s = float(np.median(np.diff(time_s[frames[-6:]]))) if len(frames) > 1 else 0.0
            too_soon = bool(frames) and time_s[frame] - time_s[frames[-1]] < settings.too_soon * usual_s
            if not (too_soon and ahead[frame] == ahead[frames[-1]]):
                frames.append(frame)
        together = distance < low or (together and distance <= high)
    return frames


def _longest_of_one_rhythm(rhythm: Rhythm, settings: SteadySettings) -> tuple[int, int]:
    """Intervals [first, last) whose length and lift stay within bounds: of those that run the longest, else of all."""
    interval_s, lift_ll = (median_filter(values, 5, mode="nearest") for values in (rhythm.interval_s, rhythm.lift_ll))
    best, best_rank = (0, len(interval_s)), (False, 0)
    last = 0
    for first in range(len(interval_s)):
        last = max(last, first + 1)
        while (
            last < len(interval_s)
            and _ratio(interval_s[first : last + 1]) <= settings.interval_ratio
            and _ratio(lift_ll[first : last + 1]) <= settings.lift_ratio
        ):
            last += 1
        runs = float(np.median(lift_ll[first:last])) >= settings.running_lift_ll
        rank = (runs and last - first >= settings.min_intervals, last - first)
        if rank > best_rank:
            best, best_rank = (first, last), rank
    return best


def _ratio(values: Floats) -> float:
    return float(values.max() / max(values.min(), 1e-9))
