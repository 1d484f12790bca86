"""What the machine cannot do at present: open files, start processes, store. Meanwhile no analysis is begun."""

import logging
import os
import time
from threading import Lock
from typing import Final

from formcheck_api.operations.disk import shortage
from formcheck_api.operations.settings import Settings

FIRST_PAUSE_S: Final = 1.0
LONGEST_PAUSE_S: Final = 30.0
"""A pause is twice the one before while faults follow each other: a short fault costs little, a long one few tries."""

_log = logging.getLogger(__name__)


class Faults:
    """The host's faults as the workers of one process meet them; threads may share it."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._lock = Lock()
        self._pause_s = 0.0
        self._until_s = 0.0
        self._met = ""

    def met(self, error: OSError | MemoryError) -> float:
        """Note a fault; seconds until it makes sense to try again."""
        with self._lock:
            now_s = time.monotonic()
            if now_s >= self._until_s:  # one fault met by several workers is one
                self._pause_s = min(LONGEST_PAUSE_S, max(FIRST_PAUSE_S, 2 * self._pause_s))
                self._until_s = now_s + self._pause_s
                self._met = _named(error)
                _log.error("the host has a fault; no analysis is begun", extra={"fault": self._met})
            return self._until_s - now_s

    def over(self) -> None:
        """Something worked that a fault would have kept from working."""
        with self._lock:
            self._pause_s = 0.0

    def reason(self) -> str | None:
        """Why no analysis can start now; None where one can."""
        with self._lock:
            if time.monotonic() < self._until_s:
                return self._met
        return shortage(self._settings)


def _named(error: OSError | MemoryError) -> str:
    """The fault without the names of files."""
    number = getattr(error, "errno", None)
    return os.strerror(number) if number else str(error) or type(error).__name__
