"""Numbers as people read them: a measure in its shown unit, a length or a speed in the reader's system of units.

Records keep SI-like units (leg lengths, seconds, fractions); people read per cent of the leg, milliseconds, km/h or
mph. A number that is not known prints as a dash, never as "nan".
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal

from markupsafe import Markup

from formcheck.words.catalogue import ENGLISH, Voice

UNKNOWN: Final = "\N{EN DASH}"
MINUS: Final = "\N{MINUS SIGN}"
_SPACE: Final = "\N{NO-BREAK SPACE}"

System = Literal["metric", "imperial"]
Kind = Literal["speed", "length", "leg", "distance"]


@dataclass(frozen=True, slots=True)
class Shown:
    """A unit as people read it: the number times ``factor``, rounded to ``decimals``, then its label."""

    label: str
    factor: float = 1.0
    decimals: int = 0
    one: str = ""
    """The label after 1, where it is another."""

    def label_for(self, text: str) -> str:
        """The label after a printed number."""
        return self.one if self.one and text.lstrip(f"+{MINUS}") == "1" else self.label


UNITS: Final = {"leg_length": 100.0, "leg_length/s": 1.0, "deg": 1.0, "1/min": 1.0, "s": 1000.0, "fraction": 100.0}
"""Factor from a record's unit to the one people read; its label is ``unit.<unit>`` in the catalogue."""

PHYSICAL: Final[dict[Kind, dict[System, Shown]]] = {
    "speed": {"metric": Shown("km/h", 3.6, 1), "imperial": Shown("mph", 2.236936, 1)},
    "length": {"metric": Shown("cm", 100.0), "imperial": Shown("in", 1 / 0.0254, 1)},
    "leg": {"metric": Shown("m", 1.0, 2), "imperial": Shown("in", 1 / 0.0254)},
    "distance": {"metric": Shown("m"), "imperial": Shown("ft", 1 / 0.3048)},
}
"""Metres and metres per second as each system of units has them."""

_PHYSICAL_UNITS: Final[dict[str, Kind]] = {"m/s": "speed", "m": "leg"}

DECIMALS: Final = {
    "foot_ahead_of_hip": 0,
    "trunk_lean": 1,
    "heel_ahead_of_hip": 0,
    "foot_ahead_of_knee": 0,
    "leg_angle": 0,
    "shank_angle": 0,
    "knee_flexion": 0,
    "peak_knee_flexion_stance": 0,
    "peak_knee_flexion_swing": 0,
    "foot_angle": 0,
    "trunk_lean_at_strike": 1,
    "trunk_lean_range": 1,
    "thigh_extension": 0,
    "cadence": 0,
    "contact_time": 0,
    "flight_time": 0,
    "duty_factor": 0,
    "vertical_oscillation": 1,
    "step_time_asymmetry": 1,
    "contact_time_asymmetry": 1,
    "foot_ahead_of_hip_asymmetry": 0,
    "belt_speed": 2,
    "elbow_angle": 0,
    "head_forward": 0,
    "step_width": 1,
    "pelvic_drop": 1,
}
"""Every measure in the order a reader wants them, with the decimals its shown unit deserves."""

_DECIMALS_OTHERWISE: Final = 2


def title_of(measure: str, voice: Voice = ENGLISH) -> str:
    """A measure's name; one that is not in the catalogue is made readable, not refused."""
    return voice.say(f"measure.{measure}.title") if measure in DECIMALS else measure.replace("_", " ").capitalize()


def meaning_of(measure: str, voice: Voice = ENGLISH) -> str:
    """What a measure is, in one sentence."""
    return voice.say(f"measure.{measure}.meaning") if measure in DECIMALS else ""


def number(value: float, decimals: int) -> str:
    """A number with a true minus sign; a dash when it is not known."""
    if not math.isfinite(value):
        return UNKNOWN
    text = f"{value:.{decimals}f}"
    if float(text) == 0:
        text = text.removeprefix("-")
    return text.replace("-", MINUS)


def shown_as(
    measure: str, unit: str, voice: Voice = ENGLISH, system: System = "metric", *, is_compared: bool = False
) -> Shown:
    """The unit a measure is read in; an unknown unit is printed as it is."""
    if unit in _PHYSICAL_UNITS:
        return PHYSICAL[_PHYSICAL_UNITS[unit]][system]
    decimals = decimals_of(measure, unit, is_compared=is_compared)
    if unit not in UNITS:
        return Shown(unit, 1.0, decimals)
    one = voice.say(f"unit_one.{unit}") if voice.has(f"unit_one.{unit}") else ""
    return Shown(voice.say(f"unit.{unit}"), UNITS[unit], decimals, one)


def decimals_of(measure: str, unit: str, *, is_compared: bool = False) -> int:
    """The decimals a number deserves; compared, a length in per cent of the leg has one: a change is a few of them."""
    decimals = DECIMALS.get(measure, _DECIMALS_OTHERWISE)
    return max(decimals, 1) if is_compared and unit == "leg_length" else decimals


def shown_difference(measure: str, unit: str, first: float, second: float) -> float:
    """The second number less the first, as both are shown where they are compared: the three add up for a reader."""
    if unit in _PHYSICAL_UNITS or not (math.isfinite(first) and math.isfinite(second)):
        return second - first
    factor, decimals = factor_of(unit), decimals_of(measure, unit, is_compared=True)
    return (round(second * factor, decimals) - round(first * factor, decimals)) / factor


def factor_of(unit: str) -> float:
    """From a record's unit to the one people read."""
    return UNITS.get(unit, 1.0)


def bare(measure: str, unit: str, value: float, voice: Voice = ENGLISH, *, is_compared: bool = False) -> str:
    """A measure's number in the unit people read, without that unit."""
    return _in_system(
        lambda system: _bare(shown_as(measure, unit, voice, system, is_compared=is_compared), value), voice
    )


def unit_of(measure: str, unit: str, voice: Voice = ENGLISH) -> str:
    """The unit a measure is read in, alone."""
    return _in_system(lambda system: shown_as(measure, unit, voice, system).label, voice)


def quantity(measure: str, unit: str, value: float, voice: Voice = ENGLISH, *, is_compared: bool = False) -> str:
    """A measure's number as people read it, e.g. ``24 % of leg``, ``6.8°``."""

    def shown(system: System) -> str:
        unit_shown = shown_as(measure, unit, voice, system, is_compared=is_compared)
        text = _bare(unit_shown, value)
        return with_unit(text, unit_shown.label_for(text))

    return _in_system(shown, voice)


def change(measure: str, unit: str, value: float, voice: Voice = ENGLISH) -> str:
    """A difference with its sign, e.g. ``+2.4 % of leg``."""

    def shown(system: System) -> str:
        unit_shown = shown_as(measure, unit, voice, system, is_compared=True)
        text = signed(_bare(unit_shown, value))
        return with_unit(text, unit_shown.label_for(text))

    return _in_system(shown, voice)


def signed(text: str) -> str:
    """A printed number with its sign."""
    is_zero = not any(digit in text for digit in "123456789")
    return text if is_zero or text.startswith((MINUS, UNKNOWN)) else f"+{text}"


def ends(measure: str, unit: str, low: float, high: float, voice: Voice = ENGLISH) -> str:
    """The two ends of a range, e.g. ``21 to 27``; "" if unknown.

    With a decimal more where both would read alike, or a range that leaves out zero would seem to reach it.
    """
    if not (math.isfinite(low) and math.isfinite(high)):
        return ""
    return _in_system(lambda system: _ends(shown_as(measure, unit, voice, system), low, high, voice), voice)


def span(measure: str, unit: str, low: float, high: float, voice: Voice = ENGLISH) -> str:
    """A range of a measure, e.g. ``21 to 27 % of leg``; a dash unless both ends are known."""
    if not (math.isfinite(low) and math.isfinite(high)):
        return UNKNOWN

    def shown(system: System) -> str:
        unit_shown = shown_as(measure, unit, voice, system)
        return with_unit(_ends(unit_shown, low, high, voice), unit_shown.label)

    return _in_system(shown, voice)


def physical(kind: Kind, metres: float, voice: Voice = ENGLISH) -> str:
    """A length in metres or a speed in metres per second, e.g. ``10.3 km/h``."""

    def shown(system: System) -> str:
        unit = PHYSICAL[kind][system]
        return with_unit(_bare(unit, metres), unit.label)

    return _in_system(shown, voice)


def both_systems(metres: float) -> str:
    """A length in both systems of units, for pictures, which can't follow their reader's choice."""
    return " \N{MIDDLE DOT} ".join(physical("length", metres, Voice(units=system)) for system in ("metric", "imperial"))


def physical_span(kind: Kind, low: float, high: float, voice: Voice = ENGLISH) -> str:
    """A range of lengths or speeds, e.g. ``4 to 5 m``."""

    def shown(system: System) -> str:
        unit = PHYSICAL[kind][system]
        return with_unit(_ends(unit, low, high, voice), unit.label)

    return _in_system(shown, voice)


def percent(fraction: float, decimals: int = 0) -> str:
    """A fraction as per cent, e.g. ``5 %``."""
    return with_unit(number(100 * fraction, decimals), "%")


def _in_system(shown: Callable[[System], str], voice: Voice) -> str:
    """What a number reads like in the reader's units; both, as HTML, where the page lets the reader switch."""
    if voice.units != "both":
        return shown(voice.units)
    metric, imperial = shown("metric"), shown("imperial")
    if metric == imperial:
        return metric
    return Markup('<span class="metric">{}</span><span class="imperial">{}</span>').format(metric, imperial)


def _bare(unit: Shown, value: float) -> str:
    return number(value * unit.factor, unit.decimals)


def _ends(unit: Shown, low: float, high: float, voice: Voice) -> str:
    decimals = unit.decimals
    first, last = (number(end * unit.factor, decimals) for end in (low, high))
    touches = low * high > 0 and "0" in {first.strip(MINUS), last.strip(MINUS)}
    if (first == last and low != high) or touches:
        first, last = (number(end * unit.factor, decimals + 1) for end in (low, high))
    return voice.say("number.range", low=first, high=last)


def with_unit(text: str, label: str) -> str:
    """A printed number and its unit; a dash stays alone."""
    if text == UNKNOWN or not label:
        return text
    return f"{text}{label}" if label == "°" else f"{text}{_SPACE}{label}"
