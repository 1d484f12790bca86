"""One stride out of many: cut a signal at the foot strikes of one side, stretch each cut to 0..100 %, average."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from formcheck.records.track import Floats

PERCENT: Final = 101
"""Samples of an averaged stride: every per cent from strike (0) to the next strike of that side (100)."""

_LONGEST_OF_MEDIAN: Final = 1.5
"""A cut longer than this many median strides spans a strike that was missed (it would be 2 strides long)."""

_FEWEST: Final = 2
"""Strides that must have seen a point before its mean counts, where there is more than one stride at all."""


@dataclass(frozen=True, slots=True)
class AverageStride:
    """Mean and spread (SD) of a signal at every per cent of the stride, (101,); NaN where too few saw it."""

    mean: Floats
    sd: Floats
    strides: int


def stride_windows(strike_time_s: Sequence[float], breaks_s: Sequence[float] = ()) -> list[tuple[float, float]]:
    """Start and end of each whole stride between successive strikes of one side, missed strikes left out.

    None goes over one of ``breaks_s``, where another part of the clip begins.
    """
    strikes = np.sort([time for time in strike_time_s if np.isfinite(time)])
    lengths = np.diff(strikes)
    if not len(lengths):
        return []
    part = np.searchsorted(np.sort(breaks_s), strikes, side="right")
    whole = (lengths > 0) & (lengths <= _LONGEST_OF_MEDIAN * np.median(lengths)) & (part[1:] == part[:-1])
    return [(float(a), float(b)) for a, b, keep in zip(strikes, strikes[1:], whole, strict=False) if keep]


def average_stride(
    time_s: Floats, values: Floats, strike_time_s: Sequence[float], breaks_s: Sequence[float] = ()
) -> AverageStride | None:
    """The average stride of a signal, or None without a whole stride that saw any of it.

    ``time_s`` and ``values`` (T,) share their clock with the strikes. A point between a seen and an unseen
    (NaN) sample counts as unseen.
    """
    cuts = [_stretched(time_s, values, window) for window in stride_windows(strike_time_s, breaks_s)]
    seen_cuts = [cut for cut in cuts if np.any(np.isfinite(cut))]
    if not seen_cuts:
        return None
    stack = np.stack(seen_cuts)
    seen = np.isfinite(stack)
    count = seen.sum(axis=0)
    enough = count >= min(_FEWEST, len(seen_cuts))
    mean = np.where(enough, np.where(seen, stack, 0.0).sum(axis=0) / np.maximum(count, 1), np.nan)
    square = np.where(seen, (stack - mean) ** 2, 0.0).sum(axis=0)
    sd = np.where(enough, np.sqrt(square / np.maximum(count - 1, 1)), np.nan)
    return AverageStride(mean, sd, len(seen_cuts))


def phase_percent(
    strike_time_s: Sequence[float], event_time_s: Sequence[float], breaks_s: Sequence[float] = ()
) -> float:
    """Where in the stride of ``strike_time_s`` an event falls: the median in per cent, NaN when none does.

    No stride goes over one of ``breaks_s``.
    """
    phases = [
        100 * (event - start) / (end - start)
        for start, end in stride_windows(strike_time_s, breaks_s)
        for event in event_time_s
        if start <= event < end
    ]
    return float(np.median(phases)) if phases else float("nan")


def _stretched(time_s: Floats, values: Floats, window: tuple[float, float]) -> Floats:
    """The signal between two instants at every per cent; NaN where it was not sampled or not seen."""
    at = np.linspace(*window, PERCENT)
    stretched: Floats = np.interp(at, time_s, values, left=np.nan, right=np.nan)
    return stretched
