"""What is remembered of analyses: accepted once, and seen by their owner only."""

import json
from base64 import urlsafe_b64encode
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest

from formcheck_api.records.analyses import (
    Cancelled,
    Failed,
    IdempotentRequest,
    Interruption,
    Options,
    State,
)
from formcheck_api.records.failures import failure, undrawn
from formcheck_api.records.handles import CursorError
from formcheck_api.store.database import IdempotencyConflictError
from formcheck_api.store.store import Store
from service.accepting import DONE, NOW, OWNER, WORKER, accept, break_off, claim, clip_of, read, state_of


def test_what_was_accepted_is_remembered_as_it_came(store: Store) -> None:
    options = Options(height_m=1.8, speed_kmh=12.5, model="heavy", blur_faces=True)
    clip = clip_of("bytes", "läufer 🏃.mp4")
    created = store.create(OWNER, "Anna, week 3", options, clip, request=None, now=NOW)
    assert created.how == "new"
    found = read(store, created.analysis)
    assert found == created.analysis
    assert (found.options, found.label, found.created) == (options, "Anna, week 3", NOW)
    assert (found.clip_name, found.clip_sha256, found.clip_bytes) == (clip.name, clip.sha256, clip.bytes)
    assert (found.state, found.clip_key, found.version) == (State.QUEUED, clip.key, 1)


def test_ids_are_long_random_words(store: Store) -> None:
    ids = {accept(store, f"clip {number}").id for number in range(20)}
    assert len(ids) == 20
    assert all(name.startswith("an_") and len(name) == 29 and name == name.lower() for name in ids)


def test_another_owner_finds_lists_cancels_and_deletes_nothing(store: Store) -> None:
    analysis = accept(store)
    assert store.get("another", analysis.id) is None
    assert store.list("another").analyses == ()
    assert store.cancel("another", analysis.id, NOW) is None
    assert not store.delete("another", analysis.id, NOW)
    assert read(store, analysis) == analysis


def test_the_same_request_sent_again_gets_the_first_answer(store: Store) -> None:
    request = IdempotentRequest("abc", "fingerprint")
    first = store.create(OWNER, None, Options(), clip_of(), request=request, now=NOW)
    again = store.create(OWNER, None, Options(), clip_of(), request=request, now=NOW)
    assert (again.how, again.analysis.id) == ("same_request", first.analysis.id)


def test_an_idempotency_key_used_for_another_request_is_refused_and_nothing_kept(store: Store) -> None:
    store.create(OWNER, None, Options(), clip_of(), request=IdempotentRequest("abc", "one"), now=NOW)
    with pytest.raises(IdempotencyConflictError):
        store.create(OWNER, None, Options(), clip_of("other"), request=IdempotentRequest("abc", "two"), now=NOW)
    assert len(store.list(OWNER).analyses) == 1


def test_an_idempotency_key_is_its_owners_own(store: Store) -> None:
    request = IdempotentRequest("abc", "one")
    first = store.create(OWNER, None, Options(), clip_of(), request=request, now=NOW)
    other = store.create("another", None, Options(), clip_of(), request=request, now=NOW)
    assert other.how == "new"
    assert other.analysis.id != first.analysis.id


def test_the_same_request_sent_many_times_at_once_is_accepted_once(store: Store) -> None:
    def send(_: int) -> str:
        request = IdempotentRequest("abc", "fingerprint")
        return store.create(OWNER, None, Options(), clip_of(), request=request, now=NOW).analysis.id

    with ThreadPoolExecutor(8) as threads:
        assert len(set(threads.map(send, range(16)))) == 1
    assert len(store.list(OWNER).analyses) == 1


@pytest.mark.parametrize(
    ("owner", "label", "options"),
    [("another", None, Options()), (OWNER, "a label", Options()), (OWNER, None, Options(height_m=1.8))],
)
def test_the_same_clip_is_known_again_only_with_the_same_owner_label_and_options(
    store: Store, owner: str, label: str | None, options: Options
) -> None:
    first = accept(store)
    again = store.create(OWNER, None, Options(), clip_of(), request=None, now=NOW)
    assert (again.how, again.analysis.id) == ("same_clip", first.id)
    assert store.create(owner, label, options, clip_of(), request=None, now=NOW).how == "new"


def test_a_clip_that_failed_or_was_cancelled_may_be_sent_again(store: Store) -> None:
    cancelled = accept(store)
    store.cancel(OWNER, cancelled.id, NOW)
    failed = accept(store)
    store.finish(claim(store), WORKER, Failed(failure("analysis_timeout", limit_s=900)), NOW)
    assert state_of(store, failed) is State.FAILED
    assert accept(store).id not in {cancelled.id, failed.id}


def test_pages_show_every_analysis_once_newest_first_even_at_the_same_moment(store: Store) -> None:
    ids = [accept(store, f"clip {number}", now=NOW + timedelta(seconds=number // 3)).id for number in range(10)]
    seen, cursor = [], None
    while True:
        page = store.list(OWNER, cursor=cursor, limit=3)
        seen += page.analyses
        cursor = page.cursor
        if cursor is None:
            break
    assert sorted(analysis.id for analysis in seen) == sorted(ids)
    assert [analysis.created for analysis in seen] == sorted((one.created for one in seen), reverse=True)


def test_the_next_page_begins_where_the_last_ended_though_its_last_analysis_was_deleted(store: Store) -> None:
    ids = [accept(store, f"clip {number}", now=NOW + timedelta(seconds=number)).id for number in range(4)]
    page = store.list(OWNER, limit=2)
    store.delete(OWNER, page.analyses[-1].id, NOW)
    assert [one.id for one in store.list(OWNER, cursor=page.cursor, limit=2).analyses] == [ids[1], ids[0]]


def test_lists_are_filtered_by_label_and_state(store: Store) -> None:
    anna = accept(store, "one", label="Anna")
    accept(store, "two", label="Ben")
    store.finish(claim(store), WORKER, DONE, NOW)
    assert [one.id for one in store.list(OWNER, label="Anna").analyses] == [anna.id]
    assert [one.id for one in store.list(OWNER, state=State.SUCCEEDED).analyses] == [anna.id]
    assert store.list(OWNER, label="Anna", state=State.QUEUED).analyses == ()


def forged(created: str, last_id: str) -> str:
    return urlsafe_b64encode(json.dumps([created, last_id]).encode()).decode()


FORGED = [forged("0001-01-01T00:00:00+23:59", "an_1"), forged("2026-01-01T00:00:00+00:00", "\0")]


@pytest.mark.parametrize(
    "cursor", ["", "nonsense", "bnVsbA", "WyJhIiwiYiJd", "WyIyMDI2LTAxLTAxIiwgImIiXQ", "ÿ", *FORGED]
)
def test_a_cursor_that_no_page_gave_is_refused(store: Store, cursor: str) -> None:
    with pytest.raises(CursorError):
        store.list(OWNER, cursor=cursor)


def test_states_are_counted(store: Store) -> None:
    for number in range(3):
        accept(store, f"clip {number}")
    claim(store)
    assert store.count_states() == {State.QUEUED: 2, State.RUNNING: 1}


def test_a_time_without_a_zone_is_refused(store: Store) -> None:
    with pytest.raises(Exception, match="no time zone"):
        accept(store, now=NOW.replace(tzinfo=None))


def test_numbers_are_shown_while_the_rest_is_made(store: Store) -> None:
    analysis = accept(store)
    claim(store)
    before = read(store, analysis)
    assert store.publish(analysis.id, WORKER, "artefacts/x/y", ["report.json"])
    found = read(store, analysis)
    assert (found.state, found.artefacts) == (State.RUNNING, ("report.json",))
    assert found.artefact_key("report.json") == "artefacts/x/y/report.json"
    assert found.version > before.version
    assert store.known_artefacts(["artefacts/x/y"]) == {"artefacts/x/y"}


def test_numbers_of_a_worker_that_has_no_say_are_not_shown(store: Store) -> None:
    analysis = accept(store)
    claim(store)
    assert not store.publish(analysis.id, "another", "artefacts/x/y", ["report.json"])
    store.cancel(OWNER, analysis.id, NOW)
    assert not store.publish(analysis.id, WORKER, "artefacts/x/y", ["report.json"])
    assert read(store, analysis).artefacts == ()


@pytest.mark.parametrize("end", ["cancelled", "failed", "given back", "requeued"])
def test_numbers_of_an_attempt_that_comes_to_nothing_are_taken_back_and_their_bytes_noted(
    store: Store, end: str
) -> None:
    analysis = accept(store)
    claim(store)
    store.publish(analysis.id, WORKER, "artefacts/x/y", ["report.json"])
    match end:
        case "cancelled":
            store.finish(analysis.id, WORKER, Cancelled(), NOW)
        case "failed":
            store.finish(analysis.id, WORKER, Failed(failure("analysis_timeout", limit_s=900)), NOW)
        case "given back":
            break_off(store, analysis, Interruption.STOPPED)
        case "requeued":
            store.give_all_back(now=NOW, wait_s=2)
    found = read(store, analysis)
    assert (found.artefact_prefix, found.artefacts) == (None, ())
    assert store.garbage() == ("artefacts/x/y",)


def test_a_clip_whose_video_is_missing_is_analysed_anew_where_it_is_sent_again(store: Store) -> None:
    analysis = accept(store)
    store.finish(claim(store), WORKER, replace(DONE, incomplete=undrawn(None)), NOW)
    found = read(store, analysis)
    assert (found.state, found.problem) == (State.SUCCEEDED, undrawn(None))
    assert accept(store).id != analysis.id
