"""Clients of resumable uploads: tus 1.0 and the IETF's draft, request by request."""

import base64
from typing import Any

import httpx

UPLOADS = "/v1/uploads"
TUS = {"Tus-Resumable": "1.0.0"}
BYTES = TUS | {"Content-Type": "application/offset+octet-stream"}
PARTIAL = {"Content-Type": "application/partial-upload", "Upload-Draft-Interop-Version": "8"}


def metadata(**fields: str) -> dict[str, str]:
    """Fields as tus sends them."""
    pairs = (f"{name} {base64.b64encode(value.encode()).decode()}" for name, value in fields.items())
    return {"Upload-Metadata": ",".join(pairs)}


def create(client: httpx.Client, length: int, word: str | None = None, **fields: str) -> httpx.Response:
    """Begin an upload by tus."""
    named = {"Idempotency-Key": word} if word else {}
    described = metadata(**({"filename": "run.mp4"} | fields))
    return client.post(UPLOADS, headers=TUS | described | named | {"Upload-Length": str(length)})


def begun(client: httpx.Client, length: int, **fields: str) -> str:
    """Where a new upload is, by tus."""
    return create(client, length, **fields).raise_for_status().headers["location"]


def code(answer: httpx.Response) -> tuple[int, str]:
    """The status and the code of a problem."""
    return answer.status_code, answer.json()["code"]


def patch(client: httpx.Client, path: str, offset: int, content: Any, **more: str) -> httpx.Response:
    """Send bytes by tus; ``more`` are headers, with _ for -."""
    others = {name.replace("_", "-"): value for name, value in more.items()}
    return client.patch(path, content=content, headers=BYTES | {"Upload-Offset": str(offset)} | others)


def offset(client: httpx.Client, path: str) -> int:
    """How much has arrived, by tus."""
    return int(client.head(path, headers=TUS).raise_for_status().headers["upload-offset"])


def send_all(client: httpx.Client, content: bytes, **fields: str) -> httpx.Response:
    """A whole clip by tus, in two requests; the first answer that refuses it, or the last."""
    began = create(client, len(content), **fields)
    return patch(client, began.headers["location"], 0, content) if began.status_code == 201 else began


def analysis_id(answer: httpx.Response) -> str:
    """The analysis that an upload came to."""
    return answer.raise_for_status().headers["analysis-location"].rpartition("/")[2]
