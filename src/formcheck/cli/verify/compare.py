"""A report compared with its truth file: every check with its error and its outcome. Pure; `run` makes the reports."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, Literal

import numpy as np

from formcheck.cli.verify.truth import EVENTS, EventTruth, Miss, Truth, Wanted
from formcheck.records.report import Measure, Measured, Report, SceneSeen, Step
from formcheck.records.skeleton import Side
from formcheck.words.catalogue import ENGLISH

say: Final = ENGLISH.say

MENDED_SHARE: Final = 0.5
"""A known miss counts as mended when its error is below this share of the tolerance: a larger error could pass on one
processor and fail on another. The same clip's reach was 0.027 leg off on one and 0.016 on the next."""
MATCH_S: Final = 0.15
"""An event further from the truth than this is another one: less than half the shortest stride (0.43 s at 280 steps per
minute), so that no event of the same foot is nearer."""
EDGE_S: Final = 0.15
"""Near the ends of a clip an event may be found or not: half of the motion around it is cut off."""
DEFAULT_TOLERANCE_S: Final = {"strikes": 0.025, "toe_offs": 0.040}
"""Used where a truth file gives none: a frame and a half at 60 fps; toe-off is less precise."""
FAR_FACTOR: Final = 2.0
"""The far leg is half hidden: its default tolerance is larger by this factor."""

Verdict = Literal["ok", "differs", "known miss"]
Leg = Literal["near", "far", ""]
EVENT_FIELD: Final = {"strikes": "strike_time_s", "toe_offs": "toe_off_time_s"}


@dataclass(frozen=True, slots=True)
class Check:
    """One comparison in one clip.

    ``errors`` are signed, got less truth, in ``unit``: one for a number, one per event found for events.
    ``held``: whether the report's 95 % interval covers the truth; None where there is no interval.
    """

    name: str
    leg: Leg
    truth: str
    got: str
    verdict: Verdict
    why: str = ""
    errors: tuple[float, ...] = ()
    tolerance: float = np.nan
    unit: str = ""
    held: bool | None = None

    @property
    def error(self) -> float:
        """The largest error in size; NaN where nothing could be compared."""
        return max(self.errors, key=abs, default=np.nan)

    @property
    def words(self) -> str:
        """The check in words, in the truth file's own units."""
        words = say("verify.check.words", got=self.got, truth=self.truth)
        return say("verify.check.words_why", words=words, why=self.why) if self.why else words


@dataclass(frozen=True, slots=True)
class Case:
    """A clip and its truth; None where it has no truth file yet."""

    clip: Path
    truth: Truth | None

    @property
    def name(self) -> str:
        """The clip's name without its extension, printable: file names may hold anything."""
        return "".join(letter if letter.isprintable() else "?" for letter in self.clip.stem)


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result of one clip: its report, or why it failed, in one line."""

    case: Case
    report: Report | None
    failure: str
    seconds: float


def compare(report: Report, truth: Truth) -> tuple[Check, ...]:
    """Every check of a truth file."""
    checks = (
        *_scene(report, truth),
        *_events(report, truth),
        *(_measure(name, wanted, report, None) for name, wanted in truth.measures.items()),
        *(
            _measure(name, wanted, report, side)
            for side, measures in truth.sides.items()
            for name, wanted in measures.items()
        ),
        *_withheld(report, truth),
    )
    names = {check.name for check in checks}
    unknown = (_no_such_check(name, miss.why) for name, miss in truth.misses.items() if name not in names)
    return (*(_excused(check, truth.misses) for check in checks), *unknown)


def _excused(check: Check, misses: Mapping[str, Miss]) -> Check:
    """A known difference passes as such; one that has grown, or no longer exists, fails."""
    if check.name not in misses:
        return check
    miss = misses[check.name]
    if check.verdict == "differs" and miss.within is not None and not abs(check.error) <= miss.within:
        return replace(check, why=say("verify.check.grown", why=check.why, within=f"{miss.within:g}", known=miss.why))
    if check.verdict == "differs":
        return replace(check, verdict="known miss", why=say("verify.check.known", why=check.why, known=miss.why))
    if abs(check.error) > MENDED_SHARE * check.tolerance:
        return check
    return replace(check, verdict="differs", why=mended())


def mended() -> str:
    """Why a known miss that holds now counts as a difference."""
    return say("verify.check.mended")


def _no_such_check(name: str, why: str) -> Check:
    """A failed check for a typo in `misses`, which would otherwise have no effect."""
    known = say("verify.check.known_miss", known=why)
    return _absent(name, "", known, say("verify.check.no_such_check"))


def _scene(report: Report, truth: Truth) -> Iterator[Check]:
    for key, wanted in truth.scene.items():
        if isinstance(wanted, Wanted):
            yield _number(key, "", wanted, getattr(report.scene, key), "deg")
        else:
            got = seen(report.scene, key)
            same = got == wanted
            words = (wanted or say("verify.check.nothing"), got or say("verify.check.nothing"))
            why = "" if same else say("verify.check.saw", got=words[1])
            yield Check(key, "", *words, "ok" if same else "differs", why)
    if truth.time_scale is not None:
        yield _number("time_scale", "", truth.time_scale, report.clip.time_scale.factor, "")


def seen(scene: SceneSeen, key: str) -> str | None:
    """One fact of the scene; None where the report has null, such as the heading in a view from behind."""
    word = getattr(scene, key)
    return None if word is None or (key == "heading" and word == "unknown") else str(word)


def _number(name: str, leg: Leg, wanted: Wanted, got: float, unit: str) -> Check:
    """One number, known or not, compared with the truth."""
    shown = f"{wanted.value:.4g}"
    if not np.isfinite(got):
        return _absent(name, leg, shown, say("verify.check.unknown"), tolerance=wanted.tolerance, unit=unit)
    error = float(got - wanted.value)
    holds = abs(error) <= wanted.tolerance
    off, tolerance = f"{error:+.4g}", f"{wanted.tolerance:g} {unit}".rstrip()
    why = "" if holds else say("verify.check.off", off=off, tolerance=tolerance)
    verdict: Verdict = "ok" if holds else "differs"
    return Check(name, leg, shown, f"{got:.4g}", verdict, why, (error,), wanted.tolerance, unit)


def _absent(name: str, leg: Leg, truth: str, why: str, *, tolerance: float = np.nan, unit: str = "") -> Check:
    """A check with nothing in the report to compare."""
    return Check(name, leg, truth, say("verify.check.nothing"), "differs", why, tolerance=tolerance, unit=unit)


def _measure(name: str, wanted: Wanted, report: Report, side: Side | None) -> Check:
    """A measure's headline, or its number for one side."""
    label = name if side is None else f"{name}.{side}"
    measure = report.measures.get(name)
    measured = None if measure is None else measure.headline if side is None else measure.of(side)
    leg = _leg_of_headline(measure, report) if side is None else _leg(side, report)
    shown = f"{wanted.value:.4g}"
    if measure is None or measured is None:
        return _absent(label, leg, shown, say("verify.check.no_number"))
    if wanted.unit and wanted.unit != measure.unit:
        why = say("verify.check.unit", unit=measure.unit, wanted=wanted.unit)
        return Check(label, leg, shown, f"{measured.value:.4g}", "differs", why)
    if measured.withheld is not None:
        why = say("verify.check.withheld_for", code=measured.withheld.code)
        return _absent(label, leg, shown, why, unit=measure.unit)
    return replace(_number(label, leg, wanted, measured.value, measure.unit), held=_held(measured, wanted.value))


def _held(measured: Measured, value: float) -> bool | None:
    low, high = measured.interval95
    return bool(low <= value <= high) if np.isfinite(low + high) else None


def _leg(side: Side, report: Report) -> Leg:
    """Near or far leg; empty where neither is nearer to the camera."""
    near = report.scene.near_side
    return "" if near is None else "near" if side is near else "far"


def _leg_of_headline(measure: Measure | None, report: Report) -> Leg:
    """The leg of a headline: the near one, or empty where the number is of both."""
    near = report.scene.near_side
    return "near" if measure and near and measure.of(near) == measure.headline else ""


def _events(report: Report, truth: Truth) -> Iterator[Check]:
    for event in EVENTS:
        for side in Side if event in truth.events else ():
            wanted = [one for one in truth.events[event] if one.side is side]
            yield _events_of(event, side, wanted, report, truth)


def _events_of(event: str, side: Side, wanted: list[EventTruth], report: Report, truth: Truth) -> Check:
    """All events of one kind and foot: errors of the matched ones, then missed and extra events."""
    slowed = report.clip.time_scale.factor
    leg = _leg(side, report)
    tolerance = _event_tolerance(event, leg, truth, slowed)
    truth_s = np.array([one.time_s for one in wanted])
    found_s = _found_s(event, side, report.steps)
    pairs = match(truth_s, found_s, MATCH_S * slowed)
    errors = tuple(float(found_s[j] - truth_s[i]) for i, j in pairs)
    matched = {j for _, j in pairs}
    first_s, last_s = EDGE_S * slowed, report.clip.duration_s - EDGE_S * slowed
    seen = {i for i, _ in pairs}
    extra = [float(t) for j, t in enumerate(found_s) if j not in matched and first_s < t < last_s]
    missed = [float(t) for i, t in enumerate(truth_s) if i not in seen and first_s < t < last_s]
    allowed = [tolerance if (own := wanted[i].tolerance_s) is None else own for i, _ in pairs]
    off = [(error, most) for error, most in zip(errors, allowed, strict=True) if abs(error) > most]
    why = _why_events(off, missed, extra)
    name, got = f"{event}.{side}", say("verify.check.found", count=len(pairs))
    got = say("verify.check.found_more", found=got, count=len(extra)) if extra else got
    return Check(name, leg, str(len(wanted)), got, "differs" if why else "ok", why, errors, tolerance, "s")


def _event_tolerance(event: str, leg: Leg, truth: Truth, slowed: float) -> float:
    near = truth.tolerance_s.get(event, DEFAULT_TOLERANCE_S[event] * slowed)
    return truth.far_tolerance_s.get(event, FAR_FACTOR * near) if leg == "far" else near


def _found_s(event: str, side: Side, steps: tuple[Step, ...]) -> np.ndarray:
    times = np.array([getattr(step, EVENT_FIELD[event]) for step in steps if step.side is side], dtype=np.float64)
    return np.asarray(times[np.isfinite(times)])


def _why_events(off: list[tuple[float, float]], missed: list[float], extra: list[float]) -> str:
    """Why the check of events fails; ``off`` holds errors with the tolerances that they exceed."""
    off_by = []
    if off:
        error, tolerance = max(off, key=lambda one: abs(one[0]))
        numbers = {"off": f"{1000 * error:+.0f}", "tolerance": f"{1000 * tolerance:.0f}"}
        off_by.append(say("verify.check.events_off", count=len(off), **numbers))
    if missed:
        off_by.append(say("verify.check.missed", times=_seconds(missed)))
    if extra:
        off_by.append(say("verify.check.made_up", times=_seconds(extra)))
    return "; ".join(off_by)


def _seconds(times_s: list[float]) -> str:
    return say("verify.check.seconds", times=", ".join(f"{time_s:.2f}" for time_s in times_s))


def match(truth_s: np.ndarray, found_s: np.ndarray, within_s: float) -> list[tuple[int, int]]:
    """Pairs (truth, found) one to one, the nearest first, none further apart than ``within_s``."""
    apart = np.abs(truth_s[:, None] - found_s[None, :])
    near = np.argwhere(apart <= within_s)
    found_for: dict[int, int] = {}
    for i, j in near[np.argsort(apart[tuple(near.T)])].tolist():
        if i not in found_for and j not in found_for.values():
            found_for[i] = j
    return sorted(found_for.items())


def _withheld(report: Report, truth: Truth) -> Iterator[Check]:
    headlines = {name: measure.headline.withheld for name, measure in report.measures.items()}
    if truth.expect.withheld is not None:
        codes = frozenset(reason.code for reason in headlines.values() if reason is not None)
        yield _set("withheld", truth.expect.withheld, codes, codes - truth.expect.withheld)
    if truth.expect.reasons:
        codes = frozenset(reason.code for reason in report.quality.reasons)
        yield _set("reasons", truth.expect.reasons, codes, frozenset())
    withheld = say("verify.check.withheld")
    for name in sorted(truth.expect.measures_withheld):
        if name not in headlines:
            yield _absent(f"{name}.withheld", "", withheld, say("verify.check.no_measure"))
            continue
        is_reported = headlines[name] is None
        verdict: Verdict = "differs" if is_reported else "ok"
        got = f"{report.measures[name].headline.value:.4g}" if is_reported else withheld
        yield Check(f"{name}.withheld", "", withheld, got, verdict, say("verify.check.reported") if is_reported else "")


def _set(name: str, wanted: frozenset[str], got: frozenset[str], surplus: frozenset[str]) -> Check:
    missing = wanted - got
    differences = []
    if missing:
        differences.append(say("verify.check.missing", codes=", ".join(sorted(missing))))
    if surplus:
        differences.append(say("verify.check.surplus", codes=", ".join(sorted(surplus))))
    return Check(name, "", _listed(wanted), _listed(got), "differs" if differences else "ok", "; ".join(differences))


def _listed(codes: frozenset[str]) -> str:
    return ", ".join(sorted(codes)) or say("verify.check.nothing")
