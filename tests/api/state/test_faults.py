"""What may befall a service, tried on a real one: nothing that was accepted is lost."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import text
from tests.api.state.accepting import OWNER, upload
from tests.api.state.conftest import PLACE
from tests.api.state.waiting import ended, under_way, wait_until, worker_processes

from formcheck.report.schema import report_from_json
from formcheck_api.jobs.queue import LocalQueue
from formcheck_api.operations.settings import Settings
from formcheck_api.records.analyses import Analysis, State
from formcheck_api.storage.blobs import Blobs, open_blobs
from formcheck_api.store.database import open_database
from formcheck_api.store.store import Store

HERE = Path(__file__).parent
UNRULY = (sys.executable, "-P", str(HERE / "unruly_worker.py"))


@contextmanager
def service(settings: Settings, command: Sequence[str] = UNRULY) -> Iterator[subprocess.Popen[bytes]]:
    """The queue in a process of its own; killed in the end as by a power cut, its workers with it."""
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    process = subprocess.Popen(
        [sys.executable, str(HERE / "serve_queue.py"), str(settings.data_dir), *command],
        env=environment,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()
        wait_until(lambda: not worker_processes(settings), "workers to die with their service")


@pytest.fixture
def send(local_store: Store, blobs: Blobs, tmp_path: Path) -> Callable[..., Analysis]:
    """Upload a clip of that name."""

    def send(name: str, content: bytes = b"") -> Analysis:
        path = tmp_path / "incoming"
        path.write_bytes(content or name.encode())
        return upload(local_store, blobs, path, name)

    return send


def test_a_service_that_is_killed_takes_its_workers_along_and_the_next_one_finishes_their_work(
    local_store, settings, send
) -> None:
    analysis = send("sleep once")
    with service(settings):
        under_way(local_store, analysis)
        assert worker_processes(settings)
    assert local_store.get(OWNER, analysis.id).state is State.RUNNING
    with service(settings):
        done = ended(local_store, analysis)
    assert (done.state, done.attempts) == (State.SUCCEEDED, 2)


def test_of_many_accepted_clips_none_is_lost_when_the_service_is_killed_twice(local_store, settings, send) -> None:
    sent = [send(f"run {number}") for number in range(12)]
    for finished in (2, 6):
        with service(settings):
            wait_until(lambda enough=finished: succeeded(local_store) >= enough, "some to finish")
    with service(settings):
        assert {ended(local_store, analysis).state for analysis in sent} == {State.SUCCEEDED}
    wait_until(lambda: len(left_over(settings)) <= 1, "a dead service's folder to be cleared")


def succeeded(store: Store) -> int:
    return store.count_states().get(State.SUCCEEDED, 0)


def left_over(settings: Settings) -> list[Path]:
    """Folders of services: the last one was killed, too, and nobody came after it."""
    return list(settings.work_dir.glob("process-*"))


@pytest.mark.slow
def test_a_service_killed_in_the_middle_of_a_real_analysis_finishes_it_after_a_restart(
    local_store, blobs, settings, send, short_clip
) -> None:
    real = (sys.executable, "-P", "-m", "formcheck_api.jobs.processes.worker")
    analysis = send("run.mp4", short_clip.read_bytes())
    with service(settings, real):
        under_way(local_store, analysis)
    with service(settings, real):
        done = ended(local_store, analysis)
    assert done.state is State.SUCCEEDED, done.problem
    report = b"".join(blobs.open(done.artefact_key("report.json")))
    assert report_from_json(json.loads(report)).clip.sha256 == analysis.clip_sha256
    nowhere = [path for path in settings.data_dir.rglob("*") if path.is_file() and path.parent.name != "clips"]
    assert not [path for path in nowhere if PLACE.encode() in path.read_bytes()], "where it was filmed was copied"


@pytest.fixture
def full_disk(settings: Settings) -> Iterator[None]:
    """Blobs on a disk of their own with hardly any space."""
    folder = settings.data_dir / "blobs"
    folder.mkdir(parents=True)
    mount = ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(folder)]
    mounted = subprocess.run(mount, capture_output=True, check=False)
    if mounted.returncode:
        pytest.skip(f"no small disk can be mounted here: {mounted.stderr.decode().strip()}")
    yield
    subprocess.run(["umount", str(folder)], check=True)


def test_an_answer_that_finds_no_room_is_told_and_no_half_of_it_is_kept(
    full_disk, local_store, blobs, settings, send
) -> None:
    analysis = send("run.mp4", b"x" * 40_000)  # its clip fits; the answer, which repeats it, does not
    with service(settings):
        done = ended(local_store, analysis)
    assert done.problem.code == "storage_full"
    assert not list(blobs.list("artefacts"))


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_work_outlives_a_database_server_that_drops_every_connection(store, database_url, settings, tmp_path) -> None:
    blobs = open_blobs(settings.blobs)
    (tmp_path / "incoming").write_text("x")
    queue = LocalQueue(store, blobs, settings.model_copy(update={"poll_s": 0.05}), command=UNRULY)
    queue.start()
    try:
        analysis = upload(store, blobs, tmp_path / "incoming", "slow")
        under_way(store, analysis)
        drop_connections(database_url)
        assert ended(store, analysis).state is State.SUCCEEDED
    finally:
        queue.stop(0)


def drop_connections(database_url: str) -> None:
    engine = open_database(database_url)
    with engine.connect() as db:
        db.execute(text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"))
    engine.dispose()
