"""From a clip to a Report: watch the runner, then assess what was seen. The only place that joins the two."""

import os
from dataclasses import replace
from pathlib import Path
from typing import Final

from formcheck.clip.limits import LIMITS, ReadingLimits
from formcheck.gait.settings import settings_for
from formcheck.judge.assess import assess
from formcheck.records.options import RunOptions
from formcheck.records.report import ModelUsed, Report
from formcheck.vision.watch import (
    LOOKS_PER_S,
    OnFollowed,
    Progress,
    ShoesIn,
    Watched,
    following_share,
    frames_a_look,
    tell_nobody,
)
from formcheck.vision.weights.models import Model, find_model
from formcheck.words.catalogue import ENGLISH

say: Final = ENGLISH.say


def analyze_video(
    path: str | os.PathLike[str],
    *,
    height_m: float | None = None,
    speed_kmh: float | None = None,
    incline_pct: float = 0.0,
    capture_fps: float | None = None,
    from_s: float | None = None,
    to_s: float | None = None,
    turn_deg: float = 0.0,
    model: str = "full",
    on_progress: Progress | None = None,
    on_followed: OnFollowed | None = None,
    limits: ReadingLimits = LIMITS,
) -> Report:
    """Assess one clip of a treadmill runner.

    ``from_s`` and ``to_s``, seconds of the clip, bound the part that is measured; ``turn_deg``, 90, 180 or 270, turns
    the picture clockwise. ``model`` is lite, full, heavy or the path of a .task file. ``on_progress(stage, 0..1)`` gets
    the share of the work done, ``on_followed(frame)`` each frame in which the runner was looked for, from one of two
    threads; ``limits`` bound the size of the clip.

    Raises UsageError when an option is not valid, ClipError when the clip can't be read and ModelError when the pose
    model is not available. A clip that shows too little gives a Report with numbers withheld.
    """
    tell = on_progress or tell_nobody
    options = RunOptions(
        height_m=height_m,
        speed_kmh=speed_kmh,
        incline_pct=incline_pct,
        capture_fps=capture_fps,
        from_s=from_s,
        to_s=to_s,
        turn_deg=turn_deg,
    )
    options.check()
    watched = Watched(
        Path(path), options.within_s, tell, limits, turn_deg=turn_deg, on_followed=on_followed
    )  # before a model is downloaded
    weights = find_model(os.fspath(model), on_progress=lambda stage, _: tell(stage, 0.0))
    every = frames_a_look(watched.filmed_fps(capture_fps))
    report = _assess_watched(watched, every, options, weights)
    by_itself = frames_a_look(watched.probe.fps or LOOKS_PER_S)
    if every > by_itself and not report.steps:  # was it really filmed faster than it plays?
        report = _assess_watched(watched, by_itself, options, weights)
    evidence = report.evidence
    if evidence is None:
        return report
    return replace(report, evidence=replace(evidence, others={**evidence.others, **watched.others}))


def _assess_watched(watched: Watched, every: int, options: RunOptions, weights: Model) -> Report:
    seen = watched.see(weights.path, every)
    begun = following_share(every)
    watched.tell(say("stage.measuring"), begun)
    return assess(
        seen.track,
        options,
        clip=seen.clip,
        filmed=seen.filmed,
        model=ModelUsed(weights.name, weights.sha256),
        metadata_fps=seen.metadata_fps,
        uprights=seen.uprights,
        shoes=ShoesIn(watched.path, watched.limits, watched.tell, watched.turn_deg, begun),
        settings=settings_for(weights.name),
    )
