"""A preset as a video beside its truth, and the proof that a committed video is still what its preset renders."""

from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from formcheck.cli.verify.truth import truth_path, truth_to_json
from formcheck.clip.reader import ClipReader
from tools.rendered_runner.film import Film
from tools.rendered_runner.misses import known_misses
from tools.rendered_runner.preset import Preset
from tools.rendered_runner.runner import Runner
from tools.rendered_runner.storage import Picture, write_clip
from tools.rendered_runner.truth import describe

BLOCK_PX = 16
"""Pictures are compared by the mean of blocks this large: grain and the codec's noise average out, a shift does not."""
LARGEST_DIFFERENCE = 22.0
"""In display levels of 255, of any block. The committed clips differ by up to 13, in strong colours by 19: files are
written as BT.601 and, having no tag, read as BT.709. A camera 2 cm aside makes 37 and more (26 from behind)."""
LARGEST_DELAY_S = 0.001
"""A picture's time is a whole number of ticks of the file's clock, each 0.011 ms."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """How far a video is from what its preset renders."""

    frames: int
    expected_frames: int
    compared: int
    """Pictures that were rendered again."""
    largest_difference: float
    """Display levels, of any block of any picture compared."""
    largest_delay_s: float
    """Of any picture, between when it is shown and when it should be."""

    @property
    def is_same(self) -> bool:
        """Whether coding alone explains the difference."""
        in_time = self.frames == self.expected_frames and self.largest_delay_s <= LARGEST_DELAY_S
        return in_time and self.largest_difference <= LARGEST_DIFFERENCE

    @property
    def words(self) -> str:
        """What was found, in a line."""
        return (
            f"{self.frames} of {self.expected_frames} pictures, {1000 * self.largest_delay_s:.1f} ms off at most; "
            f"{self.compared} compared, largest difference {self.largest_difference:.1f} levels"
        )


def write_truth(clip: Path, preset: Preset) -> None:
    """Write what the clip is known to show."""
    how = (
        "Rendered runner with a prescribed gait: every value is the gait's own at the exact instant of its event, "
        f"never taken from frames. Made again by `python -m tools.rendered_runner render {clip.stem}`."
    )
    text = truth_to_json(describe(preset, how, known_misses(clip.stem)))
    truth_path(clip).write_text(text, encoding="utf-8")


def write_video(clip: Path, preset: Preset, runner: Runner | None = None, start_s: float = 0.0) -> None:
    """Render and encode, picture by picture; of another runner than the preset's from an instant of theirs on."""
    film, times_s = open_film(preset, runner), preset.frame_times()
    pictures = (film.picture(float(start_s + time_s)) for time_s in times_s)
    size_px = preset.camera.width_px, preset.camera.height_px
    write_clip(clip, size_px, pictures, times_s * preset.slowed, preset.turn)


def open_film(preset: Preset, runner: Runner | None = None) -> Film:
    """Return the camera, loaded; before it the preset's runner, or another."""
    return Film(
        None if preset.empty else runner or preset.runner(),
        preset.camera,
        preset.fps,
        preset.seed,
        look=preset.look,
        place=preset.place,
        shutter_s=preset.shutter_s,
        grain=preset.grain,
    )


def compare_video(clip: Path, preset: Preset, every: int) -> Comparison:
    """Render every so many pictures of a clip again and compare them with the decoded video."""
    film, times_s = open_film(preset), preset.frame_times()
    shown_s, differences = [], []
    with ClipReader(clip) as reader:
        for number, frame in enumerate(reader):
            shown_s.append(frame.time_s)
            if number % every == 0 and number < len(times_s):
                differences.append(_difference(film.picture(float(times_s[number])), frame.image))
    both = min(len(shown_s), len(times_s))
    delays_s = np.abs(np.array(shown_s[:both]) - preset.slowed * times_s[:both])
    return Comparison(len(shown_s), len(times_s), len(differences), max(differences), float(delays_s.max()))


def _difference(rendered: Picture, decoded: Picture) -> float:
    """Largest difference of the two pictures' block means."""
    if rendered.shape != decoded.shape:
        return 255.0
    return float(np.abs(_blocks(rendered) - _blocks(decoded)).max())


def _blocks(picture: Picture) -> np.ndarray:
    size = picture.shape[1] // BLOCK_PX, picture.shape[0] // BLOCK_PX
    return np.asarray(cv2.resize(picture.astype(np.float32), size, interpolation=cv2.INTER_AREA))
