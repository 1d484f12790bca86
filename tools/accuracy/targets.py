"""What was asked of the program before it was measured, and whether it was met."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from tools.accuracy.score import Leg, Row
from tools.accuracy.shots import Group
from tools.accuracy.table import Figures, figures, markdown, title_of, written

RATES: Final = ((0.0, 45.0), (45.0, 90.0), (90.0, np.inf))
"""Frames a second: below 45, below 90, above."""
RINGS: Final = {2: "rendered clips", 3: "measured runners"}
GROUPS: Final[tuple[Group, ...]] = ("fit", "held out")


@dataclass(frozen=True, slots=True)
class Target:
    """The largest error of a measure at 30, 60 and 120 or more frames a second; ``figure`` says which error."""

    measure: str
    leg: Leg
    ring: int
    figure: str
    limits: tuple[float, float, float]


FIGURES: Final[dict[str, Callable[[Figures], float]]] = {
    "bias": lambda f: abs(f.bias),
    "MAE": lambda f: f.mae,
    "RMSE": lambda f: f.rmse,
}

TARGETS: Final = (
    Target("foot_ahead_of_hip", "near", 2, "MAE", (0.025, 0.015, 0.012)),
    Target("foot_ahead_of_hip", "near", 3, "MAE", (0.025, 0.012, 0.010)),
    Target("trunk_lean", "both", 2, "MAE", (0.8, 0.8, 0.8)),
    Target("shank_angle", "near", 2, "MAE", (3.0, 2.0, 1.5)),
    Target("knee_flexion", "near", 2, "MAE", (5.0, 3.5, 3.0)),
    Target("foot_strike", "near", 3, "RMSE", (0.012, 0.007, 0.005)),
    Target("foot_strike", "far", 3, "RMSE", (0.012, 0.007, 0.005)),
    Target("toe_off", "near", 3, "RMSE", (0.016, 0.012, 0.010)),
    Target("toe_off", "far", 3, "RMSE", (0.016, 0.012, 0.010)),
    Target("contact_time", "near", 3, "bias", (0.010, 0.008, 0.006)),
    Target("contact_time", "far", 3, "bias", (0.010, 0.008, 0.006)),
    Target("cadence", "both", 2, "MAE", (0.5, 0.3, 0.3)),
    Target("cadence", "both", 3, "MAE", (0.5, 0.3, 0.3)),
    Target("camera_roll", "both", 2, "MAE", (1.0, 0.7, 0.7)),
)


def targets_table(rows: Sequence[Row]) -> str:
    """Each target's error at each rate, fit and held out; bold where it is above what was asked."""
    head = ["", "of", "error", *("30 frames/s", "60 frames/s", "120 and more")]
    lines = [
        [
            title_of(target.measure, target.leg),
            RINGS[target.ring],
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
        if (row.measure, row.leg, row.case.ring) == (target.measure, target.leg, target.ring)
        and rate[0] <= row.case.fps < rate[1]
    ]
    found = [FIGURES[target.figure](figures(row for row in chosen if row.case.group == group)) for group in GROUPS]
    shown = [
        f"**{written(value, target.measure)}**" if value > limit else written(value, target.measure) for value in found
    ]
    return f"{', '.join(shown)} (≤ {written(limit, target.measure)})"


def _strikes(rows: Sequence[Row]) -> list[str]:
    """Foot strikes missed and made up of all there were."""
    cells = []
    for low, high in RATES:
        here = [row for row in rows if row.measure == "foot_strike" and low <= row.case.fps < high]
        counts = [figures(row for row in here if row.case.group == group) for group in GROUPS]
        wrong = [f"{f.missed} + {f.made_up} of {f.asked}" for f in counts]
        cells.append(f"{', '.join(f'**{text}**' if not text.startswith('0 + 0') else text for text in wrong)} (0)")
    return ["Foot strikes, both legs", "both", "missed + made up", *cells]
