"""Which strikes no runner lands with: there something else was taken for a landing, and its numbers are those of that.

A strike read at mid-stance bends the knee by 45 degrees and leans the shank back by 15; a foot that is hidden is drawn
anywhere. Such steps are left out.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace

import numpy as np

from formcheck.gait.camera.belt import belt_slope_deg
from formcheck.gait.events.contacts import SideContacts
from formcheck.gait.settings import LandingSettings, SceneSettings
from formcheck.records.gait import Run, StepValues
from formcheck.records.skeleton import Side

FOLLOWED_BY = ("step_time", "flight_time", "vertical_oscillation")
"""What of a step reaches to the other foot's next strike, and means nothing where that is none."""


def without_impossible(
    run: Run,
    contacts: Mapping[Side, SideContacts],
    *,
    incline_deg: float,
    settings: LandingSettings,
    scene: SceneSettings,
) -> Run:
    """The run without the steps that no runner makes, and with their share of each side's."""
    falling = {side for side, one in contacts.items() if _falls(one, settings, scene)}
    wrong = [
        step.contact.side in falling or not is_possible(step, incline_deg=incline_deg, settings=settings)
        for step in run.steps
    ]
    shares = {side: _share(run.steps, wrong, side) for side in Side}
    return replace(run, steps=tuple(_kept(run.steps, wrong)), impossible_frac=shares)


def is_possible(step: StepValues, *, settings: LandingSettings, incline_deg: float = 0.0) -> bool:
    """Whether a step is one that a runner can make; what was not seen contradicts nothing.

    The foot's angle is that of its shoe: landmarks of a small pose model draw it up to 36 degrees off.
    """
    least_deg, most_deg = settings.knee_deg
    uphill_deg = settings.knee_per_incline * max(incline_deg, 0.0)
    limits = (
        (step.values["knee_flexion"], (least_deg, most_deg + uphill_deg)),
        (step.values["shank_angle"], settings.shank_deg),
        (step.contact.shoe_deg, settings.foot_deg),
        (step.values["foot_ahead_of_hip"], settings.reach_ll),
    )
    within = [not (value < low or value > high) for value, (low, high) in limits]
    longest_s = settings.longest_contact_steps * step.values["step_time"]
    return all(within) and not step.values["contact_time"] > longest_s


def _falls(contacts: SideContacts, settings: LandingSettings, scene: SceneSettings) -> bool:
    return abs(belt_slope_deg(contacts, settings=scene)) > settings.steepest_stance_deg


def _share(steps: tuple[StepValues, ...], wrong: list[bool], side: Side) -> float:
    own = [is_wrong for step, is_wrong in zip(steps, wrong, strict=True) if step.contact.side is side]
    return float(np.mean(own)) if own else 0.0


def _kept(steps: tuple[StepValues, ...], wrong: list[bool]) -> Iterable[StepValues]:
    """The other steps, without what they share with one that is left out."""
    for number, step in enumerate(steps):
        if wrong[number]:
            continue
        lost = FOLLOWED_BY if any(wrong[number + 1 : number + 2]) else ()
        lost = (*lost, "duty_factor") if any(wrong[number + 1 : number + 3]) else lost
        yield replace(step, values=dict(step.values) | dict.fromkeys(lost, np.nan)) if lost else step
