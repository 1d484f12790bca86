"""All that is known about one clip, and the findings made from it before they have words."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

from formcheck.judge.findings.advice import ADVICE
from formcheck.judge.obstacles import DOUBTS
from formcheck.records.report import (
    Change,
    EventName,
    Finding,
    KeyFrame,
    Measure,
    Measured,
    Quality,
    ReferenceBand,
    SceneSeen,
    Standing,
)
from formcheck.records.values import Blank, Quantity, Range, Sentence


@dataclass(frozen=True, slots=True)
class Case:
    """All that is known about one clip."""

    measures: Mapping[str, Measure]
    scene: SceneSeen
    quality: Quality
    bands: Mapping[str, ReferenceBand]
    frames: tuple[KeyFrame, ...]
    changed: Mapping[str, Change]

    def reported(self, name: str) -> Measured | None:
        """A headline number, None when it was withheld or not seen."""
        return reported(self.measures, name)

    def quantity(self, name: str) -> Quantity:
        """A headline number as a sentence takes it."""
        return Quantity(name, self.measures[name].unit, self.measures[name].headline.value)

    @property
    def is_clock_doubted(self) -> bool:
        """Whether the clip may not play in real time."""
        return any(reason.code in DOUBTS for reason in self.quality.reasons)

    @property
    def no_band(self) -> Sentence:
        """Why there is nothing to compare with."""
        if "cadence" in self.changed:
            return Sentence("no_band.speed_changes")
        is_known = math.isfinite(self.scene.belt_speed.value) and not self.is_clock_doubted
        return Sentence("no_band.speed_outside" if is_known else "no_band.speed_unknown")

    def files(self, *events: EventName, both_sides: bool = False) -> tuple[str, ...]:
        """Pictures of these instants, of the leg nearer the camera where that is known."""
        near = None if both_sides else self.scene.near_side
        return tuple(frame.file for frame in self.frames if frame.event in events and near in (None, frame.side))


def reported(measures: Mapping[str, Measure], name: str) -> Measured | None:
    """A headline number, None when it was withheld or not seen."""
    measure = measures.get(name)
    if measure is None or measure.headline.withheld or not math.isfinite(measure.headline.value):
        return None
    return measure.headline


def finding_of(
    code: str, evidence: tuple[str, ...] = (), standing: Standing | None = None, /, **values: Blank
) -> Finding:
    """A finding without its words; ``values`` fill their blanks."""
    return Finding(code, ADVICE[code].level, "", "", evidence, standing=standing, values=values)


def change_of(code: str, change: Change, **more: Blank) -> Finding:
    """A measure that changes within the clip, from level to level."""
    name, unit = change.measure, change.unit
    path = tuple(
        Sentence("part.from_second", {"value": Quantity(name, unit, each.value), "seconds": f"{each.from_s:.1f}"})
        for each in change.levels
    )
    size, interval = Quantity(name, unit, abs(change.value)), size_range(name, unit, change.interval95)
    return finding_of(code, path=path, size=size, interval=interval, **more)


def size_range(measure: str, unit: str, interval95: tuple[float, float]) -> Range:
    """The interval of a difference's size, where words say its sign."""
    low, high = sorted(abs(end) for end in interval95)
    return Range(measure, unit, low, high)
