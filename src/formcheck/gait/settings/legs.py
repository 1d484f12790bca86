"""Which leg is which, and how a pose model draws them."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SideSettings:
    """When left and right legs are exchanged, and when a joint is rejected."""

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
class HipLevel:
    """How far ahead of the near leg's drawn hip its reach is to be measured from, in leg lengths: a sum of terms.

    Each was found on clips with known joints, and lowers the error of runners left out (``python -m tools.accuracy
    levels``). Beyond what those clips cover a term grows no further.
    """

    always_ll: float = 0.0
    facing_right_ll: float = 0.0  # taken off for one who faces left: the pose model is no mirror image of itself
    turned_ll: float = 0.0  # for 10 degrees of camera yaw either way
    faster_ll: float = 0.0  # for each leg length/s that the belt is faster than 3.3

    def ahead_ll(self, *, facing_right: bool, yaw_deg: float, belt_ll_s: float) -> float:
        """The sum for one clip; a belt speed that is not known (NaN) counts as usual."""
        sign = 1.0 if facing_right else -1.0
        tens = min(abs(yaw_deg), LARGEST_LEVEL_YAW_DEG) / 10
        slowest, fastest = LEVEL_BELTS_LL_S
        faster = min(max(belt_ll_s, slowest), fastest) - USUAL_BELT_LL_S if belt_ll_s > 0 else 0.0
        return self.always_ll + sign * self.facing_right_ll + tens * self.turned_ll + faster * self.faster_ll


LARGEST_LEVEL_YAW_DEG = 14.0
LEVEL_BELTS_LL_S = (2.1, 6.0)
"""What the rendered clips cover: 2 to 5 m/s."""
USUAL_BELT_LL_S = 3.3


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
    it stands: ankle and heel wander forward over a stance. ``hip`` holds for the near leg: the far one's errors follow
    none of its terms.
    """

    near: LegOffsets = LegOffsets()
    far: LegOffsets = LegOffsets()
    hip: HipLevel = HipLevel()
    foot_slow_frac: float = 0.0
    straight_knee_deg: float = 25.0
    bent_knee_deg: float = 45.0

    def of(self, is_near: bool) -> LegOffsets:
        """Offsets of the leg nearer the camera, or of the other."""
        return self.near if is_near else self.far
