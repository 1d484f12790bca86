"""A runner who is assessed, and what is read from the report."""

from formcheck import Report
from formcheck.records.skeleton import Side
from stick_runner import Runner

RUNNER = Runner(reach={Side.LEFT: 0.25, Side.RIGHT: 0.22})


def codes(report: Report) -> list[str]:
    return [reason.code for reason in report.quality.reasons]


def headline(report: Report, name: str) -> float:
    """The headline number of a measure, which must not be withheld."""
    measured = report.measures[name].headline
    assert measured.withheld is None, (name, measured.withheld)
    return measured.value
