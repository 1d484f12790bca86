"""Which leg is which, and how a pose model draws them."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SideSettings:
    """When left and right legs are exchanged, and when a joint is rejected."""

    label_trust: float = 0.1  # of a squared, capped distance: the model names most legs rightly
    jump_cap_ll: float = 0.5  # one wild landmark must not decide for the whole limb
    harmonics: int = 6  # of the stride; 6 follow a foot to about 8 Hz at 160 steps/min
    landmark_noise_ll: float = 0.02  # of one landmark in one frame
    stride_ll: float = 0.3  # usual size of a path's harmonic k, times k squared
    asymmetry_ll: float = 0.05  # the same of what one leg's path differs from the other's
    largest_asymmetry_ll: float = 0.25  # a leg this far from what both legs do is the other one, or a guess
    together_ll: float = 0.08  # mean of ankle, heel and toe; running feet pass each other 0.08 to 0.3 leg apart
    outlier_floor_ll: float = 0.12  # natural variation between strides stays below a tenth of a leg
    outlier_deviations: float = 5.0  # robust standard deviations from the runner's own mean stride


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
