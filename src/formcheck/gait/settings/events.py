"""How foot strike and toe-off are read."""

from dataclasses import dataclass


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
