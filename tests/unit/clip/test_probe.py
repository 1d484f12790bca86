"""What a clip declares; what is no video is refused in one line that says why."""

from pathlib import Path

import av
import numpy as np
import pytest

from formcheck.clip.reader import probe, sha256_of
from formcheck.records.errors import ClipNotFoundError, NotAVideoError
from small_clips import VARIABLE_RATE_S, read_times_s, remux, write_clip


def test_a_probe_says_what_the_clip_declares(tmp_path: Path) -> None:
    path = write_clip(tmp_path / "clip.mp4", [index / 30 for index in range(30)])
    clip = probe(path)
    assert (clip.name, clip.width_px, clip.height_px, clip.expected_frames) == ("clip.mp4", 96, 64, 30)
    assert clip.duration_s == pytest.approx(1.0, abs=1e-3)
    assert clip.fps == pytest.approx(30, abs=0.01)
    assert clip.capture_fps is None
    assert probe(remux(path, tmp_path / "android.mp4")).capture_fps == 240.0


def test_a_tag_that_is_not_utf_8_does_not_keep_a_clip_from_being_read(tmp_path: Path) -> None:
    path = remux(write_clip(tmp_path / "clip.mp4", [0.0, 0.1]), tmp_path / "tagged.mp4")
    path.write_bytes(path.read_bytes().replace(b"240.0", b"24\xfc.0"))
    assert probe(path).capture_fps is None
    assert len(read_times_s(path)) == 2


def one_line(error: pytest.ExceptionInfo[Exception]) -> str:
    text = str(error.value)
    assert "\n" not in text
    return text


def test_a_missing_clip_is_reported_by_name(tmp_path: Path) -> None:
    with pytest.raises(ClipNotFoundError) as error:
        probe(tmp_path / "nowhere.mp4")
    assert "nowhere.mp4 doesn't exist" in one_line(error)
    with pytest.raises(ClipNotFoundError):
        sha256_of(tmp_path / "nowhere.mp4")


def test_an_empty_file_is_no_video(tmp_path: Path) -> None:
    path = tmp_path / "empty.mp4"
    path.touch()
    with pytest.raises(NotAVideoError) as error:
        probe(path)
    assert "empty.mp4 is empty (0 bytes); copy it" in one_line(error)


def test_a_folder_is_no_video(tmp_path: Path) -> None:
    with pytest.raises(NotAVideoError) as error:
        probe(tmp_path)
    assert "is a folder; name the clip inside it" in one_line(error)


@pytest.mark.parametrize("text", ["buy milk\n" * 50, "#EXTM3U\n#EXTINF:4,\nclip.mp4\n#EXT-X-ENDLIST\n"])
def test_text_renamed_to_mp4_is_no_video_and_a_playlist_opens_nothing_else(tmp_path: Path, text: str) -> None:
    write_clip(tmp_path / "clip.mp4", [0.0, 0.1])
    path = tmp_path / "notes.mp4"
    path.write_text(text)
    with pytest.raises(NotAVideoError) as error:
        probe(path)
    assert "notes.mp4 is not a video we can read; export it from your phone as MP4" in one_line(error)


def test_a_file_without_its_index_is_distinguished_from_one_that_is_not_a_video(tmp_path: Path) -> None:
    index_last = remux(write_clip(tmp_path / "clip.mp4", VARIABLE_RATE_S), tmp_path / "phone.mp4").read_bytes()
    path = tmp_path / "cut.mp4"
    path.write_bytes(index_last[: index_last.find(b"moov") - 100])
    with pytest.raises(NotAVideoError) as error:
        probe(path)
    assert "cut.mp4 is cut off or damaged" in one_line(error)


@pytest.mark.parametrize("brand", [b"msf1", b"heim", b"hevc"])
def test_a_sequence_of_pictures_that_is_not_read_is_not_called_cut_off(tmp_path: Path, brand: bytes) -> None:
    path = tmp_path / "burst.heics"
    path.write_bytes(bytes([0, 0, 0, 16]) + b"ftyp" + brand + bytes(4) + bytes([0, 0, 0, 8]) + b"free")
    with pytest.raises(NotAVideoError) as error:
        probe(path)
    assert "burst.heics is not a video we can read; export it" in one_line(error)


def test_sound_alone_is_no_video(tmp_path: Path) -> None:
    path = tmp_path / "voice.m4a"
    with av.open(str(path), "w", format="mp4") as out:
        stream = out.add_stream("aac", rate=44_100, layout="mono")
        sound = av.AudioFrame.from_ndarray(np.zeros((1, 1024), np.float32), format="fltp", layout="mono")
        sound.sample_rate = 44_100
        out.mux([*stream.encode(sound), *stream.encode(None)])
    with pytest.raises(NotAVideoError) as error:
        probe(path)
    assert "voice.m4a has no moving picture" in one_line(error)


def test_a_name_that_ffmpeg_would_take_for_instructions_is_only_a_name(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    write_clip(tmp_path / "concat:a|b.mp4", [0.0, 0.1])
    assert probe("concat:a|b.mp4").width_px == 96
