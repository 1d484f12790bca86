"""Adapter for MediaPipe: frames of a clip -> the runner's landmarks.

MediaPipe's video mode tracks (its slow person detector runs only when the person was lost) and smooths. The smoothing
delays and flattens fast legs, so it is switched off by timestamps that lie far apart; true times
stay in our own record, and smoothing without delay comes later.

One person is the fast and usual case. Meanwhile a look at the whole picture twice a second notices other people;
then the clip is read again, all of them are tracked, and `people` chooses the runner.
"""

import contextlib
import os
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field, replace
from itertools import count, islice
from pathlib import Path
from threading import Event, Lock
from typing import Any, Final

import mediapipe as mp
import numpy as np
from mediapipe.tasks.python.core.base_options import BaseOptions
from mediapipe.tasks.python.vision import PoseLandmarker, PoseLandmarkerOptions, RunningMode

from formcheck.clip.reader import made_ahead
from formcheck.records.errors import ModelError
from formcheck.records.skeleton import COUNT
from formcheck.records.track import Floats, Frame, Image, PoseTrack
from formcheck.vision.offline import start_without_sockets
from formcheck.vision.people import Person, Pose, choose_runner, distinct, link, poses_by_frame
from formcheck.words.catalogue import ENGLISH

say: Final = ENGLISH.say

FILTER_OPEN_STEP_MS: Final = 1_000_000
"""Passed instead of the true time between frames; at 1000 s MediaPipe's filter passes everything. Measured against a
rendered runner: knee error 1.5 % of the leg, with true times 3.1 %."""

LOOK_EVERY_S: Final = 0.5
"""Between looks at the whole picture for other people; a look costs less than two frames, in a thread aside."""

MOST_PEOPLE: Final = 4
"""Looked for at once; each costs a landmark pass per frame."""

SEVERAL_MIN_LOOKS: Final = 3
"""That many looks with another person in them, so that one wrong detection does not slow the clip down."""

SEVERAL_MIN_FRAC: Final = 0.15
"""... and that part of all looks so far, so that a passer-by in a long clip does not either."""

OnFrame = Callable[[int, Frame, list[Pose]], None]


@dataclass(frozen=True, slots=True)
class Followed:
    """The runner's track, and what it was chosen from.

    ``people`` is how many were there (0 = none; passers-by are not counted), ``seen_frac`` the part of the frames
    with the runner in them, ``is_ambiguous`` that another person runs nearly as much. ``others`` are the landmarks
    (N, 33, 2) in pixels of all others, by frame; a passer-by may be missing.
    """

    track: PoseTrack
    people: int
    seen_frac: float
    is_ambiguous: bool
    others: Mapping[int, Floats] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Watched:
    """Every pose of every frame, how many people each look at the whole picture saw, and how many there are."""

    time_s: list[float]
    poses: list[list[Pose]]
    looks: list[int]
    most_people: int = 1


@dataclass(frozen=True, slots=True)
class _Job:
    """What both halves of a clip share. ``look`` counts the people in a picture, aside; ``stop`` ends both halves."""

    model_path: Path
    size: tuple[int, int]
    tell: OnFrame
    look: Callable[[Any, list[Pose]], Future[int]]
    stop: Event = field(default_factory=Event)
    numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def frame_done(self, frame: Frame, poses: list[Pose]) -> None:
        self.tell(next(self.numbers), frame, poses)


def find_landmarks(
    open_frames: Callable[[int], Iterable[Frame]],
    *,
    model_path: Path,
    width_px: int,
    height_px: int,
    halfway: int | None = None,
    on_frame: OnFrame | None = None,
) -> Followed:
    """Follow the runner through a clip whose upright picture has the given full size.

    ``open_frames(first)`` starts the clip from its frame number ``first``. With ``halfway``, a frame number, the clip's
    halves are followed at the same time, each by a landmarker of its own; where several people are in the picture the
    clip is read once more. ``on_frame`` gets the number of frames done, and the
    last of them with what was found in it, from either thread. Landmarks outside the
    picture are kept; frames without the runner are NaN with visibility 0.

    Raises
    ------
    ModelError
        The model does not load.
    """
    size = (width_px, height_px)
    with _onlooker(model_path, size) as look:
        watched = _watch_halves(open_frames, _Job(model_path, size, on_frame or _tell_nobody, look), halfway)
    if watched.most_people > 1:
        watched = _watch_several(open_frames(0), model_path, size, watched.most_people)
    return _follow(watched, size)


@contextlib.contextmanager
def picture_looker(model_path: Path) -> Iterator[Callable[[Sequence[Image]], Followed]]:
    """What `find_landmarks` finds, for a few pictures of one size that lie far apart: each is looked at by itself.

    The model is loaded once for all looks, and time_s counts the pictures. Raises ModelError.
    """
    with _landmarker(model_path, RunningMode.IMAGE, MOST_PEOPLE) as looker:

        def look(pictures: Sequence[Image]) -> Followed:
            size = (pictures[0].shape[1], pictures[0].shape[0])
            poses = [distinct(_poses(looker.detect(picture_for_mediapipe(image)), size)) for image in pictures]
            watched = _Watched([float(number) for number in range(len(poses))], poses, [len(each) for each in poses])
            several = _judged(watched).most_people > 1
            return _follow(watched if several else replace(watched, poses=[each[:1] for each in poses]), size)

        yield look


def _follow(watched: _Watched, size: tuple[int, int]) -> Followed:
    """The track of the runner."""
    if all(len(poses) <= 1 for poses in watched.poses):
        return _follow_only_one(watched, size)
    people = link(watched.poses)
    choice = choose_runner(people, len(watched.poses))
    if choice is None:
        return Followed(_track(Person(), watched.time_s, size), 0, 0.0, is_ambiguous=False)
    track = _track(choice.runner, watched.time_s, size)
    seen_frac = len(choice.runner.frames) / len(track)
    others = poses_by_frame(person for person in people if person is not choice.runner)
    return Followed(track, choice.people, seen_frac, choice.is_ambiguous, others)


def _follow_only_one(watched: _Watched, size: tuple[int, int]) -> Followed:
    frames = [index for index, poses in enumerate(watched.poses) if poses]
    track = _track(Person(frames, [watched.poses[index][0] for index in frames]), watched.time_s, size)
    return Followed(track, min(len(frames), 1), len(frames) / max(len(track), 1), is_ambiguous=False)


def _watch_halves(open_frames: Callable[[int], Iterable[Frame]], job: _Job, halfway: int | None) -> _Watched:
    """The whole clip, or its two halves side by side; given up as soon as it is clear that others are there."""
    if halfway is None:
        return _judged(_watch_one(open_frames(0), job))
    with ThreadPoolExecutor(1) as beside:
        second = beside.submit(_watch_one, open_frames(halfway), job)
        try:
            first = _watch_one(islice(open_frames(0), halfway), job)
        except BaseException:  # an interrupt must not wait for the other half
            job.stop.set()
            raise
        rest = second.result()
    return _judged(_Watched([*first.time_s, *rest.time_s], [*first.poses, *rest.poses], [*first.looks, *rest.looks]))


def _judged(watched: _Watched) -> _Watched:
    return replace(watched, most_people=max(watched.looks)) if _are_several(watched.looks) else watched


def _watch_one(frames: Iterable[Frame], job: _Job) -> _Watched:
    """Track the person MediaPipe finds first, until the frames end or others are clearly seen."""
    time_s: list[float] = []
    found: list[list[Pose]] = []
    looks: list[Future[int]] = []
    next_look_s = -np.inf
    with _landmarker(job.model_path, RunningMode.VIDEO, 1) as tracker, closing(_read_ahead(frames)) as pictures:
        for number, (frame, image) in enumerate(pictures):
            with contextlib.nullcontext() if any(found[-1:]) else _quiet_native_log():
                poses = _poses(tracker.detect_for_video(image, number * FILTER_OPEN_STEP_MS), job.size)
            time_s.append(frame.time_s)
            found.append(poses)
            job.frame_done(frame, poses)
            if frame.time_s >= next_look_s:
                next_look_s = frame.time_s + LOOK_EVERY_S
                if _are_several(_counts(looks)):
                    job.stop.set()
                looks.append(job.look(image, poses))
            if job.stop.is_set():
                break
        return _Watched(time_s, found, _counts(looks))


@contextlib.contextmanager
def _onlooker(model_path: Path, size: tuple[int, int]) -> Iterator[Callable[[Any, list[Pose]], Future[int]]]:
    """Looks at whole pictures in a thread of its own, one after the other."""
    with _landmarker(model_path, RunningMode.IMAGE, MOST_PEOPLE) as looker, ThreadPoolExecutor(1) as aside:
        yield lambda image, poses: aside.submit(_count_people, looker, image, poses, size)


def _count_people(looker: Any, image: Any, poses: list[Pose], size: tuple[int, int]) -> int:
    return len(distinct([*poses, *_poses(looker.detect(image), size)]))


def _are_several(looks: list[int]) -> bool:
    several = sum(count > 1 for count in looks)
    return several >= SEVERAL_MIN_LOOKS and several >= SEVERAL_MIN_FRAC * len(looks)


def _counts(looks: list[Future[int]]) -> list[int]:
    """Waits for the last look; begun half a second of the clip ago, it is nearly always done."""
    return [look.result() for look in looks]


def _watch_several(frames: Iterable[Frame], model_path: Path, size: tuple[int, int], people: int) -> _Watched:
    watched = _Watched([], [], [], people)
    with _landmarker(model_path, RunningMode.VIDEO, people) as tracker, closing(_read_ahead(frames)) as pictures:
        for number, (frame, image) in enumerate(pictures):
            result = tracker.detect_for_video(image, number * FILTER_OPEN_STEP_MS)
            watched.time_s.append(frame.time_s)
            watched.poses.append(_poses(result, size))
    return watched


def _read_ahead(frames: Iterable[Frame]) -> Generator[tuple[Frame, Any]]:
    """Frames with their pictures for MediaPipe; the next ones are decoded while this one's pose is found."""
    return made_ahead((frame, picture_for_mediapipe(frame.image)) for frame in frames)


def _tell_nobody(_done: int, _frame: Frame, _poses: list[Pose]) -> None:
    """The progress callback of a caller that gave none."""


def _track(person: Person, time_s: list[float], size: tuple[int, int]) -> PoseTrack:
    """``person`` on the clip's time line."""
    xy_px: Floats = np.full((len(time_s), COUNT, 2), np.nan)
    visibility: Floats = np.zeros((len(time_s), COUNT))
    for index, pose in zip(person.frames, person.poses, strict=True):
        xy_px[index], visibility[index] = pose[:, :2], pose[:, 2]
    return PoseTrack(np.array(time_s), xy_px, visibility, *size)


# --- MediaPipe itself


@contextlib.contextmanager
def _landmarker(model_path: Path, mode: RunningMode, people: int) -> Iterator[Any]:
    options = PoseLandmarkerOptions(
        base_options=BaseOptions(model_asset_path=str(model_path)), running_mode=mode, num_poses=people
    )
    try:
        with _quiet_native_log():
            landmarker = start_without_sockets(lambda: PoseLandmarker.create_from_options(options))
    except (RuntimeError, ValueError, OSError) as error:
        raise ModelError(say("error.model.not_loaded", path=model_path, why=_first_line(error))) from error
    try:
        yield landmarker
    finally:
        with _quiet_native_log():
            landmarker.close()


_STANDARD_ERROR = Lock()


def _first_line(error: Exception) -> str:
    return next(iter(str(error).splitlines()), type(error).__name__)


@contextlib.contextmanager
def _quiet_native_log() -> Iterator[None]:
    """Discard what native code writes to standard error while a model is set up, finds its first person or is closed.

    Its log of internals cannot be turned down by option or environment (tried: GLOG_minloglevel,
    TF_CPP_MIN_LOG_LEVEL), and a failure is raised as an exception with the same text. One at a time: standard error
    belongs to the whole process, and must come back.
    """
    with _STANDARD_ERROR:
        try:
            kept = os.dup(2)
        except OSError:  # a process without standard error has nothing to keep quiet
            yield
            return
        nowhere = os.open(os.devnull, os.O_WRONLY)
        try:
            os.dup2(nowhere, 2)
            yield
        finally:
            os.dup2(kept, 2)
            os.close(kept)
            os.close(nowhere)


def picture_for_mediapipe(image: Image) -> Any:
    """MediaPipe reads the bytes as they lie and takes no account of padding between rows."""
    return mp.Image(mp.ImageFormat.SRGB, np.ascontiguousarray(image))


def _poses(result: Any, size: tuple[int, int]) -> list[Pose]:
    width_px, height_px = size
    return [
        np.array([(point.x * width_px, point.y * height_px, point.visibility) for point in pose])
        for pose in result.pose_landmarks
    ]
