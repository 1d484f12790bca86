"""How fast the feet follow each other, whether that is a run, and which seconds are real.

Slow motion is declared, in the metadata, or inferred from a run that no runner has.

Two things know the true time: no one runs at 20 or 80 steps per minute, and in flight everybody falls alike. Played k
times slower, cadence shrinks by k and every acceleration by k squared.
"""

import math
from dataclasses import dataclass, replace

import numpy as np

from formcheck.gait.rhythm.phase import find_beat, slow_path
from formcheck.gait.settings import Settings, TimeSettings
from formcheck.records.gait import Beat, Contradiction, Given, Pace, Person, TimeBase, TimeScale
from formcheck.records.skeleton import Side
from formcheck.records.track import Floats, RunnerTrack

GRAVITY_M_S2 = 9.81


@dataclass(frozen=True, slots=True)
class Played:
    """The gait on the clip's own clock: steps per minute, a run or clearly a walk, and how hard the hips fall."""

    cadence_per_min: float
    running: bool
    fall_g: float = np.nan
    walking: bool = False


def find_pace(
    runner: RunnerTrack,
    beat: Beat,
    person: Person,
    given: Given,
    *,
    settings: Settings,
) -> Pace | None:
    """The pace of a side view, ``runner`` on the clip's own clock; None where the beat is not that of the hips.

    A clip that plays too fast shows too hard a fall as well as too quick a cadence. Without it, the beat is a false
    one, of feet that were badly seen.
    """
    hip_height = runner.middle_ll("hip")[:, 1]
    fall_g = find_fall_g(runner.upper_body_height_ll(), beat, settings=settings.time)
    played = Played(120 / beat.period_s, is_running(hip_height, beat), fall_g)
    if played.cadence_per_min > settings.time.possible_cadence_per_min[1] and fall_g < settings.time.running_fall_g[0]:
        return None
    played = replace(played, walking=is_walking(hip_height, beat, played, settings=settings.time))
    return _pace(person, beat, played, given, settings)


def find_pace_end_on(person: Person, given: Given, *, settings: Settings) -> Pace | None:
    """The pace from the front or behind, where the beat shows in the height of the ankles; None where there is none."""
    pose = person.pose
    separation = pose.joint_px(Side.LEFT, "ankle")[:, 1] - pose.joint_px(Side.RIGHT, "ankle")[:, 1]
    beat = find_beat(pose.time_s, separation, settings=settings.phase)
    if beat is None:
        return None
    hips_px = (pose.joint_px(Side.LEFT, "hip") + pose.joint_px(Side.RIGHT, "hip")) / 2
    hip_height = (slow_path(pose.time_s, hips_px, beat) - hips_px)[:, 1] / person.leg_px
    played = Played(120 / beat.period_s, True, find_fall_g(hip_height, beat, settings=settings.time))
    walks = walks_end_on(played, settings=settings.time)
    played = replace(played, running=not walks, walking=walks)
    return _pace(person, beat, played, given, settings)


def _pace(
    person: Person,
    beat: Beat,
    played: Played,
    given: Given,
    settings: Settings,
) -> Pace:
    time_base = find_time_base(
        played,
        clip_fps=1 / float(np.median(np.diff(person.pose.time_s))),
        declared_fps=given.declared_fps,
        metadata_fps=given.metadata_fps,
        settings=settings.time,
    )
    return Pace(beat, played.running, played.fall_g, time_base, played.walking)


def is_running(hip_height: Floats, beat: Beat) -> bool:
    """Running or walking, from when in the stride the hips are high; needs no time scale.

    A runner's hips are lowest at mid-stance, where the ankles pass each other, and highest in flight, where they are
    furthest apart; a walker's hips do the opposite (the spring and the inverted pendulum, Cavagna et al. 1977).
    ``hip_height`` (T,) up, its slow path taken out; phase 0 is where the ankles are furthest apart.
    """
    return _high_in_flight(hip_height, beat) > 0


def is_walking(hip_height: Floats, beat: Beat, played: Played, *, settings: TimeSettings) -> bool:
    """Whether a side view is clearly of a walk: hips high in mid-stance, hardly any fall, no quicker than walkers are.

    A shaken camera, hidden feet or a false beat leave the hips high nowhere in particular, and a clip that plays too
    fast has a runner's rhythm in no way.
    """
    is_slow = played.cadence_per_min <= settings.walking_cadence_per_min[1]
    falls_little = played.fall_g < settings.running_fall_g[0]
    return is_slow and falls_little and _high_in_flight(hip_height, beat) <= -settings.walking_margin


def _high_in_flight(hip_height: Floats, beat: Beat) -> float:
    """1 where hips are highest when the ankles are furthest apart, -1 where they are lowest there; 0 knows neither."""
    seen = np.isfinite(hip_height)
    wave = np.sum(np.exp(4j * np.pi * beat.phase[seen]) * hip_height[seen])
    return float(wave.real / max(abs(wave), 1e-12))


def find_fall_g(height_ll: Floats, beat: Beat, *, settings: TimeSettings) -> float:
    """How hard a body is pulled down, in g on the clip's clock: the first harmonic of its height (T,) in a step.

    Theory says 0.67 where flight just vanishes and 1.57 where half the step is flight (`fall_by_contact_g`). By
    shoulders and ears 0.99 to 1.71 in real time (32 rendered runs, nine people among them; one that skips 2.4), by
    the hips 0.18 to 0.46 in three walks. The leg is taken as ``leg_length_m``. NaN
    when the body is hardly seen.
    """
    seen = np.isfinite(height_ll)
    if seen.sum() < 8:
        return np.nan
    turns = 4 * np.pi * beat.phase[seen]
    basis = np.stack((np.ones_like(turns), np.cos(turns), np.sin(turns)), axis=1)
    solution = np.linalg.lstsq(basis, height_ll[seen], rcond=None)[0]
    amplitude_m = float(np.hypot(solution[1], solution[2])) * settings.leg_length_m
    return amplitude_m * (4 * np.pi / beat.period_s) ** 2 / GRAVITY_M_S2


def fall_by_contact_g(contact_steps: float) -> float:
    """What `find_fall_g` of a runner is whose contact lasts this part of a step.

    A runner pushes off the ground with half a sine (Morin et al. 2005); this is that force's harmonic.
    """
    if math.isclose(contact_steps, 0.5, abs_tol=1e-6):
        return math.pi / 2
    return 2 * math.cos(math.pi * contact_steps) / (1 - 4 * contact_steps**2)


def walks_end_on(played: Played, *, settings: TimeSettings) -> bool:
    """Whether a view from the front or behind, where legs show little, is of a walk: its rhythm, hardly any fall."""
    low, high = settings.walking_cadence_per_min
    return low <= played.cadence_per_min <= high and played.fall_g < settings.running_fall_g[0]


def find_time_base(
    played: Played,
    *,
    clip_fps: float,
    declared_fps: float | None,
    metadata_fps: float | None,
    settings: TimeSettings,
) -> TimeBase:
    """The time scale from ``--capture-fps``, the recorder's own tag, or inference, in that order; cross-checked."""
    if declared_fps is not None:
        return _checked(TimeScale(round(declared_fps / clip_fps, 3), "declared"), played, settings)
    if metadata_fps is not None and metadata_fps / clip_fps > settings.clearly_slow_factor:
        return _checked(TimeScale(round(metadata_fps / clip_fps, 3), "metadata"), played, settings)
    as_it_plays = TimeScale(1.0, "assumed")
    if not played.running or _fits(played, 1.0, settings):
        return TimeBase(as_it_plays)
    factor = _infer_factor(played, clip_fps, settings)
    return TimeBase(TimeScale(factor, "inferred")) if factor else TimeBase(as_it_plays, _unexplained(played, settings))


def _infer_factor(played: Played, clip_fps: float, settings: TimeSettings) -> float | None:
    """The factor that makes a run of it: of two that do, the one with the more usual cadence.

    Each factor is twice the one before, so that at most one of a kind fits. The fall cannot separate 2 from 2.5: in
    real time it scatters by a quarter between runners (29 rendered and 6 real runs).
    """
    low, high = settings.running_cadence_per_min
    on_film = settings.film_fps[0] <= clip_fps <= settings.film_fps[1]
    fitting = [
        factor
        for factor in (*settings.factors, *(settings.film_factors if on_film else ()))
        if low <= played.cadence_per_min * factor <= high and _falls_like_a_runner(played, factor, settings)
    ]

    def unusual(factor: float) -> float:
        return abs(math.log(played.cadence_per_min * factor / settings.usual_cadence_per_min))

    return min(fitting, key=unusual, default=None)


def _fits(played: Played, factor: float, settings: TimeSettings) -> bool:
    """Whether a runner could have been filmed that many times faster. An unknown fall contradicts nothing."""
    low, high = settings.possible_cadence_per_min
    return low <= played.cadence_per_min * factor <= high and _falls_like_a_runner(played, factor, settings)


def _falls_like_a_runner(played: Played, factor: float, settings: TimeSettings) -> bool:
    low, high = settings.running_fall_g
    return bool(np.isnan(played.fall_g)) or low <= played.fall_g * factor**2 <= high


def _checked(scale: TimeScale, played: Played, settings: TimeSettings) -> TimeBase:
    """A declared factor, or that of a tag, contradicted where the gait does; a walk is not checked."""
    if scale.factor >= settings.fastest_factor and (not played.running or _fits(played, scale.factor, settings)):
        return TimeBase(scale)
    low, high = settings.possible_cadence_per_min
    possible = scale.factor >= settings.fastest_factor and low <= played.cadence_per_min * scale.factor <= high
    return TimeBase(scale, "told_fall" if possible else "told_cadence")


def _unexplained(played: Played, settings: TimeSettings) -> Contradiction:
    low, high = settings.possible_cadence_per_min
    if low <= played.cadence_per_min <= high:  # then it is the fall that does not fit
        return "gentle_fall" if played.fall_g < settings.running_fall_g[0] else "hard_fall"
    return "too_slow" if played.cadence_per_min < low else "too_quick"
