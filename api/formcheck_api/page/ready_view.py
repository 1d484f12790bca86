"""When an analysis will be ready, by how fast the service has been of late: pure."""

from collections.abc import Sequence
from datetime import datetime

from formcheck_api.records.analyses import Analysis, State


def ready_in_s(
    analysis: Analysis, before: Sequence[Analysis], done: Sequence[Analysis], now: datetime, report_share: float
) -> float | None:
    """Seconds until its report, the first ``report_share`` of its own work.

    ``before`` are those that run or are served first, ``done`` those that ended last. None where none has: nothing is
    known about this machine then.
    """
    if not done:
        return None
    own_s = report_share * _whole_s(analysis, done)
    if analysis.state is not State.QUEUED:
        return max(1.0, own_s - _taken_s(analysis, now))
    at_once = max(1, sum(each.state is State.RUNNING for each in before))
    return own_s + sum(max(0.0, _whole_s(each, done) - _taken_s(each, now)) for each in before) / at_once


def _whole_s(analysis: Analysis, done: Sequence[Analysis]) -> float:
    """What its work takes, by the size of its clip: of one phone's clips, bytes grow with frames and pixels."""
    took_s = sum(_taken_s(each, each.finished) for each in done)
    return took_s * analysis.clip_bytes / max(1, sum(each.clip_bytes for each in done))


def _taken_s(analysis: Analysis, until: datetime | None) -> float:
    """How long it has been worked on."""
    if analysis.started is None or until is None:
        return 0.0
    return (until - analysis.started).total_seconds()
