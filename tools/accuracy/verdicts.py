"""Are the reported probabilities calibrated? Findings on the landing against the truth, with other rules of thumb."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np
from scipy.special import ndtri

from formcheck.judge.reference.bands import find_reference
from formcheck.judge.reference.standing import BEYOND_MOST, chance_above
from formcheck.records.report import Report
from tools.accuracy.cases import Case, Label
from tools.accuracy.table import markdown
from tools.accuracy.truth import medians

PERCENTILES: Final = (0.025, 0.1, 0.25, 0.5, 0.75, 0.9, 0.975)
"""Of experienced runners at the clip's true speed: limits that the true reach may lie above."""
BINS: Final = (0.0, 0.05, 0.2, 0.5, 0.8, 0.95, 1.0)
WORDS: Final = ("overstride_unlikely", "overstride_possible", "overstride_likely")


@dataclass(frozen=True, slots=True)
class Verdict:
    """One clip's finding: its code, the probability that its reach is beyond 9 in 10, and whether it is.

    ``limits``: for each of `PERCENTILES`, the chance that reach lies above it and whether it does. ``reach``, leg
    lengths, and ``shank_deg`` as found.
    """

    case: Label
    code: str
    chance: float
    is_beyond: bool
    limits: tuple[tuple[float, bool], ...]
    reach_ll: float
    shank_deg: float


def verdict_of(case: Case, report: Report) -> Verdict | None:
    """None where there is no finding on the landing, or no reference at the true speed."""
    finding = next((one for one in report.findings if one.code in WORDS and one.standing is not None), None)
    bands = {band.measure: band for band in find_reference(case.belt_m_s)}
    truth = medians(case.steps, case.near).get("foot_ahead_of_hip", np.nan)
    if finding is None or finding.standing is None or not bands or not np.isfinite(truth):
        return None
    band, found = bands["foot_ahead_of_hip"], report.measures["foot_ahead_of_hip"].headline
    limits = [band.mean + float(ndtri(share)) * band.sd for share in PERCENTILES]
    return Verdict(
        case.label(),
        finding.code,
        finding.standing.above_most,
        truth > band.mean + float(ndtri(BEYOND_MOST)) * band.sd,
        tuple((chance_above(found, limit), truth > limit) for limit in limits),
        found.value,
        report.measures["shank_angle"].headline.value,
    )


RULES: Final[dict[str, Callable[[Verdict], float]]] = {
    "formcheck's chance": lambda one: one.chance,
    "always typical": lambda _: 0.0,
    "ankle ahead by 8 % of leg": lambda one: float(one.reach_ll > 0.08),
    "ankle ahead by 15 % of leg": lambda one: float(one.reach_ll > 0.15),
    "shank beyond 8°": lambda one: float(one.shank_deg > 8),
    "shank beyond 10°": lambda one: float(one.shank_deg > 10),
}


def brier_table(verdicts: Sequence[Verdict]) -> str:
    """Mean square of chance less outcome (Brier 1950), and how often a rule calls a typical or a far landing so."""
    lines = []
    for name, rule in RULES.items():
        score = np.mean([(rule(one) - one.is_beyond) ** 2 for one in verdicts])
        beyond, inside = ([rule(one) > 0.5 for one in verdicts if one.is_beyond is kind] for kind in (True, False))
        lines.append([name, f"{score:.3f}", f"{sum(beyond)} of {len(beyond)}", f"{sum(inside)} of {len(inside)}"])
    return markdown(["", "Brier score", "beyond 9 in 10, called so", "not beyond, called so"], lines)


def reliability_table(verdicts: Iterable[Verdict]) -> str:
    """Reported probabilities for any limit, by size: their number, their mean, and how often the truth lay above."""
    told = np.array([limit for one in verdicts for limit in one.limits], dtype=np.float64).reshape(-1, 2)
    lines = []
    for low, high in pairwise(BINS):
        here = told[(told[:, 0] >= low) & (told[:, 0] < high + (high == 1))]
        means = [f"{100 * value:.0f} %" for value in here.mean(axis=0)] if len(here) else ["-", "-"]
        lines.append([f"{100 * low:.0f} to {100 * high:.0f} %", str(len(here)), *means])
    return markdown(["reported chance", "times", "mean", "was so"], lines)


def words_table(verdicts: Sequence[Verdict]) -> str:
    """Findings on landings within 9 in 10 runners, and on those beyond."""
    lines = []
    for name, kind in (("not beyond 9 in 10", False), ("beyond 9 in 10", True)):
        codes = [one.code for one in verdicts if one.is_beyond is kind]
        lines.append([name, *(str(codes.count(code)) for code in WORDS)])
    return markdown(["true reach", *(code.removeprefix("overstride_") for code in WORDS)], lines)
