"""How far ahead of the drawn hip reach is to be measured from: ``python -m tools.accuracy levels`` prints the terms.

What a pose model gets wrong at a strike is not the same in every clip: it depends on which way the runner faces, how
the camera is turned and how fast the belt is. Each term is a straight line, fitted by least squares held back a little
(ridge; Hoerl & Kennard 1970), so that a term that few runners tell stays small. Measured people together weigh twice
what prescribed gaits do.
"""

from collections.abc import Iterable, Sequence
from dataclasses import astuple, dataclass, fields, replace
from typing import Final

import numpy as np

from formcheck.gait.pipeline import find_gait
from formcheck.gait.settings import HipLevel, Settings
from formcheck.records.gait import SideGait
from tools.accuracy.cases import Case, Label, weights_of
from tools.accuracy.truth import Floats, medians

HELD_BACK: Final = 2.0
"""Of the weights' mean, added for each term: between 1 and 4 runners left out err within 2 % of each other."""
TERMS: Final = tuple(field.name for field in fields(HipLevel))


@dataclass(frozen=True, slots=True)
class Level:
    """The near leg of a clip: what its level may depend on, and by how much its reach is too large without one."""

    case: Label
    facing_right: bool
    yaw_deg: float
    belt_ll_s: float
    error_ll: float

    def left_over_ll(self, hip: HipLevel) -> float:
        """By how much reach is still too large with these terms."""
        return self.error_ll - self._ahead_ll(hip)

    def terms(self) -> Floats:
        """What each term of the sum is multiplied by."""
        return np.array([self._ahead_ll(HipLevel(**{name: 1.0})) for name in TERMS])

    def _ahead_ll(self, hip: HipLevel) -> float:
        return hip.ahead_ll(facing_right=self.facing_right, yaw_deg=self.yaw_deg, belt_ll_s=self.belt_ll_s)


def level_of(case: Case, settings: Settings) -> Level | None:
    """Of one case; None where its steps were not found, or overground, which has no belt."""
    gait = find_gait(case.seen.track, case.told, settings=without_level(settings))
    if case.overground or not isinstance(gait, SideGait) or gait.run is None:
        return None
    found = [step.values["foot_ahead_of_hip"] for step in gait.run.steps if step.contact.side is case.near]
    if not np.isfinite(found).any():
        return None
    error_ll = float(np.nanmedian(found)) - medians(case.steps, case.near)["foot_ahead_of_hip"]
    facing_right = gait.person.view.heading == "right"
    return Level(case.label(), facing_right, gait.yaw.deg, gait.run.belt_speed_ll_s, error_ll)


def without_level(settings: Settings) -> Settings:
    """The settings with reach measured from the drawn hip."""
    return replace(settings, offsets=replace(settings.offsets, hip=HipLevel()))


def fit_level(levels: Sequence[Level]) -> HipLevel:
    """The terms that these clips show."""
    terms = np.array([one.terms() for one in levels])
    weights = len(levels) * weights_of([one.case for one in levels])
    errors_ll = np.array([one.error_ll for one in levels])
    held_back = np.diag([0.0, *[HELD_BACK] * (len(TERMS) - 1)])
    found = np.linalg.solve(terms.T @ (terms * weights[:, None]) + held_back, terms.T @ (weights * errors_ll))
    return HipLevel(*(round(float(value), 5) for value in found))


def leave_one_out(levels: Sequence[Level]) -> dict[Label, float]:
    """What is left over of every clip with the level of all other runners, leg lengths."""
    ways = dict.fromkeys(one.case.way for one in levels)
    without = {way: fit_level([one for one in levels if one.case.way != way]) for way in ways}
    return {one.case: one.left_over_ll(without[one.case.way]) for one in levels}


def print_levels(levels: Sequence[Level]) -> None:
    """The terms, then the error of reach without them and with those of all other runners; % of leg."""
    found, held_out = fit_level(levels), leave_one_out(levels)
    print(", ".join(f"{name} {value:+.4f}" for name, value in zip(TERMS, astuple(found), strict=True)))
    for kind, is_person in (("people", True), ("prescribed gaits", False)):
        own = [one for one in levels if one.case.is_person is is_person]
        before, after = _rms(one.error_ll for one in own), _rms(held_out[one.case] for one in own)
        print(f"{kind}: {len(own)} clips, RMSE {before:.2f} without, {after:.2f} with the level of the others")


def _rms(errors_ll: Iterable[float]) -> float:
    return 100 * float(np.sqrt(np.mean(np.square(list(errors_ll)))))
