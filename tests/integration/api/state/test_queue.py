"""Work: claimed, done in processes of its own, watched, stopped, tried again; and always written down how it ended."""

import errno
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from formcheck_api.jobs.bench import bench_of
from formcheck_api.jobs.chores.retention import empty_garbage
from formcheck_api.jobs.local import LocalQueue
from formcheck_api.jobs.processes.presence import Presence, clear_after_the_dead, is_in_use
from formcheck_api.jobs.run import Run
from formcheck_api.operations.metrics import Metrics
from formcheck_api.operations.settings import Settings
from formcheck_api.records.analyses import Analysis, State
from formcheck_api.storage.blobs import Blobs, LocalBlobs
from formcheck_api.store.database import open_database
from formcheck_api.store.store import Store
from service.accepting import NOW, OWNER, accept, read
from service.waiting import PATIENCE_S, ended, files_below, under_way, wait_until, worker_processes
from service.working import UNRULY, impatient, working

pytestmark = pytest.mark.slow

DIE_AT_WORK = """
import os, signal, sys
from pathlib import Path
from formcheck_api.jobs.processes.presence import Presence

presence = Presence(Path(sys.argv[1]))
os.kill(os.getpid(), signal.SIGKILL)
"""
CANCEL_WITHIN_S = 1.0
TRIES_ON_A_BUSY_MACHINE = 5


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return impatient(tmp_path / "data")


@pytest.fixture
def store(local_store: Store) -> Store:
    return local_store


@pytest.fixture
def queue(store: Store, blobs: Blobs, settings: Settings) -> Iterator[LocalQueue]:
    with working(store, blobs, settings) as queue:
        yield queue


def problem_of(store: Store, analysis: Analysis) -> str:
    problem = ended(store, analysis).problem
    assert problem is not None
    return problem.code


def test_an_uploaded_clip_is_analysed_and_its_result_stored_unchanged(queue, store, blobs, send) -> None:
    analysis = ended(store, send("run.mp4"))
    assert analysis.state is State.SUCCEEDED
    assert analysis.artefacts == ("frames/left.jpg", "report.json")
    assert b"".join(blobs.open(analysis.artefact_key("report.json"))) == b"the bytes of run.mp4"


def test_progress_is_seen_while_it_runs(queue, store, send) -> None:
    analysis = under_way(store, send("sleep"))
    assert (analysis.state, analysis.stage, analysis.progress) == (State.RUNNING, "following the runner", 0.25)


def test_work_leaves_nothing_behind_but_the_result(store, blobs, settings, send) -> None:
    with working(store, blobs, settings):
        for name in ("run.mp4", "crash", "sleep"):
            send(name)
        assert problem_of(store, store.list(OWNER).analyses[1]) == "analysis_crashed"
    assert files_below(settings.work_dir) == []
    assert worker_processes(settings) == []


@pytest.mark.parametrize("told_here", [True, False], ids=["by this process", "by another process"])
def test_a_running_analysis_is_cancelled_within_a_second(queue, store, settings, send, told_here: bool) -> None:
    took_s = []
    while min(took_s, default=CANCEL_WITHIN_S) >= CANCEL_WITHIN_S and len(took_s) < TRIES_ON_A_BUSY_MACHINE:
        analysis = under_way(store, send("sleep"))
        begun = time.monotonic()
        store.cancel(OWNER, analysis.id, NOW)
        if told_here:
            queue.cancel(analysis.id)
        assert ended(store, analysis).state is State.CANCELLED
        took_s.append(time.monotonic() - begun)
    assert min(took_s) < CANCEL_WITHIN_S
    wait_until(lambda: not worker_processes(settings), "its process to be gone")


def test_an_analysis_deleted_while_it_runs_leaves_no_byte(queue, store, blobs, settings, send) -> None:
    analysis = under_way(store, send("sleep"))
    store.delete(OWNER, analysis.id, NOW)
    queue.cancel(analysis.id)
    empty_garbage(store, blobs)
    wait_until(lambda: not any(analysis.id in name for name in files_below(settings.work_dir)), "its folder to go")
    wait_until(lambda: not worker_processes(settings), "its process to be gone")
    assert files_below(settings.data_dir / "blobs") == []


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("eat memory", "analysis_out_of_memory"),
        ("ask for too much", "analysis_out_of_memory"),
        ("crash", "analysis_crashed"),
        ("talk nonsense", "analysis_crashed"),
    ],
)
def test_a_worker_that_misbehaves_ends_as_a_problem_of_a_known_code(queue, store, send, name: str, code: str) -> None:
    assert problem_of(store, send(name)) == code
    assert ended(store, send("run.mp4")).state is State.SUCCEEDED, "the queue must live on"


def test_an_analysis_that_takes_too_long_is_failed(store, blobs, settings, send) -> None:
    with working(store, blobs, settings.model_copy(update={"time_limit_s": 0.5})):
        assert problem_of(store, send("sleep")) == "analysis_timeout"


def test_a_worker_killed_once_is_replaced(queue, store, send) -> None:
    analysis = ended(store, send("crash once"))
    assert (analysis.state, analysis.attempts) == (State.SUCCEEDED, 2)


def test_a_clip_whose_bytes_have_vanished_is_reported(queue, store) -> None:
    assert problem_of(store, accept(store)) == "clip_missing"


def test_a_worker_sees_no_secret_of_the_service(store, blobs, settings, send, monkeypatch) -> None:
    for name in ("FORMCHECK_LINK_SECRET", "FORMCHECK_DATABASE_URL", "AWS_SECRET_ACCESS_KEY", "PGPASSWORD"):
        monkeypatch.setenv(name, "secret")
    with working(store, blobs, settings):
        problem = ended(store, send("show environment")).problem
    assert problem is not None
    assert "PATH" in problem.detail
    assert not [name for name in ("FORMCHECK", "AWS", "PGPASS") if name in problem.detail]


def test_a_link_that_a_worker_left_is_not_followed(queue, store, send) -> None:
    assert ended(store, send("leave a link")).artefacts == ("frames/left.jpg", "report.json")


def test_a_service_that_stops_gives_its_work_back_and_the_next_one_does_it(store, blobs, settings, send) -> None:
    with working(store, blobs, settings):
        analysis = under_way(store, send("sleep"))
    stopped = read(store, analysis)
    assert (stopped.state, stopped.attempts) == (State.QUEUED, 0)
    with working(store, blobs, settings):
        assert under_way(store, analysis).state is State.RUNNING


def test_a_service_that_stops_lets_work_end_that_ends_in_time(store, blobs, settings, send) -> None:
    queue = LocalQueue(store, blobs, settings, command=UNRULY)
    queue.start()
    analysis = under_way(store, send("run.mp4"))
    queue.stop(PATIENCE_S)
    assert read(store, analysis).state is State.SUCCEEDED


def test_an_end_that_cannot_be_stored_at_once_is_stored_later(store, blobs, settings, send) -> None:
    with working(store, blobs, settings):
        analysis = under_way(store, send("run.mp4"))
        other = sqlite3.connect(settings.data_dir / "formcheck.db", isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        wait_until(lambda: not worker_processes(settings), "its process to be done")
        other.execute("COMMIT")
        other.close()
        assert ended(store, analysis).state is State.SUCCEEDED


def test_the_folder_of_a_dead_process_is_cleared_away_and_that_of_a_live_one_is_not(tmp_path: Path) -> None:
    presence = Presence(tmp_path)
    killed = subprocess.run([sys.executable, "-c", DIE_AT_WORK, str(tmp_path)], check=False)
    assert killed.returncode == -signal.SIGKILL
    clear_after_the_dead(tmp_path)
    assert list(tmp_path.iterdir()) == [presence.folder]
    assert is_in_use(tmp_path)
    presence.leave()
    assert not is_in_use(tmp_path)


def test_what_ran_when_the_service_died_is_done_at_its_next_start(store, blobs, settings, send) -> None:
    analysis = send("run.mp4")
    assert store.claim("process-before/0", NOW) is not None
    with working(store, blobs, settings):
        assert ended(store, analysis).state is State.SUCCEEDED
    assert read(store, analysis).attempts == 2


def test_a_storage_that_is_out_of_reach_costs_a_clip_nothing_but_time(store, settings, send, caplog) -> None:
    class OutOfReach(LocalBlobs):
        def __init__(self, folder: Path) -> None:
            super().__init__(folder)
            self.failing = {"fetch", "put_file"}

        def fetch(self, key: str, path: Path) -> None:
            self._fail_once("fetch")
            super().fetch(key, path)

        def put_file(self, key: str, path: Path) -> None:
            self._fail_once("put_file")
            super().put_file(key, path)

        def _fail_once(self, call: str) -> None:
            if call in self.failing:
                self.failing.remove(call)
                raise OSError(errno.EMFILE, os.strerror(errno.EMFILE))

    sent = send("run.mp4")
    with working(store, OutOfReach(settings.data_dir / "blobs"), settings) as queue:
        wait_until(lambda: queue.fault() == "Too many open files", "the fault to be told")
        analysis = ended(store, sent)
    assert (analysis.state, analysis.attempts, analysis.crashes) == (State.SUCCEEDED, 2, 0)  # the result was kept


def test_what_an_attempt_left_behind_is_no_hindrance_to_the_next(store, blobs, settings, send, tmp_path) -> None:
    send("run.mp4")
    analysis = store.claim("process-1/0", NOW + timedelta(days=400))
    folder = tmp_path / analysis.id
    folder.mkdir()
    (folder / "left over").touch()
    bench = bench_of(store, blobs, settings, Metrics(), UNRULY)
    Run(bench, analysis, "process-1/0", folder).perform()
    assert read(store, analysis).state is State.SUCCEEDED


def test_the_log_has_a_line_at_the_begin_and_the_end_of_an_analysis(queue, store, send, caplog) -> None:
    caplog.set_level("INFO")
    done, failed = ended(store, send("run.mp4")), ended(store, send("show environment"))
    wait_until(lambda: queue.busy() == 0, "the log to be written")
    lines = {(line.analysis, line.message): line for line in caplog.records if hasattr(line, "analysis")}
    begin, end = lines[done.id, "an analysis begins"], lines[done.id, "an analysis ended"]
    assert (begin.model, begin.attempt) == ("full", 1)
    assert (end.how, end.code, end.frames) == ("succeeded", None, 7)
    assert 0 < end.seconds < PATIENCE_S
    assert lines[failed.id, "an analysis ended"].code == "clip_unreadable"


def test_an_analysis_whose_end_could_not_be_stored_is_repeated(blobs, settings, send) -> None:
    class Forgetful(Store):
        told = 0

        def finish(self, *told: object, **more: object) -> bool:
            Forgetful.told += 1
            if Forgetful.told == 1:
                raise RuntimeError("a fault of ours")
            return super().finish(*told, **more)

    engine = open_database(settings.database)
    forgetful = Forgetful(engine)
    with working(forgetful, blobs, settings):
        assert ended(forgetful, send("run.mp4")).state is State.SUCCEEDED
    engine.dispose()
