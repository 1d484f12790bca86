"""The specification: complete, with examples that hold, true of the running service, and fit to make a client from."""

import importlib
import json
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

import formcheck_api
from formcheck_api.http.app import create_app
from formcheck_api.operations.settings import Settings
from formcheck_api.records.failures import FAILURES
from formcheck_api.records.problems import PROBLEMS
from service.server import Serve, Server

SOURCES = "\n".join(path.read_text("utf-8") for path in Path(formcheck_api.__file__).parent.rglob("*.py"))
SPECIFICATION = create_app(Settings()).openapi()
OPERATIONS = {
    operation["operationId"]: operation for path in SPECIFICATION["paths"].values() for operation in path.values()
}
CHECKS = """
[checks.positive_data_acceptance]
# A cursor that no page gave and an Idempotency-Key used before are wrong in ways that no schema can tell.
expected-statuses = ["2xx", 304, 401, 403, 404, 409, 416, 422, 429]

[[operations]]
# What a request of an upload may say stands in the headers of two protocols.
include-path-regex = "^/v1/uploads"
checks.positive_data_acceptance.expected-statuses = ["2xx", "4xx"]
"""


def test_every_code_that_is_raised_is_in_the_table_and_every_code_of_it_is_used() -> None:
    raised = set(re.findall(r'ProblemError\(\s*"(\w+)"', SOURCES))
    raised |= {"invalid_request"}  # by way of a function that lists mistakes
    assert raised == set(PROBLEMS) - set(FAILURES)


def test_every_problem_of_a_request_is_an_answer_of_some_operation() -> None:
    documented = {
        code
        for operation in OPERATIONS.values()
        for answer in operation["responses"].values()
        for code in answer.get("content", {}).get("application/problem+json", {}).get("examples", {})
    }
    assert documented == set(PROBLEMS) - set(FAILURES) - {"method_not_allowed"}  # of any


def examples() -> Iterator[tuple[str, dict[str, Any], Any]]:
    for name, operation in OPERATIONS.items():
        for status, answer in operation["responses"].items():
            for content in answer.get("content", {}).values():
                given = [each["value"] for each in content.get("examples", {}).values()]
                given += [content["example"]] if "example" in content else []
                for example in given or [None]:
                    yield f"{name} {status}", content["schema"], example


def test_every_answer_has_an_example_that_its_schema_allows() -> None:
    for where, schema, example in examples():
        if schema.get("format") == "binary":
            continue
        assert example is not None, where
        resolved = schema | {"components": SPECIFICATION["components"]}
        jsonschema_rs.validate(resolved, example)


def test_every_operation_returns_its_errors_as_problem_documents() -> None:
    for name, operation in OPERATIONS.items():
        errors = {status: answer for status, answer in operation["responses"].items() if int(status) >= 400}
        assert "500" in errors, name
        assert all(set(answer["content"]) == {"application/problem+json"} for answer in errors.values()), name


@contextmanager
def working(server: Server) -> Iterator[None]:
    """Play a worker that ends everything at once, every third analysis badly."""
    stop = threading.Event()

    def work() -> None:
        done = 0
        while not stop.wait(0.02):
            if server.service.store.count_states().get("queued"):
                analysis_id = server.begin_next()
                (server.fail if done % 3 == 2 else server.succeed)(analysis_id)
                done += 1

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


@pytest.mark.slow
def test_schemathesis_finds_no_answer_that_breaks_the_specification(serve: Serve, tmp_path: Path) -> None:
    server = serve(auth="on", rate_limit_per_min=1_000_000, max_wait_s=0.2, upload_idle_s=1)
    (tmp_path / "schemathesis.toml").write_text(CHECKS)
    command = [sys.executable, "-m", "schemathesis.cli", "run", f"{server.url}/openapi.json", "--checks=all"]
    command += [f"--header=Authorization: Bearer {server.new_key()}", "--max-examples=5", "--seed=1", "--warnings=off"]
    with working(server):
        run = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=300)
    assert run.returncode == 0, run.stdout + run.stderr


@pytest.mark.slow
def test_a_generated_client_uploads_a_clip_and_reads_its_report(
    serve: Serve, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = serve(auth="on")
    specification = tmp_path / "openapi.json"
    specification.write_text(json.dumps(SPECIFICATION))
    options = ["--meta=none", f"--output-path={tmp_path / 'generated'}", f"--path={specification}"]
    made = subprocess.run(
        [sys.executable, "-m", "openapi_python_client", "generate", *options],
        capture_output=True,
        text=True,
        check=False,
    )
    assert made.returncode == 0, made.stdout + made.stderr
    monkeypatch.syspath_prepend(tmp_path)
    generated = {
        name: importlib.import_module(f"generated.{name}")
        for name in ("client", "types", "models", "api.analyses.create_analysis", "api.reports.get_report")
    }
    client = generated["client"].AuthenticatedClient(base_url=server.url, token=server.new_key(), timeout=30)
    with client, working(server):
        clip = generated["types"].File(payload=b"clip", file_name="run.mp4")
        form = generated["models"].UploadForm(clip=clip, height_m=1.78, label="Ada")
        analysis = generated["api.analyses.create_analysis"].sync(client=client, body=form, wait=10)
        report = generated["api.reports.get_report"].sync(analysis.id, client=client)
    assert (analysis.state, analysis.label, report.schema_version) == ("succeeded", "Ada", 1)
