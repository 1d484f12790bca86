"""What was asked of the program before it was measured, and whether it was met."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from tools.accuracy.score import Leg, Row
from tools.accuracy.table import Figures, figures, markdown, title_of, written

RATES: Final = ((0.0, 45.0), (45.0, 90.0), (90.0, np.inf))
"""Frames a second: below 45, below 90, above."""


@dataclass(frozen=True, slots=True)
class Target:
    """The largest figure of a measure at 30, 60 and 120 or more frames a second; ``figure`` says which one."""

    measure: str
    leg: Leg
    figure: str
    limits: tuple[float, float, float]


FIGURES: Final[dict[str, Callable[[Figures], float]]] = {
    "bias": lambda f: abs(f.bias),
    "mean error": lambda f: f.mae,
    "RMSE": lambda f: f.rmse,
    "half-width": lambda f: f.half,
}

TARGETS: Final = (
    Target("foot_strike", "near", "RMSE", (0.009, 0.005, 0.004)),
    Target("toe_off", "near", "RMSE", (0.012, 0.008, 0.007)),
    Target("contact_time", "near", "bias", (0.005, 0.004, 0.003)),
    Target("cadence", "both", "mean error", (0.15, 0.1, 0.1)),
    Target("foot_ahead_of_hip", "near", "mean error", (0.015, 0.010, 0.008)),
    Target("foot_ahead_of_hip", "near", "half-width", (0.040, 0.028, 0.025)),
    Target("trunk_lean", "both", "mean error", (0.8, 0.8, 0.8)),
)


def targets_table(rows: Sequence[Row]) -> str:
    """Each target's figure at each rate; bold where it is above what was asked."""
    head = ["", "figure", "30 frames/s", "60 frames/s", "120 and more"]
    lines = [
        [
            title_of(target.measure, target.leg),
            target.figure,
            *(_cell(rows, target, limit, rate) for limit, rate in zip(target.limits, RATES, strict=True)),
        ]
        for target in TARGETS
    ]
    return markdown(head, [*lines, _strikes(rows)])


def _cell(rows: Iterable[Row], target: Target, limit: float, rate: tuple[float, float]) -> str:
    chosen = [
        row
        for row in rows
        if (row.measure, row.leg) == (target.measure, target.leg) and rate[0] <= row.case.fps < rate[1]
    ]
    value = FIGURES[target.figure](figures(chosen))
    text = written(value, target.measure)
    return f"{f'**{text}**' if value > limit else text} (≤ {written(limit, target.measure)})"


def _strikes(rows: Sequence[Row]) -> list[str]:
    """Foot strikes missed and made up of all there were."""
    cells = []
    for low, high in RATES:
        found = figures(row for row in rows if row.measure == "foot_strike" and low <= row.case.fps < high)
        text = f"{found.missed} + {found.made_up} of {found.asked}"
        cells.append(f"{text if text.startswith('0 + 0') else f'**{text}**'} (0)")
    return ["Foot strikes, both legs", "missed + made up", *cells]
