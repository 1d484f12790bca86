"""One analysis in a process of its own: ``python -m formcheck_api.jobs.processes.worker LIMITS``.

It knows neither the database nor the blobs. It loads everything, waits for its job (a line of JSON on standard input),
reads one clip, writes the result into a folder part by part, and reports as lines of JSON on standard output::

    {"stage": "following the runner", "progress": 0.4}
    {"glimpse": true}                                               a new GLIMPSE_FILE of the runner being followed
    {"frames": 612}                                                 for the service's log
    {"ready": ["report.json", "motion.json"]}                       written, and never changed again
    {"problem": {"code": "clip_unreadable", "detail": "..."}}      where the clip is at fault

Exit code 0: finished, or a problem was reported. Anything else is a crash, with its traceback on standard error.
"""

import errno
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from threading import Lock
from typing import Final, TextIO

from formcheck.clip.limits import LIMITS, ReadingLimits
from formcheck.records.errors import ClipError, FormcheckError, ModelError, OutputError, PartError, UsageError
from formcheck.records.filmed import Following
from formcheck_api.jobs.processes.limits import Limits, limit_this_process
from formcheck_api.records.analyses import Options, Problem
from formcheck_api.records.failures import failure

ANALYSIS_SHARE: Final = 0.6
"""Of the work on a clip, the rest being pictures and video (measured: full model, two clips of 720p)."""

CLIP_FILE: Final = "The clip"
"""Name of the clip's file here, so that an error reads "The clip is cut off or damaged ..."."""

GLIMPSE_FILE: Final = "following.jpg"
"""Beside the clip; each picture takes the place of the one before."""

GLIMPSE_EVERY_S: Final = 1.0
"""A picture takes 2 to 3 ms of one processor (720p and 1080p): all take 0.3 % of the time."""

_NO_SPACE: Final = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)

Send = Callable[[dict[str, object]], None]


@dataclass(frozen=True, slots=True)
class Job:
    """A worker's input. ``clip_name`` is the client's, for the report; ``reading`` are the clip's own limits."""

    clip: Path
    clip_name: str
    answer: Path
    options: Options
    reading: ReadingLimits = LIMITS

    def line(self) -> bytes:
        """As a worker reads it."""
        return json.dumps(asdict(self), default=os.fspath).encode("ascii") + b"\n"

    @staticmethod
    def read(line: str) -> "Job":
        """The job of a line."""
        asked = json.loads(line)
        return Job(
            Path(asked["clip"]),
            asked["clip_name"],
            Path(asked["answer"]),
            Options(**asked["options"]),
            ReadingLimits(**asked["reading"]),
        )


def main() -> int:
    """Load, wait for a job and do it; the exit code."""
    obey(sys.argv[1])
    with _own_standard_output() as out:

        def send(what: dict[str, object]) -> None:
            out.write(json.dumps(what) + "\n")
            out.flush()

        _load()
        job = next_job()
        try:
            run(job, send)
        except (FormcheckError, MemoryError) as error:
            problem = problem_of(error, job)
            send({"problem": {"code": problem.code, "detail": problem.detail}})
            with suppress(OSError):  # the disk may be full
                sys.stderr.write(f"{error}\n")  # with paths, for the operator
    return 0


def obey(terms: str) -> None:
    """Bind this process to the limits and the parent that the command line names."""
    limits = json.loads(terms)
    parent = limits.pop("parent")
    limit_this_process(Limits(**limits), parent)


def next_job() -> Job:
    """The job, as soon as there is one; what libraries write for themselves goes into its folder from then on."""
    line = sys.stdin.readline()
    if not line:  # the service needs this process no more
        sys.exit(0)
    job = Job.read(line)
    home = job.clip.parent
    os.chdir(home)
    os.environ["TMPDIR"] = tempfile.tempdir = str(home)
    return job


def _load() -> None:
    """Load what an analysis needs: heavy, and so under the limits."""
    import formcheck.analyze  # noqa: PLC0415
    import formcheck.report.write  # noqa: F401, PLC0415


def run(job: Job, send: Send) -> None:
    """Analyse the clip and write the result, the numbers first. Raises FormcheckError."""
    from formcheck.analyze import analyze_video  # noqa: PLC0415
    from formcheck.report.write import Result  # noqa: PLC0415
    from formcheck_api.jobs.processes.motion import write_motion  # noqa: PLC0415

    options = job.options
    report = analyze_video(
        job.clip,
        **options.about_the_run(),
        model=options.model,
        on_progress=lambda stage, done: send({"stage": stage, "progress": ANALYSIS_SHARE * done}),
        on_followed=_Glimpses(job, send),
        limits=job.reading,
    )
    send({"frames": report.clip.frame_count})

    def report_drawing(stage: str, done: float) -> None:
        send({"stage": stage, "progress": ANALYSIS_SHARE + (1 - ANALYSIS_SHARE) * done})

    named = replace(report, clip=replace(report.clip, name=job.clip_name))
    result = Result(named, job.clip, blur_faces=options.blur_faces, limits=job.reading, on_progress=report_drawing)
    job.answer.mkdir()
    announced: set[str] = set()

    def report_ready() -> None:
        there = {path.relative_to(job.answer).as_posix() for path in job.answer.rglob("*") if path.is_file()}
        send({"ready": sorted(there - announced)})
        announced.update(there)

    result.write_numbers(job.answer)
    write_motion(job.answer, report)
    report_ready()
    result.write_pictures(job.answer)
    report_ready()
    result.write_video(job.answer)
    report_ready()


class _Glimpses:
    """Keeps a small picture of the runner being followed, at most one a second; called from two threads."""

    def __init__(self, job: Job, send: Send) -> None:
        self._job, self._send, self._lock, self._next_s = job, send, Lock(), 0.0

    def __call__(self, frame: Following) -> None:
        with self._lock:
            if time.monotonic() < self._next_s or frame.points_px is None:
                return
            self._next_s = time.monotonic() + GLIMPSE_EVERY_S
        from formcheck.report.pictures import draw_glimpse, write_jpeg  # noqa: PLC0415

        picture = draw_glimpse(frame, blur=self._job.options.blur_faces)
        with suppress(OutputError):  # a full disk is reported where the result is written
            write_jpeg(self._job.clip.with_name(GLIMPSE_FILE), picture)
            self._send({"glimpse": True})


def problem_of(error: FormcheckError | MemoryError, job: Job) -> Problem:
    """The problem for the client, without our paths; raises the error again where the service is at fault."""
    match error:
        case MemoryError():
            return failure("analysis_out_of_memory")
        case PartError() | UsageError():
            return failure("options_invalid", reason=_reason(error, job))
        case ClipError():
            return failure("clip_unreadable", reason=_reason(error, job))
        case ModelError():
            return failure("model_unavailable", model=job.options.model)
        case OutputError() if getattr(error.__cause__, "errno", None) in _NO_SPACE:  # an OSError, or FFmpeg's own
            return failure("storage_full")
    raise error


def _reason(error: FormcheckError, job: Job) -> str:
    """An error's text as part of a sentence, without a path or a full stop."""
    return str(error).replace(str(job.clip), job.clip.name).removesuffix(".")


def _own_standard_output() -> TextIO:
    """Standard output for messages alone: what libraries print goes to standard error."""
    own = os.dup(1)
    os.dup2(2, 1)
    return os.fdopen(own, "w", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
