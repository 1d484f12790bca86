"""What a run seen from the side shows once its ground contacts are known."""

from collections.abc import Mapping
from dataclasses import replace

from formcheck.gait.camera.side_view import SideView
from formcheck.gait.events.contacts import SideContacts
from formcheck.gait.measures.definitions import Leg, leg_of
from formcheck.gait.measures.steps import frame_series, measure_steps
from formcheck.gait.select.cleaning import smooth
from formcheck.records.gait import Beat, Run, Turn
from formcheck.records.skeleton import Side
from formcheck.records.track import RunnerTrack


def measure_run(
    runner: RunnerTrack, beat: Beat, contacts: Mapping[Side, SideContacts], side_view: SideView, roll: Turn
) -> Run:
    """The belt, every step and every frame of a run; ``beat`` and ``contacts`` in real time."""
    settings = side_view.settings
    belt = side_view.belt_ll_s(contacts, runner)
    cutoff_hz = settings.cleaning.angle_cutoff_hz
    smooth_xy = smooth(runner.time_s, runner.xy_ll, cutoff_hz=cutoff_hz, settings=settings.cleaning)
    smoothed = replace(runner, xy_ll=smooth_xy)
    hip_ahead_ll = {runner.near_side: _hip_ahead_ll(side_view, belt)}

    def legs_of(track: RunnerTrack) -> dict[Side, Leg]:
        return {
            side: leg_of(
                track,
                side,
                incline_deg=side_view.given.incline_deg,
                offsets=settings.offsets,
                hip_ahead_ll=hip_ahead_ll.get(side, 0.0),
            )
            for side in Side
        }

    series = frame_series(legs_of(smoothed))
    placed = {side: one.contacts for side, one in contacts.items()}
    steps = measure_steps(legs_of(runner), smoothed, series, placed, settings=settings.events)
    return Run(
        runner=runner,
        beat=beat,
        steps=steps,
        series=series,
        belt_speed_ll_s=belt,
        surface=side_view.surface(belt * runner.leg_length_px),
        belt_line=side_view.belt_lines(contacts, runner, roll),
        by_shoe=frozenset(side for side, one in contacts.items() if one.by_shoe),
    )


def _hip_ahead_ll(side_view: SideView, belt_ll_s: float) -> float:
    """How far the near hip's joint lies ahead of the drawn one, by what the clip shows."""
    facing_right = side_view.view.heading == "right"
    hip = side_view.settings.offsets.hip
    return hip.ahead_ll(facing_right=facing_right, yaw_deg=side_view.yaw.deg, belt_ll_s=belt_ll_s)
