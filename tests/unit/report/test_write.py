"""The result's folder: complete, in place of an earlier result, and never half-written."""

import json
import os
import resource
import shutil
import tempfile
import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
from tools.phone_files.catalogue import catalogue
from tools.phone_files.source import read_source

from formcheck import analyze_video
from formcheck.clip.reader import ClipReader
from formcheck.clip.writer import VideoWriter
from formcheck.records.errors import ClipError, ClipNotFoundError, OutputError
from formcheck.records.report import Part, Report
from formcheck.records.skeleton import INDEX
from formcheck.records.track import Image
from formcheck.report.schema import report_from_json, report_to_json
from formcheck.report.write import OVERLAY_MAX_SIDE_PX, _move_into_place, check_folder, write_assessment
from sample_report import good_report, withheld_report

pytestmark = pytest.mark.slow

FRAMES = 12
NOBODY = 65534


def write_clip(path: Path, size_px: tuple[int, int] = (640, 360), frames: int = FRAMES) -> Path:
    """Fine stripes on which a hidden face shows; the frame rate is uneven, as phones have it."""
    width, height = size_px
    stripes = np.where(np.arange(width) // 4 % 2, 220, 30).astype(np.uint8)
    image = np.broadcast_to(stripes[None, :, None], (height, width, 3))
    with VideoWriter(path) as writer:
        for index in range(frames):
            writer.write(image, index / 60 + (0.01 if index % 3 else 0.0))
    return path


def short_report() -> Report:
    """The sample report with its key frames moved to the beginning of the clip, two of them in one picture."""
    report = good_report()
    early = tuple(replace(key, index=index) for key, index in zip(report.frames, (1, 3, 3, 5, 7, 11), strict=True))
    return replace(report, frames=early, clip=replace(report.clip, frame_count=FRAMES))


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    return write_clip(tmp_path / "run.mp4")


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "out"


@pytest.fixture
def nearly_full_disk() -> Iterator[None]:
    """No file may grow beyond 100 kB: the stills fit, the page with all of them does not."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, hard))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def contents(folder: Path) -> dict[str, bytes | None]:
    """Every path below a folder with its bytes: what a user would find there."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() if path.is_file() else None for path in folder.rglob("*")
    }


def pictures(path: Path) -> list[Image]:
    with ClipReader(path) as video:
        return [frame.image for frame in video]


def test_the_folder_holds_the_page_the_data_the_stills_and_the_video(clip: Path, out: Path) -> None:
    report = short_report()
    page = write_assessment(report, clip, out / "run")
    assert page == out / "run" / "report.html"
    assert set(contents(out)) == {
        "run",
        "run/report.json",
        "run/report.html",
        "run/overlay.mp4",
        "run/frames",
        *(f"run/{key.file}" for key in report.frames),
    }
    for key in report.frames:
        assert cv2.imread(str(out / "run" / key.file)) is not None, key.file


def test_the_video_with_the_drawing_is_not_taken_for_a_clip(clip: Path, out: Path) -> None:
    write_assessment(short_report(), clip, out / "run")
    with pytest.raises(ClipError, match=r"overlay\.mp4 is our own video .* use the clip it was made from"):
        analyze_video(out / "run" / "overlay.mp4", model="nowhere.task")


def test_report_json_is_the_report(clip: Path, out: Path) -> None:
    report = short_report()
    write_assessment(report, clip, out / "run", video=False)
    document = json.loads((out / "run" / "report.json").read_text(encoding="utf-8"))
    assert report_to_json(report_from_json(document)) == report_to_json(report)


def test_the_page_holds_every_still_and_finds_the_video_beside_it(clip: Path, out: Path) -> None:
    report = short_report()
    page = write_assessment(report, clip, out / "run").read_text(encoding="utf-8")
    assert page.count("data:image/jpeg;base64,") >= len(report.frames)
    assert '"./overlay.mp4"' in page


def test_the_overlay_shows_every_picture_at_the_clips_own_times(clip: Path, out: Path) -> None:
    write_assessment(short_report(), clip, out / "run")
    with ClipReader(clip) as before, ClipReader(out / "run" / "overlay.mp4") as after:
        expected_s, shown_s = [frame.time_s for frame in before], [frame.time_s for frame in after]
    assert shown_s == pytest.approx(expected_s, abs=1e-4)


def test_the_overlay_of_a_fast_clip_holds_every_other_picture_at_its_own_time(tmp_path: Path, out: Path) -> None:
    clip = tmp_path / "fast.mp4"
    with VideoWriter(clip) as writer:
        for index in range(FRAMES):
            writer.write(np.full((90, 160, 3), 20 * index, np.uint8), index / 239.8)
    report = withheld_report()
    write_assessment(replace(report, clip=replace(report.clip, mean_fps=239.8)), clip, out / "fast")
    with ClipReader(out / "fast" / "overlay.mp4") as overlay:
        shown_s = [frame.time_s for frame in overlay]
    assert shown_s == pytest.approx([index / 239.8 for index in range(0, FRAMES, 2)], abs=1e-4)


def test_a_large_clip_becomes_an_overlay_that_phones_play(tmp_path: Path, out: Path) -> None:
    large = write_clip(tmp_path / "large.mp4", size_px=(1920, 1080), frames=3)
    write_assessment(withheld_report(), large, out / "large")
    assert pictures(out / "large" / "overlay.mp4")[0].shape[1] == OVERLAY_MAX_SIDE_PX


def test_without_video_the_page_does_not_mention_it(clip: Path, out: Path) -> None:
    page = write_assessment(short_report(), clip, out / "run", video=False)
    assert not (out / "run" / "overlay.mp4").exists()
    assert "overlay.mp4" not in page.read_text(encoding="utf-8")


def test_neither_the_place_nor_the_phone_of_a_clip_is_in_the_result(tmp_path: Path, out: Path) -> None:
    clip = tmp_path / "run.mov"
    files = {file.name: file for file in catalogue(read_source(longest_side_px=192, count=64))}
    files["located.mov"].write(clip)
    secrets = (b"+52.5000+013.4000", b"Phone 99", b"com.apple.quicktime")
    assert all(secret in clip.read_bytes() for secret in secrets)
    write_assessment(short_report(), clip, out / "run")
    written = contents(out)
    assert written["run/overlay.mp4"]
    assert not [(name, secret) for name, content in written.items() for secret in secrets if secret in (content or b"")]


def test_a_blurred_face_is_nowhere_in_the_result(clip: Path, out: Path) -> None:
    report = short_report()
    assert report.evidence is not None
    x, y = (report.evidence.pose.xy_px[0, INDEX["nose"]] / 2).round().astype(int)  # the clip is half as large

    def stripes(folder: str, *, blur_faces: bool) -> float:
        write_assessment(report, clip, out / folder, blur_faces=blur_faces)
        shown = [picture[y - 6 : y + 6, x - 12 : x + 12] for picture in pictures(out / folder / "overlay.mp4")]
        return float(np.mean([face.std(axis=1).mean() for face in shown]))

    assert stripes("blurred", blur_faces=True) < 0.3 * stripes("clear", blur_faces=False)
    for key in report.frames:
        assert (out / "blurred" / key.file).read_bytes() != (out / "clear" / key.file).read_bytes()


def test_no_face_is_shown_in_a_part_left_out_without_tracking(clip: Path, out: Path) -> None:
    """Coarse all over: the head that was seen before and behind it may be anywhere."""
    report = short_report()
    edited = replace(report, clip=replace(report.clip, parts=(Part(0.0, report.clip.duration_s, "backward"),)))

    def detail(report: Report, folder: str) -> float:
        write_assessment(report, clip, out / folder, blur_faces=True)
        shown = [picture[picture.shape[0] // 2 :] for picture in pictures(out / folder / "overlay.mp4")]
        return float(np.mean([np.abs(np.diff(below.astype(float), axis=1)).mean() for below in shown]))

    assert detail(edited, "edited") < 0.7 * detail(report, "whole")


def test_a_clip_without_a_runner_has_an_answer_too(clip: Path, out: Path) -> None:
    write_assessment(withheld_report(), clip, out / "run", blur_faces=True)
    assert set(contents(out / "run")) == {"report.json", "report.html", "overlay.mp4"}


def test_a_new_answer_takes_the_place_of_the_earlier_one_and_leaves_the_users_own_files(clip: Path, out: Path) -> None:
    write_assessment(short_report(), clip, out / "run")
    (out / "run" / "notes.txt").write_text("felt heavy", encoding="utf-8")
    (out / "run" / "frames" / "mine.jpg").write_bytes(b"a picture of mine")
    write_assessment(withheld_report(), clip, out / "run", video=False)
    mine = {"run/notes.txt", "run/frames", "run/frames/mine.jpg"}
    assert set(contents(out)) == {"run", "run/report.json", "run/report.html", *mine}
    assert withheld_report().findings[0].title in (out / "run" / "report.html").read_text(encoding="utf-8")


@pytest.mark.usefixtures("nearly_full_disk")
def test_a_full_disk_is_reported_in_one_line_and_leaves_no_files(clip: Path, out: Path) -> None:
    with pytest.raises(OutputError) as error:
        write_assessment(short_report(), clip, out / "run")
    assert "can't be written" in str(error.value)
    assert "\n" not in str(error.value)
    assert contents(out) == {}


@pytest.mark.parametrize("at", ["drawing the pictures", "writing the video"])
def test_an_interrupted_write_leaves_the_earlier_result_untouched(clip: Path, out: Path, at: str) -> None:
    write_assessment(short_report(), clip, out / "run")
    before = contents(out)

    def stop(stage: str, _done: float) -> None:
        if stage == at:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_assessment(short_report(), clip, out / "run", blur_faces=True, on_progress=stop)
    assert contents(out) == before


def test_an_exchange_that_fails_half_way_puts_everything_back(tmp_path: Path) -> None:
    for name in ("draft", "run"):
        for file in ("report.json", "report.html", "overlay.mp4"):
            (tmp_path / name).mkdir(exist_ok=True)
            (tmp_path / name / file).write_text(name, encoding="utf-8")
    in_the_way = tmp_path / "replaced" / "overlay.mp4"
    in_the_way.mkdir(parents=True)
    before = contents(tmp_path)
    with pytest.raises(OSError, match="directory"):
        _move_into_place(tmp_path / "draft", tmp_path / "run", tmp_path / "replaced")
    assert contents(tmp_path) == before


def test_a_clip_that_is_gone_leaves_nothing_behind(tmp_path: Path, out: Path) -> None:
    with pytest.raises(ClipNotFoundError):
        write_assessment(withheld_report(), tmp_path / "gone.mp4", out / "gone")
    assert contents(out) == {}


def test_files_of_other_programs_are_not_replaced(clip: Path, out: Path) -> None:
    own = out / "run" / "frames" / "0001.jpg"
    own.parent.mkdir(parents=True)
    own.write_bytes(b"mine")
    with pytest.raises(OutputError, match="has a frames that formcheck didn't write; choose another output folder"):
        write_assessment(short_report(), clip, out / "run")
    assert own.read_bytes() == b"mine"


def test_a_folder_that_cannot_be_created_is_reported_before_any_work(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder", encoding="utf-8")
    with pytest.raises(OutputError, match="can't be written"):
        check_folder(tmp_path / "file" / "out" / "run")


@contextmanager
def without_rights() -> Iterator[None]:
    """As a user whom permissions bind, which they do not bind root."""
    me = os.geteuid()
    if me == 0:
        os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(me)


@pytest.fixture
def shelf() -> Iterator[Path]:
    """A folder that everybody may enter and only its owner may write in."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        shelf = Path(folder, "shelf")
        shelf.mkdir()
        yield shelf
        shelf.chmod(0o755)


def test_a_folder_in_which_nothing_may_be_made_is_found_out_before_any_work(shelf: Path) -> None:
    shelf.chmod(0o555)
    with without_rights(), pytest.raises(OutputError, match="can't be written: Permission denied"):
        check_folder(shelf / "out" / "run")


def test_an_answer_is_renewed_where_its_own_folder_alone_may_be_written(clip: Path, shelf: Path) -> None:
    """What is checked before the work is what the work needs: the folder, once it is there, and not the one above."""
    write_assessment(withheld_report(), clip, shelf / "run", video=False)
    if os.geteuid() == 0:
        for path in (shelf / "run", *(shelf / "run").iterdir()):
            os.chown(path, NOBODY, -1)
    shelf.chmod(0o555)
    readable = shelf.parent / "run.mp4"
    shutil.copy(clip, readable)
    readable.chmod(0o644)
    with without_rights():
        check_folder(shelf / "run")
        write_assessment(short_report(), readable, shelf / "run", video=False)
    assert "frames" in contents(shelf / "run")
    assert [path.name for path in shelf.iterdir()] == ["run"]
    with without_rights(), pytest.raises(OutputError, match="Permission denied"):
        check_folder(shelf / "other")


def test_finding_out_leaves_no_trace(tmp_path: Path) -> None:
    check_folder(tmp_path / "out" / "run")
    assert list(tmp_path.iterdir()) == []


def test_progress_never_runs_back_and_ends_at_one(clip: Path, out: Path) -> None:
    progress: list[float] = []
    write_assessment(short_report(), clip, out / "run", on_progress=lambda _stage, done: progress.append(done))
    assert progress == sorted(progress)
    assert progress[-1] == pytest.approx(1.0)


def test_a_clip_is_never_in_memory_as_a_whole(tmp_path: Path, out: Path) -> None:
    frames = 60
    clip = write_clip(tmp_path / "run.mp4", size_px=(1280, 720), frames=frames)
    tracemalloc.start()
    write_assessment(withheld_report(), clip, out / "run")
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 0.2 * frames * 1280 * 720 * 3
