"""May we speak about this clip? Every refusal says why and how to film better."""

import math
from collections.abc import Iterator
from typing import Final

import numpy as np

from formcheck.gait.settings import Settings
from formcheck.records.filmed import Filmed
from formcheck.records.gait import (
    EndOn,
    Gait,
    Nobody,
    Pace,
    Person,
    Piece,
    Run,
    SideGait,
    View,
    slow_motion_factor,
    time_scale,
)
from formcheck.records.report import Reason
from formcheck.records.skeleton import Side
from formcheck.records.track import mean_fps
from formcheck.records.values import Sentence
from formcheck.words.reasons import reason

DOUBTS: Final = frozenset({"clock_doubted", "scale_disagreement", "speed_implausible"})
"""The reasons that may lie in the clip's clock."""

END_ON: Final[dict[View, str]] = {"rear": "rear_view", "front": "front_view"}
"""The reason that a view from one end stands for."""


def without_ghosts(gait: Gait, filmed: Filmed, *, settings: Settings) -> Gait:
    """The gait; `Nobody` where it is what a pose model sometimes takes for a person: an animal, a poster, a coat."""
    is_person = isinstance(gait, EndOn | SideGait) and gait.pace is not None
    return gait if is_person or filmed.seen_frac >= settings.presence.min_person_frac else Nobody()


def find_obstacles(gait: Gait, filmed: Filmed, *, settings: Settings) -> tuple[Reason, ...]:
    """Reasons that withhold reach, lean and every other side-view number; the most important first."""
    if filmed.frames < settings.presence.min_frames:
        return (reason("clip_too_short"),)
    match gait:
        case Nobody():
            return find_framing_obstacles(gait, filmed, settings=settings)
        case EndOn(person, pace):
            return tuple(_obstacles_of(person, pace, filmed, settings))
        case SideGait(person, _, pace, _, run, stretch):
            found = tuple(_obstacles_of(person, pace, filmed, settings)) or tuple(
                _run_obstacles(run, stretch, settings)
            )
            used, backward = (_frames_of(person.pieces, why) for why in ("", "backward"))
            is_glimpse = run is None or len(run.steps) < settings.intervals.min_steps
            explains = backward > used and (found or is_glimpse)
            return (reason("plays_backward"),) if explains else found


def _frames_of(pieces: tuple[Piece, ...], left_out: str) -> int:
    return sum(piece.end - piece.start for piece in pieces if piece.left_out == left_out)


def find_framing_obstacles(seen: Person | Nobody, filmed: Filmed, *, settings: Settings) -> tuple[Reason, ...]:
    """Those of them that lie in how the clip was filmed, and that a few pictures of it show as well."""
    match seen:
        case Person():
            return tuple(_framing_of(seen, filmed, settings))
        case Nobody() if filmed.seen_frac < settings.presence.min_person_frac:
            return (reason("nobody_seen"),)
        case Nobody(outside_frac) if outside_frac > settings.presence.feet_outside_frac:
            return (reason("feet_out_of_picture"),)
        case Nobody():
            return (reason("legs_hidden", "whole_body"),)


def _obstacles_of(person: Person, pace: Pace | None, filmed: Filmed, settings: Settings) -> Iterator[Reason]:
    """What lies in the filming; where that lets the gait be seen (from an end, its rhythm), what lies in the gait."""
    framing = find_framing_obstacles(person, filmed, settings=settings)
    yield from framing
    if not all(each.code in END_ON.values() for each in framing):
        return
    if pace is None:
        yield _why_no_beat(person, settings)
        return
    if not pace.running:
        yield _why_no_run(person, pace, settings)
    if pace.time_base.contradiction is not None:
        yield contradiction(pace, mean_fps(person.pose.time_s))


def _run_obstacles(run: Run | None, stretch: float, settings: Settings) -> Iterator[Reason]:
    if abs(math.log(stretch)) > settings.scene.largest_stretch_log:
        yield reason("picture_stretched", "wide" if stretch > 1 else "narrow")
    elif run is None:
        yield reason("legs_hidden")
    elif run.belt_speed_ll_s < settings.scene.slowest_run_ll_s:
        yield reason("no_steady_running", "drill")
    elif run.impossible_frac.get(run.runner.near_side, 0.0) > settings.landing.most_impossible_frac:
        yield reason("impossible_strikes")


def _why_no_run(person: Person, pace: Pace, settings: Settings) -> Reason:
    if person.view.is_end_on:
        return reason("walking", "standing")
    if pace.walking:
        return reason("walking")
    is_drill = pace.fall_g >= settings.time.running_fall_g[0]
    return reason("no_steady_running", "drill") if is_drill else reason("no_steady_running")


def _why_no_beat(person: Person, settings: Settings) -> Reason:
    if person.bounce_trunks < settings.scene.least_bounce_trunks:
        return reason("walking", "standing")
    ankles = (person.pose.joint_px(side, "ankle")[person.used, 0] for side in Side)
    hidden = any(np.isfinite(path).mean() < settings.presence.min_leg_seen_frac for path in ankles)
    return reason("legs_hidden") if hidden else reason("no_steady_running")


def _framing_of(person: Person, filmed: Filmed, settings: Settings) -> Iterator[Reason]:
    view = person.view
    if filmed.ambiguous:
        yield reason("several_runners")
    if abs(person.turned_deg) > settings.scene.upright_within_deg:  # then nothing below would be true
        yield _turned(person.turned_deg, settings)
        return
    if view.is_end_on:
        yield reason(END_ON[view.view])
    elif view.view == "unclear" or abs(view.yaw_deg) > settings.scene.largest_yaw_deg:
        yield reason("not_side_view")
    elif not 1 / settings.scene.largest_growth <= person.growth <= settings.scene.largest_growth:
        yield _changes_size(person.growth)
    if person.leg_px < settings.scene.min_leg_px:
        yield reason("runner_too_small")
    if person.feet_outside_frac > settings.presence.feet_outside_frac:
        yield reason("feet_out_of_picture")


def _turned(turned_deg: float, settings: Settings) -> Reason:
    deg = turn_to_upright_deg(turned_deg, settings)
    if deg == 180:
        return reason("clip_turned", turn=Sentence("turn.half"), deg=deg)
    return reason("clip_turned", "on_side", turn=Sentence("turn.left" if deg == 270 else "turn.right"), deg=deg)


def turn_to_upright_deg(turned_deg: float, settings: Settings) -> int:
    """By how many right angles, in degrees clockwise, a picture is to be turned whose bodies are turned so far."""
    if not abs(turned_deg) > settings.scene.upright_within_deg:
        return 0
    if abs(turned_deg) > 180 - settings.scene.upright_within_deg:
        return 180
    return 270 if turned_deg > 0 else 90


def _changes_size(growth: float) -> Reason:
    return reason("distance_changes", "larger" if growth > 1 else "smaller", percent=round(100 * abs(growth - 1)))


def find_doubts(gait: Gait, run: Run | None, filmed: Filmed, fps: float, *, settings: Settings) -> tuple[Reason, ...]:
    """Reasons that widen the error without withholding anything; ``fps`` as the clip plays, ``run`` if measured."""
    factor = slow_motion_factor(gait)
    from_behind = isinstance(gait, EndOn) and gait.rear is not None
    candidates = (
        (bool(filmed.damage), reason("clip_damaged", damage=filmed.damage)),
        (has_company(filmed), reason("several_people")),
        (filmed.mirrored, reason("mirrored_picture")),
        (run is not None and is_interrupted(gait), _interrupted(gait)),  # a turned or leaving runner only looks cut
        (abs(factor - 1) > 0.01, _slow_motion(gait)),
        (from_behind, reason("rear_view_weak")),
        (run is not None and run.surface == "overground", reason("overground")),
        (fps * factor < settings.scene.good_fps, reason("low_frame_rate", good_fps=settings.scene.good_fps)),
        (_is_oblique(gait, settings), reason("oblique_view")),
    )
    return tuple(doubt for applies, doubt in candidates if applies)


def is_interrupted(gait: Gait) -> bool:
    """Whether the run is in pieces."""
    return not isinstance(gait, Nobody) and len(gait.person.pieces) > 1


def _interrupted(gait: Gait) -> Reason:
    pieces = () if isinstance(gait, Nobody) else gait.person.pieces
    left_out = tuple(dict.fromkeys(Sentence(f"left_out.{one.left_out}") for one in pieces if one.left_out))
    used = sum(not piece.left_out for piece in pieces)
    return reason("interrupted", "left_out" if left_out else "message", pieces=used, left_out=left_out)


def has_company(filmed: Filmed) -> bool:
    """Whether others are there, and it is clear who runs."""
    return filmed.people > 1 and not filmed.ambiguous


def _is_oblique(gait: Gait, settings: Settings) -> bool:
    """Whether a side view was filmed from so far ahead or behind that its numbers suffer."""
    if not isinstance(gait, SideGait) or gait.pace is None or gait.person.view.view != "side":
        return False
    return abs(gait.yaw.deg) > settings.scene.oblique_yaw_deg


def _slow_motion(gait: Gait) -> Reason:
    scale = time_scale(gait)
    return reason("slow_motion", factor=scale.factor, source=Sentence(f"time_scale.{scale.source}"))


def contradiction(pace: Pace, fps: float) -> Reason:
    """Why the clip's seconds cannot be the runner's; ``fps`` as it plays."""
    scale = pace.time_base.scale
    why = f"{pace.time_base.contradiction}".replace("told", scale.source)
    cadence = round(120 / pace.beat.period_s * scale.factor)
    return reason("time_scale_contradiction", why, cadence=cadence, factor=scale.factor, clip_fps=round(fps))
