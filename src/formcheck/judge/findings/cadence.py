"""How quick the steps are: described and never faulted."""

from typing import Final

from formcheck.judge.findings.case import Case, change_of, finding_of
from formcheck.judge.findings.landing import OVERSTRIDING
from formcheck.records.report import Finding
from formcheck.records.values import Blank, Quantity, Range

QUICKER_CADENCE: Final = 1.05
"""A 5 % quicker cadence at the same speed already lowers the braking impulse (Heiderscheit et al. 2011)."""


def cadence(case: Case, landing: set[str]) -> tuple[Finding, ...]:
    """The cadence among runners at this speed; quicker steps where one of ``landing`` is an overstride to change."""
    name = "cadence"
    if name in case.changed:
        return (change_of("cadence_changes", case.changed[name]),)
    measured, band = case.reported(name), case.bands.get(name)
    if measured is None or band is None or case.is_clock_doubted:
        return ()
    values: dict[str, Blank] = {
        "value": case.quantity(name),
        "interval": Range(name, case.measures[name].unit, *measured.interval95),
        "usual": Range(name, band.unit, band.low, band.high),
    }
    place = "high" if measured.value > band.high else "low" if measured.value < band.low else "typical"
    is_cut = any(reason.code == "interrupted" for reason in case.quality.reasons)  # its clock may be closed up
    if place == "high" or is_cut or not landing & OVERSTRIDING:
        return (finding_of(f"cadence_{place}", **values),)
    target = Quantity(name, case.measures[name].unit, measured.value * QUICKER_CADENCE)
    quicker = Quantity(name, "fraction", QUICKER_CADENCE - 1)
    return (finding_of("cadence_quicker", **values, target=target, quicker=quicker),)
