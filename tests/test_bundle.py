"""Bundles are made of what the registries hold, and are told apart by their weights."""

import io
import zipfile

import pytest

from formcheck.records.errors import ModelError
from formcheck.vision.weights.bundle import DETECTOR, LANDMARKS, make_bundle, weights_sha256
from formcheck.vision.weights.models import find_model


@pytest.fixture(scope="module")
def lite() -> bytes:
    return find_model("lite").path.read_bytes()


def networks(bundle: bytes) -> tuple[bytes, bytes]:
    with zipfile.ZipFile(io.BytesIO(bundle)) as archive:
        return archive.read(DETECTOR), archive.read(LANDMARKS)


def test_a_bundle_of_a_bundles_networks_is_the_same_bytes(lite: bytes) -> None:
    assert make_bundle(*networks(lite)) == lite


def test_networks_lie_aligned_in_the_file_so_that_mediapipe_need_not_copy_them(lite: bytes) -> None:
    assert [lite.index(network) % 16 for network in networks(lite)] == [0, 0]


def test_other_weights_have_another_digest(lite: bytes) -> None:
    detector, landmarks = networks(lite)
    middle = len(landmarks) // 2
    altered = landmarks[:middle] + bytes([landmarks[middle] ^ 1]) + landmarks[middle + 1 :]
    assert weights_sha256(make_bundle(detector, altered)) != weights_sha256(lite)


@pytest.mark.parametrize("junk", [b"", b"PK\x03\x04", bytes(1000)])
def test_what_is_no_bundle_is_said_to_be_none(junk: bytes) -> None:
    with pytest.raises(ModelError, match="not a pose landmarker bundle"):
        weights_sha256(junk)


def test_a_zip_of_broken_networks_is_no_bundle(lite: bytes) -> None:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as bundle:
        bundle.writestr(DETECTOR, b"\xff" * 100)
        bundle.writestr(LANDMARKS, b"")
    with pytest.raises(ModelError, match="not a pose landmarker bundle"):
        weights_sha256(archive.getvalue())
