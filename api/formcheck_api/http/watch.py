"""What the metrics read from a running service whenever they are asked for."""

from collections.abc import Mapping

from formcheck_api.http.service import Service, now
from formcheck_api.operations.disk import free_bytes
from formcheck_api.records.analyses import State
from formcheck_api.records.sharing import CHORES, CLIPS, LONG
from formcheck_api.store.work.reconciliation import LiveWorker


def watch(service: Service) -> None:
    """Have the service's metrics show its queue, its disk and what is wrong with it."""
    metrics, queue, settings = service.metrics, service.queue, service.settings

    def by_state() -> Mapping[str, float]:
        counts = service.store.count_states()
        return {state: counts.get(state, 0) for state in State}

    def oldest_queued_s() -> Mapping[str, float]:
        oldest, moment = service.store.oldest_queued(), now()
        waited_s = {queue: (moment - created).total_seconds() for queue, created in oldest.items()}
        return {queue: max(0.0, waited_s.get(queue, 0.0)) for queue in (CLIPS, LONG)}

    def slots() -> float:
        return sum(each.concurrency for each in analysts()) if service.store.has_engine else settings.workers

    def busy() -> float:
        return sum(each.running for each in analysts()) if service.store.has_engine else queue.busy()

    def analysts() -> list[LiveWorker]:
        return [each for each in service.store.live_workers() if each.queues != (CHORES,)]

    metrics.watch_by("state", "formcheck_analyses", "Analyses by state", by_state)
    metrics.watch_by("queue", "formcheck_oldest_queued_seconds", "Age of what waits longest", oldest_queued_s)
    metrics.watch("formcheck_workers", "Analyses that may run at a time", slots)
    metrics.watch("formcheck_workers_busy", "Analyses that run", busy)
    metrics.watch("formcheck_disk_free_bytes", "Room on the fullest disk", lambda: free_bytes(settings))
    metrics.watch("formcheck_host_fault", "1 while no analysis is begun: /readyz says why", lambda: bool(queue.fault()))
    metrics.watch(
        "formcheck_retention_paused", "1 while a clock in doubt keeps old clips", lambda: service.sweeper.is_paused
    )
