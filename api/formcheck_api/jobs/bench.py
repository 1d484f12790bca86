"""What all runs of a queue share."""

from dataclasses import dataclass
from threading import Event
from typing import Final

from formcheck_api.jobs.faults import Faults
from formcheck_api.jobs.processes.waiting import Workers
from formcheck_api.operations.metrics import Metrics
from formcheck_api.operations.settings import Settings
from formcheck_api.storage.blobs import Blobs
from formcheck_api.store.store import Store

HEARTBEAT_S: Final = 0.5
"""Between signs of life in the store; also how late a cancellation by another process is noticed."""


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
