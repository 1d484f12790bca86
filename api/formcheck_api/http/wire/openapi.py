"""The specification at /openapi.json, as FastAPI writes it, with what it cannot know."""

from collections.abc import Iterator
from typing import Any, Final

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic import BaseModel

from formcheck.report.schema import comparison_json_schema, report_json_schema, session_json_schema
from formcheck_api.http.wire import examples
from formcheck_api.http.wire.responses import COMPARISON_SCHEMA
from formcheck_api.http.wire.schemas import AnalysisForm, ProblemDocument
from formcheck_api.uploads.receive import CLIP_FIELD

DESCRIPTION: Final = (
    "Clips of treadmill runners in, measured running form out. An upload is answered with 202 and an analysis; read it "
    "until it is finished, then read its report. A clip that shows too little is a success whose report withholds "
    "numbers and says how to film. Errors are problem documents (RFC 9457) with stable codes, listed at /problems. "
    "formcheck describes movement; it is not a medical device and makes no diagnosis."
)

FORM_SCHEMA: Final = "#/components/schemas/UploadForm"


def json_body(model: type[BaseModel]) -> dict[str, Any]:
    """What an operation says of a body that it reads itself."""
    schema = model.model_json_schema()
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": schema}}}}


def specification(app: FastAPI) -> dict[str, Any]:
    """The document, made once."""
    if app.openapi_schema is None:
        document = get_openapi(title=app.title, version=app.version, description=app.description, routes=app.routes)
        for content in _json_contents(document):
            content["example"] = examples.JSON_EXAMPLES[content["example"]]
        schemas = {"ProblemDocument": ProblemDocument.model_json_schema(), "UploadForm": _form_schema()}
        document["components"]["schemas"] |= schemas | _report_schemas() | _comparison_schemas() | _combined_schemas()
        for field in ("since_first", "since_previous"):
            trend = document["components"]["schemas"]["TrendDocument"]["properties"]
            trend[field] = {"anyOf": [{"$ref": COMPARISON_SCHEMA}, {"type": "null"}]}
        app.openapi_schema = document
    return app.openapi_schema


def _report_schemas() -> dict[str, Any]:
    """report.json of the command line unchanged, but for ``links`` in its frames."""
    report = report_json_schema(ref_template="#/components/schemas/Report{model}")
    parts = {f"Report{name}": part for name, part in report.pop("$defs").items() if name != "KeyFrame"}
    del report["$schema"]
    report["properties"]["frames"]["items"] = {"$ref": "#/components/schemas/Frame"}
    return parts | {"ReportDocument": report}


def _comparison_schemas() -> dict[str, Any]:
    """The comparison of the command line, and its verdict."""
    made = comparison_json_schema(ref_template="#/components/schemas/Comparison{model}")
    parts = {f"Comparison{name}": part for name, part in made.pop("$defs").items()}
    del made["$schema"]
    said = {"type": "string", "description": "What became of the headline numbers, in one sentence"}
    made["properties"] = {"verdict": said} | made["properties"]
    made["required"].insert(0, "verdict")
    return parts | {"ComparisonDocument": made}


def _combined_schemas() -> dict[str, Any]:
    """The session of the command line, its verdict, and the analyses it is made of."""
    made = session_json_schema(ref_template="#/components/schemas/Combined{model}")
    parts = {f"Combined{name}": part for name, part in made.pop("$defs").items()}
    del made["$schema"]
    ids = {"type": "array", "items": {"type": "string"}}
    added = {
        "verdict": {"type": "string", "description": "Left against right, in a sentence"},
        "analyses": ids | {"description": "Those it is made of: of each side the last"},
        "left_out": ids | {"description": "The session's other analyses with a report"},
    }
    made["properties"] = added | made["properties"]
    made["required"] = [*added, *made["required"]]
    return parts | {"CombinedDocument": made}


def _form_schema() -> dict[str, Any]:
    """The clip as a file, and the options; a form has no null, a field of it is there or not."""
    schema = AnalysisForm.model_json_schema()
    options = {name: _without_null(field) for name, field in schema["properties"].items()}
    clip = {"type": "string", "format": "binary", "description": "The clip: anything FFmpeg reads"}
    return schema | {"title": "UploadForm", "properties": {CLIP_FIELD: clip} | options, "required": [CLIP_FIELD]}


def _without_null(field: dict[str, Any]) -> dict[str, Any]:
    if "anyOf" not in field:
        return field
    (kind,) = (each for each in field["anyOf"] if each != {"type": "null"})
    return {"description": field["description"], **kind}


def _json_contents(document: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The JSON response of each operation."""
    for path in document["paths"].values():
        for operation in path.values():
            for answer in operation["responses"].values():
                if "application/json" in answer.get("content", {}):
                    yield answer["content"]["application/json"]
