"""Files of the service: whole or not there, under their keys and nowhere else, gone when deleted."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from formcheck_api.storage.address import open_blobs
from formcheck_api.storage.blobs import (
    BlobMissingError,
    Blobs,
    LocalBlobs,
    new_artefact_prefix,
    new_clip_key,
)
from service.s3 import BUCKET, environment, faulty_line, s3_server

PREFIX = "artefacts/an_1/run"


@pytest.fixture(scope="module")
def s3() -> Iterator[str]:
    with s3_server() as (address, _), faulty_line(address) as line:
        yield line


@pytest.fixture(params=["file", "memory", "s3"])
def blobs(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Blobs:
    """Empty blobs, once of each kind."""
    if request.param != "s3":
        return open_blobs(f"{(tmp_path / 'blobs').as_uri()}" if request.param == "file" else "memory:///")
    for name, value in environment(request.getfixturevalue("s3")).items():
        monkeypatch.setenv(name, value)
    return open_blobs(f"s3://{BUCKET}/{new_artefact_prefix('a')}")


@pytest.fixture
def put(blobs: Blobs, tmp_path: Path):
    def put(key: str, data: bytes) -> None:
        path = tmp_path / "incoming"
        path.write_bytes(data)
        blobs.put_file(key, path)
        assert not path.exists(), "the file was to be taken"

    return put


def read(blobs: Blobs, key: str, start: int = 0, end: int | None = None) -> bytes:
    return b"".join(blobs.open(key, start, end))


def test_what_is_put_can_be_read_fetched_and_measured(blobs: Blobs, put, tmp_path: Path) -> None:
    data = bytes(range(256)) * 4000  # several pieces
    put("clips/one", data)
    blobs.fetch("clips/one", tmp_path / "fetched")
    assert read(blobs, "clips/one") == (tmp_path / "fetched").read_bytes() == data
    assert blobs.size("clips/one") == len(data)
    assert blobs.exists("clips/one")


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [(0, 4, b"0123"), (3, 5, b"34"), (8, None, b"89"), (8, 99, b"89"), (10, None, b""), (5, 5, b""), (99, 100, b"")],
)
def test_a_part_can_be_read(blobs: Blobs, put, start: int, end: int | None, expected: bytes) -> None:
    put("clips/one", b"0123456789")
    assert read(blobs, "clips/one", start, end) == expected


def test_what_is_written_as_it_comes_is_there_when_all_has_come_and_not_at_all_where_that_fails(blobs: Blobs) -> None:
    piece = bytes(range(256)) * 10_000
    with blobs.writing("clips/one") as out:
        for _ in range(5):
            out.write(piece)
        assert not blobs.exists("clips/one")
    assert read(blobs, "clips/one") == piece * 5

    def break_off() -> None:
        with blobs.writing("clips/two") as out:
            for _ in range(5):
                out.write(piece)
            raise ValueError("broken off")

    with pytest.raises(ValueError, match="broken off"):
        break_off()
    assert [blob.key for blob in blobs.list("clips")] == ["clips/one"]


def test_only_blobs_in_s3_have_an_address_and_it_needs_no_key(blobs: Blobs, put, request) -> None:
    put("artefacts/a/b/overlay.mp4", b"video")
    link = blobs.link("artefacts/a/b/overlay.mp4", 60)
    assert (link is not None) == ("s3" in request.node.name.partition("[")[2])
    if link is not None:
        answer = httpx.get(link, headers={"Range": "bytes=1-2"})
        assert answer.is_success
        assert answer.content == b"id"
        assert httpx.get(link.replace("overlay", "report")).status_code == 403


def test_an_empty_file_is_a_blob(blobs: Blobs, put) -> None:
    put("clips/empty", b"")
    assert blobs.exists("clips/empty")
    assert read(blobs, "clips/empty") == b""


def test_a_missing_blob_is_reported_before_the_first_byte(blobs: Blobs, tmp_path: Path) -> None:
    with pytest.raises(BlobMissingError):
        blobs.open("clips/none")
    with pytest.raises(BlobMissingError):
        blobs.size("clips/none")
    with pytest.raises(BlobMissingError):
        blobs.fetch("clips/none", tmp_path / "fetched")
    assert not blobs.exists("clips/none")
    assert not (tmp_path / "fetched").exists()


def test_deleting_removes_one_and_a_prefix_all_below_it_and_nothing_beside(blobs: Blobs, put) -> None:
    for key in ("clips/one", f"{PREFIX}/report.json", f"{PREFIX}/frames/left.jpg", "artefacts/an_10/run/report.json"):
        put(key, b"x")
    blobs.delete("clips/one")
    blobs.delete("clips/one")  # a second time is no error
    blobs.delete_prefix("artefacts/an_1")
    blobs.delete_prefix("artefacts/an_1")
    assert [blob.key for blob in blobs.list("clips")] == []
    assert [blob.key for blob in blobs.list("artefacts")] == ["artefacts/an_10/run/report.json"]


def test_a_listing_has_keys_and_sizes(blobs: Blobs, put) -> None:
    put(f"{PREFIX}/frames/left.jpg", b"123")
    put(f"{PREFIX}/report.json", b"1")
    assert {blob.key: blob.bytes for blob in blobs.list(PREFIX)} == {
        f"{PREFIX}/frames/left.jpg": 3,
        f"{PREFIX}/report.json": 1,
    }


@pytest.mark.parametrize(
    "key", ["", "/etc/passwd", "../secret", "clips/../../secret", "clips//x", "clips/.hidden", "clips/x\n", "a\\b", "ä"]
)
def test_no_key_leads_out_of_the_blobs(blobs: Blobs, tmp_path: Path, key: str) -> None:
    (tmp_path / "secret").write_text("secret")
    own = tmp_path / "own"
    own.write_text("own")
    for call in (
        blobs.open,
        blobs.size,
        blobs.exists,
        blobs.delete,
        blobs.delete_prefix,
        lambda key: [*blobs.list(key)],
    ):
        with pytest.raises(ValueError, match="no key"):
            call(key)
    with pytest.raises(ValueError, match="no key"):
        blobs.put_file(key, own)
    with pytest.raises(ValueError, match="no key"), blobs.writing(key):
        pass
    assert own.exists()
    assert (tmp_path / "secret").read_text() == "secret"


def test_keys_of_ours_are_keys_and_no_two_are_alike(blobs: Blobs, put) -> None:
    keys = {new_clip_key(), new_clip_key(), f"{new_artefact_prefix('an_x')}/a", f"{new_artefact_prefix('an_x')}/a"}
    assert len(keys) == 4
    for key in keys:
        put(key, b"x")


def test_a_blob_being_read_can_be_deleted_meanwhile(tmp_path: Path) -> None:
    blobs = LocalBlobs(tmp_path / "blobs")
    (tmp_path / "incoming").write_bytes(b"x" * 1_000_000)
    blobs.put_file("clips/one", tmp_path / "incoming")
    pieces = blobs.open("clips/one")
    blobs.delete("clips/one")
    assert sum(map(len, pieces)) == 1_000_000


def test_a_file_that_could_not_be_stored_is_still_there_to_be_stored_later(tmp_path: Path) -> None:
    (tmp_path / "incoming").write_text("x")
    (tmp_path / "blobs" / "clips" / "one" / "in the way").mkdir(parents=True)
    blobs = LocalBlobs(tmp_path / "blobs")
    with pytest.raises(OSError, match="directory"):
        blobs.put_file("clips/one", tmp_path / "incoming")
    assert (tmp_path / "incoming").read_text() == "x"
    assert [path.name for path in (tmp_path / "blobs" / "clips").iterdir()] == ["one"]


def test_an_address_of_no_kind_we_know_is_refused() -> None:
    with pytest.raises(ValueError, match="give file:///folder or s3://"):
        open_blobs("ftp://somewhere/else")


def test_other_users_of_the_machine_cannot_read_the_blobs(tmp_path: Path) -> None:
    (tmp_path / "incoming").touch()
    LocalBlobs(tmp_path / "blobs").put_file("clips/one", tmp_path / "incoming")
    assert (tmp_path / "blobs").stat().st_mode & 0o077 == 0
