"""What no report says, however it was edited: found before anything is compared with it.

Kinds and keys are the schema's; here are the numbers that fit it and mean nothing: a negative error, an interval whose
ends are exchanged, a belt at 300 km/h.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, fields, is_dataclass
from typing import Any, Final

from formcheck.gait.measures.registry import MEASURES
from formcheck.records.gait import TimeScale
from formcheck.records.options import OPTIONS, is_number
from formcheck.records.report import (
    BeltSpeed,
    Change,
    Clip,
    ErrorParts,
    Measure,
    Measured,
    Proportion,
    Report,
    Scale,
    Step,
)
from formcheck.report.document.fields import shown

DEEPEST: Final = 32
"""Levels of a document: ours have eight."""

LARGEST: Final = 1e12
"""Of any number: a clip's clock may begin at an epoch, in milliseconds."""

LARGEST_OF_UNIT: Final = {"leg_length": 10.0, "deg": 360.0, "1/min": 1000.0, "s": 60.0, "fraction": 100.0}
"""Of a measure: several times what anybody runs. Belt speeds are either of two units and have `LARGEST` alone."""

_ANY_CLOCK: Final = ("from_s", "to_s")
_UNITS: Final = {row.name: row.unit for row in MEASURES}
_NUMBERS: Final = frozenset({int, float})
_PLAIN: Final = _NUMBERS | {str, bool, type(None)}
_EPSILON: Final = 1e-4
"""What a number and the ends of its interval may have lost by rounding."""


def is_too_deep(document: object) -> bool:
    """Whether a document is nested more deeply than any report: reading it might never end."""
    level = [document]
    for _ in range(DEEPEST):
        inner = (
            each.values() if isinstance(each, Mapping) else each for each in level if isinstance(each, Mapping | list)
        )
        level = [item for each in inner for item in each]
    return bool(level)


def nonsense_in(report: Report) -> Iterator[str]:
    """What is wrong with a report that fits the schema, a line a fault: its key, what should be there, and what is."""
    for path, record in _records(report, ""):
        faults = (*_CHECKS.get(type(record), lambda _: ())(record), *_within(-LARGEST, LARGEST, _numbers(record)))
        yield from (f"{path}{fault}" for fault in faults)
    for name, measure in report.measures.items():
        yield from (f"measures.{name}.{fault}" for fault in _measure(name, measure))
    yield from _options(report.settings.get("told", {}))


def _records(value: Any, path: str) -> Iterator[tuple[str, Any]]:
    """Every record within a value, with where it is, and a point."""
    if is_dataclass(value):
        yield path, value
    for key, inner in _inside(value):
        if type(inner) not in _PLAIN:
            yield from _records(inner, f"{path.removesuffix('.') if key.startswith('[') else path}{key}.")


def _inside(value: Any) -> Iterable[tuple[str, Any]]:
    if is_dataclass(value):
        return ((item.name, getattr(value, item.name)) for item in fields(value))
    if isinstance(value, Mapping):
        return value.items()
    return ((f"[{place}]", inner) for place, inner in enumerate(value)) if isinstance(value, tuple) else ()


def _numbers(record: Any) -> Iterator[tuple[str, float]]:
    """A record's numbers by the key they have in the document."""
    for item in fields(record):
        value = getattr(record, item.name)
        yield from (
            (item.name, each) for each in (value if isinstance(value, tuple) else (value,)) if type(each) in _NUMBERS
        )


def _measure(name: str, measure: Measure) -> Iterator[str]:
    unit = _UNITS.get(name)
    if unit in LARGEST_OF_UNIT and measure.unit != unit:
        yield f"unit: should be {unit!r}, got {shown(measure.unit)}"
    for key in ("headline", "left", "right"):
        number = getattr(measure, key)
        if number is not None:
            largest = LARGEST_OF_UNIT.get(measure.unit, LARGEST)
            yield from _within(-largest, largest, [(f"{key}.value", number.value), (f"{key}.spread", number.spread)])


def _measured(number: Measured) -> Iterator[str]:
    yield from _within(0.0, LARGEST, spread=number.spread)
    yield from _rising(number.interval95)
    low, high = number.interval95
    yield from _within(low - _EPSILON, high + _EPSILON, value=number.value)


def _step(step: Step) -> Iterator[str]:
    for name, value in step.values.items():
        largest = LARGEST_OF_UNIT.get(_UNITS.get(name, ""), LARGEST)
        yield from _within(-largest, largest, [(name, value)])


def _rising(ends: tuple[float, float]) -> Iterator[str]:
    low, high = ends
    if low > high:
        yield f"interval95: should begin with the smaller number, got {low:g} and {high:g}"


def _within(low: float, high: float, numbers: Iterable[tuple[str, float]] = (), **named: float) -> Iterator[str]:
    """Which of these numbers, by their keys, are not between the limits; NaN is not known."""
    for name, value in (*numbers, *named.items()):
        if value < low or value > high:
            yield f"{name}: should be between {low:g} and {high:g}, got {value:g}"


def _options(given: object) -> Iterator[str]:
    """What the runner said, by the limits of the options; keys of a later version are passed over."""
    if not isinstance(given, Mapping):
        yield f"settings.told: should be an object, got {shown(given)}"
        return
    for name, option in OPTIONS.items():
        value = given.get(name)
        low, high = (-LARGEST, LARGEST) if name in _ANY_CLOCK else (option.low, option.high)
        if value is not None and not (is_number(value) and low <= value <= high):
            yield f"settings.told.{name}: should be a number between {low:g} and {high:g}, got {shown(value)}"


_CHECKS: Final[Mapping[type, Callable[[Any], Iterable[str]]]] = {
    BeltSpeed: lambda belt: _within(0.0, 100.0, value=belt.value),
    Change: lambda change: _rising(change.interval95),
    Clip: lambda clip: _within(
        0.0, 1e6, duration_s=clip.duration_s, mean_fps=clip.mean_fps, frame_count=clip.frame_count
    ),
    ErrorParts: lambda error: _within(0.0, 1e3, **asdict(error)),
    Measured: _measured,
    Proportion: lambda one: (*_within(0.01, 100.0, value=one.value), *_within(0.0, 100.0, spread=one.spread)),
    Scale: lambda scale: _within(1e-3, 10.0, m_per_leg_length=scale.m_per_leg_length),
    Step: _step,
    TimeScale: lambda time: _within(1e-3, 1e3, factor=time.factor),
}
"""What each record may hold: limits a hundred times beyond any clip's."""
