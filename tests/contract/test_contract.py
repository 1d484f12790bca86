"""What scripts outside this repository rely on: report.json, the command line, exit codes, the HTTP interface.

A change here is a change for users: it belongs into CHANGELOG.md. To record it, look at the difference, then run
``RECORD_CONTRACT=1 python -m pytest tests/contract``.
"""

import argparse
import json
import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema_rs
import numpy as np
import pytest

from formcheck.cli.exits import CLIP_UNREADABLE, DIFFERENT, DONE, INTERNAL_ERROR, STOPPED, WITHHELD, WRONG_USAGE
from formcheck.cli.main import _parser
from formcheck.judge.assess import analyze_track
from formcheck.judge.comparison.compare import compare
from formcheck.judge.comparison.session.combine import combine
from formcheck.records.report import Report
from formcheck.records.skeleton import Side
from formcheck.records.track import PoseTrack
from formcheck.report.schema import (
    comparison_json_schema,
    comparison_to_json,
    report_json_schema,
    report_to_json,
    session_json_schema,
    session_to_json,
)
from formcheck_api.http.app import create_app
from formcheck_api.operations.settings import Settings
from places import ROOT
from sample_report import good_report, withheld_report
from stick_runner import Camera, Runner, film

HERE = Path(__file__).parent
PUBLISHED_SCHEMA = ROOT / "docs" / "report.schema.json"
COMPARISON_SCHEMA = ROOT / "docs" / "comparison.schema.json"
SESSION_SCHEMA = ROOT / "docs" / "session.schema.json"
IS_RECORDING = bool(os.environ.get("RECORD_CONTRACT"))


def holds(recorded: Path, now: str) -> None:
    """Compare with the recorded text, or record it."""
    if IS_RECORDING:
        recorded.write_text(now, encoding="utf-8")
    assert now == recorded.read_text(encoding="utf-8")


def measured_report() -> Report:
    return analyze_track(film(Runner(), Camera(), 6.0), model="full", height_m=1.78)


def empty_report() -> Report:
    unseen = np.full((60, 33, 2), np.nan)
    return analyze_track(PoseTrack(np.arange(60) / 30, unseen, np.zeros((60, 33)), 1280, 720))


@pytest.mark.parametrize("report_of", [good_report, withheld_report, measured_report, empty_report])
def test_a_report_is_what_the_schema_says(report_of: Callable[[], Report]) -> None:
    document = json.loads(json.dumps(report_to_json(report_of()), allow_nan=False))
    faults = [f"{'.'.join(map(str, fault.instance_path))}: {fault.message}" for fault in _faults(document)]
    assert faults == []


def test_the_schema_refuses_a_withheld_number_that_is_there_all_the_same() -> None:
    document = json.loads(json.dumps(report_to_json(withheld_report())))
    document["measures"]["trunk_lean"]["headline"]["value"] = 6.0
    assert _faults(document)


def test_the_published_schema_is_that_of_the_records() -> None:
    holds(PUBLISHED_SCHEMA, json.dumps(report_json_schema(), indent=1, ensure_ascii=False) + "\n")


@pytest.mark.parametrize("other", [good_report, withheld_report, measured_report])
def test_a_comparison_is_what_its_schema_says(other: Callable[[], Report]) -> None:
    document = json.loads(json.dumps(comparison_to_json(compare(good_report(), other())), allow_nan=False))
    jsonschema_rs.Draft202012Validator(comparison_json_schema(), validate_formats=True).validate(document)


def test_the_published_schema_of_a_comparison_is_that_of_its_records() -> None:
    holds(COMPARISON_SCHEMA, json.dumps(comparison_json_schema(), indent=1, ensure_ascii=False) + "\n")


@pytest.mark.parametrize("other", [good_report, withheld_report, measured_report])
def test_a_session_is_what_its_schema_says(other: Callable[[], Report]) -> None:
    right = other()
    right = replace(right, scene=replace(right.scene, near_side=Side.RIGHT))
    document = json.loads(json.dumps(session_to_json(combine([good_report(), right])), allow_nan=False))
    jsonschema_rs.Draft202012Validator(session_json_schema(), validate_formats=True).validate(document)


def test_the_published_schema_of_a_session_is_that_of_its_records() -> None:
    holds(SESSION_SCHEMA, json.dumps(session_json_schema(), indent=1, ensure_ascii=False) + "\n")


def _faults(document: Any) -> list[jsonschema_rs.ValidationError]:
    return list(jsonschema_rs.Draft202012Validator(report_json_schema(), validate_formats=True).iter_errors(document))


def commands_within(parser: argparse.ArgumentParser) -> Iterator[argparse.ArgumentParser]:
    """What can be called, the service's commands included: the parser itself, then those of its commands."""
    yield parser
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for command in action.choices.values():
                yield from commands_within(command)


@pytest.mark.skipif(sys.version_info >= (3, 13), reason="argparse lays help out differently from Python 3.13 on")
def test_each_command_can_be_called_as_before(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.delenv("FORMCHECK_MODEL", raising=False)
    helped = [f"$ {command.prog} --help\n{command.format_help()}" for command in commands_within(_parser())]
    holds(HERE / "commands.txt", "\n".join(helped))


def test_exit_codes_mean_what_they_did() -> None:
    codes = (DONE, DIFFERENT, WRONG_USAGE, CLIP_UNREADABLE, WITHHELD, INTERNAL_ERROR, STOPPED)
    assert codes == (0, 1, 2, 3, 4, 70, 130)


def test_the_http_interface_is_as_before(tmp_path: Path) -> None:
    document = create_app(Settings(data_dir=tmp_path)).openapi()
    document["info"]["version"] = "of formcheck"
    holds(HERE / "openapi.json", json.dumps(document, indent=1, sort_keys=True, ensure_ascii=False) + "\n")
