"""Render reference clips and their truth, or prove the present ones: ``python -m tools.rendered_runner --help``."""

import argparse
import hashlib
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import TypeVar

from tools.rendered_runner import clip
from tools.rendered_runner.perfect import write_landmarks
from tools.rendered_runner.presets import PRESETS

FOLDER = Path("fixtures/videos")
SUMS = "SHA256SUMS"

Result = TypeVar("Result")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return its exit code."""
    asked = _parser().parse_args(arguments)
    unknown = sorted(set(asked.names) - set(PRESETS))
    if unknown:
        print(f"no clip is called {', '.join(unknown)}; there are: {', '.join(PRESETS)}", file=sys.stderr)
        return 2
    return int(asked.run(asked, asked.names or list(PRESETS)))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="rendered_runner", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for name, run, text in (
        ("render", _render, "render clips, write their truth and the checksums"),
        ("truth", _truth, "write the truth files alone, and the checksums"),
        ("check", _check, "render clips again and compare them with the committed ones by decoded content"),
        ("landmarks", _landmarks, "write the true joints of every picture as .npz"),
    ):
        command = commands.add_parser(name, help=text, description=text)
        command.add_argument("names", nargs="*", metavar="NAME", help="clips (default: all)")
        command.add_argument("--folder", type=Path, default=FOLDER, help="where they lie (default: %(default)s)")
        command.add_argument("--jobs", type=int, default=2, help="clips at once (default: %(default)s)")
        command.set_defaults(run=run, every=1)
        if run is _check:
            command.add_argument("--every", type=int, default=1, help="compare one picture in so many")
    return parser


def _render(asked: argparse.Namespace, names: list[str]) -> int:
    for name in _side_by_side(partial(_render_one, asked.folder), names, asked.jobs):
        print(f"rendered {name}", flush=True)
    return _truth(asked, names)


def _render_one(folder: Path, name: str) -> str:
    """A clip takes the place of an earlier one when it is whole."""
    with tempfile.TemporaryDirectory(dir=folder) as aside:
        draft = Path(aside) / f"{name}.mp4"
        clip.write_video(draft, PRESETS[name], _tell_nobody)
        draft.replace(folder / draft.name)
    return name


def _truth(asked: argparse.Namespace, names: list[str]) -> int:
    for name in names:
        clip.write_truth(asked.folder / f"{name}.mp4", PRESETS[name])
    files = sorted(p for p in asked.folder.iterdir() if p.name.endswith((".mp4", ".truth.json")))
    lines = [f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n" for path in files]
    (asked.folder / SUMS).write_text("".join(lines), encoding="ascii")
    return 0


def _check(asked: argparse.Namespace, names: list[str]) -> int:
    different = 0
    for name, found in _side_by_side(partial(_check_one, asked.folder, asked.every), names, asked.jobs):
        different += not found.is_same
        print(
            f"{'same     ' if found.is_same else 'DIFFERENT'}  {name:28} {found.frames} of {found.expected_frames} "
            f"pictures, largest difference {found.largest_difference:.1f} levels",
            flush=True,
        )
    return 1 if different else 0


def _check_one(folder: Path, every: int, name: str) -> tuple[str, clip.Comparison]:
    return name, clip.compare_video(folder / f"{name}.mp4", PRESETS[name], every, _tell_nobody)


def _landmarks(asked: argparse.Namespace, names: list[str]) -> int:
    for name in names:
        write_landmarks(asked.folder / f"{name}.landmarks.npz", PRESETS[name])
    return 0


def _side_by_side(work: Callable[[str], Result], names: list[str], jobs: int) -> Iterator[Result]:
    """Results in the order of the names, each as soon as it and those before it are there."""
    with ProcessPoolExecutor(jobs, mp_context=get_context("spawn")) as processes:
        yield from processes.map(work, names)


def _tell_nobody(_done: int, _total: int) -> None:
    """Several clips at once would write over each other's progress."""


if __name__ == "__main__":
    raise SystemExit(main())
