"""How the strike is read from the shoe."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ShoeSettings:
    """The shoe against the belt around its strike."""

    rides_after_s: float = 0.05  # after the strike that landmarks show, early by up to 30 ms: the shoe lies and rides
    min_frames: int = 3  # before that, of one landing
    min_steps: int = 3  # of one foot; fewer leave gaps in the mean landing at 30 frames/s
    slowest_belt_ll_s: float = 0.3  # below it the ground stands still in the picture
    window_s: tuple[float, float] = (-0.11, 0.09)  # of the mean landing around the strike that landmarks show
    align_s: tuple[float, float] = (-0.08, 0.03)  # what one landing is aligned by
    rounds: int = 3
    least_noise_ll: float = 0.002  # half a pixel at a leg of 320 px
    largest_deviations: float = 5.0  # of a frame from the mean landing, robust; beyond it something else was followed
    prior_shift_s: float = 0.004  # what a landmark strike scatters between steps (3 to 4 ms on rendered clips)
    sole_shares: tuple[float, float] = (-0.1, 1.05)  # of the way from heel to toe tip
    sole_points: int = 14
    sole_depths_ll: tuple[float, ...] = (0.04,)
    belt_shares: tuple[float, float] = (0.15, 0.35)
