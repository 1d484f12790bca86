"""What a worker asks of the store: something to do, a sign that it lives, and the end."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Engine

from formcheck_api.records import Analysis, Outcome


class WorkStore:
    """The queue as rows: an analysis belongs to one worker or to none."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def claim(self, worker: str, now: datetime) -> Analysis | None:
        """Take the longest waiting analysis; None when none waits."""
        raise NotImplementedError

    def progress(self, analysis_id: str, worker: str, stage: str, fraction: float, now: datetime) -> bool:
        """Tell how far the work is, and that the worker lives. False: stop, it was cancelled or is no longer ours."""
        raise NotImplementedError

    def finish(self, analysis_id: str, worker: str, outcome: Outcome, now: datetime) -> bool:
        """End an analysis. False: it is no longer this worker's, and the outcome is nobody's."""
        raise NotImplementedError

    def give_back(self, analysis_id: str, worker: str, *, crashed: bool, now: datetime) -> bool:
        """Return unfinished work to the queue; after too many crashes it is failed with ``analysis_crashed``."""
        raise NotImplementedError

    def beats(self) -> Mapping[str, tuple[str, int]]:
        """Of every running analysis its worker and the number of its last heartbeat."""
        raise NotImplementedError

    def requeue_stale(self, seen: Mapping[str, tuple[str, int]], now: datetime) -> int:
        """Return to the queue what has the same worker and heartbeat as ``seen``; how many there were."""
        raise NotImplementedError
