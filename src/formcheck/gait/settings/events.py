"""How foot strike and toe-off are read."""

from dataclasses import dataclass


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
