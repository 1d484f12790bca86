"""What can be said, by the finding's code: how urgent it is, which exercises go with it, and where it comes from.

The sentences are ``finding.<code>`` in the catalogue. No text names a disease or promises that one is avoided. Sources
are those read by us; exercises, warm-up and weekly load are common coaching advice without a study behind them, and say
so. "Sets x repetitions" are a modest start of our own.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final, Literal

from formcheck.judge.reference.bands import source_in
from formcheck.records.report import Finding, Level, ReferenceBand
from formcheck.words.catalogue import ENGLISH, Voice, WordsError
from formcheck.words.sentences import filled


@dataclass(frozen=True, slots=True)
class Advice:
    """One thing formcheck can say; ``compared``: the measure whose reference runners it cites."""

    level: Level
    sources: tuple[str, ...] = ()
    exercises: Literal["hamstrings", "trunk", "one_sided"] | None = None
    compared: str = ""


DINGENEN: Final = "Dingenen et al. 2018, doi:10.1016/j.ptsp.2018.06.009"
HEIDERSCHEIT: Final = "Heiderscheit et al. 2011, doi:10.1249/MSS.0b013e3181ebedf4"
LIEBERMAN: Final = "Lieberman et al. 2015, doi:10.1242/jeb.125500"
SOUZA: Final = "Souza 2016, PMC4714754"
TENG: Final = "Teng and Powers 2015, doi:10.1249/MSS.0000000000000436"
WILLE: Final = "Wille et al. 2014, PMC4297621"
YOUNG: Final = "Young et al. 2023, Sensors 23:696"

_FAR: Final = (LIEBERMAN, WILLE, SOUZA)

_REACH: Final = "foot_ahead_of_hip"
_LEAN: Final = "trunk_lean"
_CADENCE: Final = "cadence"

ADVICE: Final = {
    "overstride_unlikely": Advice("ok", (SOUZA,), compared=_REACH),
    "overstride_possible": Advice("watch", _FAR, "hamstrings", compared=_REACH),
    "overstride_likely": Advice("act", _FAR, "hamstrings", compared=_REACH),
    "reach_uncompared": Advice("info"),
    "reach_withheld": Advice("info"),
    "reach_changes": Advice("info"),
    "lean_changes": Advice("info"),
    "lean_typical": Advice("ok", (TENG,), compared=_LEAN),
    "lean_upright": Advice("ok", (TENG,), compared=_LEAN),
    "lean_forward": Advice("ok", (TENG,), compared=_LEAN),
    "lean_bent": Advice("watch", (TENG,), "trunk", compared=_LEAN),
    "lean_back": Advice("watch", (TENG,), "trunk"),
    "lean_unsure": Advice("info", compared=_LEAN),
    "lean_uncompared": Advice("info"),
    "lean_withheld": Advice("info"),
    "reach_sides_differ": Advice("watch", (YOUNG, DINGENEN), "one_sided"),
    "contact_sides_differ": Advice("watch", (YOUNG,), "one_sided"),
    "step_sides_differ": Advice("watch", (YOUNG,), "one_sided"),
    "cadence_typical": Advice("ok", (HEIDERSCHEIT,), compared=_CADENCE),
    "cadence_low": Advice("info", (HEIDERSCHEIT,), compared=_CADENCE),
    "cadence_high": Advice("info", (HEIDERSCHEIT,), compared=_CADENCE),
    "cadence_changes": Advice("info"),
    "cadence_quicker": Advice("info", (HEIDERSCHEIT, LIEBERMAN), compared=_CADENCE),
    "view_end_on": Advice("info"),
    "pelvis_unseen": Advice("info"),
    "change_gently": Advice("info", (SOUZA,)),
}


def in_words(finding: Finding, reference: Iterable[ReferenceBand], voice: Voice = ENGLISH) -> Finding:
    """A finding with its sentences: title, text, a cue and exercises where it asks for something, and sources."""
    code, advice = finding.code, ADVICE[finding.code]
    words = filled(finding.values or {}, voice)
    asks = finding.level != "ok"
    compared = (source_in(band, voice) for band in reference if band.measure == advice.compared)
    coaching = (voice.say("exercises.source"),) if advice.exercises else ()
    return replace(
        finding,
        title=voice.say(f"finding.{code}.title", **words),
        text=voice.say(f"finding.{code}.text", **words),
        cue=voice.say(f"finding.{code}.cue", **words) if asks and voice.has(f"finding.{code}.cue") else "",
        exercises=voice.lines(f"exercises.{advice.exercises}") if asks and advice.exercises else (),
        sources=(*compared, *advice.sources, *coaching),
    )


def finding_in(finding: Finding, reference: Iterable[ReferenceBand], voice: Voice) -> Finding:
    """A finding in the reader's words; one of an older report that has no such words as it was written."""
    if finding.values is None or finding.code not in ADVICE:
        return finding
    try:
        return in_words(finding, reference, voice)
    except WordsError:  # a blank of its sentences is gone since
        return finding
