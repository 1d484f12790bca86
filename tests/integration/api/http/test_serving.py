"""``formcheck serve`` and ``formcheck keys`` as processes, and one clip from upload to report."""

import contextlib
import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import numpy as np
import pytest
from pydantic_core import PydanticUndefined

from formcheck.cli.main import main
from formcheck.clip.writer import VideoWriter
from formcheck_api.access.connections import LARGEST_HEAD_BYTES, SLOWEST_TAKEN_BYTES_S, UNSENT_BYTES
from formcheck_api.http.routes.page.runs import LARGEST_LOOK_BYTES
from formcheck_api.http.serving import KEEP_ALIVE_S
from formcheck_api.operations.settings import Settings
from formcheck_api.records.problems import PROBLEMS
from formcheck_api.uploads.bodies import SMALL_BODY_BYTES
from places import ROOT
from service.server import upload

pytestmark = pytest.mark.slow

TERMINATED = 128 + signal.SIGTERM


@dataclass
class Process:
    """A service that was started from the command line."""

    url: str
    popen: "subprocess.Popen[str]"

    def stop(self) -> list[dict]:
        """End it as a container is ended; its log."""
        self.popen.send_signal(signal.SIGTERM)
        _, log = self.popen.communicate(timeout=30)
        return [json.loads(line) for line in log.splitlines() if line.startswith("{")]


def environment(folder: Path, **variables: str) -> dict[str, str]:
    """Variables for a process; it loads no spare worker unless the test says so."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("FORMCHECK_")}
    ours = {"DATA_DIR": str(folder / "data"), "SPARE_WORKER": "false"} | variables
    return kept | {f"FORMCHECK_{name}": value for name, value in ours.items()}


Start = Callable[..., Process]
Say = Callable[..., tuple[int, str, str]]


@pytest.fixture
def formcheck(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Say:
    """Run a command in this process: its exit code, output and errors."""
    monkeypatch.setenv("FORMCHECK_DATA_DIR", str(tmp_path / "data"))

    def said(*words: str) -> tuple[int, str, str]:
        return main(list(words)), *capsys.readouterr()

    return said


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    with contextlib.ExitStack() as stack:

        def started(*wrapper: str, **variables: str) -> Process:
            popen = subprocess.Popen(
                [*wrapper, sys.executable, "-m", "formcheck", "serve", "--port", "0"],
                env=environment(tmp_path, **variables),
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
            )
            stack.enter_context(popen)
            stack.callback(popen.kill)
            line = popen.stdout.readline()
            return Process(re.search(r"http://\S+", line)[0], popen)

        yield started


def test_it_serves_logs_each_request_and_stops_on_a_signal(start: Start) -> None:
    process = start()
    answer = httpx.get(f"{process.url}/v1/analyses?label=secret", headers={"X-Request-ID": "mine-1"})
    assert answer.json() == {"analyses": [], "next": None}
    assert "server" not in answer.headers
    log = process.stop()
    assert process.popen.returncode == TERMINATED
    (line,) = (line for line in log if line.get("event") == "request")
    assert (line["request_id"], line["status"], line["route"]) == ("mine-1", 200, "/v1/analyses")
    assert "secret" not in json.dumps(log)


def test_a_stop_lets_those_who_wait_go(start: Start) -> None:
    process = start()
    with httpx.stream("POST", f"{process.url}/v1/analyses", files={"clip": b"x"}, params={"wait": 0}) as answer:
        path = json.loads(answer.read())["links"]["self"]
    with httpx.stream("GET", f"{process.url}{path}/events", timeout=20) as events:
        next(events.iter_text())
        process.stop()
    assert process.popen.returncode == TERMINATED


def test_a_full_disk_is_reported_and_leaves_no_files(start: Start, tmp_path: Path) -> None:
    process = start("sh", "-c", 'ulimit -f 2000; exec "$@"', "sh")  # no file grows beyond 2 MB, or 1, as shells differ
    with httpx.Client(base_url=process.url) as client:
        answer = upload(client, b"x" * 3_000_000)
        assert (answer.status_code, answer.json()["code"]) == (507, "upload_storage_full")
        assert client.get("/healthz").status_code == 200
    assert [path for path in (tmp_path / "data" / "blobs").rglob("*") if path.is_file()] == []


@pytest.mark.skipif(sys.platform != "linux", reason="sets the cache's place and drops root's powers as Linux does")
def test_a_model_that_is_neither_installed_nor_downloadable_is_refused_at_the_upload(
    start: Start, tmp_path: Path
) -> None:
    models = tmp_path / "formcheck" / "models"
    models.mkdir(parents=True)
    (models / "pose_landmarker_full.task").touch()
    models.chmod(0o555)
    bound = ("setpriv", "--bounding-set=-dac_override") if os.geteuid() == 0 else ()  # else root may write anywhere
    process = start("env", f"XDG_CACHE_HOME={tmp_path}", *bound)
    with httpx.Client(base_url=process.url) as client:
        assert upload(client, data={"model": "full"}).status_code == 202
        refused = upload(client, data={"model": "heavy"})
        assert (refused.status_code, refused.json()["code"]) == (422, "invalid_request")
        assert "use full" in refused.json()["detail"]
        models.chmod(0o755)  # now another can be fetched
        assert upload(client, b"other clip", data={"model": "heavy"}).status_code == 202


def test_a_service_without_any_model_says_so_at_the_upload(start: Start, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    process = start("env", f"XDG_CACHE_HOME={tmp_path / 'file'}")
    with httpx.Client(base_url=process.url) as client:
        answer = upload(client)
    assert (answer.status_code, answer.json()["code"]) == (503, "not_ready")


def test_on_windows_the_service_says_that_it_does_not_run_there() -> None:
    without_fcntl = (
        "import sys; sys.modules['fcntl'] = None; from formcheck.cli.main import main; sys.exit(main(['serve']))"
    )
    answer = subprocess.run([sys.executable, "-c", without_fcntl], capture_output=True, text=True, check=False)
    assert answer.returncode == 2
    assert answer.stderr.startswith("formcheck: the service needs Linux or macOS")


SERVE_EACH = """
import json, os, sys
from formcheck.cli.main import main
for words, variables in json.loads(sys.argv[1]):
    os.environ.update(variables)
    print(main(["serve", *words]), flush=True)
    for name in variables:
        del os.environ[name]
"""


def test_a_service_that_cannot_start_says_in_one_line_what_to_do(tmp_path: Path) -> None:
    """All in one process: each start of the service's packages takes a second or two."""
    refused = [
        (["--host", "0.0.0.0"], {}, "`formcheck keys create NAME`"),
        (["--host", "0.0.0.0"], {"FORMCHECK_AUTH": "off"}, "without API keys the service listens on this machine only"),
        (["--host", "192.0.2.1"], {"FORMCHECK_AUTH": "on"}, "can't listen on 192.0.2.1"),
        ([], {"FORMCHECK_CLIP_DAYS": "soon"}, "FORMCHECK_CLIP_DAYS"),
        ([], {"FORMCHECK_DATABASE_URL": "nonsense"}, "FORMCHECK_DATABASE_URL"),
        ([], {"FORMCHECK_DATABASE_URL": "mysql://x/y"}, "mysql:// is not supported, only postgresql+psycopg://"),
        ([], {"FORMCHECK_BLOBS_URL": "gs://x"}, "FORMCHECK_BLOBS_URL: give s3://bucket/prefix"),
        (["--port", "70000"], {}, "formcheck: --port: "),
    ]
    command = [sys.executable, "-c", SERVE_EACH, json.dumps([(words, variables) for words, variables, _ in refused])]
    run = subprocess.run(command, env=environment(tmp_path), capture_output=True, text=True, check=False, timeout=120)
    assert run.stdout.split() == ["2"] * len(refused), run.stderr
    for line, (*_, complaint) in zip(run.stderr.splitlines(), refused, strict=True):
        assert line.startswith("formcheck: ")
        assert complaint in line


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (("keys", "revoke", "nobody"), "formcheck keys list"),
        (("keys", "create"), "formcheck keys create --help"),
        (("keys", "create", "Ada", "--clips-of", "nobody"), "formcheck keys list"),
    ],
)
def test_an_invalid_request_for_a_key_says_in_one_line_what_to_do(
    formcheck: Say, words: tuple[str, ...], complaint: str
) -> None:
    code, output, errors = formcheck(*words)
    assert (code, output) == (2, "")
    (line,) = errors.splitlines()
    assert line.startswith("formcheck: ")
    assert complaint in line


def test_keys_are_made_shown_once_listed_and_revoked(start: Start, formcheck: Say) -> None:
    _, token, _ = formcheck("keys", "create", "Coach Ada", "--scope", "analyses:read")
    token = token.strip()
    prefix = token.split("_")[1]
    _, listed, _ = formcheck("keys", "list")
    assert "Coach Ada" in listed
    assert "analyses:read" in listed
    assert prefix in listed
    assert token.split("_")[2] not in listed
    process = start(AUTH="on")
    with httpx.Client(base_url=process.url, headers={"Authorization": f"Bearer {token}"}) as client:
        assert client.get("/v1/analyses").status_code == 200
        assert upload(client).status_code == 403
        assert formcheck("keys", "revoke", prefix)[0] == 0
        assert client.get("/v1/analyses").status_code == 401
    formcheck("keys", "create", "Ada's new phone", "--clips-of", prefix)
    _, listed, _ = formcheck("keys", "list")
    assert "revoked" in listed
    assert f"clips of {prefix}  Ada's new phone" in listed


def documented(document: str) -> dict[str, str]:
    """Rows of the tables in a document, by what their first cell has in code."""
    text = (ROOT / "docs" / document).read_text(encoding="utf-8")
    return dict(re.findall(r"^\| `(\w+)` \| (.*) \|$", text, flags=re.MULTILINE))


def test_every_setting_is_documented_with_its_default_and_meaning() -> None:
    unset = (None, (), PydanticUndefined)
    expected = {
        f"FORMCHECK_{name.upper()}": f"{'' if each.default in unset else f'`{each.default}`'} | {each.description}"
        for name, each in Settings.model_fields.items()
    }
    assert documented("operations.md") == expected


def test_operators_read_of_no_setting_that_is_not_there_and_of_no_other_fixed_limit_than_holds() -> None:
    text = (ROOT / "docs/operations.md").read_text(encoding="utf-8")
    assert set(re.findall(r"FORMCHECK_[A-Z_]+", text)) <= {
        f"FORMCHECK_{name.upper()}" for name in Settings.model_fields
    }
    for limit in (
        f"a request head that is unfinished after {LARGEST_HEAD_BYTES // 1024} KiB",
        f"other body above {SMALL_BODY_BYTES // 1024} KiB ({LARGEST_LOOK_BYTES // 1_000_000} MB of frames",
        f"less than {SLOWEST_TAKEN_BYTES_S} bytes per second of a response",
        f"the last {UNSENT_BYTES // 1024} KiB of a response, or sends no next request | {KEEP_ALIVE_S} s",
    ):
        assert limit in text
    rows = documented("operations.md")
    assert f"less than {SLOWEST_TAKEN_BYTES_S} bytes per second" in rows["FORMCHECK_ANSWER_IDLE_S"]


def test_every_problem_code_is_documented_with_its_status_and_advice() -> None:
    expected = {code: f"{kind.status} | {kind.title}. {kind.advice}" for code, kind in PROBLEMS.items()}
    rows = documented("api.md")
    assert {code: rows.get(code) for code in expected} == expected


def test_a_clip_beyond_the_operators_limit_is_refused(start: Start, tmp_path: Path) -> None:
    with VideoWriter(tmp_path / "long.mp4") as writer:
        for time_s in (0.0, 40.0):
            writer.write(np.zeros((64, 64, 3), np.uint8), time_s)
    process = start(MAX_DURATION_S="30")
    with httpx.Client(base_url=process.url, timeout=60) as client:
        answer = upload(client, (tmp_path / "long.mp4").read_bytes(), params={"wait": "50"})
    problem = answer.json()["problem"]
    assert (problem["code"], problem["detail"]) == (
        "clip_unreadable",
        "The clip is longer than 30 seconds; trim it to half a minute of running.",
    )


def test_a_clip_goes_all_the_way_from_upload_to_report(start: Start, short_clip: Path) -> None:
    process = start(SPARE_WORKER="true")
    with httpx.Client(base_url=process.url, timeout=120) as client:
        created = upload(client, short_clip.read_bytes(), data={"height_m": "1.78", "blur_faces": "true"})
        path = created.json()["links"]["self"]
        with client.stream("GET", f"{path}/events") as events:
            stages = re.findall(r'"progress":([\d.]+),"stage":"([^"]*)"', "".join(events.iter_text()))
        assert len(stages) > 3, "progress was reported on the way"
        assert [float(progress) for progress, _ in stages] == sorted(float(progress) for progress, _ in stages)
        analysis = client.get(path).json()
        assert (analysis["state"], analysis["problem"]) == ("succeeded", None)

        report = client.get(analysis["links"]["report"]).json()
        assert report["clip"]["sha256"] == analysis["clip"]["sha256"]
        assert report["measures"]["foot_ahead_of_hip"]["headline"]["steps"] >= 1
        picture = client.get(report["frames"][0]["links"]["image"])
        assert (picture.headers["content-type"], picture.content[:2]) == ("image/jpeg", b"\xff\xd8")
        part = client.get(analysis["links"]["overlay"], headers={"Range": "bytes=4-7"})
        assert (part.status_code, part.content) == (206, b"ftyp")
        page = client.get(analysis["links"]["report_html"]).text
        assert f'src="{analysis["links"]["overlay"]}"' in page
        assert (
            upload(client, short_clip.read_bytes(), data={"height_m": "1.78", "blur_faces": "true"}).status_code == 200
        )
        assert client.delete(path).status_code == 204
    process.stop()
