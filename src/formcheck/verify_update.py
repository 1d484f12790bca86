"""Truth from the present output, for users who pin clips of their own: recorded, not known."""

import math
from collections.abc import Iterator, Mapping
from typing import Final

from formcheck.assessment import Measured, Report
from formcheck.landmarks import Side
from formcheck.truth import EventTruth, Truth, Wanted
from formcheck.verify import EVENT_FIELD

SHARE_OF_INTERVAL: Final = 0.25
"""Of the half-width of a report's own 95 % interval: a pin is to catch a change of the program, which shows in the same
clip long before it exceeds the error that the clip leaves."""
LEAST_TOLERANCE: Final = {"leg_length": 0.004, "deg": 0.4, "s": 0.003, "1/min": 0.2, "fraction": 0.01}
"""By unit: what another processor or decoder build may move."""
LEAST_OTHERWISE: Final = 0.02
"""Of any other unit."""
LEAST_EVENT_S: Final = 0.006
ROLL_TOLERANCE_DEG: Final = 0.5
DECIMALS: Final = 4


def record(report: Report, before: Truth | None) -> Truth:
    """Return what a report says as truth; what somebody wrote into ``before`` (comment, given, tolerances) is kept."""
    kept = before or Truth()
    withheld = {name: measure.headline.withheld for name, measure in report.measures.items()}
    slowed = report.clip.time_scale.factor
    return Truth(
        kind="recorded",
        how=kept.how or "Recorded by `formcheck verify --update`: what formcheck said, not what is known to be so.",
        comment=kept.comment,
        recorded={"formcheck_version": report.formcheck_version, "model": _model(report), "created": report.created},
        given=kept.given,
        events={event: tuple(_events(report, event)) for event in EVENT_FIELD} if report.steps else {},
        tolerance_s=kept.tolerance_s or dict.fromkeys(EVENT_FIELD, LEAST_EVENT_S * slowed),
        far_tolerance_s=kept.far_tolerance_s,
        measures=_measures(report, None, kept.measures),
        sides={side: found for side in Side if (found := _measures(report, side, kept.sides.get(side, {})))},
        scene=_scene(report, kept.scene),
        time_scale=None if slowed == 1 else Wanted(slowed, 0.01),
        withheld=frozenset(reason.code for reason in withheld.values() if reason is not None),
        reasons=frozenset(reason.code for reason in report.quality.reasons),
    )


def _model(report: Report) -> str:
    return f"{report.model.name} {report.model.sha256[:12]}" if report.model else "none"


def _events(report: Report, event: str) -> Iterator[EventTruth]:
    for step in report.steps:
        time_s = getattr(step, EVENT_FIELD[event])
        if math.isfinite(time_s):
            yield EventTruth(step.side, round(time_s, DECIMALS))


def _measures(report: Report, side: Side | None, before: Mapping[str, Wanted]) -> dict[str, Wanted]:
    """Every number that was told, of one side or the headlines."""
    found = {}
    for name, measure in report.measures.items():
        measured = measure.headline if side is None else measure.of(side)
        if measured is not None and measured.withheld is None and math.isfinite(measured.value):
            tolerance = before[name].tolerance if name in before else _tolerance(measured, measure.unit)
            found[name] = Wanted(round(measured.value, DECIMALS), tolerance, measure.unit)
    return found


def _tolerance(measured: Measured, unit: str) -> float:
    low, high = measured.interval95
    share = SHARE_OF_INTERVAL * (high - low) / 2 if math.isfinite(high - low) else 0.0
    return round(max(share, LEAST_TOLERANCE.get(unit, LEAST_OTHERWISE)), DECIMALS)


def _scene(report: Report, before: Mapping[str, str | Wanted]) -> dict[str, str | Wanted]:
    scene = report.scene
    seen: dict[str, str | Wanted] = {"view": scene.view, "surface": scene.surface}
    if scene.heading != "unknown":
        seen["heading"] = scene.heading
    if scene.near_side is not None:
        seen["near_side"] = str(scene.near_side)
    if math.isfinite(scene.camera_roll_deg):
        roll = before.get("camera_roll_deg")
        tolerance = roll.tolerance if isinstance(roll, Wanted) else ROLL_TOLERANCE_DEG
        seen["camera_roll_deg"] = Wanted(round(scene.camera_roll_deg, DECIMALS), tolerance)
    return seen
