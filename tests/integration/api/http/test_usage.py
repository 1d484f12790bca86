"""Quotas over HTTP: what is left, what is refused, and where it is shown."""

import re

import pytest

from service.server import Serve, upload


def test_a_quota_is_shown_counted_and_refused_before_the_clip_is_sent(serve: Serve) -> None:
    server = serve(auth="on", quota_clips_per_day=2, quota_minutes_per_day=30)
    with server.client(server.new_key()) as client, server.client(server.new_key()) as another:
        assert client.get("/v1/usage").json()["clips_today"] == {"used": 0, "limit": 2}
        first = upload(client, b"one")
        assert first.headers["ratelimit-policy"] == '"clips";q=2;w=86400, "minutes";q=30;w=86400'
        assert re.fullmatch(r'"clips";r=1;t=\d+, "minutes";r=30;t=\d+', first.headers["ratelimit"])
        assert upload(client, b"one").status_code == 200, "the same clip once more is no other"
        again = {"Idempotency-Key": "two"}
        second = upload(client, b"two", headers=again)
        refused = upload(client, b"three")
        assert (refused.status_code, refused.json()["code"]) == (429, "quota_exceeded")
        assert refused.json()["detail"].startswith("Today's 2 clips are uploaded.")
        assert 0 < int(refused.headers["retry-after"]) <= 86_400
        assert upload(client, b"two", headers=again).json()["id"] == second.json()["id"]
        used = client.get("/v1/usage").json()
        assert (used["clips_today"], used["waiting"]) == ({"used": 2, "limit": 2}, 2)
        assert upload(another, b"three").status_code == 202


@pytest.mark.slow
def test_measuring_an_athlete_again_is_refused_where_the_quota_is_used_up(serve: Serve) -> None:
    server = serve(auth="on", quota_clips_per_day=1)
    with server.client(server.new_key()) as client:
        athlete = client.post("/v1/athletes", json={"name": "Ada"}).json()
        fields = {"athlete": athlete["id"], "date": "2026-11-24"}
        upload(client, data={"session": client.post("/v1/sessions", json=fields).json()["id"]})
        server.succeed(server.begin_next(formcheck_version="0.0.1"))
        refused = client.post(f"{athlete['links']['self']}/remeasure")
        assert (refused.status_code, refused.json()["code"]) == (429, "quota_exceeded")


def test_without_a_quota_there_are_counts_and_no_headers(serve: Serve) -> None:
    server = serve(auth="on")
    with server.client(server.new_key()) as client:
        assert "ratelimit" not in upload(client, data={"priority": "bulk"}).headers
        used = client.get("/v1/usage").json()
        assert used["clips_today"] == {"used": 1, "limit": None}
        assert used["storage_mb"] == {"used": 0.0, "limit": None}
        assert client.get("/v1/analyses").json()["analyses"][0]["priority"] == "bulk"
