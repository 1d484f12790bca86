"""Work shared by processes on PostgreSQL: jobs come and go with the store's rows, and none stays in a hole."""

from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from sqlalchemy import Engine, text

from formcheck_api.jobs.engine.queue import EngineQueue
from formcheck_api.jobs.queue import Chore
from formcheck_api.operations.settings import Settings
from formcheck_api.records.analyses import Analysis, State
from formcheck_api.store.database import open_database, upgrade_database
from formcheck_api.store.store import Store
from formcheck_api.store.work.deferral import defer
from service.accepting import NOW, OWNER, accept, read, state_of
from service.postgres import empty
from service.unruly_worker import GO_ON
from service.waiting import ended, files_below, under_way, wait_until, worker_processes
from service.working import UNRULY, impatient, sharing_work, working

pytestmark = pytest.mark.slow

SILENT_S = 10
"""Of a heartbeat of ten seconds."""


@pytest.fixture
def engine(postgres: str) -> Iterator[Engine]:
    engine = open_database(empty(postgres))
    upgrade_database(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def store(engine: Engine) -> Store:
    return Store(engine)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return impatient(tmp_path / "data").model_copy(update={"heartbeat_s": 2})


@pytest.fixture
def ask(engine: Engine) -> Callable[..., Any]:
    """Run a statement; the first value of what it returns."""

    def ask(statement: str, **told: object) -> Any:
        with engine.begin() as db:
            found = db.execute(text(statement), told)
            return found.scalar() if found.returns_rows else None

    return ask


def jobs(ask: Callable[..., Any]) -> int:
    return int(ask("SELECT count(*) FROM procrastinate_jobs"))


def reconcile(store: Store) -> int:
    return store.reconcile(silent_s=SILENT_S, now=NOW, wait_s=2)


def begun_by_a_worker(store: Store, ask: Callable[..., Any], analysis: Analysis) -> int:
    """Have a worker of this name begin it, as the engine and the store see it; the worker's id."""
    worker = int(ask("SELECT worker_id FROM procrastinate_register_worker_v1()"))
    job = ask("SELECT id FROM procrastinate_fetch_job_v2(NULL, :worker)", worker=worker)
    claimed = store.claim(f"{worker}/{job}", NOW, job=job)
    assert claimed is not None
    assert claimed.id == analysis.id
    return worker


def test_a_clip_is_accepted_with_its_job_or_not_at_all(store, ask, engine) -> None:
    with engine.connect() as db:
        assert defer(db, "anything", {}, now=NOW) is not None
        db.rollback()
    assert jobs(ask) == 0
    analysis = accept(store)
    assert ask("SELECT args->>'analysis' FROM procrastinate_jobs") == analysis.id


def test_a_clip_is_analysed_and_nothing_is_left_but_the_result(store, blobs, settings, send, ask) -> None:
    with sharing_work(store, blobs, settings) as queue:
        done = [ended(store, send(name)) for name in ("run.mp4", "crash once", "crash")]
        wait_until(lambda: queue.busy() == 0 and jobs(ask) == 0, "the jobs to be gone")
    assert [one.state for one in done] == [State.SUCCEEDED, State.SUCCEEDED, State.FAILED]
    assert [one.attempts for one in done] == [1, 2, 3]
    assert (files_below(settings.work_dir), worker_processes(settings)) == ([], [])
    assert ask("SELECT count(*) FROM procrastinate_workers") == 0


@pytest.mark.parametrize("how", ["cancel", "delete"])
def test_what_is_cancelled_or_deleted_elsewhere_stops_or_does_not_begin(  # noqa: PLR0917  # fixtures
    store, blobs, settings, send, ask, how: str
) -> None:
    with sharing_work(store, blobs, settings) as queue:
        analysis = under_way(store, send("sleep"))
        getattr(store, how)(OWNER, analysis.id, NOW)
        wait_until(lambda: queue.busy() == 0 and jobs(ask) == 0, "it to stop")
    waiting = send("run.mp4")
    getattr(store, how)(OWNER, waiting.id, NOW)
    assert jobs(ask) == 0


def test_a_service_that_stops_hands_its_work_to_the_next(store, blobs, settings, send) -> None:
    with sharing_work(store, blobs, settings):
        analysis = under_way(store, send("sleep once"))
    stopped = read(store, analysis)
    assert (stopped.state, stopped.attempts) == (State.QUEUED, 0)
    with sharing_work(store, blobs, settings):
        assert ended(store, analysis).state is State.SUCCEEDED


def test_a_service_that_stops_lets_work_end_that_ends_in_time(store, blobs, settings, send) -> None:
    queue = EngineQueue(store, blobs, settings, command=UNRULY)
    queue.start()
    analysis = under_way(store, send("wait"))
    (settings.data_dir / GO_ON).touch()
    queue.stop(60)
    assert state_of(store, analysis) is State.SUCCEEDED


def test_what_waited_before_there_was_an_engine_gets_its_job(store, ask, engine) -> None:
    first, second = accept(store, "one"), accept(store, "two")
    ask("DELETE FROM procrastinate_jobs")
    ask("UPDATE analyses SET job = NULL")
    assert reconcile(store) == 2
    assert [begun_by_a_worker(store, ask, each) > 0 for each in (first, second)] == [True, True]


def test_a_job_that_has_vanished_is_made_anew(store, ask) -> None:
    waiting, running = accept(store, "one"), accept(store, "two")
    assert store.cancel(OWNER, waiting.id, NOW)
    begun_by_a_worker(store, ask, running)
    waiting = accept(store, "three")
    ask("DELETE FROM procrastinate_jobs")
    assert reconcile(store) == 2
    assert (state_of(store, waiting), state_of(store, running)) == (State.QUEUED, State.QUEUED)
    assert jobs(ask) == 2


@pytest.mark.parametrize("how", ["silent", "pruned"])
def test_a_dead_workers_analysis_begins_again_whether_or_not_the_worker_is_remembered(store, ask, how: str) -> None:
    analysis = accept(store)
    worker = begun_by_a_worker(store, ask, analysis)
    assert reconcile(store) == 0, "it lives"
    ask("UPDATE procrastinate_workers SET last_heartbeat = now() - make_interval(secs => :s)", s=SILENT_S + 1)
    if how == "pruned":
        ask("SELECT * FROM procrastinate_prune_stalled_workers_v1(:s)", s=SILENT_S)
    assert reconcile(store) == 1
    assert state_of(store, analysis) is State.QUEUED
    assert not store.progress(analysis.id, f"{worker}/1", "drawing", 0.5), "it has no say any more"
    assert jobs(ask) == 1


def test_a_job_that_its_worker_fetched_and_never_heard_of_is_done(store, blobs, settings, send, ask) -> None:
    with sharing_work(store, blobs, settings.model_copy(update={"workers": 1})):
        first = under_way(store, send("wait"))
        lost = send("run.mp4")
        ask(
            "UPDATE procrastinate_jobs SET status = 'doing', worker_id ="
            " (SELECT worker_id FROM procrastinate_jobs WHERE status = 'doing') WHERE status = 'todo'"
        )
        job = ask("SELECT job FROM analyses WHERE id = :id", id=lost.id)
        wait_until(lambda: ask("SELECT job FROM analyses WHERE id = :id", id=lost.id) != job, "it to be handed back")
        (settings.data_dir / GO_ON).touch()
        assert [ended(store, each).state for each in (first, lost)] == [State.SUCCEEDED] * 2
    assert read(store, first).attempts == 1


def test_the_analysis_of_a_worker_whose_id_came_back_is_done(store, blobs, settings, send, ask) -> None:
    analysis = send("run.mp4")
    begun_by_a_worker(store, ask, analysis)
    with sharing_work(store, blobs, settings):
        wait_until(lambda: any("clips" in each.queues for each in store.live_workers()), "a worker")
        living = next(each.id for each in store.live_workers() if "clips" in each.queues)
        ask("UPDATE procrastinate_jobs SET worker_id = :worker WHERE status = 'doing'", worker=living)
        assert ended(store, analysis).state is State.SUCCEEDED
    assert read(store, analysis).attempts == 2


def test_a_worker_whose_row_was_pruned_while_it_lives_loses_its_work_and_goes_on(
    store, blobs, settings, send, ask
) -> None:
    with sharing_work(store, blobs, settings) as queue:
        analysis = under_way(store, send("sleep once"))
        ask("DELETE FROM procrastinate_workers")
        assert ended(store, analysis).state is State.SUCCEEDED
        wait_until(lambda: queue.busy() == 0, "the first attempt to stop")
        assert ended(store, send("run.mp4")).state is State.SUCCEEDED


def test_a_deferred_chore_is_done_with_either_queue_and_again_where_it_failed(
    store, local_store, blobs, settings
) -> None:
    for has_engine, its_store in ((True, store), (False, local_store)):
        done, told = Event(), []

        def deliver(number: int, told: list[int] = told, done: Event = done) -> None:
            told.append(number)
            if len(told) == 1:
                raise RuntimeError("the first try fails")
            done.set()

        with its_store._writing() as db:
            defer(db, "deliver", {"number": 7}, now=NOW)
        chores = [Chore("deliver", deliver)]
        queue = (
            sharing_work(its_store, blobs, settings, chores)
            if has_engine
            else working(its_store, blobs, settings, chores=chores)
        )
        with queue:
            assert done.wait(60)
        assert told == [7, 7]


def test_a_periodic_chore_is_done_by_one_process(store, blobs, settings) -> None:
    done = Event()
    with sharing_work(store, blobs, settings, [Chore("sweep", done.set, every_s=1)]):
        assert done.wait(60)
