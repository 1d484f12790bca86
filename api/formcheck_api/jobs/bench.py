"""What all runs of a queue share."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from threading import Event
from typing import Final

from formcheck_api.jobs.faults import Faults
from formcheck_api.jobs.processes.limits import Limits
from formcheck_api.jobs.processes.waiting import Workers
from formcheck_api.operations.metrics import Metrics
from formcheck_api.operations.settings import Settings
from formcheck_api.storage.blobs import Blobs
from formcheck_api.store.store import Store

REPORT_EVERY_S: Final = 0.5
"""Between reports of progress to the store."""


@dataclass(frozen=True, slots=True)
class Bench:
    """What all runs of a queue share; ``halting`` ends them all and gives their work back."""

    store: Store
    blobs: Blobs
    settings: Settings
    workers: Workers
    halting: Event
    faults: Faults
    metrics: Metrics


def bench_of(store: Store, blobs: Blobs, settings: Settings, metrics: Metrics, command: Sequence[str]) -> Bench:
    """The bench of a queue whose worker processes have this command."""
    workers = Workers(command, limits_of(settings))
    return Bench(store, blobs, settings, workers, Event(), Faults(settings), metrics)


def limits_of(settings: Settings) -> Limits:
    """Of one worker process."""
    cpu_s = round(settings.time_limit_s * (os.cpu_count() or 1))
    return Limits(settings.memory_limit_mb, settings.output_limit_mb, cpu_s)
