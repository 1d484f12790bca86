"""How foot strike and toe-off are read."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class EventSettings:
    """How foot strike and toe-off are looked for on the mean step; each detector's own numbers stand in its class."""

    strike_search_s: tuple[float, float] = (-0.05, 0.12)  # after the foot was furthest ahead
    settled_after_s: tuple[float, float] = (0.04, 0.15)  # after that: it has landed, it is not yet off
    early_stance_s: tuple[float, float] = (0.06, 0.12)  # likewise; later the other leg hides a far foot
    strike_after_foremost_s: float = 0.028  # where to look for it first
    off_after_middle: tuple[float, float] = (0.06, 0.28)  # of the stride after mid-stance: where to look for toe-off
    off_search_s: float = 0.08  # the knee is straightest this near
    # Of the way from heel to toe tip: about where the metatarsal heads lie. No source. Measured runners cannot check
    # it: their marker is the ball.
    ball_share: float = 0.72
    window_strides: float = 0.32  # of the mean step on each side of mid-stance
    strike_window_s: float = 0.16  # of the mean step on each side of a strike
    off_window_s: float = 0.20  # of a toe-off: the knee bends again within 0.1 s, 0.14 in slow runners
    align_window_s: float = 0.08  # around an event: what one step is aligned by
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
    # By detector: how late it is and its spread, where a pose model's differ from those of exact joints.
    timing: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    value_window_s: float = 0.025  # one step's values rest on the frames this near
    value_window_frames: float = 1.6  # and on those within so many intervals: at least three, wherever the event falls
    mean_curve_windows: float = 4.0  # of these on each side of the event: the mean curve needs to bend there


@dataclass(frozen=True, slots=True)
class LandingSettings:
    """What no landing of a runner goes beyond: what nine measured runners do at 2 to 5 m/s, with room for a pose model.

    Measured at 854 strikes (Fukuchi et al. 2017, Hamner & Delp 2013): knees bent by 1 to 27 deg, shanks at -2 to 14,
    feet at -4 to 34, reach 0.12 to 0.38 leg, contact 0.50 to 0.94 of the step. Joints of a pose model are off by up to
    9 deg in the knee and 5 in the shank; of our own rendered gaits, one that lands under the body has a shank at -9.
    """

    knee_deg: tuple[float, float] = (-10.0, 36.0)
    knee_per_incline: float = 2.0  # degrees more for each of the belt's: uphill the knee lands more bent; no source
    shank_deg: tuple[float, float] = (-14.0, 26.0)
    foot_deg: tuple[float, float] = (-25.0, 50.0)
    reach_ll: tuple[float, float] = (-0.05, 0.55)
    longest_contact_steps: float = 1.1  # a run has flight; contact is off by up to 0.03 s, a tenth of a step
    steepest_stance_deg: float = 20.0  # of a foot's path on the belt: to 11 in clips that are right, 28 in a wrong one
    most_impossible_frac: float = 0.5  # of a side's steps: then the others are not believed either


@dataclass(frozen=True, slots=True)
class ShoeSettings:
    """When shoes are followed in the picture, and how strike and toe-off are read from them.

    In this order: what is followed, what of it is used, how all landings of a foot are laid over each other, the cue,
    how it is joined with the landmarks, and the same for toe-off (``off_``). How a shoe is found again, in pixels,
    stands in `formcheck.vision.shoes`.

    ``late_s``: by how much the cue comes late, on the near and on the far leg; ``spread_s`` between runners and clips,
    as of a `Detector`.
    """

    flat_after_s: float = 0.06  # after the landmarks' strike the foot lies flat, in the slowest and fastest measured
    followed_s: tuple[float, float] = (-0.15, 0.11)  # around that strike; the mean landing needs 0.11 and 0.09

    rides_after_s: float = 0.05  # after the strike that landmarks show (early by up to 30 ms): the shoe lies and rides
    min_landing: int = 3  # frames of one landing before that
    min_steps: int = 3  # of one foot that show the belt's speed; fewer leave gaps at 30 frames/s

    window_s: tuple[float, float] = (-0.11, 0.09)  # of the mean landing around the strikes that landmarks show
    align_s: tuple[float, float] = (-0.08, 0.03)  # what one landing is aligned by
    least_noise_ll: float = 0.002  # half a pixel at a leg of 320 px
    # Of a frame from the mean landing, robust, by round: beyond it something else was followed.
    largest_deviations: tuple[float, ...] = (15.0, 5.0, 5.0)
    prior_shift_s: float = 0.004  # what landmark strikes scatter about a foot's own (3 to 4 ms on rendered clips)
    largest_shift_s: float = 0.01  # in one round

    sole_shares: tuple[float, float] = (-0.1, 1.05)  # of the way from heel to toe landmark: the sole's ends
    sole_points: int = 14
    sole_below_ll: float = 0.04  # below these landmarks
    belt_shares: tuple[float, float] = (0.15, 0.35)  # of the belt's speed: where runners agree best, 0.1 to 0.6 tried
    belt_share_count: int = 9  # from the one to the other: enough for their mean
    late_s: tuple[float, float] = (0.007, 0.0135)  # near leg, far leg; how it was found stands in `events.shoe`
    spread_s: float = 0.005  # 3.3 ms between rendered clips, 4 between runners' own shoes, and what the lag may be off
    unsure_s: float = 0.01  # the error where half of the steps show no landing by themselves
    foot_window_s: float = 0.025  # around the strike: frames that show how far one shoe's angle is off the mean one's

    same_step_s: float = 0.1  # between a shoe's strike and the landmarks' of the same step
    same_strike_s: float = 0.015  # a step whose shoe is further off the foot's median offset keeps its landmarks' time
    # Of one step about its foot's others: 0.4 ms on rendered gaits, 3 on measured people, whose landings are not all
    # alike and whose force plates and markers differ by a part of that.
    step_spread_s: float = 0.002
    # The same of landmarks, at least: 2 ms on rendered gaits, 3.4 on measured people; their own alignment says 1.2.
    landmarks_step_spread_s: float = 0.003
    # Shoes further from the landmarks' strike than so many of both spreads, some 30 ms, follow something else.
    other_strike_spreads: float = 4.0

    off_followed_s: tuple[float, float] = (-0.14, 0.06)  # around the toe-off that landmarks show
    off_from_s: float = -0.08  # before it: the heel is up, the ball still stands
    off_stands_s: tuple[float, float] = (-0.13, -0.06)  # the ball rides the belt
    off_turns_s: tuple[float, float] = (-0.11, -0.05)  # the foot turns about its ball
    off_window_s: tuple[float, float] = (-0.13, 0.06)  # of the mean push-off
    slowest_belt_ll_s: float = 0.5  # in the picture; a slower belt does not show its direction
    ball_spread_ll: float = 0.04  # of the ball about its usual place on the shoe: landmarks and feet differ by that
    still_ll_s: float = 0.3  # how fast the ball of a mean push-off still moves by mistakes of the picture
    off_rise_ll: float = 0.0175  # 15 mm of the ball: where markers of nine runners agree best with the force, 5 to 40
    off_late_s: float = 0.0017  # `tools.accuracy timing`: near leg 1.3 ms, far leg 1.0
    off_spread_s: float = 0.008  # likewise 8 and 11 ms; a runner left out: 11 and 10
