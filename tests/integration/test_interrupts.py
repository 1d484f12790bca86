"""Tests that interrupt a child hold wherever the tests themselves run, in the background too."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from places import ROOT

pytestmark = pytest.mark.skipif(os.name != "posix", reason="needs a shell that can ignore signals")

WAITING = "import sys; print('ready', flush=True); sys.stdin.read()"


def test_a_child_hears_an_interrupt() -> None:
    child = subprocess.Popen(
        [sys.executable, "-c", WAITING], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    with child:
        assert child.stdout is not None
        child.stdout.readline()
        child.send_signal(signal.SIGINT)
        assert child.wait(timeout=60) == -signal.SIGINT


@pytest.mark.slow
def test_a_child_hears_an_interrupt_in_a_test_run_that_ignores_them() -> None:
    test = f"{Path(__file__)}::{test_a_child_hears_an_interrupt.__name__}"
    run = subprocess.run(
        [
            "sh",
            "-c",
            'trap "" INT; exec "$@"',
            "sh",
            sys.executable,
            "-m",
            "pytest",
            "-q",
            "-p",
            "no:cacheprovider",
            test,
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert "1 passed" in run.stdout, run.stdout + run.stderr
