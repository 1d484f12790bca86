"""Every number that decides something in a measurement: unit in the name, source or reason beside it.

"ll" = leg lengths (thigh + shank of the leg nearer the camera).
"""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class CleaningSettings:
    """What counts as seen, and how much is smoothed."""

    min_visibility: float = 0.3          # MediaPipe says 0.6 to 0.99 for legs it sees, less than 0.2 when it guesses
    longest_gap_s: float = 0.1           # design section 5: a longer gap may hide an event
    angle_cutoff_hz: float = 10.0        # within the 6 to 15 Hz of residual analysis for running (Winter 2009, ch. 3)
    cutoff_share_of_nyquist: float = 0.8  # a filter cannot be set above the frame rate's own limit
    picture_margin_frac: float = 0.005   # landmarks outside the picture are MediaPipe's guesses, not observations


@dataclass(frozen=True, slots=True)
class PhaseSettings:
    """How the stride is recognised in the separation of the ankles."""

    shortest_stride_s: float = 0.4       # 300 steps/min: faster than any runner
    longest_stride_s: float = 7.5        # a 160 steps/min runner played 10 times slower
    min_periodicity: float = 0.45        # autocorrelation at one stride; steady runners reach 0.7 to 0.99
    min_strides: float = 1.6             # less cannot be told from a coincidence


@dataclass(frozen=True, slots=True)
class SideSettings:
    """When left and right legs are exchanged, and when a joint is disbelieved."""

    swap_cost: float = 0.4               # in units of squared, capped jumps: switching must earn its keep
    label_trust: float = 0.1             # per frame: the model names most legs rightly
    jump_cap_ll: float = 0.5             # one wild landmark must not decide for the whole limb
    harmonics: int = 6                   # of the stride; 6 follow a foot to about 8 Hz at 160 steps/min
    outlier_floor_ll: float = 0.12       # natural variation between strides stays below a tenth of a leg
    outlier_deviations: float = 5.0      # robust standard deviations from the runner's own mean stride
    rounds: int = 3                      # template and assignment settle after two in all clips tried
    weight_of_template: float = 1.0      # continuity and the mean stride count alike


@dataclass(frozen=True, slots=True)
class SceneSettings:
    """View, heading and the line the belt draws."""

    side_max_width_ratio: float = 0.42   # shoulder width / trunk length as pictured; 0.1 to 0.35 in true side views
    end_on_min_width_ratio: float = 0.52  # a runner seen from the front or behind shows 0.6 to 0.9
    min_leg_px: float = 60.0             # below it one landmark pixel is more than 1.5 % of the leg
    stance_middle: tuple[float, float] = (0.25, 0.65)  # share of contact in which the whole foot rides the belt
    largest_roll_deg: float = 12.0       # a phone propped worse than that is seen by its owner
    still_hip_share: float = 0.25        # treadmill: the hip's own travel against the belt's


@dataclass(frozen=True, slots=True)
class TimeSettings:
    """Which cadence is human, and when a clip plays slowly."""

    running_cadence_per_min: tuple[float, float] = (138.0, 225.0)  # recreational to sprint (design section 5)
    walking_cadence_per_min: tuple[float, float] = (80.0, 138.0)
    factors: tuple[float, ...] = (1.0, 2.0, 4.0, 8.0)              # what phones bake in
    typical_cadence_per_min: float = 165.0                         # decides between two possible factors


@dataclass(frozen=True, slots=True)
class EventSettings:
    """How foot strike and toe-off are read from the mean step.

    Levels come from force-plate truth (Fukuchi et al. 2017, four runners, all strike patterns): at the 50 N
    instant the ankle is still 0.033 +- 0.005 leg above its stance height, and the foot has taken 0.55 of belt speed.
    """

    strike_ankle_drop_ll: float = 0.033
    strike_speed_share: float = 0.55
    off_speed_share: float = 0.80
    off_toe_rise_ll: float = 0.012
    bandwidth_s: float = 0.012           # kernel half-width of the mean step; widened where frames are few
    points_per_window: float = 10.0      # samples a local fit should rest on
    align_window_s: float = 0.10         # around the strike: what one step is aligned by
    largest_shift_s: float = 0.06        # a step further off than this is not the same event
    prior_shift_s: float = 0.010         # step-to-step variation of strike against mid-stance


@dataclass(frozen=True, slots=True)
class IntervalSettings:
    """What a 95 % interval is made of."""

    bootstrap_draws: int = 1000
    seed: int = 20260                    # the same clip gives the same interval
    min_steps: int = 4                   # fewer steps on a side: withheld
    good_steps: int = 7                  # a stable mean needs 7 per leg (Dingenen et al. 2018)


@dataclass(frozen=True, slots=True)
class Settings:
    """All measurement settings."""

    cleaning: CleaningSettings = field(default_factory=CleaningSettings)
    phase: PhaseSettings = field(default_factory=PhaseSettings)
    sides: SideSettings = field(default_factory=SideSettings)
    scene: SceneSettings = field(default_factory=SceneSettings)
    time: TimeSettings = field(default_factory=TimeSettings)
    events: EventSettings = field(default_factory=EventSettings)
    intervals: IntervalSettings = field(default_factory=IntervalSettings)
