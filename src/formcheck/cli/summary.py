"""A clip's result on the terminal: one sentence, the main numbers, what was withheld and why."""

from collections.abc import Iterator, Sequence
from typing import Final

from rich.text import Text

from formcheck.cli.exits import printable
from formcheck.gait.measures.registry import HEADLINES
from formcheck.records.report import Measure, Measured, Reason, Report
from formcheck.records.skeleton import Side
from formcheck.report.glance import glance
from formcheck.report.measure_view import headlines, not_measured, why_withheld
from formcheck.report.view import CHANGES, advice, basis, obstacles, verdict
from formcheck.words.catalogue import ENGLISH
from formcheck.words.numbers import ends, quantity, title_of

say: Final = ENGLISH.say

MOST_NAMED: Final = 4
"""Measures listed as withheld for one reason; the page lists all of them."""


def has_headlines(report: Report) -> bool:
    """Whether both headline numbers, foot ahead of hip and trunk lean, were measured."""
    both = (report.measures.get(name) for name in HEADLINES)
    return all(measure is not None and not why_withheld(measure.headline) for measure in both)


def summary(report: Report) -> Text:
    """The result of one clip, in seven lines at most: the report has everything else."""
    seen = glance(report, ENGLISH, advice)
    lines = [
        Text.assemble((say("terminal.clip", name=printable(report.clip.name)), "dim"), (_verdict(report), "bold")),
        Text(seen.to_do),
        *_numbers(report),
        Text(basis(report)),
        *_doubts(report),
    ]
    return Text("\n").join(lines)


def _verdict(report: Report) -> str:
    """The result, and what changes within the clip: one number for all of it, below, would hide it."""
    result = verdict(report)
    changes = [one for one in report.findings if one.code in CHANGES and one is not result.finding]
    said = [say("terminal.verdict", title=result.title), *(say("terminal.also", title=one.title) for one in changes)]
    return " ".join(said)


def _numbers(report: Report) -> Iterator[Text]:
    """One line per measure, both sides with their intervals."""
    names = dict.fromkeys((*headlines(report), "cadence"))
    shown = [name for name in names if name in report.measures and not why_withheld(report.measures[name].headline)]
    width = max((len(title_of(name)) for name in shown), default=0)
    for name in shown:
        yield Text(f"  {title_of(name):{width}}  {_values(name, report.measures[name])}")


def _values(name: str, measure: Measure) -> str:
    """Both sides of a measure, or its headline where no side was measured."""
    sides = [(side, one) for side in Side if (one := measure.of(side))]
    if all(why_withheld(one) for _, one in sides):
        return _number(name, measure.unit, measure.headline)
    each = [(say(f"side.{side}"), _number(name, measure.unit, one)) for side, one in sides]
    return ", ".join(say("terminal.side", side=side, value=value) for side, value in each)


def _number(name: str, unit: str, measured: Measured) -> str:
    if why_withheld(measured):
        return say("view.not_measured")
    between = ends(name, unit, *measured.interval95)
    value = quantity(name, unit, measured.value)
    if not between:
        return value
    is_low = measured.confidence == "low"
    return say("terminal.unsure" if is_low else "terminal.between", value=value, interval=between)


def _doubts(report: Report) -> Iterator[Text]:
    """What was withheld and why, or what else weakens the clip: the first of it, and how much more there is."""
    withheld = [item for item in not_measured(report) if not _is_of_the_model(item.reason)]
    said = {item.reason.code for item in withheld}
    notes = [item.reason.message for item in obstacles(report) if item.reason.code not in said]
    doubts = [
        *(
            say("terminal.withheld", measures=_enumerated(item.measures), message=item.reason.message)
            for item in withheld
        ),
        *(say("terminal.note", message=message) for message in notes),
    ]
    if len(doubts) > 1:
        yield Text(say("terminal.more", first=doubts[0], count=len(doubts) - 1), style="yellow")
    elif doubts:
        yield Text(doubts[0], style="yellow")


def _is_of_the_model(reason: Reason) -> bool:
    """Whether this pose model can't measure such a number in any clip, however it is filmed."""
    return reason.code == "interval_too_wide" and not reason.advice


def _enumerated(titles: Sequence[str]) -> str:
    more = len(titles) - MOST_NAMED
    if more < 2:
        return ", ".join(titles)
    return say("view.and_more", measures=", ".join(titles[:MOST_NAMED]), count=more)
