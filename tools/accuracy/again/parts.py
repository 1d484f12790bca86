"""What differs from clip to clip of a runner: an error's part that does not cancel when two clips are compared."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Final

import numpy as np
from scipy.optimize import brentq
from scipy.stats import t as student

from formcheck.judge.measures.intervals import Z95
from tools.accuracy.cases import Label
from tools.accuracy.rings import Bench, pictured_tasks, rows_of
from tools.accuracy.score import Leg, Row
from tools.accuracy.truth import Floats

HELD: Final = 0.95
TINY: Final = 1e-12


def again_rows(model: str, bench: Bench) -> list[Row]:
    """Every number of the clips of runners filmed again that are rendered already, against its truth."""
    bench = replace(bench, ring="again", at_hand=True)
    return rows_of(pictured_tasks([model], bench), bench)


def clip_spreads_of(rows: Iterable[Row]) -> dict[str, tuple[float, float]]:
    """Standard deviation of what is new in each clip, by measure, on the near and the far leg, which is never surer.

    ``rows`` are judged without spreads, so that their half-widths are what each clip shows of its own error. Measured
    people decide.
    """
    telling: dict[tuple[str, Leg], list[Row]] = {}
    for row in rows:
        if row.case.is_person and np.isfinite(row.error) and np.isfinite(row.below):
            telling.setdefault((row.measure, row.leg), []).append(row)
    found = {key: spread for key, chosen in telling.items() if (spread := _spread_of(chosen)) is not None}
    names = dict.fromkeys(name for name, _ in found)
    sides = {name: (_of(found, name, "near"), _of(found, name, "far")) for name in names}
    return {name: (near, max(near, far)) for name, (near, far) in sides.items()}


def _of(found: Mapping[tuple[str, Leg], float], name: str, leg: Leg) -> float:
    return next(found[name, one] for one in (leg, "both", "near", "far") if (name, one) in found)


def filmed_alike(case: Label) -> tuple[str, str]:
    """What clips have in common whose errors may cancel: who runs, and from which side."""
    return case.way, str(case.near)


def _spread_of(rows: Sequence[Row]) -> float | None:
    """By Paule and Mandel (1982) with a mean for each runner and side; None where none has two clips."""
    alike = [filmed_alike(row.case) for row in rows]
    group = np.array([sorted(set(alike)).index(one) for one in alike])
    freedom = len(rows) - len(set(alike))
    if not freedom:
        return None
    errors, own, scale = np.array([(row.error, row.half / Z95, row.spread_scale) for row in rows]).T
    widened = float(student.ppf((1 + HELD) / 2, freedom) / Z95)

    def too_large(spread: float) -> float:
        weights: Floats = 1 / (own**2 + (scale * spread) ** 2 + TINY)
        means = np.bincount(group, weights * errors) / np.bincount(group, weights)
        return float(weights @ (widened * (errors - means[group])) ** 2) - freedom

    widest = 3 * float(np.max(np.abs(errors - errors.mean()) / scale)) + TINY
    return float(brentq(too_large, 0.0, widest)) if too_large(0.0) > 0 else 0.0
