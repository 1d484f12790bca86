"""What was measured at every frame, for a chart that moves with the video: an artefact beside the report."""

import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from formcheck.records.report import Report
from formcheck.records.skeleton import Side
from formcheck.records.track import Floats, RunnerTrack

MOTION: Final = "motion.json"
JOINTS: Final = ("shoulder", "elbow", "wrist", "hip", "knee", "ankle", "heel", "foot_index")
"""Of the skeleton, on each side."""
_DECIMALS: Final = {"s": 4, "deg": 1, "leg_length": 3}


def write_motion(folder: Path, report: Report) -> None:
    """Write it into the result's folder; nothing where no one was tracked."""
    motion = motion_of(report)
    if motion:
        text = json.dumps(motion, allow_nan=False, separators=(",", ":"))
        (folder / MOTION).write_text(text, encoding="utf-8")


def motion_of(report: Report) -> dict[str, Any] | None:
    """Times on the clip's own clock (s), lean and knee bend (deg), foot ahead of hip (leg lengths), and the skeleton.

    null = not seen or withheld.
    """
    series = report.evidence.series if report.evidence else None
    if report.evidence is None or series is None:
        return None
    return {
        "time_s": _numbers(report.evidence.pose.time_s, "s"),
        "trunk_lean": _numbers(series.trunk_lean_deg, "deg"),
        "foot_ahead_of_hip": _sides(series.foot_ahead_of_hip, "leg_length"),
        "knee_flexion": _sides(series.knee_flexion_deg, "deg"),
        "skeleton": skeleton_of(report.evidence.runner),
    }


def skeleton_of(runner: RunnerTrack | None) -> dict[str, Any] | None:
    """Where the joints are, seen from the middle of the hips: leg lengths, the way the runner runs and up."""
    if runner is None:
        return None
    hips = runner.middle_ll("hip")
    joints = {side: {name: runner.joint_ll(side, name) - hips for name in JOINTS} for side in Side}
    return {"head": _path(runner.middle_ll("ear") - hips)} | {
        str(side): {name: _path(path) for name, path in paths.items()} for side, paths in joints.items()
    }


def _path(xy_ll: Floats) -> dict[str, list[float | None]]:
    return {"forward": _numbers(xy_ll[:, 0], "leg_length"), "up": _numbers(xy_ll[:, 1], "leg_length")}


def _sides(values: Mapping[Side, Floats], unit: str) -> dict[str, list[float | None]]:
    return {str(side): _numbers(found, unit) for side, found in values.items()}


def _numbers(values: Floats, unit: str) -> list[float | None]:
    return [round(float(value), _DECIMALS[unit]) if math.isfinite(value) else None for value in values]
