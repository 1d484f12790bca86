"""Watching a clip: read its frames, track the runner, find the room's upright edges and follow the shoes."""

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np

from formcheck.clip.limits import LIMITS, ReadingLimits
from formcheck.clip.reader import ClipProbe, ClipReader, sha256_of
from formcheck.records.errors import ClipError, NotAVideoError, PartError
from formcheck.records.filmed import Filmed, Following, ShoePaths, ShoesAsked
from formcheck.records.gait import TimeScale
from formcheck.records.report import Clip
from formcheck.records.track import Floats, Frame, Image, PoseTrack, Uprights, mean_fps
from formcheck.records.values import Sentence
from formcheck.vision.between import fill_between
from formcheck.vision.landmarker import Followed, find_landmarks
from formcheck.vision.people import Pose
from formcheck.vision.shoes import follow_shoes, largest_side_px
from formcheck.vision.uprights import find_uprights
from formcheck.words.catalogue import ENGLISH

say: Final = ENGLISH.say

LARGEST_SIDE_PX = 1920
SCALED_SIDE_PX = 1280
"""MediaPipe looks at 256 px crops, so pictures larger than the first are scaled down to the second. Up to 1080p scaling
costs 2 ms of processor time a frame; of 4K it costs 3 ms, against 10 down to 1920, and a clip that was enlarged to 4K
gives the same reach within 0.1 % of leg and the same lean within 0.01 deg."""

LOOKS_AT_ROOM = 8
"""Frames kept to find the upright edges of the room (see `uprights`)."""

FEWEST_FRAMES = 2

HALVES_FROM_FRAMES = 120
"""From this length on, a clip's halves are tracked in parallel; below it, loading a second model costs more."""

LOOKS_PER_S = 60.0
"""The pose is found in so many frames per second of real time, and interpolated between them.
At 120 and 240 fps, using every 2nd or 4th frame moves the near leg's reach by at most 0.4 % of leg (median 0.26), on
six clips of five runners: the shoes, which decide on the strikes, are tracked in every frame. Fewer lose accuracy. At
30, filled by PCHIP or cubic splines, the RMSE of near strikes grows by 12 %, of contact time by 24, of reach by 8 (41
rendered clips, thinned). With every look within 34 ms of strikes and toe-offs kept too, which leaves out only 30 % of
the looks, they grow by 10, 10 and 8."""

LOOKS_ROOM = 0.05
"""A phone's 119.9 and 239.8 fps count as two and four times 60."""

MEASURING_PER_FRAME = 0.5
"""Time to measure a frame, which reads the shoes from the clip again, per time of a look for the pose. Once each on 2
cores at 720p: 2.1 s after 3.9 s for 330 frames at 60 fps, 1.3 after 2.4 for 240 at 30, 2.6 after 3.2 for 504 at 120."""

Progress = Callable[[str, float], None]


OnFollowed = Callable[[Following], None]


def tell_nobody(_stage: str, _done: float) -> None:
    """The progress callback when the caller gave none."""


@dataclass(frozen=True, slots=True)
class ShoesIn:
    """Tracks the shoes in a clip by reading it again, in grey and scaled down: an eighth to a quarter of the time."""

    path: Path
    limits: ReadingLimits = LIMITS
    tell: Progress = tell_nobody
    turn_deg: float = 0.0
    begun: float = 0.0
    """Share of the analysis that is done before."""

    def __call__(self, asked: ShoesAsked) -> ShoePaths:
        """A path for each instant; raises ClipError as `ClipReader` does."""
        side_px = largest_side_px(asked)
        with ClipReader(
            self.path, max_side_px=side_px, grey=True, turn_deg=self.turn_deg, limits=self.limits
        ) as reader:
            return follow_shoes(self._frames(reader, float(asked.pose.time_s[-1])), asked)

    def _frames(self, reader: ClipReader, end_s: float) -> Iterator[Frame]:
        for frame in reader:
            if frame.time_s > end_s:  # frames after the part are not read, as before
                return
            yield frame
            self.tell(
                say("stage.measuring"),
                self.begun + (1 - self.begun) * min(1.0, frame.time_s / max(end_s, 1e-9)),
            )


@dataclass(frozen=True, slots=True)
class Seen:
    """What was read from a clip's frames: the input of `assess`."""

    track: PoseTrack
    clip: Clip
    filmed: Filmed
    metadata_fps: float | None
    uprights: Uprights | None


WHOLE: tuple[float, float] = (-np.inf, np.inf)


def watch(
    path: Path,
    model_path: Path,
    *,
    within_s: tuple[float, float] = WHOLE,
    capture_fps: float | None = None,
    on_progress: Progress | None = None,
    limits: ReadingLimits = LIMITS,
) -> Seen:
    """Read a clip's frames and track the runner; raises ClipError and ModelError as `analyze_video` does.

    Only ``within_s`` is measured: before it the track is NaN, after it nothing is read.
    """
    watched = Watched(path, within_s, on_progress or tell_nobody, limits)
    return watched.see(model_path, frames_a_look(watched.filmed_fps(capture_fps)))


def look_at_room(path: Path) -> Uprights | None:
    """Upright edges of the room as `watch` finds them, without following a person."""
    watched = Watched(path, WHOLE, tell_nobody)
    with ThreadPoolExecutor(1) as aside:
        for _ in watched.frames(0, aside):
            if watched.edges is not None:
                break
    return watched.uprights()


def frames_a_look(filmed_fps: float) -> int:
    """The pose is looked for in one of so many frames."""
    return max(1, int(filmed_fps / LOOKS_PER_S + LOOKS_ROOM))


def following_share(every: int) -> float:
    """Share of an analysis that looking for the pose in one of ``every`` so many frames takes."""
    return 1 / (1 + MEASURING_PER_FRAME * every)


class Watched:
    """A clip being read, once or twice, and what its frames show."""

    def __init__(
        self,
        path: Path,
        within_s: tuple[float, float],
        tell: Progress,
        limits: ReadingLimits = LIMITS,
        *,
        turn_deg: float = 0.0,
        on_followed: OnFollowed | None = None,
    ) -> None:
        self.path, self.within_s, self.tell, self.limits = path, within_s, tell, limits
        self.turn_deg, self.on_followed = turn_deg, on_followed
        self.room: list[Image] = []
        self.edges: Future[Uprights | None] | None = None
        self.damage: tuple[Sentence, ...] = ()
        self.others: Mapping[int, Floats] = {}
        self.every = 1
        self.clocks: list[list[float]] = []
        with ClipReader(path, turn_deg=turn_deg, limits=limits) as reader:
            self.probe: ClipProbe = reader.clip
        side_px = max(self.probe.width_px, self.probe.height_px)
        self.side_px = side_px if side_px <= LARGEST_SIDE_PX else SCALED_SIDE_PX
        if self.probe.is_overlay:
            raise ClipError(say("error.clip.overlay", name=path.name))
        self.skipped_s = _times_before(path, within_s[0], limits)

    def filmed_fps(self, capture_fps: float | None) -> float:
        """Frames in a second of the runner's life: as given, or as far as the file says."""
        return capture_fps or self.probe.capture_fps or self.probe.fps or LOOKS_PER_S

    def see(self, model_path: Path, every: int = 1) -> Seen:
        """All of the clip, the runner looked for in one of ``every`` so many frames."""
        self.every, self.clocks = every, []
        followed = self._follow(model_path)
        filmed = Filmed(
            seen_frac=followed.seen_frac,
            people=followed.people,
            ambiguous=followed.is_ambiguous,
            mirrored=self.probe.mirrored,
            damage=self.damage,
        )
        self.others = {
            len(self.skipped_s) + every * look + after: poses
            for look, poses in followed.others.items()
            for after in range(every)
        }
        return Seen(followed.track, self._clip(followed), filmed, self.probe.capture_fps, self.uprights())

    def _follow(self, model_path: Path) -> Followed:
        expected, share = self._expected_frames(), following_share(self.every)

        def on_frame(done: int, frame: Frame, poses: list[Pose]) -> None:
            if self.on_followed:
                scale = frame.image.shape[1] / self.probe.width_px
                points = poses[0][:, :2] * scale if poses else None
                self.on_followed(Following(frame.image, points))
            self.tell(say("stage.following"), share * min(1.0, done / expected) if expected else 0.0)

        with ThreadPoolExecutor(1) as aside:
            followed = find_landmarks(
                lambda first: self.frames(first, aside),
                model_path=model_path,
                width_px=self.probe.width_px,
                height_px=self.probe.height_px,
                halfway=expected // 2 if expected and expected >= HALVES_FROM_FRAMES else None,
                on_frame=on_frame,
            )
        times_s = np.array(max(self.clocks, key=len)[len(self.skipped_s) :])
        track = fill_between(followed.track, times_s[times_s <= self.within_s[1]])
        if len(track) < FEWEST_FRAMES and self.within_s != WHOLE:
            raise PartError(say("error.clip.part_unseen", name=self.path.name))
        if len(track) < FEWEST_FRAMES:
            raise NotAVideoError(say("error.clip.one_picture", name=self.path.name))
        return replace(followed, track=_behind(self.skipped_s, track))

    def _expected_frames(self) -> int | None:
        """Number of frames to track, as the file declares it."""
        expected, fps = self.probe.expected_frames, self.probe.fps
        if expected is not None and fps is not None and self.within_s != WHOLE:
            part_s = self.within_s[1] - max(self.within_s[0], 0.0)
            expected = int(min(expected - len(self.skipped_s), part_s * fps))
        return None if expected is None else max(1, expected // self.every)

    def uprights(self) -> Uprights | None:
        """Upright edges of the room, from the frames kept so far where the clip ended early."""
        if self.edges is not None:
            return self.edges.result()
        return find_uprights(self.room) if self.room else None

    def frames(self, first: int, aside: Executor) -> Iterator[Frame]:
        """Frames of the part to track, from number ``first`` of these on; keeps some to find the room's edges."""
        room_every = self.every * max(1, (self._expected_frames() or 30 * LOOKS_AT_ROOM) // (2 * LOOKS_AT_ROOM))
        begin = len(self.skipped_s) + first * self.every

        def wanted(index: int, _time_s: float) -> bool:
            return index >= begin and (index - begin) % self.every == 0

        with ClipReader(
            self.path, max_side_px=self.side_px, wanted=wanted, turn_deg=self.turn_deg, limits=self.limits
        ) as reader:
            self.clocks.append(reader.times_s)
            for frame in reader:
                if frame.time_s > self.within_s[1]:  # the rest is not read, so it does not count as ending early
                    self.damage = reader.left_out
                    return
                if first == 0 and (frame.index - begin) % room_every == 0 and len(self.room) < LOOKS_AT_ROOM:
                    self.room.append(frame.image)
                    if len(self.room) == LOOKS_AT_ROOM and self.edges is None:
                        self.edges = aside.submit(find_uprights, tuple(self.room))
                yield frame
            self.damage = reader.damage

    def _clip(self, followed: Followed) -> Clip:
        time_s = followed.track.time_s
        interval_s = float(np.median(np.diff(time_s)))
        return Clip(
            name=self.path.name,
            sha256=sha256_of(self.path),
            duration_s=float(time_s[-1] + interval_s),
            width_px=self.probe.width_px,
            height_px=self.probe.height_px,
            frame_count=len(time_s),
            mean_fps=mean_fps(time_s),
            time_scale=TimeScale(1.0, "assumed"),
            used_s=(float(time_s[0]), float(time_s[-1])),
        )


def _times_before(path: Path, start_s: float, limits: ReadingLimits) -> list[float]:
    """Times of the frames before an instant, read at a tiny size.

    Raises PartError where the clip ends before that instant.
    """
    if start_s <= 0:
        return []
    with ClipReader(path, max_side_px=1, wanted=lambda _, time_s: time_s >= start_s, limits=limits) as reader:
        for _ in reader:
            return reader.times_s[:-1]
    times_s = reader.times_s
    if len(times_s) < FEWEST_FRAMES:
        return times_s  # refused later, with its own error
    end_s = times_s[-1] + float(np.median(np.diff(times_s)))
    raise PartError(say("error.clip.part_outside", name=path.name, seconds=f"{end_s:.1f}"))


def _behind(skipped_s: list[float], track: PoseTrack) -> PoseTrack:
    """The track with NaN frames before it, for the part of the clip that was skipped."""
    if not skipped_s:
        return track
    before = len(skipped_s)
    return replace(
        track,
        time_s=np.concatenate((skipped_s, track.time_s)),
        xy_px=np.pad(track.xy_px, ((before, 0), (0, 0), (0, 0)), constant_values=np.nan),
        visibility=np.pad(track.visibility, ((before, 0), (0, 0))),
    )
