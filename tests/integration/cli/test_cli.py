"""The command line as users and scripts meet it: real processes, real files, exit codes and single lines."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import TextIO

import av
import numpy as np
import pytest

from formcheck.cli.analyze import answer_folders
from formcheck.cli.main import main
from formcheck.clip.reader import ClipReader
from formcheck.clip.writer import VideoWriter
from formcheck.records.errors import UsageError
from formcheck.report.schema import report_from_json
from places import CLIP

LITE = ("--model", "lite")
"""Where it does not matter what is measured: half the time of the model that users get."""

HEAVY = {"av", "cv2", "mediapipe", "numpy", "rich", "scipy"}

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """A formcheck process in a folder of its own."""

    def run_formcheck(
        *arguments: str, cwd: Path = tmp_path, stdout: int | TextIO = subprocess.PIPE, **environment: str
    ) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "formcheck", *arguments]
        env = os.environ | environment
        return subprocess.run(command, cwd=cwd, stdout=stdout, stderr=subprocess.PIPE, env=env, text=True, check=False)

    return run_formcheck


def write_clip(path: Path, frames: int = 5) -> Path:
    """A clip of an empty room."""
    with VideoWriter(path) as writer:
        for index in range(frames):
            writer.write(np.full((180, 320, 3), 120, np.uint8), index / 30)
    return path


def write_sound(path: Path) -> Path:
    with av.open(str(path), "w") as out:
        stream = out.add_stream("aac", rate=8000)
        for index in range(8):
            sound = av.AudioFrame.from_ndarray(np.zeros((1, 1024), np.float32), format="fltp", layout="mono")
            sound.sample_rate, sound.pts = 8000, 1024 * index
            out.mux(stream.encode(sound))
        out.mux(stream.encode(None))
    return path


def one_line(text: str) -> str:
    assert re.fullmatch(r"formcheck: [^\n]+\n", text), text
    return text


def left_in(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*"))


# --- what can be typed


def test_help_and_mistakes_are_answered_without_loading_a_library() -> None:
    check = (
        "import sys; from formcheck.cli.main import main\n"
        "main(['analyze', 'run.mp4', '--height-m', '180'])\n"
        f"print(*sorted({HEAVY!r} & set(sys.modules)))"
    )
    answer = subprocess.run([sys.executable, "-c", check], capture_output=True, text=True, check=True)
    assert answer.stdout.split() == []


def test_the_version_is_printed(run: Run) -> None:
    answer = run("--version")
    assert (answer.returncode, answer.stderr) == (0, "")
    assert re.fullmatch(r"formcheck \d+\.\d+\.\d+(\.dev\d+(\+\S+)?)?\n", answer.stdout)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ("", "COMMAND"),
        ("analyse run.mp4", "invalid choice: 'analyse'"),
        ("analyze", "CLIP"),
        ("analyze run.mp4 --heigth-m 1.8", "unrecognized arguments: --heigth-m"),
        ("analyze run.mp4 --height-m 180", "metres, e.g. 1.80"),
        ("analyze run.mp4 --height-m 1,80", "metres, e.g. 1.80"),
        ("analyze run.mp4 --height-m nan", "metres, e.g. 1.80"),
        ("analyze run.mp4 --speed-kmh -11", "km/h, e.g. 11.5"),
        ("analyze run.mp4 --speed-kmh 0", "km/h, e.g. 11.5"),
        ("analyze run.mp4 --incline-pct 100", "percent, e.g. 1.5"),
        ("analyze run.mp4 --capture-fps 0", "frames per second, e.g. 240"),
        ("models pull huge", "invalid choice: 'huge'"),
    ],
)
def test_wrong_usage_is_one_line_and_exit_code_2(capsys: pytest.CaptureFixture[str], arguments: str, said: str) -> None:
    assert main(arguments.split()) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert said in one_line(captured.err)


def test_two_clips_of_one_name_are_refused_before_any_work_and_both_are_named(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / "old").mkdir()
    first, second = write_clip(tmp_path / "run.mp4"), write_clip(tmp_path / "old" / "Run.mov")
    assert main(["analyze", str(first), str(second), "-o", str(tmp_path / "out")]) == 2
    said = one_line(capsys.readouterr().err)
    assert str(first) in said
    assert str(second) in said
    assert not (tmp_path / "out").exists()


def test_a_clip_given_twice_is_answered_once(tmp_path: Path) -> None:
    clip = write_clip(tmp_path / "run.mp4")
    (tmp_path / "link").symlink_to(tmp_path)
    twice = [clip, tmp_path / "link" / "run.mp4"]
    assert answer_folders(twice, Path("out")) == {clip: Path("out/run")}


@pytest.mark.parametrize("name", ["..mp4", "...mp4", ".", ".."])
def test_no_name_makes_the_output_folder_itself_or_the_one_above_an_answer(name: str) -> None:
    (folder,) = answer_folders([Path(name)], Path("out")).values()
    assert folder.parent == Path("out")
    assert folder.name.strip(".")


def test_different_clips_get_different_folders() -> None:
    clips = [Path("a/run.mp4"), Path("a/run 2.mp4"), Path("-run.mp4"), Path("läuft.mp4")]
    assert [folder.name for folder in answer_folders(clips, Path("out")).values()] == ["run", "run 2", "-run", "läuft"]
    with pytest.raises(UsageError, match="both"):
        answer_folders([*clips, Path("b/run.mp4")], Path("out"))


@pytest.mark.parametrize("place", ["file/out", "file"])
def test_an_output_folder_that_cannot_be_created_is_wrong_usage(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, place: str
) -> None:
    (tmp_path / "file").write_text("no folder", encoding="utf-8")
    clip = write_clip(tmp_path / "run.mp4")
    assert main(["analyze", str(clip), "-o", str(tmp_path / place)]) == 2
    assert "can't be written: Not a directory" in one_line(capsys.readouterr().err)


def test_a_model_that_is_not_there_is_wrong_usage(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    clip = write_clip(tmp_path / "run.mp4")
    assert main(["analyze", str(clip), "-o", str(tmp_path / "out"), "--model", "largest"]) == 2
    assert "largest is neither a pose model nor a file; use lite, full, heavy" in one_line(capsys.readouterr().err)
    monkeypatch.setenv("FORMCHECK_MODEL", "from-the-environment")
    assert main(["analyze", str(clip), "-o", str(tmp_path / "out")]) == 2
    assert "from-the-environment is neither" in one_line(capsys.readouterr().err)
    assert not (tmp_path / "out").exists()


# --- clips that can't be read


def unreadable_clips(folder: Path) -> Iterator[tuple[str, Path, str]]:
    """Name of the case, the clip, and what is said of it."""
    (folder / "empty.mp4").touch()
    (folder / "text.mp4").write_text("this is no video\n" * 100, encoding="utf-8")
    (folder / "folder.mp4").mkdir()
    (folder / "round.mp4").symlink_to("about.mp4")
    (folder / "about.mp4").symlink_to("round.mp4")
    whole = write_clip(folder / "whole.mp4", frames=60).read_bytes()
    type_box, picture_data = whole[: whole.index(b"moov") - 4], whole[whole.index(b"mdat") - 4 :]
    (folder / "unfinished.mp4").write_bytes(type_box + picture_data)
    yield "missing", folder / "missing.mp4", "doesn't exist"
    yield "empty", folder / "empty.mp4", "empty"
    yield "text", folder / "text.mp4", "not a video"
    yield "folder", folder / "folder.mp4", "folder"
    yield "links in a circle", folder / "round.mp4", "can't be read"
    yield "inside a file", folder / "text.mp4" / "clip.mp4", "doesn't exist"
    yield "sound only", write_sound(folder / "sound.mp4"), "no moving picture"
    yield "without its index", folder / "unfinished.mp4", "cut off or damaged"


def test_a_clip_that_cannot_be_read_is_one_line_and_exit_code_3(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    for case, clip, said in unreadable_clips(tmp_path):
        assert main(["analyze", str(clip), "-o", str(tmp_path / "out")]) == 3, case
        captured = capsys.readouterr()
        assert said in one_line(captured.err), case
        assert captured.out == "", case
    assert not (tmp_path / "out").exists()


def test_links_in_a_circle_do_not_cost_the_other_clips_their_answer(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    clips = [str(clip) for case, clip, _ in unreadable_clips(tmp_path) if case in ("links in a circle", "empty")]
    assert main(["analyze", *clips, "-o", str(tmp_path / "out")]) == 3
    assert "2 of 2 clips couldn't be read" in capsys.readouterr().err


def test_a_name_that_would_break_the_line_or_the_terminal_does_not(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    clip = tmp_path / "two\nlines \x1b[31mred.mp4"
    clip.write_text("this is no video", encoding="utf-8")
    assert main(["analyze", str(clip)]) == 3
    assert "\x1b" not in one_line(capsys.readouterr().err)


# --- models and output


def test_models_lists_each_model_and_where_it_is(run: Run, tmp_path: Path) -> None:
    answer = run("models", XDG_CACHE_HOME=str(tmp_path), HOME=str(tmp_path))
    assert [line.split()[0] for line in answer.stdout.splitlines()] == ["lite", "full", "heavy"]
    assert "formcheck models pull heavy" in answer.stdout


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_a_full_output_is_reported_in_one_line(run: Run) -> None:
    with Path("/dev/full").open("w") as full:
        answer = run("models", stdout=full)
    assert "No space left" in one_line(answer.stderr)
    assert answer.returncode == 2


@pytest.mark.parametrize(("argument", "code"), [("models", 141), ("--help", 0)])
def test_a_reader_that_has_seen_enough_is_no_error(run: Run, argument: str, code: int) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    answer = run(argument, stdout=writer)
    os.close(writer)
    assert (answer.returncode, answer.stderr) == (code, "")


# --- doctor


@pytest.mark.slow
def test_doctor_says_what_is_missing_and_that_the_rest_is_there(run: Run, tmp_path: Path) -> None:
    """A model that is nowhere, and a second package that overwrites OpenCV's files."""
    other = tmp_path / "packages" / "opencv_python-4.0.0.dist-info"
    other.mkdir(parents=True)
    (other / "METADATA").write_text("Metadata-Version: 2.1\nName: opencv-python\nVersion: 4.0.0\n", encoding="utf-8")
    (other / "top_level.txt").write_text("cv2\n", encoding="utf-8")
    answer = run("doctor", FORMCHECK_MODEL="nowhere.task", PYTHONPATH=str(other.parent))
    verdicts = {line[8:24].strip(): line for line in answer.stdout.splitlines()[:-1]}
    missing = {name for name, line in verdicts.items() if line.startswith("MISSING")}
    assert missing == {"One OpenCV", "Pose model"}
    assert "opencv-contrib-python, opencv-python" in verdicts["One OpenCV"]
    assert "nowhere.task" in verdicts["Pose model"]
    assert (answer.returncode, answer.stderr) == (2, "")


@pytest.mark.slow
def test_doctor_finds_this_installation_ready(run: Run) -> None:
    answer = run("doctor")
    assert answer.stdout.endswith("formcheck is ready.\n"), answer.stdout
    assert (answer.returncode, answer.stderr) == (0, "")


# --- whole analyses


@pytest.fixture(scope="module")
def clips(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with clips a user may come with; the runner is there for a second and a half."""
    folder = tmp_path_factory.mktemp("my clips")
    with ClipReader(CLIP) as clip, VideoWriter(folder / "Läuferin am Band.mp4") as writer:
        for frame in clip:
            if frame.index < 90:
                writer.write(frame.image, frame.time_s)
    whole = (folder / "Läuferin am Band.mp4").read_bytes()
    (folder / "cut.mp4").write_bytes(whole[: len(whole) // 2])
    (folder / "text.mp4").write_text("this is no video", encoding="utf-8")
    write_clip(folder / "five frames.mp4")
    write_clip(folder / "-nobody.mp4", frames=30)
    return folder


def report_of(folder: Path) -> dict[str, object]:
    document: dict[str, object] = json.loads((folder / "report.json").read_text(encoding="utf-8"))
    report_from_json(document)
    return document


@pytest.mark.slow
def test_many_clips_are_answered_and_the_unreadable_one_is_named(run: Run, clips: Path, tmp_path: Path) -> None:
    names = ["Läuferin am Band.mp4", "cut.mp4", "text.mp4", "five frames.mp4", "-nobody.mp4"]
    answer = run("analyze", "-o", str(tmp_path / "out"), *LITE, "--", *names, cwd=clips)
    assert answer.returncode == 3
    assert re.fullmatch(r"formcheck: text.mp4 .*\nformcheck: 1 of 5 clips .*: text.mp4\n", answer.stderr)
    out = tmp_path / "out"
    assert sorted(path.name for path in out.iterdir()) == ["-nobody", "Läuferin am Band", "cut", "five frames"]
    for folder in out.iterdir():
        assert {"report.json", "report.html", "overlay.mp4"} <= {path.name for path in folder.iterdir()}
        assert f"Report: {folder / 'report.html'}\n" in answer.stdout
    assert "ends early" in json.dumps(report_of(out / "cut")["quality"])
    for short in ("five frames", "-nobody"):
        quality = report_of(out / short)["quality"]
        assert isinstance(quality, dict)
        assert quality["grade"] == "poor"
    assert left_in(out / "Läuferin am Band" / "frames")


@pytest.mark.slow
def test_scripts_get_json_alone_on_standard_output_and_a_code_for_withheld_numbers(
    run: Run, clips: Path, tmp_path: Path
) -> None:
    both = [str(clips / "five frames.mp4"), str(clips / "-nobody.mp4")]
    options = ["-o", str(tmp_path / "out"), "--json", "--strict", "--no-video", *LITE]
    answer = run("analyze", *both, *options)
    assert (answer.returncode, answer.stderr) == (4, "")
    printed = [json.loads(line) for line in answer.stdout.splitlines()]
    assert printed == [report_of(tmp_path / "out" / name) for name in ("five frames", "-nobody")]
    assert not list(tmp_path.rglob("overlay.mp4"))


@pytest.mark.slow
def test_the_same_clip_again_replaces_its_answer(run: Run, clips: Path, tmp_path: Path) -> None:
    clip = str(clips / "five frames.mp4")
    first = run("analyze", clip, clip, "-o", "out", *LITE)
    assert (first.returncode, first.stdout.count("Report:")) == (0, 1)
    before = left_in(tmp_path / "out")
    again = run("analyze", clip, "-o", "out", *LITE)
    assert (again.returncode, again.stderr) == (0, "")
    assert left_in(tmp_path / "out") == before


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/maps").exists(), reason="needs to see when the pose model is loaded")
@pytest.mark.parametrize(
    ("sent", "code", "when"),
    [(signal.SIGINT, 130, "analysing"), (signal.SIGINT, 130, "writing"), (signal.SIGTERM, 143, "writing")],
)
def test_a_stopped_analysis_leaves_the_earlier_answer_and_nothing_half_written(
    clips: Path, tmp_path: Path, sent: signal.Signals, code: int, when: str
) -> None:
    earlier = tmp_path / "out" / "Läuferin am Band" / "report.json"
    earlier.parent.mkdir(parents=True)
    earlier.write_text("earlier", encoding="utf-8")
    words = ["analyze", str(clips / "Läuferin am Band.mp4"), "-o", str(tmp_path / "out"), *LITE]
    command = [sys.executable, "-m", "formcheck", *words]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True)
    if when == "writing":
        walked = partial(os.walk, tmp_path / "out")  # which is not put out by folders that come and go
        wait_for(lambda: any(files for folder, _, files in walked() if folder.endswith("draft/frames")))
    else:
        wait_for(lambda: ".task" in Path(f"/proc/{process.pid}/maps").read_text(encoding="utf-8"))  # the model is in
    process.send_signal(sent)
    _, said = process.communicate(timeout=60)
    assert process.returncode == code, said
    assert left_in(tmp_path / "out") == ["Läuferin am Band", "Läuferin am Band/report.json"]
    assert earlier.read_text(encoding="utf-8") == "earlier"
    if sent == signal.SIGINT:
        assert "Interrupted" in one_line(said)


def wait_for(condition: Callable[[], bool], seconds: float = 120.0) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it never came so far"
        time.sleep(0.02)


@pytest.mark.slow
def test_a_full_disk_is_one_line_and_leaves_nothing_half_written(clips: Path, tmp_path: Path) -> None:
    clip, out = clips / "Läuferin am Band.mp4", tmp_path / "out"
    limited = 'ulimit -f 100; exec "$@"'  # blocks of 1 kB: no file may grow beyond 100 kB
    words = ["analyze", str(clip), "-o", str(out), *LITE]
    command = ["bash", "-c", limited, "bash", sys.executable, "-m", "formcheck", *words]
    answer = subprocess.run(command, capture_output=True, text=True, check=False)
    assert answer.returncode == 2
    assert "File too large" in one_line(answer.stderr)
    assert left_in(out) == []
