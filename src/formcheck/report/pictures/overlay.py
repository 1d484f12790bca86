"""One picture of the overlay video: marks on the runner, and under the picture live values and a time line.

All words stand in a panel below the picture, so none ever covers the runner. Every picture of a clip comes out
the same size, with or without a pose.
"""

from typing import Final

import numpy as np

from formcheck.records.report import Report, Step
from formcheck.records.skeleton import Side
from formcheck.records.track import Frame, Image
from formcheck.report.pictures import ink, marks
from formcheck.report.pictures.key_frame import values_at
from formcheck.report.pictures.marks import Sight
from formcheck.words.catalogue import ENGLISH, Voice
from formcheck.words.numbers import UNKNOWN, bare, number, quantity

# A phone shows an upright clip 360 px wide, and a lying one about 640 px wide when it is turned.
_UPRIGHT_PENS: Final = 360
_LYING_PENS: Final = 640

_THINNEST_PX: Final = 1.5  # dashes thinner than this drown in their rims
_LONGEST_FLIGHT_S: Final = 0.3  # runners fly 0.05 to 0.2 s; a longer gap holds a step that was missed
_CELLS: Final = 4
_ROW_PENS: Final = 44
_NAME_PENS: Final = 12.5
_VALUE_PENS: Final = 19
_LANE_PENS: Final = 11
_LANES_PENS: Final = 34
_SHOWN_S: Final = 3.0  # real time across the time line: about four strides
_FLASH_S: Final = 0.07  # real time an event stays lit: two frames at 30 fps, over before the other foot lands


def draw_overlay(frame: Frame, report: Report, voice: Voice = ENGLISH) -> Image:
    """The annotated picture of one frame: a new RGB picture, the frame's width and a panel taller.

    Frames without a pose keep the picture and say so in the panel; without measurements the skeleton is drawn.
    """
    height, width = frame.image.shape[:2]
    pen = max(width / (_LYING_PENS if width > height else _UPRIGHT_PENS), 1.0)
    columns = 4 if width > height and width >= _LYING_PENS else 2
    canvas: Image = np.empty((height + _panel_px(height, pen, columns), width, 3), dtype=np.uint8)
    picture, panel = canvas[:height], canvas[height:]  # parts of one array: copying twice would cost more than drawing
    picture[:] = frame.image
    ink.fill(panel, (0, 0), (width, len(panel)), ink.NIGHT)
    row = marks.row_of(report, frame)
    if row is not None and report.evidence is not None:
        scale = width / report.evidence.pose.width_px
        sight = marks.sight_of(report, row, pen_px=max(pen, _THINNEST_PX)).seen_through(scale)
        _draw_marks(picture, sight, report, frame.time_s, row=row, scale=scale)
    _draw_cells(panel, _cells(report, frame.time_s, row, voice), pen, columns)
    _draw_time_line(panel, report, frame.time_s, pen, voice)
    return canvas


def _panel_px(height: int, pen: float, columns: int) -> int:
    """Room for the values and the time line; the whole picture gets an even height, as H.264 wants it."""
    panel = round(pen * (_ROW_PENS * _CELLS / columns + _LANES_PENS))
    return panel + (height + panel) % 2


def _draw_marks(picture: Image, sight: Sight, report: Report, time_s: float, *, row: int, scale: float) -> None:
    series = report.evidence.series if report.evidence is not None else None
    side = _standing(report, time_s)
    if report.evidence is not None and side is not None and side in report.evidence.belt_line:
        belt = np.array(report.evidence.belt_line[side])
        marks.draw_belt(picture, sight, marks.belt_line(sight, belt[:2] * scale, belt[2:]))
    marks.draw_shoes(picture, sight)
    marks.draw_skeleton(picture, sight)
    if series is not None:
        marks.draw_trunk(picture, sight, float(series.trunk_lean_deg[row]))
    if side is not None:
        reach_ll = float(series.foot_ahead_of_hip[side][row]) if series is not None else np.nan
        marks.draw_reach(picture, sight, side, reach_ll)
    event = _event(report, time_s)
    if event is not None:
        name, of = event
        colour = marks.BAR if name == "strike" else ink.SKY_BLUE
        ink.ring(picture, sight.joint(of, "ankle"), 0.17 * sight.leg_px, colour, 1.6 * sight.pen_px)


def _event(report: Report, time_s: float) -> tuple[str, Side] | None:
    """The last event before this instant, while it is lit."""
    lit_s = _FLASH_S * report.clip.time_scale.factor
    strikes = [(step.strike_time_s, "strike", step.side) for step in report.steps]
    toe_offs = [(step.toe_off_time_s, "toe_off", step.side) for step in report.steps]
    lit = [event for event in strikes + toe_offs if 0.0 <= time_s - event[0] < lit_s]
    return max(lit)[1:] if lit else None


def _standing(report: Report, time_s: float) -> Side | None:
    """The foot on the ground at this instant; None in flight and outside the measured part."""
    return next((step.side for step in report.steps if step.strike_time_s <= time_s < step.toe_off_time_s), None)


def _in_flight(report: Report, time_s: float) -> bool:
    """Between a toe-off and the strike that follows it; not where a step was missed or nothing was measured."""
    left = max((step.toe_off_time_s for step in report.steps if step.toe_off_time_s <= time_s), default=np.nan)
    lands = min((step.strike_time_s for step in report.steps if step.strike_time_s > time_s), default=np.nan)
    return lands - left < _LONGEST_FLIGHT_S * report.clip.time_scale.factor


def _phase(report: Report, time_s: float, voice: Voice) -> str:
    """The instant in a word or two."""
    event, side = _event(report, time_s), _standing(report, time_s)
    if event is not None:
        return voice.say(f"picture.{event[1]}_{event[0]}")
    if side is not None:
        return voice.say(f"picture.on_{side}")
    return voice.say("picture.in_the_air") if _in_flight(report, time_s) else UNKNOWN


def _draw_cells(panel: Image, cells: list[tuple[str, str]], pen: float, columns: int) -> None:
    """Cells of a small name over a large value."""
    width = panel.shape[1] / columns
    for place, (name, value) in enumerate(cells):
        x = (place % columns) * width + 8 * pen
        y = (place // columns) * _ROW_PENS * pen
        ink.write(panel, name, (x, y + 16 * pen), _NAME_PENS * pen, ink.PALE)
        ink.write(panel, value, (x, y + 37 * pen), _VALUE_PENS * pen, ink.WHITE, bold=True)


def _cells(report: Report, time_s: float, row: int | None, voice: Voice) -> list[tuple[str, str]]:
    clock = voice.say("picture.clock", seconds=number(time_s, 2))
    series = report.evidence.series if report.evidence is not None else None
    if row is None or series is None:
        return [(clock, voice.say("picture.no_pose"))]
    live = {side: values_at(series, row, side) for side in Side}
    knees = {str(side): _degrees(live[side]["knee_flexion"], voice) for side in Side}
    last_steps = [(side, _last_step(report, side, time_s)) for side in Side]
    reaches = {str(side): bare("foot_ahead_of_hip", "leg_length", _reach(last), voice) for side, last in last_steps}
    return [
        (clock, _phase(report, time_s, voice)),
        (voice.say("picture.trunk_lean"), _degrees(live[Side.LEFT]["trunk_lean"], voice)),
        (voice.say("picture.knee_flexion"), voice.say("picture.left_and_right", **knees)),
        (voice.say("picture.reach_at_strike"), voice.say("picture.left_and_right", **reaches)),
    ]


def _degrees(angle_deg: float, voice: Voice) -> str:
    return quantity("knee_flexion", "deg", angle_deg, voice)


def _reach(step: Step | None) -> float:
    return step.values.get("foot_ahead_of_hip", np.nan) if step else np.nan


def _last_step(report: Report, side: Side, time_s: float) -> Step | None:
    past = [step for step in report.steps if step.side is side and step.strike_time_s <= time_s]
    return past[-1] if past else None


def _draw_time_line(panel: Image, report: Report, time_s: float, pen: float, voice: Voice) -> None:
    """Ground contacts of each foot around now, strike edge marked; now is in the middle."""
    width, top = panel.shape[1], panel.shape[0] - _LANES_PENS * pen
    px_per_s = width / (_SHOWN_S * report.clip.time_scale.factor)
    lanes: dict[Side, float] = {side: top + (2 + place * (_LANE_PENS + 3)) * pen for place, side in enumerate(Side)}
    for step in report.steps:
        begin, end = (width / 2 + (at_s - time_s) * px_per_s for at_s in (step.strike_time_s, step.toe_off_time_s))
        if np.isfinite(begin + end) and end > 0 and begin < width:
            low = lanes[step.side]
            colour = marks.NEAR if step.side is report.scene.near_side else marks.FAR
            ink.fill(panel, (begin, low), (end, low + _LANE_PENS * pen), colour)
            ink.fill(panel, (begin, low), (begin + 2.5 * pen, low + _LANE_PENS * pen), marks.BAR)
    for side, low in lanes.items():
        ink.fill(panel, (0, low), (18 * pen, low + _LANE_PENS * pen), ink.NIGHT)
        ink.write(panel, voice.say(f"picture.lane_{side}"), (6 * pen, low + 10 * pen), 12 * pen, ink.PALE, bold=True)
    now = ink.line(np.array([width / 2, top]), np.array([width / 2, panel.shape[0]]))
    ink.stroke(panel, now, ink.WHITE, pen)
