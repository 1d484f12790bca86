"""The clips of a folder with their truth, and the analysis of all of them, several at once."""

from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from multiprocessing.connection import wait
from pathlib import Path
from typing import Final

from formcheck.cli.verify.compare import Case, Outcome
from formcheck.cli.verify.truth import SUFFIX, Truth, read_truth, truth_path
from formcheck.cli.verify.worker import Worker
from formcheck.records.errors import TruthError, UsageError
from formcheck.words.catalogue import ENGLISH

say: Final = ENGLISH.say

CLIP_SUFFIXES: Final = frozenset({".mp4", ".mov", ".m4v", ".webm", ".mkv", ".avi", ".3gp", ".mts", ".ts"})
"""What is taken for a clip in a folder; what is inside is found out by reading it."""


def find_cases(folder: Path) -> list[Case]:
    """Every clip of a folder with its truth, by name.

    Raises
    ------
    UsageError
        There is no such folder, or no clip in it.
    TruthError
        Truth files are broken, lie beside no clip, or belong to two; a line for each.
    """
    if not folder.is_dir():
        raise UsageError(say("error.verify.no_folder", folder=folder))
    clips = sorted(path for path in folder.iterdir() if _is_clip(path))
    truths: dict[Path, Truth] = {}
    faults = [*_shared(clips), *_alone(folder, clips)]
    for path in filter(Path.exists, map(truth_path, clips)):
        try:
            truths[path] = read_truth(path)
        except TruthError as error:
            faults.append(str(error))
    if faults:  # all at once: mending one a run is a waste of runs
        raise TruthError("\n".join(faults))
    if not clips:
        raise UsageError(say("error.verify.no_clips", folder=folder))
    return [Case(clip, truths.get(truth_path(clip))) for clip in clips]


def _is_clip(path: Path) -> bool:
    """Whether it looks like one; a leading dot marks what is no clip of the user's, as macOS's "._run.mp4"."""
    return path.suffix.lower() in CLIP_SUFFIXES and not path.name.startswith(".") and path.is_file()


def _shared(clips: Sequence[Path]) -> Iterator[str]:
    """Truth files that two clips would share."""
    for path, count in Counter(map(truth_path, clips)).items():
        if count > 1:
            names = ", ".join(clip.name for clip in clips if truth_path(clip) == path)
            yield say("error.verify.shared", path=path, names=names)


def _alone(folder: Path, clips: Sequence[Path]) -> Iterator[str]:
    """Truth files without a clip."""
    owned = set(map(truth_path, clips))
    for path in sorted(set(folder.glob(f"[!.]*{SUFFIX}")) - owned):
        yield say("error.verify.alone", path=path)


def run_cases(
    cases: Sequence[Case], *, model: str, jobs: int, on_progress: Callable[[str, float], None] | None = None
) -> list[Outcome]:
    """Analyse clips, ``jobs`` at once, the largest file first; outcomes in the order of the cases.

    ``on_progress(stage, 0..1)`` gets the share of the work that is done. A clip that cannot be read, or whose process
    dies, is an outcome with a failure. Raises ModelError when the pose model cannot be had.
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
                on_progress(
                    say("terminal.clips_done", done=len(done), all=len(cases)), (len(done) + share) / len(cases)
                )
    finally:  # Ctrl-C too: no clip is waited for
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
