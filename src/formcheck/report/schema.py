"""Report <-> report.json, schema version 1, and its JSON Schema: all three made from the records.

`formcheck.report.document.fields` says how they differ, `sense` beside it which numbers no report holds. A withheld
number is null, with its spread and interval, and so is that measure of the steps it would rest on.

Beyond the contract's keys, additively: ``clip.used_s``, ``clip.parts``, ``advice`` in ``withheld``, ``confidence`` in
steps, ``index`` and ``step`` in frames, ``reference``, ``changes``, ``error`` in numbers, ``proportions``, ``curves``.
"""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

from pydantic import TypeAdapter, ValidationError
from pydantic.json_schema import DEFAULT_REF_TEMPLATE

from formcheck.clip.whole_file import write_whole
from formcheck.judge.comparison.records import Comparison
from formcheck.judge.comparison.session.records import Session
from formcheck.records.errors import RecordError, UsageError
from formcheck.records.report import Report
from formcheck.report.document.fields import JsonSchema, as_field, faults, shown
from formcheck.report.document.sense import is_too_deep, nonsense_in
from formcheck.words.catalogue import ENGLISH

SCHEMA_VERSION: Final = 1
FILE: Final = "report.json"


def report_to_json(report: Report) -> dict[str, Any]:
    """The report as plain JSON values, by the contract (see the module's text)."""
    return {"schema_version": SCHEMA_VERSION, **_adapter().dump_python(report, mode="json")}


def report_from_json(document: object) -> Report:
    """A report read back; ``evidence`` is None.

    Raises
    ------
    RecordError
        Another schema version, a missing key, a value of the wrong kind or one that means nothing; the text names the
        key.
    """
    if is_too_deep(document):
        raise RecordError("report: is nested too deeply")
    if not isinstance(document, Mapping):
        raise RecordError(f"report: should be an object, got {shown(document)}")
    version = document.get("schema_version")
    if version != SCHEMA_VERSION or isinstance(version, bool):
        raise RecordError(f"schema_version: should be {SCHEMA_VERSION}, got {shown(version)}")
    try:
        report = _adapter().validate_python(document)
    except ValidationError as error:
        raise RecordError(next(faults(error))) from error
    if (fault := next(nonsense_in(report), None)) is not None:
        raise RecordError(fault)
    return report


def read_report(path: str | Path) -> Report:
    """The report in a report.json, or in the folder that holds one; ``evidence`` is None.

    Raises
    ------
    UsageError
        There is no such file, or it is not a report of formcheck.
    """
    file = Path(path) / FILE if Path(path).is_dir() else Path(path)
    try:
        return report_from_json(json.loads(file.read_text(encoding="utf-8")))
    except OSError as error:
        if Path(path).is_dir() and not file.exists():
            raise UsageError(ENGLISH.say("error.no_report_here", path=path)) from error
        raise UsageError(ENGLISH.say("error.report_unreadable", path=file, why=error.strerror or error)) from error
    except RecursionError as error:  # within the parser of JSON
        raise UsageError(ENGLISH.say("error.not_a_report", path=file, why="report: is nested too deeply")) from error
    except ValueError as error:  # RecordError too
        raise UsageError(ENGLISH.say("error.not_a_report", path=file, why=error)) from error


def write_report_json(path: Path, report: Report) -> None:
    """Write report.json atomically: readers never see half a file.

    Raises
    ------
    OutputError
        The file can't be written.
    """
    text = json.dumps(report_to_json(report), allow_nan=False, ensure_ascii=False, indent=2)
    write_whole(path, f"{text}\n".encode())


def report_json_schema(ref_template: str = DEFAULT_REF_TEMPLATE) -> dict[str, Any]:
    """The JSON Schema of what this version writes; a later one may add keys."""
    made = _adapter().json_schema(mode="serialization", schema_generator=JsonSchema, ref_template=ref_template)
    return _with_version(made, f"report.json, schema version {SCHEMA_VERSION}")


def comparison_to_json(comparison: Comparison) -> dict[str, Any]:
    """The comparison as plain JSON values; NaN is null."""
    return {"schema_version": SCHEMA_VERSION, **_comparison_adapter().dump_python(comparison, mode="json")}


def comparison_json_schema(ref_template: str = DEFAULT_REF_TEMPLATE) -> dict[str, Any]:
    """The JSON Schema of a comparison; a later version may add keys."""
    made = _comparison_adapter().json_schema(
        mode="serialization", schema_generator=JsonSchema, ref_template=ref_template
    )
    return _with_version(made, f"a comparison, schema version {SCHEMA_VERSION}")


def session_to_json(session: Session) -> dict[str, Any]:
    """The session as plain JSON values; NaN is null."""
    return {"schema_version": SCHEMA_VERSION, **_session_adapter().dump_python(session, mode="json")}


def session_json_schema(ref_template: str = DEFAULT_REF_TEMPLATE) -> dict[str, Any]:
    """The JSON Schema of a session; a later version may add keys."""
    made = _session_adapter().json_schema(mode="serialization", schema_generator=JsonSchema, ref_template=ref_template)
    return _with_version(made, f"a session, schema version {SCHEMA_VERSION}")


def _with_version(made: dict[str, Any], title: str) -> dict[str, Any]:
    made["properties"] = {"schema_version": {"const": SCHEMA_VERSION}} | made["properties"]
    made["required"].insert(0, "schema_version")
    return {"$schema": JsonSchema.schema_dialect, "title": title} | made


@cache
def _adapter() -> TypeAdapter[Report]:
    return TypeAdapter(as_field(Report))


@cache
def _comparison_adapter() -> TypeAdapter[Comparison]:
    return TypeAdapter(as_field(Comparison))


@cache
def _session_adapter() -> TypeAdapter[Session]:
    return TypeAdapter(as_field(Session))
