"""The fused estimate of an event: the mean of all detectors, weighted by their spreads.

Each detector's lag is taken off, and it weighs by the inverse square of its spread; the spread of the mean is larger
where detectors contradict each other (Birge 1932).
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from formcheck.gait.events import detectors
from formcheck.gait.events.detectors import Detector, Sighting
from formcheck.gait.events.mean_step import MeanCurve, SampledStep, sample_step
from formcheck.gait.settings import EventSettings

TRUSTED_SPREADS = 2.0
"""A detector within so many of its own spreads of the others has its full weight."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """An event's offset from the curve's anchor and its spread (standard error), seconds; NaN where none was found."""

    offset_s: float
    spread_s: float


UNSEEN = Estimate(np.nan, np.nan)
NOT_FOLLOWED = Sighting(np.nan, np.nan)


def find_strike(curve: MeanCurve, settings: EventSettings, by_shoe: Sighting = NOT_FOLLOWED) -> Estimate:
    """Where on the mean step the foot strikes, looked for around the foot's foremost point.

    ``by_shoe``: where its shoe shows it, with the whole spread of that, lag taken off.
    """
    step = sample_step(curve)
    since_s, (begin_s, end_s) = step.at_s - step.foremost_s, settings.early_stance_s
    if not ((since_s >= begin_s) & (since_s <= end_s)).any():
        return UNSEEN
    return fused(step, detectors.STRIKE, settings, by_shoe)


def find_toe_off(curve: MeanCurve, settings: EventSettings, by_shoe: Sighting = NOT_FOLLOWED) -> Estimate:
    """Where on the mean step the foot leaves, looked for around the knee's straightest point in push-off."""
    return fused(sample_step(curve), detectors.TOE_OFF, settings, by_shoe)


def fused(
    step: SampledStep, chosen: Iterable[Detector], settings: EventSettings, more: Sighting = NOT_FOLLOWED
) -> Estimate:
    """The mean of what detectors find, and of one sighting more.

    One far off the others counts less (Huber 1964): a mean curve from few frames has wiggles that deceive one.
    """
    sightings = [(detector, detector.find(step, settings)) for detector in chosen]
    found = [_estimated(one, seen, settings) for one, seen in sightings]
    found.append((more.at_s, more.wander_s))
    instants, spreads = np.array([one for one in found if np.isfinite(one[0])]).reshape(-1, 2).T
    if not len(instants):
        return UNSEEN
    weights = spreads**-2.0
    mean = np.average(instants, weights=weights)
    for _ in range(10):
        off = np.abs(instants - mean) / spreads
        trusted = weights * np.minimum(1.0, TRUSTED_SPREADS / np.maximum(off, TRUSTED_SPREADS))
        mean = np.average(instants, weights=trusted)
    contradiction = np.sum(weights * (instants - mean) ** 2) / max(len(instants) - 1, 1)
    return Estimate(float(mean), float(np.sqrt(max(contradiction, 1.0) / weights.sum())))


def _estimated(detector: Detector, seen: Sighting, settings: EventSettings) -> tuple[float, float]:
    """When the event was by one detector, and the spread of that."""
    late_s, spread_s = settings.timing.get(type(detector).__name__, (detector.late_s, detector.spread_s))
    return seen.at_s - late_s, float(np.hypot(spread_s, seen.wander_s))
