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
    """Variables for a process, which loads no spare worker."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("FORMCHECK_")}
    ours = {"DATA_DIR": str(folder / "data"), "SPARE_WORKER": "false"} | settings
    return kept | {f"FORMCHECK_{name}": value for name, value in ours.items()}


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


EACH = """
import json, sys
from formcheck.cli.main import main
for words in json.loads(sys.argv[1]):
    print(main(words))
"""


def test_sqlite_where_several_processes_are_meant_and_an_invalid_option_are_refused(tmp_path: Path) -> None:
    """All in one process: each start takes a processor more than a second."""
    wanted = [["serve", "--role", "web", "--port", "0"], ["work"], ["workers"], ["work", "--concurrency", "0"]]
    refused = subprocess.run(
        [sys.executable, "-c", EACH, json.dumps(wanted)],
        env=environment(tmp_path, {}),
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert refused.stdout.split() == ["2"] * len(wanted), refused.stderr
    *of_sqlite, of_the_option = refused.stderr.splitlines()
    for line in of_sqlite:
        assert line.startswith("formcheck: SQLite is for one process, `formcheck serve`;")
    assert len(of_sqlite) == 3
    assert of_the_option.startswith("formcheck: --concurrency: ")


def test_a_second_service_on_the_same_sqlite_is_refused_from_its_folder_and_from_another(
    start: Start, formcheck: Run, tmp_path: Path
) -> None:
    database = tmp_path / "shared.db"
    settings = {"DATABASE_URL": f"sqlite:///{database}"}
    start("serve", "--port", "0", **settings)
    for folder, used in ((tmp_path / "data", tmp_path / "data"), (tmp_path / "other", database)):
        refused = formcheck("serve", "--port", "0", **settings, DATA_DIR=str(folder))
        assert (refused.returncode, refused.stdout) == (2, "")
        assert refused.stderr.startswith(f"formcheck: another `formcheck serve` uses {used};")
    assert not (tmp_path / "other").exists()
