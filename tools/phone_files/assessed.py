"""A file's assessment against that of the plain clip of the same runner."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from formcheck import analyze_video
from tools.phone_files.kinds import PhoneFile, Shows

TOLERANCES: Final = {"cadence": 1.5, "foot_ahead_of_hip": 0.03, "trunk_lean": 1.0}
"""How far a headline may be from the plain clip's: per minute, leg lengths, degrees."""


@dataclass(frozen=True, slots=True)
class Figures:
    """The headlines of one assessment, NaN where withheld."""

    values: dict[str, float]
    why_withheld: dict[str, str]
    slower: float
    used_s: tuple[float, float]
    why_not: str


def figures(path: Path) -> Figures:
    """Measure a clip."""
    report = analyze_video(path)
    headlines = {name: report.measures[name].headline for name in TOLERANCES}
    values = {name: headline.value for name, headline in headlines.items()}
    why_withheld = {name: headline.withheld.code if headline.withheld else "" for name, headline in headlines.items()}
    reasons = ", ".join(reason.code for reason in report.quality.reasons)
    return Figures(values, why_withheld, report.clip.time_scale.factor, report.clip.used_s, reasons)


def against(found: Figures, plain: Figures, file: PhoneFile) -> tuple[str, bool]:
    """The differences in words, and whether they are within tolerance."""
    if file.withheld:
        return f"withheld: {found.why_not}", set(found.why_withheld.values()) == {file.withheld}
    expected = file.expect.plays_slower if isinstance(file.expect, Shows) else 1.0
    differences = {name: found.values[name] - plain.values[name] for name in TOLERANCES}
    withheld_for_steps = {name for name in TOLERANCES if found.why_withheld[name] == "too_few_steps"}  # a short part
    fits = all(
        abs(difference) <= TOLERANCES[name] or name in withheld_for_steps for name, difference in differences.items()
    )
    told = ", ".join(f"{name.replace('_', ' ')} {value:+.3f}" for name, value in differences.items())
    if not np.isfinite(list(found.values.values())).all():
        told += f" ({found.why_not})"
    told += f"; {found.slower:g}x, {found.used_s[0]:.1f} to {found.used_s[1]:.1f} s"
    return told, fits and found.slower == expected
