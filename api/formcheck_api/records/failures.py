"""Why an analysis can fail: one table of stable codes, and the problems made from it."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from formcheck.words.catalogue import ENGLISH
from formcheck_api.records.analyses import Problem

FAILURES: Final[Mapping[str, int]] = MappingProxyType(
    {
        "clip_unreadable": 422,
        "clip_missing": 410,
        "result_lost": 410,
        "options_invalid": 422,
        "model_unavailable": 503,
        "analysis_timeout": 422,
        "analysis_out_of_memory": 422,
        "analysis_crashed": 500,
        "storage_full": 507,
        "drawing_failed": 409,
    }
)
"""Code -> HTTP status. A clip that shows too little is not among them: its analysis succeeds.

With ``drawing_failed`` it succeeds too: the report stands without pictures or video.
"""


def failure(code: str, **values: object) -> Problem:
    """The problem of a failed analysis, in the catalogue's words. Raises KeyError for a code not in the table."""
    return reported(code, ENGLISH.say(f"problem.{code}.detail", **values))


def reported(code: str, detail: str) -> Problem:
    """The problem that a worker reports: its code, and the detail it made there."""
    return Problem(code, ENGLISH.say(f"problem.{code}.title"), FAILURES[code], detail)


def undrawn(why: Problem | None) -> Problem:
    """The problem of a report that stands without pictures or video; None: the process that drew them crashed."""
    variant, because = ("crashed", "") if why is None else ("detail", why.detail)
    return reported("drawing_failed", ENGLISH.say(f"problem.drawing_failed.{variant}", why=because))


def pictures_lost() -> Problem:
    """The problem of a report whose pictures or video were lost with the storage."""
    return reported("drawing_failed", ENGLISH.say("problem.drawing_failed.lost"))


def out_of_time(limit_s: float) -> Problem:
    """The problem of an analysis that met its time limit."""
    return failure("analysis_timeout", limit_s=f"{limit_s:g}")
