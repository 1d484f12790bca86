"""Kinds of values in the records: numbers and text beyond their Python type, and what fills the blanks of a sentence.

``report/document/fields.py`` says how they are written, ``words/sentences.py`` how they read in a language.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated

from formcheck.records.readonly import freeze

Known = Annotated[float, "finite"]
"""A number that is always known; any other float of a record may be NaN."""

Count = Annotated[int, "0 or more"]

Moment = Annotated[str, "RFC 3339"]


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number of a measure in the unit of the records, for a reader ``24 % of leg``."""

    measure: str
    unit: str
    value: float


@dataclass(frozen=True, slots=True)
class Range:
    """The two ends of a range of a measure, for a reader ``21 to 27``."""

    measure: str
    unit: str
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence or phrase of the catalogue by its code, with what fills its blanks."""

    code: str
    values: "Mapping[str, Blank]" = field(default_factory=dict, hash=False)

    def __post_init__(self) -> None:
        freeze(self, "values")


Blank = str | Known | Quantity | Range | Sentence | tuple[Sentence, ...]
"""What fills a blank; several sentences stand one after another."""
