"""What is timed: formcheck with and without pictures, the plain loop, and the pose model with nothing around it.

Every run has a process of its own, so its processor time and its peak of memory are its own. Importing is not timed:
all import MediaPipe.
"""

import os
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice
from multiprocessing import get_context
from pathlib import Path
from typing import Any, Final

from formcheck.vision.weights import registries
from formcheck.vision.weights.bundle import make_bundle

RSS_UNIT_BYTES: Final = 1 if sys.platform == "darwin" else 1024
"""The unit of ru_maxrss (getrusage(2) of macOS and of Linux)."""

FAR_APART_MS: Final = 1_000_000
"""Between pictures, as formcheck passes it: MediaPipe's own smoothing is off."""

PICTURES_IN_MEMORY: Final = 90
"""For the model with nothing around it: 250 MB at 720p."""


@dataclass(frozen=True, slots=True)
class Run:
    """One pass over a clip."""

    seconds: float
    processor_s: float
    frames: int
    peak_mb: float


def alone(way: "Way", clip: Path, stock: Path) -> Run:
    """One run in a fresh process."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as process:
        return process.submit(way, clip, stock).result()


def formcheck(clip: Path, _stock: Path) -> Run:
    """The whole analysis, its numbers in the report; no pictures."""
    from formcheck.analyze import analyze_video  # noqa: PLC0415  # heavy; must not count as another one's memory

    return timed(lambda: analyze_video(clip).clip.frame_count)


def formcheck_with_video(clip: Path, _stock: Path) -> Run:
    """The same, with the page, the annotated frames and the overlay video."""
    from formcheck.analyze import analyze_video  # noqa: PLC0415
    from formcheck.report.write import write_assessment  # noqa: PLC0415

    def whole() -> int:
        report = analyze_video(clip)
        with tempfile.TemporaryDirectory() as folder:
            write_assessment(report, clip, Path(folder, "run"))
        return report.clip.frame_count

    return timed(whole)


def plain_loop(clip: Path, stock: Path) -> Run:
    """OpenCV's reader and MediaPipe's video mode on whole pictures, with the model as MediaPipe ships it."""
    import cv2  # noqa: PLC0415  # heavy; must not count as another one's memory
    import mediapipe as mp  # noqa: PLC0415
    from mediapipe.tasks.python.vision import RunningMode  # noqa: PLC0415

    def loop() -> int:
        found = []
        capture = cv2.VideoCapture(str(clip))
        with _landmarker(stock, RunningMode.VIDEO) as landmarker:
            while True:
                is_there, bgr = capture.read()
                if not is_there:
                    break
                rgb = mp.Image(mp.ImageFormat.SRGB, cv2.cvtColor(bgr, cv2.COLOR_BGR2RGB))
                found.append(landmarker.detect_for_video(rgb, round(capture.get(cv2.CAP_PROP_POS_MSEC))))
        capture.release()
        return len(found)

    return timed(loop)


def model_alone(clip: Path, _stock: Path) -> Run:
    """The pose model that formcheck uses, one on each processor, over pictures in memory: the limit for any program."""
    from mediapipe.tasks.python.vision import RunningMode  # noqa: PLC0415

    from formcheck.clip.reader import ClipReader  # noqa: PLC0415
    from formcheck.vision.landmarker import picture_for_mediapipe  # noqa: PLC0415
    from formcheck.vision.weights.models import find_model  # noqa: PLC0415

    with ClipReader(clip, max_side_px=1920) as reader:
        pictures = [picture_for_mediapipe(frame.image) for frame in islice(reader, PICTURES_IN_MEMORY)]
    path = find_model("full").path

    def one() -> int:
        with _landmarker(path, RunningMode.VIDEO) as landmarker:
            for number, picture in enumerate(pictures):
                landmarker.detect_for_video(picture, number * FAR_APART_MS)
        return len(pictures)

    def all_processors() -> int:
        count = os.cpu_count() or 1
        with ThreadPoolExecutor(count) as pool:
            return sum(pool.map(lambda _: one(), range(count)))

    return timed(all_processors)


Way = Callable[[Path, Path], Run]

CONTESTANTS: Final[tuple[Way, ...]] = (
    formcheck,
    formcheck_with_video,
    plain_loop,
    model_alone,
)


def write_stock_model(path: Path) -> Path:
    """The full model as MediaPipe ships it, which computes a mask that nobody asked for."""
    networks = registries.from_wheel("full")
    path.write_bytes(make_bundle(networks.detector, networks.landmarks))
    return path


def timed(work: Callable[[], int]) -> Run:
    """``work`` gives the number of frames it did."""
    began_s, processor_s = time.perf_counter(), _processor_s()
    frames = work()
    return Run(time.perf_counter() - began_s, _processor_s() - processor_s, frames, _peak_mb())


def _peak_mb() -> float:
    """Of this process alone: what getrusage(2) gives on Linux includes the parent's at the fork."""
    status = Path("/proc/self/status")
    if not status.exists():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * RSS_UNIT_BYTES / 1e6
    line = next(line for line in status.read_text(encoding="ascii").splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) * 1024 / 1e6


def _processor_s() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def _landmarker(model: Path, mode: Any) -> Any:
    from mediapipe.tasks.python import BaseOptions  # noqa: PLC0415
    from mediapipe.tasks.python.vision import PoseLandmarker, PoseLandmarkerOptions  # noqa: PLC0415

    from formcheck.vision.offline import start_without_sockets  # noqa: PLC0415

    options = PoseLandmarkerOptions(base_options=BaseOptions(model_asset_path=str(model)), running_mode=mode)
    return start_without_sockets(lambda: PoseLandmarker.create_from_options(options))
