"""Every number that decides something in a measurement: unit in the name, source or reason beside it.

One module a stage. "ll" = leg lengths (thigh + shank of the leg nearer the camera).
"""

from dataclasses import dataclass, field

from formcheck.gait.settings.calibration import calibrations
from formcheck.gait.settings.camera import SceneSettings
from formcheck.gait.settings.events import EventSettings, LandingSettings, ShoeSettings
from formcheck.gait.settings.intervals import LANDMARK_ERROR_FRAC, LARGEST_LANDMARK_ERROR_FRAC, IntervalSettings
from formcheck.gait.settings.legs import HipLevel, LegOffsets, OffsetSettings, SideSettings
from formcheck.gait.settings.propagated import spreads_of, strike_spread_s
from formcheck.gait.settings.rhythm import PhaseSettings, TimeSettings
from formcheck.gait.settings.select import CleaningSettings, PieceSettings, PresenceSettings, SteadySettings

__all__ = [
    "LANDMARK_ERROR_FRAC",
    "LARGEST_LANDMARK_ERROR_FRAC",
    "CleaningSettings",
    "EventSettings",
    "HipLevel",
    "IntervalSettings",
    "LandingSettings",
    "LegOffsets",
    "OffsetSettings",
    "PhaseSettings",
    "PieceSettings",
    "PresenceSettings",
    "SceneSettings",
    "Settings",
    "ShoeSettings",
    "SideSettings",
    "SteadySettings",
    "TimeSettings",
    "calibrated_intervals",
    "calibrations",
    "settings_for",
]


@dataclass(frozen=True, slots=True)
class Settings:
    """All measurement settings."""

    cleaning: CleaningSettings = field(default_factory=CleaningSettings)
    presence: PresenceSettings = field(default_factory=PresenceSettings)
    steady: SteadySettings = field(default_factory=SteadySettings)
    pieces: PieceSettings = field(default_factory=PieceSettings)
    phase: PhaseSettings = field(default_factory=PhaseSettings)
    sides: SideSettings = field(default_factory=SideSettings)
    scene: SceneSettings = field(default_factory=SceneSettings)
    time: TimeSettings = field(default_factory=TimeSettings)
    events: EventSettings = field(default_factory=EventSettings)
    shoe: ShoeSettings = field(default_factory=ShoeSettings)
    landing: LandingSettings = field(default_factory=LandingSettings)
    intervals: IntervalSettings = field(default_factory=IntervalSettings)
    offsets: OffsetSettings = field(default_factory=OffsetSettings)


def settings_for(model: str | None, landmark_error_frac: float = LANDMARK_ERROR_FRAC) -> Settings:
    """Settings for landmarks of one pose model, by its name.

    Of a model that was never calibrated, or of None, nothing is corrected, and all that is known of its landmarks is
    ``landmark_error_frac``, their standard error in leg lengths.
    """
    if model is not None and model in calibrations():
        found = calibrations()[model]
        events = EventSettings(timing=found.timing)
        return Settings(offsets=found.offsets, intervals=calibrated_intervals(model), events=events)
    intervals = IntervalSettings(
        spreads=spreads_of(landmark_error_frac),
        clip_spreads={},
        strike_spread_s=strike_spread_s(),
        strike_spread_by_shoe_s=strike_spread_s(),
        landmark_error_frac=landmark_error_frac,
    )
    return Settings(intervals=intervals)


def calibrated_intervals(model: str) -> IntervalSettings:
    """What the measures of one calibrated pose model are off by."""
    found = calibrations()[model]
    return IntervalSettings(
        spreads=found.spreads,
        clip_spreads=found.clip_spreads,
        strike_spread_s=found.strike_spread_s,
        strike_spread_by_shoe_s=found.strike_spread_by_shoe_s,
    )
