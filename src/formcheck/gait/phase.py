"""The beat of the gait: the stride's period and, for every frame, where in the stride the legs are."""

from dataclasses import dataclass

import numpy as np
from scipy.signal import fftconvolve

from formcheck.config import PhaseSettings
from formcheck.records import Floats


@dataclass(frozen=True, slots=True)
class Beat:
    """The stride's mean ``period_s``, how periodic it is (0..1), and ``phase`` (T,) in turns, rising."""

    period_s: float
    periodicity: float
    phase: Floats


def find_beat(time_s: Floats, separation: Floats, *, settings: PhaseSettings) -> Beat | None:
    """The beat in the ankles' forward separation (T,), left minus right; None when there is none.

    The period is the first high peak of the autocorrelation, refined by the mean advance of the phase.
    """
    seen = np.isfinite(separation)
    if seen.sum() < 8:
        return None
    interval_s = float(np.median(np.diff(time_s)))
    grid = np.arange(time_s[0], time_s[-1] + interval_s / 2, interval_s)
    signal = np.interp(grid, time_s[seen], separation[seen])
    signal -= np.mean(signal)
    found = _period(signal, interval_s, settings)
    if found is None:
        return None
    period_s, periodicity = found
    phase = np.interp(time_s, grid, _phase(signal, interval_s, period_s))
    slope = float(np.polyfit(time_s[seen], phase[seen], 1)[0])
    return Beat(1 / slope if slope > 0 else period_s, periodicity, phase)


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
    peaks = [
        lag
        for lag in range(first, longest + 1)
        if correlation[lag] >= correlation[lag - 1] and correlation[lag] > correlation[lag + 1]
    ]
    if not peaks:
        return None
    best = max(correlation[lag] for lag in peaks)
    if best < settings.min_periodicity:
        return None
    lag = next(lag for lag in peaks if correlation[lag] > 0.8 * best)  # the first: two strides repeat as well as one
    before, here, after = correlation[lag - 1 : lag + 2]
    shift = 0.5 * (before - after) / (before - 2 * here + after)
    return (lag + float(shift)) * interval_s, float(min(1.0, here))


def _phase(signal: Floats, interval_s: float, period_s: float, window_strides: float = 0.7) -> Floats:
    """Rising phase in turns; 0 where left is furthest ahead of right.

    At every sample a sinusoid of the stride's period is fitted by least squares under a Gaussian window
    (``window_strides`` its standard deviation), so the clip's ends, seen from one side only, are no special case.
    """
    time_s = interval_s * np.arange(len(signal))
    carrier = 2 * np.pi * time_s / period_s
    basis = (np.ones_like(carrier), np.cos(carrier), np.sin(carrier))
    reach = int(3 * window_strides * period_s / interval_s)
    kernel = np.exp(-0.5 * (interval_s * np.arange(-reach, reach + 1) / (window_strides * period_s)) ** 2)

    def windowed(values: Floats) -> Floats:
        return np.asarray(fftconvolve(values, kernel)[reach : reach + len(signal)])

    normal = np.stack([np.stack([windowed(a * b) for b in basis], axis=-1) for a in basis], axis=-2)
    target = np.stack([windowed(a * signal) for a in basis], axis=-1)
    solution = np.linalg.solve(normal, target[..., None])[..., 0]
    turns = np.unwrap(carrier - np.arctan2(solution[:, 2], solution[:, 1])) / (2 * np.pi)
    return np.asarray(np.maximum.accumulate(turns))
