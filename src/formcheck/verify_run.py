"""The clips of a folder with their truth, and the analysis of all of them, several at once."""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from multiprocessing.connection import wait
from pathlib import Path
from typing import Final

from formcheck.errors import TruthError, UsageError
from formcheck.truth import SUFFIX, Truth, read_truth, truth_path
from formcheck.verify import Case, Outcome
from formcheck.verify_worker import Worker

CLIP_SUFFIXES: Final = frozenset({".mp4", ".mov", ".m4v", ".webm", ".mkv", ".avi", ".3gp", ".mts", ".ts"})
"""What is taken for a clip in a folder; what is inside is found out by reading it."""


def find_cases(folder: Path) -> list[Case]:
    """Every clip of a folder with its truth, by name.

    Raises
    ------
    UsageError
        There is no such folder, no clip in it, or a truth file without a clip.
    TruthError
        Truth files are broken; a line for each.
    """
    if not folder.is_dir():
        raise UsageError(f"{folder} is no folder; name the one that holds clips and their truth files")
    clips = sorted(path for path in folder.iterdir() if path.suffix.lower() in CLIP_SUFFIXES)
    if not clips:
        raise UsageError(
            f"{folder} holds no clips; put clips there, and `formcheck verify {folder} --update` pins them"
        )
    _check_names(clips)
    known = {truth_path(clip) for clip in clips}
    alone = sorted(path.name for path in folder.glob(f"*{SUFFIX}") if path not in known)
    if alone:
        raise UsageError(
            f"{folder}: no clip lies beside {', '.join(alone)}; put the clip back or remove the truth file"
        )
    return [Case(clip, read) for clip, read in zip(clips, _read_all(clips), strict=True)]


def _check_names(clips: Sequence[Path]) -> None:
    """Two clips of one stem would share a truth file."""
    stems = [clip.stem for clip in clips]
    twice = [clip.name for clip in clips if stems.count(clip.stem) > 1]
    if twice:
        raise UsageError(f"{', '.join(twice)} would share one truth file; rename one of them")


def _read_all(clips: Sequence[Path]) -> list[Truth | None]:
    """Every truth, or every fault at once: mending one broken file a run is a waste of runs."""
    truths: list[Truth | None] = []
    faults: list[TruthError] = []
    for clip in clips:
        path = truth_path(clip)
        try:
            truths.append(read_truth(path) if path.exists() else None)
        except TruthError as error:
            faults.append(error)
    if faults:
        raise TruthError("\n".join(map(str, faults)))
    return truths


def run_cases(
    cases: Sequence[Case], *, model: str, jobs: int, on_progress: Callable[[str, float], None] | None = None
) -> list[Outcome]:
    """Analyse clips, ``jobs`` at once, the largest file first; outcomes in the order of the cases.

    ``on_progress(stage, 0..1)`` is told how far all of it is. A clip that cannot be read, or whose process dies, is an
    outcome with a failure. Raises ModelError when the pose model cannot be had.
    """
    waiting = deque(sorted(cases, key=lambda case: -case.clip.stat().st_size))
    done: dict[Path, Outcome] = {}
    workers = [Worker() for _ in range(min(jobs, len(cases)))]
    try:
        while len(done) < len(cases):
            for worker in workers:
                if waiting and worker.case is None:
                    worker.begin(waiting.popleft(), model)
            for outcome in _heard([worker for worker in workers if worker.case is not None]):
                done[outcome.case.clip] = outcome
            if on_progress is not None:
                share = sum(worker.share for worker in workers if worker.case is not None)
                on_progress(f"{len(done)} of {len(cases)} clips", (len(done) + share) / len(cases))
    finally:  # Ctrl-C too: nobody waits for a clip
        for worker in workers:
            worker.stop()
    return [done[case.clip] for case in cases]


def _heard(busy: Sequence[Worker]) -> Iterator[Outcome]:
    """Wait until one says something; the outcomes among it."""
    ready = wait([worker.line for worker in busy])
    for worker in [worker for worker in busy if worker.line in ready]:
        outcome = worker.hear()
        if outcome is not None:
            yield outcome
