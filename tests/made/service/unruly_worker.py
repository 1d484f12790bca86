"""A worker that does what the name of its clip says: for tests of those who watch over workers.

It speaks the protocol of ``formcheck_api.jobs.processes.worker``, in a process of its own as that one.
"""

import json
import os
import signal
import sys
import time

from formcheck_api.jobs.processes.worker import Job, next_job, obey

FOREVER_S = 60
GO_ON = "go on"
NUMBERS_THEN = "numbers, then "


def tell(**what: object) -> None:
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


def answer(job: Job) -> None:
    write_numbers(job)
    write_picture(job)


def write_numbers(job: Job) -> None:
    job.answer.mkdir()
    (job.answer / "report.json").write_bytes(job.clip.read_bytes())


def write_picture(job: Job) -> None:
    (job.answer / "frames").mkdir()
    (job.answer / "frames" / "left.jpg").write_bytes(b"left")


def numbers_first(job: Job) -> None:
    """The numbers at once, a half-written picture, and then whatever the rest of the clip's name says."""
    write_numbers(job)
    tell(ready=["report.json"])
    (job.answer / "half.jpg").write_bytes(b"half")
    UNRULY[job.clip_name.removeprefix(NUMBERS_THEN)](job)


def go_on(job: Job) -> None:
    wait_for_mark(job)
    (job.answer / "half.jpg").unlink()
    write_picture(job)
    (job.answer / "report.html").write_bytes(b"page")
    tell(ready=["report.html", "frames/left.jpg"])
    (job.answer / "overlay.mp4").write_bytes(b"video")


def report_a_full_disk(job: Job) -> None:
    tell(problem={"code": "storage_full", "detail": "No space is left."})


def claim_other_files(job: Job) -> None:
    """Name files that are not its own, or not there."""
    (job.answer / "passwd").symlink_to("/etc/passwd")
    tell(ready=["../job", "/etc/passwd", "passwd", "nowhere", "report.json"])
    tell(ready="report.json")
    crash(job)


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
    """Until the test says so."""
    wait_for_mark(job)
    answer(job)


def wait_for_mark(job: Job) -> None:
    """A mark in the service's folder."""
    while not (job.clip.parents[3] / GO_ON).exists():
        time.sleep(0.02)


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
    "go on": go_on,
    "report a full disk": report_a_full_disk,
    "claim other files": claim_other_files,
}


if __name__ == "__main__":
    obey(sys.argv[1])
    job = next_job()
    tell(stage="following the runner", progress=0.25)
    if job.clip_name.startswith(NUMBERS_THEN):
        numbers_first(job)
    else:
        UNRULY.get(job.clip_name, behave)(job)
