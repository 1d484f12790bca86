"""Every measure: one row each, in the order a reader wants them.

A new measure is a function in `definitions`, a row here and its words; docs/extending.md shows how.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from formcheck.gait.measures import definitions as of
from formcheck.gait.measures.definitions import Leg, StepSeen
from formcheck.records.track import Floats

Sides = Literal["leg", "trunk", "near", "whole", "difference", "rear"]
"""Whose number it is: each leg's, the nearer one being the headline; the trunk's, both feet's steps pooled, weighing
alike; the nearer side's alone, for the trunk hides the other; the whole run's; left against right; a rear view's."""

LEG_PER_DEGREE: Final = float(np.radians(1))
"""The ankle's way, in leg lengths, when the leg is turned about the hip by a degree."""


@dataclass(frozen=True, slots=True)
class Definition:
    """One measure.

    It is measured ``at_strike`` or ``at_toe_off`` from a curve over all frames, or over a ``step``; a difference is
    that of another measure's left and right ``difference_of``.

    Its error grows with ``per_belt``: by how much it changes while the belt moves one leg length, at the strike it is
    read at (medians of measured runners, Fukuchi et al. 2017, whose foot has at that instant taken half of the belt's
    speed); ``per_roll``: with a degree of camera roll; ``events``: how many instants it is the difference of. The rest
    is its spread in the calibration, or ``spread_by_eye`` where there is none yet. Beyond the half-width ``widest`` (a
    name in `IntervalSettings`) it is withheld; without one, by its unit.

    ``compared``: runners' usual values are known. ``experimental``: never reported with confidence.
    """

    name: str
    unit: str
    sides: Sides
    at_strike: Callable[[Leg], Floats] | None = None
    at_toe_off: Callable[[Leg], Floats] | None = None
    step: Callable[[StepSeen], float] | None = None
    difference_of: str = ""
    zero_when_flat: bool = False
    per_belt: float = 0.0
    per_roll: float = 0.0
    events: int = 0
    widest: str = ""
    spread_by_eye: float | None = None
    compared: bool = False
    experimental: bool = False


STEP_TIME: Final = Definition("step_time", "s", "leg", step=of.step_time)
"""Measured at each step, but reported as a difference between the sides only: its mean follows from the cadence."""

# fmt: off
MEASURES: Final[tuple[Definition, ...]] = (
    Definition("foot_ahead_of_hip", "leg_length", "leg", at_strike=of.foot_ahead_of_hip,
               per_belt=0.46, per_roll=LEG_PER_DEGREE, compared=True),
    Definition("trunk_lean", "deg", "trunk", step=of.trunk_lean,
               per_roll=1, widest="widest_lean_deg", compared=True),
    Definition("heel_ahead_of_hip", "leg_length", "leg", at_strike=of.heel_ahead_of_hip,
               per_belt=0.55, per_roll=LEG_PER_DEGREE),
    Definition("foot_ahead_of_knee", "leg_length", "leg", at_strike=of.foot_ahead_of_knee,
               per_belt=0.47, per_roll=LEG_PER_DEGREE / 2),
    Definition("leg_angle", "deg", "leg", at_strike=of.leg_angle, per_belt=27, per_roll=1),
    Definition("shank_angle", "deg", "leg", at_strike=of.shank_angle, per_belt=57, per_roll=1, compared=True),
    Definition("knee_flexion", "deg", "leg", at_strike=of.knee_flexion, per_belt=56, compared=True),
    Definition("peak_knee_flexion_stance", "deg", "leg", step=of.peak_knee_flexion_stance),
    Definition("peak_knee_flexion_swing", "deg", "leg", step=of.peak_knee_flexion_swing),
    Definition("foot_angle", "deg", "leg", at_strike=of.foot_angle, zero_when_flat=True, per_belt=61,
               widest="widest_foot_deg"),
    Definition("trunk_lean_at_strike", "deg", "trunk", at_strike=of.trunk_lean_now,
               per_belt=3.3, per_roll=1, widest="widest_lean_deg"),
    Definition("trunk_lean_range", "deg", "trunk", step=of.trunk_lean_range, widest="widest_lean_deg"),
    Definition("thigh_extension", "deg", "leg", at_toe_off=of.thigh_extension, per_roll=1),
    Definition("cadence", "1/min", "whole", compared=True),
    Definition("contact_time", "s", "leg", step=of.contact_time, events=2, compared=True),
    Definition("flight_time", "s", "leg", step=of.flight_time, events=2),
    Definition("duty_factor", "fraction", "leg", step=of.duty_factor),
    Definition("vertical_oscillation", "leg_length", "trunk", step=of.vertical_oscillation, widest="widest_bounce_ll"),
    Definition("step_time_asymmetry", "fraction", "difference", difference_of="step_time"),
    Definition("contact_time_asymmetry", "fraction", "difference", difference_of="contact_time"),
    Definition("foot_ahead_of_hip_asymmetry", "fraction", "difference", difference_of="foot_ahead_of_hip"),
    Definition("belt_speed", "leg_length/s", "whole"),
    Definition("elbow_angle", "deg", "near", step=of.elbow_angle),
    Definition("head_forward", "fraction", "trunk", step=of.head_forward, per_roll=LEG_PER_DEGREE, experimental=True),
    Definition("step_width", "leg_length", "rear", experimental=True),
    Definition("pelvic_drop", "deg", "rear", experimental=True),
)
# fmt: on
"""An error that both legs share, as that of camera roll, is no error of a difference between them."""

HEADLINES: Final = ("foot_ahead_of_hip", "trunk_lean")
"""What a runner asks about first."""

REAR_HEADLINES: Final = ("cadence", *(row.name for row in MEASURES if row.sides == "rear"))
"""A view from the front or behind never shows those; it shows these."""

TIME_UNITS: Final = ("1/min", "s", "m/s", "leg_length/s")
"""Units of the measures that are wrong where the clip's clock is."""


def definition(name: str) -> Definition:
    """The row of one measure; KeyError where there is none."""
    return {row.name: row for row in MEASURES}[name]


def order_of(name: str) -> int:
    """A measure's place in the reader's order; a name that is not registered comes last."""
    names = [row.name for row in MEASURES]
    return names.index(name) if name in names else len(names)
