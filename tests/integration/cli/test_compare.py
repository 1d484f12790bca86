"""``formcheck compare`` as a coach meets it: report folders, files and clips, a few lines, JSON and a page."""

import json
import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest

from formcheck import Report, analyze_track
from formcheck.cli.main import main
from formcheck.clip.writer import VideoWriter
from formcheck.records.skeleton import Side
from formcheck.report.schema import write_report_json
from stick_runner import Camera, Runner, film


@dataclass(frozen=True)
class Answer:
    returncode: int
    stdout: str
    stderr: str


Compare = Callable[..., Answer]

JPEG = b"\xff\xd8\xff\xe0 a picture \xff\xd9"


@pytest.fixture
def compare(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Compare:
    """The command in a folder of its own."""
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str | Path) -> Answer:
        return Answer(main(["compare", *map(str, arguments)]), *capsys.readouterr())

    return run


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Report folders of one runner in March and in April, who by then lands closer."""
    root = tmp_path_factory.mktemp("reports")
    for name, reach in (("march", 0.32), ("april", 0.22)):
        write_folder(root / name, of_runner(reach, name))
    return root


def of_runner(reach: float, name: str) -> Report:
    runner = Runner(reach=dict.fromkeys(Side, reach))
    report = analyze_track(film(runner, Camera(), 8.0), model="full", speed_kmh=10.0)
    return replace(report, clip=replace(report.clip, name=f"{name}.mp4"))


def write_folder(folder: Path, report: Report) -> None:
    (folder / "frames").mkdir(parents=True)
    write_report_json(folder / "report.json", report)
    for frame in report.frames:
        (folder / frame.file).write_bytes(JPEG)


def test_two_report_folders_are_compared_in_a_few_lines(compare: Compare, folders: Path) -> None:
    answer = compare(folders / "march", folders / "april")
    assert (answer.returncode, answer.stderr) == (0, "")
    lines = answer.stdout.splitlines()
    assert re.fullmatch(r"Your foot probably lands closer: \d+\s% of leg less\.", lines[0])
    assert [line.split("  ")[1] for line in lines[1:4]] == ["Foot ahead of hip, right", "Trunk lean", "Cadence"]


@pytest.mark.slow
def test_a_report_file_is_as_good_as_its_folder(compare: Compare, folders: Path) -> None:
    answer = compare(folders / "march" / "report.json", folders / "march")
    assert answer.returncode == 0
    assert answer.stdout.startswith("No change found in landing or lean.\n")


@pytest.mark.slow
def test_several_reports_a_side_show_smaller_changes(compare: Compare, folders: Path) -> None:
    def width(*arguments: str | Path) -> float:
        answer = compare(*arguments, "--json", "-")
        assert answer.returncode == 0, answer.stderr
        found = json.loads(answer.stdout)["differences"][0]["interval95"]
        return float(found[1] - found[0])

    march, april = folders / "march", folders / "april"
    assert width("--before", march, march, "--after", april, april) == pytest.approx(
        width(march, april) / np.sqrt(2),
        abs=2e-4,  # rounded in the document
    )


@pytest.mark.slow
def test_a_sessions_folder_stands_for_its_clips(compare: Compare, folders: Path, tmp_path: Path) -> None:
    write_session(folders, tmp_path / "runs")
    of_session = compare(tmp_path / "runs", folders / "april", "--json", "-")
    of_clip = compare(folders / "march", folders / "april", "--json", "-")
    assert of_session.returncode == 0, of_session.stderr
    assert json.loads(of_session.stdout)["differences"] == json.loads(of_clip.stdout)["differences"]
    assert compare(tmp_path / "runs/session.json", folders / "april", "--json", "-").stdout == of_session.stdout


def write_session(folders: Path, folder: Path) -> None:
    shutil.copytree(folders / "march", folder / "march")
    march = json.loads((folder / "march/report.json").read_text())
    (folder / "session.json").write_text(json.dumps({"clips": [{"sha256": march["clip"]["sha256"]}]}))


def test_json_alone_goes_to_standard_output_and_into_a_file(compare: Compare, folders: Path, tmp_path: Path) -> None:
    answer = compare(folders / "march", folders / "april", "--json", "-")
    document = json.loads(answer.stdout)
    assert document["schema_version"] == 1
    assert document["differences"][0]["verdict"] == "changed"
    compare(folders / "march", folders / "april", "--json", "found.json")
    assert json.loads((tmp_path / "found.json").read_text()) == document


@pytest.mark.slow
def test_the_page_shows_both_strikes_and_asks_for_nothing_else(compare: Compare, folders: Path, tmp_path: Path) -> None:
    answer = compare(folders / "march", folders / "april", "--html", "found.html")
    assert answer.stdout.endswith("Report: found.html\n")
    page = (tmp_path / "found.html").read_text(encoding="utf-8")
    assert page.count("data:image/jpeg;base64,") == 2
    assert "march.mp4" in page
    assert page.count('<path d="M') >= 6  # three charts of two curves
    assert "http" not in re.sub(r'xmlns="[^"]+"', "", page).replace('http-equiv="Content', "")
    assert "Foot ahead of hip" in page


@pytest.mark.slow
@pytest.mark.parametrize(("option", "name"), [("--json", "march/report.json"), ("--html", "clip.mp4")])
def test_neither_a_report_nor_a_clip_is_overwritten(compare: Compare, folders: Path, option: str, name: str) -> None:
    (folders / "clip.mp4").write_bytes(b"a clip")
    before = (folders / name).read_bytes()
    answer = compare(folders / "march", folders / "april", option, folders / name)
    assert answer.returncode == 2
    assert "give a new file whose name ends in" in answer.stderr
    assert (folders / name).read_bytes() == before


@pytest.mark.slow
def test_clips_are_analyzed_first(compare: Compare, tmp_path: Path) -> None:
    with VideoWriter(tmp_path / "room.mp4") as writer:
        for index in range(5):
            writer.write(np.full((180, 320, 3), 120, np.uint8), index / 30)
    answer = compare("room.mp4", "room.mp4", "--model", "lite", "--html", "found.html", "--strict")
    assert answer.returncode == 4, answer.stderr
    assert answer.stdout.startswith("These clips can't say whether anything changed.")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("march",), "give two clips or reports, or --before with some and --after with others"),
        (("march", "--after", "april"), "give two clips or reports, or --before with some and --after with others"),
        (("march", "empty"), "empty holds no report.json. Name the folder of one clip's report."),
        (("march", "nowhere/report.json"), "nowhere/report.json can't be read: No such file or directory"),
        (("march", "edited"), "edited/session.json is not a formcheck report"),
        (("march", "text.json"), "text.json is not a formcheck report"),
    ],
)
def test_what_cannot_be_compared_is_one_line_that_says_what_to_do(
    compare: Compare, folders: Path, tmp_path: Path, arguments: tuple[str, ...], said: str
) -> None:
    (tmp_path / "text.json").write_text("[]")
    (tmp_path / "empty").mkdir()
    (tmp_path / "edited").mkdir()
    (tmp_path / "edited/session.json").write_text("[]")
    places = [folders / each if each in ("march", "april") else each for each in arguments]
    answer = compare(*places)
    assert answer.returncode == 2
    assert answer.stderr.count("\n") == 1
    assert said in answer.stderr
