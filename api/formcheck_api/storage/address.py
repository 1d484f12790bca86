"""Which storage an address names."""

from pathlib import Path
from urllib.parse import unquote, urlsplit

from formcheck_api.storage.blobs import Blobs, LocalBlobs


def open_blobs(url: str) -> Blobs:
    """Blobs by address: ``file:///folder``, ``s3://bucket/prefix`` (credentials as AWS's tools take them), ``memory:///``.

    Raises ValueError for any other address.
    """
    parts = urlsplit(url)
    if parts.scheme == "file":
        return LocalBlobs(Path(unquote(parts.path)))
    from formcheck_api.storage.object_blobs import open_object_blobs  # noqa: PLC0415  # large

    return open_object_blobs(url)
