"""What the rendered films show lies where it is said to lie, whoever runs, wherever, and however it is filmed.

Every test that renders is in this file: one worker compiles the renderer, and the others need not.
"""

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray
from tools.rendered_runner.camera import Camera
from tools.rendered_runner.gait import Gait
from tools.rendered_runner.ground import Ground
from tools.rendered_runner.lens import Shake
from tools.rendered_runner.look import Look, Palette
from tools.rendered_runner.place import Bystander, Place
from tools.rendered_runner.pose import ParametricRunner
from tools.rendered_runner.presets import PRESETS
from tools.rendered_runner.settings import GaitSettings, Proportions
from tools.rendered_runner.steps import plan_steps

from formcheck.records.skeleton import Side
from places import CLIPS

pytest.importorskip("numba", reason="the renderer needs the extra `render`")

from tools.rendered_runner.box import Surface
from tools.rendered_runner.clip import compare_video
from tools.rendered_runner.film import Film
from tools.rendered_runner.gym import USUAL
from tools.rendered_runner.warp import Warp

STEADY = GaitSettings()
RUNNER = ParametricRunner(Gait(STEADY, Proportions(), plan_steps(STEADY, 3.0)))
SMALL = Camera(width_px=160, height_px=90, focal_px=135.0)
SHAKEN = replace(
    SMALL, width_px=320, height_px=180, focal_px=230.0, k1=-0.08, shake=Shake(rms_deg=0.8, drift_deg=1.0, seed=5)
)
TIME_S = 1.0

Picture = NDArray[np.int_]
Mask = NDArray[np.bool_]


def film(camera: Camera = SMALL, **settings: object) -> Film:
    return Film(RUNNER, camera, 60.0, **settings)  # type: ignore[arg-type]


def picture(camera: Camera = SMALL, time_s: float = TIME_S, **settings: object) -> Picture:
    return film(camera, **settings).picture(time_s).astype(int)


def empty(camera: Camera, time_s: float = TIME_S, place: Place | None = None) -> Picture:
    return Film(None, camera, 60.0, place=place or Place(), grain=0.0).picture(time_s).astype(int)


def shirt(shown: Picture) -> Mask:
    return np.asarray((shown[..., 2] - shown[..., 0] > 60) & (shown[..., 2] > shown[..., 1] + 10))


def bright_shirt(shown: Picture) -> Mask:
    """The bystander's."""
    return np.asarray((shown[..., 0] - shown[..., 2] > 90) & (shown[..., 1] < 130))


def notice(shown: Picture) -> Mask:
    """The yellow notice on the gym's wall."""
    return np.asarray((shown[..., 0] - shown[..., 2] > 60) & (shown[..., 1] > 150))


def middle_px(mask: Mask) -> NDArray[np.float64]:
    rows, columns = np.nonzero(mask)
    return np.array([columns.mean() + 0.5, rows.mean() + 0.5])


def notice_face(place: Place) -> NDArray[np.float64]:
    """Points spread evenly over the notice's front, in the world."""
    (board,) = (box for box in USUAL if box.surface is Surface.NOTICE)
    x, z = np.meshgrid(*(np.linspace(board.low[axis], board.high[axis], 9) for axis in (0, 2)))
    return np.stack([x, np.full_like(x, board.high[1]), z + place.floor_m], -1).reshape(-1, 3)


def around(shown: Picture, px: NDArray[np.float64], reach_px: int) -> Picture:
    column, row = (int(v) for v in px)
    return shown[max(row - reach_px, 0) : row + reach_px + 1, max(column - reach_px, 0) : column + reach_px + 1]


def joints(time_s: float, camera: Camera) -> dict[str, NDArray[np.float64]]:
    return {name: camera.project(point, time_s) for name, point in RUNNER.pose(time_s).joints.items()}


@pytest.mark.slow
def test_a_mark_on_the_wall_lies_where_a_shaken_bent_camera_says() -> None:
    marks = []
    for time_s in (0.0, 0.7, 2.9):
        seen = middle_px(notice(empty(SHAKEN, time_s)))
        assert seen == pytest.approx(SHAKEN.project(notice_face(Place()), time_s).mean(axis=0), abs=0.5)
        marks.append(seen)
    assert np.ptp(marks, axis=0).max() > 2.0


@pytest.mark.slow
def test_the_runner_is_dressed_where_a_shaken_bent_camera_sees_the_joints() -> None:
    one_colour = Look(palette=Palette(trim=Palette().shirt))
    shown, at = picture(SHAKEN, look=one_colour), joints(TIME_S, SHAKEN)
    trunk = [at[f"{side}_{joint}"] for side in Side for joint in ("hip", "shoulder")]
    assert shirt(around(shown, np.mean(trunk, axis=0), 3)).mean() > 0.6
    assert not shirt(around(shown, at["left_knee"], 3)).any()


@pytest.mark.slow
def test_no_border_is_left_empty_however_the_hand_turns() -> None:
    pinhole = SHAKEN.without_bends()
    warp = Warp(SHAKEN, pinhole)
    for time_s in np.linspace(0.0, 30.0, 40):
        where = warp.where(time_s)
        assert where.min() >= 0.0
        assert (where.reshape(-1, 2).max(axis=0) <= (pinhole.width_px - 1, pinhole.height_px - 1)).all()


def test_a_tripod_and_a_straight_lens_change_nothing() -> None:
    assert SMALL.without_bends() is SMALL
    point = np.array([0.3, 0.1, 1.2])
    assert SMALL.project(point, 7.0).tolist() == SMALL.project(point).tolist()


@pytest.mark.slow
def test_from_behind_the_head_is_hair_and_from_in_front_a_face() -> None:
    hair_colour = Look(palette=Palette(hair=(20, 120, 20)))
    greens = []
    for around_deg in (90.0, -90.0):
        camera = replace(SMALL, around_deg=around_deg)
        at = joints(TIME_S, camera)
        above = np.array([0.0, -0.2 * camera.focal_px / camera.distance_m])
        face = around(picture(camera, look=hair_colour), (at["left_shoulder"] + at["right_shoulder"]) / 2 + above, 1)
        greens.append((face[..., 1] > face[..., 0]).mean())
    assert greens == [1.0, 0.0]


@pytest.mark.slow
def test_overground_the_runner_crosses_the_picture_at_their_speed_with_their_shadow() -> None:
    place = Place(ground=Ground(surface="overground", start_m=-2.0), room="path", clutter="bare")
    camera = replace(SMALL, distance_m=5.0)
    passing = film(camera, place=place, grain=0.0)
    first_s, stride_s = 0.4, 2 * STEADY.step_s
    early, late = (passing.picture(t).astype(int) for t in (first_s, first_s + stride_s))
    moved_px = middle_px(shirt(early)) - middle_px(shirt(late))
    assert moved_px[0] == pytest.approx(STEADY.belt_speed_m_s * stride_s * camera.focal_px / camera.distance_m, abs=0.7)
    assert moved_px[1] == pytest.approx(0.0, abs=1.0)
    under_m = -2.0 + STEADY.belt_speed_m_s * (first_s + stride_s)
    column, row = camera.project(np.array([under_m, -0.15, 0.0])).astype(int)
    assert late[row, column].sum() < early[row, column].sum() - 40


@pytest.mark.slow
def test_a_bystander_beyond_is_hidden_by_the_runner_and_one_on_this_side_hides_them() -> None:
    alone = shirt(picture()).sum()
    beyond, nearer = (
        picture(place=Place(bystander=Bystander(ahead_m=0.0, beyond_m=beyond_m))) for beyond_m in (1.2, -1.2)
    )
    assert shirt(beyond).sum() == pytest.approx(alone, rel=0.1)
    assert bright_shirt(beyond).sum() < 0.4 * bright_shirt(nearer).sum()
    assert shirt(nearer).sum() < 0.5 * alone


@pytest.mark.slow
def test_a_bystander_moves_a_little() -> None:
    somewhere = Place(bystander=Bystander(ahead_m=-1.0, beyond_m=0.8))
    watching = Film(None, SMALL, 60.0, place=somewhere, grain=0.0)
    early, late = (watching.picture(t).astype(int) for t in (0.0, 1.1))
    assert (np.abs(early - late).max(axis=-1) > 20).sum() > 5
    assert np.abs(middle_px(bright_shirt(early)) - middle_px(bright_shirt(late))).max() < 3.0


@pytest.mark.slow
@pytest.mark.parametrize("clothes", ["tights", "trousers"])
def test_long_clothes_cover_the_shanks_in_their_colour(clothes: str) -> None:
    at = joints(TIME_S, SMALL)
    shank = (at["left_knee"] + at["left_ankle"]) / 2
    red = Look(clothes=clothes, palette=Palette(shorts=(200, 20, 30), piping=(200, 20, 30)))  # type: ignore[arg-type]
    bare, covered = (around(picture(look=look), shank, 0)[0, 0] for look in (Look(), red))
    assert covered[0] > 2.5 * covered[1]
    assert bare[0] < 1.8 * bare[1]


@pytest.mark.slow
def test_the_heavy_are_wider_than_others() -> None:
    usual, heavy = (shirt(picture(look=Look(girth=girth))).sum() for girth in (1.0, 1.2))
    assert heavy > 1.15 * usual


@pytest.mark.slow
def test_a_tilted_belt_slopes_by_its_incline_while_the_room_stays_upright() -> None:
    camera = replace(SMALL, width_px=320, height_px=180, focal_px=270.0, height_m=0.5)
    uphill = Place(ground=Ground(incline_pct=12.0))
    shown, level = empty(camera, place=uphill), empty(camera)
    middle = int(camera.project(np.zeros(3))[1])
    columns = np.arange(110, 215)
    dark = shown[middle - 25 : middle + 25, columns].max(axis=-1) < 65
    rows = (dark * np.arange(50)[:, None]).sum(axis=0) / dark.sum(axis=0)
    assert np.polyfit(columns, rows, 1)[0] == pytest.approx(0.12, abs=0.015)
    boards = [notice(upright).any(axis=0).nonzero()[0] for upright in (shown, level)]
    assert boards[0].tolist() == boards[1].tolist()


@pytest.mark.slow
def test_the_longer_the_shutter_is_open_the_more_a_swinging_foot_is_smeared() -> None:
    swinging_s = max(np.arange(0.9, 1.6, 0.01), key=lambda t: RUNNER.pose(t).joints["left_ankle"][2])
    heel = joints(swinging_s + 0.1, SMALL)["left_heel"]
    edges = []
    for shutter_s in (1 / 2000, 1 / 170, 1 / 60):
        foot = around(picture(time_s=swinging_s + 0.1, shutter_s=shutter_s, grain=0.0), heel, 6)
        edges.append(np.abs(np.diff(foot, axis=1)).max(axis=(0, 1)).sum())
    assert edges[0] > edges[1] > edges[2]


@pytest.mark.slow
def test_a_dark_gym_is_dim_and_grain_is_what_was_asked_for() -> None:
    dim = Place(room="dark gym")
    assert picture(place=dim).mean() < 0.5 * picture().mean()
    smooth, noisy = (picture(place=dim, grain=grain) for grain in (0.0, 5.0))
    assert np.std(noisy - smooth) == pytest.approx(5.0, rel=0.1)


@pytest.mark.slow
def test_a_near_rail_crosses_in_front_of_the_hip() -> None:
    hip = joints(TIME_S, SMALL)["left_hip"]
    plain, railed = (around(picture(place=place), hip, 3) for place in (Place(), Place(console="near rail")))
    assert (railed.max(axis=-1) < 60).sum() > (plain.max(axis=-1) < 60).sum()


@pytest.mark.slow
def test_portrait_pictures_have_the_size_asked_for() -> None:
    assert picture(replace(SMALL, width_px=90, height_px=160)).shape == (160, 90, 3)


@pytest.mark.slow
def test_the_same_seed_gives_the_same_film_and_another_seed_other_grain() -> None:
    camera, place = replace(SMALL, k1=-0.05, shake=Shake(rms_deg=0.3)), Place(bystander=Bystander())
    films = [film(camera, place=place, seed=seed) for seed in (1, 1, 2)]
    pictures = [[one.picture(t) for t in (0.5, 0.55)] for one in films]
    assert all((a == b).all() for a, b in zip(pictures[0], pictures[1], strict=True))
    assert (pictures[0][0] != pictures[2][0]).mean() > 0.5


@pytest.mark.slow
def test_a_small_picture_shows_a_lit_runner() -> None:
    assert shirt(picture(SMALL)).sum() > 50


@pytest.mark.slow
def test_a_clip_is_what_its_preset_renders_and_a_runner_a_little_aside_or_late_would_be_noticed() -> None:
    name = "reach_22_right"
    clip, preset = CLIPS / f"{name}.mp4", PRESETS[name]
    assert compare_video(clip, preset, every=250).is_same
    aside = replace(preset, camera=replace(preset.camera, ahead_m=preset.camera.ahead_m + 0.02))
    assert not compare_video(clip, aside, every=1000).is_same
    assert not compare_video(clip, replace(preset, slowed=1.001), every=1000).is_same
