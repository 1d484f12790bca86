"""One still that proves one step: the runner up close, the marks, and each value on a card beside the runner.

The picture is cut around the runner and enlarged, so that it reads on a phone 360 px wide. The cards stand
in a column in front of the runner which the cut keeps free; where the camera saw nothing there, it is dark.
So no word ever covers the runner.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from formcheck.records.gait import Series
from formcheck.records.report import KeyFrame, Report
from formcheck.records.skeleton import Side
from formcheck.records.track import Floats, Frame, Image
from formcheck.report.pictures import ink, marks
from formcheck.report.pictures.ink import Colour
from formcheck.report.pictures.marks import Sight
from formcheck.words.catalogue import ENGLISH, Voice
from formcheck.words.numbers import number, percent, physical, quantity

WIDTH_PX: Final = 864
HEADER_PX: Final = 116
VIEW_PX: Final = 892
FOOTER_PX: Final = 72
PEN_PX: Final = WIDTH_PX / 360  # one pixel of a phone held upright

_COLUMN_PX: Final = 320  # the cards' column
_EDGE_PX: Final = 22
_CARD_PX: Final = 96
_GAP_PX: Final = 12
_BIG_PX: Final = 39
_WORD_PX: Final = 29  # 12 px on the phone: the smallest that reads without zooming
_LEGS_HIGH: Final = 2.5  # the view is at least so high in leg lengths: head to foot and a little ground
_WIDE_PERCENTILE: Final = 95.0  # of the poses' widths: a few mistaken poses must not shrink every still


@dataclass(frozen=True, slots=True)
class Card:
    """One value with its name, the colour of its mark and the point it belongs to (NaN: no line leads there)."""

    value: str
    name: str
    colour: Colour
    anchor: Floats


def draw_key_frame(frame: Frame, report: Report, key: KeyFrame, voice: Voice = ENGLISH) -> Image:
    """The annotated still of a key frame: a new RGB picture, 864 px wide and at most 1080 px high.

    ``frame`` is the decoded frame ``key.index``, at full size or scaled down. Joints that were not seen are
    not drawn, and their values read "not measured", as those that are withheld do.
    """
    sight = marks.sight_of(report, marks.row_of(report, frame), pen_px=PEN_PX)
    full_size = np.array([report.clip.width_px, report.clip.height_px], dtype=np.float64)
    pointing_left = bool(sight.forward[0] < 0)
    zoom, shift, height_px = _cut(sight, full_size, _stride_px(report), pointing_left=pointing_left)
    enlarged = zoom * full_size[0] / frame.image.shape[1]
    view = ink.look_through(frame.image, enlarged, shift, (WIDTH_PX, height_px))
    close = sight.seen_through(zoom, shift)

    if report.evidence is not None and key.side in report.evidence.belt_line:
        belt = np.array(report.evidence.belt_line[key.side])
        marks.draw_belt(view, close, belt[:2] * zoom + shift, belt[2:])
    marks.draw_shoes(view, close)
    marks.draw_skeleton(view, close)
    _draw_cards(view, _cards(view, close, report, key, voice), pointing_left=pointing_left)
    return np.vstack([_header(report, key, voice), view, _footer(close, voice)])


def _stride_px(report: Report) -> float:
    """Width of the runner's widest pose, so that all stills of a clip are cut at one size."""
    if report.evidence is None:
        return np.nan
    x = report.evidence.pose.xy_px[:, :, 0]
    wide = np.ptp(x[np.isfinite(x).all(axis=1)], axis=1)
    return float(np.percentile(wide, _WIDE_PERCENTILE)) if len(wide) else np.nan


def _cut(sight: Sight, full_size: Floats, stride_px: float, *, pointing_left: bool) -> tuple[float, Floats, int]:
    """Zoom and shift from full-size pixels to the view, and the view's height: the runner beside a free column."""
    box = marks.runner_box(sight)
    if box is None:  # no pose: the whole picture
        box = np.stack([np.zeros(2), full_size])
    free = np.array([WIDTH_PX - _COLUMN_PX - 2 * _EDGE_PX, VIEW_PX - 2 * _EDGE_PX], dtype=np.float64)
    skin = 2 * marks.FLESH_LEG * sight.leg_px
    zoom = float(
        np.nanmin(
            [
                *(free / np.maximum(box[1] - box[0], 1)),
                free[0] / (stride_px + skin),
                VIEW_PX / (_LEGS_HIGH * sight.leg_px),
            ]
        )
    )
    picture_px = zoom * full_size[1]
    height_px = round(min(VIEW_PX, picture_px))
    x, y = np.array([WIDTH_PX - _EDGE_PX - free[0] / 2, height_px / 2]) - zoom * box.mean(axis=0)
    if not pointing_left:
        x -= _COLUMN_PX
    return zoom, np.array([x, np.clip(y, height_px - picture_px, 0)]), height_px


def _cards(view: Image, sight: Sight, report: Report, key: KeyFrame, voice: Voice) -> list[Card]:
    """Draw each mark and word its value."""
    seen = _values(report, key)
    shank_name = (
        voice.say("picture.shank_foot_ahead") if seen["shank_angle"] >= 0 else voice.say("picture.shank_knee_ahead")
    )
    lean_name = voice.say("picture.leans_back") if seen["trunk_lean"] < -0.5 else voice.say("picture.trunk_lean")
    shank = Card(_degrees(seen["shank_angle"], voice), shank_name, marks.SHANK, marks.draw_shank(view, sight, key.side))
    knee = Card(
        _degrees(seen["knee_flexion"], voice),
        voice.say("picture.knee_bend"),
        marks.KNEE,
        marks.draw_knee(view, sight, key.side),
    )
    reach = _reach_words(seen["foot_ahead_of_hip"], report.scene.scale.m_per_leg_length, voice)
    bar = Card(*reach, marks.BAR, marks.draw_reach(view, sight, key.side))
    trunk = Card(_degrees(seen["trunk_lean"], voice), lean_name, marks.TRUNK, marks.draw_trunk(view, sight))
    return [trunk, knee, shank, bar]


def _values(report: Report, key: KeyFrame) -> dict[str, float]:
    """At foot strike the step's own values; at the other events those of the frame."""
    step = report.steps[key.step].values
    if key.event == "foot_strike":
        lean = step.get("trunk_lean_at_strike", np.nan)
        names = ("foot_ahead_of_hip", "knee_flexion", "shank_angle")
        return {"trunk_lean": lean} | {name: step.get(name, np.nan) for name in names}
    if report.evidence is None or report.evidence.series is None:
        return dict.fromkeys(("trunk_lean", "foot_ahead_of_hip", "knee_flexion", "shank_angle"), np.nan)
    return values_at(report.evidence.series, key.index - report.evidence.first_frame, key.side)


def values_at(series: Series, row: int, side: Side) -> dict[str, float]:
    """What one side shows in one frame, by measure name."""
    return {
        "trunk_lean": float(series.trunk_lean_deg[row]),
        "foot_ahead_of_hip": float(series.foot_ahead_of_hip[side][row]),
        "knee_flexion": float(series.knee_flexion_deg[side][row]),
        "shank_angle": float(series.shank_angle_deg[side][row]),
    }


def _degrees(angle_deg: float, voice: Voice) -> str:
    if not np.isfinite(angle_deg):
        return voice.say("picture.not_measured")
    return quantity("knee_flexion", "deg", abs(angle_deg), voice)


def _reach_words(reach_ll: float, m_per_ll: float, voice: Voice) -> tuple[str, str]:
    if not np.isfinite(reach_ll):
        return voice.say("picture.not_measured"), voice.say("picture.ahead_of_hip")
    length = percent(abs(reach_ll))
    if np.isfinite(m_per_ll):
        length = voice.say("picture.also", percent=length, length=physical("length", abs(reach_ll) * m_per_ll, voice))
    return length, voice.say("picture.ahead_of_hip") if reach_ll >= 0 else voice.say("picture.behind_hip")


def _draw_cards(view: Image, cards: list[Card], *, pointing_left: bool) -> None:
    """Stack the cards in the column, each as near the height of its mark as the others allow."""
    left = _GAP_PX + (0 if pointing_left else WIDTH_PX - _COLUMN_PX)
    right = left + _COLUMN_PX - 2 * _GAP_PX
    places = list(zip(cards, _tops(cards, view.shape[0]), strict=True))
    for card, top in places:
        edge = np.array([right if pointing_left else left, top + _CARD_PX / 2])
        ink.stroke(view, ink.line(edge, card.anchor), card.colour, 0.6 * PEN_PX)
        ink.dot(view, card.anchor, 2.2 * PEN_PX, card.colour)
    for card, top in places:
        ink.fill(view, (left, top), (right, top + _CARD_PX), ink.NIGHT, cover=0.86)
        ink.fill(view, (left, top), (left + 8, top + _CARD_PX), card.colour)
        room_px = right - left - 30
        big_px = ink.fitting(card.value, _BIG_PX, room_px, bold=True)
        ink.write(view, card.value, (left + 22, top + 44), big_px, ink.WHITE, bold=True)
        ink.write(view, card.name, (left + 22, top + 80), ink.fitting(card.name, _WORD_PX, room_px), ink.PALE)


def _tops(cards: list[Card], view_px: int) -> list[float]:
    """Upper edge of each card, in the cards' order, none over another and all inside the view."""
    pitch = _CARD_PX + _GAP_PX
    tops: list[float] = []
    for place, card in enumerate(cards):
        wanted = float(card.anchor[1]) - _CARD_PX / 2 if np.isfinite(card.anchor[1]) else 0.0
        highest = tops[-1] + pitch if tops else float(_GAP_PX)
        lowest = view_px - _GAP_PX - _CARD_PX - pitch * (len(cards) - 1 - place)
        tops.append(min(max(wanted, highest), lowest))
    return tops


def _header(report: Report, key: KeyFrame, voice: Voice) -> Image:
    image: Image = np.full((HEADER_PX, WIDTH_PX, 3), ink.NIGHT, dtype=np.uint8)
    title = voice.say(f"picture.{key.side}_{key.event}")
    near = key.side == report.scene.near_side
    where = voice.say("picture.near") if near else voice.say("picture.far")
    ink.write(image, title, (_EDGE_PX, 56), 52, ink.WHITE, bold=True)
    ink.write(image, where, (_EDGE_PX, 98), _WORD_PX, marks.NEAR if near else marks.FAR)
    time = voice.say("picture.clock", seconds=number(key.time_s, 2))
    ink.write(image, time, (WIDTH_PX - _EDGE_PX - ink.text_width(time, 40), 56), 40, ink.PALE)
    return image


def _footer(sight: Sight, voice: Voice) -> Image:
    """What the line styles mean."""
    image: Image = np.full((FOOTER_PX, WIDTH_PX, 3), ink.NIGHT, dtype=np.uint8)
    x, middle = float(_EDGE_PX), FOOTER_PX / 2
    entries = (
        (voice.say(f"picture.near_{sight.near}"), marks.NEAR, 1.8, False),
        (voice.say(f"picture.far_{sight.near.other}"), marks.FAR, 1.1, True),
        (voice.say("picture.belt"), marks.BELT, 0.8, False),
    )
    for words, colour, width, dashed in entries:
        start, end = np.array([x, middle]), np.array([x + 48, middle])
        sample = ink.line(start, end)
        ink.stroke(image, ink.dashed(sample, 4 * PEN_PX) if dashed else sample, colour, width * PEN_PX)
        ink.write(image, words, (x + 60, middle + 10), _WORD_PX, ink.PALE)
        x += 60 + ink.text_width(words, _WORD_PX) + 34
    note = voice.say("picture.leg_percent")
    ink.write(image, note, (WIDTH_PX - _EDGE_PX - ink.text_width(note, _WORD_PX), middle + 10), _WORD_PX, ink.PALE)
    return image
