"""Truth files: what a clip is known, or was recorded, to show. ``<clip>.truth.json``, schema version 1.

The records are the file, key for key; pydantic reads and writes them. Every key but ``schema_version`` may be absent,
and what is absent is not checked; a key that is not known is an error, because a typo would silently check nothing.
docs/verify.md describes the keys for users.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import field
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Final, Literal

from pydantic import (
    AfterValidator,
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    PlainSerializer,
    TypeAdapter,
    ValidationError,
    WrapSerializer,
    WrapValidator,
)
from pydantic.dataclasses import dataclass
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from formcheck.cli.verify.json_file import json_text, read_json
from formcheck.records.errors import TruthError
from formcheck.records.gait import Surface, View
from formcheck.records.options import OPTIONS
from formcheck.records.skeleton import Side
from formcheck.report.document.fields import faults, shown
from formcheck.words.catalogue import ENGLISH

say: Final = ENGLISH.say

SCHEMA_VERSION: Final = 1
SUFFIX: Final = ".truth.json"
EVENTS: Final = ("strikes", "toe_offs")

Kind = Literal["known", "recorded"]

_FILE: Final = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False)
_NotNegative = Annotated[float, Field(ge=0)]


@dataclass(frozen=True, slots=True, config=_FILE)
class Wanted:
    """A number, how far a report may be off it, and its unit ("" = not checked)."""

    value: float
    tolerance: _NotNegative
    unit: str = ""


@dataclass(frozen=True, slots=True, config=_FILE)
class EventTruth:
    """One foot strike or toe-off on the clip's own clock; None = the tolerance of its kind and leg."""

    side: Side
    time_s: _NotNegative
    tolerance_s: _NotNegative | None = None


@dataclass(frozen=True, slots=True, config=_FILE)
class Miss:
    """Why a check is known not to hold, and the largest error that excuses (None: any)."""

    why: str
    within: _NotNegative | None = None


Events = tuple[EventTruth, ...]
Codes = Annotated[frozenset[str], PlainSerializer(sorted, return_type=list[str])]


@dataclass(frozen=True, slots=True, config=_FILE)
class Expect:
    """Codes: those for which headline numbers are withheld, no more and no fewer (None: not checked).

    ``reasons`` must be among the reasons of the clip's quality, ``measures_withheld`` are names of measures.
    """

    withheld: Codes | None = None
    reasons: Codes = frozenset()
    measures_withheld: Codes = frozenset()


class _Keys:
    """Of a mapping: the keys that it may have, and what stands under each."""

    def __init__(self, kinds: Mapping[str, Any]) -> None:
        self._kinds = kinds

    def __get_pydantic_core_schema__(self, _: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        inner = {
            key: core_schema.typed_dict_field(handler.generate_schema(kind), required=False)
            for key, kind in self._kinds.items()
        }
        return core_schema.typed_dict_schema(inner, extra_behavior="forbid")


def _without_unit(wanted: Wanted) -> Wanted:
    if wanted.unit:
        raise PydanticCustomError("unit", say("error.truth.no_unit"))
    return wanted


def _read_miss(value: Any, read: Callable[[Any], Miss]) -> Miss:
    return Miss(value) if isinstance(value, str) else read(value)


def _write_miss(miss: Miss, write: Callable[[Miss], Any]) -> Any:
    return miss.why if miss.within is None else write(miss)


_Unitless = Annotated[Wanted, AfterValidator(_without_unit)]
_Miss = Annotated[Miss, WrapValidator(_read_miss), WrapSerializer(_write_miss)]
_Seconds = Annotated[Mapping[str, float], _Keys(dict.fromkeys(EVENTS, _NotNegative))]

SCENE_WORDS: Final[Mapping[str, Any]] = {
    "view": View,
    "heading": Literal["left", "right"] | None,
    "near_side": Literal["left", "right"] | None,
    "surface": Surface,
}
"""Expected facts of the scene; None = the report must have null, such as a heading seen from behind."""


@dataclass(frozen=True, slots=True, config=_FILE)
class Truth:
    """One truth file; None or empty = not checked.

    ``tolerance_s`` and ``far_tolerance_s`` by event ("strikes", "toe_offs"), seconds on the clip's own clock, of the
    leg nearer the camera and the other. ``misses`` names checks that are known not to hold yet, with why.
    """

    kind: Kind = "known"
    how: str = ""
    comment: str = ""
    recorded: Annotated[Mapping[str, str], _Keys(dict.fromkeys(("formcheck_version", "model", "created"), str))] = (
        field(default_factory=dict)
    )
    given: Annotated[
        Mapping[str, float],
        _Keys({key: Annotated[float, Field(ge=option.low, le=option.high)] for key, option in OPTIONS.items()}),
    ] = field(default_factory=dict)
    tolerance_s: _Seconds = field(default_factory=dict)
    far_tolerance_s: _Seconds = field(default_factory=dict)
    measures: Mapping[str, Wanted] = field(default_factory=dict)
    sides: Mapping[Side, Mapping[str, Wanted]] = field(default_factory=dict)
    scene: Annotated[Mapping[str, str | Wanted | None], _Keys({**SCENE_WORDS, "camera_roll_deg": _Unitless})] = field(
        default_factory=dict
    )
    time_scale: _Unitless | None = None
    misses: Mapping[str, _Miss] = field(default_factory=dict)
    strikes: Events | None = None
    toe_offs: Events | None = None
    expect: Expect = Expect()

    @property
    def events(self) -> dict[str, Events]:
        """Strikes and toe-offs, those that are checked."""
        known = {"strikes": self.strikes, "toe_offs": self.toe_offs}
        return {name: events for name, events in known.items() if events is not None}

    @property
    def checks_something(self) -> bool:
        """Whether a report could differ from it; a file of nothing but ``given`` waits to be filled."""
        expected = (self.events, self.measures, self.sides, self.scene, self.time_scale)
        return any(expected) or self.expect != Expect()


def truth_path(clip: Path) -> Path:
    """Where a clip's truth lies."""
    return clip.with_name(f"{clip.stem}{SUFFIX}")


def read_truth(path: Path) -> Truth:
    """Read a truth file.

    Raises
    ------
    TruthError
        It is no truth file; a line for each fault names file and key, what is expected and what is there.
    """
    document = read_json(path)
    version = document.pop("schema_version", None)
    if version != SCHEMA_VERSION or isinstance(version, bool):
        raise TruthError(say("error.truth.version", path=path, version=SCHEMA_VERSION, got=shown(version)))
    try:
        return _adapter().validate_json(json.dumps(document))  # as JSON, whose lists and words are our tuples and sides
    except ValidationError as error:
        raise TruthError("\n".join(f"{path}: {fault}" for fault in faults(error))) from error


def truth_to_json(truth: Truth) -> str:
    """Return a truth file's text: keys in a fixed order and one number or event a line, so that changes read well."""
    always = {"schema_version": SCHEMA_VERSION, "kind": truth.kind}
    return json_text(always | _adapter().dump_python(truth, mode="json", exclude_defaults=True)) + "\n"


@cache
def _adapter() -> TypeAdapter[Truth]:
    return TypeAdapter(Truth)
