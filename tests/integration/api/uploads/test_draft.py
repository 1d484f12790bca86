"""Uploads by the IETF's draft of resumable uploads."""

import base64
import hashlib

import httpx
import pytest

from service.resumable import PARTIAL, UPLOADS, code, metadata
from service.server import Server

pytestmark = pytest.mark.slow

CLIP = bytes(range(256)) * 40
HALF = len(CLIP) // 2


def test_by_the_draft_a_clip_may_come_in_one_request_or_in_several(open_page: Server, ada: httpx.Client) -> None:
    named = {"Content-Disposition": 'inline; filename="race.mp4"'}
    once = ada.post(UPLOADS, headers={"Upload-Complete": "?1", **named, **metadata(speed_kmh="12")}, content=CLIP)
    assert (once.status_code, once.headers["upload-complete"]) == (202, "?1")
    assert once.headers["location"] == f"/v1/analyses/{once.json()['id']}"
    assert (once.json()["clip"]["name"], once.json()["options"]["speed_kmh"]) == ("race.mp4", 12)
    begins = {"Upload-Complete": "?0", "Upload-Length": str(len(CLIP)), **metadata(speed_kmh="12")}
    began = ada.post(UPLOADS, headers=begins, content=CLIP[:100])
    assert (began.status_code, began.headers["upload-complete"]) == (201, "?0")
    path = began.headers["location"]
    more = ada.patch(path, headers=PARTIAL | {"Upload-Complete": "?0", "Upload-Offset": "100"}, content=CLIP[100:HALF])
    assert (more.status_code, more.headers["upload-complete"]) == (204, "?0")
    head = ada.head(path)
    assert (head.status_code, head.headers["upload-offset"], head.headers["upload-complete"]) == (204, str(HALF), "?0")
    assert "max-age=" in head.headers["upload-limit"]
    last = PARTIAL | {"Upload-Complete": "?1", "Upload-Offset": str(HALF)}
    assert ada.patch(path, headers=last, content=CLIP[HALF:]).json()["id"] == once.json()["id"]
    assert ada.head(path).headers["upload-complete"] == "?1"
    assert ada.patch(path, headers=last | {"Upload-Offset": str(len(CLIP))}).json()["id"] == once.json()["id"]


def test_by_the_draft_all_bytes_are_no_whole_clip_until_the_client_says_so(ada: httpx.Client) -> None:
    path = ada.post(UPLOADS, headers={"Upload-Complete": "?0"}, content=CLIP).headers["location"]
    assert ada.head(path).headers["upload-complete"] == "?0"
    done = ada.patch(path, headers=PARTIAL | {"Upload-Complete": "?1", "Upload-Offset": str(len(CLIP))})
    assert (done.status_code, done.headers["upload-complete"]) == (202, "?1")


def test_by_the_draft_contradictions_are_problems_of_their_own_types(ada: httpx.Client) -> None:
    path = ada.post(UPLOADS, headers={"Upload-Complete": "?0", "Upload-Length": "100"}).headers["location"]
    wrong = ada.patch(path, headers=PARTIAL | {"Upload-Complete": "?0", "Upload-Offset": "5"}, content=b"x")
    problem = wrong.json()
    assert problem["type"].endswith("#mismatching-upload-offset")
    assert (problem["expected-offset"], problem["provided-offset"]) == (0, 5)
    assert (wrong.headers["upload-offset"], wrong.headers["upload-complete"]) == ("0", "?0")
    last = PARTIAL | {"Upload-Complete": "?1", "Upload-Offset": "0"}
    short = ada.patch(path, headers=last, content=b"x" * 99)
    assert (short.status_code, short.json()["type"].partition("#")[2]) == (400, "inconsistent-upload-length")
    other = PARTIAL | {"Upload-Complete": "?0", "Upload-Offset": "0", "Upload-Length": "200"}
    assert ada.patch(path, headers=other, content=b"x").status_code == 400
    digest = base64.b64encode(hashlib.sha256(b"y").digest()).decode()
    bad = PARTIAL | {"Upload-Complete": "?0", "Upload-Offset": "0", "Content-Digest": f"sha-256=:{digest}:"}
    assert code(ada.patch(path, headers=bad, content=b"x")) == (460, "checksum_mismatch")
    assert ada.head(path).headers["upload-offset"] == "0"
