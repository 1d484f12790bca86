"""The pictures: what is drawn where, what is never drawn, and that no array or face is touched wrongly."""

from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from formcheck.records.errors import OutputError
from formcheck.records.skeleton import COUNT, LEG_INDEX, SKELETON, Side, index_of
from formcheck.records.track import Floats, Frame, Image
from formcheck.report.pictures import draw_key_frame, draw_overlay, hide_face, write_jpeg
from formcheck.report.pictures.ink import VERMILLION, WHITE, write_with_halo
from formcheck.report.pictures.labels import Label, body_mask, places
from formcheck.report.pictures.marks import FAR, NEAR, draw_trunk, sight_of
from stills import FPS, FRAMES, GREY, LEG_PX, STANDING, VALUES, frame_of, key_of, pose_px, report_of


def where(image: Image, colour: tuple[int, int, int]) -> tuple[Floats, Floats]:
    """The x and the y of all pixels of this colour; one pixel wide lines are blended a little."""
    y, x = np.nonzero((np.abs(image.astype(int) - colour) < 40).all(axis=2))
    return x.astype(float), y.astype(float)


def picture_part(overlay: Image, frame: Frame) -> Image:
    return overlay[: frame.image.shape[0]]


def test_drawing_leaves_the_callers_picture_alone() -> None:
    report = report_of()
    frame = frame_of(report)  # read-only: painting on it would raise
    before = frame.image.copy()
    for image in (
        draw_key_frame(frame, report, key_of()),
        draw_overlay(frame, report),
        hide_face(frame, report.evidence).image,
    ):
        assert not np.shares_memory(image, frame.image)
    assert np.array_equal(frame.image, before)


@pytest.mark.parametrize("size", [(640, 560), (1920, 1080)])
def test_a_still_of_a_wide_clip_is_a_square_864_px_wide(size: tuple[int, int]) -> None:
    report = report_of(size=size)
    image = draw_key_frame(frame_of(report), report, key_of())
    assert image.shape == (864, 864, 3)
    assert image.dtype == np.uint8


@pytest.mark.parametrize("heading", ["left", "right"])
@pytest.mark.parametrize("size", [(400, 711), (480, 560), (640, 460)])
def test_a_still_is_no_larger_than_what_the_camera_saw_of_it(size: tuple[int, int], heading: str) -> None:
    points = pose_px(heading) - [100 if size[0] < 500 else 0, 60]
    report = report_of(points, size=size, heading=heading)
    seen = np.full((size[1], size[0], 3), GREY, dtype=np.uint8)
    seen[:3], seen[-3:], seen[:, :3], seen[:, -3:] = ((0, 250, 0),) * 4  # its edges, of which none repeats in the still
    image = draw_key_frame(Frame(4, 4 / FPS, seen), report, key_of())
    green = (np.abs(image.astype(int) - (0, 250, 0)) < 60).all(axis=2)
    zoom = 864 / (2.5 * LEG_PX)
    expected = np.minimum(np.array(size) * zoom, 864)
    assert image.shape[1::-1] == pytest.approx(tuple(expected), abs=2)
    for lines in (green.mean(axis=1), green.mean(axis=0)):
        assert (lines > 0.6).sum() <= 2 * (3 * zoom + 2)


@pytest.mark.parametrize("event", ["foot_strike", "mid_stance", "toe_off"])
@pytest.mark.parametrize("side", list(Side))
def test_every_event_of_either_leg_can_be_drawn(event: str, side: Side) -> None:
    report = report_of()
    assert draw_key_frame(frame_of(report), report, key_of(event, side)).shape[1] == 864


@pytest.mark.parametrize("heading", ["left", "right"])
@pytest.mark.parametrize("size", [(640, 560), (1920, 1080), (480, 560)])  # the last one is filled by the runner
def test_numbers_never_cover_the_runner_and_none_is_cut_off(heading: str, size: tuple[int, int]) -> None:
    magenta = (250, 0, 250)
    stills = []
    for values in (VALUES, {}):  # same pose, no numbers: what differs is words and the lines to them
        report = report_of(size=size, heading=heading, values=values)
        points = pose_px(heading)
        image = np.full((size[1], size[0], 3), GREY, dtype=np.uint8)
        bones = list(np.round(points[np.array(SKELETON)]).astype(np.int32))
        cv2.polylines(image, bones, False, magenta, round(0.2 * LEG_PX))
        stills.append(draw_key_frame(Frame(4, 4 / FPS, image), report, key_of()))
    words = (np.abs(stills[0].astype(int) - stills[1]) > 60).any(axis=2)
    words = cv2.erode(words.astype(np.uint8), np.ones((7, 7))).astype(bool)  # without the thin lines
    body = (np.abs(stills[0].astype(int) - magenta) < 40).all(axis=2)
    y, x = np.nonzero(words)
    assert len(x) > 300
    assert not (words & body).any()
    assert 5 < x.min() < x.max() < stills[0].shape[1] - 5
    assert 5 < y.min() < y.max() < stills[0].shape[0] - 5


def test_every_number_is_nearer_to_its_own_mark_than_to_any_other() -> None:
    report = report_of()
    sight = sight_of(report, 4, pen_px=2.4)
    reach, lean = np.array([350.0, 500.0]), np.array([320.0, 200.0])
    said = [Label(("25 % of leg",), reach, VERMILLION, big=True), Label(("8°",), lean, WHITE, big=True)]
    corners = places(said, body_mask(sight, (640, 560), np.empty((0, 2, 2))))
    for label, other, corner in ((said[0], said[1], corners[0]), (said[1], said[0], corners[1])):
        middle = np.array(corner) + np.array(label.box()) / 2
        assert np.hypot(*(middle - label.anchor)) < np.hypot(*(middle - other.anchor))


def test_words_read_on_white_clothes_and_on_black() -> None:
    on_black, on_white = (np.full((80, 300, 3), ground, dtype=np.uint8) for ground in (5, 250))
    for image in (on_black, on_white):
        write_with_halo(image, "25 %", (20, 55), 42, WHITE, bold=True)
    letters = (on_black > 200).all(axis=2)
    assert letters.sum() > 300
    assert (on_white[letters] > 190).all()
    around = cv2.dilate(letters.astype(np.uint8), np.ones((7, 7))).astype(bool) & (on_black < 60).all(axis=2)
    assert np.percentile(on_white[around], 90) < 90  # letters have a dark rim on white


@pytest.mark.parametrize("scale", [1.0, 0.5])
def test_the_bar_runs_from_under_the_hip_to_the_ankle(scale: float) -> None:
    report = report_of()
    frame = frame_of(report, scale=scale)
    x, y = where(picture_part(draw_overlay(frame, report), frame), VERMILLION)
    hip, ankle = (pose_px()[index_of(Side.LEFT, joint)] * scale for joint in ("hip", "ankle"))
    x, y = x[np.abs(y - ankle[1]) < 5], y[np.abs(y - ankle[1]) < 5]  # the belt's orange, blended, is below
    assert x.min() == pytest.approx(hip[0], abs=4)
    assert x.max() == pytest.approx(ankle[0], abs=4)
    assert np.median(y) == pytest.approx(ankle[1], abs=2)


@pytest.mark.parametrize("heading", ["left", "right"])
def test_the_bar_is_as_long_as_its_number_whatever_the_landmarks_show(heading: str) -> None:
    """They show 0.25; a camera that is turned, or a strike between two frames, makes it another number."""
    ankle = pose_px(heading)[index_of(Side.LEFT, "ankle")]
    forward = 1 if heading == "right" else -1
    report = report_of(heading=heading, values=VALUES | {"foot_ahead_of_hip": 0.15}, reach_ll=0.35)
    frame = frame_of(report)
    x, y = where(picture_part(draw_overlay(frame, report), frame), VERMILLION)
    assert np.ptp(x[np.abs(y - ankle[1]) < 5]) == pytest.approx(0.35 * LEG_PX, abs=4)
    assert forward * (ankle[0] - np.median(x)) == pytest.approx(0.175 * LEG_PX, abs=4)  # its front end is the ankle
    y, x = np.nonzero((draw_key_frame(frame, report, key_of()) == VERMILLION).all(axis=2))
    bar = x[y == np.argmax(np.bincount(y))]
    assert np.ptp(bar) == pytest.approx(0.15 * LEG_PX * 864 / (2.5 * LEG_PX), abs=8)


def test_the_vertical_of_a_lean_stands_at_the_angle_of_its_number() -> None:
    sight = sight_of(report_of(), 4, pen_px=2.4)
    picture = np.zeros((560, 640, 3), dtype=np.uint8)
    draw_trunk(picture, sight, 20.0)
    x, y = where(picture, WHITE)
    top = np.array([x[np.argmin(y)], y.min()]) - sight.middle("hip")
    trunk = sight.middle("shoulder") - sight.middle("hip")
    shown = np.degrees(np.arctan2(trunk[0], -trunk[1]) - np.arctan2(top[0], -top[1]))
    assert shown == pytest.approx(20.0, abs=1.0)


def test_the_bar_follows_the_belt_when_the_camera_is_rolled() -> None:
    report = report_of(
        roll_deg=-10.0, reach_ll=np.nan
    )  # anticlockwise: upright things lean right, and the ground falls to the right
    frame = frame_of(report)
    picture = picture_part(draw_overlay(frame, report), frame)
    hip, ankle = (pose_px()[index_of(Side.LEFT, joint)] for joint in ("hip", "ankle"))
    along_belt = np.array([np.cos(np.radians(10.0)), np.sin(np.radians(10.0))])
    under_hip = ankle - along_belt * ((ankle - hip) @ along_belt)
    assert colours_along(picture, under_hip, ankle, VERMILLION) > 0.9


def colours_along(image: Image, start: Floats, end: Floats, colour: tuple[int, int, int]) -> float:
    """Share of a straight line that shows this colour."""
    points = np.round(np.linspace(start, end, 200)).astype(int)
    return float((np.abs(image[points[:, 1], points[:, 0]].astype(int) - colour) < 40).all(axis=1).mean())


def test_near_and_far_leg_differ_in_colour_and_in_dashes() -> None:
    report = report_of()
    frame = frame_of(report, index=22)  # in the air: nothing but the skeleton lies on the legs
    picture = picture_part(draw_overlay(frame, report), frame)
    near, far = (pose_px()[[index_of(side, "knee"), index_of(side, "ankle")]] for side in Side)
    assert colours_along(picture, *near, NEAR) > 0.85
    assert 0.3 < colours_along(picture, *far, FAR) < 0.85
    assert colours_along(picture, *far, NEAR) == 0.0


def test_a_joint_that_was_not_seen_is_not_invented() -> None:
    points = pose_px()
    points[list(LEG_INDEX[Side.LEFT][2:])] = np.nan
    report = report_of(points)
    frame = frame_of(report)
    picture = picture_part(draw_overlay(frame, report), frame)
    shank = pose_px()[[index_of(Side.LEFT, "knee"), index_of(Side.LEFT, "ankle")]] + [0.0, 12.0]
    assert colours_along(picture, *shank, GREY) > 0.95
    assert draw_key_frame(frame, report, key_of()).shape[1] == 864


def test_a_frame_without_a_pose_shows_the_bare_picture_at_the_same_size() -> None:
    report = report_of()
    outside, seen = frame_of(report, index=FRAMES + 5), frame_of(report)
    bare = draw_overlay(outside, report)
    assert bare.shape == draw_overlay(seen, report).shape
    assert np.array_equal(picture_part(bare, outside), outside.image)


@pytest.mark.parametrize("scale", [1.0, 0.5])
def test_a_shoe_is_outlined_where_it_was_followed_and_in_no_other_frame(scale: float) -> None:
    report = report_of()
    assert report.evidence is not None
    outline = np.array([[320.0, 520], [320, 480], [345, 470], [360, 480], [430, 490], [430, 520]])
    outlines = np.full((FRAMES, 6, 2), np.nan)
    outlines[4] = outline
    shod = replace(report, evidence=replace(report.evidence, shoe_px={Side.LEFT: outlines}))
    frame, later = frame_of(report, 4, scale), frame_of(report, STANDING, scale)
    tip = outline[[4, 5]] * scale  # nothing else is drawn there
    assert colours_along(draw_overlay(frame, report), *tip, WHITE) == 0.0
    assert colours_along(draw_overlay(frame, shod), *tip, WHITE) > 0.9
    assert np.array_equal(draw_overlay(later, shod), draw_overlay(later, report))
    bare, drawn = (draw_key_frame(frame, one, key_of()).astype(int) for one in (report, shod))
    y, _ = np.nonzero((bare != drawn).any(axis=2))
    assert np.ptp(y) == pytest.approx(50 * 864 / (2.5 * LEG_PX), rel=0.25)  # enlarged like the runner, and nowhere else


def test_an_unseen_runner_draws_without_error_and_without_marks() -> None:
    report = report_of(np.full((FRAMES, COUNT, 2), np.nan))
    report = replace(report, steps=())
    frame = frame_of(report)
    assert np.array_equal(picture_part(draw_overlay(frame, report), frame), frame.image)


def test_without_measurements_the_skeleton_alone_is_drawn() -> None:
    report = report_of()
    assert report.evidence is not None
    report = replace(report, steps=(), evidence=replace(report.evidence, runner=None, series=None, belt_line={}))
    frame = frame_of(report)
    picture = picture_part(draw_overlay(frame, report), frame)
    assert len(where(picture, NEAR)[0]) > 500
    assert len(where(picture, VERMILLION)[0]) == 0


def test_a_withheld_number_changes_its_words_and_nothing_on_the_runner() -> None:
    known, withheld = report_of(), report_of(values={})
    frame = frame_of(known)
    one, other = (draw_key_frame(frame, report, key_of()) for report in (known, withheld))
    assert not np.array_equal(one, other)
    assert len(where(one, NEAR)[0]) == len(where(other, NEAR)[0])


@pytest.mark.parametrize("size", [(640, 560), (560, 641), (463, 831)])
def test_an_overlay_has_an_even_height_and_keeps_the_width(size: tuple[int, int]) -> None:
    report = report_of(size=size)
    overlay = draw_overlay(frame_of(report), report)
    assert overlay.shape[0] % 2 == 0
    assert overlay.shape[1] == size[0]


def test_a_written_jpeg_reads_back_as_the_picture(tmp_path: Path) -> None:
    image: Image = np.full((64, 96, 3), (200, 80, 20), dtype=np.uint8)
    write_jpeg(tmp_path / "still.jpg", image)
    back = cv2.imread(str(tmp_path / "still.jpg"))
    assert back is not None
    assert np.abs(back[..., ::-1].astype(int) - image).max() < 6
    assert [file.name for file in tmp_path.iterdir()] == ["still.jpg"]


def test_an_unwritable_folder_is_one_clear_error(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match=r"still\.jpg can't be written"):
        write_jpeg(tmp_path / "missing" / "still.jpg", np.zeros((8, 8, 3), dtype=np.uint8))
