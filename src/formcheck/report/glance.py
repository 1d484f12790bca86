"""The first screen of a result, for report.html and the service's page: the verdict, what proves it, what to try."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain

from formcheck.records.report import Finding, Reason, Report
from formcheck.report.measure_view import Card, cards, headlines
from formcheck.report.view import (
    CHANGES,
    Advice,
    Picture,
    Verdict,
    albums,
    by_urgency,
    film_better,
    obstacles,
    page_advice,
    verdict,
)
from formcheck.words.catalogue import ENGLISH, Voice

_URGENT = frozenset({"act", "watch"})
_STYLES = frozenset({"lean_upright", "lean_forward"})
"""Findings about what is unusual and no fault, whose titles say so."""
_SURENESS = ("low", "medium", "high")


@dataclass(frozen=True, slots=True)
class Glance:
    """What stands on the first screen and nowhere else.

    ``to_do`` is one thing to try, or where a headline number is missing the one thing to change; ``why`` is the reason
    where both are.
    """

    verdict: Verdict
    picture: Picture | None
    cards: tuple[Card, ...]
    to_do: str
    why: Reason | None
    sure: str
    tone: str
    """The level that colours the verdict; empty where it is neither good nor bad."""


@dataclass(frozen=True, slots=True)
class Said:
    """A finding and its cue; the cue is empty where it was said before."""

    finding: Finding
    cue: str


def glance(report: Report, voice: Voice = ENGLISH, advice: Advice = page_advice) -> Glance:
    """The first screen."""
    result, shown = verdict(report, voice), tuple(cards(report, voice))
    if result.is_measured:
        return Glance(
            result,
            _strike(report, voice),
            shown,
            _to_try(report, result, voice),
            None,
            _sure(report, voice),
            _tone(result.finding),
        )
    against = obstacles(report, voice)
    measured = tuple(card for card in shown if not card.withheld)
    return Glance(
        result,
        _strike(report, voice) if measured else None,
        shown if measured else (),
        voice.say("glance.change", advice=film_better(report, voice, advice)[0]),
        against[0].reason if against and not measured else None,
        _sure(report, voice) if measured else "",
        "",
    )


def cue(report: Report) -> str:
    """The cue of the most urgent finding that asks for a change; empty where none does."""
    return next((one.cue for one in by_urgency(report.findings) if one.level in _URGENT and one.cue), "")


def said(report: Report) -> list[Said]:
    """Findings, most urgent first, each cue once and none that the first screen says.

    Not those about a number that was withheld: its reason stands among those of all numbers. Where no headline number
    was measured, only what the clip shows all the same.
    """
    measured = any(not report.measures[name].headline.withheld for name in headlines(report))
    before = {cue(report)}
    found = []
    for finding in by_urgency(report.findings):
        if not finding.code.endswith("_withheld") and (measured or finding.level != "info"):
            found.append(Said(finding, "" if finding.cue in before else finding.cue))
            before.add(finding.cue)
    return found


def sources(report: Report) -> list[str]:
    """What findings and reference bands rest on, each once."""
    every: Iterator[str] = chain(
        chain.from_iterable(finding.sources for finding in report.findings),
        (band.source for band in report.reference if band.source),
    )
    return list(dict.fromkeys(every))


def _to_try(report: Report, result: Verdict, voice: Voice) -> str:
    """One thing to try; where nothing is asked for, what is still open or out of the ordinary."""
    if found := cue(report):
        return voice.say("glance.try", cue=found)
    if result.finding and result.finding.code in CHANGES:
        return result.finding.cue
    if _is_open(report):
        return voice.say("glance.film_longer")
    style = next((one.title for one in report.findings if one.code in _STYLES), "")
    return voice.say("glance.keep_style", style=style) if style else voice.say("glance.keep")


def _tone(finding: Finding | None) -> str:
    """What is possible, and asks for no change, is not called good either."""
    if finding is None or finding.level == "info" or (finding.code == "overstride_possible" and finding.level == "ok"):
        return ""
    return finding.level


def _is_open(report: Report) -> bool:
    """Whether the clip leaves open what its verdict is about, or a headline number is of low confidence."""
    known = [report.measures[name].headline for name in headlines(report)]
    unsure = any(not one.withheld and one.confidence == "low" for one in known)
    return unsure or any(one.code == "overstride_possible" for one in report.findings)


def _strike(report: Report, voice: Voice) -> Picture | None:
    """The near leg's foot strike."""
    strikes = {frame.file for frame in report.frames if frame.event == "foot_strike"}
    shown = (picture for album in albums(report, strikes, voice) for picture in album.pictures)
    return next(shown, None)


def _sure(report: Report, voice: Voice) -> str:
    """How sure the headline numbers are, by the less certain one, of which foot, and on how much they rest."""
    shown = [report.measures[name].headline for name in headlines(report)]
    known = [one for one in shown if not one.withheld]
    if not known:
        return ""
    least = min(known, key=lambda one: _SURENESS.index(one.confidence))
    grade = voice.say(f"grade.{report.quality.grade}")
    who = voice.say(f"glance.{report.scene.near_side or 'unknown'}_foot")
    return voice.say(f"glance.sure_{least.confidence}", who=who, steps=least.steps, grade=grade)
