"""The frozen records as pydantic takes them: how each kind of field is read, written and described.

NaN is null, ``heading`` "unknown" is null, a step's values lie flat beside its times, and a field that takes no part in
comparison stays in memory. Floats are rounded to six decimals, far below any error: with four, a foot 0.23496 leg ahead
read 23 % in the terminal and 24 % from the saved report. Mappings of anything are written as they are.
"""

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import MISSING, Field, dataclass, fields, is_dataclass
from numbers import Integral, Real
from types import UnionType
from typing import Annotated, Any, Final, Literal, Union, get_args, get_origin, get_type_hints

import pydantic
from pydantic import AfterValidator, GetCoreSchemaHandler, PlainSerializer, Strict, ValidationError
from pydantic.json_schema import GenerateJsonSchema
from pydantic_core import CoreSchema, core_schema

from formcheck.records.report import Heading, Measured, Step
from formcheck.records.values import Count, Known, Moment

_DECIMALS: Final = 6
_LONGEST_SHOWN: Final = 60
_FLAT: Final = "values"
"""The field of a step that stands in JSON key by key, beside the others."""


def as_field(kind: Any, within: tuple[Any, ...] = ()) -> Any:
    """An annotation of the records as pydantic takes it; ``within`` are the records it is a part of."""
    if kind in _VALUES:
        return _VALUES[kind]
    if is_dataclass(kind):
        return Annotated[kind, _Record(within)]
    arguments = tuple(as_field(each, within) for each in get_args(kind))
    match get_origin(kind):
        case origin if origin in (tuple, Mapping):
            return origin[arguments]
        case origin if origin in (Union, UnionType):
            return Union[arguments]  # noqa: UP007, its members are known only now
    return kind


def _rounded(value: float) -> float | None:
    number = float(value)  # numpy's too
    return round(number, _DECIMALS) + 0.0 if math.isfinite(number) else None  # + 0.0 turns -0.0 into 0.0


def _text(value: str) -> str:
    return value.encode("utf-8", "replace").decode("utf-8")  # a file name may hold bytes that are no text


def _plain(value: Any) -> Any:
    match value:
        case None | bool():
            return value
        case str():
            return _text(value)
        case Integral():
            return int(value)
        case Real():
            return float(value) if math.isfinite(value) else None
        case Mapping():
            return {_text(key): _plain(item) for key, item in value.items()}
    return [_plain(item) for item in value]


_Whole = Annotated[int, Strict(), PlainSerializer(int, return_type=int)]
_Count = Annotated[int, Strict(), pydantic.Field(ge=0)]
_Text = Annotated[str, Strict(), PlainSerializer(_text, return_type=str)]
_Finite = Annotated[float, Strict(), pydantic.Field(allow_inf_nan=False)]
_LeftOrRight = Literal["left", "right"] | None

_VALUES: Final[dict[Any, Any]] = {
    float: Annotated[
        _Finite | None,
        AfterValidator(lambda number: math.nan if number is None else number),
        PlainSerializer(_rounded, return_type=float | None),
    ],
    Known: Annotated[_Finite, PlainSerializer(_rounded, return_type=float)],
    int: _Whole,
    Count: Annotated[_Count, PlainSerializer(int, return_type=_Count)],
    str: _Text,
    Moment: Annotated[_Text, pydantic.Field(json_schema_extra={"format": "date-time"})],
    Heading: Annotated[
        _LeftOrRight,
        AfterValidator(lambda word: word or "unknown"),
        PlainSerializer(lambda word: None if word == "unknown" else word, return_type=_LeftOrRight),
    ],
    Mapping[str, Any]: Annotated[Mapping[str, Any], PlainSerializer(_plain, return_type=dict[str, Any])],
}


@dataclass(frozen=True, slots=True)
class _Record:
    """Has pydantic read and write a dataclass field by field; one within itself by a reference."""

    within: tuple[Any, ...]

    def __get_pydantic_core_schema__(self, kind: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        name = f"{kind.__module__}.{kind.__qualname__}:{id(kind)}"
        if kind in self.within:
            return core_schema.definition_reference_schema(name)
        hints = get_type_hints(kind, include_extras=True)
        own = [_field(item, as_field(hints[item.name], (*self.within, kind)), handler) for item in fields(kind)]
        schema = core_schema.dataclass_schema(
            kind,
            core_schema.dataclass_args_schema(kind.__name__, own),
            [item.name for item in fields(kind)],
            slots=True,
            post_init=hasattr(kind, "__post_init__"),
            ref=name,
        )
        if kind is not Step:
            return schema
        schema["serialization"] = core_schema.wrap_serializer_function_ser_schema(_flattened)
        return core_schema.no_info_before_validator_function(_folded, schema)


def _field(item: Field[Any], hint: Any, handler: GetCoreSchemaHandler) -> core_schema.DataclassField:
    if not item.compare:
        absent = core_schema.with_default_schema(core_schema.none_schema(), default=None)
        return core_schema.dataclass_field(item.name, absent, init=False, serialization_exclude=True)
    schema = handler.generate_schema(hint)
    if item.default is not MISSING:
        schema = core_schema.with_default_schema(schema, default=item.default)
    if item.default_factory is not MISSING:
        schema = core_schema.with_default_schema(schema, default_factory=item.default_factory)
    return core_schema.dataclass_field(item.name, schema)


def _folded(step: Any) -> Any:
    """A step of a document with its values in a place of their own, as the record has them."""
    if not isinstance(step, Mapping):
        return step
    own = {item.name for item in fields(Step)} - {_FLAT}
    return {key: step[key] for key in own & step.keys()} | {_FLAT: {key: step[key] for key in step if key not in own}}


def _flattened(step: Step, write: Callable[[Step], dict[str, Any]]) -> dict[str, Any]:
    written = write(step)
    values: dict[str, Any] = written.pop(_FLAT)
    return written | values


class JsonSchema(GenerateJsonSchema):
    """JSON Schema of what is written: every key of a record is there, and no other."""

    def dataclass_schema(self, schema: core_schema.DataclassSchema) -> dict[str, Any]:
        """One record; its docstring's first line describes it."""
        kind = schema["cls"]
        made: dict[str, Any] = super().dataclass_schema(schema)
        del made["title"]
        made["description"] = str(kind.__doc__).partition("\n")[0]
        flat = made["properties"].pop(_FLAT, {}) if kind is Step else {}
        made["required"] = list(made["properties"])
        made["additionalProperties"] = flat.get("additionalProperties", False)
        return made | (_WITHHELD_IS_NULL if kind is Measured else {})

    def default_schema(self, schema: core_schema.WithDefaultSchema) -> dict[str, Any]:
        """Without the default, which is for reading."""
        return self.generate_inner(schema["schema"])

    def field_title_should_be_set(self, schema: Any) -> bool:  # noqa: ARG002, asked by pydantic
        """Never: a field's name says it."""
        return False


_NULL: Final = {"type": "null"}
_NULLS: Final = {"type": "array", "prefixItems": [_NULL, _NULL]}
_WITHHELD_IS_NULL: Final = {
    "if": {"properties": {"withheld": {"type": "object"}}},
    "then": {"properties": {"value": _NULL, "spread": _NULL, "interval95": _NULLS, "error": _NULL}},
}


def faults(error: ValidationError) -> Iterator[str]:
    """What is wrong with a document, one line a fault: its key, what should be there, and what is."""
    for fault in error.errors(include_url=False, include_context=False):
        where = _dotted(fault["loc"])
        if (word := _ABOUT_A_KEY.get(fault["type"])) is not None:
            yield f"{where}: {word}"
        else:
            said = _IN_JSON.get(fault["type"]) or fault["msg"].removeprefix("Input ")
            yield f"{where}: {said}, got {shown(fault['input'])}"


def _dotted(keys: tuple[str | int, ...]) -> str:
    """``steps[2].shank_angle``: as the document has it."""
    if keys[:1] == ("steps",) and keys[2:3] == (_FLAT,):
        keys = (*keys[:2], *keys[3:])
    return "".join(f"[{key}]" if isinstance(key, int) else f".{key}" for key in keys if key != "[key]").removeprefix(
        "."
    )


_ABOUT_A_KEY: Final = {
    "missing": "missing",
    "extra_forbidden": "unknown key",
    "unexpected_keyword_argument": "unknown key",
}
_IN_JSON: Final = {
    "dataclass_type": "should be an object",
    "dict_type": "should be an object",
    "tuple_type": "should be a list",
    "too_long": "should be shorter",
}
"""JSON's words for pydantic errors that name Python's types."""


def shown(value: object) -> str:
    """A wrong value, short and on one line."""
    text = ascii(value)
    return text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}..."
