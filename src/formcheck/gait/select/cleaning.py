"""Hide what was not seen, fill short gaps, smooth without delay."""

from collections import defaultdict
from dataclasses import replace

import numpy as np
from scipy.interpolate import PchipInterpolator
from scipy.signal import butter, sosfiltfilt

from formcheck.gait.rhythm.apart import unbroken
from formcheck.gait.select.presence import outside_picture
from formcheck.gait.settings import CleaningSettings
from formcheck.records.track import Floats, PoseTrack, runs


def hide_unseen(track: PoseTrack, *, settings: CleaningSettings) -> PoseTrack:
    """NaN wherever MediaPipe doubts a landmark or places it outside the picture."""
    hidden = (
        outside_picture(track) | np.isnan(track.xy_px).any(axis=-1) | ~(track.visibility >= settings.min_visibility)
    )
    return replace(track, xy_px=np.where(hidden[..., None], np.nan, track.xy_px))


def fill_gaps(time_s: Floats, values: Floats, *, longest_gap_s: float) -> Floats:
    """Values (T, ...) with gaps up to ``longest_gap_s`` bridged by PCHIP; longer gaps and the ends stay NaN.

    A gap is measured between the samples that frame it.
    """
    filled = np.array(values, dtype=np.float64)
    columns = filled.reshape(len(time_s), -1)
    for column in columns.T:
        _fill_column(time_s, column, longest_gap_s)
    return columns.reshape(filled.shape)


def bridge_gaps(pose: PoseTrack, factor: float, *, settings: CleaningSettings) -> PoseTrack:
    """The pose of a clip slowed down ``factor`` times, its short gaps bridged."""
    xy_px = fill_gaps(pose.time_s, pose.xy_px, longest_gap_s=settings.longest_gap_s * factor)
    return replace(pose, xy_px=xy_px)


def _fill_column(time_s: Floats, column: Floats, longest_gap_s: float) -> None:
    seen = np.flatnonzero(np.isfinite(column))
    if len(seen) < 2 or len(seen) == len(column):
        return
    starts, ends = seen[:-1], seen[1:]
    short = (ends - starts > 1) & (time_s[ends] - time_s[starts] <= longest_gap_s + 1e-9)
    if not short.any():
        return
    bridge = PchipInterpolator(time_s[seen], column[seen])
    for start, end in zip(starts[short], ends[short], strict=True):
        column[start + 1 : end] = bridge(time_s[start + 1 : end])


def smooth(time_s: Floats, values: Floats, *, cutoff_hz: float, settings: CleaningSettings) -> Floats:
    """Zero-phase fourth-order Butterworth over (T, ...), each unbroken run of seen samples by itself.

    The cut-off gives way where the frame rate cannot carry it. Runs too short to filter stay as they are. Uneven times
    are filtered on an even grid and read back.
    """
    interval_s = float(np.median(np.diff(time_s)))
    limit = settings.cutoff_share_of_nyquist * 0.5 / interval_s
    sos = butter(2, min(cutoff_hz, limit) * 2 * interval_s, output="sos")
    smoothed = np.array(values, dtype=np.float64)
    columns = smoothed.reshape(len(time_s), -1)
    alike: defaultdict[bytes, list[int]] = defaultdict(list)  # columns seen in the same frames are filtered together
    for number, seen in enumerate(np.isfinite(columns).T):
        alike[seen.tobytes()].append(number)
    for numbers in alike.values():
        for piece in unbroken(time_s):
            for start, end in runs(np.isfinite(columns[piece, numbers[0]])):
                part = slice(piece.start + start, piece.start + end)
                columns[part, numbers] = _filtfilt(sos, time_s[part], columns[part, numbers], interval_s)
    return columns.reshape(smoothed.shape)


def _filtfilt(sos: Floats, time_s: Floats, values: Floats, interval_s: float) -> Floats:
    shortest = 15
    if len(values) < shortest:
        return values
    grid = np.linspace(time_s[0], time_s[-1], max(shortest, round((time_s[-1] - time_s[0]) / interval_s) + 1))
    even = sosfiltfilt(sos, _read_at(grid, time_s, values), axis=0, padlen=shortest - 3)
    return _read_at(time_s, grid, even)


def _read_at(at_s: Floats, time_s: Floats, values: Floats) -> Floats:
    """Columns (T, C) at other times, on straight lines."""
    return np.stack([np.interp(at_s, time_s, column) for column in values.T], axis=1)
