"""Bundles are made of what the registries hold, and are told apart by their weights."""

import io
import zipfile

import pytest

from formcheck.records.errors import ModelError
from formcheck.vision.weights.bundle import DETECTOR, LANDMARKS, make_bundle, weights_sha256, without_mask
from formcheck.vision.weights.models import find_model
from masked_model import networks_of, with_mask


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


def test_the_digest_is_of_the_weights_that_remain_without_the_mask(lite: bytes) -> None:
    assert weights_sha256(with_mask(lite)) == weights_sha256(lite)


def test_other_weights_have_another_digest(lite: bytes) -> None:
    detector, landmarks = networks_of(lite)
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
