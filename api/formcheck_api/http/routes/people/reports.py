"""The reports of analyses and sessions, for what compares them."""

import json
from collections.abc import Iterable, Sequence

from formcheck.judge.comparison.session.views import place_of
from formcheck.records.report import Report
from formcheck.report.schema import report_from_json
from formcheck_api.http.dependencies import no_such_analysis
from formcheck_api.http.routes.artefacts import key_of
from formcheck_api.http.service import Service
from formcheck_api.records.analyses import Analysis
from formcheck_api.records.parts import REPORT
from formcheck_api.records.people import newest_of_each_clip
from formcheck_api.records.problems import ProblemError
from formcheck_api.storage.blobs import BlobMissingError


def report_of(service: Service, analysis: Analysis) -> Report:
    """The report of one analysis. Raises ProblemError 404, 409."""
    try:
        return report_from_json(json.loads(b"".join(service.blobs.open(key_of(analysis, REPORT)))))
    except BlobMissingError:  # deleted since the analysis was looked up
        raise no_such_analysis() from None


def measured(clips: Iterable[Analysis]) -> tuple[Analysis, ...]:
    """Of each clip the newest analysis that has a report."""
    return newest_of_each_clip(each for each in clips if REPORT in each.artefacts)


def one_of_each_side(clips: Iterable[tuple[Analysis, Report]]) -> list[tuple[Analysis, Report]]:
    """From the left, the right and elsewhere the last clip each; the last two where all are from one side."""
    known = list(clips)
    chosen = {place_of(report): (analysis, report) for analysis, report in known}
    return [chosen[place] for place in sorted(chosen)] if len(chosen) > 1 else known[-2:]


def of_session(clips: Sequence[Analysis]) -> tuple[Analysis, ...]:
    """The analyses that a session stands for, each with a report.

    Raises ProblemError 409 where a clip has none yet, or none of them has.
    """
    found = measured(clips)
    known = {each.clip_sha256 for each in found}
    for each in newest_of_each_clip(clips):
        if each.clip_sha256 not in known and not each.state.is_finished:
            key_of(each, REPORT)  # raises, with the time to ask again
    if not found:
        raise ProblemError("no_report", "session")
    return found
