"""Is this installation whole? Each check tries the real thing: a library is loaded, a video written, a pose looked for.

Everything but the standard library is imported inside the check that needs it, so that a broken installation can
still be examined.
"""

# ruff: noqa: PLC0415  # see above: whatever is missing must be missed by its own check only

import importlib
import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import Final

from formcheck.records.errors import FormcheckError, ModelError

PYTHONS: Final = ((3, 11), (3, 13))
"""First and last minor version with wheels of MediaPipe and PyAV; pyproject.toml says the same."""

REINSTALL: Final = "install formcheck again in a fresh environment"
SYSTEM_LIBRARIES: Final = "on Linux it may lack a system library: libegl1, libgles2, libgl1, libglib2.0-0 or libxcb1"


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at: what was found, or what is wrong and what to do about it."""

    name: str
    found: str
    problem: str = ""


def examine(model: str) -> Iterator[Check]:
    """Check after check, as they are done. ``model`` as in ``--model``: fetched, as the first analysis would."""
    yield _check("Python", _python_version, "run formcheck with Python 3.11, 3.12 or 3.13")
    yield _check("MediaPipe", partial(_library_version, "mediapipe"), f"{REINSTALL}; {SYSTEM_LIBRARIES}")
    yield _check("OpenCV", partial(_library_version, "cv2"), f"{REINSTALL}; {SYSTEM_LIBRARIES}")
    yield _check("One OpenCV", _single_opencv, "uninstall all of them, then install opencv-contrib-python again")
    yield _check("PyAV", partial(_library_version, "av"), REINSTALL)
    yield _check("H.264 encoder", _write_video, "install av from its published wheel, which has libx264 inside")
    yield _check("Model cache", _writable_cache, "make that folder writable")
    yield _check("Pose model", partial(_run_model, model), "formcheck cannot analyse clips without it")


def _check(name: str, look: Callable[[], str], advice: str) -> Check:
    try:
        return Check(name, look())
    except (FormcheckError, ImportError, OSError) as error:
        reason = next(iter(str(error).splitlines()), type(error).__name__)
        return Check(name, "", f"{reason}; {advice}")


def _python_version() -> str:
    version = ".".join(map(str, sys.version_info[:3]))
    if not PYTHONS[0] <= sys.version_info[:2] <= PYTHONS[1]:
        raise FormcheckError(f"Python {version} is not supported")
    return f"{version} at {sys.executable}"


def _library_version(module: str) -> str:
    return str(importlib.import_module(module).__version__)  # by name: it is asked whether it loads, never used


def _single_opencv() -> str:
    """MediaPipe brings OpenCV; a second package of it overwrites the same files, and either may win."""
    owners = sorted(set(packages_distributions().get("cv2", ())))
    if len(owners) > 1:
        raise FormcheckError(f"cv2 comes from {' and '.join(owners)}, which overwrite each other")
    return owners[0] if owners else "no second package"


def _write_video() -> str:
    import numpy as np

    from formcheck.clip.writer import VideoWriter

    with tempfile.TemporaryDirectory() as folder, VideoWriter(Path(folder, "two-pictures.mp4")) as writer:
        for index in range(2):
            writer.write(np.zeros((64, 64, 3), dtype=np.uint8), index / 30)
    return "libx264 works"


def _writable_cache() -> str:
    from formcheck.vision.weights.models import default_cache

    cache = default_cache()
    nearest = next(place for place in (cache, *cache.parents) if place.exists())
    with tempfile.TemporaryDirectory(dir=nearest):
        return os.fspath(cache)


def _run_model(model: str) -> str:
    import numpy as np

    from formcheck.records.track import Frame
    from formcheck.vision.landmarker import find_landmarks
    from formcheck.vision.weights.models import find_model

    found = find_model(model)
    blank = Frame(0, 0.0, np.zeros((256, 256, 3), dtype=np.uint8))
    track = find_landmarks(lambda _: [blank], model_path=found.path, width_px=256, height_px=256).track
    if len(track) != 1:
        raise ModelError(f"{found.path} loads but does not run")
    return f"{found.name} at {found.path}"
