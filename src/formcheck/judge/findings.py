"""From measures to findings: what is worth saying to the runner, how urgent it is, and what proves it.

There is no validated cut-off for overstriding, and experienced runners land ahead of the hip too, further at higher
speed (Souza 2016). So landing and lean are compared with experienced runners at the same speed, and the finding follows
from how likely it is that the true number lies beyond most of them (`standing`). Nothing is diagnosed. The words are
``finding.<code>`` in the catalogue.
"""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final, Literal

from formcheck.judge.advice import ADVICE
from formcheck.judge.measures.clock import DOUBTS
from formcheck.judge.standing import LIKELY, UNLIKELY, chance_above, find_standing
from formcheck.records.report import (
    Change,
    EventName,
    Finding,
    KeyFrame,
    Measure,
    Measured,
    Quality,
    ReferenceBand,
    SceneSeen,
    Standing,
)
from formcheck.records.skeleton import Side
from formcheck.words.catalogue import ENGLISH
from formcheck.words.numbers import ends, percent, quantity

AS_LIKELY_AS_NOT: Final = 0.5
"""Below it a possible overstride asks for no change: one in three experienced runners would read as possible."""

AGREEING_SHARE: Final = 0.5
"""Of the way from the band's mean to its edge, for a sign that agrees with a far reach: 1 runner in 7 lies beyond."""

OF_RUNNERS: Final = 20
"""A place among runners is given as so many of these."""

BENT_FORWARD_DEG: Final = 15.0
"""Mean + 2 SD of the half of 40 runners that leans more, 10.8 +- 2.2 deg (Teng & Powers 2015)."""

QUICKER_CADENCE: Final = 1.05
"""A 5 % quicker cadence at the same speed already lowers the braking impulse (Heiderscheit et al. 2011)."""


@dataclass(frozen=True, slots=True)
class _Comparison:
    """A left/right difference: from which size it is reported (fraction of the mean), and what shows it."""

    measure: str
    code: str
    smallest_frac: float
    events: tuple[EventName, ...]
    side_view_only: bool = False


_COMPARISONS: Final = (
    # 0.15 of the reach is about 3 cm at 3 m/s: what a shank moves the ankle within its smallest detectable
    # difference, 2.2 to 4.8 deg (Dingenen et al. 2018). One frame at 60/s is 0.05 of a step; 0.04 is the most in
    # healthy runners (Vincent 2025, quoted by others), so the times have to pass both.
    _Comparison("foot_ahead_of_hip_asymmetry", "reach_sides_differ", 0.15, ("foot_strike",), side_view_only=True),
    _Comparison("contact_time_asymmetry", "contact_sides_differ", 0.05, ("foot_strike", "toe_off")),
    _Comparison("step_time_asymmetry", "step_sides_differ", 0.05, ("foot_strike",)),
)

_OVERSTRIDING: Final = frozenset({"overstride_possible", "overstride_likely"})
_SIGN_DIRECTIONS: Final = {"shank_angle": 1, "knee_flexion": -1}
"""Which way the other signs of overstriding go: the shank reaches forward, the knee is straighter."""


@dataclass(frozen=True, slots=True)
class _Case:
    """All that is known about one clip."""

    measures: Mapping[str, Measure]
    scene: SceneSeen
    quality: Quality
    bands: Mapping[str, ReferenceBand]
    frames: tuple[KeyFrame, ...]
    changed: Mapping[str, Change]

    def told(self, name: str) -> Measured | None:
        """A headline number, None when it was withheld or not seen."""
        measure = self.measures.get(name)
        if measure is None or measure.headline.withheld or not math.isfinite(measure.headline.value):
            return None
        return measure.headline


def judge(
    measures: Mapping[str, Measure],
    scene: SceneSeen,
    quality: Quality,
    reference: tuple[ReferenceBand, ...],
    frames: tuple[KeyFrame, ...],
    *,
    changes: tuple[Change, ...] = (),
) -> tuple[Finding, ...]:
    """The findings: landing, lean, left against right, cadence, then limits.

    ``reference`` are the bands at the runner's speed (``reference.find_reference``), empty when there is none. What
    was withheld is never judged; a view other than from the side gives no landing and no lean. ``act`` is never said
    about a poor clip or a number of low confidence. ``Finding.evidence`` holds files of ``frames``. Of what ``changes``
    within the clip the change is reported, and one number for all of it is not judged.
    """
    changed = {change.measure: change for change in changes}
    case = _Case(measures, scene, quality, {band.measure: band for band in reference}, frames, changed)
    landing = _landing(case)
    found = (*landing, *_lean(case), *_sides(case), *_cadence(case, {finding.code for finding in landing}))
    gently = [_say(case, "change_gently", {})] if any(finding.level in ("act", "watch") for finding in found) else []
    return (*found, *gently, *_limits(case))


def _landing(case: _Case) -> tuple[Finding, ...]:
    name = "foot_ahead_of_hip"
    reach, band = case.told(name), case.bands.get(name)
    if case.scene.view != "side" or reach is None:
        return ()
    if name in case.changed:
        return (_change(case, "reach_changes", name),)
    if band is None:
        return (_say(case, "reach_uncompared", _words(case, name, reach) | {"foot": _foot(case.scene)}, name),)
    standing = find_standing(reach, band)
    code = f"overstride_{_how_likely(standing.above_most)}"
    foot = _foot(case.scene)
    words = _words(case, name, reach) | {"foot": foot, "signs": _signs(case), "place": _placed(standing, foot)}
    finding = replace(_say(case, code, words, name, _files(case, "foot_strike")), standing=standing)
    if code == "overstride_possible" and standing.above_most < AS_LIKELY_AS_NOT:
        return (replace(finding, level="ok", cue="", exercises=()),)
    is_sure = reach.confidence != "low" and case.quality.grade != "poor"
    return (finding if finding.level != "act" or is_sure else replace(finding, level="watch"),)


def _how_likely(chance: float) -> Literal["unlikely", "possible", "likely"]:
    return "unlikely" if chance < UNLIKELY else "likely" if chance > LIKELY else "possible"


def _placed(standing: Standing, foot: str) -> str:
    """Further ahead than so many of twenty."""
    count = round(OF_RUNNERS * standing.share_below)
    if 0 < count < OF_RUNNERS:
        return ENGLISH.say("place.ahead_of", foot=foot, count=str(count), of=str(OF_RUNNERS))
    return ENGLISH.say("place.ahead_of_all" if count else "place.ahead_of_none", foot=foot)


def _agrees(case: _Case, sign: str) -> bool | None:
    """Whether another sign speaks for overstriding; None when it was withheld."""
    measured, band = case.told(sign), case.bands.get(sign)
    if measured is None or band is None:
        return None
    return _SIGN_DIRECTIONS[sign] * _place(measured.value, band) > AGREEING_SHARE


def _place(value: float, band: ReferenceBand) -> float:
    """Where in its band a value lies: 0 = mean, 1 = upper edge, -1 = lower edge."""
    return (value - band.mean) / ((band.high - band.low) / 2)


def _signs(case: _Case) -> str:
    """What the other signs say, one sentence each, or one for both where both agree."""
    told = {sign: agrees for sign in _SIGN_DIRECTIONS if (agrees := _agrees(case, sign)) is not None}
    values = {sign: quantity(sign, case.measures[sign].unit, case.measures[sign].headline.value) for sign in told}
    if all(told.get(sign) for sign in _SIGN_DIRECTIONS):
        return ENGLISH.say("sign.both_agree", **values)
    return "".join(
        ENGLISH.say(f"sign.{sign}.{'agrees' if agrees else 'disagrees'}", value=values[sign])
        for sign, agrees in told.items()
    )


def _lean(case: _Case) -> tuple[Finding, ...]:
    name = "trunk_lean"
    lean = case.told(name)
    if case.scene.view != "side" or lean is None:
        return ()
    if name in case.changed:
        return (_change(case, "lean_changes", name),)
    band = case.bands.get(name)
    standing = find_standing(lean, band) if band else None
    code = _lean_code(lean, standing)
    return (replace(_say(case, code, _words(case, name, lean), name, _files(case, "mid_stance")), standing=standing),)


def _lean_code(lean: Measured, standing: Standing | None) -> str:
    if lean.interval95[1] < 0:
        return "lean_back"
    if chance_above(lean, BENT_FORWARD_DEG) > LIKELY:
        return "lean_bent"
    if standing is None:
        return "lean_uncompared"
    if standing.above_most > LIKELY:
        return "lean_forward"
    if standing.below_most > LIKELY:
        return "lean_upright"
    within = max(standing.above_usual, standing.below_usual) < UNLIKELY
    return "lean_typical" if within else "lean_unsure"


def _change(case: _Case, code: str, name: str) -> Finding:
    """From level to level."""
    change = case.changed[name]
    path = ", ".join(
        ENGLISH.say("part.from_second", value=quantity(name, change.unit, each.value), seconds=f"{each.from_s:.1f}")
        for each in change.levels
    )
    low, high = sorted(abs(end) for end in change.interval95)
    words = {
        "path": path,
        "size": quantity(name, change.unit, abs(change.value)),
        "interval": ends(name, change.unit, low, high),
        "foot": _foot(case.scene),
    }
    return _say(case, code, words, name)


def _sides(case: _Case) -> Iterator[Finding]:
    """Left/right differences that clear their own error and are large enough to matter."""
    for comparison in _COMPARISONS:
        if comparison.side_view_only and case.scene.view != "side":
            continue
        told = case.told(comparison.measure)
        if told and math.prod(told.interval95) > 0 and abs(told.value) > comparison.smallest_frac:
            yield _difference(case, comparison, told)


def _difference(case: _Case, comparison: _Comparison, told: Measured) -> Finding:
    more = Side.LEFT if told.value > 0 else Side.RIGHT
    low, high = sorted(abs(end) for end in told.interval95)
    size = replace(told, value=abs(told.value), interval95=(low, high))
    words = _words(case, comparison.measure, size) | {
        "more": ENGLISH.say(f"side.{more}"),
        "less": ENGLISH.say(f"side.{more.other}"),
        "far_leg": ENGLISH.say("part.far_leg") if case.scene.view == "side" else "",
    }
    files = _files(case, *comparison.events, both_sides=True)
    finding = _say(case, comparison.code, words, comparison.measure, files)
    return replace(finding, level="info") if told.confidence == "low" else finding


def _cadence(case: _Case, landing: set[str]) -> tuple[Finding, ...]:
    name = "cadence"
    cadence, band = case.told(name), case.bands.get(name)
    if cadence is None or band is None or _is_clock_doubted(case):
        return ()
    place = "high" if cadence.value > band.high else "low" if cadence.value < band.low else "typical"
    code = "cadence_quicker" if landing & _OVERSTRIDING and place != "high" else f"cadence_{place}"
    more = {
        "target": quantity(name, case.measures[name].unit, cadence.value * QUICKER_CADENCE),
        "quicker": percent(QUICKER_CADENCE - 1),
    }
    return (_say(case, code, _words(case, name, cadence) | more, name),)


def _is_clock_doubted(case: _Case) -> bool:
    return any(reason.code in DOUBTS for reason in case.quality.reasons)


def _limits(case: _Case) -> Iterator[Finding]:
    """What this clip, or any clip, cannot show."""
    if case.scene.view in ("rear", "front"):
        yield _say(case, "view_end_on", {"end": ENGLISH.say(f"end.{case.scene.view}")})
        return
    for name, code in (("foot_ahead_of_hip", "reach_withheld"), ("trunk_lean", "lean_withheld")):
        reason = case.measures[name].headline.withheld if name in case.measures else None
        if reason:
            yield _say(case, code, {"why": f"{reason.message} {reason.advice}".strip()})
    yield _say(case, "pelvis_unseen", {})


def _say(
    case: _Case, code: str, words: Mapping[str, str], measure: str = "", evidence: tuple[str, ...] = ()
) -> Finding:
    """A finding in words; one that compares with the usual range cites where that comes from."""
    advice, band = ADVICE[code], case.bands.get(measure)
    compared = (band.source,) if band and advice.compared else ()
    coaching = (ENGLISH.say("exercises.source"),) if advice.exercises else ()
    return Finding(
        code=code,
        level=advice.level,
        title=ENGLISH.say(f"finding.{code}.title", **words),
        text=ENGLISH.say(f"finding.{code}.text", **words),
        evidence=evidence,
        cue=ENGLISH.say(f"finding.{code}.cue", **words) if ENGLISH.has(f"finding.{code}.cue") else "",
        exercises=ENGLISH.lines(f"exercises.{advice.exercises}") if advice.exercises else (),
        sources=compared + advice.sources + coaching,
    )


def _words(case: _Case, name: str, measured: Measured) -> dict[str, str]:
    """A number and its band as people read them."""
    unit, band = case.measures[name].unit, case.bands.get(name)
    is_known = math.isfinite(case.scene.belt_speed.value) and not _is_clock_doubted(case)
    speed = "speed_outside" if is_known else "speed_unknown"
    words = {
        "value": quantity(name, unit, measured.value),
        "interval": ends(name, unit, *measured.interval95),
        "no_band": ENGLISH.say(f"no_band.{speed}"),
        "bent": quantity("shank_angle", "deg", BENT_FORWARD_DEG),
    }
    if band is None:
        return words
    return words | {"usual": ends(name, band.unit, band.low, band.high)}


def _foot(scene: SceneSeen) -> str:
    return ENGLISH.say(f"foot.{scene.near_side or 'unknown'}")


def _files(case: _Case, *events: EventName, both_sides: bool = False) -> tuple[str, ...]:
    """Pictures of these instants, of the leg nearer the camera where that is known."""
    near = None if both_sides else case.scene.near_side
    return tuple(frame.file for frame in case.frames if frame.event in events and near in (None, frame.side))
