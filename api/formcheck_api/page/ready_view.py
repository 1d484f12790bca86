"""When an analysis will be ready, by how fast the service has been of late: pure."""

from collections.abc import Sequence
from math import sqrt
from typing import Final

from formcheck_api.records.analyses import Analysis, State

MOST_BEFORE: Final = 100
"""A longer line takes the better part of an hour, and each of its pages asks again every few seconds."""


def ready_in_s(
    analysis: Analysis, before: Sequence[Analysis], done: Sequence[Analysis], report_share: float
) -> float | None:
    """Seconds until its report, the first ``report_share`` of its own work.

    ``before`` are those that run or are served first, ``done`` those that ended last; refused clips count only where
    no other is among them. None where none has ended: nothing is known about this machine then; and where more than
    `MOST_BEFORE` come first.
    """
    if not done or len(before) > MOST_BEFORE:
        return None
    done = [each for each in done if _has_pictures(each)] or done
    own_s = _left_s(analysis, done, of=report_share)
    if analysis.state is not State.QUEUED:
        return own_s
    at_once = max(1, sum(each.state is State.RUNNING for each in before))
    return own_s + sum(_left_s(each, done) for each in before) / at_once


def _left_s(analysis: Analysis, done: Sequence[Analysis], *, of: float = 1.0) -> float:
    """What the rest of its work takes, ``of`` being where it ends; by the root of its clip's size.

    Of one phone's clips bytes grow with frames, of two phones' they say little: the root lies between.
    """
    mean_s = sum(_taken_s(each) for each in done) / len(done)
    mean_bytes = sum(each.clip_bytes for each in done) / len(done)
    return mean_s * sqrt(analysis.clip_bytes / max(1.0, mean_bytes)) * max(0.0, of - analysis.progress)


def _has_pictures(analysis: Analysis) -> bool:
    """Whether a run was measured; a refused clip takes about half as long, with no shoes to find and no pictures."""
    return any(name.endswith(".jpg") for name in analysis.artefacts)


def _taken_s(analysis: Analysis) -> float:
    """How long its work took."""
    if analysis.started is None or analysis.finished is None:
        return 0.0
    return (analysis.finished - analysis.started).total_seconds()
