"""Which part of the clip shows the runner."""

from dataclasses import replace

import numpy as np

from formcheck.config import PresenceSettings
from formcheck.gait.cleaning import runs
from formcheck.landmarks import INDEX, Side, index_of
from formcheck.records import PoseTrack


def seen_whole(track: PoseTrack) -> np.ndarray:
    """Frames (T,) in which shoulders, hips and at least one knee and ankle are seen."""
    seen = np.isfinite(track.xy_px[..., 0])
    trunk = seen[:, [INDEX[f"{side}_{joint}"] for side in Side for joint in ("shoulder", "hip")]].all(axis=1)
    legs = [seen[:, index_of(side, "knee")] & seen[:, index_of(side, "ankle")] for side in Side]
    return np.asarray(trunk & (legs[0] | legs[1]))


def find_presence(track: PoseTrack, *, settings: PresenceSettings) -> tuple[int, int] | None:
    """The longest stretch [start, end) of frames with the runner in the picture; None when there is none worth it.

    Absences up to ``longest_absence_s`` do not end a stretch, but enough of its frames must show the runner.
    """
    present = seen_whole(track)
    for start, end in runs(~present):
        inside = start > 0 and end < len(track)
        if inside and track.time_s[end] - track.time_s[start - 1] <= settings.longest_absence_s:
            present[start:end] = True
    stretches = runs(present)
    if not stretches:
        return None
    start, end = max(stretches, key=lambda stretch: track.time_s[stretch[1] - 1] - track.time_s[stretch[0]])
    if end - start < settings.min_frames or seen_whole(track)[start:end].mean() < settings.min_seen_frac:
        return None
    return start, end


def cut(track: PoseTrack, start: int, end: int) -> PoseTrack:
    """The frames [start, end) of a track."""
    span = slice(start, end)
    return replace(track, time_s=track.time_s[span], xy_px=track.xy_px[span], visibility=track.visibility[span])


def feet_outside_frac(track: PoseTrack, *, margin_frac: float = 0.005) -> float:
    """Share of frames in which a foot that MediaPipe still places lies outside the picture (before hiding)."""
    feet = track.xy_px[:, [index_of(side, joint) for side in Side for joint in ("heel", "foot_index")]]
    with np.errstate(invalid="ignore"):
        x, y = feet[..., 0] / track.width_px, feet[..., 1] / track.height_px
        outside = (x < margin_frac) | (x > 1 - margin_frac) | (y < margin_frac) | (y > 1 - margin_frac)
    placed = np.isfinite(x).any(axis=1)
    return float(outside[placed].any(axis=1).mean()) if placed.any() else 0.0
