"""How fast the feet follow each other, whether that is a run, and which seconds are real."""

from dataclasses import replace

import numpy as np

from formcheck.gait.rhythm.clock import Played, find_fall_g, find_time_base, is_running, walks_end_on
from formcheck.gait.rhythm.phase import find_beat, slow_path
from formcheck.gait.settings import Settings
from formcheck.records.gait import Beat, Given, Pace, Person
from formcheck.records.skeleton import Side
from formcheck.records.track import RunnerTrack


def find_pace(
    runner: RunnerTrack,
    beat: Beat,
    person: Person,
    given: Given,
    *,
    settings: Settings,
) -> Pace:
    """The pace of a side view; ``runner`` on the clip's own clock."""
    hip_height = runner.middle_ll("hip")[:, 1]
    fall_g = find_fall_g(hip_height, beat, settings=settings.time)
    played = Played(120 / beat.period_s, is_running(hip_height, beat), fall_g)
    return _pace(person, beat, played, given, settings)


def find_pace_end_on(person: Person, given: Given, *, settings: Settings) -> Pace | None:
    """The pace from the front or behind, where the beat shows in the height of the ankles; None where there is none."""
    pose = person.pose
    separation = pose.joint_px(Side.LEFT, "ankle")[:, 1] - pose.joint_px(Side.RIGHT, "ankle")[:, 1]
    beat = find_beat(pose.time_s, separation, settings=settings.phase)
    if beat is None:
        return None
    hips_px = (pose.joint_px(Side.LEFT, "hip") + pose.joint_px(Side.RIGHT, "hip")) / 2
    hip_height = (slow_path(pose.time_s, hips_px, beat) - hips_px)[:, 1] / person.leg_px
    played = Played(120 / beat.period_s, True, find_fall_g(hip_height, beat, settings=settings.time))
    played = replace(played, running=not walks_end_on(played, settings=settings.time))
    return _pace(person, beat, played, given, settings)


def _pace(
    person: Person,
    beat: Beat,
    played: Played,
    given: Given,
    settings: Settings,
) -> Pace:
    time_base = find_time_base(
        played,
        clip_fps=1 / float(np.median(np.diff(person.pose.time_s))),
        declared_fps=given.declared_fps,
        metadata_fps=given.metadata_fps,
        settings=settings.time,
    )
    return Pace(beat, played.running, played.fall_g, time_base)
