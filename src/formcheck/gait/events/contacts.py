"""Foot strike and toe-off, between frames.

Peers take the lowest heel (22 to 25 ms late) or the lowest ankle (mid-stance). Here both events are read from the mean
step of each side (``mean_step``), which needs no delaying filter and resolves a few milliseconds even at 30 frames/s;
`detectors` says by what. Each single step is then placed by the time shift that fits it best to the mean step, and by
its shoe where that was followed in the picture.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import compress

import numpy as np
from scipy.special import erf

from formcheck.gait.events.detectors import Sighting
from formcheck.gait.events.fuse import NOT_FOLLOWED, UNSEEN, Estimate, find_strike, find_toe_off
from formcheck.gait.events.mean_step import UP, Channel, Frames, MeanCurve, fit_mean_curve, frames_around, sample_step
from formcheck.gait.events.shoe import ShoeEvents, feet_at, place_by_shoe
from formcheck.gait.geometry import flexion_deg, length
from formcheck.gait.rhythm.phase import find_beat
from formcheck.gait.settings import EventSettings, Settings, ShoeSettings
from formcheck.records.gait import Beat, Contact
from formcheck.records.skeleton import Side
from formcheck.records.track import Floats, RunnerTrack

SHAPE = [*UP, Channel.KNEE]
"""What one step is aligned by. Forward paths would follow how the runner drifts on the belt."""

EDGE_TURNS = 0.25


@dataclass(frozen=True, slots=True)
class SideContacts:
    """All contacts of one side and its mean foot path around the strike (offsets from foot strike, seconds).

    ``by_shoe``: its shoe, followed in the picture, helped to place them.
    """

    contacts: tuple[Contact, ...]
    foot: MeanCurve
    contact_time_s: float
    by_shoe: bool = False


@dataclass(frozen=True, slots=True)
class ByShoe:
    """What one foot's shoe says of its events; None where it was not followed."""

    strikes: ShoeEvents | None = None
    offs: ShoeEvents | None = None


def find_both_contacts(
    runner: RunnerTrack, shoes: Mapping[Side, ByShoe] | None = None, *, settings: Settings
) -> tuple[Beat | None, dict[Side, SideContacts]]:
    """The beat in real time and forward direction, and each side's ground contacts; ``shoes`` where followed."""
    separation = runner.joint_ll(Side.LEFT, "ankle")[:, 0] - runner.joint_ll(Side.RIGHT, "ankle")[:, 0]
    beat = find_beat(runner.time_s, separation, settings=settings.phase)
    if beat is None:
        return None, {}
    shoes = shoes or {}
    found = {side: find_contacts(runner, beat, side, shoes.get(side, ByShoe()), settings=settings) for side in Side}
    return beat, {side: contacts for side, contacts in found.items() if contacts is not None}


def find_contacts(
    runner: RunnerTrack, beat: Beat, side: Side, shoe: ByShoe, *, settings: Settings
) -> SideContacts | None:
    """Every ground contact of one side; None when its foot was not seen well enough for a mean step."""
    events = settings.events
    foot = foot_channels(runner, side, events)
    middles = _mid_stances(runner.time_s, beat, side)
    reach_s = events.window_strides * beat.period_s
    curve = mean_step_at(runner.time_s, foot, middles, reach_s)
    if curve is None:
        return None
    middle = sample_step(curve)
    strike = middle.foremost_s + events.strike_after_foremost_s
    begin_s, end_s = (share * beat.period_s for share in events.off_after_middle)
    off = float(middle.at_s[middle.straightest((begin_s, end_s))])
    step = _Steps(runner.time_s, foot, events, settings.shoe)
    strikes, spreads, by_shoe = step.place(middles + strike, find_strike, events.strike_window_s, shoe.strikes)
    offs, _, _ = step.place(middles + off, find_toe_off, events.off_window_s, shoe.offs)
    sure = erf(events.confident_within_s / np.sqrt(2) / spreads)
    spans_s = [(runner.time_s[piece][0], runner.time_s[piece][-1]) for piece in beat.pieces]
    seen = np.any([(strikes >= first_s) & (strikes <= last_s) for first_s, last_s in spans_s], axis=0)
    feet_deg = np.full(len(strikes), np.nan)
    if shoe.strikes is not None and by_shoe:
        feet_deg = feet_at(shoe.strikes, strikes, settings=settings.shoe)
    by_shoe = bool(np.isfinite(feet_deg).any())  # else shoes and landmarks are far apart, and neither is sure
    columns = zip(*(each[seen].tolist() for each in (strikes, offs, sure, feet_deg)), strict=True)
    contacts = tuple(Contact(side, *values) for values in columns)
    around = mean_step_at(runner.time_s, foot, strikes[seen], 2 * reach_s)
    if len(contacts) < 2 or around is None:
        return None
    contact_time_s = float(np.nanmedian(offs - strikes)) if np.isfinite(offs).any() else np.nan
    return SideContacts(contacts, around, contact_time_s, by_shoe)


def foot_channels(runner: RunnerTrack, side: Side, settings: EventSettings) -> Floats:
    """The foot's paths (T, C) by `Channel`; MediaPipe's toe is the tip of the shoe, the ball lies before it."""
    ankle, heel, tip, hip = (runner.joint_ll(side, joint) for joint in ("ankle", "heel", "foot_index", "hip"))
    ball = heel + settings.ball_share * (tip - heel)
    knee = flexion_deg(hip, runner.joint_ll(side, "knee"), ankle) / 100
    single = np.stack((knee, tip[:, 1], runner.middle_ll("hip")[:, 1], length(tip - hip)), axis=1)
    return np.concatenate((ankle, heel, ball, single), axis=1)


def _mid_stances(time_s: Floats, beat: Beat, side: Side) -> Floats:
    """When this side's ankle, going backward, passes the other: a quarter turn after it was furthest ahead.

    Reaches beyond each piece's ends by ``EDGE_TURNS``: a foot that lands just before the clip ends counts.
    """
    pieces = [piece for piece in beat.pieces if beat.phase[piece][-1] > beat.phase[piece][0]]
    return np.concatenate([_middles_in(time_s[piece], beat.phase[piece], beat.period_s, side) for piece in pieces])


def _middles_in(time_s: Floats, phase: Floats, period_s: float, side: Side) -> Floats:
    quarter = 0.25 if side is Side.LEFT else 0.75
    first, last = phase[0] - EDGE_TURNS, phase[-1] + EDGE_TURNS
    turns = np.arange(np.ceil(first - quarter), np.floor(last - quarter) + 1) + quarter
    before, after = np.minimum(turns - phase[0], 0), np.maximum(turns - phase[-1], 0)
    return np.asarray(np.interp(turns, phase, time_s) + (before + after) * period_s)


def mean_step_at(time_s: Floats, foot: Floats, anchors_s: Floats, reach_s: float) -> MeanCurve | None:
    """One foot's channels (T, C) laid over the anchors, ``reach_s`` on each side; None with too few frames."""
    anchors_s = anchors_s[np.isfinite(anchors_s)]
    if len(anchors_s) == 0:
        return None
    frames, offset = frames_around(time_s, anchors_s, reach_s)
    return fit_mean_curve(offset, foot[frames], start_s=-reach_s, end_s=reach_s)


@dataclass(frozen=True, slots=True)
class _Steps:
    """All steps of one foot: its channels (T, C) at ``time_s`` (T,)."""

    time_s: Floats
    foot: Floats
    settings: EventSettings
    by_shoe: ShoeSettings

    def place(
        self,
        guesses_s: Floats,
        find: Callable[[MeanCurve, EventSettings, Sighting], Estimate],
        reach_s: float,
        shoe: ShoeEvents | None = None,
    ) -> tuple[Floats, Floats, bool]:
        """Instant (K,) of an event in every step and its spread (standard error), seconds; NaN where not seen.

        Steps whose shoe was followed are placed by shoe and landmarks, weighted by their spreads, unless the shoes see
        quite another strike than the landmarks do. Last: whether shoes had a say.
        """
        times, spreads = guesses_s, np.full(len(guesses_s), np.nan)
        interval_s = float(np.median(np.diff(self.time_s)))
        for _ in range(2):
            curve = mean_step_at(self.time_s, self.foot, times, reach_s)
            if curve is None:
                return np.full(len(guesses_s), np.nan), spreads, False
            shifts, spreads = self._shifts(times, curve, interval_s)
            times = times + shifts
        found, has_say = self._found(times, find, reach_s, NOT_FOLLOWED), False
        if shoe is not None:
            placed, placed_spreads, by_shoe = place_by_shoe(shoe, times, spreads, settings=self.by_shoe)
            apart = np.abs(by_shoe.at_s - found.offset_s) / np.hypot(by_shoe.wander_s, found.spread_s)
            if not apart > self.by_shoe.other_strike_spreads:  # also where the landmarks alone see none
                times, spreads, has_say = placed, placed_spreads, bool(np.isfinite(by_shoe.at_s))
                found = self._found(times, find, reach_s, by_shoe)
        return times + found.offset_s, np.hypot(spreads, found.spread_s), has_say

    def _found(
        self,
        times_s: Floats,
        find: Callable[[MeanCurve, EventSettings, Sighting], Estimate],
        reach_s: float,
        by_shoe: Sighting,
    ) -> Estimate:
        curve = mean_step_at(self.time_s, self.foot, times_s, reach_s)
        return UNSEEN if curve is None else find(curve, self.settings, by_shoe)

    def _shifts(self, anchors_s: Floats, curve: MeanCurve, interval_s: float) -> tuple[Floats, Floats]:
        """How much later than the mean each step is (K,), and the spread of that; NaN when hardly seen.

        By the shape of heights and knee flexion alone: each step has its own level, for the hips' slow path and the
        landmarks wander by more than a foot falls in the few milliseconds that count.
        """
        settings = self.settings
        shifts, spreads = np.full((2, len(anchors_s)), np.nan)
        rows, offset, shape, counts = self._samples(anchors_s, 2 * settings.align_window_s / interval_s)
        if not len(rows):
            return shifts, spreads
        noise = np.maximum(curve.noise[SHAPE], 1e-4)
        drawn = curve.only(SHAPE)
        shift = np.zeros(len(rows))
        for _ in range(3):
            since_s = offset - np.repeat(shift, counts)
            errors, slopes = (shape - drawn.at(since_s)) / noise, drawn.at(since_s, 1) / noise
            error, slope = (np.split(each, np.cumsum(counts)[:-1]) for each in (errors, slopes))
            moved = [_newton(*one, settings) for one in zip(error, slope, map(float, shift), strict=True)]
            shift, spread = (np.array(column) for column in zip(*moved, strict=True))
        shifts[rows], spreads[rows] = shift, spread
        return shifts, spreads

    def _samples(self, anchors_s: Floats, expected: float) -> tuple[Frames, Floats, Floats, Frames]:
        """The rows (K,) of the steps seen well enough, and of their frames, one step after the other, offset and shape.

        Last: how many frames each of these steps has (K,); ``expected`` is how many it has where all are seen.
        """
        settings = self.settings
        rows = np.flatnonzero(np.isfinite(anchors_s))
        near = [frames_around(self.time_s, anchors_s[row : row + 1], settings.align_window_s) for row in rows]
        is_seen = np.asarray(np.isfinite(self.foot[:, SHAPE]).all(axis=1))
        kept = [(frames[is_seen[frames]], offset[is_seen[frames]]) for frames, offset in near]
        counts = np.array([len(frames) for frames, _ in kept], dtype=np.intp)
        enough = counts >= max(2.0, settings.min_seen_frac * expected)
        if not enough.any():
            return rows[:0], np.empty(0), np.empty((0, len(SHAPE))), counts[:0]
        frames, offset = (np.concatenate(each) for each in zip(*compress(kept, enough), strict=True))
        return rows[enough], offset, self.foot[frames][:, SHAPE], counts[enough]


def _newton(error: Floats, slope: Floats, shift: float, settings: EventSettings) -> tuple[float, float]:
    """A better shift of one step, and its spread: by how its shape (N, C) lies off the mean's, and that one's slope."""
    error, slope = _about_mean(error), _about_mean(np.asfortranarray(slope))  # this order keeps sums as they were
    step = (np.sum(-slope * error) - shift / settings.prior_shift_s**2) / (
        np.sum(slope**2) + 1 / settings.prior_shift_s**2
    )
    misfit = float(np.sqrt(np.mean(error**2)))
    spread = max(misfit, 1.0) / np.sqrt(np.sum(slope**2) + 1 / settings.prior_shift_s**2)
    return shift + float(step), float(spread)


def _about_mean(values: Floats) -> Floats:
    return np.asarray(values - values.mean(axis=0))
