"""A start with a clock 40 days ahead deletes nothing until an operator confirms the clock."""

import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import httpx

from tools.siege.clips import ended, send, wait_until
from tools.siege.service import RunningService, serving

LEAP_DAYS = 40
SWEEP_WITHIN_S = 20.0
_TIMES = {"analyses": ("created", "started", "finished"), "marks": ("at",)}


def run(scratch: Path) -> str:
    """Make everything 40 days older between two runs, which a clock 40 days ahead does as well."""
    with serving(scratch) as service, service.client() as client:
        path = send(client, b"no clip, which is finished soonest", "kept").headers["location"]
        ended(client, [path])
    _age(service.data_dir / "formcheck.db")
    with serving(scratch) as service, service.client() as client:
        wait_until(lambda: _is_decided(client, path), "a sweep to be made or refused", SWEEP_WITHIN_S)
        status = client.get(path).status_code
        assert status == 200, f"everything was deleted within seconds: the analysis is {status}"
        assert "formcheck confirm-clock" in service.log.read_text(encoding="utf-8"), "the log says nothing of it"
    _confirm(service)
    with serving(scratch) as service, service.client() as client:
        wait_until(lambda: client.get(path).status_code == 404, "the sweep after the clock was confirmed")
    return "kept, told by log and metric; deleted once confirmed"


def _metrics(client: httpx.Client) -> str:
    return client.get("/metrics").text


def _is_decided(client: httpx.Client, path: str) -> bool:
    return client.get(path).status_code == 404 or "formcheck_retention_paused 1.0" in _metrics(client)


def _age(database: Path) -> None:
    db = sqlite3.connect(database)
    known = {name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    for table in known & set(_TIMES):
        for column in _TIMES[table]:
            older = f"strftime('%Y-%m-%d %H:%M:%f000', {column}, '-{LEAP_DAYS} days')"
            db.execute(f"UPDATE {table} SET {column} = {older} WHERE {column} IS NOT NULL")
    db.commit()
    db.close()


def _confirm(service: RunningService) -> None:
    environment = os.environ | {"FORMCHECK_DATA_DIR": str(service.data_dir)}
    command = [sys.executable, "-m", "formcheck", "confirm-clock"]
    subprocess.run(command, env=environment, check=True, capture_output=True)
