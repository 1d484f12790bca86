"""When the shoe shows its events: lags and spreads of `ShoeSettings`, printed by ``python -m tools.accuracy timing``.

The cues are read from the shoes as the program follows them, on clips in one piece, without any lag taken off.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np

from formcheck.gait.events.push_off import find_shoe_offs
from formcheck.gait.events.shoe import find_shoe_strikes
from formcheck.gait.pipeline import find_gait
from formcheck.gait.settings import Settings
from formcheck.records.filmed import ShoeFollower, ShoePaths, ShoesAsked
from formcheck.records.gait import SideGait
from tools.accuracy.cases import Case
from tools.accuracy.timing import FEWEST, Event, Sight, legs_of
from tools.accuracy.truth import Floats

EVENTS: Final[tuple[Event, ...]] = ("strike", "toe_off")
CUE: Final = "shoe"


@dataclass(slots=True)
class Overheard:
    """Satisfies `ShoeFollower`; keeps what was asked of another one, and what it found."""

    follower: ShoeFollower
    said: list[tuple[ShoesAsked, ShoePaths]] = field(default_factory=list)

    def __call__(self, asked: ShoesAsked) -> ShoePaths:
        """A path for each instant."""
        self.said.append((asked, self.follower(asked)))
        return self.said[-1][1]


def shoe_sights_of(case: Case, settings: Settings) -> list[Sight]:
    """By how much both legs' shoes are late for strike and toe-off; none where they were not followed."""
    if case.shoes is None:
        return []
    overheard = Overheard(case.shoes)
    gait = find_gait(case.seen.track, replace(case.told, shoes=overheard), settings=settings)
    if not isinstance(gait, SideGait) or gait.run is None or not overheard.said:
        return []
    return list(_sights(case, *overheard.said[-1], gait.run.belt_speed_ll_s, settings))


def _sights(case: Case, asked: ShoesAsked, paths: ShoePaths, belt_ll_s: float, settings: Settings) -> Iterator[Sight]:
    bare = replace(settings, shoe=replace(settings.shoe, late_s=(0.0, 0.0), off_late_s=0.0))
    leg_px, slowed = asked.leg_px, asked.slowed
    for leg, side in legs_of(case):
        landings, pushes = (paths.get(event, {}).get(side, ()) for event in EVENTS)
        strikes = find_shoe_strikes(
            landings, leg_px=leg_px, slowed=slowed, belt_ll_s=belt_ll_s, near=leg == "near", settings=bare.shoe
        )
        offs = find_shoe_offs(pushes, leg_px=leg_px, slowed=slowed, settings=bare)
        steps = [step for step in case.steps if step.side is side]
        true_s = np.array([(step.strike_s, step.off_s) for step in steps]).reshape(-1, 2) - case.start_s
        for event, found, at_s in zip(EVENTS, (strikes, offs), true_s.T, strict=True):
            late_s = np.empty(0) if found is None else _late_s(found.times_s, at_s, settings.shoe.same_step_s)
            if len(late_s) >= FEWEST:
                yield Sight(case.label(), leg, event, {CUE: float(np.median(late_s))})


def _late_s(found_s: Floats, true_s: Floats, within_s: float) -> Floats:
    """Of every found event after the true one nearest to it (K,), where there is one."""
    if not len(true_s):
        return np.empty(0)
    late_s = found_s[:, None] - true_s
    nearest = late_s[np.arange(len(found_s)), np.abs(late_s).argmin(axis=1)]
    return np.asarray(nearest[np.abs(nearest) < within_s])
