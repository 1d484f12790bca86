"""Made-up people, drawn as 33 landmarks each: who is who, and who runs."""

import numpy as np
import pytest

from formcheck.records.skeleton import COUNT, Side, index_of
from formcheck.vision.people import MOST_KNOWN, Person, Pose, choose_runner, distinct, link

FRAMES = 120
RUNNING_LIFT_LL, WALKING_LIFT_LL = 0.45, 0.18


def person_px(middle_px: float, leg_px: float, lift_ll: float = 0.0, phase: float = 0.0) -> Pose:
    """A person from the side whose ankles rise in turn, up to ``lift_ll`` leg lengths."""
    pose = np.ones((COUNT, 3))
    pose[:, :2] = middle_px, 300.0
    for side, turn in ((Side.LEFT, 0.0), (Side.RIGHT, np.pi)):
        lift_px = leg_px * lift_ll * max(np.sin(phase + turn), 0.0)
        for joint, below_hip_px in (("shoulder", -0.6 * leg_px), ("hip", 0.0), ("knee", leg_px / 2)):
            pose[index_of(side, joint), 1] += below_hip_px
        pose[index_of(side, "ankle"), 1] += leg_px - lift_px
    return pose


def scene(*people: tuple[float, float, float]) -> list[list[Pose]]:
    """Frames with people (place px, leg px, lift), listed in an order that changes from frame to frame."""
    order = np.random.default_rng(7)
    frames = [[person_px(x, leg, lift, 0.3 * k + x) for x, leg, lift in people] for k in range(FRAMES)]
    return [[frame[i] for i in order.permutation(len(frame))] for frame in frames]


def test_two_poses_of_one_person_count_once_and_neighbours_stay_two() -> None:
    runner = person_px(400, 200, RUNNING_LIFT_LL, 1.0)
    assert len(distinct([runner, runner + np.array([5.0, -4.0, 0.0]), person_px(500, 200)])) == 2


def test_people_keep_their_identity_though_mediapipe_lists_them_in_any_order() -> None:
    people = link(scene((300, 200, RUNNING_LIFT_LL), (500, 260, 0.0), (800, 150, WALKING_LIFT_LL)))
    assert [len(person.frames) for person in people] == [FRAMES] * 3
    assert all(np.ptp([pose[0, 0] for pose in person.poses]) == 0 for person in people)


def test_a_runner_who_was_hidden_for_a_while_is_known_again() -> None:
    frames = scene((300, 200, RUNNING_LIFT_LL))
    frames[40:80] = [[] for _ in range(40)]
    (person,) = link(frames)
    assert person.frames == [*range(40), *range(80, FRAMES)]


def test_a_hidden_runner_is_known_again_after_many_wrong_detections_and_those_are_forgotten() -> None:
    strays = [[person_px(1000 + 500 * k, 200)] for k in range(MOST_KNOWN + 20)]
    runner = [[person_px(300, 200, RUNNING_LIFT_LL, 0.3 * k)] for k in range(20)]
    people = link([*runner, *strays, *runner, strays[0]])
    assert people[0].frames == [*range(20), *range(20 + len(strays), 40 + len(strays))]
    assert [len(person.frames) for person in people[1:]] == [1] * (len(strays) + 1)


def test_a_runner_who_crosses_the_picture_is_one_person() -> None:
    frames = [[person_px(100 + 25 * k, 200, RUNNING_LIFT_LL, 0.3 * k)] for k in range(40)]
    assert len(link(frames)) == 1


@pytest.mark.parametrize("lift_ll", [0.0, WALKING_LIFT_LL])
def test_the_runner_is_followed_and_not_a_bigger_person_who_stands_or_walks(lift_ll: float) -> None:
    frames = scene((300, 150, RUNNING_LIFT_LL), (700, 300, lift_ll))
    choice = choose_runner(link(frames), FRAMES)
    assert choice is not None
    assert choice.runner.poses[0][0, 0] == 300
    assert (choice.people, choice.is_ambiguous) == (2, False)


def test_of_two_who_run_alike_the_choice_is_called_ambiguous() -> None:
    choice = choose_runner(link(scene((300, 200, RUNNING_LIFT_LL), (700, 200, RUNNING_LIFT_LL))), FRAMES)
    assert choice is not None
    assert choice.is_ambiguous


def test_a_mirror_shows_the_same_runner_and_the_nearer_one_is_followed() -> None:
    frames = scene((300, 200, RUNNING_LIFT_LL))
    for k, poses in enumerate(frames):
        poses.append(person_px(700, 130, RUNNING_LIFT_LL, 0.3 * k + 300 + np.pi))
    choice = choose_runner(link(frames), FRAMES)
    assert choice is not None
    assert (choice.runner.poses[0][0, 0], choice.people, choice.is_ambiguous) == (300, 2, False)


def running(fps: float, seconds: float, cadence_per_min: float, begin: float = 0.0, middle_px: float = 300.0) -> Person:
    frames = range(round(fps * seconds))
    strides = np.pi * cadence_per_min / 60 / fps
    return Person(list(frames), [person_px(middle_px, 200, RUNNING_LIFT_LL, strides * k + begin) for k in frames])


@pytest.mark.parametrize(
    ("fps", "seconds", "cadence_per_min"),
    [(240, 0.6, 170), (240, 0.6, 180), (60, 2, 174), (30, 4, 173), (30, 4, 180), (30, 10, 172), (30, 10, 180)],
)
def test_two_who_run_side_by_side_are_two_whatever_step_they_begin_with(
    fps: float, seconds: float, cadence_per_min: float
) -> None:
    first = running(fps, seconds, 170)
    for begin in np.linspace(0, 2 * np.pi, 24, endpoint=False):
        second = running(fps, seconds, cadence_per_min, begin, middle_px=700)
        choice = choose_runner([first, second], len(first.frames))
        assert choice is not None
        assert choice.is_ambiguous, begin


def test_feet_out_of_the_picture_do_not_win_by_their_noise() -> None:
    frames = scene((300, 150, RUNNING_LIFT_LL), (700, 300, 2.0))
    for poses in frames:
        coach = next(pose for pose in poses if pose[0, 0] == 700)
        coach[[index_of(side, "ankle") for side in Side], 2] = 0.1
    choice = choose_runner(link(frames), FRAMES)
    assert choice is not None
    assert choice.runner.poses[0][0, 0] == 300


def test_a_passer_by_is_not_counted_and_nobody_is_nobody() -> None:
    frames = scene((300, 200, RUNNING_LIFT_LL))
    for k in range(6):
        frames[50 + k].append(person_px(800, 200, RUNNING_LIFT_LL, k))
    choice = choose_runner(link(frames), FRAMES)
    assert choice is not None
    assert (choice.people, choice.is_ambiguous) == (1, False)
    assert choose_runner(link([[] for _ in range(FRAMES)]), FRAMES) is None
