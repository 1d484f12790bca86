"""How measures are named, explained and printed for people: one table, and the number formats it needs.

Records keep SI-like units (leg lengths, seconds, fractions); people read per cent of the leg, milliseconds and
per cent. A number that is not known prints as a dash, never as "nan".
"""

import math
from dataclasses import dataclass
from typing import Final

UNKNOWN: Final = "\N{EN DASH}"
MINUS: Final = "\N{MINUS SIGN}"
KMH_PER_M_S: Final = 3.6
_SPACE: Final = "\N{NO-BREAK SPACE}"


@dataclass(frozen=True, slots=True)
class MeasureWords:
    """A measure's title, what it is in one sentence, and how many decimals its shown unit deserves."""

    title: str
    meaning: str
    decimals: int = 0


@dataclass(frozen=True, slots=True)
class UnitWords:
    """A unit as people read it: ``label`` printed after the number times ``factor``."""

    label: str
    factor: float = 1.0


UNITS: Final = {
    "leg_length": UnitWords("% of leg", 100),
    "leg_length/s": UnitWords("leg lengths/s"),
    "deg": UnitWords("°"),
    "1/min": UnitWords("steps/min"),
    "s": UnitWords("ms", 1000),
    "fraction": UnitWords("%", 100),
}

MEASURES: Final = {
    "foot_ahead_of_hip": MeasureWords(
        "Foot ahead of hip", "How far in front of the same hip the ankle is when the foot strikes: the overstride."
    ),
    "trunk_lean": MeasureWords(
        "Trunk lean", "Hip to shoulder against the plumb line, averaged over stance; forward is positive.", 1
    ),
    "heel_ahead_of_hip": MeasureWords(
        "Heel ahead of hip", "The same distance, taken at the heel, which touches first in most runners."
    ),
    "foot_ahead_of_knee": MeasureWords(
        "Foot ahead of knee", "How far in front of the knee the ankle is when the foot strikes."
    ),
    "leg_angle": MeasureWords(
        "Leg angle", "Hip to ankle against the vertical at foot strike; positive has the ankle ahead."
    ),
    "shank_angle": MeasureWords(
        "Shank angle", "Knee to ankle against the vertical at foot strike; positive has the ankle ahead of the knee."
    ),
    "knee_flexion": MeasureWords("Knee bend at foot strike", "0° is a straight leg."),
    "peak_knee_flexion_stance": MeasureWords("Most knee bend in stance", "How far the knee gives under load."),
    "peak_knee_flexion_swing": MeasureWords("Most knee bend in swing", "How far the leg folds on its way forward."),
    "foot_angle": MeasureWords(
        "Foot angle", "Heel to toe against the belt at foot strike; positive has the toes up, so the heel lands first."
    ),
    "trunk_lean_at_strike": MeasureWords("Trunk lean at foot strike", "The lean at the instant of foot strike.", 1),
    "trunk_lean_range": MeasureWords("Trunk lean range", "How much the lean changes within one stride.", 1),
    "thigh_extension": MeasureWords(
        "Thigh extension", "Hip to knee against the vertical at toe-off; positive has the knee behind the hip."
    ),
    "cadence": MeasureWords("Cadence", "Steps of both feet per minute."),
    "contact_time": MeasureWords("Contact time", "How long one foot stays on the ground."),
    "flight_time": MeasureWords("Flight time", "How long both feet are off the ground."),
    "duty_factor": MeasureWords("Duty factor", "The part of a stride that one foot spends on the ground."),
    "vertical_oscillation": MeasureWords("Vertical oscillation", "How far the hips rise and fall within a step.", 1),
    "step_time_asymmetry": MeasureWords(
        "Step time, left to right", "The difference over the mean; positive is longer left.", 1
    ),
    "contact_time_asymmetry": MeasureWords(
        "Contact time, left to right", "The difference over the mean; positive is longer left.", 1
    ),
    "foot_ahead_of_hip_asymmetry": MeasureWords(
        "Foot ahead of hip, left to right", "The difference over the mean; positive is further ahead left."
    ),
    "belt_speed": MeasureWords("Belt speed", "How fast the foot on the belt travels backward.", 2),
    "elbow_angle": MeasureWords("Elbow angle", "Upper arm to forearm; for information."),
    "head_forward": MeasureWords("Head forward", "How far the ear is in front of the shoulder; for information."),
    "step_width": MeasureWords(
        "Step width", "Sideways distance between the feet, seen from behind; below 0 they cross.", 1
    ),
    "pelvic_drop": MeasureWords("Pelvic drop", "How far the hip line tips to the free side, seen from behind.", 1),
}
"""Every measure, in the order a reader wants them."""


def words_for(measure: str) -> MeasureWords:
    """The words of a measure; a name that is not in the table is made readable, not refused."""
    return MEASURES.get(measure) or MeasureWords(measure.replace("_", " ").capitalize(), "", 2)


def unit_for(unit: str) -> UnitWords:
    """The unit as people read it; an unknown one is printed as it is."""
    return UNITS.get(unit) or UnitWords(unit)


def number(value: float, decimals: int) -> str:
    """A number with a true minus sign; a dash when it is not known."""
    if not math.isfinite(value):
        return UNKNOWN
    text = f"{value:.{decimals}f}"
    if float(text) == 0:
        text = text.removeprefix("-")
    return text.replace("-", MINUS)


def bare(measure: str, unit: str, value: float) -> str:
    """A measure's number in the unit people read, without that unit."""
    return number(value * unit_for(unit).factor, words_for(measure).decimals)


def with_unit(text: str, label: str) -> str:
    """A printed number and its unit; a dash stays alone."""
    if text == UNKNOWN or not label:
        return text
    return f"{text}{label}" if label == "°" else f"{text}{_SPACE}{label}"


def quantity(measure: str, unit: str, value: float) -> str:
    """A measure's number as people read it, e.g. ``24 % of leg``, ``6.8°``."""
    return with_unit(bare(measure, unit, value), unit_for(unit).label)


def treadmill_speed(m_s: float) -> str:
    """A speed as treadmills show it, e.g. ``10.3 km/h``."""
    return with_unit(number(KMH_PER_M_S * m_s, 1), "km/h")


def span(measure: str, unit: str, low: float, high: float) -> str:
    """A range of a measure, e.g. ``21 to 27 % of leg``; a dash unless both ends are known."""
    return with_unit(ends(measure, unit, low, high) or UNKNOWN, unit_for(unit).label)


def ends(measure: str, unit: str, low: float, high: float) -> str:
    """The two ends of a range, e.g. ``21 to 27``, with a decimal more where both would read alike; "" if unknown."""
    if not (math.isfinite(low) and math.isfinite(high)):
        return ""
    factor, decimals = unit_for(unit).factor, words_for(measure).decimals
    if number(low * factor, decimals) == number(high * factor, decimals) and low != high:
        decimals += 1
    return f"{number(low * factor, decimals)} to {number(high * factor, decimals)}"
