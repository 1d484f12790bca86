"""A log that clients can't flood: repeated lines are written now and then, with how many were left out."""

import logging
import time
from collections.abc import Callable
from typing import Final

ONCE_IN_S: Final = 10.0
"""Often enough to see that it goes on."""

MOST_MESSAGES: Final = 100
"""Messages that are remembered; their texts are the program's own, so there are not many."""

FLOODED: Final = ("asyncio", "uvicorn.error", "formcheck_api.access.connections")
"""Loggers that clients trigger: a line for every connection too many, or for every invalid request."""


class Seldom(logging.Filter):
    """Lets each message of a logger pass once in so many seconds."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._clock = clock
        self._last: dict[str, tuple[float, int]] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether the record is written; ``repeated`` in it counts those that were not."""
        now_s = self._clock()
        message = str(record.msg).partition("\n")[0]  # asyncio goes on with addresses of objects
        written_s, left_out = self._last.get(message, (-ONCE_IN_S, 0))
        if now_s - written_s < ONCE_IN_S:
            self._last[message] = written_s, left_out + 1
            return False
        if len(self._last) >= MOST_MESSAGES:
            self._last.clear()
        self._last[message] = now_s, 0
        if left_out:
            record.repeated = left_out
        return True


def limit_floods() -> None:
    """Limit the loggers that clients trigger; called once per process."""
    for name in FLOODED:
        logging.getLogger(name).addFilter(Seldom())
