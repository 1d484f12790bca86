"""How the trunk leans: described, compared where that is possible, flagged only at the extremes."""

from typing import Final

from formcheck.judge.findings.case import Case, change_of, finding_of
from formcheck.judge.reference.standing import LIKELY, UNLIKELY, chance_above, find_standing
from formcheck.records.report import Finding, Measured, Standing
from formcheck.records.values import Blank, Quantity

BENT_FORWARD_DEG: Final = 15.0
"""Mean + 2 SD of the half of 40 runners that leans more, 10.8 +- 2.2 deg (Teng & Powers 2015)."""


def lean(case: Case) -> tuple[Finding, ...]:
    """How the trunk leans; nothing when the view or the number does not allow it."""
    name = "trunk_lean"
    measured = case.reported(name)
    if case.scene.view != "side" or measured is None:
        return ()
    if name in case.changed:
        return (change_of("lean_changes", case.changed[name]),)
    band = case.bands.get(name)
    standing = find_standing(measured, band) if band else None
    is_sure = measured.confidence != "low" and case.quality.grade != "poor"
    code = _code(measured, standing, is_sure=is_sure)
    bent = Quantity("shank_angle", "deg", BENT_FORWARD_DEG)
    blanks: dict[str, dict[str, Blank]] = {"lean_bent": {"bent": bent}, "lean_uncompared": {"no_band": case.no_band}}
    return (finding_of(code, case.files("mid_stance"), standing, **blanks.get(code, {})),)


def _code(lean: Measured, standing: Standing | None, *, is_sure: bool) -> str:
    if lean.interval95[1] < 0:
        return "lean_back"
    if chance_above(lean, BENT_FORWARD_DEG) > LIKELY:
        return "lean_bent"
    if standing is None:
        return "lean_uncompared"
    if max(standing.above_most, standing.below_most) > LIKELY:
        return "lean_unsure" if not is_sure else "lean_forward" if standing.above_most > LIKELY else "lean_upright"
    within = max(standing.above_usual, standing.below_usual) < UNLIKELY
    return "lean_typical" if within else "lean_unsure"
