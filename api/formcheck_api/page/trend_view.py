"""Numbers over the clips that a device knows, and what changed since: pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from math import nan
from typing import Final

from markupsafe import Markup

from formcheck.gait.measures.registry import HEADLINES
from formcheck.judge.comparison.compare import compare
from formcheck.judge.comparison.point import points_of
from formcheck.judge.comparison.records import Comparison, Difference
from formcheck.judge.comparison.said import verdict
from formcheck.records.report import Report
from formcheck.report.charts.trend import Dot, trend_chart
from formcheck.words.catalogue import Voice
from formcheck.words.numbers import quantity, title_of

SHOWN: Final = ("foot_ahead_of_hip", "trunk_lean", "cadence")
DAY_S: Final = 86400
_FEWEST: Final = 2
_MINUS: Final = "\N{MINUS SIGN}"
_HYPHEN: Final = "\N{NON-BREAKING HYPHEN}"


@dataclass(frozen=True, slots=True)
class Trend:
    """What changed since the clip before and since the first, and a chart of each number with its title."""

    since: tuple[str, ...]
    last: str
    """The first of these in a few words."""
    charts: tuple[tuple[str, Markup], ...]


def trend_of(clips: Sequence[tuple[datetime, Report]], voice: Voice) -> Trend | None:
    """The clips in order, the newest last, held against it; None where there are less than two."""
    if len(clips) < _FEWEST:
        return None
    newest = clips[-1][1]
    changes = [compare(report, newest) for _, report in clips[:-1]]
    places = {"previous": len(changes) - 1} | ({"first": 0} if len(changes) > 1 else {})
    since = (_since(name, clips[place][0], changes[place], voice) for name, place in places.items())
    charts = ((title_of(name, voice), _chart(name, clips, changes, voice)) for name in SHOWN)
    return Trend(tuple(since), last_of(changes[-1], voice), tuple(charts))


def last_of(change: Comparison, voice: Voice) -> str:
    """What changed in the headline numbers, in one line."""
    rows = [row for row in change.differences if row.measure in HEADLINES]
    if changed := [row for row in rows if row.verdict == "changed"]:
        return voice.say("trend.last_changed", change=_signed(changed[0], voice))
    is_known = bool(rows) and all(row.verdict != "cannot_say" for row in rows)
    return voice.say("trend.last_same" if is_known else "trend.last_unknown")


def _signed(row: Difference, voice: Voice) -> str:
    by = quantity(row.measure, row.unit, abs(row.value), voice)
    sign = "+" if row.value > 0 else _MINUS
    return voice.say(f"trend.last_{row.measure}", by=f"{sign}{by}")


def _since(name: str, when: datetime, change: Comparison, voice: Voice) -> str:
    return voice.say(f"trend.since_{name}", when=_day(when), verdict=verdict(change, voice))


def _chart(
    measure: str, clips: Sequence[tuple[datetime, Report]], changes: Sequence[Comparison], voice: Voice
) -> Markup:
    alike = [_alike(measure, change) for change in changes] + [(nan, nan)]
    return trend_chart(measure, [_dot(measure, *clip, ends) for clip, ends in zip(clips, alike, strict=True)], voice)


def _dot(measure: str, when: datetime, report: Report, alike: tuple[float, float]) -> Dot:
    point = points_of(measure, [report])[0]
    return Dot(_day(when), when.timestamp() / DAY_S, point.side, point.value, point.interval95, alike)


def _alike(measure: str, change: Comparison) -> tuple[float, float]:
    """What the earlier clip could show without a change; outside it the verdict is ``changed``, inside it is not."""
    row = change.of(measure)
    if row is None or row.verdict == "cannot_say":
        return nan, nan
    low, high = row.interval95
    return row.before + low, row.before + high


def _day(when: datetime) -> str:
    return when.strftime(f"%Y{_HYPHEN}%m{_HYPHEN}%d")
