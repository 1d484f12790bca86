"""docs/accuracy.md: the tables, set into the words of accuracy.md.j2."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

import numpy as np
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from formcheck.gait.settings import Settings
from tools.accuracy.calibrate import widened_by
from tools.accuracy.exchanged import Exchanges
from tools.accuracy.legs import exchanges_table
from tools.accuracy.rings import ROLLS_DEG, YAWS_DEG
from tools.accuracy.score import Row
from tools.accuracy.table import Figures, figures, grouped, markdown, title_of, written
from tools.accuracy.targets import GROUPS, RINGS, targets_table

HERE: Final = Path(__file__).parent
HELD: Final = (0.90, 0.99)
"""Share of the stated intervals that should hold the truth."""
ENOUGH: Final = 100
"""Intervals below which more than 99 % cannot be told from 99 %."""
RATES: Final = (30.0, 60.0, 120.0, 240.0)
VIEWED: Final = (
    ("foot_ahead_of_hip", "near"),
    ("shank_angle", "near"),
    ("knee_flexion", "near"),
    ("trunk_lean", "both"),
    ("belt_speed", "both"),
    ("camera_roll", "both"),
)
"""Measures whose errors are told for each view and model."""


def write_page(rows: Sequence[Row], as_drawn: Sequence[Row], legs: Sequence[Exchanges], model: str, path: Path) -> None:
    """Write the page from every row of every ring and model; ``model`` is the one most is told of.

    ``as_drawn``: rows of its rendered clips with the legs as the pose model draws them.
    """
    environment = Environment(
        loader=FileSystemLoader(HERE), undefined=StrictUndefined, keep_trailing_newline=True, autoescape=False
    )
    path.write_text(
        environment.get_template("accuracy.md.j2").render(
            legs=exchanges_table(legs), offsets=offsets_table(as_drawn, rows, model), **contents(rows, model)
        ),
        encoding="utf-8",
    )


def contents(rows: Sequence[Row], model: str) -> dict[str, object]:
    """What the page's words are filled with."""
    own = [row for row in rows if row.case.model == model]
    square = [row for row in own if row.case.ring == 2 or _is_square(row)]
    fitted = {row.case for row in own if row.case.group == "fit"}
    held_out = [row for row in own if row.case.ring == 2 and row.case.group == "held out"]
    return {
        "model": model,
        "counts": {(ring, group): _counts(rows, ring, group) for ring in RINGS for group in GROUPS},
        "reach": _headline(held_out, "foot_ahead_of_hip", "near"),
        "lean": _headline(held_out, "trunk_lean", "both"),
        "targets": targets_table(square),
        "coverage": {group: coverage_table([r for r in square if r.case.group == group]) for group in GROUPS},
        "full": {(ring, group): _by_rate(square, ring, group) for ring in RINGS for group in GROUPS},
        "views": views_table([row for row in own if row.case.ring == 3 and row.case.fps == 60]),
        "wider": f"{widened_by(fitted):.2f}",
        "wider_trunk": f"{widened_by(case for case in fitted if case.ring == 2):.2f}",
        "roll_prior": f"{Settings().scene.roll_prior_deg:g}",
        "models": models_table([row for row in rows if row.case.ring == 2]),
    }


def full_table(rows: Iterable[Row]) -> str:
    """Every figure of every measure."""
    head = ["", "told", "bias", "MAE", "RMSE", "95 % limits", "interval ±", "held"]
    return markdown(head, (_full_line(*name, f) for name, f in grouped(rows, _measure).items()))


def _full_line(measure: str, leg: str, f: Figures) -> list[str]:
    limits = " to ".join(written(limit, measure, signed=True) for limit in f.limits if np.isfinite(limit)) or "-"
    errors = [written(f.bias, measure, signed=True), written(f.mae, measure), written(f.rmse, measure)]
    told = f"{f.count} of {f.asked}"
    return [title_of(measure, leg), told, *errors, limits, written(f.half, measure), _coverage(f)]


def coverage_table(rows: Sequence[Row]) -> str:
    """How many intervals hold the truth: rendered clips of every rate together, measured runners rate by rate."""
    stated = [row for row in rows if row.is_told and row.holds is not None]
    head = ["", "rendered", *(f"measured, {rate:.0f}/s" for rate in RATES), "interval ±", "95 % of errors"]
    lines = []
    for measure, leg in dict.fromkeys(map(_measure, stated)):
        chosen = [row for row in stated if (row.measure, row.leg) == (measure, leg)]
        cells = [figures(row for row in chosen if row.case.ring == 2)]
        cells += [figures(row for row in chosen if row.case.ring == 3 and row.case.fps == rate) for rate in RATES]
        every = figures(chosen)
        widths = written(every.half, measure), f"≤ {written(every.p95, measure)}"
        lines.append([title_of(measure, leg), *map(_coverage, cells), *widths])
    return markdown(head, lines)


def views_table(rows: Sequence[Row]) -> str:
    """Bias, MAE and coverage of measured runners by the camera's yaw and roll, with and without upright edges."""
    views = [
        (f"yaw {yaw:.0f}°, roll {roll:.0f}°", _from(rows, yaw, roll, room=True))
        for yaw in YAWS_DEG
        for roll in ROLLS_DEG
    ]
    views += [(f"roll {roll:.0f}°, no upright edge", _from(rows, 0.0, roll, room=False)) for roll in ROLLS_DEG]
    return _headlines_table(views)


def models_table(rows: Sequence[Row]) -> str:
    """Bias, MAE and coverage on the same rendered clips by pose model."""
    names = [name for name in ("lite", "full", "heavy") if any(row.case.model == name for row in rows)]
    seen = [{row.case.name for row in rows if row.case.model == name} for name in names]
    shared = set.intersection(*seen) if seen else set()
    both = [row for row in rows if row.case.name in shared]
    return _headlines_table([(name, [row for row in both if row.case.model == name]) for name in names])


def offsets_table(as_drawn: Sequence[Row], rows: Sequence[Row], model: str) -> str:
    """Bias and MAE of the rendered clips with the legs as the model draws them, and corrected."""
    corrected = [row for row in rows if row.case.ring == 2 and row.case.model == model]
    return _headlines_table(
        [
            (f"{group}, {how}", [row for row in these if row.case.group == group])
            for group in GROUPS
            for how, these in (("as drawn", as_drawn), ("corrected", corrected))
        ]
    )


def _headlines_table(choices: Iterable[tuple[str, Sequence[Row]]]) -> str:
    lines = []
    for name, here in choices:
        found = [(measure, figures(r for r in here if _measure(r) == (measure, leg))) for measure, leg in VIEWED]
        cells = [f"{written(f.bias, m, signed=True)}, {written(f.mae, m)}{_held(f)}" for m, f in found]
        lines.append([name, str(len({row.case for row in here})), *cells])
    return markdown(["", "clips", *(title_of(measure, leg) for measure, leg in VIEWED)], lines)


def _from(rows: Sequence[Row], yaw_deg: float, roll_deg: float, *, room: bool) -> list[Row]:
    view = yaw_deg, roll_deg, room
    return [row for row in rows if (abs(row.case.yaw_deg), abs(row.case.roll_deg), row.case.room) == view]


def _is_square(row: Row) -> bool:
    return row.case.room and not row.case.yaw_deg and not row.case.roll_deg


def _measure(row: Row) -> tuple[str, str]:
    return row.measure, row.leg


def _by_rate(rows: Sequence[Row], ring: int, group: str) -> dict[str, str]:
    """The full table of each frame rate."""
    here = [row for row in rows if (row.case.ring, row.case.group) == (ring, group)]
    rates = sorted({row.case.fps for row in here})
    return {f"{rate:.0f}": full_table(row for row in here if row.case.fps == rate) for rate in rates}


def _coverage(f: Figures) -> str:
    if not f.intervals:
        return "-"
    text = f"{100 * f.coverage:.0f} % of {f.intervals}"
    outside = f.coverage < HELD[0] or (f.coverage > HELD[1] and f.intervals >= ENOUGH)
    return f"**{text}**" if outside else text


def _held(f: Figures) -> str:
    return f", {100 * f.coverage:.0f} %" if f.intervals else ""


def _headline(rows: Iterable[Row], measure: str, leg: str) -> dict[str, str]:
    f = figures(row for row in rows if _measure(row) == (measure, leg))
    low, high = (written(limit, measure, signed=True) for limit in f.limits)
    held = f"{100 * f.coverage:.0f}" if np.isfinite(f.coverage) else "-"
    return {"mae": written(f.mae, measure), "low": low, "high": high, "held": held, "count": str(f.count)}


def _counts(rows: Iterable[Row], ring: int, group: str) -> dict[str, int]:
    """How many clips, of how many people or gaits."""
    cases = {row.case for row in rows if (row.case.ring, row.case.group) == (ring, group)}
    return {
        "clips": len({(case.name, case.fps, case.yaw_deg, case.roll_deg, case.room) for case in cases}),
        "ways": len({case.way for case in cases}),
    }
