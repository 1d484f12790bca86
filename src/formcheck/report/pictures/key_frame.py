"""One still that proves one step: the runner up close, and each number beside the mark that shows it.

The picture is cut around the runner and enlarged, so that it reads on a phone 360 px wide. More room is left before the
runner than behind, and words stand where the runner is not. It shows only what the camera saw: where that is less than
a square, the still is narrower or lower.
"""

from typing import Final

import numpy as np

from formcheck.records.gait import Series
from formcheck.records.report import KeyFrame, Report
from formcheck.records.skeleton import Side
from formcheck.records.track import Floats, Frame, Image
from formcheck.report.pictures import ink, labels, marks
from formcheck.report.pictures.labels import Label
from formcheck.report.pictures.marks import Sight
from formcheck.words.catalogue import ENGLISH, Voice
from formcheck.words.numbers import both_systems, number, quantity

SIDE_PX: Final = 864
"""Width and height of a still at most; one of them at least, where the clip isn't smaller."""

_EDGE_PX: Final = 26
_BEFORE: Final = 0.7  # of the free width, the share before the runner: most labels stand there
_WORDS_PX: Final = 330  # the free width that a label takes, with its room
_LEGS_HIGH: Final = 2.5  # the view is at least so high in leg lengths: head to foot and a little ground
_WIDE_PERCENTILE: Final = 95.0  # of the poses' widths: a few mistaken poses must not shrink every still
_LEANS_BACK_DEG: Final = -0.5


def draw_key_frame(frame: Frame, report: Report, key: KeyFrame, voice: Voice = ENGLISH) -> Image:
    """The annotated still of a key frame: a new RGB picture, 864 px wide and high at most.

    ``frame`` is the decoded frame ``key.index``, at full size or scaled down. Joints that were not seen are
    not drawn, and their values read "not measured", as those that are withheld do.
    """
    sight = marks.sight_of(report, marks.row_of(report, frame), pen_px=marks.PEN_PX)
    full_size = np.array([report.clip.width_px, report.clip.height_px], dtype=np.float64)
    zoom, shift, size = _cut(sight, full_size, _stride_px(report))
    view = ink.look_through(frame.image, zoom * full_size[0] / frame.image.shape[1], shift, size)
    close = sight.seen_through(zoom, shift)

    belt = _belt(close, report, key, zoom, shift)
    marks.draw_belt(view, close, belt)
    marks.draw_shoes(view, close)
    marks.draw_legs(view, close)
    said = [_title(close, key, size, voice), *_measured(view, close, report, key, voice), *_legs(close, key, voice)]
    said += [Label((voice.say("picture.belt"),), start, marks.BELT, led=False) for start, _ in belt]
    lines = np.concatenate([belt, _drawn(close, report, key)])
    labels.draw_labels(view, said, labels.body_mask(close, size, lines))
    return view


def _belt(sight: Sight, report: Report, key: KeyFrame, zoom: float, shift: Floats) -> Floats:
    """The line (1, 2, 2) of the belt under a foot; none (0, 2, 2) where it is not known."""
    if report.evidence is None or key.side not in report.evidence.belt_line:
        return np.empty((0, 2, 2))
    belt = np.array(report.evidence.belt_line[key.side])
    return marks.belt_line(sight, belt[:2] * zoom + shift, belt[2:])


def _drawn(sight: Sight, report: Report, key: KeyFrame) -> Floats:
    """Lines (K, 2, 2) that words keep clear of: the trunk's, and at foot strike the bar and its plumb line."""
    hip = sight.middle("hip")
    trunk = ink.line(hip, hip + marks.TRUNK_SHOWN * (sight.middle("shoulder") - hip))
    if key.event != "foot_strike":
        return trunk
    below = marks.under_hip(sight, key.side, _values(report, key)["foot_ahead_of_hip"])
    ends = (sight.joint(key.side, "hip"), sight.joint(key.side, "ankle"))
    return np.concatenate([trunk, *(ink.line(below, end) for end in ends)])


def _stride_px(report: Report) -> float:
    """Width of the runner's widest pose, so that all stills of a clip are cut at one size."""
    if report.evidence is None:
        return np.nan
    x = report.evidence.pose.xy_px[:, :, 0]
    wide = np.ptp(x[np.isfinite(x).all(axis=1)], axis=1)
    return float(np.percentile(wide, _WIDE_PERCENTILE)) if len(wide) else np.nan


def _cut(sight: Sight, full_size: Floats, stride_px: float) -> tuple[float, Floats, tuple[int, int]]:
    """Zoom and shift from full-size pixels to the still, and its width and height.

    The runner stands upright in it, with room for words before them if the camera's picture has it.
    """
    box = marks.runner_box(sight)
    if box is None:  # no pose: the whole picture
        box = np.stack([np.zeros(2), full_size])
    zoom = _zoom(sight, box, full_size, stride_px)
    size = np.minimum(np.maximum(np.floor(zoom * full_size), 1), SIDE_PX)
    free = size - zoom * (box[1] - box[0])
    behind = _BEFORE if sight.forward[0] < 0 else 1 - _BEFORE
    shift = free * (behind, 0.5) - zoom * box[0]
    return zoom, np.clip(shift, size - zoom * full_size, 0), (int(size[0]), int(size[1]))


def _zoom(sight: Sight, box: Floats, full_size: Floats, stride_px: float) -> float:
    """As large as the runner fits; words get room beside them as far as the camera's picture is wide."""
    size, skin = np.maximum(box[1] - box[0], 1), 2 * marks.FLESH_LEG * sight.leg_px
    inner = SIDE_PX - 2 * _EDGE_PX
    roomy = (inner - _WORDS_PX) / np.fmax(size[0], stride_px + skin)
    widest = max(float(roomy), SIDE_PX / float(full_size[0]))
    return float(np.nanmin([inner / size[1], widest, SIDE_PX / (_LEGS_HIGH * sight.leg_px)]))


def _title(sight: Sight, key: KeyFrame, size: tuple[int, int], voice: Voice) -> Label:
    """The event and its time, in the upper corner before the runner."""
    corner = np.array([0.0 if sight.forward[0] < 0 else size[0], 0.0])
    time = voice.say("picture.clock", seconds=number(key.time_s, 2))
    return Label((voice.say(f"picture.{key.side}_{key.event}"), time), corner, ink.WHITE, big=True, led=False)


def _measured(view: Image, sight: Sight, report: Report, key: KeyFrame, voice: Voice) -> list[Label]:
    """Draw each mark of an event and word its number."""
    seen = _values(report, key)
    lean = seen["trunk_lean"]
    trunk = Label(
        (
            _degrees(lean, voice),
            voice.say("picture.leans_back" if lean < _LEANS_BACK_DEG else "picture.trunk_lean"),
            voice.say("picture.in_this_frame"),  # the report's lean is a mean over stance
        ),
        marks.draw_trunk(view, sight, lean),
        marks.TRUNK,
        big=True,
    )
    if key.event == "foot_strike":
        bar = marks.draw_reach(view, sight, key.side, seen["foot_ahead_of_hip"])
        scale = report.scene.scale.m_per_leg_length
        return [Label(_reach_words(seen["foot_ahead_of_hip"], scale, voice), bar, marks.BAR, big=True), trunk]
    name, draw, colour = (
        ("thigh_extension", marks.draw_thigh, marks.THIGH)
        if key.event == "toe_off"
        else ("knee_flexion", marks.draw_knee, marks.KNEE)
    )
    words = (_degrees(seen[name], voice), voice.say(f"picture.{name}"))
    return [Label(words, draw(view, sight, key.side), colour, big=True), trunk]


def _legs(sight: Sight, key: KeyFrame, voice: Voice) -> list[Label]:
    """Which leg is near the camera and which is far, beside the shanks."""
    said = []
    for side in (key.side, key.side.other):
        near = side is sight.near
        middle = (sight.joint(side, "knee") + sight.joint(side, "ankle")) / 2
        if np.isfinite(middle).all():
            words = (voice.say(f"picture.{'near' if near else 'far'}_{side}"),)
            said.append(Label(words, middle, marks.NEAR if near else marks.FAR))
    return said


def _values(report: Report, key: KeyFrame) -> dict[str, float]:
    """At foot strike the step's own values, as is thigh extension; at the other events those of the frame."""
    step = report.steps[key.step].values
    if key.event == "foot_strike":
        reach = step.get("foot_ahead_of_hip", np.nan)
        return {"trunk_lean": step.get("trunk_lean_at_strike", np.nan), "foot_ahead_of_hip": reach}
    thigh = {"thigh_extension": step.get("thigh_extension", np.nan)}
    if report.evidence is None or report.evidence.series is None:
        return {"trunk_lean": np.nan, "knee_flexion": np.nan} | thigh
    return values_at(report.evidence.series, key.index - report.evidence.first_frame, key.side) | thigh


def values_at(series: Series, row: int, side: Side) -> dict[str, float]:
    """What one side shows in one frame, by measure name."""
    return {
        "trunk_lean": float(series.trunk_lean_deg[row]),
        "foot_ahead_of_hip": float(series.foot_ahead_of_hip[side][row]),
        "knee_flexion": float(series.knee_flexion_deg[side][row]),
    }


def _degrees(angle_deg: float, voice: Voice) -> str:
    if not np.isfinite(angle_deg):
        return voice.say("picture.not_measured")
    return quantity("knee_flexion", "deg", abs(angle_deg), voice)


def _reach_words(reach_ll: float, m_per_ll: float, voice: Voice) -> tuple[str, ...]:
    """The reach as a share of the leg; where a scale is known, its length too."""
    if not np.isfinite(reach_ll):
        return voice.say("picture.not_measured"), voice.say("picture.ahead_of_hip")
    share = quantity("foot_ahead_of_hip", "leg_length", abs(reach_ll), voice)
    where = voice.say("picture.ahead_of_hip" if reach_ll >= 0 else "picture.behind_hip")
    return (share, where, *([both_systems(abs(reach_ll) * m_per_ll)] if np.isfinite(m_per_ll) else []))
