"""What MediaPipe starts cannot open a socket; the rest of the process can."""

import shutil
import socket
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from formcheck.vision.offline import start_without_sockets
from formcheck.vision.weights.models import find_model

on_linux = pytest.mark.skipif(sys.platform != "linux", reason="only Linux can filter a part of a process")

KINDS = {
    "TCP": (socket.AF_INET, socket.SOCK_STREAM),
    "UDP": (socket.AF_INET, socket.SOCK_DGRAM),
    "TCP over IPv6": (socket.AF_INET6, socket.SOCK_STREAM),
    "local, as to a name service": (socket.AF_UNIX, socket.SOCK_STREAM),
}


def can_open(kind: str) -> bool:
    try:
        socket.socket(*KINDS[kind]).close()
    except PermissionError:
        return False
    return True


@on_linux
@pytest.mark.parametrize("kind", KINDS)
def test_no_socket_opens_where_a_library_is_started(kind: str) -> None:
    assert start_without_sockets(lambda: can_open(kind)) is False


@on_linux
def test_threads_a_library_starts_are_bound_even_after_the_start_has_returned() -> None:
    may_go, seen = threading.Event(), list[bool]()

    def work() -> None:
        may_go.wait()
        seen.append(can_open("TCP"))

    worker = threading.Thread(target=work)
    start_without_sockets(worker.start)
    may_go.set()
    worker.join()
    assert seen == [False]


@pytest.mark.parametrize("kind", ["TCP", "UDP"])
def test_the_rest_of_the_process_keeps_its_network(kind: str) -> None:
    start_without_sockets(lambda: None)
    assert can_open(kind)


def test_a_start_that_fails_fails_as_it_would_by_itself() -> None:
    def fail() -> None:
        raise RuntimeError("no such model")

    with pytest.raises(RuntimeError, match="no such model"):
        start_without_sockets(fail)


# --- MediaPipe itself, traced in a network of its own that leads nowhere

ONE_SESSION = """
import sys
import numpy as np
from pathlib import Path
from formcheck.vision import landmarker
from formcheck.records.track import Frame

if sys.argv[2] == "unbound":
    landmarker.start_without_sockets = lambda start: start()
frame = Frame(0, 0.0, np.zeros((64, 64, 3), np.uint8))
landmarker.find_landmarks(lambda _: [frame], model_path=Path(sys.argv[1]), width_px=64, height_px=64)
"""


def attempts(model: Path, bound: str, trace: Path) -> str:
    """Every try of one session to connect or to send, as strace writes it."""
    alone = ("unshare", "--user", "--map-root-user", "--net")
    traced = ("strace", "-f", "-qq", "--signal=none", "-e", "trace=connect,sendto,sendmsg,sendmmsg", "-o", str(trace))
    subprocess.run([*alone, *traced, sys.executable, "-c", ONE_SESSION, str(model), bound], check=True)
    return trace.read_text()


def can_trace() -> bool:
    tools = ("unshare", "--user", "--map-root-user", "--net", "strace", "-qq", "-o", "/dev/null", "true")
    return (
        bool(shutil.which("unshare") and shutil.which("strace")) and not subprocess.run(tools, check=False).returncode
    )


@pytest.mark.slow
@on_linux
def test_mediapipe_tries_to_report_and_cannot_when_bound(tmp_path: Path) -> None:
    if not can_trace():
        pytest.skip("needs strace and a network namespace of its own, so that nothing is sent while looking")
    model = find_model("lite").path
    assert "connect(" in attempts(model, "unbound", tmp_path / "unbound"), (
        "MediaPipe no longer reports: drop offline.py"
    )
    assert attempts(model, "bound", tmp_path / "bound") == ""
