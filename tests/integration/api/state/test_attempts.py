"""Attempts at an analysis: worked on by one, given back, waited for, never lost."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest

from formcheck_api.records.analyses import (
    Cancelled,
    Failed,
    Interruption,
    State,
)
from formcheck_api.records.failures import failure
from formcheck_api.store.store import Store
from formcheck_api.store.work.attempts import MOST_CRASHES
from service.accepting import DONE, LONG_AFTER, NOW, OWNER, WORKER, accept, break_off, claim, read, state_of


def test_the_longest_waiting_is_claimed_first_whatever_the_clock_did(store: Store) -> None:
    first = accept(store, "one", now=NOW + timedelta(days=365))
    second = accept(store, "two")
    assert (store.position(first.id), store.position(second.id)) == (0, 1)
    assert [claim(store), claim(store, "process-1/1")] == [first.id, second.id]
    assert store.position(first.id) is None
    assert store.claim(WORKER, NOW) is None


def test_many_workers_at_once_claim_each_analysis_once(store: Store) -> None:
    ids = {accept(store, f"clip {number}").id for number in range(12)}
    with ThreadPoolExecutor(8) as threads:
        claimed = list(threads.map(lambda number: store.claim(f"process-{number}/0", NOW), range(16)))
    assert sorted(one.id for one in claimed if one) == sorted(ids)


def test_every_change_a_client_can_see_raises_the_version_and_a_mere_sign_of_life_does_not(store: Store) -> None:
    analysis = accept(store)
    claim(store)
    versions = [read(store, analysis).version]
    for fraction in (0.1, 0.1, 0.5):
        assert store.progress(analysis.id, WORKER, "following the runner", fraction)
        versions.append(read(store, analysis).version)
    store.finish(analysis.id, WORKER, DONE, NOW)
    versions.append(read(store, analysis).version)
    assert versions == [2, 3, 3, 4, 5]


def test_a_finished_analysis_lists_its_artefacts_and_has_no_worker(store: Store) -> None:
    analysis = accept(store)
    assert store.finish(claim(store), WORKER, DONE, NOW)
    found = read(store, analysis)
    assert (found.state, found.progress, found.finished, found.worker) == (State.SUCCEEDED, 1.0, NOW, None)
    assert found.artefact_key("report.json") == "artefacts/x/y/report.json"
    assert found.artefact_key("../../secret") is None


def test_a_problem_is_remembered_whole(store: Store) -> None:
    analysis = accept(store)
    problem = replace(failure("clip_unreadable", reason="The clip is cut off"), extra={"seen": 3})
    store.finish(claim(store), WORKER, Failed(problem), NOW)
    assert read(store, analysis).problem == problem


def test_a_worker_has_no_say_in_what_is_not_its_own(store: Store) -> None:
    analysis = accept(store)
    claim(store)
    before = read(store, analysis)
    assert not store.progress(analysis.id, "another", "drawing", 0.9)
    assert not store.finish(analysis.id, "another", DONE, NOW)
    assert not store.give_back(analysis.id, "another", Interruption.CRASHED, now=NOW, wait_s=2)
    assert read(store, analysis) == before


def test_a_queued_analysis_is_cancelled_at_once_and_a_running_one_when_its_worker_hears(store: Store) -> None:
    waiting, running = accept(store, "one"), accept(store, "two")
    store.cancel(OWNER, waiting.id, NOW)
    assert state_of(store, waiting) is State.CANCELLED
    claim(store)
    store.cancel(OWNER, running.id, NOW)
    assert state_of(store, running) is State.RUNNING
    assert not store.progress(running.id, WORKER, "drawing", 0.5)
    assert store.finish(running.id, WORKER, Cancelled(), NOW)
    assert state_of(store, running) is State.CANCELLED


def test_cancelling_what_is_finished_changes_nothing(store: Store) -> None:
    analysis = accept(store)
    store.finish(claim(store), WORKER, DONE, NOW)
    before = read(store, analysis)
    assert store.cancel(OWNER, analysis.id, NOW) == before
    assert read(store, analysis) == before


def test_a_dead_workers_analysis_is_queued_again_and_it_loses_its_say(store: Store) -> None:
    analysis = accept(store)
    claim(store)
    assert store.give_all_back(now=NOW, wait_s=2) == 1
    assert state_of(store, analysis) is State.QUEUED
    assert claim(store, "process-2/0", LONG_AFTER) == analysis.id
    assert not store.finish(analysis.id, WORKER, DONE, NOW)


def test_a_clip_that_brought_down_three_workers_is_failed(store: Store) -> None:
    analysis = accept(store)
    for crash in range(MOST_CRASHES):
        assert state_of(store, analysis) is State.QUEUED, crash
        claim(store, now=LONG_AFTER)
        break_off(store, analysis, Interruption.CRASHED)
    found = read(store, analysis)
    assert found.state is State.FAILED
    assert found.problem is not None
    assert found.problem.code == "analysis_crashed"


def test_work_given_back_by_a_service_that_stops_counts_as_no_attempt(store: Store) -> None:
    analysis = accept(store)
    for _ in range(MOST_CRASHES + 2):
        claim(store)
        break_off(store, analysis, Interruption.STOPPED)
    assert replace(read(store, analysis), version=1) == analysis


@pytest.mark.parametrize("why", [Interruption.LOST, Interruption.FAULT])
def test_no_clip_is_failed_because_its_service_or_its_host_is(store: Store, why: Interruption) -> None:
    analysis = accept(store)
    for _ in range(MOST_CRASHES + 2):
        claim(store, now=LONG_AFTER)
        break_off(store, analysis, why)
    found = read(store, analysis)
    assert (found.state, found.crashes) == (State.QUEUED, 0)


def test_an_attempt_waits_twice_as_long_as_the_one_before_and_lets_others_go_first(store: Store) -> None:
    broken, other = accept(store, "one"), accept(store, "two")
    claim(store)
    break_off(store, broken, Interruption.CRASHED)
    assert claim(store, "process-1/1") == other.id
    for wait in (timedelta(seconds=2), timedelta(seconds=4)):
        assert store.claim(WORKER, NOW + 0.9 * wait) is None
        assert claim(store, now=NOW + 1.2 * wait) == broken.id
        break_off(store, broken, Interruption.FAULT)


def test_no_attempt_waits_for_longer_than_the_longest_wait_even_if_the_clock_is_set_back(store: Store) -> None:
    analysis = accept(store)
    for _ in range(20):
        claim(store, now=LONG_AFTER)
        break_off(store, analysis, Interruption.LOST)
    assert claim(store, now=LONG_AFTER) == analysis.id
    break_off(store, analysis, Interruption.FAULT)
    assert claim(store, now=NOW - timedelta(days=365)) == analysis.id


def test_a_dead_workers_analysis_that_was_to_be_cancelled_is_cancelled(store: Store) -> None:
    analysis = accept(store)
    claim(store)
    store.cancel(OWNER, analysis.id, NOW)
    store.give_all_back(now=NOW, wait_s=2)
    assert state_of(store, analysis) is State.CANCELLED
