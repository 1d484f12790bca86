"""From landmarks to a gait, stage by stage: person, legs, view, beat and clock, strikes, roll, strikes again, measures.

Settings go to each stage as the part it needs; `SideView` holds what all later stages of a side view start from.
"""

from dataclasses import replace

from formcheck.gait.camera.belt import Rolls, find_yaw, roll_by_contacts, room_roll
from formcheck.gait.camera.scene import find_view
from formcheck.gait.camera.side_view import SideView
from formcheck.gait.camera.stretch import find_stretch
from formcheck.gait.events.contacts import find_both_contacts
from formcheck.gait.legs.swaps import repair_sides
from formcheck.gait.measures.possible import without_impossible
from formcheck.gait.measures.rear import measure_rear
from formcheck.gait.measures.run import measure_run
from formcheck.gait.rhythm.clock import find_pace, find_pace_end_on
from formcheck.gait.select.cleaning import bridge_gaps
from formcheck.gait.select.person import find_person, in_pieces
from formcheck.gait.select.pieces import with_sure_sides
from formcheck.gait.settings import Settings
from formcheck.records.gait import EndOn, Gait, Given, Nobody, Person, SideGait
from formcheck.records.track import PoseTrack


def find_gait(track: PoseTrack, given: Given, *, settings: Settings) -> Gait:
    """Everything the landmarks of one clip show of the gait."""
    person = find_person(track, within_s=given.within_s, settings=settings)
    match person:
        case Nobody():
            return person
        case Person(view=view) if view.is_end_on:
            return _end_on(person, given, settings)
        case Person():
            return _side_on(person, given, settings)


def _end_on(person: Person, given: Given, settings: Settings) -> EndOn:
    pace = find_pace_end_on(person, given, settings=settings)
    if pace is None:
        return EndOn(person)
    return EndOn(person, pace, measure_rear(person.pose, pace.beat) if person.view.view == "rear" else None)


def _side_on(person: Person, given: Given, settings: Settings) -> SideGait:
    """A side view: the person alone where no beat is found, with their pace where they do not run, else every step.

    Pieces in which left and right stay unclear are left out, and the rest is looked at again; that ends, for pieces are
    only ever left out.
    """
    repaired = repair_sides(person.pose, settings=settings.sides, phase=settings.phase)
    sure = with_sure_sides(person.pieces, repaired.swapped, settings=settings.pieces)
    if sure != person.pieces:
        return _side_on(in_pieces(person, sure), given, settings)
    view = find_view(repaired.track, settings=settings.scene)  # again: exchanged legs and hips had a say in the first
    person = replace(person, pose=repaired.track, view=view)
    yaw = find_yaw(view, given.uprights, settings=settings.scene)
    if repaired.beat is None:
        return SideGait(person, yaw)
    rolls = room_roll(given.uprights, incline_deg=given.incline_deg, settings=settings.scene)
    side_view = SideView(person.pose, person.clip_s, repaired.beat, view, yaw, given, settings)
    pace = find_pace(side_view.runner(rolls[0][1]), repaired.beat, person, given, settings=settings)
    if pace is None:
        return SideGait(person, yaw)
    stretch = find_stretch(person.pose, yaw.deg, settings=settings.scene)
    if not pace.running:
        return SideGait(person, yaw, pace, stretch=stretch)
    factor = pace.time_base.scale.factor
    pose = bridge_gaps(person.pose, factor, settings=settings.cleaning)
    gait = SideGait(replace(person, pose=pose), yaw, pace, stretch=stretch)
    return _running(gait, replace(side_view, pose=pose, factor=factor), rolls)


def _running(gait: SideGait, side_view: SideView, rolls: Rolls) -> SideGait:
    """A first look at the steps levels the camera and says where to look at the shoes; a second one measures them."""
    settings = side_view.settings
    runner = side_view.runner(rolls[0][1])
    _, first = find_both_contacts(runner, settings=settings)
    is_doubted = gait.pace is not None and gait.pace.time_base.contradiction is not None
    is_measured = not is_doubted and runner.leg_length_px >= settings.scene.min_leg_px
    paths = side_view.shoe_paths(first, runner) if is_measured else {}
    shoes = side_view.by_shoes(paths, first, runner)
    roll = roll_by_contacts(rolls, first.values(), side_view.view, settings=settings.scene)
    runner = side_view.runner(roll)
    beat, contacts = find_both_contacts(runner, shoes, settings=settings)
    gait = replace(gait, roll=roll)
    if beat is None or not contacts:
        return gait
    run = replace(
        measure_run(runner, beat, contacts, side_view, roll),
        shoe_px=side_view.shoe_outlines(paths.get("strike", {}), contacts),
    )
    return replace(
        gait,
        run=without_impossible(
            run,
            contacts,
            incline_deg=side_view.given.incline_deg,
            settings=settings.landing,
            scene=settings.scene,
        ),
    )
