"""The numbers are there first: what clients see while pictures and video are made, and when that goes wrong."""

import errno
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from formcheck_api.jobs.chores.retention import empty_garbage
from formcheck_api.operations.settings import Settings
from formcheck_api.records.analyses import Analysis, State
from formcheck_api.storage.blobs import Blobs, LocalBlobs
from formcheck_api.store.store import Store
from service.accepting import NOW, OWNER, read, upload
from service.unruly_worker import GO_ON, NUMBERS_THEN
from service.waiting import ended, files_below, wait_until, worker_processes
from service.working import impatient, working

WHY = {
    "crash": "drawing its pictures or video crashed",
    "eat memory": "more memory",
    "report a full disk": "No space is left",
    "claim other files": "crashed",
}
WHOLE = ("frames/left.jpg", "overlay.mp4", "report.html", "report.json")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return impatient(tmp_path / "data")


@pytest.fixture
def send(local_store: Store, blobs: Blobs, tmp_path: Path) -> Callable[[str], Analysis]:
    """Upload a clip whose worker writes the numbers and then does this."""

    def send(then: str) -> Analysis:
        path = tmp_path / "incoming"
        path.write_text(f"the bytes of {then}")
        return upload(local_store, blobs, path, NUMBERS_THEN + then)

    return send


def with_numbers(store: Store, analysis: Analysis) -> Analysis:
    """The analysis, once its numbers are shown."""
    wait_until(lambda: bool(read(store, analysis).artefacts), "the numbers")
    return read(store, analysis)


def artefacts_below(settings: Settings) -> list[str]:
    return files_below(settings.data_dir / "blobs" / "artefacts")


def test_the_numbers_are_read_while_the_rest_is_made_and_nothing_half_written_is(
    local_store, blobs, settings, send
) -> None:
    analysis = send("go on")
    with working(local_store, blobs, settings):
        early = with_numbers(local_store, analysis)
        assert (early.state, early.artefacts) == (State.RUNNING, ("report.json",))
        assert b"".join(blobs.open(early.artefact_key("report.json"))) == b"the bytes of go on"
        (settings.data_dir / GO_ON).touch()
        done = ended(local_store, analysis)
    assert (done.state, done.artefacts, done.problem) == (State.SUCCEEDED, WHOLE, None)
    assert done.artefact_prefix == early.artefact_prefix
    assert len(artefacts_below(settings)) == len(WHOLE)


@pytest.mark.parametrize("then", WHY)
def test_numbers_stand_when_drawing_fails_and_the_analysis_says_what_is_missing(
    local_store, blobs, settings, send, then: str
) -> None:
    with working(local_store, blobs, settings):
        done = ended(local_store, send(then))
    assert (done.state, done.artefacts, done.attempts) == (State.SUCCEEDED, ("report.json",), 1)
    assert done.problem.code == "drawing_failed"
    assert WHY[then] in done.problem.detail
    assert len(artefacts_below(settings)) == 1


def test_stopped_after_the_numbers_an_analysis_has_none_and_leaves_none(local_store, blobs, settings, send) -> None:
    analysis = send("sleep")
    with working(local_store, blobs, settings) as queue:
        with_numbers(local_store, analysis)
        local_store.cancel(OWNER, analysis.id, NOW)
        queue.cancel(analysis.id)
        done = ended(local_store, analysis)
        assert (done.state, done.artefacts) == (State.CANCELLED, ())
        wait_until(lambda: not artefacts_below(settings), "its bytes to go")


def test_deleted_after_the_numbers_an_analysis_leaves_no_byte(local_store, blobs, settings, send) -> None:
    analysis = send("go on")
    with working(local_store, blobs, settings) as queue:
        with_numbers(local_store, analysis)
        local_store.delete(OWNER, analysis.id, NOW)
        queue.cancel(analysis.id)
        empty_garbage(local_store, blobs)
        wait_until(lambda: not worker_processes(settings), "its process to be gone")
    assert files_below(settings.data_dir / "blobs") == []


def test_a_service_that_stops_while_pictures_are_made_takes_the_numbers_back_and_the_next_does_all(
    local_store, blobs, settings, send
) -> None:
    analysis = send("go on")
    with working(local_store, blobs, settings):
        with_numbers(local_store, analysis)
    given_back = read(local_store, analysis)
    assert (given_back.state, given_back.artefacts, given_back.attempts) == (State.QUEUED, (), 0)
    assert artefacts_below(settings) == []
    (settings.data_dir / GO_ON).touch()
    with working(local_store, blobs, settings):
        assert ended(local_store, analysis).artefacts == WHOLE
    empty_garbage(local_store, blobs)
    assert len(artefacts_below(settings)) == len(WHOLE)


def test_numbers_that_cannot_be_stored_at_once_are_stored_with_the_rest(local_store, settings, send) -> None:
    class OnceFull(LocalBlobs):
        is_full = True

        def put_file(self, key: str, path: Path) -> None:
            if self.is_full and key.endswith("report.json"):
                self.is_full = False
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            super().put_file(key, path)

    blobs = OnceFull(settings.data_dir / "blobs")
    analysis = send("go on")
    with working(local_store, blobs, settings):
        wait_until(lambda: not blobs.is_full, "the first try")
        (settings.data_dir / GO_ON).touch()
        done = ended(local_store, analysis)
    assert (done.state, done.artefacts, done.attempts) == (State.SUCCEEDED, WHOLE, 1)
