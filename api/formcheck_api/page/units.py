"""Lengths and speeds in sentences, as runners have them: treadmills show km/h or mph, and heights are cm or inches.

Sentences come ready made, from a report that may be older than this program or from the catalogue; so a quantity is
found where it stands in the text. Leg lengths, degrees and times are the same everywhere.
"""

import re
from collections.abc import Callable
from typing import Final, Literal

from markupsafe import Markup, escape

from formcheck.judge.wording import KMH_PER_M_S, number

System = Literal["metric", "imperial"]
SYSTEMS: Final[tuple[System, ...]] = ("metric", "imperial")

INCHES_PER_M: Final = 1 / 0.0254
FEET_PER_M: Final = 1 / 0.3048
MPH_PER_M_S: Final = 2.236936
MPH_PER_KMH: Final = 0.621371
FEET_FROM_M: Final = 2.0
"""Shorter things, a leg or a step, are told in inches."""

_NUMBER: Final = r"(\d+(?:\.\d+)?)"
_QUANTITY: Final = re.compile(rf"(?<![\w.]){_NUMBER}(?: to {_NUMBER})?[ \N{{NO-BREAK SPACE}}](m/s|km/h|cm|m)(?![\w/])")


def in_units(text: str, system: System) -> str:
    """A sentence with its lengths and speeds as people of that system read them."""
    return _QUANTITY.sub(lambda found: _shown(found, system), text)


def both_units(text: str, tag: str = "span") -> Markup:
    """A sentence that holds each quantity in both systems, one of which the page's style shows; safe to put in HTML."""

    def both(found: re.Match[str]) -> Markup:
        metric, imperial = _shown(found, "metric"), _shown(found, "imperial")
        pair = Markup('<{tag} class="metric">{metric}</{tag}><{tag} class="imperial">{imperial}</{tag}>')
        return pair.format(tag=tag, metric=metric, imperial=imperial)

    return _replaced(text, both)


def _replaced(text: str, made: Callable[[re.Match[str]], Markup]) -> Markup:
    parts, end = Markup(""), 0
    for found in _QUANTITY.finditer(text):
        parts += escape(text[end : found.start()]) + made(found)
        end = found.end()
    return parts + escape(text[end:])


def _shown(found: re.Match[str], system: System) -> str:
    ends = [float(end) for end in found.group(1, 2) if end]
    unit, factor, decimals = _told_as(found.group(3), max(ends), system)
    if unit == found.group(3):
        return found.group()
    return " to ".join(number(factor * end, decimals) for end in ends) + f"\N{NO-BREAK SPACE}{unit}"


def _told_as(unit: str, largest: float, system: System) -> tuple[str, float, int]:
    """Unit, factor and decimals."""
    if system == "metric":
        return ("km/h", KMH_PER_M_S, 1) if unit == "m/s" else (unit, 1.0, 0)
    if unit == "m":
        return ("ft", FEET_PER_M, 0) if largest >= FEET_FROM_M else ("in", INCHES_PER_M, 0)
    return {"m/s": ("mph", MPH_PER_M_S, 1), "km/h": ("mph", MPH_PER_KMH, 1), "cm": ("in", INCHES_PER_M / 100, 1)}[unit]
