"""MediaPipe's own error on the rendered runner: ``python -m tools.pose_error [CLIP ...] [--models lite full heavy]``.

The landmarks of each reference clip are compared, frame by frame and before any of formcheck's repairs, with where the
joints exactly are. Lengths in per cent of the leg as pictured; forward and up say where MediaPipe puts a landmark.
"""

import argparse
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from formcheck.clip.reader import ClipReader
from formcheck.records.options import MODEL_NAMES
from formcheck.records.skeleton import LEG, Side, index_of
from formcheck.records.track import PoseTrack
from formcheck.vision.landmarker import find_landmarks
from formcheck.vision.weights.models import find_model
from tools.accuracy.noise import exchanged_frames
from tools.rendered_runner.perfect import perfect_landmarks
from tools.rendered_runner.preset import Preset
from tools.rendered_runner.presets import PRESETS

FOLDER: Final = Path("fixtures/videos")
JOINTS: Final = ("shoulder", *LEG)
SWAPPED_LL: Final = 0.3
"""A frame counts as swapped when exchanging the legs would bring their landmarks nearer by so much in sum: the legs
are apart, and named the wrong way round."""

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Compared:
    """One clip by one model: errors in leg lengths, (T, joints, 2) forward and up, NaN where no one was seen."""

    near: Floats
    far: Floats
    swapped: NDArray[np.bool_]
    seen: NDArray[np.bool_]
    seconds: float


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return its exit code."""
    parser = argparse.ArgumentParser(prog="pose_error", description=__doc__)
    parser.add_argument("clips", nargs="*", help="reference clips by name (default: all side views with numbers)")
    parser.add_argument("--models", nargs="+", default=MODEL_NAMES)
    parser.add_argument("--each", action="store_true", help="a line for each clip as well")
    asked = parser.parse_args(arguments)
    side_views = [name for name, preset in PRESETS.items() if preset.expect.measures]
    names = asked.clips or side_views
    if unknown := sorted(set(names) - set(side_views)):
        parser.error(f"no side view is called {', '.join(unknown)}; there are: {', '.join(side_views)}")
    for model in asked.models:
        clips = {}
        for name in names:
            clips[name] = compare(FOLDER / f"{name}.mp4", PRESETS[name], model)
            if asked.each:
                print(f"{model:6} {name:28} {_line([clips[name]])}", flush=True)
        print(_table(model, list(clips.values())), flush=True)
    return 0


def compare(clip: Path, preset: Preset, model: str) -> Compared:
    """Follow one clip with one model and compare."""
    began_s = time.perf_counter()
    track = follow(clip, model)
    seconds = time.perf_counter() - began_s
    truth = perfect_landmarks(preset)
    near = preset.camera.side
    leg_px = truth.leg_px(near)
    forward = np.array([-1.0 if near is Side.LEFT else 1.0, -1.0]) / leg_px
    errors = (track.xy_px - truth.xy_px) * forward
    rows = {side: [index_of(side, joint) for joint in JOINTS] for side in Side}
    return Compared(
        errors[:, rows[near]],
        errors[:, rows[near.other]],
        exchanged_frames(track, truth, leg_px, by_ll=SWAPPED_LL),
        np.isfinite(track.xy_px[:, 0, 0]),
        seconds,
    )


def follow(clip: Path, model: str) -> PoseTrack:
    """Return MediaPipe's landmarks of a clip, as the program gets them."""
    with ClipReader(clip) as reader:
        size = reader.clip.width_px, reader.clip.height_px
    found = find_landmarks(
        lambda first: ClipReader(clip, wanted=lambda index, _: index >= first),
        model_path=find_model(model).path,
        width_px=size[0],
        height_px=size[1],
    )
    return found.track


def _line(clips: Sequence[Compared]) -> str:
    frames = sum(len(clip.seen) for clip in clips)
    seen = sum(int(clip.seen.sum()) for clip in clips) / frames
    swapped = sum(int(clip.swapped.sum()) for clip in clips)
    ankle = JOINTS.index("ankle")
    near, far = (_lengths(getattr(clip, leg)[:, ankle] for clip in clips) for leg in ("near", "far"))
    per_frame_ms = 1000 * sum(clip.seconds for clip in clips) / frames
    return (
        f"seen {seen:6.1%}  swapped {swapped:4} of {frames} ({swapped / frames:.1%})  "
        f"ankle median, p95: near {_percent(near)} far {_percent(far)}  {per_frame_ms:.0f} ms/frame"
    )


def _table(model: str, clips: Sequence[Compared]) -> str:
    lines = [f"{model}: {_line(clips)}", f"{'% of leg':17}{'median':>8}{'p95':>8}{'forward':>9}{'up':>7}"]
    for leg in ("near", "far"):
        for column, joint in enumerate(JOINTS):
            errors = np.concatenate([getattr(clip, leg)[:, column] for clip in clips])
            length = _lengths([errors])
            forward, up = np.nanmedian(errors, axis=0) * 100
            lines.append(
                f"{leg + ' ' + joint:17}"
                + f"{np.nanmedian(length) * 100:8.1f}{np.nanpercentile(length, 95) * 100:8.1f}{forward:9.1f}{up:7.1f}"
            )
    return "\n".join([*lines, ""])


def _lengths(errors: Iterable[Floats]) -> Floats:
    return np.concatenate([np.linalg.norm(one, axis=-1) for one in errors])


def _percent(lengths: Floats) -> str:
    return f"{np.nanmedian(lengths):.1%}, {np.nanpercentile(lengths, 95):.1%}"


if __name__ == "__main__":
    raise SystemExit(main())
