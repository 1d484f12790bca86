"""Linear algebra on one thread while a clip is measured: our matrices are small, and waking threads costs more.

numpy and scipy bring an OpenBLAS each, whose number of threads belongs to the whole process. So a caller's own linear
algebra in other threads keeps to one thread meanwhile too, and gets its threads back when the last measuring ends.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from threading import Lock
from typing import Any

from threadpoolctl import ThreadpoolController


class _Limit:
    """Counts who is inside: the first sets the limit, the last lifts it.

    With a limit for each caller, two that overlap would end wrongly: the second remembers the first one's limit as the
    usual number, and sets it for good when it leaves last.
    """

    def __init__(self) -> None:
        self._lock, self._inside = Lock(), 0
        self._limiter: Any = None

    def enter(self) -> None:
        with self._lock:
            if self._inside == 0:
                self._limiter = _libraries().limit(limits=1, user_api="blas")
            self._inside += 1

    def leave(self) -> None:
        with self._lock:
            self._inside -= 1
            if self._inside == 0:
                self._limiter.restore_original_limits()


@cache
def _libraries() -> Any:
    """The process's BLAS libraries; looked for once, as that takes 1 to 15 ms, and 0.02 ms to set a limit."""
    import numpy.linalg  # noqa: F401, PLC0415  # so that theirs are loaded by now
    import scipy.linalg  # noqa: F401, PLC0415

    return ThreadpoolController()


_LIMIT = _Limit()


@contextmanager
def one_blas_thread() -> Iterator[None]:
    """Keep BLAS to one thread, in this process, until the last of all callers is done; also a decorator.

    What BLAS threadpoolctl cannot set (Apple's Accelerate) stays as it is.
    """
    _LIMIT.enter()
    try:
        yield
    finally:
        _LIMIT.leave()
