"""`formcheck verify` as CI meets it: real processes, real clips, exit codes, and what stands in the log."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import av
import numpy as np
import pytest

from formcheck.cli.main import main
from formcheck.cli.verify.run import find_cases
from formcheck.cli.verify.truth import read_truth
from formcheck.clip.writer import VideoWriter
from places import CLIP

CUT_S = 3.0
WAIT_S = 180.0
"""However busy the machine is."""
AT_ONCE_S = 5.0
"""Less than what is left of the clips would take, even on an idle machine."""

LITE = ("--model", "lite")
"""Where it does not matter what is measured: half the time of the model that users get."""

ALONE = "--jobs=1"
"""Each process of a run loads the pose model anew; two at once are stopped below, and run in `make verify`."""

Told = pytest.CaptureFixture[str]


def verify(*arguments: str | Path, **options: Any) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "formcheck", "verify", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False, **options)


def cut_clip(path: Path, until_s: float = CUT_S) -> Path:
    """The beginning of the rendered runner, its pictures as they are."""
    with av.open(str(CLIP)) as whole, av.open(str(path), "w") as out:
        video = whole.streams.video[0]
        copied = out.add_stream_from_template(video)
        for packet in whole.demux(video):
            if packet.pts is not None and packet.pts * video.time_base < until_s:
                packet.stream = copied
                out.mux(packet)
    return path


def write_room(path: Path, frames: int = 5) -> Path:
    """A clip of an empty room."""
    with VideoWriter(path) as writer:
        for index in range(frames):
            writer.write(np.full((180, 320, 3), 120, np.uint8), index / 30)
    return path


def write_truth(clip: Path, **keys: Any) -> Path:
    path = clip.with_suffix(".truth.json")
    path.write_text(json.dumps({"schema_version": 1, **keys}, indent=2), encoding="utf-8")
    return path


def said_by(folder: Path, captured: Told, *options: str) -> str:
    """What a run that compares nothing says; its exit code is 2 and it prints no results."""
    assert main(["verify", str(folder), *options]) == 2
    told = captured.readouterr()
    assert told.out == ""
    return told.err


def one_line(text: str) -> str:
    assert text.startswith("formcheck: ")
    assert text.count("\n") == 1
    return text


# --- nothing is compared


def test_a_folder_that_is_not_there_is_wrong_usage(capsys: Told, tmp_path: Path) -> None:
    assert str(tmp_path / "clips") in one_line(said_by(tmp_path / "clips", capsys))


def test_a_folder_without_clips_is_wrong_usage(capsys: Told, tmp_path: Path) -> None:
    assert "no clip" in one_line(said_by(tmp_path, capsys))


def test_clips_without_truth_files_are_wrong_usage_with_a_way_out(capsys: Told, tmp_path: Path) -> None:
    write_room(tmp_path / "run.mp4")
    assert "--update" in one_line(said_by(tmp_path, capsys))


def test_a_truth_without_its_clip_is_wrong_usage(capsys: Told, tmp_path: Path) -> None:
    write_truth(write_room(tmp_path / "run.mp4"))
    write_truth(tmp_path / "gone.mp4")
    assert "gone.truth.json" in one_line(said_by(tmp_path, capsys))


def test_two_clips_that_would_share_a_truth_are_wrong_usage(capsys: Told, tmp_path: Path) -> None:
    write_truth(write_room(tmp_path / "run.mp4"))
    write_room(tmp_path / "run.mov")
    said = one_line(said_by(tmp_path, capsys))
    assert "run.mp4" in said
    assert "run.mov" in said


def test_all_broken_truth_files_are_reported_at_once_with_their_keys(capsys: Told, tmp_path: Path) -> None:
    for name in ("a", "b", "c"):
        write_truth(write_room(tmp_path / f"{name}.mp4"))
    (tmp_path / "a.truth.json").write_text('{\n"schema_version": 1,\n}', encoding="utf-8")
    (tmp_path / "c.truth.json").write_text('{"schema_version": 1,\n"measure": {}}', encoding="utf-8")
    first, second = said_by(tmp_path, capsys).splitlines()
    assert "a.truth.json: line " in first
    assert "c.truth.json: measure: unknown key" in second


def test_shared_and_orphaned_truth_files_are_reported_with_the_broken_ones(capsys: Told, tmp_path: Path) -> None:
    write_truth(write_room(tmp_path / "run.mp4"))
    write_room(tmp_path / "run.mov")
    write_truth(tmp_path / "gone.mp4")
    write_truth(write_room(tmp_path / "other.mp4"), strike=[])
    said = said_by(tmp_path, capsys).splitlines()
    assert [
        next(word for word in ("would share", "clip is missing", "unknown key") if word in line) for line in said
    ] == [
        "would share",
        "clip is missing",
        "unknown key",
    ]


def test_what_only_looks_like_a_clip_is_left_alone(tmp_path: Path) -> None:
    write_room(tmp_path / "run.MP4")
    (tmp_path / "folder.mp4").mkdir()
    for name in ("._run.mp4", ".run.truth.json", "notes.txt"):
        (tmp_path / name).write_text("nothing of ours", encoding="utf-8")
    assert [case.clip.name for case in find_cases(tmp_path)] == ["run.MP4"]


def test_a_pose_model_that_is_not_there_is_wrong_usage(
    capsys: Told, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_truth(write_room(tmp_path / "run.mp4"))
    assert "largest is neither" in one_line(said_by(tmp_path, capsys, "--model", "largest"))
    monkeypatch.setenv("FORMCHECK_MODEL", "from-the-environment")
    assert "from-the-environment is neither" in one_line(said_by(tmp_path, capsys))


def test_a_result_file_that_cannot_be_written_is_reported_before_the_work(capsys: Told, tmp_path: Path) -> None:
    write_truth(write_room(tmp_path / "run.mp4"))
    (tmp_path / "file").write_text("no folder", encoding="utf-8")
    for option in ("--junit", "--json"):
        for place in (tmp_path / "file" / "answer", tmp_path):
            told = said_by(
                tmp_path, capsys, option, str(place), "--model", "largest"
            )  # the work would end at the model
            assert str(place) in one_line(told)
            assert "largest" not in told


@pytest.mark.parametrize("count", ["0", "-1", "two", "1.5"])
def test_jobs_are_a_whole_number_from_one_on(capsys: Told, tmp_path: Path, count: str) -> None:
    assert count in one_line(said_by(tmp_path, capsys, f"--jobs={count}"))


def test_update_refuses_what_is_known_and_has_nothing_to_do(capsys: Told, tmp_path: Path) -> None:
    path = write_truth(write_room(tmp_path / "run.mp4"), comment="counted by hand")
    before = path.read_bytes()
    assert str(path) in one_line(said_by(tmp_path, capsys, "--update"))
    assert path.read_bytes() == before


def test_update_with_a_file_of_results_is_wrong_usage(capsys: Told, tmp_path: Path) -> None:
    write_room(tmp_path / "run.mp4")
    assert "--junit" in one_line(said_by(tmp_path, capsys, "--update", "--junit", str(tmp_path / "out.xml")))


# --- one folder, verified once


@dataclass(frozen=True)
class Run:
    """What a run answered, and the files it left."""

    code: int
    out: str
    err: str
    junit: ET.Element
    document: dict[str, Any]

    def lines(self, *words: str) -> list[str]:
        """Lines of the log that hold all of these."""
        return [line for line in self.out.splitlines() if all(word in line for word in words)]

    def checks(self, clip: str) -> dict[str, dict[str, Any]]:
        (found,) = [one for one in self.document["clips"] if one["clip"] == clip]
        return {check["name"]: check for check in found["checks"]}


@pytest.fixture(scope="module")
def verified(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """A wrong value and a known miss, a file that is no video, a clip without truth and one without a person."""
    folder = tmp_path_factory.mktemp("clips")
    clip = cut_clip(folder / "Läuferin am Band [1]\x1b.mp4")
    truth = json.loads(CLIP.with_suffix(".truth.json").read_text(encoding="utf-8"))
    for event in ("strikes", "toe_offs"):
        truth[event] = [one for one in truth[event] if one["time_s"] < CUT_S - 0.1]
    truth["measures"] = {name: truth["measures"][name] for name in ("foot_ahead_of_hip", "cadence", "trunk_lean")}
    truth["measures"]["cadence"] |= {"value": 170.0, "tolerance": 1.0}
    truth["measures"]["trunk_lean"]["value"] = 17.0
    truth["misses"] = {"trunk_lean": "leans less than it should"}
    for too_short in ("expect", "sides"):  # three seconds are too few steps for some numbers
        truth.pop(too_short)
    write_truth(clip, **truth)
    (folder / "text.mp4").write_text("this is no video", encoding="utf-8")
    write_truth(folder / "text.mp4")
    write_room(folder / "without truth.mp4")
    write_truth(write_room(folder / "nobody.mp4", frames=30), strikes=[])
    junit, document = folder / "out" / "junit.xml", folder / "out.json"
    answer = verify(folder, ALONE, "--junit", junit, "--json", document)
    return Run(
        answer.returncode, answer.stdout, answer.stderr, ET.parse(junit).getroot(), json.loads(document.read_text())
    )


NAME = "Läuferin am Band [1]?"


@pytest.mark.slow
def test_differences_make_the_exit_code_1_and_nothing_else_is_said(verified: Run) -> None:
    assert (verified.code, verified.err) == (1, "")


@pytest.mark.slow
def test_the_rendered_runner_holds_but_for_what_was_falsified(verified: Run) -> None:
    checks = verified.checks(NAME)
    verdicts = {name: check["verdict"] for name, check in checks.items() if check["verdict"] != "ok"}
    assert verdicts == {"cadence": "differs", "trunk_lean": "known miss"}
    assert {"strikes.left", "strikes.right", "toe_offs.left", "foot_ahead_of_hip", "view"} <= set(checks)


@pytest.mark.slow
def test_a_difference_is_one_line_that_a_search_finds(verified: Run) -> None:
    (line,) = verified.lines("DIFFERS", NAME, "cadence")
    assert "170" in line


@pytest.mark.slow
def test_a_clip_that_cannot_be_read_fails_alone_and_says_why(verified: Run) -> None:
    (line,) = verified.lines("FAILED", "text")
    assert "not a video" in line
    assert verified.lines("ok", "nobody")


@pytest.mark.slow
def test_clips_without_truth_are_named_and_fail_nothing(verified: Run) -> None:
    assert verified.lines("without truth.mp4", "no")
    assert "without truth" not in {clip["clip"] for clip in verified.document["clips"]}


@pytest.mark.slow
def test_the_errors_of_both_legs_are_summed_up_apart(verified: Run) -> None:
    table = verified.out[verified.out.index("errors over all clips") :]
    rows = [line.split() for line in table.splitlines() if line.startswith("strikes")]
    assert {"near", "far"} <= {word for row in rows for word in row}


@pytest.mark.slow
def test_the_log_is_plain_text_of_a_hundred_columns(verified: Run) -> None:
    assert "\x1b" not in verified.out
    assert [line for line in verified.out.splitlines() if len(line) > 100] == []


@pytest.mark.slow
def test_junit_and_json_count_the_same_and_the_folder_is_made(verified: Run) -> None:
    assert verified.junit.get("failures") == "1"
    assert verified.junit.get("errors") == "1"
    assert verified.junit.get("skipped") == "1"
    in_json = sum(len(clip["checks"]) for clip in verified.document["clips"])
    assert int(verified.junit.get("tests") or 0) == in_json + 1  # the clip that could not be read
    assert {suite.get("name") for suite in verified.junit} == {clip["clip"] for clip in verified.document["clips"]}


@pytest.mark.slow
def test_json_says_what_is_not_known_as_null(verified: Run) -> None:
    check = verified.checks(NAME)["view"]
    assert (check["tolerance"], check["held"]) == (None, None)
    assert verified.checks(NAME)["cadence"]["tolerance"] == 1.0


# --- pins


@pytest.mark.slow
def test_what_was_recorded_holds_until_something_moves(tmp_path: Path) -> None:
    write_room(tmp_path / "nobody.mp4", frames=30)
    known = write_truth(write_room(tmp_path / "known.mp4"), kind="known", strikes=[])
    known_before = known.read_bytes()
    first = verify(tmp_path, ALONE, "--update", *LITE)
    assert first.returncode == 0, first.stderr
    assert str(known) in one_line(first.stderr)
    path = tmp_path / "nobody.truth.json"
    pinned = read_truth(path)
    assert pinned.kind == "recorded"
    assert pinned.expect.withheld
    assert known.read_bytes() == known_before
    assert verify(tmp_path, ALONE, *LITE).returncode == 0
    path.write_text(path.read_text(encoding="utf-8").replace('"unclear"', '"side"'), encoding="utf-8")
    again = verify(tmp_path, ALONE, "--update", *LITE)
    assert again.returncode == 0
    assert "view" in again.stdout  # what moved is reported before it is recorded
    assert read_truth(path).scene == pinned.scene
    assert sorted(p.name for p in tmp_path.iterdir()) == [
        "known.mp4",
        "known.truth.json",
        "nobody.mp4",
        "nobody.truth.json",
    ]


# --- what may happen on the way


def wait_for(condition: Callable[[], bool], seconds: float = WAIT_S) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it never came so far"
        time.sleep(0.02)


def workers_of(process: int) -> list[int]:
    """Processes that analyse clips for this one."""
    found = []
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = int(status.read_text(encoding="utf-8").rpartition(")")[2].split()[1])
            command = (status.parent / "cmdline").read_bytes()
        except OSError:
            continue  # ended meanwhile
        if parent == process and b"spawn_main" in command:
            found.append(int(status.parent.name))
    return found


def is_analysing(worker: int) -> bool:
    return ".task" in Path(f"/proc/{worker}/maps").read_text(encoding="utf-8")


def started(folder: Path, *options: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "formcheck", "verify", str(folder), *options]
    pipes: dict[str, Any] = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    return subprocess.Popen(command, start_new_session=True, **pipes)


needs_proc = pytest.mark.skipif(not Path("/proc/self/maps").exists(), reason="needs to see the processes at work")


@pytest.mark.slow
@needs_proc
def test_a_worker_that_is_killed_fails_its_clip_and_no_other(tmp_path: Path) -> None:
    write_truth(cut_clip(tmp_path / "first.mp4"), scene={"view": "side"})  # the largest file goes first
    write_truth(write_room(tmp_path / "second.mp4"), strikes=[])
    process = started(tmp_path, ALONE, *LITE)
    wait_for(lambda: any(map(is_analysing, workers_of(process.pid))))
    os.kill(workers_of(process.pid)[0], signal.SIGKILL)
    out, err = process.communicate(timeout=WAIT_S)
    assert (process.returncode, err) == (1, "")
    (failed,) = [line for line in out.splitlines() if line.startswith("FAILED")]
    assert "first" in failed
    assert "killed" in failed
    assert any(line.startswith("ok") and "second" in line for line in out.splitlines())


@pytest.mark.slow
@needs_proc
@pytest.mark.parametrize("when", ["starting", "analysing"])
def test_ctrl_c_ends_every_worker_at_once(tmp_path: Path, when: str) -> None:
    write_truth(cut_clip(tmp_path / "first.mp4", until_s=6.0))
    write_truth(cut_clip(tmp_path / "second.mp4", until_s=6.0))
    process = started(tmp_path, "--jobs=2", *LITE, "--junit", str(tmp_path / "junit.xml"))
    ready: Callable[[int], bool] = is_analysing if when == "analysing" else lambda _: True
    wait_for(lambda: len(workers_of(process.pid)) == 2 and all(map(ready, workers_of(process.pid))))
    workers = workers_of(process.pid)
    sent_s = time.monotonic()
    os.killpg(process.pid, signal.SIGINT)  # as a terminal does: to all of them
    out, err = process.communicate(timeout=WAIT_S)
    assert time.monotonic() - sent_s < AT_ONCE_S
    assert (process.returncode, out) == (130, "")
    assert "Interrupted" in one_line(err)
    assert not any(Path(f"/proc/{worker}/maps").exists() for worker in workers)
    assert not list(tmp_path.glob("*junit*"))
