"""Detectors of foot strike and toe-off on one foot's mean step.

No single cue is good. Heights of the ankle agree between runners but the pose model wanders in them; speeds are seen
sharply, but one runner's foot takes the belt's speed 30 ms before the force plate feels it and another's 20 ms after.
So several detectors look, and `fuse` joins them. Each is late (or early) by a known time and scatters by a known
spread between runners and clips; both stand in its class. To add one, write its class and add it to ``STRIKE`` or
``TOE_OFF``; docs/extending.md shows how.

Lags and spreads come from `tools.accuracy.timing`: where each detector sees its event on the mean step laid over the
true ones, for nine measured people (Fukuchi et al. 2017, Hamner & Delp 2013; force plates, on the markers' clock).
Those in the classes are of exact joints; a pose model smears its landmarks, so its own are in calibrated.toml.
"""

from dataclasses import dataclass
from typing import Final, Protocol

import numpy as np

from formcheck.gait.events.mean_step import SAMPLE_S, Channel, SampledStep
from formcheck.gait.settings import EventSettings
from formcheck.records.track import Floats


@dataclass(frozen=True, slots=True)
class Sighting:
    """Where a detector sees its event, seconds from the anchor, NaN where it does not.

    ``wander_s``: by how much this one may be off besides the detector's own spread.
    """

    at_s: float
    wander_s: float = 0.0


class Detector(Protocol):
    """One cue of an event: ``late_s`` after it on average, with ``spread_s`` between runners and clips."""

    @property
    def late_s(self) -> float:
        """By how much the cue comes late."""

    @property
    def spread_s(self) -> float:
        """Its standard deviation between runners and clips."""

    def find(self, step: SampledStep, settings: EventSettings) -> Sighting:
        """Where the cue is on a mean step."""


@dataclass(frozen=True, slots=True)
class AnkleHeight:
    """Foot strike: the ankle has come down to a little above its height in early stance.

    A relative of the heel-height methods that Fellin et al. (2010) compare, but of the ankle, against its own height in
    stance. Its spread is besides what its level wanders.
    """

    late_s: float = -0.0077
    spread_s: float = 0.004
    drop_ll: float = 0.033  # above the height in early stance
    level_spread_ll: float = 0.012  # MediaPipe's ankle height wanders by this around a strike
    slowest_fall_ll_s: float = 0.1  # of an ankle that lands; only keeps a quotient finite

    def find(self, step: SampledStep, settings: EventSettings) -> Sighting:
        """The last instant above that height; what the level wanders, over how fast the ankle sinks, is its error."""
        height, search = step.path(Channel.ANKLE_UP), step.after_foremost(settings.strike_search_s)
        stance = np.median(height[_within(step.at_s - step.foremost_s, settings.early_stance_s)])
        at_s = last(step.at_s[search], height[search] > stance + self.drop_ll)
        sinks_ll_s = -float(np.interp(at_s, step.at_s, step.rate(Channel.ANKLE_UP)))
        return Sighting(at_s, self.level_spread_ll / max(sinks_ll_s, self.slowest_fall_ll_s))


@dataclass(frozen=True, slots=True)
class HeelSpeed:
    """Foot strike: the heel's backward speed has come up to most of the belt's.

    In stance the foot rides the belt, as in the treadmill criterion of Zeni et al. (2008); ours takes the instant the
    speed is taken up, not the furthest point, which comes before contact in running.
    """

    late_s: float = 0.0015
    spread_s: float = 0.009
    belt_share: float = 0.8  # of the belt's speed

    def find(self, step: SampledStep, settings: EventSettings) -> Sighting:
        """The first instant at that speed after the foot was furthest ahead."""
        speed = step.rate(Channel.HEEL_FORWARD)
        rides = _within(step.at_s - step.foremost_s, settings.settled_after_s)
        fast_ll_s = -self.belt_share * np.median(-speed[rides])
        landing = step.after_foremost((0.0, settings.strike_search_s[1]))
        return Sighting(first(step.at_s[landing], speed[landing] <= fast_ll_s))


@dataclass(frozen=True, slots=True)
class ToesFall:
    """Foot strike: the toes fall fastest, in the slap of a heel striker or the landing of others.

    No paper: ours.
    """

    late_s: float = -0.0004
    spread_s: float = 0.011

    def find(self, step: SampledStep, settings: EventSettings) -> Sighting:
        """The toes' fastest fall."""
        return _fastest_fall(step, Channel.TIP_UP, settings)


@dataclass(frozen=True, slots=True)
class HipsFall:
    """Foot strike: the hips fall fastest, after which the leg bears.

    The pelvis's vertical velocity as in Milner and Paquette (2015), taken at the middle of the pose model's hips.
    """

    late_s: float = 0.0255
    spread_s: float = 0.021

    def find(self, step: SampledStep, settings: EventSettings) -> Sighting:
        """The hips' fastest fall."""
        return _fastest_fall(step, Channel.HIPS_UP, settings)


@dataclass(frozen=True, slots=True)
class KneeStraightens:
    """Toe-off: the knee is still a little more bent than at its straightest in push-off.

    Peak knee extension as in Fellin et al. (2010), but on its flank: straightest alone scatters by 12 ms between
    runners, for the curve is flat there. Only the leg is used: MediaPipe places the toes badly.
    """

    late_s: float = -0.0493
    spread_s: float = 0.016
    bend_deg: float = 10.0  # more than at the straightest

    def find(self, step: SampledStep, settings: EventSettings) -> Sighting:
        """The last instant before the straightest with that bend."""
        straightest, bend_deg = _push_off(step, settings)
        before = slice(straightest + 1)
        return Sighting(last(step.at_s[before], bend_deg[before] > self.bend_deg))


@dataclass(frozen=True, slots=True)
class KneeBends:
    """Toe-off: the knee has bent again after its straightest (see `KneeStraightens`)."""

    late_s: float = 0.0991
    spread_s: float = 0.010
    bend_deg: float = 30.0  # more than at the straightest

    def find(self, step: SampledStep, settings: EventSettings) -> Sighting:
        """The first instant after the straightest with that bend."""
        straightest, bend_deg = _push_off(step, settings)
        after = slice(straightest, None)
        return Sighting(first(step.at_s[after], bend_deg[after] > self.bend_deg))


@dataclass(frozen=True, slots=True)
class LegReach:
    """Toe-off: the hip is furthest from the toes' tip. No paper: ours."""

    late_s: float = 0.0396
    spread_s: float = 0.019
    until_s: float = 0.15  # after the first guess

    def find(self, step: SampledStep, settings: EventSettings) -> Sighting:
        """The longest reach."""
        far = step.within((-settings.off_search_s, self.until_s))
        return Sighting(float(step.at_s[far][np.argmax(step.path(Channel.HIP_TO_TIP)[far])]))


STRIKE: Final[tuple[Detector, ...]] = (AnkleHeight(), HeelSpeed(), ToesFall(), HipsFall())
TOE_OFF: Final[tuple[Detector, ...]] = (KneeStraightens(), KneeBends(), LegReach())
"""The detectors in use."""


def _fastest_fall(step: SampledStep, channel: Channel, settings: EventSettings) -> Sighting:
    search = step.after_foremost(settings.strike_search_s)
    return Sighting(float(step.at_s[search][np.argmin(step.rate(channel)[search])]))


def _push_off(step: SampledStep, settings: EventSettings) -> tuple[int, Floats]:
    """The sample at which the knee is straightest in push-off, and how much more it bends (N,), degrees."""
    straightest = step.straightest((-settings.off_search_s, settings.off_search_s))
    knee = step.path(Channel.KNEE)
    return straightest, 100 * (knee - knee[straightest])


def _within(since_s: Floats, span_s: tuple[float, float]) -> np.ndarray:
    return np.asarray((since_s >= span_s[0]) & (since_s <= span_s[1]))


def first(at_s: Floats, is_past: np.ndarray) -> float:
    """Between the last instant before and the first past; NaN when it was past from the start or never is."""
    return float(at_s[np.argmax(is_past)]) - SAMPLE_S / 2 if is_past.any() and not is_past[0] else np.nan


def last(at_s: Floats, is_before: np.ndarray) -> float:
    """After the last instant before; NaN when it never was or still is."""
    is_seen = is_before.any() and not is_before[-1]
    return float(at_s[np.flatnonzero(is_before)[-1]]) + SAMPLE_S / 2 if is_seen else np.nan
