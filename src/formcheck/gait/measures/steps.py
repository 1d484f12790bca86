"""Every measure at every step, and the curves that pictures and charts show."""

from collections.abc import Callable, Iterator, Mapping

import numpy as np

from formcheck.gait.events.mean_step import fit_mean_curve, frames_around
from formcheck.gait.measures import registry
from formcheck.gait.measures.definitions import (
    Leg,
    StepSeen,
    curves_of,
    foot_ahead_of_hip,
    foot_angle,
    knee_flexion,
    shank_angle,
)
from formcheck.gait.rhythm.apart import FAR_S
from formcheck.gait.settings import EventSettings
from formcheck.records.gait import Contact, Series, StepValues
from formcheck.records.skeleton import Side
from formcheck.records.track import Floats, RunnerTrack


def frame_series(legs: Mapping[Side, Leg]) -> Series:
    """Measures at every frame, for pictures and charts, from the legs of the smoothed track."""
    return Series(
        trunk_lean_deg=legs[Side.LEFT].trunk_lean_deg,
        knee_flexion_deg={side: knee_flexion(leg) for side, leg in legs.items()},
        shank_angle_deg={side: shank_angle(leg) for side, leg in legs.items()},
        foot_ahead_of_hip={side: foot_ahead_of_hip(leg) for side, leg in legs.items()},
    )


def measure_steps(
    legs: Mapping[Side, Leg],
    smoothed: RunnerTrack,
    series: Series,
    contacts: Mapping[Side, tuple[Contact, ...]],
    *,
    settings: EventSettings,
) -> tuple[StepValues, ...]:
    """Every step of both sides in the order of time, with its numbers; NaN where not seen.

    Instants are read from ``legs`` (no filter), ranges and peaks from the ``smoothed`` track and its ``series``.
    """
    time_s = smoothed.time_s
    instants = {side: dict(_at_events(time_s, legs[side], contacts[side], settings)) for side in contacts}
    rows = [(row.name, row.step) for row in (*registry.MEASURES, registry.STEP_TIME) if row.step is not None]
    return tuple(
        StepValues(
            step.contact,
            instants[step.contact.side][step.contact.strike_s] | {name: measure(step) for name, measure in rows},
        )
        for step in _steps_seen(smoothed, series, contacts)
    )


def _steps_seen(
    smoothed: RunnerTrack, series: Series, contacts: Mapping[Side, tuple[Contact, ...]]
) -> Iterator[StepSeen]:
    curves = {side: curves_of(smoothed, series, side) for side in contacts}
    ordered = sorted((contact for side in contacts for contact in contacts[side]), key=lambda c: c.strike_s)
    for position, contact in enumerate(ordered):
        other, same = _following(ordered, position)
        yield StepSeen(
            contact=contact,
            next_other_s=other.strike_s if other else np.nan,
            next_same_s=same.strike_s if same else np.nan,
            curves=curves[contact.side],
        )


def _following(ordered: list[Contact], position: int) -> tuple[Contact | None, Contact | None]:
    """The next contact if it is the other foot's, and the same foot's next if that is the one after.

    Both in the same piece of the clip: what passed between two pieces is not known.
    """
    here = ordered[position]
    later = [one for one in ordered[position + 1 : position + 3] if one.strike_s - here.strike_s <= FAR_S]
    other = later[0] if later and later[0].side is here.side.other else None
    same = later[1] if other is not None and len(later) == 2 and later[1].side is here.side else None
    return other, same


def _at_events(
    time_s: Floats, leg: Leg, contacts: tuple[Contact, ...], settings: EventSettings
) -> Iterator[tuple[float, dict[str, float]]]:
    """Numbers at foot strike and toe-off by the instant of the strike."""
    strikes, offs = (np.array([getattr(contact, name) for contact in contacts]) for name in ("strike_s", "off_s"))
    at_strike = _columns(time_s, leg, {row.name: row.at_strike for row in registry.MEASURES}, strikes, settings)
    at_off = _columns(time_s, leg, {row.name: row.at_toe_off for row in registry.MEASURES}, offs, settings)
    flat_s = (
        strikes + settings.flat_at_contact_frac * np.nanmedian(offs - strikes) if np.isfinite(offs).any() else strikes
    )
    flat_deg = values_at(time_s, foot_angle(leg)[:, None], flat_s, settings=settings)[:, 0]
    zero_deg = np.nanmedian(flat_deg) if np.isfinite(flat_deg).any() else np.nan
    for row in registry.MEASURES:
        if row.zero_when_flat:
            at_strike[row.name] = at_strike[row.name] - zero_deg
    shoes_deg = np.array([contact.shoe_deg for contact in contacts])
    if np.isfinite(shoes_deg).any():  # a shoe in the picture shows its angle better than landmarks do
        at_strike["foot_angle"] = shoes_deg
    columns = at_strike | at_off
    for number, strike in enumerate(strikes):
        yield float(strike), {name: float(column[number]) for name, column in columns.items()}


def _columns(
    time_s: Floats,
    leg: Leg,
    rows: Mapping[str, Callable[[Leg], Floats] | None],
    events_s: Floats,
    settings: EventSettings,
) -> dict[str, Floats]:
    """Values (K,) by measure of those that are read at this event."""
    curves = {name: measure(leg) for name, measure in rows.items() if measure is not None}
    found = values_at(time_s, np.stack(list(curves.values()), axis=1), events_s, settings=settings)
    return dict(zip(curves, found.T, strict=True))


def values_at(time_s: Floats, series: Floats, events_s: Floats, *, settings: EventSettings) -> Floats:
    """Values (K, C) of ``series`` (T, C) at instants between frames, one row per event.

    The mean curve over all events plus what this step's nearest frames lie off it: the curve resolves what happens
    between two frames, the frames say how this step differs. NaN where fewer than two frames near the event were seen.
    """
    result = np.full((len(events_s), series.shape[1]), np.nan)
    known = np.isfinite(events_s)
    if not known.any():
        return result
    interval_s = float(np.median(np.diff(time_s)))
    near_s = max(settings.value_window_s, settings.value_window_frames * interval_s)
    reach_s = settings.mean_curve_windows * near_s
    frames, offset = frames_around(time_s, events_s[known], reach_s)
    nearest = {row: frames_around(time_s, events_s[row, None], near_s) for row in map(int, np.flatnonzero(known))}
    for channel, values in enumerate(series.T):
        curve = fit_mean_curve(offset, values[frames, None], start_s=-reach_s, end_s=reach_s)
        if curve is None:
            continue
        middle = float(curve.at(np.zeros(1))[0, 0])
        for row, (near, from_event_s) in nearest.items():
            seen = np.isfinite(values[near])
            if seen.sum() >= 2:
                expected = curve.at(from_event_s[seen])[:, 0]
                result[row, channel] = middle + float(np.mean(values[near][seen] - expected))
    return result
