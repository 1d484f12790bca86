"""The reference clips in their folder: rendered side by side, compared again, listed with their checksums."""

import hashlib
import tempfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Final, TypeVar

from tools.rendered_runner import clip
from tools.rendered_runner.presets import PRESETS

SUMS: Final = "SHA256SUMS"
"""In the form of sha256sum, which checks it: ``sha256sum --check SHA256SUMS``."""

Result = TypeVar("Result")


def side_by_side(work: Callable[[str], Result], names: Sequence[str], jobs: int) -> Iterator[Result]:
    """Results in the order of the names, each as soon as it and those before it are there."""
    with ProcessPoolExecutor(jobs, mp_context=get_context("spawn")) as processes:
        yield from processes.map(work, names)


def render(folder: Path, name: str) -> str:
    """Render a clip, which takes the place of an earlier one when it is whole; return its name."""
    with tempfile.TemporaryDirectory(dir=folder) as aside:
        draft = Path(aside) / f"{name}.mp4"
        clip.write_video(draft, PRESETS[name])
        draft.replace(folder / draft.name)
    return name


def check(folder: Path, every: int, name: str) -> tuple[str, clip.Comparison]:
    """Render every so many pictures of a clip again and compare; return its name and what was found."""
    return name, clip.compare_video(folder / f"{name}.mp4", PRESETS[name], every)


def write_truths(folder: Path, names: Sequence[str]) -> None:
    """Write truth files, and the checksums of all that lies in the folder."""
    for name in names:
        clip.write_truth(folder / f"{name}.mp4", PRESETS[name])
    (folder / SUMS).write_text(sums(folder), encoding="ascii")


def sums(folder: Path) -> str:
    """Checksums of every clip and truth file of a folder, a line each."""
    files = sorted(path for path in folder.iterdir() if path.name.endswith((".mp4", ".truth.json")))
    return "".join(f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n" for path in files)
