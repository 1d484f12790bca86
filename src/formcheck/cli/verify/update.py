"""Truth from the present output, for users who pin clips of their own: recorded, not known."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Final

from formcheck.cli.verify.compare import EVENT_FIELD, MATCH_S, seen
from formcheck.cli.verify.truth import SCENE_WORDS, Events, EventTruth, Expect, Truth, Wanted
from formcheck.records.report import Measured, Report
from formcheck.records.skeleton import Side

SHARE_OF_INTERVAL: Final = 0.5
"""Of the half-width of a report's own 95 % interval: one standard error. The same clip with the same program moves much
less (see LEAST_TOLERANCE), and a smaller change could be chance."""

LEAST_TOLERANCE: Final = {"leg_length": 0.004, "deg": 0.4, "s": 0.003, "1/min": 0.2, "fraction": 0.01}
"""By unit: what another processor or decoder may move. By judgement: following the halves of a clip apart, which is a
larger change, moved reach on the reference clip by 0.003 leg."""
LEAST_OTHERWISE: Final = 0.02
"""Of any other unit."""
EVENT_TOLERANCE_S: Final = 0.010
"""Of real time: as little as a strike's own standard error over one leg's steps (7 ms, `config`), rounded up."""
ROLL_TOLERANCE_DEG: Final = 0.5
TIME_SCALE_TOLERANCE: Final = 0.01
DECIMALS: Final = 4
HOW: Final = "Recorded by `formcheck verify --update`: what formcheck said, not what is known to be so."


def record(report: Report, before: Truth | None) -> Truth:
    """Return what a report says as truth.

    Of an earlier truth everything that may have been set by hand stays: comment, given, tolerances, and which keys
    are checked at all. Excuses (``misses``) go: what is recorded holds. One that checks nothing yet is filled.
    """
    fresh = _fresh(report)
    if before is None:
        return fresh
    kept = replace(
        fresh,
        how=before.how or fresh.how,
        comment=before.comment,
        given=before.given,
        tolerance_s={**fresh.tolerance_s, **before.tolerance_s},
        far_tolerance_s=before.far_tolerance_s,
    )
    return _narrowed(kept, before) if before.checks_something else kept


def _fresh(report: Report) -> Truth:
    """All that can be checked, with tolerances of our own."""
    withheld = {name: m.headline.withheld for name, m in report.measures.items() if m.headline.withheld is not None}
    slowed = report.clip.time_scale.factor
    sides = {side: _measures(report, side) for side in Side}
    return Truth(
        kind="recorded",
        how=HOW,
        recorded={"formcheck_version": report.formcheck_version, "model": _model(report), "created": report.created},
        strikes=tuple(_events(report, "strikes")),
        toe_offs=tuple(_events(report, "toe_offs")),
        tolerance_s=dict.fromkeys(EVENT_FIELD, round(EVENT_TOLERANCE_S * slowed, DECIMALS)),
        measures=_measures(report, None),
        sides={side: measures for side, measures in sides.items() if measures},
        scene=_scene(report),
        time_scale=Wanted(round(slowed, DECIMALS), TIME_SCALE_TOLERANCE),
        expect=Expect(
            withheld=frozenset(reason.code for reason in withheld.values()),
            reasons=frozenset(reason.code for reason in report.quality.reasons),
            measures_withheld=frozenset(withheld),
        ),
    )


def _model(report: Report) -> str:
    return f"{report.model.name} {report.model.sha256[:12]}" if report.model else "none"


def _events(report: Report, event: str) -> Iterator[EventTruth]:
    for step in report.steps:
        time_s = getattr(step, EVENT_FIELD[event])
        if math.isfinite(time_s):
            yield EventTruth(step.side, round(time_s, DECIMALS))


def _measures(report: Report, side: Side | None) -> dict[str, Wanted]:
    """Every number that was reported: the headlines, or those of one side that are not the headline already."""
    found = {}
    for name, measure in report.measures.items():
        measured = measure.headline if side is None else measure.of(side)
        is_new = side is None or measured != measure.headline
        if measured is not None and is_new and measured.withheld is None and math.isfinite(measured.value):
            found[name] = Wanted(round(measured.value, DECIMALS), _tolerance(measured, measure.unit), measure.unit)
    return found


def _tolerance(measured: Measured, unit: str) -> float:
    low, high = measured.interval95
    share = SHARE_OF_INTERVAL * (high - low) / 2 if math.isfinite(high - low) else 0.0
    return round(max(share, LEAST_TOLERANCE.get(unit, LEAST_OTHERWISE)), DECIMALS)


def _scene(report: Report) -> dict[str, str | Wanted | None]:
    words: dict[str, str | Wanted | None] = {key: seen(report.scene, key) for key in SCENE_WORDS}
    roll_deg = report.scene.camera_roll_deg
    if math.isfinite(roll_deg):
        words["camera_roll_deg"] = Wanted(round(roll_deg, DECIMALS), ROLL_TOLERANCE_DEG)
    return words


# --- the choice of what is checked stays


def _narrowed(fresh: Truth, before: Truth) -> Truth:
    """``fresh`` with the keys that ``before`` checks; a number now withheld, or reported again, changes its place."""
    now, then = fresh.expect, before.expect
    asked = {*before.measures, *then.measures_withheld}
    within_s = MATCH_S * (fresh.time_scale.value if fresh.time_scale else 1.0)
    return replace(
        fresh,
        strikes=_timed(fresh.strikes, before.strikes, within_s),
        toe_offs=_timed(fresh.toe_offs, before.toe_offs, within_s),
        measures=_as_before(fresh.measures, asked, before.measures),
        sides={side: _as_before(fresh.sides.get(side, {}), {*old}, old) for side, old in before.sides.items()},
        scene={
            key: _toleranced(one, before.scene[key]) if isinstance(one, Wanted) else one
            for key, one in fresh.scene.items()
            if key in before.scene
        },
        time_scale=_toleranced(fresh.time_scale, before.time_scale) if fresh.time_scale and before.time_scale else None,
        expect=Expect(
            withheld=None if then.withheld is None else now.withheld,
            reasons=now.reasons if then.reasons else frozenset(),
            measures_withheld=now.measures_withheld & asked,
        ),
    )


def _as_before(fresh: Mapping[str, Wanted], asked: set[str], before: Mapping[str, Wanted]) -> dict[str, Wanted]:
    return {name: _toleranced(now, before.get(name)) for name, now in fresh.items() if name in asked}


def _toleranced(now: Wanted, before: str | Wanted | None) -> Wanted:
    """``now`` with the tolerance of ``before``, unless that counts in another unit."""
    same = isinstance(before, Wanted) and before.unit in ("", now.unit)
    return replace(now, tolerance=before.tolerance) if isinstance(before, Wanted) and same else now


def _timed(fresh: Events | None, before: Events | None, within_s: float) -> Events | None:
    """``fresh`` with the tolerance that the truth file gives the same event; None where events are not checked."""
    if fresh is None or before is None:
        return None
    own = [one for one in before if one.tolerance_s is not None]

    def same(event: EventTruth) -> EventTruth | None:
        near = [one for one in own if one.side is event.side and abs(one.time_s - event.time_s) <= within_s]
        return min(near, key=lambda one: abs(one.time_s - event.time_s), default=None)

    return tuple(replace(event, tolerance_s=one.tolerance_s) if (one := same(event)) else event for event in fresh)
