"""When each detector sees its event: ``python -m tools.accuracy timing`` prints lags, spreads and what they leave.

A detector looks at the mean step laid over the true events, so that its lateness is all its own. A lag is the mean over
runners, and detectors weigh by what makes their mean scatter least between runners. Measured people together weigh
twice what prescribed gaits do.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product
from typing import Final, Literal

import numpy as np

from formcheck.gait.events import detectors
from formcheck.gait.events.contacts import foot_channels, mean_step_at
from formcheck.gait.events.mean_step import sample_step
from formcheck.gait.pipeline import find_gait
from formcheck.gait.settings import Settings
from formcheck.records.gait import Run, SideGait
from formcheck.records.skeleton import Side
from tools.accuracy.cases import PEOPLE_SHARE, Case, Label
from tools.accuracy.score import Leg
from tools.accuracy.truth import Floats

Event = Literal["strike", "toe_off"]
DETECTORS: Final[dict[Event, tuple[detectors.Detector, ...]]] = {
    "strike": detectors.STRIKE,
    "toe_off": detectors.TOE_OFF,
}
FEWEST: Final = 3
"""Steps of a leg that make a mean step."""
OWN_SHARE: Final = 0.3
"""How far the covariance of detectors, found on few runners, is drawn towards none (Ledoit & Wolf 2004)."""
LEAST_SHARE: Final = 0.01
"""A detector that adds nothing keeps this weight, for where others see nothing."""


@dataclass(frozen=True, slots=True)
class Sight:
    """By how much each detector (by class) was late on one leg of a case, seconds; NaN where it saw nothing."""

    case: Label
    leg: Leg
    event: Event
    late_s: Mapping[str, float]


def sights_of(case: Case, settings: Settings) -> list[Sight]:
    """Both legs and events of a case; none where its gait was not found."""
    gait = find_gait(case.seen.track, replace(case.told, shoes=None), settings=settings)
    if not isinstance(gait, SideGait) or gait.run is None:
        return []
    return list(_sights(case, gait.run, settings))


def legs_of(case: Case) -> tuple[tuple[Leg, Side], ...]:
    """Both legs, by the side they are."""
    return ("near", case.near), ("far", case.near.other)


def _sights(case: Case, run: Run, settings: Settings) -> Iterator[Sight]:
    windows: dict[Event, float] = {"strike": settings.events.strike_window_s, "toe_off": settings.events.off_window_s}
    for leg, side in legs_of(case):
        steps = [step for step in case.steps if step.side is side]
        if len(steps) < FEWEST:
            continue
        foot = foot_channels(run.runner, side, settings.events)
        true: dict[Event, list[float]] = {
            "strike": [step.strike_s for step in steps],
            "toe_off": [step.off_s for step in steps],
        }
        for event, window_s in windows.items():
            curve = mean_step_at(run.runner.time_s, foot, np.array(true[event]) - case.start_s, window_s)
            if curve is None:
                continue
            step = sample_step(curve)
            found = {type(one).__name__: one.find(step, settings.events).at_s for one in DETECTORS[event]}
            yield Sight(case.label(), leg, event, found)


def fit_timing(sights: Sequence[Sight]) -> dict[str, tuple[float, float]]:
    """Lag and spread of every detector, seconds, by class."""
    return {name: pair for event in DETECTORS for name, pair in _fit([s for s in sights if s.event == event]).items()}


def _fit(sights: Sequence[Sight]) -> dict[str, tuple[float, float]]:
    late_s, weight = by_runner(sights)
    names = list(sights[0].late_s)
    mean_s = np.array([_mean(column, weight) for column in late_s.T])
    spreads_s = _spreads(late_s - mean_s, weight)
    return {name: (float(late), float(spread)) for name, late, spread in zip(names, mean_s, spreads_s, strict=True)}


def by_runner(sights: Sequence[Sight]) -> tuple[Floats, Floats]:
    """Lateness of each runner (N, D), mean over legs and clips, and what the runner weighs (N,)."""
    names = list(sights[0].late_s)
    runners = sorted({_runner(sight) for sight in sights})
    rows = [
        np.nanmean([[s.late_s[name] for name in names] for s in sights if _runner(s) == runner], axis=0)
        for runner in runners
    ]
    kinds = [kind for kind, _ in runners]
    shares = {"person": PEOPLE_SHARE, "prescribed": 1 - PEOPLE_SHARE}
    weight = np.array([shares[kind] / kinds.count(kind) for kind in kinds])
    return np.array(rows), weight / weight.sum()


def _runner(sight: Sight) -> tuple[str, str]:
    return ("person" if sight.case.is_person else "prescribed", sight.case.way)


def _mean(values: Floats, weight: Floats) -> float:
    seen = np.isfinite(values)
    return float(np.average(values[seen], weights=weight[seen]))


def _spreads(off_s: Floats, weight: Floats) -> Floats:
    """Spreads (D,) whose inverse squares are the weights of the mean that scatters least, and add up to its own.

    The weights are those of generalised least squares, none below zero.
    """
    filled = np.nan_to_num(off_s)
    covariance = (filled * weight[:, None]).T @ filled / (1 - np.sum(weight**2))
    shrunk = (1 - OWN_SHARE) * covariance + OWN_SHARE * np.diag(np.diag(covariance))
    kept = np.ones(len(shrunk), dtype=bool)
    while True:
        raw = np.linalg.solve(shrunk[np.ix_(kept, kept)], np.ones(kept.sum()))
        if (raw > 0).all():
            break
        kept[np.flatnonzero(kept)[np.argmin(raw)]] = False
    shares = np.full(len(shrunk), LEAST_SHARE)
    shares[kept] = np.maximum(raw / raw.sum(), LEAST_SHARE)
    shares /= shares.sum()
    scatter = float(np.sqrt(shares @ shrunk @ shares))
    return np.asarray(scatter / np.sqrt(shares))


def fused_errors(sights: Iterable[Sight], timing: Mapping[str, tuple[float, float]]) -> Floats:
    """What the weighted mean of all detectors is off by on each of these, seconds."""
    errors = []
    for sight in sights:
        late, lag, spread = np.array([(late, *timing[name]) for name, late in sight.late_s.items()]).T
        seen = np.isfinite(late)
        errors.append(float(np.average((late - lag)[seen], weights=spread[seen] ** -2.0)) if seen.any() else np.nan)
    return np.array(errors)


def leave_one_out(sights: Sequence[Sight]) -> dict[str, Floats]:
    """Of every measured person: errors of one event with the timing of all others, seconds."""
    people = sorted({sight.case.way for sight in sights if sight.case.is_person})
    return {
        person: fused_errors(
            [sight for sight in sights if sight.case.way == person],
            _fit([sight for sight in sights if sight.case.way != person]),
        )
        for person in people
    }


def print_timing(sights: Sequence[Sight], by_shoe: Sequence[Sight]) -> None:
    """Lag and spread of every detector, then what their weighted mean is off by for a runner left out; ms.

    Then the same of the shoes' cues, leg by leg.
    """
    for name, (late_s, spread_s) in fit_timing(sights).items():
        print(f"{name:16} late {1e3 * late_s:+6.1f}  spread {1e3 * spread_s:5.1f}")
    for event in DETECTORS:
        errors = leave_one_out([sight for sight in sights if sight.event == event])
        every = np.concatenate(list(errors.values()))
        own = ", ".join(f"{person} {1e3 * np.nanmean(each):+.1f}" for person, each in errors.items())
        print(f"{event}: RMSE {1e3 * np.sqrt(np.nanmean(every**2)):.1f}, bias {1e3 * np.nanmean(every):+.1f} ({own})")
    for event, leg in product(DETECTORS, ("near", "far")):
        seen = [sight for sight in by_shoe if (sight.event, sight.leg) == (event, leg)]
        if seen:
            ((late_s, spread_s),) = _fit(seen).values()
            errors_ms = 1e3 * np.concatenate(list(leave_one_out(seen).values()))
            told = f"late {1e3 * late_s:+.1f}, spread {1e3 * spread_s:.1f}, RMSE {np.sqrt(np.mean(errors_ms**2)):.1f}"
            print(f"{event} by shoe, {leg} leg: {told}")
