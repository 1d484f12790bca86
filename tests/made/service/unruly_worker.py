"""A worker that does what the name of its clip says: for tests of those who watch over workers.

It speaks the protocol of ``formcheck_api.jobs.processes.worker``, in a process of its own as that one.
"""

import json
import os
import signal
import sys
import time
from pathlib import Path

from formcheck_api.jobs.processes.limits import limit_this_process
from formcheck_api.jobs.processes.worker import Job

FOREVER_S = 60
GO_ON = "go on"


def tell(**what: object) -> None:
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


def answer(job: Job) -> None:
    (job.answer / "frames").mkdir(parents=True)
    (job.answer / "report.json").write_bytes(job.clip.read_bytes())
    (job.answer / "frames" / "left.jpg").write_bytes(b"left")


def first_time(job: Job) -> bool:
    """Whether a clip of that name was never seen; a mark in the service's folder remembers."""
    mark = job.clip.parents[3] / f"seen {job.clip_name}"
    seen = mark.exists()
    mark.touch()
    return not seen


def sleep(job: Job) -> None:
    time.sleep(FOREVER_S)


def sleep_once(job: Job) -> None:
    if first_time(job):
        time.sleep(FOREVER_S)
    answer(job)


def crash(job: Job) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def crash_once(job: Job) -> None:
    if first_time(job):
        crash(job)
    answer(job)


def eat_memory(job: Job) -> None:
    eaten = bytearray()
    while True:
        eaten += b"x" * 10_000_000


def ask_for_too_much(job: Job) -> None:
    bytearray(1 << 40)


def talk_nonsense(job: Job) -> None:
    sys.stdout.write('nonsense\n[]\n{"problem": 3}\n{"stage": 1}\n{"stage": "x", "progress": "y"}\n')
    tell(problem={"code": "made up", "detail": "x" * 100_000})


def show_environment(job: Job) -> None:
    tell(problem={"code": "clip_unreadable", "detail": " ".join(sorted(os.environ))})


def leave_a_link(job: Job) -> None:
    answer(job)
    (job.answer / "passwd").symlink_to("/etc/passwd")


def wait(job: Job) -> None:
    """Until the test says so, by a mark in the service's folder."""
    while not (job.clip.parents[3] / GO_ON).exists():
        time.sleep(0.02)
    answer(job)


def behave(job: Job) -> None:
    time.sleep(0.3)
    tell(frames=7)
    answer(job)


UNRULY = {
    "sleep": sleep,
    "sleep once": sleep_once,
    "crash": crash,
    "crash once": crash_once,
    "eat memory": eat_memory,
    "ask for too much": ask_for_too_much,
    "talk nonsense": talk_nonsense,
    "show environment": show_environment,
    "wait": wait,
    "leave a link": leave_a_link,
}


if __name__ == "__main__":
    job = Job.read(Path(sys.argv[1]))
    limit_this_process(job.limits, job.parent)
    tell(stage="following the runner", progress=0.25)
    UNRULY.get(job.clip_name, behave)(job)
