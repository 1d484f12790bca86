"""The beat of the gait: the stride's period and, for every frame, where in the stride the legs are."""

from dataclasses import replace

import numpy as np
from scipy.signal import fftconvolve

from formcheck.gait.rhythm.apart import unbroken
from formcheck.gait.settings import PhaseSettings
from formcheck.records.gait import Beat
from formcheck.records.track import Floats

WINDOW_STRIDES = 0.7
"""Standard deviation of the windows: wide enough to see a whole stride, narrow enough to follow a change of rhythm."""

LONGEST_LINE_STRIDES = 0.15
"""A straight line across a longer gap carries no phase, yet would weigh as much as a sighting."""


FEWEST_SEEN = 8
"""Frames with both ankles; fewer show no phase."""

GAP_TURNS = 1.0
"""From one piece's last phase to the next one's first, at least: no stance lies there."""

HARMONICS = 4
"""Of the stride: what a trunk does in running."""


def find_beat(time_s: Floats, separation: Floats, *, settings: PhaseSettings) -> Beat | None:
    """The beat in the ankles' forward separation (T,), left minus right; None when there is none.

    The period is the first high peak of the autocorrelation in the piece that shows most, refined by the mean advance
    of the phase in all of them.
    """
    seen = np.isfinite(separation)
    pieces = tuple(unbroken(time_s))
    shown = [piece for piece in pieces if seen[piece].sum() >= FEWEST_SEEN]
    if not shown:
        return None
    interval_s = float(np.median(np.diff(time_s)))
    longest = max(shown, key=lambda piece: int(seen[piece].sum()))
    found = _period(_on_grid(time_s[longest], separation[longest], interval_s)[1], interval_s, settings)
    if found is None:
        return None
    period_s, periodicity = found
    phase, turns = np.zeros(len(time_s)), 0.0
    for piece in pieces:
        if piece in shown:
            own = _phase_in(time_s[piece], separation[piece], interval_s, period_s)
            phase[piece] = own + (np.ceil(turns) + GAP_TURNS - np.floor(own[0]) if piece.start else 0.0)
            turns = phase[piece.stop - 1]
        else:
            phase[piece] = turns
    slope = _common_slope([(time_s[piece][seen[piece]], phase[piece][seen[piece]]) for piece in shown])
    return Beat(1 / slope if slope > 0 else period_s, periodicity, phase, pieces)


def _on_grid(time_s: Floats, separation: Floats, interval_s: float) -> tuple[Floats, Floats]:
    """Even instants and the separation there, about its mean."""
    seen = np.isfinite(separation)
    grid = np.arange(time_s[0], time_s[-1] + interval_s / 2, interval_s)
    signal = np.interp(grid, time_s[seen], separation[seen])
    return grid, signal - np.mean(signal)


def _phase_in(time_s: Floats, separation: Floats, interval_s: float, period_s: float) -> Floats:
    """Phase (T,) in one piece."""
    grid, signal = _on_grid(time_s, separation, interval_s)
    signal[_gap_s(grid, time_s[np.isfinite(separation)]) > LONGEST_LINE_STRIDES * period_s] = np.nan
    return np.interp(time_s, grid, _phase(signal, interval_s, period_s))


def _common_slope(pieces: list[tuple[Floats, Floats]]) -> float:
    """The slope that straight lines through all pieces share, each at its own height."""
    slopes = np.array([np.polyfit(time_s, phase, 1)[0] for time_s, phase in pieces])
    levers = np.array([np.sum((time_s - time_s.mean()) ** 2) for time_s, _ in pieces])
    return float(slopes @ (levers / levers.sum()))


def turns_of(beat: Beat) -> float:
    """How many strides a beat goes on for, what lies between its pieces left out."""
    advance = np.diff(beat.phase)
    return float(advance[advance < GAP_TURNS].sum())


def _gap_s(grid_s: Floats, seen_s: Floats) -> Floats:
    """Seconds between the sightings on both sides of each instant; infinite before the first and after the last."""
    edges_s = np.concatenate(([-np.inf], seen_s, [np.inf]))
    after = np.searchsorted(edges_s, grid_s).clip(1, len(edges_s) - 1)
    return np.asarray(edges_s[after] - edges_s[after - 1])


def _period(signal: Floats, interval_s: float, settings: PhaseSettings) -> tuple[float, float] | None:
    count = len(signal)
    longest = min(int(settings.longest_stride_s / interval_s), int(count / settings.min_strides))
    first = max(2, int(settings.shortest_stride_s / interval_s))
    if longest <= first + 2:
        return None
    spectrum = np.abs(np.fft.rfft(signal, 4 * count)) ** 2
    raw = np.fft.irfft(spectrum)[: longest + 2]
    overlap = count - np.arange(longest + 2)
    correlation = raw / overlap * count / max(raw[0], 1e-12)
    apart = np.flatnonzero(correlation < 0)  # before it first parts from itself, a ripple is no repetition
    peaks = [
        lag
        for lag in range(max(first, apart[0] if len(apart) else longest + 1), longest + 1)
        if correlation[lag] >= correlation[lag - 1] and correlation[lag] > correlation[lag + 1]
    ]
    if not peaks:
        return None
    best = max(correlation[lag] for lag in peaks)
    if best < settings.min_periodicity:
        return None
    least = settings.first_peak_share * best
    lag = next(lag for lag in peaks if correlation[lag] > least)  # the first: two strides repeat as well as one
    before, here, after = correlation[lag - 1 : lag + 2]
    shift = 0.5 * (before - after) / (before - 2 * here + after)
    return (lag + float(shift)) * interval_s, float(min(1.0, here))


def _phase(signal: Floats, interval_s: float, period_s: float) -> Floats:
    """Rising phase in turns, 0 where left is furthest ahead: a sinusoid of the stride's period, fitted locally."""
    time_s = interval_s * np.arange(len(signal))
    carrier = 2 * np.pi * time_s / period_s
    basis = np.stack((np.ones_like(carrier), np.cos(carrier), np.sin(carrier)), axis=1)
    solution = local_fit(signal, basis, window=WINDOW_STRIDES * period_s / interval_s)
    turns = np.unwrap(carrier - np.arctan2(solution[:, 2], solution[:, 1])) / (2 * np.pi)
    return np.asarray(np.maximum.accumulate(turns))


def slow_path(time_s: Floats, values: Floats, beat: Beat) -> Floats:
    """Where a point (T, C) is on its way, without the bounce and sway of the gait; NaN only if never seen.

    Locally a straight line plus two harmonics of the stride are fitted; the line's value is the slow path. Lines cut
    the curves of a handheld phone's sway short by a third, so what they leave is fitted once more (Tukey's twicing).
    """
    path = _local_lines(time_s, np.asarray(values), beat)
    return np.asarray(path + _local_lines(time_s, values - path, beat))


def off_beat(values: Floats, beat: Beat) -> Floats:
    """What a path (T, C) does besides repeating itself every stride; NaN where it was not seen."""
    turns = 2 * np.pi * beat.phase[:, None] * np.arange(1, HARMONICS + 1)
    basis = np.concatenate((np.ones((len(turns), 1)), np.cos(turns), np.sin(turns)), axis=1)
    seen = np.isfinite(values).all(axis=1)
    if seen.sum() <= basis.shape[1]:
        return np.zeros_like(values)
    return np.asarray(values - basis @ np.linalg.lstsq(basis[seen], values[seen], rcond=None)[0])


def _local_lines(time_s: Floats, values: Floats, beat: Beat) -> Floats:
    """The lines' values (T, C), in each piece from its own frames."""
    interval_s = float(np.median(np.diff(time_s)))
    pieces = [
        _lines_in(time_s[piece], values[piece], replace(beat, phase=beat.phase[piece]), interval_s)
        for piece in beat.pieces
    ]
    return np.concatenate(pieces)


def _lines_in(time_s: Floats, values: Floats, beat: Beat, interval_s: float) -> Floats:
    turns = 2 * np.pi * beat.phase
    scaled = (time_s - time_s.mean()) / beat.period_s
    columns = (np.ones_like(turns), scaled, np.cos(turns), np.sin(turns), np.cos(2 * turns), np.sin(2 * turns))
    basis = np.stack(columns, axis=1)
    window = WINDOW_STRIDES * beat.period_s / interval_s
    fits = (local_fit(column, basis, window=window) for column in values.T)
    return np.stack([fit[:, 0] + fit[:, 1] * scaled for fit in fits], axis=1)


def local_fit(values: Floats, basis: Floats, *, window: float) -> Floats:
    """Coefficients (T, K) of ``basis`` (T, K) fitted to ``values`` (T,) around every sample.

    Weighted least squares under a Gaussian of ``window`` samples, NaN left out; the clip's ends, seen from one side
    only, are no special case.
    """
    seen = np.isfinite(values)
    target = np.where(seen, values, 0.0)
    reach = int(4 * window)
    kernel = np.exp(-0.5 * (np.arange(-reach, reach + 1) / window) ** 2)

    rows, columns = np.triu_indices(basis.shape[1])
    products = np.concatenate((seen[:, None] * basis[:, rows] * basis[:, columns], target[:, None] * basis), axis=1)
    windowed = fftconvolve(products, kernel[:, None], axes=0)[reach : reach + len(values)]
    normal = np.empty((len(values), basis.shape[1], basis.shape[1]))
    normal[:, rows, columns] = normal[:, columns, rows] = windowed[:, : len(rows)]
    ridge = 1e-6 * np.eye(basis.shape[1])
    return np.asarray(np.linalg.solve(normal + ridge, windowed[:, len(rows) :, None])[..., 0])
