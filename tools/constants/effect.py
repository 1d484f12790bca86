"""What a changed constant does to one report."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from typing import Any, Final
from zlib import crc32

import numpy as np

from formcheck.gait.pipeline import find_gait
from formcheck.gait.settings import Settings
from formcheck.judge import assess
from formcheck.records.gait import Gait
from formcheck.records.options import RunOptions
from formcheck.records.report import Measured, Report
from tools.accuracy.cases import Case
from tools.accuracy.score import SAME_EVENT_S, judge
from tools.constants.cases import Specimen

SIDES: Final = ("headline", "left", "right")


@dataclass(frozen=True, slots=True)
class Outcome:
    """A report and its gait, what is written in it as one number, and how many of its intervals miss the truth."""

    report: Report
    gait: Gait
    written: int
    misses: int


@dataclass(frozen=True, slots=True)
class Effect:
    """How two reports of one clip differ, NaN where a number is in one of them alone.

    ``reach`` in leg lengths, ``lean`` in degrees, ``strike_s`` the steps' median; ``withheld`` and ``reported``: how
    many numbers are in one report alone; ``codes`` of findings and reasons that are; ``misses``: by how many more
    intervals miss the truth.
    """

    differs: bool
    reach: float = 0.0
    lean_deg: float = 0.0
    strike_s: float = 0.0
    withheld: int = 0
    reported: int = 0
    codes: tuple[str, ...] = ()
    misses: int = 0


def outcome(specimen: Specimen, settings: Settings, gait: Gait | None = None) -> Outcome:
    """The report of a case under these settings; from a ``gait`` that was found before where there is one."""
    case, misses = specimen.case, 0
    with _found(gait) as gaits:
        if specimen.true:
            report, rows = judge(case, settings)
            misses = sum(row.is_told and row.holds is False for row in rows)
        else:
            report = _assessed(case, settings)
    bare = asdict(replace(report, settings={}, created="", evidence=None))
    return Outcome(report, gaits[0], crc32(repr(_rounded(bare)).encode()), misses)


def _rounded(value: Any) -> Any:
    """The same with numbers to five digits: a shoe that is followed anew is found a millionth of a pixel elsewhere."""
    if isinstance(value, dict):
        return {str(key): _rounded(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_rounded(one) for one in value]
    return f"{value:.5g}" if isinstance(value, float) else value


@contextmanager
def _found(gait: Gait | None) -> Iterator[list[Gait]]:
    """What is found within, from landmarks or as told: most of an assessment's time goes there."""
    gaits: list[Gait] = []

    def found(*track: Any, **settings: Any) -> Gait:
        gaits.append(gait or find_gait(*track, **settings))
        return gaits[-1]

    vars(assess).update(find_gait=found)
    try:
        yield gaits
    finally:
        vars(assess).update(find_gait=find_gait)


def _assessed(case: Case, settings: Settings) -> Report:
    seen = case.seen
    return assess.assess(
        seen.track,
        RunOptions(**case.given),
        clip=seen.clip,
        filmed=seen.filmed,
        metadata_fps=seen.metadata_fps,
        uprights=seen.uprights,
        shoes=case.shoes,
        settings=settings,
    )


def compare(before: Outcome, after: Outcome) -> Effect:
    """What has changed from one report to the other."""
    if before.written == after.written:
        return Effect(differs=False)
    told = [set(_told(one.report)) for one in (before, after)]
    codes = [set(_codes(one.report)) for one in (before, after)]
    return Effect(
        differs=True,
        reach=_apart(before.report, after.report, "foot_ahead_of_hip"),
        lean_deg=_apart(before.report, after.report, "trunk_lean"),
        strike_s=_strikes_apart(before.report, after.report),
        withheld=len(told[0] - told[1]),
        reported=len(told[1] - told[0]),
        codes=tuple(sorted(codes[0] ^ codes[1])),
        misses=after.misses - before.misses,
    )


def _measured(report: Report) -> Iterator[tuple[str, Measured]]:
    for name, measure in report.measures.items():
        for side in SIDES:
            one = getattr(measure, side)
            if one is not None:
                yield f"{name} {side}", one


def _told(report: Report) -> Iterator[str]:
    yield from (name for name, one in _measured(report) if one.withheld is None and np.isfinite(one.value))


def _codes(report: Report) -> Iterator[str]:
    yield from (finding.code for finding in report.findings)
    yield from (reason.code for reason in report.quality.reasons)


def _apart(before: Report, after: Report, name: str) -> float:
    values = [one.measures[name].headline for one in (before, after)]
    if any(value.withheld is not None for value in values):
        return np.nan
    return values[1].value - values[0].value


def _strikes_apart(before: Report, after: Report) -> float:
    """The median over the steps that both have, in real seconds."""
    late_s = []
    for step in before.steps:
        others = [abs(other.strike_time_s - step.strike_time_s) for other in after.steps if other.side is step.side]
        if others and min(others) <= SAME_EVENT_S * before.clip.time_scale.factor:
            late_s.append(min(others) / before.clip.time_scale.factor)
    return float(np.median(late_s)) if late_s else np.nan
