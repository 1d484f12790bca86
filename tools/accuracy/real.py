"""Foot strikes of real clips, counted by eye, against the program's: ``python -m tools.accuracy real --clips FOLDER``.

``real_strikes.csv``: the first frame (counted from 0) in which the sole touches, as two readers saw it independently,
who did not know what the program says; .5 where contact fell clearly between two frames. The clips show identifiable
people and are no part of the project.
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from formcheck.analyze import analyze_video
from formcheck.clip.reader import ClipReader
from formcheck.records.skeleton import Side
from tools.accuracy.score import SAME_EVENT_S
from tools.accuracy.table import markdown
from tools.accuracy.truth import Floats

TABLE: Final = Path(__file__).with_name("real_strikes.csv")


@dataclass(frozen=True, slots=True)
class Seen:
    """One strike: its clip, whose foot, and the frame by each reader (NaN: not counted)."""

    clip: str
    leg: Side
    side: str
    frames: tuple[float, ...]


def seen_by_eye() -> list[Seen]:
    """Every strike that was counted."""
    with TABLE.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    looks = ("first_look_frame", "second_look_frame")
    return [
        Seen(row["clip"], Side(row["leg"]), row["side"], tuple(_number(row[look]) for look in looks)) for row in rows
    ]


def _number(text: str) -> float:
    return float(text) if text else np.nan


def real_table(folder: Path) -> str:
    """What the program finds of what both readers saw, by clip and leg; how far apart readers and program are, ms."""
    head = ["clip", "leg", "by eye", "found", "made up", "program, mean and SD", "second reader, mean and SD"]
    clips = dict.fromkeys(one.clip for one in seen_by_eye())
    lines = [line for clip in clips for path in folder.glob(f"{clip}.*") for line in _lines(clip, path)]
    return markdown(head, lines)


def _lines(clip: str, path: Path) -> Iterator[list[str]]:
    report = analyze_video(path)
    with ClipReader(path, max_side_px=64, grey=True) as reader:
        time_s = np.array([frame.time_s for frame in reader])
    for side in ("near", "far"):
        strikes = [one for one in seen_by_eye() if (one.clip, one.side) == (clip, side)]
        legs = {one.leg for one in strikes}
        told_s = np.array([step.strike_time_s for step in report.steps if step.side in legs])
        eye_s = np.interp([one.frames for one in strikes], np.arange(len(time_s)), time_s)
        yield [clip, side, *_cells(eye_s, told_s)]


def _cells(eye_s: Floats, told_s: Floats) -> list[str]:
    """``eye_s`` (N, 2) by reader, ``told_s`` (K,) by the program."""
    both_s = np.nanmean(eye_s, axis=1)
    apart = told_s[:, None] - both_s
    nearest = np.abs(apart)
    found = [float(apart[nearest[:, one].argmin(), one]) for one in range(len(both_s)) if len(told_s)]
    off_ms = 1e3 * np.array([each for each in found if abs(each) <= SAME_EVENT_S])
    within = (told_s >= both_s.min() - SAME_EVENT_S) & (told_s <= both_s.max() + SAME_EVENT_S)
    made_up = int((nearest[within].min(axis=1) > SAME_EVENT_S).sum()) if within.any() else 0
    readers_ms = 1e3 * np.diff(eye_s, axis=1)
    return [str(len(both_s)), str(len(off_ms)), str(made_up), _mean_and_sd(off_ms), _mean_and_sd(readers_ms)]


def _mean_and_sd(values: Floats) -> str:
    seen = values[np.isfinite(values)]
    return f"{seen.mean():+.0f}, {seen.std():.0f}" if len(seen) else "-"
