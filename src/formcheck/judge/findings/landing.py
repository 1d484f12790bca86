"""Where the foot lands: compared with experienced runners at the same speed, and whether other signs agree.

There is no validated cut-off for overstriding, and experienced runners land ahead of the hip too, further at higher
speed (Souza 2016). So the finding follows from how likely it is that the true number lies beyond most of them
(`standing`).
"""

from dataclasses import replace
from typing import Final

from formcheck.judge.findings.case import Case, change_of, finding_of
from formcheck.judge.reference.standing import LIKELY, UNLIKELY, find_standing
from formcheck.records.report import Finding, ReferenceBand, Standing
from formcheck.records.values import Sentence

AS_LIKELY_AS_NOT: Final = 0.5
"""Below it a possible overstride asks for no change: one in three experienced runners would read as possible."""

AGREEING_SHARE: Final = 0.5
"""Of the way from the band's mean to its edge, for a sign that agrees with a far reach: 1 runner in 7 lies beyond."""

OF_RUNNERS: Final = 20
"""A rank among runners is given out of this many."""

OVERSTRIDING: Final = frozenset({"overstride_possible", "overstride_likely"})
_SIGN_DIRECTIONS: Final = {"shank_angle": 1, "knee_flexion": -1}
"""Which way the other signs of overstriding go: the shank reaches forward, the knee is straighter."""


def landing(case: Case) -> tuple[Finding, ...]:
    """Where the foot lands; nothing when the view or the number does not allow it."""
    name = "foot_ahead_of_hip"
    reach, band = case.reported(name), case.bands.get(name)
    if case.scene.view != "side" or reach is None:
        return ()
    foot = Sentence(f"foot.{case.scene.near_side or 'unknown'}")
    if name in case.changed:
        return (change_of("reach_changes", case.changed[name], foot=foot),)
    if band is None:
        return (finding_of("reach_uncompared", foot=foot, no_band=case.no_band),)
    standing = find_standing(reach, band)
    code = _landing_code(standing.above_most)
    finding = finding_of(
        code, case.files("foot_strike"), standing, place=_place_among(standing, foot), signs=_signs(case)
    )
    if code == "overstride_possible" and standing.above_most < AS_LIKELY_AS_NOT:
        return (replace(finding, level="ok"),)
    is_sure = reach.confidence != "low" and case.quality.grade != "poor"
    return (finding if finding.level != "act" or is_sure else replace(finding, level="watch"),)


def _landing_code(chance: float) -> str:
    if chance < UNLIKELY:
        return "overstride_unlikely"
    return "overstride_likely" if chance > LIKELY else "overstride_possible"


def _place_among(standing: Standing, foot: Sentence) -> Sentence:
    """The runner's rank among twenty experienced runners."""
    count = round(OF_RUNNERS * standing.share_below)
    if 0 < count < OF_RUNNERS:
        return Sentence("place.ahead_of", {"foot": foot, "count": count, "of": OF_RUNNERS})
    return Sentence("place.ahead_of_all" if count else "place.ahead_of_none", {"foot": foot})


def _agrees(case: Case, sign: str) -> bool | None:
    """Whether another sign points to overstriding; None where it was withheld."""
    measured, band = case.reported(sign), case.bands.get(sign)
    if measured is None or band is None:
        return None
    return _SIGN_DIRECTIONS[sign] * _place(measured.value, band) > AGREEING_SHARE


def _place(value: float, band: ReferenceBand) -> float:
    """Where in its band a value lies: 0 = mean, 1 = upper edge, -1 = lower edge."""
    return (value - band.mean) / ((band.high - band.low) / 2)


def _signs(case: Case) -> tuple[Sentence, ...]:
    """Whether the other signs agree: a sentence for each, or one for both where both do."""
    measured = {sign: agrees for sign in _SIGN_DIRECTIONS if (agrees := _agrees(case, sign)) is not None}
    values = {sign: case.quantity(sign) for sign in measured}
    if all(measured.get(sign) for sign in _SIGN_DIRECTIONS):
        return (Sentence("sign.both_agree", values),)
    return tuple(
        Sentence(f"sign.{sign}.{'agrees' if agrees else 'disagrees'}", {"value": values[sign]})
        for sign, agrees in measured.items()
    )
