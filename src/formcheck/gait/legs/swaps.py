"""Left and right: give every frame's two legs back to their owners, and reject joints that fit neither.

Seen from the side a pose model exchanges the legs where they cross, or puts both on the nearer one. How far the ankles
are apart does not depend on which is called left, so its rhythm gives the phase of the gait however the legs are
labelled; only which of two turns is the left leg's is left to the labels, all together. Then each frame is held
against the runner's own mean stride (a Fourier series over the phase, fitted robustly, one per leg): as labelled, or
exchanged. What still lies far from the mean stride is hidden: a gap to be bridged, or "not seen".
"""

from dataclasses import dataclass, replace

import numpy as np

from formcheck.gait.rhythm.apart import unbroken
from formcheck.gait.rhythm.phase import find_beat
from formcheck.gait.settings import PhaseSettings, SideSettings
from formcheck.records.gait import Beat
from formcheck.records.skeleton import LEG, LEG_INDEX, Side
from formcheck.records.track import Floats, PoseTrack

ANKLE = LEG.index("ankle")
FOOT = slice(ANKLE, None)


@dataclass(frozen=True, slots=True)
class RepairedSides:
    """The track with its legs sorted, and which frames were exchanged (T,)."""

    track: PoseTrack
    swapped: np.ndarray
    beat: Beat | None


def repair_sides(track: PoseTrack, *, settings: SideSettings, phase: PhaseSettings) -> RepairedSides:
    """Sort the legs of a track whose unseen landmarks are NaN already; without a beat nothing is touched."""
    limbs = _limbs(track)
    apart = ~_together(limbs, settings)
    swapped = _by_rhythm(track.time_s, limbs, apart, phase)
    beat = _beat(track.time_s, _sorted(limbs, swapped), apart, phase)
    if beat is None:
        return RepairedSides(track, np.zeros(len(track), dtype=bool), None)
    shared = _shared_stride(_sorted(limbs, swapped), beat.phase, settings)
    swapped = _nearer(limbs, shared, settings)
    beat = _beat(track.time_s, _sorted(limbs, swapped), apart, phase) or beat
    shared = _shared_stride(_sorted(limbs, swapped), beat.phase, settings)
    own = _own_strides(_sorted(limbs, swapped), shared, beat.phase, settings)
    swapped = _nearer(limbs, own, settings)
    sorted_limbs = _sorted(limbs, swapped)
    outliers = _outliers(sorted_limbs, own, settings)
    beat = _beat(track.time_s, np.where(outliers[..., None], np.nan, sorted_limbs), apart, phase) or beat
    return RepairedSides(_with_legs(track, swapped, outliers), swapped, beat)


def _by_rhythm(time_s: Floats, limbs: Floats, apart: np.ndarray, phase: PhaseSettings) -> np.ndarray:
    """Frames (T,) to exchange so that the legs lead in turn; none in a clip too short to show the steps' rhythm."""
    lead = _lead(limbs, np.stack((np.ones_like(apart), apart), axis=1))
    steps = replace(
        phase,
        shortest_stride_s=phase.shortest_stride_s / 2,
        longest_stride_s=phase.longest_stride_s / 2,
        min_strides=2 * phase.min_strides,
        first_peak_share=phase.first_step_share,
    )
    beat = find_beat(time_s, np.abs(lead), settings=steps)
    if beat is None:
        return np.zeros(len(limbs), dtype=bool)
    leads = lead * np.cos(np.pi * beat.phase)
    for piece in unbroken(time_s):
        if np.nansum(leads[piece]) < 0:  # the model is right about most frames
            leads[piece] *= -1
    return np.asarray(leads < 0)


def _limbs(track: PoseTrack) -> Floats:
    """Both legs (T, 2, 5, 2), left first, from the middle of the hips, in leg lengths."""
    chains = np.stack([track.xy_px[:, LEG_INDEX[side]] for side in Side], axis=1)
    hips = chains[:, :, 0].mean(axis=1)
    thigh, shank = (np.hypot(*np.moveaxis(chains[:, :, k + 1] - chains[:, :, k], -1, 0)) for k in (0, 1))
    leg_px = np.nanmedian(thigh + shank) if np.isfinite(thigh + shank).any() else np.nan
    result: Floats = (chains - hips[:, None, None]) / leg_px
    return result


def _sorted(limbs: Floats, swapped: np.ndarray) -> Floats:
    """Legs exchanged below the hip in some frames: a pose model keeps the hips' owners when it mistakes the legs."""
    result = limbs.copy()
    result[swapped, :, 1:] = limbs[swapped, ::-1, 1:]
    return result


def _together(limbs: Floats, settings: SideSettings) -> np.ndarray:
    """Frames (T,) in which both feet lie on one place, where no two feet of a runner can be: one is a copy."""
    distance = np.hypot(*np.moveaxis(limbs[:, 0, FOOT] - limbs[:, 1, FOOT], -1, 0))
    return np.asarray(distance.mean(axis=1) < settings.together_ll)


def _beat(time_s: Floats, limbs: Floats, apart: np.ndarray, phase: PhaseSettings) -> Beat | None:
    return find_beat(time_s, _lead(limbs, np.stack((apart, apart), axis=1)), settings=phase)


def _lead(limbs: Floats, believed: np.ndarray) -> Floats:
    """How far the left ankle is ahead (T,); where one is not seen or was rejected (T, 2), it mirrors the other."""
    ahead = np.where(believed, limbs[:, :, ANKLE, 0], np.nan)
    ahead = ahead - (np.nanmean(ahead) if np.isfinite(ahead).any() else 0.0)
    left, right = np.where(np.isfinite(ahead), ahead, -ahead[:, ::-1]).T
    return np.asarray(left - right)


def _nearer(limbs: Floats, templates: Floats, settings: SideSettings) -> np.ndarray:
    """Frames (T,) in which the exchanged legs lie nearer the mean stride; unseen joints say nothing."""
    as_is, exchanged = (
        _capped(order[:, :, 1:] - templates[:, :, 1:], settings.jump_cap_ll) for order in (limbs, limbs[:, ::-1])
    )
    return np.asarray(as_is > exchanged + settings.label_trust)


def _capped(difference: Floats, cap: float) -> Floats:
    """Sum over legs and joints of squared distances, each capped, (T,); unseen joints say nothing."""
    squared = np.sum(difference**2, axis=-1)
    return np.asarray(np.sum(np.minimum(np.nan_to_num(squared, nan=0.0), cap**2), axis=(-2, -1)) / cap**2)


def _shared_stride(limbs: Floats, phase: Floats, settings: SideSettings) -> Floats:
    """One mean stride for both legs, half a turn apart, at every frame (T, 2, 5, 2).

    What one leg lacks, or shows wrongly in the same place of every stride, the other shows.
    """
    stiffness = (settings.landmark_noise_ll / settings.stride_ll) ** 2
    both = np.concatenate((limbs[:, 0], limbs[:, 1])).reshape(2 * len(limbs), -1)
    fitted = _fit(np.concatenate((phase, phase + 0.5)), both, settings.harmonics, stiffness)
    return np.stack(np.split(fitted.reshape(-1, *limbs.shape[2:]), 2), axis=1)


def _own_strides(limbs: Floats, shared: Floats, phase: Floats, settings: SideSettings) -> Floats:
    """Each leg's mean stride at every frame: the shared one and how the leg differs from it."""
    stiffness = (settings.landmark_noise_ll / settings.asymmetry_ll) ** 2
    difference = limbs - shared
    difference[np.hypot(*np.moveaxis(difference, -1, 0)) > settings.largest_asymmetry_ll] = np.nan
    flat = difference.reshape(len(limbs), -1)
    return shared + _fit(phase, flat, settings.harmonics, stiffness).reshape(limbs.shape)


def _fit(phase: Floats, paths: Floats, harmonics: int, stiffness: float) -> Floats:
    """Each path's (T, C) mean over the phase of the gait: a Fourier series, fitted robustly."""
    turns = 2 * np.pi * phase[:, None] * np.arange(1, harmonics + 1)
    basis = np.concatenate((np.ones((len(phase), 1)), np.cos(turns), np.sin(turns)), axis=1)
    order = np.concatenate(([0.1], np.arange(1, harmonics + 1), np.arange(1, harmonics + 1)))
    ridge = np.diag(stiffness * order**4)
    return np.asarray(basis @ _robust_fit(basis, paths, ridge).T)


def _robust_fit(basis: Floats, values: Floats, ridge: Floats, rounds: int = 6) -> Floats:
    """Ridged least squares of each column (T, C) with Tukey's biweight (4.685 robust deviations): coefficients (C, K).

    NaN for a column with fewer sightings than coefficients.
    """
    seen = np.isfinite(values.T)
    known = seen.sum(axis=1) >= basis.shape[1]
    solution = np.full((values.shape[1], basis.shape[1]), np.nan)
    if not known.any():
        return solution
    seen = seen[known]
    target = np.where(seen, values.T[known], 0.0)
    weight = seen.astype(np.float64)
    products = (basis[:, :, None] * basis[:, None]).reshape(len(basis), -1)
    for _ in range(rounds):
        normal = (weight @ products).reshape(-1, *ridge.shape) + ridge
        solution[known] = np.linalg.solve(normal, ((weight * target) @ basis)[..., None])[..., 0]
        residual = np.abs(target - solution[known] @ basis.T)
        scale = 1.4826 * np.array([np.median(each[there]) for each, there in zip(residual, seen, strict=True)]) + 1e-6
        weight = seen * np.clip(1 - (residual / (4.685 * scale[:, None])) ** 2, 0, None) ** 2
    return solution


def _outliers(limbs: Floats, templates: Floats, settings: SideSettings) -> np.ndarray:
    """Leg landmarks (T, 2, 5) that lie further from the mean stride than this runner's strides vary."""
    distance = np.hypot(*np.moveaxis(limbs - templates, -1, 0))
    ever = np.isfinite(distance).any(axis=0)
    middle = np.zeros(ever.shape)
    middle[ever] = np.nanmedian(distance[:, ever], axis=0)
    robust_sd = 0.85 * middle  # Rayleigh median to standard deviation of one coordinate
    return np.asarray(distance > np.maximum(settings.outlier_floor_ll, settings.outlier_deviations * robust_sd))


def _with_legs(track: PoseTrack, swapped: np.ndarray, outliers: np.ndarray) -> PoseTrack:
    xy_px, visibility = np.array(track.xy_px), np.array(track.visibility)
    left, right = (list(LEG_INDEX[side][1:]) for side in Side)
    rows = np.flatnonzero(swapped)[:, None]
    for values in (xy_px, visibility):
        values[rows, left], values[rows, right] = values[rows, right], values[rows, left]
    for column, side in enumerate(Side):
        chain = xy_px[:, LEG_INDEX[side]]
        chain[outliers[:, column]] = np.nan
        xy_px[:, LEG_INDEX[side]] = chain
    return replace(track, xy_px=xy_px, visibility=visibility)
