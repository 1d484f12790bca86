"""Left and right: give every frame's two legs back to their owners, and disbelieve joints that fit neither.

Seen from the side a pose model exchanges the legs where they cross, or puts both on the nearer one. Two witnesses
decide for each frame between "as labelled" and "exchanged": continuity of the whole hip-to-toe chains (constant
velocity from the two frames before) and the runner's own mean stride (a Fourier series over the phase of the gait,
fitted robustly, one per leg). The cheapest sequence over the clip is found by Viterbi's algorithm over pairs of
frames. What still lies far from the mean stride is hidden: a gap to be bridged, or "not seen".
"""

from dataclasses import dataclass, replace
from itertools import product

import numpy as np

from formcheck.config import PhaseSettings, SideSettings
from formcheck.gait.phase import Beat, find_beat
from formcheck.landmarks import LEG, LEG_INDEX, Side
from formcheck.records import Floats, PoseTrack

ANKLE = LEG.index("ankle")


@dataclass(frozen=True, slots=True)
class RepairedSides:
    """The track with its legs sorted: which frames were exchanged (T,), how many leg landmarks were disbelieved."""

    track: PoseTrack
    swapped: np.ndarray
    disbelieved_frac: float
    beat: Beat | None


def repair_sides(track: PoseTrack, *, settings: SideSettings, phase: PhaseSettings) -> RepairedSides:
    """Sort the legs of a track whose unseen landmarks are NaN already; without a beat nothing is touched."""
    limbs = _limbs(track)
    costs = _continuity_costs(track.time_s, limbs, settings)
    swapped, beat = _first_guess(track.time_s, limbs, costs, settings, phase)
    if beat is None:
        return RepairedSides(track, np.zeros(len(track), dtype=bool), 0.0, None)
    for _ in range(settings.rounds):
        templates = _templates(_sorted(limbs, swapped), beat.phase, settings)
        swapped = _cheapest(costs, _template_costs(limbs, templates, settings), settings.swap_cost)
        if swapped.mean() > 0.5:  # the model is right about most frames
            swapped = ~swapped
        beat = _beat(track.time_s, _sorted(limbs, swapped), phase) or beat
    sorted_limbs = _sorted(limbs, swapped)
    outliers = _outliers(sorted_limbs, _templates(sorted_limbs, beat.phase, settings), settings)
    seen = np.isfinite(sorted_limbs[..., 0])
    repaired = _with_legs(track, swapped, outliers)
    return RepairedSides(repaired, swapped, float((outliers & seen).sum() / max(seen.sum(), 1)), beat)


def _first_guess(
    time_s: Floats, limbs: Floats, costs: Floats, settings: SideSettings, phase: PhaseSettings
) -> tuple[np.ndarray, Beat | None]:
    """As labelled, or as continuity alone would have it: whichever repeats better from stride to stride."""
    # labels are trusted a little, or every dropped frame would let the legs change owners for nothing
    own = np.stack((np.zeros(len(limbs)), np.full(len(limbs), settings.label_trust)), axis=1)
    guesses = (np.zeros(len(limbs), dtype=bool), _cheapest(costs, own, settings.swap_cost))
    beats = [_beat(time_s, _sorted(limbs, guess), phase) for guess in guesses]
    return max(zip(guesses, beats, strict=True), key=lambda pair: pair[1].periodicity if pair[1] else -1.0)


def _limbs(track: PoseTrack) -> Floats:
    """Both legs (T, 2, 5, 2), left first, from the middle of the hips, in leg lengths."""
    chains = np.stack([track.xy_px[:, LEG_INDEX[side]] for side in Side], axis=1)
    hips = chains[:, :, 0].mean(axis=1)
    thigh, shank = (np.hypot(*np.moveaxis(chains[:, :, k + 1] - chains[:, :, k], -1, 0)) for k in (0, 1))
    leg_px = np.nanmedian(thigh + shank) if np.isfinite(thigh + shank).any() else np.nan
    result: Floats = (chains - hips[:, None, None]) / leg_px
    return result


def _sorted(limbs: Floats, swapped: np.ndarray) -> Floats:
    return np.where(swapped[:, None, None, None], limbs[:, ::-1], limbs)


def _beat(time_s: Floats, limbs: Floats, phase: PhaseSettings) -> Beat | None:
    return find_beat(time_s, limbs[:, 0, ANKLE, 0] - limbs[:, 1, ANKLE, 0], settings=phase)


def _capped(difference: Floats, cap: float) -> Floats:
    """Sum over legs and joints of squared distances, each capped, (T,); unseen joints say nothing."""
    squared = np.sum(difference**2, axis=-1)
    return np.asarray(np.sum(np.minimum(np.nan_to_num(squared, nan=0.0), cap**2), axis=(-2, -1)) / cap**2)


def _continuity_costs(time_s: Floats, limbs: Floats, settings: SideSettings) -> Floats:
    """Cost (T, 2, 2, 2) of each choice for the frames t-2, t-1 and t."""
    costs = np.zeros((len(limbs), 2, 2, 2))
    orders = (limbs, limbs[:, ::-1])
    step = np.diff(time_s)
    ratio = np.minimum(step[1:] / step[:-1], 1.5)[:, None, None, None]
    for before, last, now in product((0, 1), repeat=3):
        expected = orders[last][1:-1] + ratio * (orders[last][1:-1] - orders[before][:-2])
        costs[2:, before, last, now] = _capped(orders[now][2:] - expected, settings.jump_cap_ll)
    return costs


def _cheapest(costs: Floats, own: Floats, swap_cost: float) -> np.ndarray:
    """Viterbi over pairs (frame before, frame now); ``own`` (T, 2) is what each choice costs by itself."""
    count = len(costs)
    change = swap_cost * (1 - np.eye(2))
    total = own[0][:, None] + (own[1][None, :] + change if count > 1 else 0.0)
    came_from = np.zeros((count, 2, 2), dtype=np.int8)
    for t in range(2, count):
        ways = total[:, :, None] + costs[t] + change[None] + own[t][None, None, :]
        came_from[t] = ways.argmin(axis=0)
        total = ways.min(axis=0)
    path = np.zeros(count, dtype=np.int8)
    last, now = np.unravel_index(int(total.argmin()), total.shape)
    for t in range(count - 1, 0, -1):
        path[t] = now
        last, now = came_from[t, last, now], last
    path[0] = now
    return path.astype(bool)


def _templates(limbs: Floats, phase: Floats, settings: SideSettings) -> Floats:
    """The runner's mean stride at every frame (T, 2, 5, 2): a Fourier series over the phase, fitted robustly."""
    basis = _fourier(phase, settings.harmonics)
    flat = limbs.reshape(len(limbs), -1)
    fitted = np.full(flat.shape, np.nan)
    for column in range(flat.shape[1]):
        fitted[:, column] = basis @ _robust_fit(basis, flat[:, column])
    return fitted.reshape(limbs.shape)


def _fourier(phase: Floats, harmonics: int) -> Floats:
    turns = 2 * np.pi * phase[:, None] * np.arange(1, harmonics + 1)
    return np.concatenate((np.ones((len(phase), 1)), np.cos(turns), np.sin(turns)), axis=1)


def _robust_fit(basis: Floats, values: Floats, rounds: int = 6) -> Floats:
    """Least squares with Tukey's biweight (4.685 robust deviations), lightly ridged for few frames."""
    seen = np.isfinite(values)
    if seen.sum() < basis.shape[1]:
        return np.full(basis.shape[1], np.nan)
    design, target = basis[seen], values[seen]
    weight = np.ones(len(target))
    ridge = 1e-3 * np.eye(basis.shape[1])
    for _ in range(rounds):
        weighted = design * weight[:, None]
        solution = np.linalg.solve(weighted.T @ design + ridge, weighted.T @ target)
        residual = target - design @ solution
        scale = 1.4826 * np.median(np.abs(residual)) + 1e-6
        weight = np.clip(1 - (residual / (4.685 * scale)) ** 2, 0, None) ** 2
    return np.asarray(solution)


def _template_costs(limbs: Floats, templates: Floats, settings: SideSettings) -> Floats:
    cap = settings.jump_cap_ll
    as_is, exchanged = (_capped(order - templates, cap) for order in (limbs, limbs[:, ::-1]))
    return settings.weight_of_template * np.stack((as_is, exchanged + settings.label_trust), axis=1)


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
    left, right = (list(LEG_INDEX[side]) for side in Side)
    rows = np.flatnonzero(swapped)[:, None]
    for values in (xy_px, visibility):
        values[rows, left], values[rows, right] = values[rows, right], values[rows, left]
    for column, side in enumerate(Side):
        chain = xy_px[:, LEG_INDEX[side]]
        chain[outliers[:, column]] = np.nan
        xy_px[:, LEG_INDEX[side]] = chain
    return replace(track, xy_px=xy_px, visibility=visibility)
