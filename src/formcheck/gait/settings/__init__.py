"""Every number that decides something in a measurement: unit in the name, source or reason beside it.

"ll" = leg lengths (thigh + shank of the leg nearer the camera).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from formcheck.gait.settings.calibrated import SPREADS, STRIKE_SPREAD_S
from formcheck.gait.settings.propagated import STRIKE_S, spreads_of

LANDMARK_ERROR_FRAC = 0.02
"""Of landmarks of unknown origin, see `propagated`: a pose model of the class of MediaPipe's full, whose knees and near
ankles are 0.015 and 0.024 from the truth (mean distance, rendered runners). Markers in a laboratory are off by less."""

LARGEST_LANDMARK_ERROR_FRAC = 0.1
"""9 cm of a leg: nothing could be told. Above it is a slip, per cent for a fraction."""


@dataclass(frozen=True, slots=True)
class CleaningSettings:
    """What counts as seen, and how much is smoothed."""

    min_visibility: float = 0.3  # MediaPipe says 0.6 to 0.99 for legs it sees, less than 0.2 when it guesses
    longest_gap_s: float = 0.1  # design section 5: a longer gap may hide an event
    angle_cutoff_hz: float = 10.0  # within the 6 to 15 Hz of residual analysis for running (Winter 2009, ch. 3)
    cutoff_share_of_nyquist: float = 0.8  # a filter cannot be set above the frame rate's own limit
    picture_margin_frac: float = 0.005  # landmarks outside the picture are MediaPipe's guesses, not observations


@dataclass(frozen=True, slots=True)
class PhaseSettings:
    """How the stride is recognised in the separation of the ankles."""

    shortest_stride_s: float = 0.4  # 300 steps/min: faster than any runner
    longest_stride_s: float = 7.5  # a 160 steps/min runner played 10 times slower
    min_periodicity: float = 0.45  # autocorrelation at one stride; steady runners reach 0.7 to 0.99
    min_strides: float = 1.6  # less cannot be told from a coincidence
    first_peak_share: float = 0.8  # of the highest peak: two strides repeat as well as one
    # Of two steps, which differ more than strides do: one leg is further away. Half a step repeats not at all.
    first_step_share: float = 0.4


@dataclass(frozen=True, slots=True)
class SideSettings:
    """When left and right legs are exchanged, and when a joint is disbelieved."""

    label_trust: float = 0.1  # of a squared, capped distance: the model names most legs rightly
    jump_cap_ll: float = 0.5  # one wild landmark must not decide for the whole limb
    harmonics: int = 6  # of the stride; 6 follow a foot to about 8 Hz at 160 steps/min
    rounds: int = 2  # mean stride and assignment settle after one in all clips tried
    landmark_noise_ll: float = 0.02  # of one landmark in one frame
    stride_ll: float = 0.3  # usual size of a path's harmonic k, times k squared
    asymmetry_ll: float = 0.05  # the same of what one leg's path differs from the other's
    largest_asymmetry_ll: float = 0.25  # a leg this far from what both legs do is the other one, or a guess
    together_ll: float = 0.08  # mean of ankle, heel and toe; running feet pass each other 0.08 to 0.3 leg apart
    outlier_floor_ll: float = 0.12  # natural variation between strides stays below a tenth of a leg
    outlier_deviations: float = 5.0  # robust standard deviations from the runner's own mean stride


@dataclass(frozen=True, slots=True)
class SceneSettings:
    """View, heading and the line the belt draws."""

    side_max_width_ratio: float = 0.42  # shoulder width / trunk length as pictured; 0.1 to 0.35 in true side views
    end_on_min_width_ratio: float = 0.52  # a runner seen from the front or behind shows 0.6 to 0.9
    min_facing_ratio: float = 0.15  # toes and nose point somewhere in a side view: 0.6 to 1 trunk in sum
    shoulders_per_trunk: float = 0.75  # shoulder joints' distance over trunk length (Winter 2009, fig. 4.1)
    hips_per_trunk: float = 0.36  # hip joint centres' distance over trunk length (Winter 2009, fig. 4.1)
    good_fps: float = 50.0  # below it motion between frames costs accuracy (Sports2D docs)
    # Of the shoulders: runners 0.15 to 0.26, walkers 0.04 to 0.11 on real clips, the ones it was chosen on.
    least_bounce_trunks: float = 0.12
    min_leg_px: float = 60.0  # below it one landmark pixel is more than 1.5 % of the leg
    riding_stance: tuple[float, float] = (0.15, 0.65)  # share of contact in which ankle and heel ride (force plates)
    flat_stance: tuple[float, float] = (0.2, 0.5)  # share of contact before the heel lifts: what draws the belt's line
    largest_roll_deg: float = 12.0  # a phone propped worse than that is seen by its owner
    roll_prior_deg: float = 1.5  # how level people prop a phone: RMS 1.3 deg in eleven real clips with edges to tell
    belt_slope_spread_deg: float = 3.0  # MediaPipe's feet draw a level belt with this error (rendered and real clips)
    body_yaw_spread_deg: float = 3.0  # MediaPipe's shoulders and hips tell the yaw with this error (rendered runners)
    same_yaw_deviations: float = 2.5  # level edges further than this from the body's yaw are another wall's
    oblique_yaw_deg: float = 14.0  # beyond it reach is foreshortened by 3 % and the hips' width leaks in
    largest_yaw_deg: float = 30.0  # beyond it a side view is one in name only
    still_hip_share: float = 0.25  # treadmill: the hip's own travel against the belt's
    slowest_run_ll_s: float = 1.0  # of the feet under the body, 3 km/h: the slowest jog has 1.3; less is on the spot


@dataclass(frozen=True, slots=True)
class PresenceSettings:
    """Which part of the clip shows the runner well enough."""

    longest_absence_s: float = 0.25  # a console or an arm hides a runner no longer
    reach_trunks: float = 0.8  # further from where the trunk was last seen: somebody else, or another shot (`people`)
    size_ratio: float = 1.6  # so much larger or smaller: likewise
    facing_trunks: float = 0.15  # nose before shoulders and toes before heels, from the side; less tells no side
    min_frames: int = 20  # below it there is not one stride at 30 frames/s
    min_seen_frac: float = 0.8
    min_person_frac: float = 0.5  # seen in fewer frames, and without a gait: nothing worth calling a person
    min_leg_seen_frac: float = 0.5  # of the frames; a leg hidden longer leaves no rhythm to find
    feet_outside_frac: float = 0.15  # of frames with a foot cut off: strikes would be guesses


@dataclass(frozen=True, slots=True)
class SteadySettings:
    """Which part of the runner's time in the picture is steady running."""

    parting_levels: tuple[float, float] = (0.35, 0.7)  # of the ankles' usual distance: cuts 1 of 136 steady clips
    least_parting_ll: float = 0.15  # ankles that part less do not step
    min_intervals: int = 5  # fewer know no rhythm
    too_soon: float = 0.6  # of the usual step: the same foot cannot step again
    interval_ratio: float = 1.6  # longest to shortest step, medians of five; slow motion changes by 2 at least
    lift_ratio: float = 2.0  # highest to lowest lift, medians of five: to 1.6 in steady runs, 2.3 from walk to run
    running_lift_ll: float = 0.21  # of one ankle over the other: 0.24 to 0.7 in runs, 0.11 to 0.19 in walks
    room_steps: float = 1.5  # before the first and after the last step counted


@dataclass(frozen=True, slots=True)
class TimeSettings:
    """Which cadence is human, and when a clip plays slowly."""

    running_cadence_per_min: tuple[float, float] = (138.0, 225.0)  # recreational to sprint (design section 5)
    possible_cadence_per_min: tuple[float, float] = (120.0, 280.0)  # of a run: the slowest jog to a sprint
    walking_cadence_per_min: tuple[float, float] = (85.0, 135.0)  # a stroll to a race walk's beginning
    running_fall_g: tuple[float, float] = (0.6, 2.4)  # theory 0.67 to 2, measured 0.80 to 1.81 (`find_fall_g`)
    leg_length_m: float = 0.86  # adults' 0.86 +- 0.06 (design section 5): 7 % in the fall, which spans a factor of 4
    fastest_factor: float = 0.9  # below it the clip would play faster than life: a slip, or a time lapse
    factors: tuple[float, ...] = (2.0, 4.0, 8.0)  # what phones bake in
    film_fps: tuple[float, float] = (23.5, 24.5)  # on a film's clock 60, 120 and 240 fps play by other factors as well
    film_factors: tuple[float, ...] = (2.5, 5.0, 10.0)
    usual_cadence_per_min: float = 168.0  # of the reference runners at 2 to 4.5 m/s; decides between two that fit
    clearly_slow_factor: float = 1.2  # a tag of 30 on a clip of 29.97 is no slow motion


@dataclass(frozen=True, slots=True)
class Witness:
    """One sign of an event: by how much it comes late, on average, and how that scatters between runners and clips."""

    late_s: float
    spread_s: float


@dataclass(frozen=True, slots=True)
class EventSettings:
    """How foot strike and toe-off are read from the mean step; what each witness is says ``gait/witnesses.py``.

    Lags and spreads were measured against force plates (Fukuchi et al. 2017, two of four runners, 50 N) and on rendered
    gaits, measured people and rendered ways weighing alike, all through MediaPipe or with its errors; the other two
    runners and half of the rendered gaits were held out. One lag is of measured people alone: the ankle's height, for
    rendered feet land flatter. Spreads are those that make the weighted mean best; alone, heel speed scatters by 10 ms
    between runners and clips, the toes' fall by 12, the ankle's height by 20, the hips' fall by 30; at toe-off the bent
    knee by 11, the straightening one and the reach by 19.
    """

    strike_ankle_drop_ll: float = 0.033
    strike_speed_share: float = 0.8
    level_spread_ll: float = 0.012  # MediaPipe's ankle height wanders by this around a strike
    slowest_fall_ll_s: float = 0.1  # of an ankle that lands; only keeps a quotient finite
    strike_by_height: Witness = Witness(-0.0085, 0.004)
    strike_by_speed: Witness = Witness(0.0142, 0.009)
    strike_by_toes: Witness = Witness(0.0066, 0.011)
    strike_by_hips: Witness = Witness(0.0304, 0.021)
    strike_search_s: tuple[float, float] = (-0.05, 0.12)  # after the foot was furthest ahead
    settled_after_s: tuple[float, float] = (0.04, 0.15)  # after that: it has landed, it is not yet off
    early_stance_s: tuple[float, float] = (0.06, 0.12)  # likewise; later the other leg hides a far foot
    strike_after_foremost_s: float = 0.028  # where to look for it first
    off_straightening_deg: float = 10.0
    off_bend_deg: float = 30.0
    off_by_straightening: Witness = Witness(-0.0493, 0.016)
    off_by_bend: Witness = Witness(0.0991, 0.010)
    off_by_reach: Witness = Witness(0.0396, 0.019)
    off_after_middle: tuple[float, float] = (0.06, 0.28)  # of the stride after mid-stance: where to look for toe-off
    off_search_s: float = 0.08  # the knee is straightest this near
    off_reach_until_s: float = 0.15
    # Of the way from heel to toe tip: about where the metatarsal heads lie. No source. Measured runners cannot check
    # it: their marker is the ball.
    ball_share: float = 0.72
    window_strides: float = 0.32  # of the mean step on each side of mid-stance
    strike_window_s: float = 0.16  # of the mean step on each side of a strike
    off_window_s: float = 0.20  # of a toe-off: the knee bends again within 0.1 s, 0.14 in slow runners
    align_window_s: float = 0.08  # around an event: what one step is aligned by
    largest_shift_s: float = 0.06  # a step further off than this is not the same event
    prior_shift_s: float = 0.004  # step-to-step scatter of strikes against the phase of the gait: 2 to 3.5 ms measured
    confident_within_s: float = (
        0.015  # of the truth: 5 cm of reach at 3 m/s; 95 of 100 strikes, rendered and measured runners
    )
    min_seen_frac: float = 0.25  # of the frames around an event; fewer is hidden. The beat alone is good to 4 ms.
    # Of contact: where the foot lies flat and its angle is zero. It does until about 0.4, but MediaPipe's line from
    # heel to toe tips by another 3 to 5 degrees from a fifth of contact on. Zeroed at 0.4 the near foot's angle was 6.0
    # degrees off on rendered clips and 9.7 on measured runners (mean of absolutes, clips that may be fitted); here 5.0
    # and 5.1.
    flat_at_contact_frac: float = 0.22
    value_window_s: float = 0.025  # one step's values rest on the frames this near (at least three)


@dataclass(frozen=True, slots=True)
class IntervalSettings:
    """What a 95 % interval is made of, and when it is too wide.

    ``spreads`` holds what a measure errs by on the near and on the far leg when all else is accounted for, one standard
    deviation in the measure's unit (``belt_speed``: share of it; ``*_asymmetry``: of the difference left - right). They
    and ``strike_spread_s`` were found by ``python -m tools.accuracy calibrate``, see docs/accuracy.md; where
    ``landmark_error_frac`` is given, by `propagated` from that.
    """

    bootstrap_draws: int = 1000
    seed: int = 20260  # the same clip gives the same interval
    min_steps: int = 4  # fewer steps on a side: withheld
    good_steps: int = 7  # a stable mean needs 7 per leg (Dingenen et al. 2018)
    spreads: Mapping[str, tuple[float, float]] = field(default_factory=lambda: dict(SPREADS["full"]))
    strike_spread_s: float = STRIKE_SPREAD_S["full"]  # of a clip's strikes as a whole, near leg
    landmark_error_frac: float | None = None  # standard error of landmarks of no calibrated model, in leg lengths
    unknown_belt_ll_s: float = 5.0  # where the belt's speed was not told, that of a fast runner: 4.3 m/s
    # Healthy runners stay below 0.04 (Vincent 2025). Lowered from 0.2 after one real clip with a hidden far leg got a
    # left/right finding that its picture does not bear out.
    largest_step_asymmetry: float = 0.12
    beat_cadence_spread_per_min: float = 4.0  # cadence of an end-on view, from the beat alone (real clips)
    step_width_spread_ll: float = 0.03  # ankles from behind: half a shoe's width
    pelvic_drop_spread_deg: float = 2.7  # smallest detectable difference with markers (Dingenen et al. 2018)
    # Half-widths beyond which nobody could act on a number.
    widest_reach_ll: float = 0.12  # half the usual reach
    widest_bounce_ll: float = 0.05  # half the usual bounce
    widest_angle_deg: float = 15.0  # no angle at strike is of use beyond it
    widest_lean_deg: float = 6.0  # as wide as the whole usual band
    widest_asymmetry_frac: float = 0.33  # not even a leg that does a third more than the other would show
    widest_time_s: float = 0.06  # half of what lies between contact at 2 and at 5 m/s (Hamner & Delp 2013)

    def spread(self, name: str, *, near: bool = True) -> float:
        """What a measure errs by on the near or the far leg."""
        return self.spreads[name][0 if near else 1]


@dataclass(frozen=True, slots=True)
class LegOffsets:
    """How a pose model's thigh and shank differ from those between joint centres.

    ``_short_frac``: by which part of its drawn length a segment is too short. ``_turn_deg``: by how much it must turn,
    counter-clockwise + with forward to the right.
    """

    thigh_short_frac: float = 0.0
    shank_short_frac: float = 0.0
    thigh_turn_deg: float = 0.0
    shank_turn_deg: float = 0.0


@dataclass(frozen=True, slots=True)
class OffsetSettings:
    """What is corrected of the legs that a pose model draws: nothing, unless the model is known (`settings_for`).

    Segments turn by the whole angle while the knee is straighter than ``straight_knee_deg`` and not at all once it is
    bent beyond ``bent_knee_deg``: up to 25 deg the thigh was off by 2 to 3 deg, in the swing's 40 to 100 deg by less
    than 1 (near leg, 39 rendered clips). ``foot_slow_frac``: by which part the drawn foot rides back too slowly while
    it stands: ankle and heel wander forward over a stance.
    """

    near: LegOffsets = LegOffsets()
    far: LegOffsets = LegOffsets()
    foot_slow_frac: float = 0.0
    straight_knee_deg: float = 25.0
    bent_knee_deg: float = 45.0

    def of(self, is_near: bool) -> LegOffsets:
        """Offsets of the leg nearer the camera, or of the other."""
        return self.near if is_near else self.far


OFFSETS = {
    "full": OffsetSettings(
        near=LegOffsets(thigh_short_frac=0.070, shank_short_frac=0.029, thigh_turn_deg=-2.2, shank_turn_deg=0.8),
        far=LegOffsets(thigh_short_frac=0.084, shank_short_frac=0.056, thigh_turn_deg=-4.7, shank_turn_deg=1.2),
        foot_slow_frac=0.035,
    ),
    "heavy": OffsetSettings(
        near=LegOffsets(thigh_short_frac=0.043, shank_short_frac=0.001, thigh_turn_deg=-2.6, shank_turn_deg=0.6),
        far=LegOffsets(thigh_short_frac=0.067, shank_short_frac=0.009, thigh_turn_deg=-4.7, shank_turn_deg=1.1),
        foot_slow_frac=0.025,
    ),
}
"""By pose model, from the rendered clips that may be fitted (``python -m tools.accuracy.offsets``): lengths over the
clip, turns at foot strike. Between clips they scatter by 0.02 to 0.03 and 1 to 2 deg. The bodies are rendered, a third
of them on measured people's joints; that real people are drawn alike shows in their proportions alone."""


@dataclass(frozen=True, slots=True)
class Settings:
    """All measurement settings."""

    cleaning: CleaningSettings = field(default_factory=CleaningSettings)
    presence: PresenceSettings = field(default_factory=PresenceSettings)
    steady: SteadySettings = field(default_factory=SteadySettings)
    phase: PhaseSettings = field(default_factory=PhaseSettings)
    sides: SideSettings = field(default_factory=SideSettings)
    scene: SceneSettings = field(default_factory=SceneSettings)
    time: TimeSettings = field(default_factory=TimeSettings)
    events: EventSettings = field(default_factory=EventSettings)
    intervals: IntervalSettings = field(default_factory=IntervalSettings)
    offsets: OffsetSettings = field(default_factory=OffsetSettings)


def settings_for(model: str | None, landmark_error_frac: float = LANDMARK_ERROR_FRAC) -> Settings:
    """Settings for landmarks of one pose model, by its name.

    Of a model that was never calibrated, or of None, nothing is corrected, and all that is known of its landmarks is
    ``landmark_error_frac``, their standard error in leg lengths.
    """
    if model not in SPREADS:
        spreads = spreads_of(landmark_error_frac)
        unknown = IntervalSettings(spreads=spreads, strike_spread_s=STRIKE_S, landmark_error_frac=landmark_error_frac)
        return Settings(intervals=unknown)
    return Settings(offsets=OFFSETS.get(model, OffsetSettings()), intervals=calibrated_intervals(model))


def calibrated_intervals(model: str) -> IntervalSettings:
    """What the measures of one calibrated pose model err by."""
    return IntervalSettings(spreads=dict(SPREADS[model]), strike_spread_s=STRIKE_SPREAD_S[model])
