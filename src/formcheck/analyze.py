"""A clip in, a Report out: the shell around `assess` that reads frames and follows the runner."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np

from formcheck.assess import Told, assess
from formcheck.assessment import Clip, ModelUsed, Report, TimeScale
from formcheck.errors import NotAVideoError
from formcheck.gait.quality import Filmed, mean_fps
from formcheck.landmarker import Followed, find_landmarks
from formcheck.records import Frame, Image
from formcheck.uprights import find_uprights
from formcheck.video import ClipProbe, ClipReader, sha256_of
from formcheck.weights import find_model

POSE_MAX_SIDE_PX = 960
"""MediaPipe looks at 256 px crops: more pixels than this cost decoding time and bring nothing."""

LOOKS_AT_ROOM = 20
"""Frames kept for the upright edges of the room; they need no more (see `uprights`)."""

FEWEST_FRAMES = 2

FOLLOWING_SHARE = 0.95
"""Of an analysis; measuring takes the rest."""

Progress = Callable[[str, float], None]


def analyze_video(
    path: str | os.PathLike[str],
    *,
    height_m: float | None = None,
    speed_kmh: float | None = None,
    incline_pct: float = 0.0,
    capture_fps: float | None = None,
    model: str = "full",
    on_progress: Progress | None = None,
) -> Report:
    """Assess one clip of a treadmill runner.

    ``model`` is lite, full, heavy or the path of a .task file; ``on_progress(stage, 0..1)`` is told how far all
    of it is. Raises UsageError when what is told cannot be, ClipError when the clip cannot be read and ModelError when
    the pose model cannot be had; a clip that shows too little is a finished Report with numbers withheld.
    """
    tell = on_progress or _tell_nobody
    told = Told(height_m, speed_kmh, incline_pct, capture_fps)
    watched = _Watched(Path(path), tell)
    weights = find_model(os.fspath(model), on_progress=lambda stage, _: tell(stage, 0.0))
    followed = watched.follow(weights.path)
    tell("measuring", FOLLOWING_SHARE)
    return assess(
        followed.track,
        told,
        clip=watched.clip(followed),
        filmed=Filmed(
            seen_frac=followed.seen_frac,
            people=followed.people,
            ambiguous=followed.is_ambiguous,
            mirrored=watched.probe.mirrored,
            damage=watched.damage,
        ),
        model=ModelUsed(weights.name, weights.sha256),
        metadata_fps=watched.probe.capture_fps,
        uprights=find_uprights(watched.room) if watched.room else None,
    )


class _Watched:
    """One clip being read, once or twice, and what is noticed on the way."""

    def __init__(self, path: Path, tell: Progress) -> None:
        self.path, self.tell = path, tell
        self.room: list[Image] = []
        self.damage: str | None = None
        self.done = 0.0
        with ClipReader(path) as reader:
            self.probe: ClipProbe = reader.clip

    def follow(self, model_path: Path) -> Followed:
        expected = self.probe.expected_frames

        def on_frame(index: int) -> None:
            done = min(1.0, (index + 1) / expected) if expected else 0.0
            self.done = max(self.done, done)  # a clip with several people is read twice
            self.tell("following the runner", FOLLOWING_SHARE * self.done)

        followed = find_landmarks(
            self._frames,
            model_path=model_path,
            width_px=self.probe.width_px,
            height_px=self.probe.height_px,
            on_frame=on_frame,
        )
        if len(followed.track) < FEWEST_FRAMES:
            raise NotAVideoError(f"{self.path.name} holds a single picture. Film ten seconds of running and try again.")
        return followed

    def _frames(self) -> Iterator[Frame]:
        self.room = []
        every = max(1, (self.probe.expected_frames or 15 * LOOKS_AT_ROOM) // LOOKS_AT_ROOM)
        with ClipReader(self.path, max_side_px=POSE_MAX_SIDE_PX) as reader:
            for frame in reader:
                if frame.index % every == 0 and len(self.room) < 2 * LOOKS_AT_ROOM:
                    self.room.append(frame.image)
                yield frame
            self.damage = reader.damage

    def clip(self, followed: Followed) -> Clip:
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


def _tell_nobody(_stage: str, _done: float) -> None:
    """Progress nobody asked for."""
