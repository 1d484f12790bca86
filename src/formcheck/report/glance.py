"""The first screen of a result, for report.html and the service's page: the verdict, what proves it, what to try."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from math import inf

from formcheck.judge.comparison.session.records import Session
from formcheck.judge.comparison.session.said import verdict as left_against_right
from formcheck.judge.comparison.session.views import seen_from
from formcheck.records.report import Finding, Measured, Reason, Report
from formcheck.records.skeleton import Side
from formcheck.report.measure_view import Card, card, cards, headlines
from formcheck.report.view import (
    CHANGES,
    LEVELS,
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
from formcheck.words.numbers import number

_URGENT = frozenset({"act", "watch"})
_STYLES = frozenset({"lean_upright", "lean_forward"})
"""Findings about what is unusual and no fault, whose titles say so."""
_SURENESS = ("low", "medium", "high")
_OVERSTRIDES = ("overstride_likely", "overstride_possible", "overstride_unlikely")
"""Verdicts on a foot, the worst first."""
_LONG_ENOUGH_S = 10.0
"""Of running: what filming asks for."""
_REACH, _LEAN = "foot_ahead_of_hip", "trunk_lean"


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


def glance_of_both(session: Session, reports: Sequence[Report], voice: Voice = ENGLISH) -> tuple[Glance, Report]:
    """The first screen of one run filmed from both sides, and the clip its verdict is about: that of the worse foot.

    ``session`` and ``reports`` are in the reader's words.
    """
    legs = {side: _one_side(report) for side in Side if (report := seen_from(side, reports))}
    about = min(legs.values(), key=_worst_first, default=reports[0])
    if session.refused:
        change = voice.say("glance.change", advice=session.refused.advice)
        return Glance(
            Verdict(session.refused.message.rstrip("."), is_measured=False), None, (), change, None, "", ""
        ), about
    lean = {name: one for name, one in session.measures.items() if name == _LEAN}
    seen = glance(
        replace(about, findings=(*about.findings, *session.findings), measures={**about.measures, **lean}), voice
    )
    result = verdict(about, voice)
    if seen.verdict.is_measured:
        shown = replace(result, title=_of_feet(result, legs, voice))
    elif seen.picture:
        shown = seen.verdict
    else:
        shown = replace(seen.verdict, title=left_against_right(session, voice).rstrip("."))
    reaches = tuple(_reach_card(report, side, voice) for side, report in legs.items()) if seen.cards else ()
    return replace(
        seen,
        verdict=shown,
        tone=_tone(result.finding) if seen.verdict.is_measured else "",
        cards=(*reaches, *seen.cards[1:]),
        sure=_sure_of_both(legs, session, voice),
    ), about


def _one_side(report: Report) -> Report:
    """What a clip says without left against right: of that, both clips together know more."""
    return replace(report, findings=tuple(one for one in report.findings if not one.code.endswith("_sides_differ")))


def _worst_first(report: Report) -> tuple[int, int, float]:
    """Where a clip comes among those whose near foot was measured, the worst first; the others come last."""
    reach, found = report.measures[_REACH].headline, verdict(report).finding
    level = LEVELS.index(found.level if found else "info")
    overstride = next((place for place, code in enumerate(_OVERSTRIDES) if found and found.code == code), 0)
    return (len(LEVELS), 0, inf) if reach.withheld else (level, overstride, -reach.value)


def _of_feet(result: Verdict, legs: dict[Side, Report], voice: Voice) -> str:
    """The verdict's sentence with the feet that it holds for, where it is about a foot."""
    code = result.finding.code if result.finding else ""
    if code not in _OVERSTRIDES:
        return result.title
    of = [side for side, report in legs.items() if any(one.code == code for one in report.findings)]
    feet = voice.say("session.feet.both" if len(of) > 1 else f"session.feet.{of[0]}")
    return voice.say(f"session.verdict.{code}", feet=feet)


def _reach_card(report: Report, side: Side, voice: Voice) -> Card:
    return replace(card(report, _REACH, voice, of=side), title=voice.say(f"session.reach_{side}"))


def _sure_of_both(legs: dict[Side, Report], session: Session, voice: Voice) -> str:
    """How sure the numbers are, by the least certain; a far leg's are not shown."""
    lean, near = session.measures.get(_LEAN), {side: report.measures[_REACH].headline for side, report in legs.items()}
    feet = {side: one for side, one in near.items() if not one.withheld}
    if not feet:
        return ""
    known = [*feet.values(), *([lean.headline] if lean and not lean.headline.withheld else [])]
    who = voice.say("glance.both_feet" if len(feet) > 1 else f"glance.{next(iter(feet))}_foot")
    return _in_words(known, who, sum(one.steps for one in feet.values()), voice)


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
        return _film_more(report, voice)
    style = next((one.title for one in report.findings if one.code in _STYLES), "")
    return voice.say("glance.keep_style", style=style) if style else voice.say("glance.keep")


def _film_more(report: Report, voice: Voice) -> str:
    """To film longer, as seconds of running: slow motion plays longer than anybody ran."""
    start, end = report.clip.used_s
    factor = report.clip.time_scale.factor
    seconds = (end - start) / factor
    if not seconds < _LONG_ENOUGH_S:
        return voice.say("glance.film_again")
    return voice.say("glance.film_longer" if factor <= 1 else "glance.film_longer_slow", seconds=number(seconds, 0))


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
    who = voice.say(f"glance.{report.scene.near_side or 'unknown'}_foot")
    return _in_words(known, who, _least(known).steps, voice)


def _in_words(known: Sequence[Measured], who: str, steps: int, voice: Voice) -> str:
    return voice.say(f"glance.sure_{_least(known).confidence}", who=who, steps=steps)


def _least(known: Sequence[Measured]) -> Measured:
    """The least certain."""
    return min(known, key=lambda one: _SURENESS.index(one.confidence))
