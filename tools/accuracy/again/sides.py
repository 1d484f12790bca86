"""Runners filmed from both sides: what a left/right difference is off by, from one clip and from two."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from typing import Final

import numpy as np

from formcheck.gait.measures.registry import definition
from formcheck.judge.comparison.session.combine import combine
from formcheck.records.report import Measured
from formcheck.records.skeleton import Side
from tools.accuracy.again.pairs import Filmed
from tools.accuracy.table import markdown, title_of

SAME_SPEED_FRAC: Final = 0.05
"""True speeds within it: what the speed changes is in the true difference as well."""
ASYMMETRIES: Final = ("foot_ahead_of_hip_asymmetry", "contact_time_asymmetry", "step_time_asymmetry")


@dataclass(frozen=True, slots=True)
class Found:
    """A left/right difference over its mean, less the true one, with the half-width of its interval."""

    error: float
    half: float


def sides_table(filmed: Sequence[Filmed]) -> str:
    """Left against right by one clip, of which one leg is hidden, and by a clip from each side."""
    both = [pair for pair in product(*(_near(filmed, side) for side in Side)) if _is_one_run(*pair)]
    head = ["", "by one clip", "RMSE", "interval ±", "held", "by both", "RMSE", "interval ±", "held"]
    lines = []
    for is_person, who in ((True, "measured runners"), (False, "prescribed gaits")):
        pairs = [pair for pair in both if pair[0].case.is_person is is_person]
        ones = list({id(one): one for pair in pairs for one in pair}.values())
        count = len({one.runner for one in ones}) if is_person else len({repr(one.gait) for one in ones})
        for name in ASYMMETRIES:
            before = [_found(one.report.measures[name].headline, one.truth.get(name, np.nan)) for one in ones]
            after = [_of_pair(name, *pair) for pair in pairs]
            lines.append([f"{title_of(name, 'both')}, {count} {who}", *_cells(before), *_cells(after)])
    return markdown(head, lines)


def _near(filmed: Sequence[Filmed], side: Side) -> list[Filmed]:
    return [one for one in filmed if one.case.near is side]


def _is_one_run(left: Filmed, right: Filmed) -> bool:
    """Whether one runner runs alike in both: a session, but for clothes and camera."""
    is_same_way = left.case.is_person or left.gait == right.gait
    return (
        left.runner == right.runner and is_same_way and abs(np.log(left.belt_ll_s / right.belt_ll_s)) <= SAME_SPEED_FRAC
    )


def _of_pair(name: str, left: Filmed, right: Filmed) -> Found:
    of = definition(name).difference_of
    if of in left.truth and of in right.truth:
        mean = (left.truth[of] + right.truth[of]) / 2
        true = (left.truth[of] - right.truth[of]) / mean
    else:
        true = (left.truth.get(name, np.nan) + right.truth.get(name, np.nan)) / 2
    session = combine([left.report, right.report])
    return _found(session.measures[name].headline, true) if not session.refused else Found(np.nan, np.nan)


def _found(number: Measured, true: float) -> Found:
    return Found(number.value - true, (number.interval95[1] - number.interval95[0]) / 2)


def _cells(found: Sequence[Found]) -> list[str]:
    reported = [one for one in found if np.isfinite(one.error) and np.isfinite(one.half)]
    if not reported:
        return [f"0 of {len(found)}", "-", "-", "-"]
    rmse = float(np.sqrt(np.mean([one.error**2 for one in reported])))
    held = sum(abs(one.error) <= one.half for one in reported)
    half = float(np.median([one.half for one in reported]))
    return [
        f"{len(reported)} of {len(found)}",
        f"{100 * rmse:.1f} %",
        f"{100 * half:.1f} %",
        f"{held} of {len(reported)}",
    ]
