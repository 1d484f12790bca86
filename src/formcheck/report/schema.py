"""Report <-> report.json, schema version 1.

The records mirror the contract field for field, so one encoder and one decoder walk the dataclasses. What differs
is said here: NaN is null, ``heading`` "unknown" is null, a step's values lie flat beside its times, ``evidence``
stays in memory. Floats are rounded to four decimals (0.1 ms, 0.01 % of the leg, 0.0001 deg: far below any error).
``settings`` are written as they are. A withheld number is null, with its spread and interval, and so is that measure
of the steps it would rest on.

Beyond the contract's keys, additively: ``clip.used_s``, ``advice`` in ``withheld``, ``confidence`` in steps,
``index`` and ``step`` in frames, ``reference``.
"""

import json
import math
import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields, is_dataclass
from functools import cache
from numbers import Integral, Real
from pathlib import Path
from typing import Any, Final, Literal, get_args, get_origin, get_type_hints

from formcheck.records.errors import OutputError, RecordError
from formcheck.records.report import Report, SceneSeen, Step
from formcheck.records.skeleton import Side

SCHEMA_VERSION: Final = 1

_DECIMALS: Final = 4
_STEP_KEYS: Final = ("side", "strike_time_s", "toe_off_time_s", "confidence")
_LONGEST_SHOWN: Final = 60


def report_to_json(report: Report) -> dict[str, Any]:
    """The report as plain JSON values, by the contract (see the module's text)."""
    return {"schema_version": SCHEMA_VERSION, **_encode_record(report, "report")}


def report_from_json(document: object) -> Report:
    """A report read back; ``evidence`` is None.

    Raises
    ------
    RecordError
        Another schema version, a missing key or a value of the wrong kind; the text names the key.
    """
    if not isinstance(document, Mapping):
        raise RecordError(f"report: expected an object, got {_shown(document)}")
    version = document.get("schema_version")
    if version != SCHEMA_VERSION or isinstance(version, bool):
        raise RecordError(f"schema_version: expected {SCHEMA_VERSION}, got {_shown(version)}")
    report: Report = _decode(Report, document, "")
    return report


def write_report_json(path: Path, report: Report) -> None:
    """Write report.json whole or not at all: readers never see half a file.

    Raises
    ------
    OutputError
        The file cannot be written.
    """
    text = json.dumps(report_to_json(report), allow_nan=False, ensure_ascii=False, indent=2)
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        part.write_text(text + "\n", encoding="utf-8")
        part.replace(path)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise OutputError(f"{path}: cannot be written ({error.strerror}); choose another output folder") from error


def _encode(value: object, where: str, decimals: int | None = _DECIMALS) -> Any:
    match value:
        case None | bool() | str() | Real():
            return _encode_plain(value, decimals)
        case Mapping():
            return {_encode(key, where): _encode(item, f"{where}.{key}", decimals) for key, item in value.items()}
        case tuple() | list():
            return [_encode(item, f"{where}[{index}]", decimals) for index, item in enumerate(value)]
    return _encode_record(value, where)


def _encode_plain(value: bool | str | Real | None, decimals: int | None) -> bool | str | int | float | None:
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode("utf-8")  # a file name may hold bytes that are no text
    if isinstance(value, Integral):
        return int(value)
    number = float(value)
    if not math.isfinite(number):
        return None
    return number if decimals is None else round(number, decimals) + 0.0  # + 0.0 turns -0.0 into 0.0


def _encode_record(record: object, where: str) -> dict[str, Any]:
    if not is_dataclass(record) or isinstance(record, type):
        raise RecordError(f"{where}: a {type(record).__name__} cannot be written as JSON")
    named = {item.name: getattr(record, item.name) for item in fields(record)}
    if isinstance(record, Report):
        del named["evidence"]
        named["settings"] = _encode(record.settings, "settings", decimals=None)
        return named | {key: _encode(value, key) for key, value in named.items() if key != "settings"}
    if isinstance(record, Step):
        named |= named.pop("values")
    if isinstance(record, SceneSeen) and record.heading == "unknown":
        named["heading"] = None
    return {key: _encode(value, f"{where}.{key}") for key, value in named.items()}


def _decode(kind: Any, value: Any, where: str) -> Any:
    """A JSON value as the type an annotation of the records asks for."""
    if kind in _PLAIN:
        return _PLAIN[kind](value, where)
    if is_dataclass(kind):
        return _decode_record(kind, value, where)
    arguments = get_args(kind)
    if (origin := get_origin(kind)) in _NESTED:
        return _NESTED[origin](arguments, value, where)
    return None if value is None else _decode(arguments[0], value, where)  # what is left is "X | None"


def _decode_record(kind: Any, value: Any, where: str) -> Any:
    named = dict(_object(value, where))
    if kind is Step:
        named["values"] = {key: named[key] for key in named if key not in _STEP_KEYS}
    if kind is SceneSeen and "heading" in named:
        named["heading"] = named["heading"] or "unknown"
    hints = _hints(kind)
    wanted = [item for item in fields(kind) if item.compare]  # evidence, in memory only, is no part of the answer
    for item in wanted:
        if item.name not in named and item.default is MISSING:
            raise RecordError(f"{_below(where, item.name)}: missing")
    paths = {item.name: _below(where, item.name) for item in wanted} | ({"values": where} if kind is Step else {})
    present = [item.name for item in wanted if item.name in named]
    return kind(**{name: _decode(hints[name], named[name], paths[name]) for name in present})


@cache
def _hints(kind: Any) -> dict[str, Any]:
    return get_type_hints(kind)


def _decode_tuple(kinds: tuple[Any, ...], value: Any, where: str) -> tuple[Any, ...]:
    if not isinstance(value, list):
        raise RecordError(f"{where}: expected a list, got {_shown(value)}")
    if kinds[-1] is Ellipsis:
        kinds = (kinds[0],) * len(value)
    if len(value) != len(kinds):
        raise RecordError(f"{where}: expected {len(kinds)} values, got {len(value)}")
    pairs = enumerate(zip(kinds, value, strict=True))
    return tuple(_decode(kind, item, f"{where}[{index}]") for index, (kind, item) in pairs)


def _decode_dict(kinds: tuple[Any, ...], value: Any, where: str) -> dict[str, Any]:
    return {key: _decode(kinds[1], item, _below(where, key)) for key, item in _object(value, where).items()}


def _object(value: Any, where: str) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise RecordError(f"{where}: expected an object, got {_shown(value)}")
    return value


def _one_of(choices: tuple[Any, ...], value: Any, where: str) -> Any:
    if not isinstance(value, str) or value not in choices:
        raise RecordError(f"{where}: expected one of {', '.join(choices)}, got {_shown(value)}")
    return value


def _float(value: Any, where: str) -> float:
    if value is None:
        return math.nan
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise RecordError(f"{where}: expected a number or null, got {_shown(value)}")
    if not abs(value) <= sys.float_info.max:  # infinite, NaN, or a whole number too large to be a float
        raise RecordError(f"{where}: expected a finite number or null, got {_shown(value)}")
    return float(value)


def _int(value: Any, where: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise RecordError(f"{where}: expected a whole number, got {_shown(value)}")
    return value


def _str(value: Any, where: str) -> str:
    if not isinstance(value, str):
        raise RecordError(f"{where}: expected text, got {_shown(value)}")
    return value


def _side(value: Any, where: str) -> Side:
    return Side(_one_of(tuple(Side), value, where))


def _anything(value: Any, _where: str) -> Any:
    return value


_PLAIN: Final[dict[Any, Callable[[Any, str], Any]]] = {
    float: _float,
    int: _int,
    str: _str,
    Side: _side,
    Any: _anything,
}

_NESTED: Final[dict[Any, Callable[[tuple[Any, ...], Any, str], Any]]] = {
    Literal: _one_of,
    tuple: _decode_tuple,
    Mapping: _decode_dict,
}


def _below(where: str, key: str) -> str:
    return f"{where}.{key}" if where else key


def _shown(value: object) -> str:
    """A wrong value, short and on one line."""
    text = ascii(value)
    return text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}..."
