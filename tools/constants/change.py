"""A constant at another value: halved, doubled, or off."""

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, is_dataclass, replace
from math import inf
from typing import Any, Final, Literal

import numpy as np

from formcheck.gait.settings import Settings, settings_for
from tools.architecture import MODULES, imports_of
from tools.constants.find import Constant, Leaf

Way = Literal["halved", "doubled", "off"]
FACTORS: Final[dict[Way, float]] = {"halved": 0.5, "doubled": 2.0}
ENDLESS: Final = 1e9
"""Stands for infinity, which cannot be counted to."""
OFF: Final = {
    **dict.fromkeys(("min", "least", "fewest", "shortest", "slowest", "trust", "late", "short", "turn"), 0.0),
    **dict.fromkeys(("max", "largest", "longest", "widest", "fastest", "prior"), ENDLESS),
}
"""At which value a constant does nothing, by a word of its name."""


@dataclass(frozen=True, slots=True)
class Variant:
    """One constant, changed."""

    constant: Constant
    way: Way

    def value(self, leaf: Leaf) -> Leaf:
        """What becomes of its value."""
        if self.way == "off":
            return _each(leaf, lambda _: _off(self.constant))
        return _each(leaf, lambda number: number * FACTORS[self.way])


def variants_of(constant: Constant) -> list[Variant]:
    """Those that are another value; off for those that can be."""
    ways = (*FACTORS, *(("off",) if np.isfinite(_off(constant)) else ()))
    made = [Variant(constant, way) for way in ways]
    return [variant for variant in made if not np.array_equal(variant.value(constant.value), constant.value)]


def _off(constant: Constant) -> float:
    words = constant.name.lower().split("_")
    return next((OFF[word] for word in words if word in OFF), inf)


def _each(leaf: Leaf, change: Any) -> Leaf:
    if isinstance(leaf, tuple):
        return tuple(_each(one, change) for one in leaf)
    changed = change(leaf)
    return round(changed) if isinstance(leaf, int) else changed


@contextmanager
def changed(variant: Variant | None) -> Iterator[None]:
    """The program with a constant of a module changed, wherever that is imported; as it is for one of the settings."""
    if variant is None or not variant.constant.root:
        yield
        return
    constant, root = variant.constant, variant.constant.root
    before = getattr(sys.modules[constant.module], root)
    after = _with_leaf(before, constant.path, variant)
    places = [sys.modules[constant.module], *_importers(f"{constant.module}.{root}")]
    for place in places:
        setattr(place, root, after)
    try:
        yield
    finally:
        for place in places:
            setattr(place, root, before)


def settings_with(variant: Variant | None, model: str) -> Settings:
    """A pose model's settings, one of them changed; a model without that one has its own."""
    settings = settings_for(model)
    if variant is None or variant.constant.root:
        return settings
    try:
        changed_settings: Settings = _with_leaf(settings, variant.constant.path, variant)
    except KeyError:
        return settings
    return changed_settings


def _importers(target: str) -> Iterator[Any]:
    for module in MODULES:
        if module in sys.modules and any(each.target == target for each in imports_of(module)):
            yield sys.modules[module]


def _with_leaf(value: Any, path: tuple[str | int, ...], variant: Variant) -> Any:
    """The value with the number at the path's end changed."""
    if not path:
        return variant.value(value)
    first, rest = path[0], path[1:]
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{str(first): _with_leaf(getattr(value, str(first)), rest, variant)})
    if isinstance(value, Mapping):
        return {**value, first: _with_leaf(value[first], rest, variant)}
    return tuple(_with_leaf(one, rest, variant) if row == first else one for row, one in enumerate(value))
