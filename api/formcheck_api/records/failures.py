"""Why an analysis can fail: one table of stable codes, and the problems made from it."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from formcheck_api.records.analyses import Problem

FAILURES: Final[Mapping[str, tuple[str, int]]] = MappingProxyType(
    {
        "clip_unreadable": ("The clip cannot be read", 422),
        "clip_missing": ("The clip is no longer stored", 410),
        "options_invalid": ("The options are not valid", 422),
        "model_unavailable": ("The pose model is not available", 503),
        "analysis_timeout": ("The analysis took too long", 422),
        "analysis_out_of_memory": ("The analysis needed too much memory", 422),
        "analysis_crashed": ("The analysis crashed", 500),
        "storage_full": ("No space is left to store the report", 507),
    }
)
"""Code -> (title, HTTP status). A clip that shows too little is not among them: its analysis succeeds."""


def failure(code: str, detail: str, **extra: object) -> Problem:
    """The problem of a failed analysis. Raises KeyError for a code that is not in the table."""
    title, status = FAILURES[code]
    return Problem(code, title, status, detail, extra)


def out_of_memory() -> Problem:
    """The problem of an analysis that met its memory limit."""
    return failure(
        "analysis_out_of_memory",
        "The clip needed more memory than an analysis may take; film at 1080p or send a shorter clip",
    )


def out_of_time(limit_s: float) -> Problem:
    """The problem of an analysis that met its time limit."""
    return failure("analysis_timeout", f"The analysis took longer than {limit_s:g} s; send ten seconds of running")


def out_of_space() -> Problem:
    """The problem of an answer that found no room."""
    return failure("storage_full", "There is no space to store the report. Upload a shorter clip, or try again later")
