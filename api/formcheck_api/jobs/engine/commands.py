"""``formcheck work`` and ``formcheck workers``: processes that analyse and listen on no port, and which there are."""

import signal
import sys
from collections.abc import Callable, Sequence
from threading import Event
from typing import Final

from formcheck.records.errors import UsageError
from formcheck.words.catalogue import ENGLISH
from formcheck_api.access.commands import DONE, open_store, read_settings
from formcheck_api.jobs.chores.deliver import courier_of
from formcheck_api.jobs.chores.retention import Sweeper
from formcheck_api.jobs.engine.queue import EngineQueue
from formcheck_api.operations.logs import configure_logging
from formcheck_api.operations.settings import Settings
from formcheck_api.operations.traces import configure_traces
from formcheck_api.records.sharing import QUEUES
from formcheck_api.storage.address import open_blobs
from formcheck_api.store.store import Store
from formcheck_api.store.work.reconciliation import LiveWorker

say: Final = ENGLISH.say


def work(
    concurrency: int | None, queues: Sequence[str] | None, queue_of: Callable[..., EngineQueue] = EngineQueue
) -> int:
    """Analyse what others accept until a signal ends it; the exit code. Raises UsageError without PostgreSQL."""
    settings = read_settings(**({} if concurrency is None else {"workers": concurrency}))
    store = shared_store(settings)
    configure_logging(settings.log_level)
    configure_traces()
    settings.work_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    blobs = open_blobs(settings.blobs)
    chosen = tuple(queues or QUEUES)
    chores = [Sweeper(store, blobs, settings).chore(), *courier_of(store, settings).chores()]
    queue = queue_of(store, blobs, settings, chores=chores, queues=chosen)
    told = _told_to_stop()
    queue.start()
    sys.stdout.write(say("operator.working", workers=settings.workers, queues=", ".join(chosen)) + "\n")
    sys.stdout.flush()
    told.wait()
    queue.stop(settings.stop_grace_s)
    return DONE


def list_workers() -> int:
    """Show every live worker. Raises UsageError without PostgreSQL."""
    found = shared_store(read_settings()).live_workers()
    sys.stdout.write("".join(_line(each) + "\n" for each in found) or say("operator.no_workers") + "\n")
    return DONE


def shared_store(settings: Settings) -> Store:
    """The store, if several processes may share it. Raises UsageError."""
    store = open_store(settings)
    if not store.has_engine:
        raise UsageError(say("error.service.one_process"))
    return store


def _line(worker: LiveWorker) -> str:
    return say(
        "operator.worker",
        id=worker.id,
        host=worker.host,
        pid=worker.pid,
        running=worker.running,
        concurrency=worker.concurrency,
        queues=",".join(worker.queues),
        since=f"{worker.started:%Y-%m-%d %H:%M}",
        silent_s=round(worker.silent_s),
        version=worker.version,
    )


def _told_to_stop() -> Event:
    told = Event()
    for each in (signal.SIGTERM, signal.SIGINT):
        signal.signal(each, lambda *_: told.set())
    return told
