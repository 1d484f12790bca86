"""The process that waits, loaded, for the next clip."""

import os
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from formcheck_api.jobs.local import LocalQueue
from formcheck_api.operations.settings import Settings
from formcheck_api.records.analyses import Analysis, State
from formcheck_api.storage.blobs import Blobs
from formcheck_api.store.store import Store
from service.accepting import read, upload
from service.waiting import PATIENCE_S, ended, under_way, wait_until, worker_processes
from service.working import UNRULY, impatient, working

pytestmark = pytest.mark.slow


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return impatient(tmp_path / "data").model_copy(update={"spare_worker": True})


@pytest.fixture
def send(local_store: Store, blobs: Blobs, tmp_path: Path) -> Callable[[str], Analysis]:
    """Upload a clip of that name."""

    def send(name: str) -> Analysis:
        path = tmp_path / "incoming"
        path.write_text(f"the bytes of {name}")
        return upload(local_store, blobs, path, name)

    return send


def test_an_idle_service_has_one_process_ready_and_the_next_clip_gets_it(local_store, blobs, settings, send) -> None:
    with working(local_store, blobs, settings):
        wait_until(lambda: len(worker_processes(settings)) == 1, "a process to be ready")
        (spare,) = worker_processes(settings)
        under_way(local_store, send("sleep"))
        assert worker_processes(settings) == [spare]
    assert worker_processes(settings) == []


def test_each_clip_has_a_process_of_its_own_whatever_became_of_the_one_before(
    local_store, blobs, settings, send
) -> None:
    done, used = [], set()
    with working(local_store, blobs, settings):
        for name in ("run.mp4", "crash once", "ask for too much", "another run.mp4"):
            wait_until(lambda: len(worker_processes(settings)) == 1, "a process to be ready")
            used |= set(worker_processes(settings))
            done.append(ended(local_store, send(name)))
    assert [(each.state, each.attempts) for each in done] == [
        (State.SUCCEEDED, 1),
        (State.SUCCEEDED, 2),
        (State.FAILED, 1),
        (State.SUCCEEDED, 1),
    ]
    assert len(used) == len(done)


def test_a_spare_process_that_died_while_it_waited_costs_no_attempt(local_store, blobs, settings, send) -> None:
    with working(local_store, blobs, settings):
        wait_until(lambda: len(worker_processes(settings)) == 1, "a process to be ready")
        os.kill(worker_processes(settings)[0], signal.SIGKILL)
        wait_until(lambda: not worker_processes(settings), "it to be dead")
        done = ended(local_store, send("run.mp4"))
    assert (done.state, done.attempts, done.crashes) == (State.SUCCEEDED, 1, 0)


def test_a_service_that_stops_in_good_order_lets_what_was_the_spare_process_end_its_job(
    local_store, blobs, settings, send
) -> None:
    queue = LocalQueue(local_store, blobs, settings, command=UNRULY)
    queue.start()
    wait_until(lambda: len(worker_processes(settings)) == 1, "a process to be ready")
    analysis = under_way(local_store, send("run.mp4"))
    queue.stop(PATIENCE_S)
    done = read(local_store, analysis)
    assert (done.state, done.crashes) == (State.SUCCEEDED, 0)
