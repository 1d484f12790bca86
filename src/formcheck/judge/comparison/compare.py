"""Two groups of reports to a comparison.

Headlines and all other measures are two families; in each, intervals are as wide as Bonferroni asks for, so that with
nothing changed a family holds a change falsely in 5 % of comparisons. Not Holm's steps, which find a little more: an
interval beside a verdict must agree with it.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from importlib.metadata import version
from typing import Final

import numpy as np
from scipy.special import ndtri

from formcheck.gait.measures.registry import HEADLINES, MEASURES, TIME_UNITS, definition
from formcheck.judge.comparison.alike import filmed_alike, notes_on, notes_on_clips, refusal
from formcheck.judge.comparison.common import setup_of, showing
from formcheck.judge.comparison.pooled import Number, error_of, pool, ruling
from formcheck.judge.comparison.records import Compared, Comparison, Difference, SpeedChange
from formcheck.judge.comparison.said import said
from formcheck.judge.comparison.speed import correction_of, speed_change
from formcheck.judge.measures.change import is_mixed
from formcheck.judge.obstacles import DOUBTS
from formcheck.records.errors import UsageError
from formcheck.records.report import Reason, Report
from formcheck.records.skeleton import Side
from formcheck.words.catalogue import ENGLISH
from formcheck.words.reasons import reason

ALPHA: Final = 0.05
"""Share of comparisons without a change in which a family of measures may hold one falsely."""

CONDITION: Final = "belt_speed"
"""What the runner set, not how they run."""


def compare(before: Report | Sequence[Report], after: Report | Sequence[Report]) -> Comparison:
    """What changed from one clip of a runner to a later one, or between two groups of clips.

    Raises
    ------
    UsageError
        A group holds no report, or something else than reports.
    """
    given = _group(before, "before"), _group(after, "after")
    first, last = (_each_once(group) for group in given)
    used = filmed_alike(first, last)
    speed = speed_change(*used)
    refused = refusal(*used, speed)
    found = () if refused else differences_at(speed, *used)
    legs = Counter(each.measure for each in found)
    twice = (reason("compared_clip_twice"),) if len(first) + len(last) < sum(map(len, given)) else ()
    return Comparison(
        formcheck_version=version("formcheck"),
        before=tuple(_compared(report) for report in first),
        after=tuple(_compared(report) for report in last),
        speed=speed,
        refused=refused,
        notes=() if refused else (*notes_on_clips(first, last), *twice, *notes_on(*used, speed)),
        differences=tuple(said(each, names_leg=legs[each.measure] > 1) for each in found),
    )


def _group(reports: Report | Sequence[Report], name: str) -> tuple[Report, ...]:
    group = (reports,) if isinstance(reports, Report) else tuple(reports) if isinstance(reports, Sequence) else ()
    if not group or not all(isinstance(each, Report) for each in group):
        raise UsageError(ENGLISH.say("error.not_reports", name=name))
    return group


def _each_once(group: Sequence[Report]) -> tuple[Report, ...]:
    """The reports, each clip once: the same clip again says nothing new."""
    return tuple({each.clip.sha256 or str(number): each for number, each in enumerate(group)}.values())


def _compared(report: Report) -> Compared:
    clip = report.clip
    model = report.model.name if report.model else ""
    fps = clip.mean_fps * clip.time_scale.factor
    return Compared(
        clip.name, clip.sha256, report.created, report.formcheck_version, model, report.scene.near_side, fps
    )


def differences_at(speed: SpeedChange, before: Sequence[Report], after: Sequence[Report]) -> tuple[Difference, ...]:
    """Every measure's difference, judged and without words, where the speed changed by so much."""
    reported = {name for report in (*before, *after) for name in report.measures} - {CONDITION}
    names = [row.name for row in MEASURES if row.name in reported]
    rows = [row for name in names for row in _rows(name, before, after, speed)]
    z = {
        is_headline: _z(row for row in rows if (row.measure in HEADLINES) is is_headline)
        for is_headline in (True, False)
    }
    return tuple(_judged(row, z[row.measure in HEADLINES]) for row in rows)


def _z(family: Iterable[Difference]) -> float:
    """Half-width in standard errors of intervals that hold for all of a family at once."""
    count = sum(np.isfinite(row.value) for row in family)
    return float(-ndtri(ALPHA / 2 / max(count, 1)))


def _rows(name: str, before: Sequence[Report], after: Sequence[Report], speed: SpeedChange) -> list[Difference]:
    """A measure's differences, not yet judged: the interval is the standard error on either side."""
    before, after = showing(name, before), showing(name, after)
    whole = _row(name, None, before, after, speed)
    if definition(name).sides not in ("leg", "near"):
        return [whole]
    sides = [{report.scene.near_side for report in group} - {None} for group in (before, after)]
    if not any(sides) or not np.isfinite(whole.value):
        return [whole]
    common = [side for side in Side if all(side in each for each in sides)]
    if not common:
        return [_unsaid(name, None, before[0], reason("compared_legs_differ"))]
    return [_row(name, side, _from(side, before), _from(side, after), speed) for side in common]


def _from(side: Side, reports: Sequence[Report]) -> list[Report]:
    return [report for report in reports if report.scene.near_side is side]


def _row(
    name: str, side: Side | None, before: Sequence[Report], after: Sequence[Report], speed: SpeedChange
) -> Difference:
    numbers = [[number_of(name, report) for report in group] for group in (before, after)]
    known = [[one for one in group if isinstance(one, Number)] for group in numbers]
    why_not = [[one for one in group if isinstance(one, Reason)] for group in numbers]
    doubted = [one for group in why_not for one in group if one.code in DOUBTS]  # left out, its clip would be denied
    missing = [group[0] for group, kept in zip(why_not, known, strict=True) if not kept]
    if doubted or missing:
        return _unsaid(name, side, before[0], (doubted or missing)[0])
    correction = correction_of(name, speed)
    if correction is None:
        return _unsaid(name, side, before[0], reason("compared_speeds_differ", "without_slope"))
    pooled, (of_speed, of_speed_sd) = pool(*known), correction
    value, sd = pooled.after - pooled.before - of_speed, float(np.hypot(pooled.sd, of_speed_sd))
    return replace(
        _unsaid(name, side, before[0], *((reason("compared_clips_scatter"),) if pooled.is_scattered else ())),
        clips=(len(known[0]), len(known[1])),
        before=pooled.before,
        after=pooled.after,
        value=value,
        interval95=(value - sd, value + sd),
        correction=of_speed,
    )


def number_of(name: str, report: Report) -> Number | Reason:
    """A clip's number, or why it has none to compare."""
    measure = report.measures.get(name)
    if measure is None:
        return reason("not_seen")
    if measure.headline.withheld is not None:
        return measure.headline.withheld
    if is_mixed(name, report.changes):
        return reason("changes_within_clip")
    doubt = next((why for why in report.quality.reasons if why.code in DOUBTS), None)
    if doubt is not None and measure.unit in TIME_UNITS:
        return doubt
    if not np.isfinite((measure.headline.value, *measure.headline.interval95)).all():
        return reason("not_seen")
    return Number(measure.headline.value, error_of(measure.headline), setup_of(report))


def _unsaid(name: str, side: Side | None, report: Report, *why: Reason) -> Difference:
    unit = report.measures[name].unit if name in report.measures else definition(name).unit
    nothing = np.nan, np.nan
    return Difference(name, unit, side, (0, 0), *nothing, np.nan, nothing, 0.0, "cannot_say", np.nan, why, "", "", {})


def _judged(row: Difference, z: float) -> Difference:
    """The verdict on a difference whose interval is one standard error wide on either side."""
    if not np.isfinite(row.value):
        return row
    found = ruling(row.measure, row.value, z * (row.interval95[1] - row.value))
    row = replace(row, interval95=found.interval95, limit=found.limit, reasons=(*row.reasons, *found.reasons))
    if found.is_real:
        return replace(row, verdict="changed")
    return row if found.reasons else replace(row, verdict="no_change_larger_than")
