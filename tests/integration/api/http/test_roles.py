"""Processes of one service: those that answer, those that work, and what one alone must do."""

import contextlib
import hashlib
import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from service.collector import collector
from service.postgres import empty
from service.server import upload

pytestmark = pytest.mark.slow

Run = Callable[..., "subprocess.CompletedProcess[str]"]
Start = Callable[..., "subprocess.Popen[str]"]


def environment(folder: Path, settings: dict[str, str]) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("FORMCHECK_")}
    return (
        kept | {"FORMCHECK_DATA_DIR": str(folder / "data")} | {f"FORMCHECK_{name}": v for name, v in settings.items()}
    )


@pytest.fixture
def formcheck(tmp_path: Path) -> Run:
    """Run a command to its end."""

    def run(*words: str, **settings: str) -> "subprocess.CompletedProcess[str]":
        command = [sys.executable, "-m", "formcheck", *words]
        return subprocess.run(
            command, env=environment(tmp_path, settings), capture_output=True, text=True, check=False, timeout=60
        )

    return run


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Start a process, which has said its first line."""
    with contextlib.ExitStack() as stack:

        def started(*words: str, **settings: str) -> "subprocess.Popen[str]":
            log = stack.enter_context((tmp_path / f"{words[0]}.log").open("a"))
            popen = subprocess.Popen(
                [sys.executable, "-m", "formcheck", *words],
                env=environment(tmp_path, settings),
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )
            stack.enter_context(popen)
            stack.callback(popen.kill)
            popen.said = popen.stdout.readline()  # type: ignore[attr-defined]
            return popen

        yield started


@pytest.mark.slow
def test_one_process_answers_and_another_one_works(postgres: str, start: Start, formcheck: Run) -> None:
    settings = {"DATABASE_URL": empty(postgres)}
    assert formcheck("db", "upgrade", **settings).stdout == "The database is up to date.\n"
    web = start("serve", "--port", "0", "--role", "web", **settings)
    with httpx.Client(base_url=re.search(r"http://\S+", web.said)[0]) as client:
        path = upload(client).headers["location"]
        assert formcheck("workers", **settings).stdout == "No worker is running.\n"
        assert client.get(path).json()["state"] == "queued"
        work = start("work", "--concurrency", "2", "--queues", "clips", **settings)
        assert work.said == "Working on 2 at a time, from clips. Press Ctrl-C to stop.\n"
        done = client.get(path, params={"wait": 60}, timeout=70).json()
        assert (done["state"], done["problem"]["code"]) == ("failed", "clip_unreadable")
    (line,) = formcheck("workers", **settings).stdout.splitlines()
    assert f":{work.pid}  0/2 busy  clips  since " in line
    for each in (work, web):
        each.send_signal(signal.SIGTERM)
    assert work.wait(30) == 0
    assert formcheck("workers", **settings).stdout == "No worker is running.\n"


def test_one_trace_and_one_request_id_lead_through_all_processes(
    postgres: str, start: Start, short_clip: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = {"DATABASE_URL": empty(postgres)}
    asked = {"traceparent": f"00-{'ab' * 16}-{'cd' * 8}-01", "X-Request-ID": "my-request"}
    with collector() as (address, spans):
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", address)
        web = start("serve", "--port", "0", "--role", "web", **settings)
        work = start("work", **settings)
        with httpx.Client(base_url=re.search(r"http://\S+", web.said)[0]) as client:
            path = upload(client, short_clip.read_bytes(), headers=asked).headers["location"]
            done = client.get(path, params={"wait": 60}, timeout=70).json()
        assert done["state"] == "succeeded"
        for each in (work, web):
            each.send_signal(signal.SIGTERM)
            each.wait(30)
    ours = {each.name: each for each in spans if each.trace == "ab" * 16}
    assert ours["POST"].parent == "cd" * 8
    assert ours["analysis"].parent == ours["POST"].id
    parts = {each.name for each in ours.values() if each.parent == ours["analysis"].id}
    wanted = {"wait", "fetching the clip", "following the runner", "measuring", "publishing the end"}
    assert wanted <= parts
    assert sum(ours[name].seconds for name in parts - {"wait"}) > 0.9 * ours["analysis"].seconds
    named = f"an:{hashlib.sha256(done['id'].encode()).hexdigest()[:12]}"
    assert ours["analysis"].attributes.items() >= {"analysis": named, "request_id": "my-request"}.items()
    for log, event in (("serve", "request"), ("work", "an analysis begins"), ("work", "an analysis ended")):
        lines = [json.loads(line) for line in (tmp_path / f"{log}.log").read_text().splitlines()]
        (line,) = [line for line in lines if line["event"] == event and line.get("request_id") == "my-request"]
        assert log == "serve" or line["analysis"] == named


@pytest.mark.parametrize("words", [("serve", "--role", "web", "--port", "0"), ("work",), ("workers",)])
def test_sqlite_is_refused_where_several_processes_are_meant(formcheck: Run, words: tuple[str, ...]) -> None:
    refused = formcheck(*words)
    assert (refused.returncode, refused.stdout) == (2, "")
    assert refused.stderr.startswith("formcheck: SQLite is for one process, `formcheck serve`;")


@pytest.mark.slow
def test_an_option_that_is_not_valid_is_named_as_it_was_typed(formcheck: Run) -> None:
    refused = formcheck("work", "--concurrency", "0")
    assert (refused.returncode, refused.stdout) == (2, "")
    assert refused.stderr.startswith("formcheck: --concurrency: ")


def test_a_second_service_on_the_same_sqlite_is_refused(start: Start, formcheck: Run, tmp_path: Path) -> None:
    start("serve", "--port", "0")
    refused = formcheck("serve", "--port", "0")
    assert (refused.returncode, refused.stdout) == (2, "")
    assert refused.stderr.startswith(f"formcheck: another `formcheck serve` uses {tmp_path / 'data'};")


@pytest.mark.slow
def test_a_second_service_on_the_same_sqlite_file_from_another_folder_is_refused(
    start: Start, formcheck: Run, tmp_path: Path
) -> None:
    database = tmp_path / "shared.db"
    start("serve", "--port", "0", DATABASE_URL=f"sqlite:///{database}")
    settings = {"DATABASE_URL": f"sqlite:///{database}", "DATA_DIR": str(tmp_path / "other")}
    refused = formcheck("serve", "--port", "0", **settings)
    assert (refused.returncode, refused.stdout) == (2, "")
    assert refused.stderr.startswith(f"formcheck: another `formcheck serve` uses {database};")
    assert not (tmp_path / "other").exists()
