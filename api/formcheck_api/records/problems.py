"""What can go wrong over HTTP: one table of stable codes, and responses in the form of RFC 9457.

``PROBLEMS`` is the whole truth: the page /problems and the specification are made from it, and a problem whose code is
not in it cannot be raised. Codes never change their meaning; new ones may come.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from starlette.responses import JSONResponse

from formcheck.words.catalogue import ENGLISH
from formcheck_api.records.analyses import Problem
from formcheck_api.records.failures import FAILURES

PROBLEM_MEDIA_TYPE: Final = "application/problem+json"
NOT_READY_RETRY_S: Final = 5
"""A database that was restarted is there again after seconds."""
PROBLEMS_PAGE: Final = "/problems"


@dataclass(frozen=True, slots=True)
class ProblemKind:
    """What a code means, and what its reader should do."""

    code: str
    status: int

    @property
    def title(self) -> str:
        """Its name in words."""
        return ENGLISH.say(f"problem.{self.code}.title")

    @property
    def advice(self) -> str:
        """What to do."""
        return ENGLISH.say(f"problem.{self.code}.advice")


_REQUESTS: Final = {
    "unauthorized": 401,
    "scope_missing": 403,
    "foreign_origin": 403,
    "link_invalid": 403,
    "not_found": 404,
    "method_not_allowed": 405,
    "upload_stalled": 408,
    "not_finished": 409,
    "no_report": 409,
    "session_incomplete": 409,
    "not_made": 409,
    "upload_offset_mismatch": 409,
    "upload_superseded": 409,
    "limit_reached": 409,
    "length_required": 411,
    "tus_version": 412,
    "upload_length_exceeded": 413,
    "clip_too_large": 413,
    "not_multipart": 415,
    "not_an_upload": 415,
    "range_not_satisfiable": 416,
    "body_too_large": 413,
    "body_length_ambiguous": 400,
    "request_malformed": 400,
    "request_head_too_large": 431,
    "json_malformed": 400,
    "multipart_malformed": 400,
    "upload_malformed": 400,
    "upload_length_inconsistent": 400,
    "invalid_request": 422,
    "idempotency_conflict": 422,
    "upload_limit": 429,
    "checksum_mismatch": 460,
    "rate_limited": 429,
    "quota_exceeded": 429,
    "internal_error": 500,
    "not_ready": 503,
    "disk_full": 507,
    "upload_storage_full": 507,
}
"""Code -> HTTP status."""

PROBLEMS: Final[Mapping[str, ProblemKind]] = MappingProxyType(
    {code: ProblemKind(code, status) for code, status in {**_REQUESTS, **FAILURES}.items()}
)
"""Every code that an answer or an analysis can carry."""


class ProblemError(Exception):
    """A request that is answered with a problem, whose detail is ``problem.<code>.<why>`` of the catalogue.

    ``extra`` are further members of the response, ``values`` fill the blanks of the sentence. Raises KeyError for a
    code that is not in ``PROBLEMS``.
    """

    def __init__(
        self,
        code: str,
        why: str = "detail",
        /,
        *,
        headers: Mapping[str, str] | None = None,
        extra: Mapping[str, object] | None = None,
        **values: object,
    ) -> None:
        kind, detail = PROBLEMS[code], ENGLISH.say(f"problem.{code}.{why}", **values)
        super().__init__(detail)
        self.problem = Problem(code, kind.title, kind.status, detail, extra or {})
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
    """The response to a failed request."""
    document = problem_document(error.problem) | ({"request_id": request_id} if request_id else {})
    return JSONResponse(document, error.problem.status, error.headers, PROBLEM_MEDIA_TYPE)


def invalid_request(mistakes: list[tuple[str, str]]) -> ProblemError:
    """The problem of a request with mistakes, each the place of it and what is wrong there."""
    errors = [{"field": field, "detail": detail} for field, detail in mistakes]
    named = "; ".join(f"{field}: {detail}" for field, detail in mistakes)
    return ProblemError("invalid_request", mistakes=named, extra={"errors": errors})


def not_ready(why: str, reason: str = "") -> ProblemError:
    """The problem of a service that will work again, without anything changed in the request."""
    return ProblemError("not_ready", why, headers={"Retry-After": str(NOT_READY_RETRY_S)}, reason=reason)
