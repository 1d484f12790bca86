"""What a 95 % interval is made of, and when a number is withheld."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from formcheck.gait.settings.calibration import calibrations

LANDMARK_ERROR_FRAC = 0.02
"""Of landmarks of unknown origin, see `propagated`: a pose model of the class of MediaPipe's full, whose knees and near
ankles are 0.015 and 0.024 from the truth (mean distance, rendered runners). Markers in a laboratory are off by less."""

LARGEST_LANDMARK_ERROR_FRAC = 0.1
"""9 cm of a leg: nothing could be measured. Above it is a typo, per cent for a fraction."""


@dataclass(frozen=True, slots=True)
class IntervalSettings:
    """What a 95 % interval is made of, and when it is too wide.

    ``spreads`` holds the error of a measure on the near and on the far leg when all else is accounted for, one standard
    deviation in the measure's unit (``belt_speed``: share of it; ``*_asymmetry``: of the difference left - right). They
    and ``strike_spread_s`` were found by ``python -m tools.accuracy calibrate``, see docs/accuracy.md; where
    ``landmark_error_frac`` is given, by `propagated` from that.
    """

    bootstrap_draws: int = 1000
    seed: int = 20260  # the same clip gives the same interval
    min_steps: int = 4  # fewer steps on a side: withheld
    good_steps: int = 7  # a stable mean needs 7 per leg (Dingenen et al. 2018)
    spreads: Mapping[str, tuple[float, float]] = field(default_factory=lambda: calibrations()["full"].spreads)
    # Of a clip's strikes as a whole, near leg: by landmarks alone, and where the shoe was followed in the picture.
    strike_spread_s: float = field(default_factory=lambda: calibrations()["full"].strike_spread_s)
    strike_spread_by_shoe_s: float = field(default_factory=lambda: calibrations()["full"].strike_spread_by_shoe_s)
    # Of these, what is new in each clip of a runner; a measure without a row may be off by all of it anew.
    clip_spreads: Mapping[str, tuple[float, float]] = field(default_factory=lambda: calibrations()["full"].clip_spreads)
    landmark_error_frac: float | None = None  # standard error of landmarks of no calibrated model, in leg lengths
    unknown_belt_ll_s: float = 5.0  # where the belt's speed was not measured, that of a fast runner: 4.3 m/s
    # Healthy runners stay below 0.04 (Vincent 2025). Lowered from 0.2 after one real clip with a hidden far leg got a
    # left/right finding that its picture does not bear out.
    largest_step_asymmetry: float = 0.12
    # Of the near knee's bend in stance: 45 rendered clips 0.62 to 1.14; real ones, a rail or post before the far leg,
    # 0.43, 0.55 and 0.61. A knee that is guessed is drawn straight.
    least_far_knee_share: float = 0.6
    beat_cadence_spread_per_min: float = 4.0  # cadence of an end-on view, from the beat alone (real clips)
    step_width_spread_ll: float = 0.03  # ankles from behind: half a shoe's width
    pelvic_drop_spread_deg: float = 2.7  # smallest detectable difference with markers (Dingenen et al. 2018)
    # Half-widths beyond which a number is of no use.
    widest_reach_ll: float = 0.12  # half the usual reach
    widest_bounce_ll: float = 0.05  # half the usual bounce
    widest_angle_deg: float = 15.0  # no angle at strike is of use beyond it
    widest_foot_deg: float = 7.0  # enough to tell a heel strike, at 15 to 25 degrees, from a forefoot strike
    widest_lean_deg: float = 6.0  # as wide as the whole usual band
    widest_asymmetry_frac: float = 0.33  # not even a leg that does a third more than the other would show
    widest_time_s: float = 0.06  # half of what lies between contact at 2 and at 5 m/s (Hamner & Delp 2013)

    def spread(self, name: str, *, near: bool = True, by_shoe: bool = False) -> float:
        """The standard error of a measure on the near or the far leg; some have another where shoes were followed."""
        shoes = f"{name}_by_shoe"
        return self.spreads[shoes if by_shoe and shoes in self.spreads else name][0 if near else 1]

    def clip_spread(self, name: str, *, near: bool = True) -> float | None:
        """The part of a measure's standard error that is new in each clip of a runner; None where it is not known."""
        return self.clip_spreads[name][0 if near else 1] if name in self.clip_spreads else None

    def strike_spread(self, *, by_shoe: bool) -> float:
        """The standard error of a clip's strikes as a whole, seconds."""
        return self.strike_spread_by_shoe_s if by_shoe else self.strike_spread_s
