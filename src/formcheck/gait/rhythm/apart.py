"""Pieces of a clip on one clock, too far apart for anything that looks around an instant to reach another one.

A clip may be several pieces of a run (`gait.select.pieces`), and what passed between two of them is not known. Each
piece keeps its own seconds, so whatever is measured within a stride is measured as in a whole clip, and what all steps
share is pooled over all pieces.
"""

from collections.abc import Sequence
from itertools import pairwise
from typing import Final

import numpy as np

from formcheck.records.track import Floats

APART_S: Final = 1e4
"""By how much each piece is set back: in real time still long, however slowly a clip plays."""

FAR_S: Final = 50.0
"""Longer than that between two instants, and they are in different pieces. No gait is measured over such a time."""


def laid_apart(time_s: Floats, starts: Sequence[int]) -> Floats:
    """The clock (T,) with each piece, by the frame it begins with, set back behind the one before."""
    piece = np.searchsorted(np.asarray(starts[1:]), np.arange(len(time_s)), side="right")
    return np.asarray(time_s + APART_S * piece)


def unbroken(time_s: Floats) -> list[slice]:
    """The pieces of a clock, each a slice of its frames."""
    ends = [0, *(np.flatnonzero(np.diff(time_s) > FAR_S) + 1).tolist(), len(time_s)]
    return [slice(start, end) for start, end in pairwise(ends)]


def numbered(at_s: Floats) -> np.ndarray:
    """In which piece each of some rising instants (K,) lies, counted from the first of them."""
    return np.concatenate(([0], np.cumsum(np.diff(at_s) > FAR_S))) if len(at_s) else np.empty(0, dtype=np.intp)


def moved(at_s: Floats, from_s: Floats, to_s: Floats) -> Floats:
    """Instants (K,) of one clock (T,) on another, as far from the nearest frame there as here; NaN stays NaN."""
    known = np.isfinite(at_s)
    found = np.full(len(at_s), np.nan)
    after = np.searchsorted(from_s, at_s[known]).clip(1, len(from_s) - 1) if len(from_s) > 1 else np.zeros(1, np.intp)
    nearer = np.abs(at_s[known] - from_s[after - 1]) <= np.abs(from_s[after] - at_s[known])
    frame = np.where(nearer, after - 1, after)
    found[known] = at_s[known] + (to_s[frame] - from_s[frame])
    return found
