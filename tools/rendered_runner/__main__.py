"""Render a fixture clip and its truth: ``python -m tools.rendered_runner fixtures/videos/NAME.mp4``."""

import argparse
import sys
from pathlib import Path

from tools.rendered_runner import clip
from tools.rendered_runner.presets import PRESETS


def main(arguments: list[str] | None = None) -> int:
    """Run the command; return its exit code."""
    parser = argparse.ArgumentParser(prog="rendered_runner", description="Render a fixture clip and its truth.")
    parser.add_argument("clip", type=Path, help=f"where to write; the name picks the preset: {', '.join(PRESETS)}")
    parser.add_argument("--landmarks", type=Path, metavar="FILE.npz", help="also write the true joints of every frame")
    parser.add_argument("--truth-only", action="store_true", help="leave the video alone")
    asked = parser.parse_args(arguments)
    preset = PRESETS.get(asked.clip.stem)
    if preset is None:
        parser.error(f"no preset is called {asked.clip.stem!r}; there are: {', '.join(PRESETS)}")
    clip.write_truth(asked.clip, preset)
    if asked.landmarks:
        clip.write_perfect_landmarks(asked.landmarks, preset)
    if not asked.truth_only:
        clip.write_video(asked.clip, preset, _show_progress)
    return 0


def _show_progress(done: int, total: int) -> None:
    if sys.stderr.isatty() or done == total:
        print(f"\r{done} of {total} frames", end="\n" if done == total else "", file=sys.stderr, flush=True)


if __name__ == "__main__":
    raise SystemExit(main())
