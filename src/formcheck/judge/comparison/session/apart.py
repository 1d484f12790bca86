"""Left against right: the difference of two near legs' numbers, and what may be said of it.

Nothing of the two errors is taken to cancel. Of seven measured runners filmed from both sides the runner's part of
reach is each side's own as far as can be seen (all of its variance by pairs of clips at one speed, 0.4 of it by all 31
clips, restricted maximum likelihood); only prescribed gaits, whose legs are alike, share nearly all of it.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from scipy.special import ndtri

from formcheck.gait.measures.registry import HEADLINES, definition
from formcheck.gait.settings import IntervalSettings
from formcheck.judge.comparison.compare import ALPHA, number_of
from formcheck.judge.comparison.pooled import Number, ruling
from formcheck.judge.comparison.session.merged import least_sure, with_interval
from formcheck.judge.comparison.session.records import Apart
from formcheck.judge.measures.intervals import Z95, unknown
from formcheck.records.report import ErrorParts, Measured, Reason, Report
from formcheck.words.reasons import reason


def apart(names: Sequence[str], left: Report | None, right: Report | None) -> tuple[Apart, ...]:
    """Every leg's measure, left against right."""
    rows = [_row(name, left, right) for name in names]
    families = [[row for row in rows if (row.measure in HEADLINES) is headline] for headline in (True, False)]
    judged = {row.measure: _judged(row, _z(family)) for family in families for row in family}
    return tuple(judged[row.measure] for row in rows)


def _z(family: Sequence[Apart]) -> float:
    """Half-width in standard errors of intervals that hold for all of a family at once (Bonferroni)."""
    return float(-ndtri(ALPHA / 2 / max(sum(np.isfinite(row.value) for row in family), 1)))


def _row(name: str, left: Report | None, right: Report | None) -> Apart:
    """A difference that is not yet judged: the interval is the standard error on either side."""
    nothing = np.nan, np.nan
    empty = Apart(name, definition(name).unit, np.nan, nothing, "cannot_say", np.nan, (), "", "", {})
    numbers = _numbers(name, left, right)
    if isinstance(numbers, Reason):
        return replace(empty, reasons=(numbers,))
    value, sd = numbers[0].value - numbers[1].value, float(np.linalg.norm(_parts(*numbers)))
    return replace(empty, value=value, interval95=(value - sd, value + sd))


def _numbers(name: str, left: Report | None, right: Report | None) -> tuple[Number, Number] | Reason:
    """The near legs' numbers, or why there are not both."""
    found = [number_of(name, report) if report else reason("session_needs_both") for report in (left, right)]
    missing = next((one for one in found if isinstance(one, Reason)), None)
    first, last = (one for one in found if isinstance(one, Number)) if missing is None else (None, None)
    return (first, last) if first and last else missing or reason("not_seen")


def _parts(left: Number, right: Number) -> tuple[float, float, float]:
    """The error of the difference in its three parts."""
    both = (left.error, right.error)
    of_runner, of_clip, of_steps = (
        float(np.hypot(*(getattr(error, part) for error in both))) for part in ("of_runner", "of_clip", "of_steps")
    )
    return of_runner, of_clip, of_steps


def _judged(row: Apart, z: float) -> Apart:
    """The verdict on a difference whose interval is one standard error wide on either side."""
    if not np.isfinite(row.value):
        return row
    found = ruling(row.measure, row.value, z * (row.interval95[1] - row.value))
    row = replace(row, interval95=found.interval95, limit=found.limit, reasons=found.reasons)
    if found.is_real:
        return replace(row, verdict="differ")
    return row if found.reasons else replace(row, verdict="no_difference_larger_than")


def share_apart(name: str, left: Report | None, right: Report | None) -> Measured:
    """(L - R) / mean of two near legs' numbers, as a report has it of one clip's legs."""
    numbers = _numbers(name, left, right)
    if isinstance(numbers, Reason) or left is None or right is None:
        return unknown(numbers if isinstance(numbers, Reason) else reason("session_needs_both"))
    mean = (numbers[0].value + numbers[1].value) / 2
    parts = [part / abs(mean) if mean else np.inf for part in _parts(*numbers)]
    if Z95 * np.linalg.norm(parts) > IntervalSettings().widest_asymmetry_frac:
        return unknown(reason("change_too_uncertain"))
    both = [report.measures[name].headline for report in (left, right)]
    value, steps = (numbers[0].value - numbers[1].value) / mean, min(one.steps for one in both)
    return with_interval(Measured(value, np.nan, (np.nan, np.nan), steps, least_sure(both)), ErrorParts(*parts))
