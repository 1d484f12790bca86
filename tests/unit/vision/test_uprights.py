"""How the camera is turned, from the room's edges: drawn scenes, and rendered clips, some turned by known angles."""

from itertools import islice

import cv2
import numpy as np
import pytest

from formcheck.clip.reader import ClipReader
from formcheck.records.track import Floats, Image
from formcheck.vision.uprights import find_uprights
from places import CLIPS

WIDTH, HEIGHT = 960, 540
WALL = (-0.45, -0.38, -0.22, -0.09, 0.06, 0.17, 0.31, 0.44)
POSTS = [np.array([[x, 0.25], [x - 0.04, -0.2]]) for x in (-0.33, -0.24)]


def wall(*, roll_deg: float = 0.0, k: float = 0.0) -> list[Floats]:
    """Upright edges, from y = 0.2 to -0.2 long sides, as a camera with this roll and convergence sees them."""
    slopes = [(x, np.tan(np.radians(roll_deg)) - k * x) for x in WALL]
    return [np.array([[x + slope * 0.2, 0.2], [x - slope * 0.2, -0.2]]) for x, slope in slopes]


SOME_UPRIGHT, SOME_LEVEL = (-0.4, 0.1, 0.35), (-0.2, -0.12, 0.03, 0.15, 0.22)


def panel(*, roll_deg: float, pitch_deg: float, yaw_deg: float, focal: float = 0.8) -> list[Floats]:
    """Three upright and five level edges of a wall, through a pinhole turned clockwise, down, and to face it askew."""
    (sr, sp, sy), (cr, cp, cy) = (wave(np.radians([roll_deg, pitch_deg, yaw_deg])) for wave in (np.sin, np.cos))
    roll = np.array([[cr, sr, 0], [-sr, cr, 0], [0, 0, 1]])
    pitch = np.array([[1, 0, 0], [0, cp, -sp], [0, sp, cp]])
    yaw = np.array([[cy, 0, -sy], [0, 1, 0], [sy, 0, cy]])
    upright = [[(x, -0.22), (x, 0.24)] for x in SOME_UPRIGHT]
    level = [[(-0.4 + 0.1 * i, y), (0.3 + 0.05 * i, y)] for i, y in enumerate(SOME_LEVEL)]
    on_wall = np.array([[(x, y, 0) for x, y in edge] for edge in upright + level])
    seen = (on_wall @ yaw.T + (0, 0, focal)) @ (roll @ pitch).T
    return list(focal * seen[..., :2] / seen[..., 2:])


def picture(edges: list[Floats]) -> Image:
    """Dark bars on a grey, slightly noisy wall, drawn with subpixel ends."""
    image = np.full((HEIGHT, WIDTH, 3), 150, np.uint8)
    for edge in edges:
        ends = np.round((edge * WIDTH + (WIDTH / 2, HEIGHT / 2)) * 16).astype(int)
        cv2.line(image, ends[0].tolist(), ends[1].tolist(), (60, 60, 60), 9, cv2.LINE_AA, 4)
    noise = np.random.default_rng(1).normal(0, 3, image.shape)
    return np.clip(image + noise, 0, 255).astype(np.uint8)


def turned(image: Image, roll_deg: float) -> Image:
    """What a camera rolled by this would have seen, enlarged until no corner is empty."""
    height, width = image.shape[:2]
    cos, sin = np.cos(np.radians(abs(roll_deg))), np.sin(np.radians(abs(roll_deg)))
    zoom = max(cos + sin * width / height, cos + sin * height / width)
    matrix = cv2.getRotationMatrix2D(((width - 1) / 2, (height - 1) / 2), roll_deg, zoom)
    return np.asarray(cv2.warpAffine(image, matrix, (width, height), flags=cv2.INTER_CUBIC), dtype=np.uint8)


def read(clip: str) -> list[Image]:
    with ClipReader(CLIPS / f"{clip}.mp4", max_side_px=960) as reader:
        return [frame.image for frame in islice(reader, 0, 60, 15)]


@pytest.fixture(scope="module")
def frames() -> list[Image]:
    return read("side_left_60fps")


@pytest.mark.parametrize("roll_deg", [-5.0, -2.0, 0.0, 0.7, 5.0])
@pytest.mark.parametrize("k", [-0.15, 0.0, 0.15])
def test_the_roll_is_found_whatever_the_pitch(roll_deg: float, k: float) -> None:
    found = find_uprights([picture(wall(roll_deg=roll_deg, k=k))])
    assert found is not None
    assert found.roll_deg == pytest.approx(roll_deg, abs=0.3)
    assert np.tan(np.radians(found.converging_deg)) == pytest.approx(k, abs=0.02)
    assert found.spread_deg < 0.6


def test_things_leaning_left_mean_a_camera_turned_clockwise() -> None:
    found = find_uprights([picture(wall(roll_deg=4.0))])
    assert found is not None
    assert found.roll_deg > 3.5


def test_a_leaning_treadmill_post_and_clutter_do_not_turn_the_answer() -> None:
    ends = np.random.default_rng(3).uniform((-0.45, -0.25), (0.45, 0.25), (14, 2, 2))
    found = find_uprights([picture([*wall(roll_deg=1.5), *POSTS, *ends])])
    assert found is not None
    assert found.roll_deg == pytest.approx(1.5, abs=0.4)


@pytest.mark.parametrize("roll_deg", [-5.0, 0.0, 3.5])
@pytest.mark.parametrize("pitch_deg", [-6.0, 0.0, 6.0])
@pytest.mark.parametrize("yaw_deg", [-12.0, 0.0, 12.0])
def test_few_upright_edges_are_enough_where_level_ones_agree(roll_deg: float, pitch_deg: float, yaw_deg: float) -> None:
    found = find_uprights([picture(panel(roll_deg=roll_deg, pitch_deg=pitch_deg, yaw_deg=yaw_deg))])
    assert found is not None
    assert found.roll_deg == pytest.approx(roll_deg, abs=0.2)
    assert found.yaw_deg == pytest.approx(yaw_deg, abs=1.0)


def test_level_edges_alone_could_be_a_tilted_treadmills() -> None:
    level = panel(roll_deg=2.0, pitch_deg=0.0, yaw_deg=0.0)[len(SOME_UPRIGHT) :]
    alone, checked = find_uprights([picture(level)]), find_uprights([picture([*level, *wall(roll_deg=2.0)])])
    assert alone is not None
    assert checked is not None
    assert alone.spread_deg > 2 * checked.spread_deg


@pytest.mark.parametrize(
    ("clip", "roll_deg", "yaw_deg"),
    [("uphill_left", 0.0, 0.0), ("roll_05_right", 5.0, 0.0), ("yaw_12_left", 0.0, 12.0)],
)
@pytest.mark.slow
def test_leaning_posts_and_an_inclined_deck_do_not_pass_for_the_room(
    clip: str, roll_deg: float, yaw_deg: float
) -> None:
    found = find_uprights(read(clip))
    assert found is not None
    assert found.roll_deg == pytest.approx(roll_deg, abs=0.3)
    assert found.yaw_deg == pytest.approx(yaw_deg, abs=1.5)


@pytest.mark.parametrize("roll_deg", [-10.0, -8.0, 8.0, 10.0])
def test_a_phone_tilted_far_is_found_where_upright_and_level_edges_agree(roll_deg: float) -> None:
    room = [*wall(roll_deg=roll_deg), *panel(roll_deg=roll_deg, pitch_deg=0.0, yaw_deg=0.0)]
    found = find_uprights([picture(room)])
    assert found is not None
    assert found.roll_deg == pytest.approx(roll_deg, abs=0.3)


def test_many_posts_that_slant_far_are_no_room() -> None:
    assert find_uprights([picture(wall(roll_deg=9.0))]) is None


def test_a_treadmill_alone_tells_nothing() -> None:
    assert find_uprights([picture(POSTS)]) is None


def test_nothing_is_made_of_an_empty_wall_or_of_no_pictures() -> None:
    assert find_uprights([picture([])]) is None
    assert find_uprights([np.full((HEIGHT, WIDTH, 3), 90, np.uint8)]) is None
    assert find_uprights([]) is None


def test_the_runners_own_edges_do_not_count_when_it_is_known_where_the_runner_is() -> None:
    legs = [np.array([[x, 0.2], [x - 0.008, -0.1]]) for x in (-0.06, -0.02, 0.02, 0.06)]
    images = [picture(legs)]
    box_px = np.array([[0.4 * WIDTH, 0.0, 0.6 * WIDTH, HEIGHT]])
    assert find_uprights(images) is not None
    assert find_uprights(images, runner_boxes_px=box_px) is None
    assert find_uprights(images, runner_boxes_px=np.full((1, 4), np.nan)) == find_uprights(images)


@pytest.mark.parametrize("roll_deg", [-9.0, -2.0, 0.0, 2.0, 9.0])
def test_the_rendered_clip_turned_by_an_angle_is_found_turned_by_it(frames: list[Image], roll_deg: float) -> None:
    found = find_uprights([turned(frame, roll_deg) for frame in frames])
    assert found is not None
    assert found.roll_deg == pytest.approx(roll_deg, abs=0.3)
    assert abs(found.roll_deg - roll_deg) < 2 * found.spread_deg
