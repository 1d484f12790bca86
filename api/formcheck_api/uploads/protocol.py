"""What requests of resumable uploads say: tus 1.0 and the IETF's draft, told apart by their headers.

tus: https://tus.io/protocols/resumable-upload. IETF: draft-ietf-httpbis-resumable-upload, interop version 8, without
its interim responses (104), which this server can't send.
"""

import base64
import binascii
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from python_multipart.multipart import parse_options_header

from formcheck_api.records.problems import ProblemError

TUS_VERSION: Final = "1.0.0"
TUS_EXTENSIONS: Final = "creation,creation-with-upload,creation-defer-length,checksum,termination,expiration"
TUS_TYPE: Final = "application/offset+octet-stream"
IETF_TYPE: Final = "application/partial-upload"
TUS_CHECKSUMS: Final = ("sha1", "sha256", "md5")
"""tus's names, which are hashlib's, too."""
_DIGESTS: Final = MappingProxyType({"sha-256": "sha256", "sha-512": "sha512"})
"""The IETF's names (RFC 9530)."""

_NUMBER: Final = re.compile(r"\d{1,15}", re.ASCII)
_FLAGS: Final = MappingProxyType({"?1": True, "?0": False})
_DIGEST: Final = re.compile(r"([a-z0-9-]+)=:([A-Za-z0-9+/=]*):", re.ASCII)


@dataclass(frozen=True, slots=True)
class Checksum:
    """What the bytes of one request hash to; ``name`` is hashlib's."""

    name: str
    digest: bytes


@dataclass(frozen=True, slots=True)
class Told:
    """What the headers of one request say; None for what they leave out. ``is_last`` is the IETF's Upload-Complete."""

    is_tus: bool
    offset: int | None
    length: int | None
    is_deferred: bool
    is_last: bool | None
    checksum: Checksum | None
    body_bytes: int | None


def told(headers: Mapping[str, str]) -> Told:
    """A request's headers, read. Raises ProblemError 400, 412."""
    is_tus = "tus-resumable" in headers
    if is_tus and headers["tus-resumable"] != TUS_VERSION:
        raise ProblemError("tus_version", version=TUS_VERSION, headers={"Tus-Version": TUS_VERSION})
    body_bytes = headers.get("content-length")
    return Told(
        is_tus,
        _number(headers, "upload-offset"),
        _number(headers, "upload-length"),
        headers.get("upload-defer-length") == "1",
        None if is_tus else _FLAGS.get(headers.get("upload-complete", "")),
        _tus_checksum(headers) if is_tus else _digest(headers),
        int(body_bytes) if body_bytes is not None else None,  # the server has checked that it is a number
    )


def told_fields(headers: Mapping[str, str]) -> tuple[str, dict[str, str]]:
    """The clip's name and the options that come with an upload. Raises ProblemError 400."""
    fields = dict(_pairs(headers.get("upload-metadata", "")))
    _, disposition = parse_options_header(headers.get("content-disposition"))
    name = disposition.get(b"filename", b"").decode("utf-8", "replace")
    names = [fields.pop(word, "") for word in ("filename", "name")]
    for word in ("filetype", "type", "relativePath"):  # what clients add by themselves
        fields.pop(word, None)
    return next((each for each in (*names, name) if each), ""), fields


def _pairs(header: str) -> list[tuple[str, str]]:
    try:
        words = [pair.split() for pair in header.split(",") if pair.strip()]
        return [(key, base64.b64decode("".join(value), validate=True).decode()) for key, *value in words]
    except (ValueError, binascii.Error):
        raise ProblemError("upload_malformed", "metadata") from None


def _number(headers: Mapping[str, str], name: str) -> int | None:
    value = headers.get(name)
    if value is None:
        return None
    if not _NUMBER.fullmatch(value):
        raise ProblemError("upload_malformed", "number", name="-".join(map(str.capitalize, name.split("-"))))
    return int(value)


def _tus_checksum(headers: Mapping[str, str]) -> Checksum | None:
    header = headers.get("upload-checksum")
    if header is None:
        return None
    name, _, value = header.partition(" ")
    if name not in TUS_CHECKSUMS:
        raise ProblemError("upload_malformed", "checksum", names=", ".join(TUS_CHECKSUMS))
    return Checksum(name, _from_base64(value, TUS_CHECKSUMS))


def _digest(headers: Mapping[str, str]) -> Checksum | None:
    """A digest of the content by a hash that we know; others are passed over, as RFC 9530 has it."""
    found = dict(_DIGEST.findall(headers.get("content-digest", "")))
    for name, ours in _DIGESTS.items():
        if name in found:
            return Checksum(ours, _from_base64(found[name], _DIGESTS))
    return None


def _from_base64(value: str, names: Iterable[str]) -> bytes:
    try:
        return base64.b64decode(value, validate=True)
    except ValueError:
        raise ProblemError("upload_malformed", "checksum", names=", ".join(names)) from None
