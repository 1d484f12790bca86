"""``formcheck analyze --session``: one run filmed from both sides, from clips or from reports that are there."""

import json
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from formcheck import Report, analyze_track
from formcheck.clip.writer import VideoWriter
from formcheck.records.skeleton import Side
from formcheck.report.schema import write_report_json
from stick_runner import Camera, Runner, film

pytestmark = pytest.mark.slow

Analyze = Callable[..., subprocess.CompletedProcess[str]]

JPEG = b"\xff\xd8\xff\xe0 a picture \xff\xd9"
LOPSIDED = Runner(reach={Side.LEFT: 0.32, Side.RIGHT: 0.18})
FROM = {Side.LEFT: Camera(azimuth_deg=180), Side.RIGHT: Camera()}


@pytest.fixture
def analyze(tmp_path: Path) -> Analyze:
    def run(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "formcheck", "analyze", *map(str, arguments)]
        return subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)

    return run


def seen_from(side: Side) -> Report:
    report = analyze_track(film(LOPSIDED, FROM[side], 8.0), model="full", speed_kmh=10.0)
    return replace(report, clip=replace(report.clip, name=f"{side}.mp4"))


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Report folders of a runner whose left foot reaches further, from both sides."""
    root = tmp_path_factory.mktemp("reports")
    for side in Side:
        report = seen_from(side)
        (root / side / "frames").mkdir(parents=True)
        write_report_json(root / side / "report.json", report)
        for frame in report.frames:
            (root / side / frame.file).write_bytes(JPEG)
    return root


def test_reports_of_both_sides_make_a_session_in_a_few_lines(analyze: Analyze, folders: Path, tmp_path: Path) -> None:
    answer = analyze(folders / "left", folders / "right" / "report.json", "--session", "-o", "out", "--strict")
    assert (answer.returncode, answer.stderr) == (0, "")
    lines = answer.stdout.splitlines()
    assert re.match(r"Your left foot lands further ahead of the hip than your right foot: \d+\s% of leg more", lines[0])
    numbers = re.match(r"  Foot ahead of hip +left ([\d.]+)\s% of leg .*, right ([\d.]+)\s% of leg", lines[1])
    assert numbers
    assert [round(float(number)) for number in numbers.groups()] == pytest.approx([32, 18], abs=2)
    assert len(lines) <= 8
    assert lines[-1].endswith("session.html")
    document = json.loads((tmp_path / "out" / "session.json").read_text(encoding="utf-8"))
    assert [clip["near_side"] for clip in document["clips"]] == ["left", "right"]
    assert document["apart"][0]["verdict"] == "differ"
    assert [finding["code"] for finding in document["findings"]] == ["reach_sides_differ"]


def test_the_page_shows_both_near_strikes_and_asks_for_nothing_else(
    analyze: Analyze, folders: Path, tmp_path: Path
) -> None:
    analyze(folders / "left", folders / "right", "--session", "-o", "out")
    page = (tmp_path / "out" / "session.html").read_text(encoding="utf-8")
    assert page.count("data:image/jpeg;base64,") == 3, "the worse foot's on the first screen as well"
    assert page.index("From the left") < page.index("From the right")
    assert "The sides differ by" in page
    assert "http" not in re.sub(r'xmlns="[^"]+"', "", page).replace('http-equiv="Content', "")


def test_json_alone_goes_to_standard_output(analyze: Analyze, folders: Path, tmp_path: Path) -> None:
    answer = analyze(folders / "left", folders / "right", "--session", "--json", "-o", "out")
    written = json.loads((tmp_path / "out" / "session.json").read_text(encoding="utf-8"))
    assert json.loads(answer.stdout) == written


def write_room(path: Path) -> None:
    with VideoWriter(path) as writer:
        for index in range(5):
            writer.write(np.full((180, 320, 3), 120, np.uint8), index / 30)


def test_clips_keep_their_own_folders_beside_the_session(analyze: Analyze, folders: Path, tmp_path: Path) -> None:
    write_room(tmp_path / "room.mp4")
    line = ("room.mp4", folders / "right", "--session", "--model", "lite", "--no-video", "-o", "out")
    answer = analyze(*line, "--strict")
    assert answer.returncode == 4, answer.stderr
    assert "Your left and right foot" not in answer.stdout
    assert "Note: room.mp4 gave no main numbers." in answer.stdout
    assert {path.name for path in (tmp_path / "out").iterdir()} == {"room", "session.json", "session.html"}


def test_a_clip_that_cannot_be_read_leaves_no_session(analyze: Analyze, folders: Path, tmp_path: Path) -> None:
    (tmp_path / "left.mp4").write_bytes(b"no video")
    answer = analyze("left.mp4", folders / "right", "--session", "-o", "out")
    assert answer.returncode == 3
    assert answer.stderr.splitlines()[-1] == "formcheck: no session was written: one of its clips is missing"
    assert not (tmp_path / "out" / "session.json").exists()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("left",), "a session takes two or three reports"),
        (("left", "left/report.json", "right", "nowhere.mp4"), "a session takes two or three reports"),
        (("left", "nowhere.json"), "nowhere.json can't be read: No such file or directory"),
    ],
)
def test_what_is_no_session_is_one_line_before_any_work(
    analyze: Analyze, folders: Path, arguments: tuple[str, ...], said: str
) -> None:
    places = [folders / each if (folders / each).exists() else each for each in arguments]
    answer = analyze(*places, "--session")
    assert answer.returncode == 2
    assert answer.stderr.count("\n") == 1
    assert said in answer.stderr
