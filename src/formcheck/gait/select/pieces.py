"""The pieces in which a clip shows one unbroken run: between halts of the picture, gaps of the clock, cuts and turns.

People pause a recording, trim its middle, freeze a picture to draw on it, and play it to and fro. Behind each of these
the beat starts anew; where nothing moves, or time runs backwards, there is no step.
"""

from dataclasses import replace
from itertools import pairwise

import numpy as np
from scipy.ndimage import maximum_filter1d, minimum_filter1d

from formcheck.gait.select.cuts import find_cuts
from formcheck.gait.select.reversal import find_backward
from formcheck.gait.select.steady import find_rhythm
from formcheck.gait.settings import PieceSettings, Settings
from formcheck.records.gait import LeftOut, Piece
from formcheck.records.skeleton import LEG_INDEX, Side
from formcheck.records.track import Floats, PoseTrack, runs


def find_pieces(pose: PoseTrack, *, from_side: bool, settings: Settings) -> tuple[Piece, ...]:
    """The pieces, used and left out, from the first frame to the last; one where nothing breaks the run.

    Cuts and turns show in a view ``from_side`` alone.
    """
    left_out = np.full(len(pose), "", dtype=object)
    left_out[find_still(pose, settings=settings.pieces)] = "still"
    rhythm = find_rhythm(pose, settings=settings.steady) if from_side else None
    stride_s = 2 * float(np.median(rhythm.interval_s)) if rhythm is not None and len(rhythm.interval_s) else np.nan
    if np.isfinite(stride_s):
        left_out[(left_out == "") & find_backward(pose, stride_s, settings=settings)] = "backward"
    seams = set(_changes(left_out)) | set(_clock_gaps(pose.time_s, settings.pieces))
    if np.isfinite(stride_s):
        for start, end in pairwise(sorted(seams | {0, len(pose)})):
            if left_out[start] == "":
                seams |= set(find_cuts(pose, (start, end), stride_s, settings=settings.pieces))
    pieces = [(start, end, left_out[start]) for start, end in pairwise(sorted(seams | {0, len(pose)}))]
    return tuple(_judged(pose.time_s, pieces, stride_s, settings.pieces))


def _judged(
    time_s: Floats, pieces: list[tuple[int, int, LeftOut]], stride_s: float, settings: PieceSettings
) -> list[Piece]:
    """The pieces without those too short to show a stride; the longest of those that move stays."""
    longest = max((end - start for start, end, why in pieces if why in ("", "backward")), default=0)
    if all(why == "still" for _, _, why in pieces):  # the whole clip is a still picture
        return [Piece(0, len(time_s))]
    least_s = settings.least_strides * stride_s if len(pieces) > 1 else 0.0

    def why_not(start: int, end: int, why: LeftOut) -> LeftOut:
        is_short = time_s[end - 1] - time_s[start] < least_s and end - start < longest
        return "short" if why == "" and is_short else why

    return [Piece(start, end, why_not(start, end, why)) for start, end, why in pieces]


def with_sure_sides(pieces: tuple[Piece, ...], exchanged: np.ndarray, *, settings: PieceSettings) -> tuple[Piece, ...]:
    """The pieces without those in which the pose model names the legs one way nearly as often as the other.

    ``exchanged`` (T,): where its legs were exchanged. In one piece the rhythm shows which leg is which as well; from
    piece to piece nothing else does. The longest piece stays.
    """
    used = [piece for piece in pieces if not piece.left_out]
    if len(used) < 2:
        return pieces
    longest = max(used, key=lambda piece: piece.end - piece.start)
    sure = {piece for piece in used if exchanged[piece.start : piece.end].mean() <= settings.most_exchanged_frac}
    if longest not in sure:
        sure = {longest}
    return tuple(replace(piece, left_out="sides_unclear") if piece in set(used) - sure else piece for piece in pieces)


def find_still(pose: PoseTrack, *, settings: PieceSettings) -> np.ndarray:
    """Frames (T,) in which the picture stands still: no joint of the legs moves about the hips for ``still_s``.

    Measured by how far they usually move in that time, so that slow motion stands less still than a halted picture.
    """
    count = round(settings.still_s / float(np.median(np.diff(pose.time_s)))) + 1 if len(pose) > 1 else 0
    if count < 3 or len(pose) <= count:
        return np.zeros(len(pose), dtype=bool)
    legs = _legs(pose)
    way = _moved(legs, count)
    usual = float(np.nanpercentile(way, 90)) if np.isfinite(way).any() else np.nan
    still = way < settings.still_share * usual
    still = maximum_filter1d(still.astype(np.uint8), count, mode="constant").astype(bool)
    for start, end in runs(still):
        still[_reach(legs, start, -1, settings.still_share * usual) : start] = True
        still[end : _reach(legs, end - 1, 1, settings.still_share * usual) + 1] = True
    return still


def _legs(pose: PoseTrack) -> Floats:
    """Knees, ankles, heels and toes (T, 8, 2) from the middle of the hips, in trunk lengths of that frame."""
    chains = np.stack([pose.xy_px[:, LEG_INDEX[side]] for side in Side], axis=1)
    limbs: Floats = chains[:, :, 1:] - chains[:, :, :1].mean(axis=1, keepdims=True)
    return limbs.reshape(len(pose), -1, 2) / np.maximum(pose.trunk_px(), 1.0)[:, None, None]


def _moved(legs: Floats, count: int) -> Floats:
    """How far the joint that moves most gets (T,) within ``count`` frames around each; NaN where too few are seen."""
    seen = np.isfinite(legs)
    top = maximum_filter1d(np.where(seen, legs, -np.inf), count, axis=0, mode="nearest")
    low = minimum_filter1d(np.where(seen, legs, np.inf), count, axis=0, mode="nearest")
    with np.errstate(invalid="ignore"):
        extent = np.hypot(*np.moveaxis(top - low, -1, 0))
    extent[~np.isfinite(extent)] = np.nan
    often = np.isfinite(extent).sum(axis=1) >= legs.shape[1] // 2
    return np.where(often, np.nanmax(np.nan_to_num(extent, nan=0.0), axis=1), np.nan)


def _reach(legs: Floats, frame: int, step: int, within: float) -> int:
    """The last frame before or after one of a halt in which the legs are still where they are there."""
    place = legs[frame]
    while 0 <= frame + step < len(legs):
        away = np.hypot(*(legs[frame + step] - place).T)
        if not np.isfinite(away).any() or np.nanmax(away) > within:
            break
        frame += step
    return frame


def _clock_gaps(time_s: Floats, settings: PieceSettings) -> list[int]:
    """Frames before which the clock misses more than a few pictures."""
    between_s = np.diff(time_s)
    longest_s = max(settings.longest_gap_s, settings.longest_gap_frames * float(np.median(between_s)))
    return (np.flatnonzero(between_s > longest_s) + 1).tolist()


def _changes(left_out: np.ndarray) -> list[int]:
    return (np.flatnonzero(left_out[1:] != left_out[:-1]) + 1).tolist()
