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

from formcheck.report.schema import report_from_json
from formcheck_api.jobs.chores.retention import empty_garbage
from formcheck_api.jobs.engine.queue import EngineQueue
from formcheck_api.jobs.local import LocalQueue
from formcheck_api.operations.settings import Settings
from formcheck_api.records.analyses import Analysis, State
from formcheck_api.storage.address import open_blobs
from formcheck_api.storage.blobs import Blobs
from formcheck_api.store.database import open_database
from formcheck_api.store.store import Store
from service import serve_queue
from service.accepting import OWNER, read, upload
from service.small_disk import small_disk
from service.unruly_worker import GO_ON, NUMBERS_THEN
from service.waiting import ended, under_way, wait_until, worker_processes
from service.working import UNRULY
from small_clips import PLACE

pytestmark = pytest.mark.slow


@contextmanager
def service(settings: Settings, command: Sequence[str] = UNRULY) -> Iterator[subprocess.Popen[bytes]]:
    """The queue in a process of its own; killed in the end as by a power cut, its workers with it."""
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    process = subprocess.Popen(
        [sys.executable, serve_queue.__file__, str(settings.data_dir), *command],
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


def test_numbers_shown_by_a_service_that_was_killed_are_taken_back_and_made_again(
    local_store, blobs, settings, send
) -> None:
    analysis = send(NUMBERS_THEN + "go on")
    with service(settings):
        wait_until(lambda: bool(read(local_store, analysis).artefacts), "the numbers")
    early = read(local_store, analysis)
    (settings.data_dir / GO_ON).touch()
    with service(settings):
        done = ended(local_store, analysis)
    assert (done.state, done.attempts, len(done.artefacts)) == (State.SUCCEEDED, 2, 4)
    assert done.artefact_prefix != early.artefact_prefix
    empty_garbage(local_store, blobs)
    assert not blobs.exists(early.artefact_key("report.json"))
    assert blobs.exists(done.artefact_key("report.json"))


@pytest.mark.slow
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
    """Folders of services, of which the last one was killed too and not replaced."""
    return list(settings.work_dir.glob("process-*"))


@pytest.mark.slow
def test_a_service_killed_in_the_middle_of_a_real_analysis_finishes_it_after_a_restart(  # noqa: PLR0917  # fixtures
    local_store, blobs, settings, send, short_clip, monkeypatch
) -> None:
    real = (sys.executable, "-P", "-m", "formcheck_api.jobs.processes.worker")
    monkeypatch.setenv("FORMCHECK_SPARE_WORKER", "false")  # each would load the pose model
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


def test_a_result_that_finds_no_room_is_kept_and_stored_as_soon_as_there_is_some(
    local_store, blobs, settings, send
) -> None:
    folder = settings.data_dir / "blobs"
    folder.mkdir(parents=True)
    with small_disk(folder, megabytes=4):
        (folder / "filler").write_bytes(bytes(1_900_000))
        analysis = send("run.mp4", bytes(1_200_000))  # its result is as large, and does not fit beside it
        with service(settings):
            wait_until(lambda: read(local_store, analysis).stage == "storing the report", "the result to be there")
            (folder / "filler").unlink()
            done = ended(local_store, analysis)
        assert (done.state, done.attempts) == (State.SUCCEEDED, 1)
        assert blobs.size(done.artefact_key("report.json")) == 1_200_000


def test_no_analysis_is_begun_while_the_disk_has_only_its_reserve_left(local_store, blobs, settings, send) -> None:
    folder = settings.data_dir / "blobs"
    folder.mkdir(parents=True)
    with small_disk(folder, megabytes=4):
        analysis = send("run.mp4")
        (folder / "filler").write_bytes(bytes(3_500_000))
        queue = LocalQueue(local_store, blobs, settings.model_copy(update={"disk_reserve_mb": 1}))
        assert queue.fault() == "the disk is full (0 MB left, 1 MB kept free)"
        (folder / "filler").unlink()
        assert queue.fault() is None
        assert read(local_store, analysis).state is State.QUEUED


@pytest.mark.slow
def test_a_clip_survives_five_deaths_of_its_service(local_store, settings, send) -> None:
    analysis = send("wait")
    for death in range(1, 6):
        with service(settings):
            wait_until(lambda tried=death: read(local_store, analysis).attempts == tried, "another attempt to begin")
            under_way(local_store, analysis)
    (settings.data_dir / GO_ON).touch()
    with service(settings):
        done = ended(local_store, analysis)
    assert (done.state, done.attempts) == (State.SUCCEEDED, 6)


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_work_outlives_a_database_server_that_drops_every_connection(store, database_url, settings, tmp_path) -> None:
    blobs = open_blobs(settings.blobs)
    (tmp_path / "incoming").write_text("x")
    queue = EngineQueue(store, blobs, settings, command=UNRULY)
    queue.start()
    try:
        analysis = upload(store, blobs, tmp_path / "incoming", "wait")
        under_way(store, analysis)
        drop_connections(database_url)
        (settings.data_dir / GO_ON).touch()
        assert ended(store, analysis).state is State.SUCCEEDED
    finally:
        queue.stop(0)


def drop_connections(database_url: str) -> None:
    engine = open_database(database_url)
    with engine.connect() as db:
        db.execute(text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"))
    engine.dispose()
