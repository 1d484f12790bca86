"""What the page's fields take: the limits of `OPTIONS`, in the unit that a field is filled in."""

import math
from typing import Final

from markupsafe import Markup

from formcheck.records.options import OPTIONS

PER_UNIT: Final = {"%": 1.0, "fps": 1.0, "cm": 100.0, "ft": 1 / 0.3048, "km/h": 1.0, "mph": 1 / 1.609344}
"""How many of a field's unit are one of its option's."""


def limits(name: str, unit: str) -> Markup:
    """Attributes of the number field for an option, by the option's name and the field's unit.

    A limit is rounded inwards to two decimals, so that what the page takes, the API takes. Feet are whole: inches
    follow, and the API checks both together.
    """
    option = OPTIONS[name]
    low, high = (round(end * PER_UNIT[unit], 6) for end in (option.low, option.high))
    if unit == "ft":
        return _attributes(math.floor(low), math.floor(high), "1")
    step = f"{option.step:g}" if option.step else "any"
    return _attributes(math.ceil(100 * low) / 100, math.floor(100 * high) / 100, step)


def _attributes(low: float, high: float, step: str) -> Markup:
    return Markup('min="{}" max="{}" step="{}"').format(f"{low:g}", f"{high:g}", step)
