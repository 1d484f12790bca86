"""Limits of clips, of keys and of runners without one, where a clip comes in several requests."""

import httpx
import pytest

from service.resumable import PARTIAL, TUS, UPLOADS, analysis_id, code, create, offset, patch, send_all
from service.server import Serve, receipt

pytestmark = pytest.mark.slow

MB = 1_000_000


def deferred(client: httpx.Client) -> str:
    """A new upload by tus, its length not known yet."""
    return client.post(UPLOADS, headers=TUS | {"Upload-Defer-Length": "1"}).raise_for_status().headers["location"]


def unfinished(client: httpx.Client) -> str:
    """A new upload by the draft, its length not known yet."""
    return client.post(UPLOADS, headers=PARTIAL | {"Upload-Complete": "?0"}).raise_for_status().headers["location"]


def test_a_clip_that_is_too_large_is_refused_when_its_length_comes_late(serve: Serve) -> None:
    server = serve(max_upload_mb=1)
    with server.client() as client:
        by_tus, by_draft = deferred(client), unfinished(client)
        assert code(patch(client, by_tus, 0, b"x", Upload_Length=str(50 * MB))) == (413, "clip_too_large")
        last = PARTIAL | {"Upload-Offset": "0", "Upload-Complete": "?1"}
        refused = client.patch(by_draft, content=b"x" * (MB + 1), headers=last)
        assert code(refused) == (413, "clip_too_large")
        assert refused.headers["upload-limit"] == "max-size=1000000"
        for path in (by_tus, by_draft):
            assert client.head(path, headers=TUS).status_code == 404
        assert code(patch(client, deferred(client), 0, b"x" * (MB + 1))) == (413, "clip_too_large")
        assert patch(client, deferred(client), 0, b"x" * MB, Upload_Length=str(MB)).status_code == 204
    assert [each.clip_bytes for each in server.service.store.list("local").analyses] == [MB]


def test_the_last_response_shows_what_is_left_of_the_quota(serve: Serve) -> None:
    server = serve(auth="on", quota_clips_per_day=2)
    with server.client(server.new_key()) as client:
        path = create(client, 2).headers["location"]
        assert "ratelimit" not in patch(client, path, 0, b"x").headers
        assert patch(client, path, 1, b"x").headers["ratelimit"].startswith('"clips";r=1;t=')


def test_uploads_that_are_not_whole_take_their_part_of_the_storage_quota(serve: Serve) -> None:
    server = serve(auth="on", quota_storage_mb=1)
    with server.client(server.new_key()) as client, server.client(server.new_key()) as another:
        began = create(client, 600_000).headers["location"]
        assert code(create(client, 600_000)) == (429, "quota_exceeded")
        assert create(another, 600_000).status_code == 201
        assert client.get("/v1/usage").json()["storage_mb"] == {"used": 0.6, "limit": 1.0}
        assert patch(client, began, 0, b"x" * 600_000).status_code == 204, "its own part does not count against it"
        first, second = deferred(client), deferred(client)
        assert patch(client, first, 0, b"y" * 300_000).status_code == 204
        assert code(patch(client, second, 0, b"z" * 200_000)) == (429, "quota_exceeded")
        assert code(patch(client, second, 0, b"z", Upload_Length="200000")) == (429, "quota_exceeded")
        assert offset(client, second) == 0
        client.delete(first, headers=TUS)
        assert patch(client, second, 0, b"z" * 200_000, Upload_Length="200000").status_code == 204


def test_the_same_word_leads_to_the_same_upload_when_the_quota_is_used_up(serve: Serve) -> None:
    server = serve(auth="on", quota_storage_mb=1)
    with server.client(server.new_key()) as client:
        began = create(client, MB, word="mine", label="Ada").headers["location"]
        assert code(create(client, MB, label="Ada")) == (429, "quota_exceeded")
        assert create(client, MB, word="mine", label="Ada").headers["location"] == began
        assert code(create(client, MB - 1, word="mine", label="Ada")) == (422, "idempotency_conflict")
        assert code(create(client, MB, word="mine", label="Bob")) == (422, "idempotency_conflict")
        assert patch(client, began, 0, b"x" * MB).status_code == 204
        assert create(client, MB, word="mine", label="Ada").headers["location"] == began


def test_a_runner_has_so_many_clips_waiting_and_no_more(serve: Serve) -> None:
    server = serve(auth="on", page="on", page_clips_waiting=2)
    with server.client(receipt("ada")) as ada, server.client(receipt("eve")) as eve:
        sent = [analysis_id(send_all(ada, content)) for content in (b"one", b"two")]
        refused = create(ada, 5)
        assert code(refused) == (429, "upload_limit")
        assert "You have 2 clips waiting" in refused.json()["detail"]
        assert send_all(eve, b"three").status_code == 204
        server.succeed(server.begin_next())
        assert analysis_id(send_all(ada, b"two")) == sent[1]  # known already
        assert send_all(ada, b"three").status_code == 204


def test_the_hourly_limit_is_counted_by_address_whatever_the_browser(serve: Serve) -> None:
    server = serve(auth="on", page="on", page_clips_per_hour=1, page_mb_per_hour=1)
    with server.client(receipt("ada")) as ada, server.client(receipt("bo")) as bo:
        path, late = (create(bo, length).headers["location"] for length in (5, 999_999))
        assert send_all(ada, b"one").status_code == 204
        refused = create(bo, 5)
        assert code(refused) == code(patch(bo, path, 0, b"three")) == (429, "upload_limit")
        assert refused.json()["retry_after_s"] == pytest.approx(3600, abs=10)
        assert offset(bo, path) == 0  # to be sent again
        assert code(patch(bo, late, 0, b"x" * 999_999)) == (429, "upload_limit")
