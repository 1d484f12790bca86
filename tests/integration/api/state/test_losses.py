"""Rows and stored files compared: what is gone on either side, and what becomes of it."""

from datetime import timedelta

import pytest

from formcheck_api.jobs.chores.check import compared, settled
from formcheck_api.records.analyses import Analysis, Hold, ResumableUpload, State, Succeeded, UploadPart
from formcheck_api.records.handles import new_id
from formcheck_api.records.losses import Remedy, remedy_for
from formcheck_api.storage.blobs import Blobs, new_artefact_prefix, new_clip_key, new_part_key
from formcheck_api.store.store import Store
from service.accepting import LONG_AFTER, NOW, OWNER, WORKER, claim, read, upload
from service.waiting import files_below

NAMES = ("frames/left.jpg", "report.json")
LATER = NOW + timedelta(days=365 * 10)


@pytest.fixture
def finished(store: Store, blobs: Blobs, tmp_path) -> Analysis:
    """An analysis that has succeeded, with its clip and its result."""
    (tmp_path / "clip").write_text("a clip")
    analysis = upload(store, blobs, tmp_path / "clip", now=NOW)
    claim(store)
    prefix = new_artefact_prefix(analysis.id)
    for name in NAMES:
        with blobs.writing(f"{prefix}/{name}") as out:
            out.write(b"x")
    store.finish(analysis.id, WORKER, Succeeded(prefix, NAMES), NOW)
    return read(store, analysis)


def settle(store: Store, blobs: Blobs) -> None:
    found = compared(store, blobs, LATER)
    assert found
    settled(store, blobs, found, NOW)
    again = compared(store, blobs, LATER)
    assert again
    assert (again.leftovers, again.losses, again.lost_uploads) == ((), (), ())


def test_what_is_whole_is_left_alone(store: Store, blobs: Blobs, finished: Analysis) -> None:
    settle(store, blobs)
    assert read(store, finished) == finished


def test_a_result_that_is_gone_is_measured_again_from_its_clip(store: Store, blobs: Blobs, finished: Analysis) -> None:
    blobs.delete(str(finished.artefact_key("frames/left.jpg")))
    settle(store, blobs)
    waiting = read(store, finished)
    assert (waiting.state, waiting.artefacts, waiting.finished) == (State.QUEUED, (), None)
    if store.has_engine:
        assert store.reconcile(silent_s=60, now=NOW, wait_s=1) == 1  # it has a job now
    assert claim(store, now=LONG_AFTER) == finished.id


def test_a_result_and_a_clip_that_are_gone_end_the_analysis_with_a_reason(
    store: Store, blobs: Blobs, finished: Analysis, settings
) -> None:
    blobs.delete(str(finished.clip_key))
    blobs.delete(str(finished.artefact_key("report.json")))
    settle(store, blobs)
    lost = read(store, finished)
    assert (lost.state, lost.problem and lost.problem.code, lost.clip_key) == (State.FAILED, "result_lost", None)
    assert files_below(settings.data_dir / "blobs") == []


def test_a_report_outlives_its_pictures(store: Store, blobs: Blobs, finished: Analysis) -> None:
    blobs.delete(str(finished.clip_key))
    blobs.delete(str(finished.artefact_key("frames/left.jpg")))
    settle(store, blobs)
    kept = read(store, finished)
    assert (kept.state, kept.artefacts) == (State.SUCCEEDED, ("report.json",))
    assert kept.problem is not None
    assert kept.problem.code == "drawing_failed"


def test_a_finished_analysis_outlives_its_clip(store: Store, blobs: Blobs, finished: Analysis) -> None:
    blobs.delete(str(finished.clip_key))
    settle(store, blobs)
    kept = read(store, finished)
    assert (kept.state, kept.artefacts, kept.clip_key) == (State.SUCCEEDED, NAMES, None)


@pytest.fixture
def waiting(store: Store, blobs: Blobs, tmp_path) -> Analysis:
    """An analysis that waits, its clip gone; the storage is not empty."""
    (tmp_path / "clip").write_text("a clip")
    analysis = upload(store, blobs, tmp_path / "clip", now=NOW)
    blobs.delete(str(analysis.clip_key))
    with blobs.writing(new_clip_key()) as out:
        out.write(b"x")
    return analysis


def test_a_waiting_analysis_without_its_clip_ends_at_once(store: Store, blobs: Blobs, waiting: Analysis) -> None:
    settle(store, blobs)
    lost = read(store, waiting)
    assert (lost.state, lost.problem and lost.problem.code) == (State.FAILED, "clip_missing")
    assert store.claim(WORKER, LONG_AFTER) is None


def test_a_running_analysis_is_left_to_its_worker(store: Store, blobs: Blobs, waiting: Analysis) -> None:
    claim(store)
    running = read(store, waiting)
    found = compared(store, blobs, NOW)
    assert found
    assert [remedy_for(loss.analysis, loss.lost) for loss in found.losses] == [Remedy.FAILS_LATER]
    assert settled(store, blobs, found, NOW) == 0
    assert read(store, waiting) == running


def test_what_changed_since_it_was_compared_is_left(store: Store, blobs: Blobs, finished: Analysis) -> None:
    blobs.delete(str(finished.clip_key))
    found = compared(store, blobs, LATER)
    assert found
    store.delete(OWNER, finished.id, NOW)
    assert settled(store, blobs, found, NOW) == 0


def test_an_upload_whose_parts_are_gone_begins_anew(store: Store, blobs: Blobs, finished: Analysis) -> None:
    ids = [new_id("up"), new_id("up")]
    for upload_id in ids:
        begun = ResumableUpload(upload_id, OWNER, 10, 0, "run.mp4", {}, NOW, LATER, None)
        store.begin_upload(begun, None)
        store.hold_upload(OWNER, upload_id, "request", NOW)
        part = UploadPart(0, 5, new_part_key(upload_id))
        with blobs.writing(part.key) as out:
            out.write(b"bytes")
        store.add_parts(Hold(upload_id, "request"), [part], None)
    blobs.delete(part.key)
    settle(store, blobs)
    assert [store.find_upload(OWNER, each) is not None for each in ids] == [True, False]


def test_an_empty_storage_is_taken_for_the_wrong_one(store: Store, blobs: Blobs, finished: Analysis) -> None:
    for key in ("clips", "artefacts"):
        blobs.delete_prefix(key)
    assert compared(store, blobs, LATER) is None
