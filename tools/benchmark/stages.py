"""Where the time of one analysis goes: each stage done alone, one after the other."""

import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from formcheck.clip.reader import ClipReader
from formcheck.gait.settings import settings_for
from formcheck.judge.assess import assess
from formcheck.records.options import RunOptions
from formcheck.report.write import write_assessment
from formcheck.vision.watch import ShoesIn, watch
from formcheck.vision.weights.models import find_model
from tools.benchmark.contestants import Run, timed


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage: what it does, and what it took."""

    what: str
    run: Run


def stages_of(clip: Path) -> list[Stage]:
    """The stages of an analysis of a clip, with pictures and video."""
    return list(_stages(clip))


def _stages(clip: Path) -> Iterator[Stage]:
    def stage(what: str, work: Callable[[], object]) -> Stage:
        def count() -> int:
            work()
            return frames

        return Stage(what, timed(count))

    model, told = find_model("full"), RunOptions()
    frames = _read(clip)
    yield stage("reading the pictures (part of the next line)", lambda: _read(clip))
    yield stage("following the runner, both halves of the clip at once", lambda: watch(clip, model.path))
    seen = watch(clip, model.path)

    def measured(shoes: ShoesIn | None) -> object:
        return assess(
            seen.track,
            told,
            clip=seen.clip,
            filmed=seen.filmed,
            metadata_fps=seen.metadata_fps,
            uprights=seen.uprights,
            shoes=shoes,
            settings=settings_for(model.name),
        )

    yield stage("measuring, from landmarks alone", lambda: measured(None))
    yield stage("measuring, with the shoes followed in the pictures", lambda: measured(ShoesIn(clip)))
    report = assess(
        seen.track, told, clip=seen.clip, filmed=seen.filmed, shoes=ShoesIn(clip), settings=settings_for(model.name)
    )
    with tempfile.TemporaryDirectory() as folder:
        without, whole = Path(folder, "without"), Path(folder, "whole")
        yield stage("page and annotated frames", lambda: write_assessment(report, clip, without, video=False))
        yield stage("page, annotated frames and video", lambda: write_assessment(report, clip, whole))


def _read(clip: Path) -> int:
    with ClipReader(clip, max_side_px=1920) as reader:
        return sum(1 for _ in reader)
