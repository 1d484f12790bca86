"""Rows to figures: bias, spread and coverage of each measure, and how they are written."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final, TypeVar

import numpy as np

from formcheck.gait.measures.registry import definition
from formcheck.judge.measures.intervals import Z95
from formcheck.words import numbers
from formcheck.words.numbers import Shown, shown_as
from tools.accuracy.score import Row

TITLES: Final = {"foot_strike": "Foot strike", "toe_off": "Toe-off", "camera_roll": "Camera roll"}
OTHER_UNITS: Final = {"foot_strike": "s", "toe_off": "s", "camera_roll": "deg"}
FEWEST_FOR_LIMITS: Final = 10
"""Errors below which their standard deviation says little: no limits are given."""

Key = TypeVar("Key")


@dataclass(frozen=True, slots=True)
class Figures:
    """Of one measure and leg: ``count`` told of ``asked``; ``held``: how many of ``intervals`` hold the truth.

    ``limits`` are Bland and Altman's: bias -+ 1.96 SD of the error. ``half`` is the median half-width of the intervals.
    """

    asked: int
    count: int
    bias: float
    mae: float
    rmse: float
    p95: float
    limits: tuple[float, float]
    intervals: int
    held: int
    half: float
    missed: int
    made_up: int

    @property
    def coverage(self) -> float:
        """Share of the intervals that hold the truth; NaN without any."""
        return self.held / self.intervals if self.intervals else np.nan


def figures(rows: Iterable[Row]) -> Figures:
    """Figures of rows that belong together; withheld numbers count as asked alone."""
    every = [row for row in rows if row.withheld not in ("no truth", "not there")]
    told = [row for row in every if row.is_told]
    stated = [row for row in told if row.holds is not None]
    error = np.array([row.error for row in told] or [np.nan])
    size, bias = np.abs(error), float(error.mean())
    sd = float(error.std(ddof=1)) if len(error) >= FEWEST_FOR_LIMITS else np.nan
    return Figures(
        asked=len(every),
        count=len(told),
        bias=bias,
        mae=float(size.mean()),
        rmse=float(np.sqrt(np.mean(size**2))),
        p95=float(np.percentile(size, 95)),
        limits=(bias - Z95 * sd, bias + Z95 * sd),
        intervals=len(stated),
        held=sum(bool(row.holds) for row in stated),
        half=float(np.median([row.half for row in stated] or [np.nan])),
        missed=sum(row.withheld == "missed" for row in every),
        made_up=sum(row.withheld == "made up" for row in every),
    )


def grouped(rows: Iterable[Row], key: Callable[[Row], Key]) -> dict[Key, Figures]:
    """Figures of each group of rows, in the order the groups first appear."""
    groups: dict[Key, list[Row]] = {}
    for row in rows:
        groups.setdefault(key(row), []).append(row)
    return {name: figures(group) for name, group in groups.items()}


def unit_of(measure: str) -> Shown:
    """The unit in which a measure's errors are written."""
    return shown_as(measure, OTHER_UNITS[measure] if measure in OTHER_UNITS else definition(measure).unit)


def title_of(measure: str, leg: str) -> str:
    """A measure with its unit as reports name it; the leg where there are two."""
    words = TITLES[measure] if measure in TITLES else numbers.title_of(measure)
    where = "" if leg == "both" else f", {leg} leg"
    return f"{words}{where} ({unit_of(measure).label})"


def written(value: float, measure: str, *, signed: bool = False) -> str:
    """An error in its measure's unit, to one digit more than in reports."""
    shown = value * unit_of(measure).factor
    if not np.isfinite(shown):
        return "-"
    digits = 2 if abs(shown) < 1 else 1
    return f"{shown:+.{digits}f}" if signed else f"{shown:.{digits}f}"


def markdown(head: Sequence[str], lines: Iterable[Sequence[str]]) -> str:
    """A table: the first column is text, the others are numbers."""
    rule = ["---", *("---:" for _ in head[1:])]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in (head, rule, *lines))


def print_table(rows: Sequence[Row], key: Callable[[Row], tuple[object, ...]] = lambda r: (r.measure, r.leg)) -> None:
    """All figures on standard output; a key begins with the measure."""
    print(f"{'':52}{'told':>11}{'bias':>8}{'MAE':>8}{'RMSE':>8}{'p95':>8}{'half':>8}  held")
    for name, f in grouped(rows, key).items():
        measure, leg, *more = map(str, name)
        numbers = "".join(f"{written(value, measure):>8}" for value in (f.bias, f.mae, f.rmse, f.p95, f.half))
        held = f"{f.held}/{f.intervals} {f.coverage:.0%}" if f.intervals else ""
        lost = f"  missed {f.missed}, made up {f.made_up}" if f.missed or f.made_up else ""
        title = " ".join((title_of(measure, leg), *more))
        print(f"{title:52}{f.count:5}/{f.asked:5}{numbers}  {held}{lost}")
