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
from formcheck.words.catalogue import ENGLISH

PYTHONS: Final = ((3, 11), (3, 13))
"""First and last minor version with wheels of MediaPipe and PyAV; pyproject.toml says the same."""

say: Final = ENGLISH.say


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at: what was found, or what is wrong and what to do about it."""

    name: str
    found: str
    problem: str = ""


def examine(model: str) -> Iterator[Check]:
    """Check after check, as they are done. ``model`` as in ``--model``: fetched, as the first analysis would."""
    yield _check(say("doctor.check.python"), _python_version, say("doctor.python"))
    yield _check(say("doctor.check.mediapipe"), partial(_library_version, "mediapipe"), say("doctor.library"))
    yield _check(say("doctor.check.opencv"), partial(_library_version, "cv2"), say("doctor.library"))
    yield _check(say("doctor.check.one_opencv"), _single_opencv, say("doctor.one_opencv"))
    yield _check(say("doctor.check.pyav"), partial(_library_version, "av"), say("doctor.reinstall"))
    yield _check(say("doctor.check.encoder"), _write_video, say("doctor.encoder"))
    yield _check(say("doctor.check.cache"), _writable_cache, say("doctor.cache"))
    yield _check(say("doctor.check.model"), partial(_run_model, model), say("doctor.model"))


def _check(name: str, look: Callable[[], str], advice: str) -> Check:
    try:
        return Check(name, look())
    except (FormcheckError, ImportError, OSError) as error:
        reason = next(iter(str(error).splitlines()), type(error).__name__)
        return Check(name, "", f"{reason}; {advice}")


def _python_version() -> str:
    version = ".".join(map(str, sys.version_info[:3]))
    if not PYTHONS[0] <= sys.version_info[:2] <= PYTHONS[1]:
        raise FormcheckError(say("doctor.python_unsupported", version=version))
    return say("doctor.python_is", version=version, path=sys.executable)


def _library_version(module: str) -> str:
    return str(importlib.import_module(module).__version__)  # by name: it is asked whether it loads, never used


def _single_opencv() -> str:
    """MediaPipe brings OpenCV; a second package of it overwrites the same files, and either may win."""
    owners = sorted(set(packages_distributions().get("cv2", ())))
    if len(owners) > 1:
        raise FormcheckError(say("doctor.two_opencv", packages=", ".join(owners)))
    return owners[0] if owners else say("doctor.opencv_none")


def _write_video() -> str:
    import numpy as np

    from formcheck.clip.writer import VideoWriter

    with tempfile.TemporaryDirectory() as folder, VideoWriter(Path(folder, "two-pictures.mp4")) as writer:
        for index in range(2):
            writer.write(np.zeros((64, 64, 3), dtype=np.uint8), index / 30)
    return say("doctor.encoder_works")


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
        raise ModelError(say("doctor.model_fails", path=found.path))
    return say("doctor.model_is", name=found.name, path=found.path)
