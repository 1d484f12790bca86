"""The coach's script of docs/api.md, run as it stands against a real service."""

import subprocess
import sys
import threading
from pathlib import Path

import pytest

from documented import code_blocks
from places import ROOT
from reached import reached, report_file
from service.server import Server, eventually

SCRIPT = next(block for block in code_blocks((ROOT / "docs/api.md").read_text("utf-8"), "python") if "argv" in block)
REACHES = {"march.mp4": 0.27, "april.mp4": 0.23}


def work(server: Server) -> None:
    """Play the worker of both clips."""
    for _ in REACHES:
        eventually(lambda: server.service.store.count_states().get("queued"))
        analysis = server.service.store.get(None, server.begin_next())
        assert analysis is not None
        server.succeed(analysis.id, report_file(reached(REACHES[analysis.clip_name])))


@pytest.mark.slow
def test_a_coachs_script_goes_from_upload_to_what_changed(guarded: Server, tmp_path: Path) -> None:
    assert len(SCRIPT.splitlines()) <= 22
    (tmp_path / "changed.py").write_text(SCRIPT)
    for name in REACHES:
        (tmp_path / name).write_bytes(name.encode())
    working = threading.Thread(target=work, args=(guarded,))
    working.start()
    command = [sys.executable, "changed.py", guarded.url, guarded.new_key(), *REACHES]
    run = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=60)
    working.join()
    assert (run.returncode, run.stderr) == (0, "")
    assert run.stdout.startswith("Your foot lands closer: 4\N{NO-BREAK SPACE}% of leg less.\n")
