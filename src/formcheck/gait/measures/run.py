"""What a run seen from the side shows once its ground contacts are known."""

from collections.abc import Mapping
from dataclasses import replace

from formcheck.gait.camera.belt import belt_speed_ll_s
from formcheck.gait.camera.side_view import SideView
from formcheck.gait.events.contacts import SideContacts
from formcheck.gait.measures.steps import frame_series, measure_steps
from formcheck.gait.select.cleaning import smooth
from formcheck.records.gait import Beat, Run, Turn
from formcheck.records.skeleton import Side
from formcheck.records.track import RunnerTrack


def measure_run(
    runner: RunnerTrack, beat: Beat, contacts: Mapping[Side, SideContacts], side_view: SideView, roll: Turn
) -> Run:
    """The belt, every step and every frame of a run; ``beat`` and ``contacts`` in real time."""
    settings, incline_deg = side_view.settings, side_view.given.incline_deg
    belt = belt_speed_ll_s(contacts, runner, settings=settings.scene) * (1 + settings.offsets.foot_slow_frac)
    cutoff_hz = settings.cleaning.angle_cutoff_hz
    smooth_xy = smooth(runner.time_s, runner.xy_ll, cutoff_hz=cutoff_hz, settings=settings.cleaning)
    smoothed = replace(runner, xy_ll=smooth_xy)
    series = frame_series(smoothed, incline_deg=incline_deg, offsets=settings.offsets)
    steps = measure_steps(
        runner,
        smoothed,
        series,
        {side: one.contacts for side, one in contacts.items()},
        incline_deg=incline_deg,
        settings=settings.events,
        offsets=settings.offsets,
    )
    return Run(
        runner=runner,
        beat=beat,
        steps=steps,
        series=series,
        belt_speed_ll_s=belt,
        surface=side_view.surface(belt * runner.leg_length_px),
        belt_line=side_view.belt_lines(contacts, runner, roll),
    )
