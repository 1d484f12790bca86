"""Which seconds are real: slow motion told by declaration, by metadata, or by a cadence no runner has."""

from dataclasses import dataclass

import numpy as np

from formcheck.assessment import Reason, TimeScale
from formcheck.config import TimeSettings
from formcheck.gait.phase import Beat
from formcheck.records import Floats


@dataclass(frozen=True, slots=True)
class TimeBase:
    """The factor by which the clip plays slower than life, and a contradiction if there is one."""

    scale: TimeScale
    contradiction: Reason | None = None


def is_running(hip_height: Floats, beat: Beat) -> bool:
    """Running or walking, from when in the stride the hips are high; needs no time scale.

    A runner's hips are lowest at mid-stance, where the ankles pass each other, and highest in flight, where they are
    furthest apart; a walker's hips do the opposite (the spring and the inverted pendulum, Cavagna et al. 1977).
    ``hip_height`` (T,) up, its slow path taken out; phase 0 is where the ankles are furthest apart.
    """
    seen = np.isfinite(hip_height)
    turns = 4 * np.pi * beat.phase[seen]
    return bool(np.sum(np.cos(turns) * hip_height[seen]) > 0)


def find_time_base(
    apparent_cadence_per_min: float,
    *,
    running: bool,
    clip_fps: float,
    declared_fps: float | None,
    metadata_fps: float | None,
    settings: TimeSettings,
) -> TimeBase:
    """The time scale from ``--capture-fps``, the recorder's own tag, or inference, in that order."""
    if declared_fps is not None:
        return _checked(
            TimeScale(round(declared_fps / clip_fps, 3), "declared"), apparent_cadence_per_min, running, settings
        )
    if metadata_fps is not None and metadata_fps / clip_fps > settings.clearly_slow_factor:
        return _checked(
            TimeScale(round(metadata_fps / clip_fps, 3), "metadata"), apparent_cadence_per_min, running, settings
        )
    low, high = settings.running_cadence_per_min
    if not running or low <= apparent_cadence_per_min <= high:
        return TimeBase(TimeScale(1.0, "assumed"))
    fitting = [factor for factor in settings.factors if low <= apparent_cadence_per_min * factor <= high]
    if not fitting:
        return TimeBase(TimeScale(1.0, "assumed"))
    best = min(
        fitting, key=lambda factor: abs(np.log(apparent_cadence_per_min * factor / settings.typical_cadence_per_min))
    )
    return TimeBase(TimeScale(best, "inferred" if best != 1 else "assumed"))


def _checked(scale: TimeScale, apparent_cadence_per_min: float, running: bool, settings: TimeSettings) -> TimeBase:
    cadence = apparent_cadence_per_min * scale.factor
    low, high = settings.possible_cadence_per_min
    if scale.factor >= settings.fastest_factor and (low <= cadence <= high or not running):
        return TimeBase(scale)
    told_by = "--capture-fps" if scale.source == "declared" else "the clip's own recording tag"
    return TimeBase(
        scale,
        Reason(
            "time_scale_contradiction",
            f"{told_by} would make this {cadence:.0f} steps a minute, at {scale.factor:g} times slow motion.",
            "Give the frame rate the phone recorded at with --capture-fps, or leave it out.",
        ),
    )
