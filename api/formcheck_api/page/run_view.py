"""What the page of a run shows beyond report.html: pure functions from a Report to records."""

import csv
import io
import math
from dataclasses import asdict, dataclass
from typing import Any, Final

from formcheck.gait.measures.registry import HEADLINES
from formcheck.judge.comparison.records import Comparison
from formcheck.judge.comparison.said import shown_change
from formcheck.records.report import Report, Step
from formcheck.records.skeleton import Side
from formcheck.report import measure_view
from formcheck.report import view as report_view
from formcheck.report.charts.figures import reference_for
from formcheck.report.measure_view import Cell
from formcheck.report.page.comparison import row_of
from formcheck.report.view import Picture, frames_a_picture
from formcheck.words.catalogue import Voice
from formcheck.words.numbers import DECIMALS, bare, ends, quantity, shown_difference, signed, title_of, unit_of

QUICKER: Final = 1.05
"""The metronome's default: 5 % more steps per minute (Heiderscheit et al. 2011 tested 5 and 10 %)."""

OVERLAY_HEIGHT: Final = 1.2
"""Height of the overlay's pictures over the clip's: the panel of values takes 19 to 22 %."""

RATES: Final = (1, 0.5, 0.25, 0.125)
"""Speeds that the player offers."""

LOOP_S: Final = 0.5
"""Real time around a foot strike that is played again and again: a step and a half, the landing in its middle."""

SLOWED: Final = 8
"""So many times slower than life a landing, which takes some 50 ms, can be followed by eye."""

_COMPARED_FIRST: Final = (*HEADLINES, "shank_angle", "knee_flexion", "cadence", "contact_time")
_STRIKE_FACTS: Final = ("foot_ahead_of_hip", "shank_angle", "knee_flexion", "trunk_lean_at_strike")


@dataclass(frozen=True, slots=True)
class Compared:
    """A measure of two clips; ``result`` is what can be said of the difference, empty where nothing is.

    ``how`` says where the difference is not that of the numbers beside it.
    """

    measure: str
    title: str
    first: Cell
    second: Cell
    difference: str
    how: str
    result: str


@dataclass(frozen=True, slots=True)
class Strike:
    """A foot strike that the player can jump to; ``facts`` are its numbers as (title, value)."""

    side: Side
    time_s: float
    toe_off_s: float | None
    facts: tuple[tuple[str, str], ...]


def addresses(report: Report, base: str) -> dict[str, str]:
    """Where each picture of an analysis is."""
    return {frame.file: f"{base}/{frame.file}" for frame in report.frames}


def near_pictures(report: Report, voice: Voice) -> list[Picture]:
    """The near leg's foot strike and mid-stance, which show reach and lean."""
    shown = {frame.file for frame in report.frames if frame.event in ("foot_strike", "mid_stance")}
    albums = report_view.albums(report, shown, voice)
    return list(albums[0].pictures) if albums else []


def compared(
    comparison: Comparison, first: Report, second: Report, voice: Voice
) -> tuple[list[Compared], list[Compared]]:
    """Measures that both clips report in the same unit: the most important ones, then the others."""
    rows = [row for name in DECIMALS if (row := _compared(name, comparison, first, second, voice))]
    return [row for row in rows if row.measure in _COMPARED_FIRST], [
        row for row in rows if row.measure not in _COMPARED_FIRST
    ]


def _compared(name: str, comparison: Comparison, first: Report, second: Report, voice: Voice) -> Compared | None:
    both = [report.measures.get(name) for report in (first, second)]
    measured = [measure for measure in both if measure and measure_view.why_withheld(measure.headline) is None]
    if len(measured) < 2 or measured[0].unit != measured[1].unit:
        return None
    cells = [
        Cell(
            bare(name, each.unit, each.headline.value, voice, is_compared=True),
            ends(name, each.unit, *each.headline.interval95, voice),
        )
        for each in measured
    ]
    unit = measured[0].unit
    title = voice.say("view.measure_in_unit", measure=title_of(name, voice), unit=unit_of(name, unit, voice))
    said = comparison.of(name)
    row = row_of(said, voice) if said else None
    if said and row and row.how:
        by = shown_change(said)
    else:
        by = shown_difference(name, unit, *(each.headline.value for each in measured))
    difference = signed(bare(name, unit, by, voice, is_compared=True))
    return Compared(name, title, cells[0], cells[1], difference, row.how if row else "", row.verdict if row else "")


def strikes(report: Report, voice: Voice) -> list[Strike]:
    """Every foot strike, in time."""
    return [
        Strike(step.side, step.strike_time_s, _known(step.toe_off_time_s), _facts(report, step, voice))
        for step in sorted(report.steps, key=lambda step: step.strike_time_s)
    ]


def for_player(report: Report, voice: Voice) -> dict[str, Any]:
    """What the page's scripts need to control the video."""
    return {
        "frame_s": _picture_s(report.clip.mean_fps),
        "near_side": report.scene.near_side,
        "stride_s": stride_s(report),
        "loop": loop(report.clip.time_scale.factor),
        "strikes": [asdict(strike) for strike in strikes(report, voice)],
        "bands": {name: [band.low, band.high] for name in HEADLINES if (band := reference_for(report, name))},
    }


def loop(factor: float) -> dict[str, float]:
    """How far around a foot strike to play, on the clip's own clock, and at which of the `RATES`."""
    rate = min(RATES, key=lambda rate: abs(math.log(rate * SLOWED / factor)))
    return {"half_s": factor * LOOP_S / 2, "rate": rate}


def _picture_s(clip_fps: float) -> float:
    """Time between the overlay's pictures."""
    return frames_a_picture(clip_fps) / clip_fps if clip_fps > 0 else 1 / 30


def stride_s(report: Report) -> float | None:
    """Duration of a stride on the clip's own clock, from the cadence; None when not measured."""
    rate = cadence(report)
    return None if rate is None else 120 / rate * report.clip.time_scale.factor


def cadence(report: Report) -> float | None:
    """Steps per minute; None when not measured."""
    measure = report.measures.get("cadence")
    return None if measure is None or measure_view.why_withheld(measure.headline) else measure.headline.value


def speed(report: Report, voice: Voice) -> str:
    """The belt's speed; empty when not known in metres."""
    belt = report.scene.belt_speed
    return (
        quantity("belt_speed", belt.unit, belt.value, voice) if belt.unit == "m/s" and math.isfinite(belt.value) else ""
    )


def steps_csv(report: Report) -> str:
    """Steps with their numbers as CSV, one line each, in the units of report.json; empty = not measured."""
    names = [name for name in report.measures if any(name in step.values for step in report.steps)]
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    units = [f"{name} ({report.measures[name].unit})" for name in names]
    writer.writerow(["side", "strike_time_s", "toe_off_time_s", *units])
    for step in report.steps:
        values = [step.strike_time_s, step.toe_off_time_s, *(step.values.get(name, math.nan) for name in names)]
        writer.writerow([step.side, *(f"{value:.4f}" if math.isfinite(value) else "" for value in values)])
    return out.getvalue()


def _facts(report: Report, step: Step, voice: Voice) -> tuple[tuple[str, str], ...]:
    facts = ((name, step.values.get(name, math.nan)) for name in _STRIKE_FACTS if name in report.measures)
    return tuple(
        (title_of(name, voice), quantity(name, report.measures[name].unit, value, voice))
        for name, value in facts
        if math.isfinite(value)
    )


def _known(value: float) -> float | None:
    return value if math.isfinite(value) else None
