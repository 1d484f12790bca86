"""Who is in the clip, and in which part of it one person moves steadily."""

from dataclasses import replace

import numpy as np

from formcheck.gait.camera.scene import find_bounce, find_growth, find_turn_deg, find_view
from formcheck.gait.rhythm.apart import laid_apart
from formcheck.gait.select.cleaning import hide_unseen
from formcheck.gait.select.pieces import find_pieces
from formcheck.gait.select.presence import feet_outside_frac, find_presence, seen_whole, strangers
from formcheck.gait.select.steady import find_steady
from formcheck.gait.settings import Settings
from formcheck.records.gait import Nobody, Person, Piece
from formcheck.records.track import PoseTrack


def find_person(track: PoseTrack, *, within_s: tuple[float, float], settings: Settings) -> Person | Nobody:
    """The person who runs, in the frames in which they are seen and move steadily."""
    seen = hide_unseen(track, settings=settings.cleaning)
    present = find_presence(seen, within_s=within_s, settings=settings.presence)
    if present is None:
        return Nobody(feet_outside_frac(track))
    first, last = present
    pose = seen.cut(first, last)
    jumped = strangers(pose, settings=settings.presence)
    pose, start, end = pose.hide(jumped), 0, len(pose)
    if not find_view(pose, settings=settings.scene).is_end_on:  # there the ankles' distance shows perspective
        start, end = find_steady(pose, settings=settings.steady)
    pose = pose.cut(start, end)
    whole = track.cut(first + start, first + end)
    person = _person(pose, whole, settings)
    stands_upright = abs(person.turned_deg) <= settings.scene.upright_within_deg
    from_side = stands_upright and not person.view.is_end_on
    person = in_pieces(person, find_pieces(pose, from_side=from_side, settings=settings))
    return replace(
        person,
        part=(first + start, first + end),
        strangers=tuple(int(first + frame) for frame in np.flatnonzero(jumped) if start <= frame < end),
        bounce_trunks=find_bounce(person.pose),
        growth=find_growth(person.pose),
        feet_outside_frac=feet_outside_frac(whole.hide(~person.used)),
    )


def in_pieces(person: Person, pieces: tuple[Piece, ...]) -> Person:
    """The person in these pieces alone; where all are left out, as a whole, for that is what the clip shows."""
    person = replace(person, pieces=pieces)
    if all(piece.left_out for piece in pieces):
        return person
    time_s = laid_apart(person.clip_s, [piece.start for piece in pieces])
    return replace(person, pose=replace(person.pose.hide(~person.used), time_s=time_s))


def find_person_in_stills(track: PoseTrack, *, settings: Settings) -> Person | Nobody:
    """The person in a few pictures that lie far apart: how they are filmed, and nothing of how they move."""
    pose = hide_unseen(track, settings=settings.cleaning)
    return _person(pose, track, settings) if seen_whole(pose).any() else Nobody(feet_outside_frac(track))


def _person(pose: PoseTrack, track: PoseTrack, settings: Settings) -> Person:
    """Who is seen in all of a pose, which is ``track`` without what was not seen."""
    view = find_view(pose, settings=settings.scene)
    return Person(
        part=(0, len(pose)),
        pose=pose,
        clip_s=pose.time_s,
        pieces=(Piece(0, len(pose)),),
        strangers=(),
        view=view,
        leg_px=pose.leg_px(view.near_side),
        bounce_trunks=np.nan,
        feet_outside_frac=feet_outside_frac(track),
        turned_deg=find_turn_deg(pose),
    )
