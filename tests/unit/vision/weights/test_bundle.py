"""Bundles are made of what the registries hold, and are told apart by their weights."""

import io
import zipfile
from pathlib import Path

import pytest

from formcheck.cli.exits import WRONG_USAGE
from formcheck.cli.main import main
from formcheck.records.errors import ModelError
from formcheck.vision.weights.bundle import DETECTOR, LANDMARKS, make_bundle, weights_sha256, without_mask
from formcheck.vision.weights.models import find_model
from masked_model import networks_of, with_mask
from places import CLIP


@pytest.fixture(scope="module")
def lite() -> bytes:
    return find_model("lite").path.read_bytes()


def test_a_bundle_of_a_bundles_networks_is_the_same_bytes(lite: bytes) -> None:
    assert make_bundle(*networks_of(lite)) == lite


def test_networks_lie_aligned_in_the_file_so_that_mediapipe_need_not_copy_them(lite: bytes) -> None:
    assert [lite.index(network) % 16 for network in networks_of(lite)] == [0, 0]


def test_the_operators_tensors_and_weights_of_the_mask_are_cut_and_nothing_else(lite: bytes) -> None:
    masked = with_mask(lite)
    assert b"mask weights" in masked
    assert without_mask(masked) == lite


def test_a_bundle_without_a_mask_or_with_an_unknown_one_stays_as_it_is(lite: bytes) -> None:
    other = with_mask(lite, shape=(1, 128, 128, 1))
    assert without_mask(other) == other
    assert without_mask(lite) == lite


@pytest.mark.slow
def test_the_digest_is_of_the_weights_that_remain_without_the_mask(lite: bytes) -> None:
    assert weights_sha256(with_mask(lite)) == weights_sha256(lite)


def test_other_weights_have_another_digest(lite: bytes) -> None:
    detector, landmarks = networks_of(lite)
    middle = len(landmarks) // 2
    altered = landmarks[:middle] + bytes([landmarks[middle] ^ 1]) + landmarks[middle + 1 :]
    assert weights_sha256(make_bundle(detector, altered)) != weights_sha256(lite)


@pytest.mark.parametrize("junk", [b"", b"pose", bytes(1000)])
def test_what_is_no_bundle_is_said_to_be_none(junk: bytes) -> None:
    with pytest.raises(ModelError, match="not a pose model: it holds no person detector and landmark network"):
        weights_sha256(junk)


def test_a_zip_of_broken_networks_is_damaged() -> None:
    with pytest.raises(ModelError, match="damaged"):
        weights_sha256(zipped({DETECTOR: b"\xff" * 100, LANDMARKS: b""}))


def zipped(files: dict[str, bytes]) -> bytes:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as bundle:
        for name, data in files.items():
            bundle.writestr(name, data)
    return archive.getvalue()


def spoiled(kind: str) -> bytes:
    """The cached full model as it comes out of a slip or a broken download."""
    bundle = find_model("full").path.read_bytes()
    detector, landmarks = networks_of(bundle)
    return {
        "exchanged": lambda: zipped({DETECTOR: landmarks, LANDMARKS: detector}),
        "one network twice": lambda: zipped({DETECTOR: landmarks, LANDMARKS: landmarks}),
        "landmark network cut off": lambda: zipped({DETECTOR: detector, LANDMARKS: landmarks[: len(landmarks) // 2]}),
        "detector cut off": lambda: zipped({DETECTOR: detector[:-100], LANDMARKS: landmarks}),
        "no networks": lambda: zipped({"readme.txt": b"pose"}),
        "download cut off": lambda: bundle[: len(bundle) // 2],
        "text": lambda: b"pose\n" * 100,
    }[kind]()


@pytest.mark.parametrize(
    ("kind", "problem"),
    [
        ("exchanged", "not a pose model: its two networks are exchanged"),
        ("one network twice", "not a pose model: its two networks are exchanged"),
        ("landmark network cut off", "damaged"),
        ("detector cut off", "damaged"),
        ("no networks", "not a pose model: it holds no"),
        ("download cut off", "damaged or cut off"),
        ("text", "not a pose model: it holds no"),
    ],
)
def test_a_file_that_is_no_pose_model_is_refused_in_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], kind: str, problem: str
) -> None:
    own = tmp_path / "own.task"
    own.write_bytes(spoiled(kind))
    assert main(["analyze", str(CLIP), "-o", str(tmp_path / "out"), "--model", str(own)]) == WRONG_USAGE
    complaint = capsys.readouterr().err
    assert complaint.startswith(f"formcheck: {own} is {problem}")
    assert complaint.endswith("; use lite, full, heavy, or another .task file\n")
    assert complaint.count("\n") == 1
