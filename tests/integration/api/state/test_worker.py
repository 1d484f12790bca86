"""The worker itself, as the service starts it: formcheck on a clip, in a process of its own, under limits."""

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import pytest

from formcheck.clip.writer import VideoWriter
from formcheck.records.errors import ClipError
from formcheck.report.schema import report_from_json
from formcheck_api.jobs.processes.attempt import WORKER, Ended, KeepGoing, OnReady, attempt
from formcheck_api.jobs.processes.limits import Limits
from formcheck_api.jobs.processes.waiting import Workers
from formcheck_api.jobs.processes.worker import CLIP_FILE, Job, problem_of
from formcheck_api.records.analyses import Options, Problem
from small_clips import PLACE

pytestmark = pytest.mark.slow

TIME_LIMIT_S = 120
LIMITS = Limits(memory_mb=3000, file_mb=2000, cpu_s=2 * TIME_LIMIT_S)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "run").mkdir()
    return tmp_path / "run"


@pytest.fixture
def job(folder: Path) -> Job:
    return Job(folder / CLIP_FILE, "my run.mp4", folder / "answer", Options(height_m=1.8))


def perform(
    job: Job,
    folder: Path,
    keep_going: KeepGoing = lambda *_: True,
    on_ready: OnReady = lambda _: None,
    limits: Limits = LIMITS,
) -> Problem | Ended:
    with (
        Workers(WORKER, limits).hired(folder) as worker,
        attempt(
            job,
            worker,
            memory_limit_mb=limits.memory_mb,
            time_limit_s=TIME_LIMIT_S,
            keep_going=keep_going,
            on_ready=on_ready,
            on_glimpse=lambda: None,
        ) as attempted,
    ):
        return attempted.end


def code(end: Problem | Ended) -> str:
    assert isinstance(end, Problem), end
    return end.code


@pytest.mark.slow
def test_a_clip_is_answered_whole_with_progress_and_nothing_of_where_it_was_filmed(
    job: Job, folder: Path, short_clip: Path
) -> None:
    job.clip.write_bytes(short_clip.read_bytes())
    seen: list[float] = []
    ready: list[Sequence[str]] = []

    def note(_: str, progress: float) -> bool:
        seen.append(progress)
        return True

    assert perform(job, folder, note, ready.append) is Ended.DONE
    numbers, pictures, video = ready
    assert numbers == ["motion.json", "report.json"]
    assert pictures[-1] == "report.html"
    assert all(name.startswith("frames/") for name in pictures[:-1])
    assert video == ["overlay.mp4"]
    report = json.loads((job.answer / "report.json").read_text(encoding="utf-8"))
    assert report_from_json(report).clip.name == "my run.mp4"
    assert report["scene"]["scale"]["source"] == "height", "the options were not told"
    assert {"report.html", "overlay.mp4", "frames"} <= {path.name for path in job.answer.iterdir()}
    assert seen == sorted(seen)
    assert len(set(seen)) > 5
    for path in job.answer.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            assert PLACE.encode() not in content, path
            assert str(folder).encode() not in content, path


@pytest.mark.slow
def test_a_clip_without_a_runner_is_an_answer_too(job: Job, folder: Path) -> None:
    with VideoWriter(job.clip.with_suffix(".mp4")) as writer:
        for index in range(30):
            writer.write(np.full((360, 640, 3), 120, np.uint8), index / 30)
    job.clip.with_suffix(".mp4").rename(job.clip)
    assert perform(job, folder) is Ended.DONE
    report = json.loads((job.answer / "report.json").read_text(encoding="utf-8"))
    assert report["quality"]["grade"] == "poor"


@pytest.mark.slow
def test_a_full_disk_is_reported_as_such(job: Job, folder: Path, short_clip: Path) -> None:
    job.clip.write_bytes(short_clip.read_bytes())
    job = replace(job, options=replace(job.options, model="lite"))
    ready: list[Sequence[str]] = []
    assert code(perform(job, folder, on_ready=ready.append, limits=replace(LIMITS, file_mb=0.01))) == "storage_full"
    assert ready == []


@pytest.mark.slow
def test_a_memory_limit_is_reported_as_such(job: Job, folder: Path, short_clip: Path) -> None:
    job.clip.write_bytes(short_clip.read_bytes())
    assert code(perform(job, folder, limits=replace(LIMITS, memory_mb=300))) == "analysis_out_of_memory"


def test_a_file_that_is_not_a_video_is_reported_without_a_path(job: Job, folder: Path) -> None:
    job.clip.write_text("no video")
    problem = perform(job, folder)
    assert code(problem) == "clip_unreadable"
    assert problem.detail.startswith("The clip is not a video we can read")
    assert str(folder) not in problem.detail
    assert problem.detail.endswith(".")


@pytest.mark.parametrize("text", ["The clip is cut off; film again", "The clip is cut off; film again."])
def test_what_is_wrong_with_a_clip_ends_with_one_full_stop(job: Job, text: str) -> None:
    assert problem_of(ClipError(text), job).detail == "The clip is cut off; film again."


@pytest.mark.slow
def test_invalid_options_are_reported(job: Job, folder: Path, short_clip: Path) -> None:
    job.clip.write_bytes(short_clip.read_bytes())
    assert code(perform(replace(job, options=Options(height_m=180)), folder)) == "options_invalid"
    assert code(perform(replace(job, options=Options(from_s=1000.0)), folder)) == "options_invalid"


def test_a_worker_whose_parent_is_gone_does_nothing(job: Job, folder: Path) -> None:
    job.clip.write_text("no video")  # which it would report if it had been read
    terms = json.dumps(asdict(LIMITS) | {"parent": 1})
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    ended = subprocess.run(
        [*WORKER, terms], input=job.line(), capture_output=True, check=False, cwd=folder, env=environment
    )
    assert (ended.returncode, ended.stdout) == (1, b"")


def test_a_worker_cannot_reach_the_database_or_the_blobs() -> None:
    heavy = {"sqlalchemy", "obstore", "pydantic_settings"}
    check = f"import sys, formcheck_api.jobs.processes.worker; print(*{heavy} & set(sys.modules))"
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    loaded = subprocess.run([sys.executable, "-c", check], capture_output=True, text=True, check=True, env=environment)
    assert loaded.stdout.split() == []
