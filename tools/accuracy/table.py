"""Rows to figures: bias, spread and coverage of each measure."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from tools.accuracy.score import Row


@dataclass(frozen=True, slots=True)
class Figures:
    """Of one measure and leg: ``count`` told of ``asked``; ``held``: how many of ``intervals`` hold the truth."""

    asked: int
    count: int
    bias: float
    mae: float
    rmse: float
    p95: float
    intervals: int
    held: int
    missed: int
    made_up: int


def figures(rows: Iterable[Row]) -> Figures:
    """Figures of rows that belong together; withheld numbers count as asked alone."""
    every = [row for row in rows if row.withheld not in ("no truth", "not there")]
    error = np.array([row.error for row in every if not row.withheld and np.isfinite(row.error)])
    told = [row.holds for row in every if not row.withheld and row.holds is not None]
    size = np.abs(error) if len(error) else np.array([np.nan])
    return Figures(
        asked=len(every),
        count=len(error),
        bias=float(error.mean()) if len(error) else np.nan,
        mae=float(size.mean()),
        rmse=float(np.sqrt(np.mean(size**2))),
        p95=float(np.percentile(size, 95)),
        intervals=len(told),
        held=sum(told),
        missed=sum(row.withheld == "missed" for row in every),
        made_up=sum(row.withheld == "made up" for row in every),
    )


def grouped(rows: Sequence[Row], key: Callable[[Row], tuple[object, ...]]) -> dict[tuple[object, ...], Figures]:
    """Figures of each group of rows, in the order the groups first appear."""
    groups: dict[tuple[object, ...], list[Row]] = {}
    for row in rows:
        groups.setdefault(key(row), []).append(row)
    return {name: figures(group) for name, group in groups.items()}


def print_table(rows: Sequence[Row], key: Callable[[Row], tuple[object, ...]] = lambda r: (r.measure, r.leg)) -> None:
    """All figures on standard output; times in ms, shares in per cent of a leg length or of one."""
    print(f"{'':44}{'told':>11}{'bias':>8}{'MAE':>8}{'RMSE':>8}{'p95':>8}  held")
    for name, f in grouped(rows, key).items():
        scale = _scale(str(name[0]))
        held = f"{f.held}/{f.intervals}" if f.intervals else ""
        lost = f"  missed {f.missed}, made up {f.made_up}" if f.missed or f.made_up else ""
        numbers = "".join(f"{scale * value:8.2f}" for value in (f.bias, f.mae, f.rmse, f.p95))
        print(f"{' '.join(map(str, name)):44}{f.count:5}/{f.asked:5}{numbers}  {held}{lost}")


def _scale(measure: str) -> float:
    if measure in ("foot_strike", "toe_off", "contact_time", "flight_time"):
        return 1000.0
    is_share = measure.endswith(("_hip", "_knee", "_oscillation", "_factor", "asymmetry"))
    return 100.0 if is_share else 1.0
