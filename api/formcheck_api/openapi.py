"""The specification at /openapi.json, as FastAPI writes it, with what it cannot know."""

from typing import Any, Final

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from formcheck_api.schemas import ProblemDocument

DESCRIPTION: Final = (
    "Clips of treadmill runners in, measured running form out. An upload is answered with 202 and an analysis; read it "
    "until it is finished, then read its report. A clip that shows too little is a success whose report withholds "
    "numbers and says how to film. Errors are problem documents (RFC 9457) with stable codes, listed at /problems. "
    "formcheck describes movement; it is not a medical device and makes no diagnosis."
)


def specification(app: FastAPI) -> dict[str, Any]:
    """The document, made once."""
    if app.openapi_schema is None:
        document = get_openapi(title=app.title, version=app.version, description=app.description, routes=app.routes)
        document["components"]["schemas"]["ProblemDocument"] = ProblemDocument.model_json_schema()
        app.openapi_schema = document
    return app.openapi_schema
