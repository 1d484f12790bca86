"""docs/accuracy.md: the tables, set into the words of accuracy.md.j2."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from formcheck.records.options import MODEL_NAMES
from tools.accuracy.again.chapter import Study, chapter
from tools.accuracy.calibrate import parts_of
from tools.accuracy.exchanged import Exchanges
from tools.accuracy.legs import exchanges_table
from tools.accuracy.score import Row
from tools.accuracy.table import Figures, figures, grouped, markdown, title_of, written
from tools.accuracy.targets import targets_table
from tools.accuracy.verdicts import Verdict, brier_table, reliability_table, words_table

HERE: Final = Path(__file__).parent
HELD: Final = 0.9
"""Least share of the stated intervals that should hold the truth."""
HEADLINES: Final = (
    ("foot_ahead_of_hip", "near"),
    ("foot_ahead_of_hip", "far"),
    ("trunk_lean", "both"),
    ("shank_angle", "near"),
    ("knee_flexion", "near"),
    ("contact_time", "near"),
    ("cadence", "both"),
    ("belt_speed", "both"),
    ("vertical_oscillation", "both"),
)
VIEWED: Final = (
    ("foot_ahead_of_hip", "near"),
    ("shank_angle", "near"),
    ("knee_flexion", "near"),
    ("trunk_lean", "both"),
    ("belt_speed", "both"),
)
"""Measures whose errors are listed for each view and model."""
TURNED_DEG: Final = 5.0
"""Camera yaw from which a clip counts as turned."""


@dataclass(frozen=True, slots=True)
class Findings:
    """The data of the page: rows and findings of runners left out; rows of ``models`` on the committed clips.

    ``by_landmarks``: rows of the same clips where no shoe was followed. ``overstriders``: rows of runners made to land
    further ahead, whose findings are among ``verdicts``.
    """

    model: str
    rows: Sequence[Row]
    by_landmarks: Sequence[Row]
    overstriders: Sequence[Row]
    verdicts: Sequence[Verdict]
    models: Sequence[Row]
    legs: Sequence[Exchanges]
    again: Study


def write_page(found: Findings, path: Path) -> None:
    """Write the page."""
    environment = Environment(
        loader=FileSystemLoader(HERE), undefined=StrictUndefined, keep_trailing_newline=True, autoescape=False
    )
    text = environment.get_template("accuracy.md.j2").render(contents(found))
    path.write_text(text, encoding="utf-8")


def contents(found: Findings) -> dict[str, object]:
    """What the page's words are filled with."""
    people = [row for row in found.rows if row.case.is_person]
    alone = [row for row in found.by_landmarks if row.case.is_person]
    gaits = [row for row in found.rows if not row.case.is_person]
    headlines = [row for row in people if _measure(row) in HEADLINES]
    return {
        "model": found.model,
        "people": _counts(people),
        "gaits": _counts(gaits),
        "reach": _headline(people, "foot_ahead_of_hip", "near"),
        "lean": _headline(people, "trunk_lean", "both"),
        "held": _headline_coverage(headlines),
        "targets": targets_table(people),
        "people_table": full_table(people),
        "gaits_table": full_table(gaits),
        "parts": parts_table(people),
        "views": views_table(people),
        "overstriders": _counts(found.overstriders) | _headline(found.overstriders, "foot_ahead_of_hip", "near"),
        "words": words_table(found.verdicts),
        "brier": brier_table(found.verdicts),
        "reliability": reliability_table(found.verdicts),
        "by_landmarks": {leg: _errors_ms(alone, "foot_strike", leg) for leg in ("near", "far")},
        "by_shoe": {leg: _errors_ms(people, "foot_strike", leg) for leg in ("near", "far")},
        "offs_by_landmarks": {leg: _errors_ms(alone, "toe_off", leg) for leg in ("near", "far")},
        "offs_by_shoe": {leg: _errors_ms(people, "toe_off", leg) for leg in ("near", "far")},
        "models": models_table(found.models),
        "legs": exchanges_table(found.legs),
        "changes": chapter(found.again),
    }


def full_table(rows: Iterable[Row]) -> str:
    """Every figure of every measure."""
    head = ["", "reported", "bias", "mean error", "RMSE", "interval ±", "held"]
    return markdown(head, (_full_line(*name, f) for name, f in grouped(rows, _measure).items()))


def _full_line(measure: str, leg: str, f: Figures) -> list[str]:
    errors = [written(f.bias, measure, signed=True), written(f.mae, measure), written(f.rmse, measure)]
    return [title_of(measure, leg), f"{f.count} of {f.asked}", *errors, written(f.half, measure), _coverage(f)]


def parts_table(rows: Sequence[Row]) -> str:
    """The error of each headline in two parts."""
    lines = []
    for measure, leg in HEADLINES:
        chosen = [row for row in rows if _measure(row) == (measure, leg) and np.isfinite(row.error)]
        if not chosen:
            continue
        parts = parts_of(chosen)
        lines.append([title_of(measure, leg), written(parts.of_runner, measure), written(parts.of_clip, measure)])
    return markdown(["", "same in all clips of a runner", "from clip to clip"], lines)


def views_table(rows: Sequence[Row]) -> str:
    """Errors by how far the camera is turned."""
    turned = {kind: [row for row in rows if (abs(row.case.yaw_deg) >= TURNED_DEG) is kind] for kind in (False, True)}
    return _headlines_table([(f"yaw below {TURNED_DEG:g}°", turned[False]), (f"{TURNED_DEG:g} to 14°", turned[True])])


def models_table(rows: Sequence[Row]) -> str:
    """Errors on the same clips by pose model."""
    names = [name for name in MODEL_NAMES if any(row.case.model == name for row in rows)]
    return _headlines_table([(name, [row for row in rows if row.case.model == name]) for name in names])


def _headlines_table(choices: Iterable[tuple[str, Sequence[Row]]]) -> str:
    lines = []
    for name, here in choices:
        found = [(measure, figures(r for r in here if _measure(r) == (measure, leg))) for measure, leg in VIEWED]
        cells = [f"{written(f.bias, m, signed=True)}, {written(f.mae, m)}{_held(f)}" for m, f in found]
        lines.append([name, str(len({row.case for row in here})), *cells])
    return markdown(["", "clips", *(title_of(measure, leg) for measure, leg in VIEWED)], lines)


def _measure(row: Row) -> tuple[str, str]:
    return row.measure, row.leg


def _coverage(f: Figures) -> str:
    if not f.intervals:
        return "-"
    text = f"{f.held} of {f.intervals}"
    return f"**{text}**" if f.coverage < HELD else text


def _held(f: Figures) -> str:
    return f", {f.held} of {f.intervals}" if f.intervals else ""


def _headline(rows: Iterable[Row], measure: str, leg: str) -> dict[str, str]:
    f = figures(row for row in rows if _measure(row) == (measure, leg))
    return {
        "held": _coverage(f),
        "mae": written(f.mae, measure),
        "worst": _worst(rows, measure, leg),
        "half": written(f.half, measure),
    }


def _worst(rows: Iterable[Row], measure: str, leg: str) -> str:
    errors = [abs(row.error) for row in rows if _measure(row) == (measure, leg) and row.is_told]
    return written(max(errors, default=np.nan), measure)


def _headline_coverage(rows: Iterable[Row]) -> str:
    f = figures(rows)
    return f"{f.held} of {f.intervals} ({100 * f.coverage:.0f} %)" if f.intervals else "-"


def _errors_ms(rows: Iterable[Row], measure: str, leg: str) -> str:
    return written(figures(row for row in rows if _measure(row) == (measure, leg)).rmse, measure)


def _counts(rows: Iterable[Row]) -> dict[str, int]:
    """How many clips, of how many people or gaits."""
    cases = {row.case for row in rows}
    return {"clips": len(cases), "ways": len({case.way for case in cases})}
