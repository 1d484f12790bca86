"""Uploads by tus, as a trial sends them."""

from typing import Final

import httpx

TUS: Final = {"Tus-Resumable": "1.0.0"}
BYTES: Final = TUS | {"Content-Type": "application/offset+octet-stream"}


def begun(client: httpx.Client, length: int) -> str:
    """Path of a new upload."""
    answer = client.post("/v1/uploads", headers=TUS | {"Upload-Length": str(length)})
    return answer.raise_for_status().headers["location"]


def appended(client: httpx.Client, path: str, offset: int, content: bytes) -> httpx.Response:
    """The response to the next bytes."""
    return client.patch(path, content=content, headers=BYTES | {"Upload-Offset": str(offset)})


def arrived(client: httpx.Client, path: str) -> tuple[int, str | None]:
    """How much has arrived, and the analysis of it once that is all."""
    headers = client.head(path, headers=TUS).raise_for_status().headers
    return int(headers["upload-offset"]), headers.get("analysis-location")


def head_of(path: str, length: int) -> str:
    """The request line and headers of the first bytes, but for how the server is called."""
    told = BYTES | {"Upload-Offset": "0", "Content-Length": str(length)}
    return "\r\n".join([f"PATCH {path} HTTP/1.1", *(f"{name}: {value}" for name, value in told.items())])
