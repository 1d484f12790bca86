"""Deleted means gone: every byte, by age or on request, and a line that says so; what is in use stays."""

import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import create_engine, select
from sqlalchemy.exc import OperationalError

from formcheck_api.jobs.chores.retention import (
    LEFTOVER_AGE,
    Sweeper,
    TrustedClock,
    delete_analysis,
    empty_garbage,
    sweep,
)
from formcheck_api.jobs.local import LocalQueue
from formcheck_api.operations.settings import Settings
from formcheck_api.records.analyses import Analysis, IdempotentRequest, Options, State, StoredClip, Succeeded
from formcheck_api.storage.blobs import Blobs, LocalBlobs, new_artefact_prefix, new_clip_key
from formcheck_api.store.store import Store
from formcheck_api.store.tables import deletions
from service.accepting import NOW, OWNER, accept, read, upload
from service.small_disk import small_disk
from service.waiting import files_below, wait_until

DAY = timedelta(days=1)
WORKER = "process-1/0"


@pytest.fixture
def store(local_store: Store) -> Store:
    return local_store


@pytest.fixture
def put(blobs: Blobs, tmp_path: Path) -> Callable[..., None]:
    """Store bytes, as old as wanted."""

    def put(key: str, content: str = "x", modified: datetime = NOW) -> None:
        path = tmp_path / "incoming"
        path.write_text(content)
        os.utime(path, (modified.timestamp(),) * 2)
        blobs.put_file(key, path)

    return put


@pytest.fixture
def finished(store: Store, blobs: Blobs, put: Callable[..., None], tmp_path: Path) -> Callable[..., Analysis]:
    """A finished analysis of that day, with its bytes."""

    def finished(content: str, created: datetime = NOW) -> Analysis:
        path = tmp_path / "clip"
        path.write_text(content)
        analysis = upload(store, blobs, path, now=created)
        assert store.claim(WORKER, created) is not None
        prefix = new_artefact_prefix(analysis.id)
        put(f"{prefix}/report.json", "{}")
        put(f"{prefix}/frames/left.jpg")
        store.finish(analysis.id, WORKER, Succeeded(prefix, ("frames/left.jpg", "report.json")), created)
        return read(store, analysis)

    return finished


def stored(settings: Settings) -> list[str]:
    return files_below(settings.data_dir / "blobs")


def audit(settings: Settings) -> list[tuple[str, str, str]]:
    engine = create_engine(settings.database)
    with engine.connect() as db:
        lines = [tuple(row) for row in db.execute(select(deletions.c.what, deletions.c.why, deletions.c.analysis_id))]
    engine.dispose()
    return lines


def test_a_clip_goes_after_a_week_and_its_report_stays(store, blobs, settings, finished) -> None:
    analysis = finished("one")
    sweep(store, blobs, settings, NOW + 6.9 * DAY)
    assert read(store, analysis) == analysis
    sweep(store, blobs, settings, NOW + 7.1 * DAY)
    assert read(store, analysis).clip_key is None
    assert stored(settings) == sorted(f"{analysis.artefact_prefix}/{name}" for name in analysis.artefacts)
    assert audit(settings) == [("clip", "retention", analysis.id)]


def test_everything_goes_after_a_month(store, blobs, settings, finished) -> None:
    old, young = finished("one"), finished("two", NOW + 29 * DAY)
    sweep(store, blobs, settings, NOW + 30.1 * DAY)
    assert [one.id for one in store.list(OWNER).analyses] == [young.id]
    assert not [name for name in stored(settings) if old.id in name or name == old.clip_key]
    assert ("analysis", "retention", old.id) in audit(settings)


def test_what_waits_or_runs_is_kept_however_old_it_is(store, blobs, settings, finished) -> None:
    running, waiting = accept(store, "one"), accept(store, "two")
    store.claim(WORKER, NOW)
    sweep(store, blobs, settings, NOW + 400 * DAY)
    assert {one.id: one.state for one in store.list(OWNER).analyses} == {
        running.id: State.RUNNING,
        waiting.id: State.QUEUED,
    }


def test_deleting_on_request_leaves_no_byte_and_one_line(store, blobs, settings, finished) -> None:
    analysis, other = finished("one"), finished("two")
    store.delete(OWNER, analysis.id, NOW)
    empty_garbage(store, blobs)
    assert stored(settings) == sorted(
        [str(other.clip_key), *(f"{other.artefact_prefix}/{name}" for name in other.artefacts)]
    )
    assert audit(settings) == [("analysis", "asked", analysis.id)]


def test_bytes_that_could_not_be_deleted_are_deleted_by_the_next_sweep(store, settings, finished) -> None:
    class OutOfOrder(LocalBlobs):
        def delete(self, key: str) -> None:
            raise OSError("out of order")

    folder = settings.data_dir / "blobs"
    analysis = finished("one")
    store.delete(OWNER, analysis.id, NOW)
    empty_garbage(store, OutOfOrder(folder))
    assert stored(settings) != []
    sweep(store, LocalBlobs(folder), settings, NOW)
    assert stored(settings) == []
    assert store.garbage() == ()


def test_files_that_no_analysis_knows_are_deleted_after_a_day_and_not_before(
    store, blobs, settings, finished, put
) -> None:
    analysis = finished("one")
    known = stored(settings)
    for age in (LEFTOVER_AGE / 2, LEFTOVER_AGE * 2):
        put(new_clip_key(), modified=NOW - age)
        put(f"{new_artefact_prefix(analysis.id)}/report.json", modified=NOW - age)
    settings.work_dir.mkdir(parents=True)
    for name, age in (("upload-young.part", LEFTOVER_AGE / 2), ("upload-old.part", LEFTOVER_AGE * 2)):
        (settings.work_dir / name).touch()
        os.utime(settings.work_dir / name, ((NOW - age).timestamp(),) * 2)
    sweep(store, blobs, settings, NOW)
    assert set(known) < set(stored(settings))
    assert len(stored(settings)) == len(known) + 2
    assert files_below(settings.work_dir) == ["upload-young.part"]
    sweep(store, blobs, settings, NOW + LEFTOVER_AGE)
    assert stored(settings) == known


def test_an_idempotency_key_is_forgotten_after_a_day(store, blobs, settings) -> None:
    clip = StoredClip("clips/x", "run.mp4", "0" * 64, 1)
    store.create(OWNER, None, Options(), clip, request=IdempotentRequest("abc", "one"), now=NOW)
    sweep(store, blobs, settings, NOW + 1.1 * DAY)
    again = store.create(OWNER, None, Options(), clip, request=IdempotentRequest("abc", "two"), now=NOW)
    assert again.how == "same_clip"


def test_a_clock_that_was_set_is_not_trusted() -> None:
    wall, steady = 1_000_000.0, 50.0
    clock = TrustedClock(lambda: wall, lambda: steady)
    wall, steady = wall + 9 * 86400, steady + 9 * 86400  # a machine that slept: both went on
    assert clock.now() is not None
    for jump_s in (86400, -86400):
        wall += jump_s
        assert clock.now() is None
        wall -= jump_s
    assert clock.now() is not None


def test_a_service_sweeps_by_itself(store, blobs, settings, finished) -> None:
    analysis = finished("one", NOW - 400 * DAY)
    store.note_time(datetime.now(UTC))
    queue = LocalQueue(store, blobs, settings, chores=[Sweeper(store, blobs, settings).chore()])
    queue.start()
    try:
        wait_until(lambda: store.get(OWNER, analysis.id) is None and stored(settings) == [], "a sweep")
    finally:
        queue.stop(0)


def test_a_start_with_a_clock_far_ahead_deletes_nothing_until_it_is_confirmed(
    store, blobs, settings, finished, caplog
) -> None:
    analysis = finished("one", datetime.now(UTC) - 40 * DAY)
    sweeper = Sweeper(store, blobs, settings)
    sweeper.look()
    assert sweeper.is_paused
    assert read(store, analysis) == analysis
    assert "40.0 days ahead" in caplog.text
    assert "formcheck confirm-clock" in caplog.text
    store.note_time(datetime.now(UTC), even_earlier=True)
    sweeper.look()
    assert store.get(OWNER, analysis.id) is None


def test_a_clock_that_is_behind_does_not_make_the_right_time_look_like_a_leap(store) -> None:
    store.note_time(NOW)
    store.note_time(NOW - 40 * DAY)
    assert store.seen_time() == NOW


@pytest.fixture
def full_disk(settings: Settings) -> Iterator[Callable[[], None]]:
    """The service's data on a small disk of its own, and a way to fill it to the last byte."""
    settings.data_dir.mkdir(parents=True)
    with small_disk(settings.data_dir, megabytes=4) as fill:
        yield fill


def test_on_a_full_disk_an_analysis_can_be_deleted_and_makes_room(full_disk, store, blobs, settings, finished) -> None:
    analysis = finished("x" * 500_000)
    full_disk()
    with pytest.raises(OperationalError, match="full"):
        store.delete(OWNER, analysis.id, NOW)
    assert delete_analysis(store, blobs, OWNER, analysis.id, NOW)
    assert store.get(OWNER, analysis.id) is None
    assert stored(settings) == []
    assert not delete_analysis(store, blobs, OWNER, analysis.id, NOW)


def test_on_a_full_disk_old_clips_go_by_age_and_make_room(full_disk, store, blobs, settings, finished) -> None:
    analysis = finished("x" * 500_000)
    full_disk()
    sweep(store, blobs, settings, NOW + 8 * DAY)
    assert read(store, analysis).clip_key is None
    assert str(analysis.clip_key) not in stored(settings)
