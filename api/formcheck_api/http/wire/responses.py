"""The specification's responses, each with its schema, its headers and an example."""

from typing import Any, Final

from pydantic import BaseModel

from formcheck_api.http.wire import examples
from formcheck_api.records.problems import PROBLEM_MEDIA_TYPE, PROBLEMS, PROBLEMS_PAGE

REPORT_SCHEMA: Final = "#/components/schemas/ReportDocument"
COMPARISON_SCHEMA: Final = "#/components/schemas/ComparisonDocument"
COMBINED_SCHEMA: Final = "#/components/schemas/CombinedDocument"

Responses = dict[int | str, dict[str, Any]]

_HEADERS: Final = {
    "ETag": "Stands for this version; send it back in If-None-Match",
    "Location": "Where it is",
    "Retry-After": "Seconds after which asking again makes sense; absent once the analysis is finished",
    "WWW-Authenticate": "Bearer",
    "Content-Range": "Which bytes these are, of how many",
    "Accept-Ranges": "bytes",
    "Analysis-Location": "Where the analysis of the whole clip is; absent until all of it has arrived",
    "Tus-Resumable": "1.0.0, to a client of tus",
    "Upload-Complete": "?1 where the clip is whole, to a client of the IETF's draft",
    "Upload-Length": "Bytes of the whole clip; absent while they are not known",
    "Upload-Offset": "Bytes that have arrived",
}
_HEADERS_OF: Final = {
    409: ("Retry-After",),
    416: ("Content-Range",),
    429: ("Retry-After",),
    503: ("Retry-After",),
    401: ("WWW-Authenticate",),
}
_ANYWHERE: Final = (
    "request_malformed",
    "request_head_too_large",
    "body_length_ambiguous",
    "unauthorized",
    "scope_missing",
    "foreign_origin",
    "rate_limited",
    "internal_error",
    "not_ready",
)
"""Codes every resource may answer with."""


def answer(
    status: int, description: str, model: type[BaseModel], example: examples.Name, headers: tuple[str, ...] = ()
) -> Responses:
    """A JSON answer; the example is put in by name in the end, since FastAPI would drop the nulls in it."""
    content = {"application/json": {"example": example}}
    return {status: {"description": description, "model": model, "content": content, "headers": _named(headers)}}


def report_answer(status: int, description: str, headers: tuple[str, ...] = ()) -> Responses:
    """The report, whose schema is made from formcheck's records (`openapi`)."""
    content = {"application/json": {"schema": {"$ref": REPORT_SCHEMA}, "example": "report"}}
    return {status: {"description": description, "content": content, "headers": _named(headers)}}


def comparison_answer(status: int, description: str) -> Responses:
    """A comparison, whose schema is made from formcheck's records (`openapi`)."""
    content = {"application/json": {"schema": {"$ref": COMPARISON_SCHEMA}, "example": "comparison"}}
    return {status: {"description": description, "content": content}}


def combined_answer(status: int, description: str) -> Responses:
    """A run from both sides, whose schema is made from formcheck's records (`openapi`)."""
    content = {"application/json": {"schema": {"$ref": COMBINED_SCHEMA}, "example": "combined"}}
    return {status: {"description": description, "content": content}}


def file_answer(status: int, description: str, media_type: str, headers: tuple[str, ...] = ()) -> Responses:
    """An answer of bytes."""
    content = {media_type: {"schema": {"type": "string", "format": "binary"}}}
    return {status: {"description": description, "content": content, "headers": _named(headers)}}


def text_answer(status: int, description: str, media_type: str, example: str) -> Responses:
    """An answer of text."""
    content = {media_type: {"schema": {"type": "string"}, "example": example}}
    return {status: {"description": description, "content": content}}


def event_answer(status: int, description: str, example: dict[str, str]) -> Responses:
    """A stream of server-sent events; the schema is that of one event."""
    schema = {"type": "object", "properties": {name: {"type": "string"} for name in example}, "required": ["data"]}
    content = {"text/event-stream": {"schema": schema, "example": example}}
    return {status: {"description": description, "content": content}}


def empty_answer(status: int, description: str, headers: tuple[str, ...] = ()) -> Responses:
    """An answer without a body."""
    return {status: {"description": description, "headers": _named(headers)}}


def problems(*codes: str, anywhere: bool = True) -> Responses:
    """The problems an operation may return, by status; ``_ANYWHERE`` by default."""
    by_status: dict[int, list[str]] = {}
    for code in (*codes, *(_ANYWHERE if anywhere else ("internal_error",))):
        by_status.setdefault(PROBLEMS[code].status, []).append(code)
    return {status: _problem(status, found) for status, found in sorted(by_status.items())}


def _problem(status: int, codes: list[str]) -> dict[str, Any]:
    examples = {code: {"value": _example(code)} for code in codes}
    schema = {"$ref": "#/components/schemas/ProblemDocument"}
    return {
        "description": "; ".join(PROBLEMS[code].title for code in codes),
        "content": {PROBLEM_MEDIA_TYPE: {"schema": schema, "examples": examples}},
        "headers": _named(_HEADERS_OF.get(status, ())),
    }


def _example(code: str) -> dict[str, object]:
    kind = PROBLEMS[code]
    return {
        "type": f"{PROBLEMS_PAGE}#{code}",
        "title": kind.title,
        "status": kind.status,
        "detail": kind.advice,
        "code": code,
        "request_id": "2f1c9b7e5d3a48f6a1b2c3d4e5f60718",
    }


def _named(headers: tuple[str, ...]) -> dict[str, Any]:
    return {name: {"description": _HEADERS[name], "schema": {"type": "string"}} for name in headers}
