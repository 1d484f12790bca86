"""What keeps two groups of clips from being compared, and what makes the comparison weaker."""

import math
from collections.abc import Iterator, Sequence
from typing import Any, Final

from formcheck.gait.measures.registry import HEADLINES
from formcheck.judge.comparison.common import Setup, is_another_runner, setup_of
from formcheck.judge.comparison.records import SpeedChange
from formcheck.judge.comparison.speed import contradicts_belts, is_mixed, is_too_far_apart, surely_differs
from formcheck.records.report import Reason, Report
from formcheck.records.values import Quantity
from formcheck.words.reasons import reason, sentences_of

LARGEST_INCLINE_PCT: Final = 1.0
"""Inclines within it are alike: half a degree of lean, and what a treadmill's own setting is worth."""


UNCLEAR: Final = "unclear"
"""The view of a clip that shows nobody well enough to have one."""

LARGEST_HEIGHT_M: Final = 0.03
"""Heights within it are one runner's: given to the inch, in shoes or without."""


def filmed_alike(before: Sequence[Report], after: Sequence[Report]) -> tuple[tuple[Report, ...], tuple[Report, ...]]:
    """The clips of both groups whose view the other has as well; all of them where there is no such view.

    A clip that shows nobody has no view and stays.
    """
    groups = (tuple(before), tuple(after))
    views = [{report.scene.view for report in group} - {UNCLEAR} for group in groups]
    common = views[0] & views[1]
    if not common:
        return groups
    first, last = (tuple(each for each in group if each.scene.view in {*common, UNCLEAR}) for group in groups)
    return first, last


def refusal(before: Sequence[Report], after: Sequence[Report], speed: SpeedChange) -> Reason | None:
    """Why these clips can't be compared at all; None where they can."""
    both = [*before, *after]
    views = [{report.scene.view for report in group} - {UNCLEAR} for group in (before, after)]
    if all(views) and views[0] != views[1]:
        return reason("compared_views_differ")
    if len({report.scene.surface for report in both} - {"unknown"}) > 1:
        return reason("compared_surfaces_differ")
    inclines = [float(_given(report, "incline_pct") or 0.0) for report in both]
    if max(inclines) - min(inclines) > LARGEST_INCLINE_PCT:
        return reason("compared_inclines_differ", low=min(inclines), high=max(inclines))
    if is_another_runner(before, after):
        return reason("another_runner")
    return _refused_speed(before, after, speed)


def _refused_speed(before: Sequence[Report], after: Sequence[Report], speed: SpeedChange) -> Reason | None:
    if is_mixed(before) or is_mixed(after):
        return reason("compared_speeds_differ", "mixed")
    if contradicts_belts(speed, before, after):
        return reason("compared_speeds_contradict")
    if is_too_far_apart(speed):
        return reason("compared_speeds_differ", _direction(speed), percent=_percent(speed))
    return None


def silence(report: Report) -> Reason | None:
    """Why a clip gave no headline number at all; a view from behind never does."""
    if report.scene.view == "rear":
        return None
    headlines = [report.measures[name].headline for name in HEADLINES if name in report.measures]
    withheld = [one.withheld for one in headlines if one.withheld]
    return withheld[0] if withheld and len(withheld) == len(headlines) else None


def notes_on_clips(before: Sequence[Report], after: Sequence[Report]) -> Iterator[Reason]:
    """What the groups of clips are other than a reader would think, before clips are left out."""
    again = {report.clip.sha256 for report in before} & {report.clip.sha256 for report in after} - {""}
    for report in before:
        if report.clip.sha256 in again:
            yield reason("compared_same_clip", clip=report.clip.name)
    for group, used in zip((before, after), filmed_alike(before, after), strict=True):
        for report in group:
            if report not in used:
                yield reason("compared_clip_left_out", clip=report.clip.name)
            elif len(group) > 1 and (why := silence(report)):
                yield reason("compared_clip_silent", clip=report.clip.name, why=sentences_of(why)[:1])


def notes_on(before: Sequence[Report], after: Sequence[Report], speed: SpeedChange) -> tuple[Reason, ...]:
    """What widens the intervals or was allowed for, most weighty first."""
    return tuple(_notes(before, after, speed))


def _notes(before: Sequence[Report], after: Sequence[Report], speed: SpeedChange) -> Iterator[Reason]:
    first, last = ({setup_of(report) for report in group if not silence(report)} for group in (before, after))
    for name, code in (
        ("model", "compared_models_differ"),
        ("version", "compared_versions_differ"),
        ("near_side", "compared_sides_differ"),
        ("rate", "compared_rates_differ"),
    ):
        if _values(first, name) != _values(last, name) and all(_values(each, name) for each in (first, last)):
            yield reason(code)
    if any(_is_older(report) for report in (*before, *after)):
        yield reason("compared_older_report")
    heights = [height for report in (*before, *after) if (height := _given(report, "height_m"))]
    if heights and max(heights) - min(heights) > LARGEST_HEIGHT_M:
        yield reason("compared_heights_differ", **_as_heights(low=min(heights), high=max(heights)))
    if speed.source == "unknown":
        yield reason("compared_speed_unknown")
    elif surely_differs(speed):
        yield reason("compared_speed_corrected", _direction(speed), percent=_percent(speed))
    elif speed.source == "measured":
        within = max(1 - speed.interval95[0], speed.interval95[1] - 1)
        if within > 0:
            yield reason("compared_speed_assumed", percent=math.ceil(100 * within))


def _values(setups: set[Setup], name: str) -> set[Any]:
    return {value for setup in setups if (value := getattr(setup, name)) is not None}


def _is_older(report: Report) -> bool:
    """Whether a report was written before errors had parts."""
    headlines = (report.measures[name].headline for name in HEADLINES if name in report.measures)
    return any(one.error is None and one.withheld is None for one in headlines)


def _given(report: Report, name: str) -> float | None:
    value: float | None = report.settings.get("told", {}).get(name)
    return value


def _as_heights(**heights_m: float) -> dict[str, Quantity]:
    return {name: Quantity("height", "m", height_m) for name, height_m in heights_m.items()}


def _direction(speed: SpeedChange) -> str:
    return "faster" if speed.ratio > 1 else "slower"


def _percent(speed: SpeedChange) -> int:
    return round(100 * abs(speed.ratio - 1))
