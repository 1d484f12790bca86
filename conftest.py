"""What every test finds: one BLAS thread, property tests without a deadline, interrupts that children hear.

And how tests share the processors: one worker more than there are, files with slow tests first.
"""

import os

# Before numpy is loaded: on small matrices and busy cores two BLAS threads take five times as long as one.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import signal

import pytest
from hypothesis import settings

settings.register_profile("thorough", deadline=None)  # a busy machine is no fault of the code
settings.register_profile("quick", deadline=None, max_examples=25)  # a quarter: what fails often shows at once
settings.load_profile("thorough")

# Started in the background, a shell has us ignore Ctrl-C, and children inherit that; a handler they do not inherit.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, lambda *_: None)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """One more than processors we may use, because workers often wait for servers, children and browsers."""
    if told := os.environ.get("PYTEST_XDIST_AUTO_NUM_WORKERS"):
        return int(told)
    ours = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return (ours or 1) + 1


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files with slow tests first: of several workers none is left with the longest file in the end."""
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: item.path not in slow)
