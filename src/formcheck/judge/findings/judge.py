"""The findings of a clip, in their order; nothing is diagnosed."""

from collections.abc import Iterator, Mapping

from formcheck.judge.findings.advice import in_words
from formcheck.judge.findings.cadence import cadence
from formcheck.judge.findings.case import Case, finding_of
from formcheck.judge.findings.landing import landing
from formcheck.judge.findings.lean import lean
from formcheck.judge.findings.sides import sides
from formcheck.records.report import Change, Finding, KeyFrame, Measure, Quality, ReferenceBand, SceneSeen
from formcheck.records.values import Sentence
from formcheck.words.reasons import sentences_of


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
    case = Case(measures, scene, quality, {band.measure: band for band in reference}, frames, changed)
    landed = landing(case)
    found = (
        *landed,
        *lean(case),
        *sides(case),
        *cadence(case, {finding.code for finding in landed if finding.level != "ok"}),
    )
    gently = [finding_of("change_gently")] if any(finding.level in ("act", "watch") for finding in found) else []
    return tuple(in_words(finding, reference) for finding in (*found, *gently, *_limits(case)))


def _limits(case: Case) -> Iterator[Finding]:
    """What this clip, or any clip, cannot show."""
    if case.scene.view in ("rear", "front"):
        yield finding_of("view_end_on", end=Sentence(f"end.{case.scene.view}"))
        return
    for name, code in (("foot_ahead_of_hip", "reach_withheld"), ("trunk_lean", "lean_withheld")):
        reason = case.measures[name].headline.withheld if name in case.measures else None
        if reason:
            yield finding_of(code, why=sentences_of(reason))
    yield finding_of("pelvis_unseen")
