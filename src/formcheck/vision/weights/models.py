"""Where the pose model comes from: your own file, the cache, Google's published bundle, the package registries.

Whatever the source, a model called lite, full or heavy is used only when it is byte for byte the bundle that we make
of the registries' files, or holds exactly the same weights. The second test is there for Google's own bundle, whose
digest has not been verified, nor whether its weights are the registries'. If they are not, it is rejected and the
registries are tried.

Every model loses its segmentation mask on the way into the cache (`bundle.without_mask`), your own file too; that
file itself is not touched. What identifies a model is the weights that remain.
"""

import contextlib
import hashlib
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import platformdirs

from formcheck.clip.whole_file import whole_file
from formcheck.records.errors import ModelError
from formcheck.records.options import MODEL_NAMES
from formcheck.vision.weights.sources import PUBLISHED_URL, OnProgress, published_name, sources
from formcheck.words.catalogue import ENGLISH

say: Final = ENGLISH.say


@dataclass(frozen=True, slots=True)
class Model:
    """A model file that is ready for use, and the SHA-256 of its weights.

    ``name`` is lite, full or heavy where the weights are theirs, else the file's own with its ending. The digest is
    that of `bundle.weights_sha256`: the same with and without the mask, however the file was packed.
    """

    name: str
    path: Path
    sha256: str


@dataclass(frozen=True, slots=True)
class _Pin:
    """SHA-256 of the bundle that we make, without the mask, and of its weights alone (`bundle.weights_sha256`)."""

    bundle: str
    weights: str


_PINS: Final = {
    "lite": _Pin(
        bundle="0d594ae2ac73eaabbbd14b392e1b583d97381ae752446a57c1fb3c9765ffb6cc",
        weights="a68ac622e1eb7da1198aa7cce54bc9cf0a8bb63da589e36264ec7839a71bbe42",
    ),
    "full": _Pin(
        bundle="fc51e68367d9ea3b7ffc4af94585af648ba4b39d91308e886b696df66a74f57c",
        weights="f7651ca6b8eac1e079dcb528f451e043849ad5534936647308d609012ab99023",
    ),
    "heavy": _Pin(
        bundle="569906decffbf893810d315d658166b0fe0c25777109acebc944645251b536b1",
        weights="35490d4b5a121c378815b39f9b9c7c30f517bbc6a3902a151162095a4c312867",
    ),
}


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
    folder = cache or default_cache()
    if not name_or_path:
        raise ModelError(say("error.model.unnamed", names=", ".join(MODEL_NAMES)))
    if name_or_path not in _PINS:
        return _without_mask(_own(Path(name_or_path)), folder)
    name, tell = name_or_path, on_progress or _silent
    tried: list[str] = []
    try:
        return _without_mask(_cached(name, folder), folder)
    except ModelError as error:
        tried.append(say("error.model.tried", source=say("error.model.cache"), why=error))
    for label, fetch in sources(name, published_url):
        tell(label, 0.0)
        try:
            model = _fetched(name, fetch(tell), folder)
        except ModelError as error:
            tried.append(say("error.model.tried", source=label, why=error))
        else:
            tell(label, 1.0)
            return model
    raise ModelError(say("error.model.nowhere", name=name, tried="; ".join(tried), file=published_name(name)))


def list_models(cache: Path | None = None) -> tuple[Model, ...]:
    """The models in the cache that are whole, in the order of `MODEL_NAMES`."""
    folder = cache or default_cache()
    found = []
    for name in MODEL_NAMES:
        with contextlib.suppress(ModelError):
            found.append(_cached(name, folder).model)
    return tuple(found)


def available_models(cache: Path | None = None) -> tuple[str, ...]:
    """The names an analysis can use: those in the cache, or all where it can be written, since others are fetched."""
    folder = cache or default_cache()
    if _is_writable(folder):
        return MODEL_NAMES
    return tuple(name for name in MODEL_NAMES if any(os.access(place, os.R_OK) for place in _places(name, folder)))


def _is_writable(folder: Path) -> bool:
    """Whether files can be added to a folder, or to the one in which it would be made."""
    nearest = next(place for place in (folder, *folder.parents) if os.access(place, os.F_OK))
    as_now = os.access in os.supports_effective_ids
    return nearest.is_dir() and os.access(nearest, os.W_OK | os.X_OK, effective_ids=as_now)


def _silent(_stage: str, _done_frac: float) -> None:
    """The progress callback of a caller that gave none."""


# --- the caller's own file, and the cache


@dataclass(frozen=True, slots=True)
class _Read:
    """A model and the bytes of its file, which another process may replace meanwhile."""

    model: Model
    data: bytes


def _own(path: Path) -> _Read:
    names = ", ".join(MODEL_NAMES)
    try:
        data = path.read_bytes()
    except FileNotFoundError as error:
        raise ModelError(say("error.model.no_such", name=path, names=names)) from error
    except OSError as error:
        raise ModelError(say("error.model.unreadable", path=path, why=error.strerror, names=names)) from error
    try:
        weights = _weights_sha256(data)
    except ModelError as error:
        raise ModelError(say("error.model.unusable", path=path, problem=error, names=names)) from error
    own = path.name if path.suffix else f"{path.name}.task"  # never the name of a model whose weights it has not
    name = next((name for name, pin in _PINS.items() if pin.weights == weights), own)
    return _Read(Model(name, path, weights), data)


def _cached(name: str, folder: Path) -> _Read:
    """What the cache holds of a known model, with the mask or without."""
    weights = _PINS[name].weights
    places = _places(name, folder)
    for place in places:
        with contextlib.suppress(ModelError):
            return _checked(name, place, weights)
    return _checked(name, places[0], weights)  # once more: another process may just have put it there


def _checked(name: str, path: Path, weights: str) -> _Read:
    """The file, if it holds these weights."""
    try:
        data = path.read_bytes()
    except FileNotFoundError as error:
        raise ModelError(say("error.model.not_cached")) from error
    except OSError as error:
        raise ModelError(say("error.model.cache_unreadable", why=error.strerror)) from error
    _check(data, weights)
    return _Read(Model(name, path, weights), data)


def _check(data: bytes, weights: str) -> None:
    if _weights_sha256(data) != weights:
        raise ModelError(say("error.model.other_weights"))


def _weights_sha256(data: bytes) -> str:
    digest = hashlib.sha256(data).hexdigest()
    for pin in _PINS.values():
        if pin.bundle == digest:
            return pin.weights
    from formcheck.vision.weights.bundle import weights_sha256  # noqa: PLC0415  # loads MediaPipe, which our own bundles do not need

    return weights_sha256(data)


def _place(name: str, weights: str, folder: Path) -> Path:
    """Named by the weights, so that versions of formcheck that differ about them share a cache in peace."""
    return folder / f"{name.removesuffix('.task')}-{weights[:12]}.task"


def _places(name: str, folder: Path) -> tuple[Path, Path]:
    """Where the cache keeps a known model: its place without the mask, and where formcheck 0.1 put it with its mask."""
    return _place(name, _PINS[name].weights, folder), folder / published_name(name)


def _without_mask(read: _Read, folder: Path) -> Model:
    """The model without its mask, out of the cache; unchanged if it has none, or if the cache can't be written."""
    model = read.model
    place = _place(model.name, model.sha256, folder)
    if model.path == place:
        return model
    from formcheck.vision.weights.bundle import without_mask  # noqa: PLC0415  # loads MediaPipe, needed once per machine

    bundle = without_mask(read.data)
    if bundle == read.data:
        return model
    with contextlib.suppress(ModelError):
        return _checked(model.name, place, model.sha256).model
    try:
        return _stored(model.name, bundle, model.sha256, folder)
    except ModelError:
        return model  # the mask costs time, nothing else


def _fetched(name: str, data: bytes, folder: Path) -> Model:
    """The model in a source's bytes, kept without its mask."""
    from formcheck.vision.weights.bundle import without_mask  # noqa: PLC0415  # loads MediaPipe, needed once per machine

    bundle, weights = without_mask(data), _PINS[name].weights
    _check(bundle, weights)
    return _stored(name, bundle, weights, folder)


def _stored(name: str, bundle: bytes, weights: str, folder: Path) -> Model:
    """Keep a bundle in the cache."""
    place = _place(name, weights, folder)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with whole_file(place) as draft:
            draft.write_bytes(bundle)
    except OSError as error:
        raise ModelError(say("error.model.not_stored", folder=folder, why=error.strerror)) from error
    return Model(name, place, weights)
