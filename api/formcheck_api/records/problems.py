"""What can go wrong over HTTP: one table of stable codes, and answers in the form of RFC 9457.

``PROBLEMS`` is the whole truth: the page /problems and the specification are made from it, and a problem whose code is
not in it cannot be raised. Codes never change their meaning; new ones may come.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from starlette.responses import JSONResponse

from formcheck_api.records.analyses import Problem
from formcheck_api.records.failures import FAILURES

PROBLEM_MEDIA_TYPE: Final = "application/problem+json"
NOT_READY_RETRY_S: Final = 5
"""A database that was restarted is there again after seconds."""
PROBLEMS_PAGE: Final = "/problems"


@dataclass(frozen=True, slots=True)
class ProblemKind:
    """What a code means: its title, its HTTP status, and what whoever gets it should do."""

    title: str
    status: int
    advice: str


_REQUESTS: Final = {
    "unauthorized": ProblemKind("An API key is required", 401, "Send Authorization: Bearer with a valid key."),
    "scope_missing": ProblemKind("The key may not do this", 403, "Use a key with the scope named in the detail."),
    "foreign_origin": ProblemKind(
        "Another site may not call this", 403, "Without keys only this machine is served; turn keys on for others."
    ),
    "link_invalid": ProblemKind("The link is no longer valid", 403, "Ask for the analysis again; it has new links."),
    "not_found": ProblemKind("Not found", 404, "Check the address. A deleted analysis cannot be restored."),
    "method_not_allowed": ProblemKind(
        "The method is not allowed here", 405, "Use a method listed in the Allow header."
    ),
    "upload_stalled": ProblemKind("The upload is too slow", 408, "Send it again over a better connection."),
    "not_finished": ProblemKind("The analysis is not finished", 409, "Ask again after Retry-After seconds."),
    "no_report": ProblemKind(
        "The analysis ended without a report", 409, "Read the analysis: its state and problem say why."
    ),
    "upload_incomplete": ProblemKind(
        "Parts of the clip are missing", 409, "Ask how much has arrived and continue from there."
    ),
    "length_required": ProblemKind("The request has no body", 411, "Send the clip with its length, or in chunks."),
    "clip_too_large": ProblemKind(
        "The clip is too large", 413, "Send 10 to 30 seconds of running; the response includes the limit."
    ),
    "not_multipart": ProblemKind(
        "The body is not multipart/form-data", 415, "Send the clip as the file field named clip of a form."
    ),
    "range_not_satisfiable": ProblemKind("The range lies outside the file", 416, "Content-Range has the file's size."),
    "body_too_large": ProblemKind("The body is too large", 413, "Send no more than the limit in the response."),
    "body_length_ambiguous": ProblemKind(
        "The length of the body is ambiguous", 400, "Send either Content-Length or Transfer-Encoding: chunked."
    ),
    "request_malformed": ProblemKind("The request is not valid HTTP", 400, "Let an HTTP library write the request."),
    "request_head_too_large": ProblemKind(
        "The request head is too large", 431, "Send a shorter address, fewer cookies or fewer headers."
    ),
    "json_malformed": ProblemKind("The JSON cannot be read", 400, "Let a library write the JSON, and nest it less."),
    "multipart_malformed": ProblemKind(
        "The form cannot be read", 400, "Let a library build the form; the body broke off or breaks RFC 7578."
    ),
    "invalid_request": ProblemKind("Invalid request", 422, "Fix the fields listed under `errors`."),
    "idempotency_conflict": ProblemKind(
        "The Idempotency-Key was used for another request", 422, "Use a new key for each clip and set of options."
    ),
    "upload_limit": ProblemKind(
        "Upload limit reached", 429, "The detail says when to try again. API keys have no upload limit."
    ),
    "rate_limited": ProblemKind("Too many requests", 429, "Ask again after Retry-After seconds."),
    "internal_error": ProblemKind(
        "Internal error", 500, "Try again. If it happens again, give the operator the request_id."
    ),
    "not_ready": ProblemKind("The service is not ready", 503, "The detail names what is missing; try again soon."),
    "disk_full": ProblemKind(
        "No space is left on the disk", 507, "The operator must free space. Reading and deleting still work."
    ),
    "upload_storage_full": ProblemKind("No space is left for the clip", 507, "The operator must free space."),
}

_FAILURE_ADVICE: Final = {
    "clip_unreadable": "Send the camera's original file, or film again.",
    "clip_missing": "Send the clip again: it was deleted before its analysis.",
    "options_invalid": "Correct the option named in the detail and send the clip again.",
    "model_unavailable": "The operator must run formcheck models pull NAME, or build the image with it.",
    "analysis_timeout": "Send a shorter clip: 10 to 30 seconds of running are enough.",
    "analysis_out_of_memory": "Send a shorter clip, or one of 1080p at most.",
    "analysis_crashed": "Send the clip once more; if it fails again, film a new one.",
    "storage_full": "The operator must free space. Then upload the clip again.",
}

PROBLEMS: Final[Mapping[str, ProblemKind]] = MappingProxyType(
    _REQUESTS | {code: ProblemKind(title, status, _FAILURE_ADVICE[code]) for code, (title, status) in FAILURES.items()}
)
"""Every code that an answer or an analysis can carry."""


class ProblemError(Exception):
    """A request that is answered with a problem. Raises KeyError for a code that is not in ``PROBLEMS``."""

    def __init__(self, code: str, detail: str, *, headers: Mapping[str, str] | None = None, **extra: object) -> None:
        super().__init__(detail)
        kind = PROBLEMS[code]
        self.problem = Problem(code, kind.title, kind.status, detail, extra)
        self.headers = dict(headers or {})


def problem_document(problem: Problem) -> dict[str, Any]:
    """A problem as it goes over the wire."""
    return {
        "type": f"{PROBLEMS_PAGE}#{problem.code}",
        "title": problem.title,
        "status": problem.status,
        "detail": problem.detail,
        "code": problem.code,
        **problem.extra,
    }


def problem_response(error: ProblemError, request_id: str | None = None) -> JSONResponse:
    """The answer to a request that went wrong."""
    document = problem_document(error.problem) | ({"request_id": request_id} if request_id else {})
    return JSONResponse(document, error.problem.status, error.headers, PROBLEM_MEDIA_TYPE)


def invalid_request(mistakes: list[tuple[str, str]]) -> ProblemError:
    """The problem of a request with mistakes, each the place of it and what is wrong there."""
    errors = [{"field": field, "detail": detail} for field, detail in mistakes]
    return ProblemError("invalid_request", "; ".join(f"{field}: {detail}" for field, detail in mistakes), errors=errors)


def not_ready(detail: str) -> ProblemError:
    """The problem of a service that will work again, without anything changed in the request."""
    return ProblemError("not_ready", detail, headers={"Retry-After": str(NOT_READY_RETRY_S)})
