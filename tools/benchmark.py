"""Time and memory of formcheck against a plain pose loop: ``python -m tools.benchmark CLIP``.

Both do a clip with the same model: formcheck the whole analysis without pictures or overlay, the plain loop nothing
but OpenCV's reader and MediaPipe's video mode on full-size frames. Every run has a process of its own, so its peak
memory is its own; the two take turns, and swap turns every round, so that a busy machine is unfair to neither.
Importing is not timed: both import MediaPipe.
"""

import argparse
import resource
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from statistics import median
from typing import Final

REPEATS: Final = 3
RSS_UNIT_BYTES: Final = 1 if sys.platform == "darwin" else 1024
"""The unit of ru_maxrss (getrusage(2) of macOS and of Linux)."""


@dataclass(frozen=True, slots=True)
class Run:
    """One pass over the clip."""

    seconds: float
    frames: int
    peak_mb: float


def formcheck(clip: Path, model: str) -> Run:
    """Analyse the clip with formcheck, without pictures or overlay."""
    from formcheck.analyze import analyze_video  # noqa: PLC0415  # heavy; must not count as the other one's memory

    return _timed(lambda: analyze_video(clip, model=model).clip.frame_count)


def plain(clip: Path, model: str) -> Run:
    """Find the landmarks of every frame as anyone would first write it."""
    import cv2  # noqa: PLC0415  # heavy; must not count as the other one's memory
    import mediapipe as mp  # noqa: PLC0415
    from mediapipe.tasks.python import BaseOptions  # noqa: PLC0415
    from mediapipe.tasks.python.vision import PoseLandmarker, PoseLandmarkerOptions, RunningMode  # noqa: PLC0415

    from formcheck.vision.offline import start_without_sockets  # noqa: PLC0415
    from formcheck.vision.weights.models import find_model  # noqa: PLC0415

    options = PoseLandmarkerOptions(
        base_options=BaseOptions(model_asset_path=str(find_model(model).path)), running_mode=RunningMode.VIDEO
    )

    def loop() -> int:
        found = []
        capture = cv2.VideoCapture(str(clip))
        with start_without_sockets(lambda: PoseLandmarker.create_from_options(options)) as landmarker:
            while True:
                is_there, bgr = capture.read()
                if not is_there:
                    break
                rgb = mp.Image(mp.ImageFormat.SRGB, cv2.cvtColor(bgr, cv2.COLOR_BGR2RGB))
                found.append(landmarker.detect_for_video(rgb, round(capture.get(cv2.CAP_PROP_POS_MSEC))))
        capture.release()
        return len(found)

    return _timed(loop)


def _timed(work: Callable[[], int]) -> Run:
    began_s = time.perf_counter()
    frames = work()
    seconds = time.perf_counter() - began_s
    return Run(seconds, frames, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * RSS_UNIT_BYTES / 1e6)


def compare(clip: Path, model: str, repeats: int) -> tuple[list[Run], list[Run]]:
    """``repeats`` runs of formcheck and of the plain loop, turn by turn, each in a fresh process."""
    ours: list[Run] = []
    theirs: list[Run] = []
    for number in range(repeats):
        turns = [(formcheck, ours), (plain, theirs)]
        for way, runs in turns if number % 2 == 0 else reversed(turns):
            runs.append(_in_fresh_process(partial(way, clip, model)))
            print(f"{way.__name__} {runs[-1].seconds:.1f} s", end="  ", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    return ours, theirs


def _in_fresh_process(work: Callable[[], Run]) -> Run:
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as process:
        return process.submit(work).result()


def table(ours: Sequence[Run], theirs: Sequence[Run]) -> str:
    """Both side by side, and formcheck's time as a part of the plain loop's."""
    lines = [f"{'':<12}{'frames':>8}{'median s':>10}{'least s':>10}{'frames/s':>10}{'peak MB':>9}"]
    for name, runs in (("formcheck", ours), ("plain loop", theirs)):
        median_s, least_s = _median_s(runs), _least_s(runs)
        lines.append(
            f"{name:<12}{runs[0].frames:>8}{median_s:>10.2f}{least_s:>10.2f}"
            f"{runs[0].frames / median_s:>10.1f}{max(run.peak_mb for run in runs):>9.0f}"
        )
    of_medians, of_least = _median_s(ours) / _median_s(theirs), _least_s(ours) / _least_s(theirs)
    lines.append(f"formcheck / plain: {of_medians:.2f} of the medians, {of_least:.2f} of the least (below 1 is faster)")
    return "\n".join(lines)


def _median_s(runs: Sequence[Run]) -> float:
    return median(run.seconds for run in runs)


def _least_s(runs: Sequence[Run]) -> float:
    return min(run.seconds for run in runs)


def main(arguments: list[str] | None = None) -> int:
    """Run the command; return its exit code."""
    parser = argparse.ArgumentParser(prog="benchmark", description="Time and memory against a plain pose loop.")
    parser.add_argument("clip", type=Path)
    parser.add_argument("--repeats", type=int, default=REPEATS, metavar="N")
    parser.add_argument("--model", default="full", help="lite, full or heavy (default: full)")
    asked = parser.parse_args(arguments)
    print(table(*compare(asked.clip, asked.model, asked.repeats)))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
