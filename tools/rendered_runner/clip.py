"""Write a preset as a video beside its truth."""

import json
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import av
import numpy as np

from tools.rendered_runner.film import Film
from tools.rendered_runner.pose import ParametricRunner
from tools.rendered_runner.presets import Preset
from tools.rendered_runner.truth import describe, write_landmarks

QUALITY_CRF = 23
ENCODER_PRESET = "slow"


def truth_path(clip: Path) -> Path:
    """Where a clip's truth lies."""
    return clip.with_name(f"{clip.stem}.truth.json")


def write_truth(clip: Path, preset: Preset) -> None:
    """Write what the clip is known to show."""
    how = (
        "Rendered runner with a prescribed gait: every value is the gait's own at the exact instant of its event, "
        f"never taken from frames. Made again by `python -m tools.rendered_runner fixtures/videos/{clip.name}`."
    )
    content = describe(preset.runner(), preset.camera, preset.duration_s, how)
    truth_path(clip).write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")


def write_perfect_landmarks(path: Path, preset: Preset) -> None:
    """Write where the joints are in every frame, for measuring a pose model's own error."""
    write_landmarks(path, preset.runner(), preset.camera, frame_times(preset))


def write_video(clip: Path, preset: Preset, on_frame: Callable[[int, int], None]) -> None:
    """Render and encode, frame by frame; ``on_frame`` is told how many are done, of how many."""
    film = Film(ParametricRunner(preset.runner()), preset.camera, preset.fps, preset.seed)
    times_s = frame_times(preset)
    with av.open(clip, "w", options={"movflags": "faststart"}) as container:
        stream = container.add_stream("libx264", rate=Fraction(preset.fps).limit_denominator(1001))
        stream.width, stream.height, stream.pix_fmt = preset.camera.width_px, preset.camera.height_px, "yuv420p"
        stream.options = {"crf": str(QUALITY_CRF), "preset": ENCODER_PRESET}
        for index, time_s in enumerate(times_s):
            picture = av.VideoFrame.from_ndarray(film.picture(float(time_s)), format="rgb24")
            container.mux(stream.encode(picture))
            on_frame(index + 1, len(times_s))
        container.mux(stream.encode())


def frame_times(preset: Preset) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """When each frame is taken, seconds."""
    return np.arange(round(preset.duration_s * preset.fps)) / preset.fps
