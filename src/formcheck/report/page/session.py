"""A session as one self-contained page: the worse foot first, then left against right, then the numbers."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from formcheck.gait.measures.registry import HEADLINES, REAR_HEADLINES, definition
from formcheck.judge.comparison.session.records import Apart, Session
from formcheck.judge.comparison.session.said import session_in, verdict
from formcheck.judge.comparison.session.views import place_of
from formcheck.judge.measures.intervals import is_sure
from formcheck.records.report import Measure, Measured, Report
from formcheck.records.skeleton import Side
from formcheck.report.glance import Glance, Said, glance_of_both
from formcheck.report.measure_view import why_withheld
from formcheck.report.page.comparison import Pictured, stills
from formcheck.report.page.html import style, template
from formcheck.report.view import report_in
from formcheck.report.view import verdict as verdict_on
from formcheck.words.catalogue import ENGLISH, Voice
from formcheck.words.numbers import change, ends, quantity, shown_difference, title_of
from formcheck.words.sentences import filled

SHOWN_FIRST = (*HEADLINES, "contact_time", *REAR_HEADLINES)
"""The main numbers, of both legs and of the whole run; all others come further down the page."""


@dataclass(frozen=True, slots=True)
class Number:
    """A number with its interval; ``interval`` is empty and ``value`` says so where it was not measured."""

    value: str
    interval: str
    is_low: bool = False
    """Of low confidence."""


@dataclass(frozen=True, slots=True)
class LegRow:
    """A leg's measure: both legs, left less right, and what may be said of it."""

    title: str
    left: Number
    right: Number
    apart: Number
    verdict: str
    is_apart: bool
    why: str


@dataclass(frozen=True, slots=True)
class WholeRow:
    """A measure of the whole runner; of some, the two sides as well."""

    title: str
    number: Number
    why: str


@dataclass(frozen=True, slots=True)
class ClipRow:
    """What one clip says by itself; a grade only of one that may show landing and lean."""

    side: str
    name: str
    grade: str
    verdict: str


def render_session(session: Session, pictured: Sequence[Pictured], voice: Voice = ENGLISH) -> str:
    """The page of a session; ``pictured`` are the reports it was made of."""
    page = template("session.html.jinja").render(
        voice=voice,
        g=voice.section("glance"),
        disclaimer=voice.say("view.disclaimer"),
        style=Markup(style("report.css") + style("comparison.css")),
        **session_view(session, pictured, voice),
    )
    return page.encode("utf-8", "replace").decode("utf-8")  # a file name may hold bytes that are no text


def session_view(session: Session, pictured: Sequence[Pictured], voice: Voice = ENGLISH) -> dict[str, Any]:
    """What the template of a session's findings and numbers (`session_body.html.jinja`) is filled with."""
    session = session_in(session, voice)
    pictured = sorted(pictured, key=lambda one: place_of(one.report))
    legs = [(row.measure in SHOWN_FIRST, leg_row(session, row, voice)) for row in session.apart]
    rest = [(name, whole_row(session, name, voice)) for name in names_of_both(session)]
    seen, about = glance_of_both(session, [report_in(one.report, voice) for one in pictured], voice)
    from_behind = [name for name, _ in rest if definition(name).sides == "rear"]
    return {
        "session": session,
        "t_session": voice.section("session"),
        "seen": seen,
        "found": [Said(one, "" if one.cue in seen.to_do else one.cue) for one in session.findings],
        "image": _image(seen, about, pictured),
        "verdict": verdict(session, voice),
        "stills": [still for one in pictured for still in stills(side_of(one, voice), [one])],
        "legs": [row for is_first, row in legs if is_first],
        "other_legs": [row for is_first, row in legs if not is_first],
        "whole": [row for name, row in rest if name in SHOWN_FIRST and name not in from_behind],
        "other_whole": [row for name, row in rest if name not in SHOWN_FIRST and name not in from_behind],
        "behind": [row for name, row in rest if name in from_behind],
        "clips": [clip_row(one, voice) for one in pictured],
    }


def _image(seen: Glance, about: Report, pictured: Sequence[Pictured]) -> str | None:
    """The address of the first screen's picture: empty while it is drawn, None where there is none."""
    there = next(one.pictures for one in pictured if one.report.clip is about.clip)
    return there.get(seen.picture.file) if seen.picture else None


def names_of_both(session: Session) -> list[str]:
    """Measures that are not of a leg: of the trunk, the whole run, or a view from behind."""
    legs = {row.measure for row in session.apart}
    return [name for name in session.measures if name not in legs and not definition(name).difference_of]


def side_of(one: Pictured, voice: Voice = ENGLISH) -> str:
    """From where a clip was filmed."""
    scene = one.report.scene
    if scene.view == "side" and scene.near_side:
        return voice.say(f"session.from_{scene.near_side}")
    return voice.say(f"session.from_{'unclear' if scene.view == 'side' else scene.view}")


def leg_row(session: Session, row: Apart, voice: Voice = ENGLISH) -> LegRow:
    """Left against right as the table has it."""
    measure = session.measures[row.measure]
    left, right = (_number(row.measure, measure.unit, measure.of(side), voice, is_compared=True) for side in Side)
    known = math.isfinite(row.value)
    by = change(row.measure, row.unit, _shown_apart(measure, row) if known else row.value, voice)
    apart = Number(by, ends(row.measure, row.unit, *row.interval95, voice) if known else "")
    why = " ".join(why.message for why in row.reasons)
    return LegRow(title_of(row.measure, voice), left, right, apart, _result(row, voice), row.verdict == "differ", why)


def _shown_apart(measure: Measure, row: Apart) -> float:
    """The difference of the two numbers as they are shown."""
    left, right = (one.value if (one := measure.of(side)) else math.nan for side in Side)
    return shown_difference(row.measure, row.unit, right, left)


def whole_row(session: Session, name: str, voice: Voice = ENGLISH) -> WholeRow:
    """A number of the whole runner as the table has it."""
    measure = session.measures[name]
    why, title = why_withheld(measure.headline, voice), title_of(name, voice)
    if definition(name).sides == "rear":
        title = voice.say("session.measured_from_rear", title=title)
    return WholeRow(title, _number(name, measure.unit, measure.headline, voice), why.message if why else "")


def clip_row(one: Pictured, voice: Voice = ENGLISH) -> ClipRow:
    """What one clip says by itself."""
    report = report_in(one.report, voice)
    grade = "" if report.scene.view == "rear" else voice.say(f"grade.{report.quality.grade}")
    return ClipRow(side_of(one, voice), report.clip.name, grade, verdict_on(report, voice).title)


def _number(name: str, unit: str, measured: Measured | None, voice: Voice, *, is_compared: bool = False) -> Number:
    if measured is None or why_withheld(measured, voice):
        return Number(voice.say("view.not_measured"), "")
    interval = ends(name, unit, *measured.interval95, voice)
    return Number(
        quantity(name, unit, measured.value, voice, is_compared=is_compared), interval, measured.confidence == "low"
    )


def _result(row: Apart, voice: Voice) -> str:
    if row.verdict == "no_difference_larger_than":
        return voice.say("session.is_no_difference", limit=filled(row.values, voice)["limit"])
    if row.verdict == "cannot_say":
        return voice.say("session.is_cannot_say")
    return voice.say("session.is_differ" if is_sure(row.value, row.interval95) else "session.is_differ_probably")
