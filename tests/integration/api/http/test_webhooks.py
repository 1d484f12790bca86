"""Webhooks over HTTP: made, tested, rotated, listed, and delivered by the service itself."""

import json

import httpx
import pytest
from standardwebhooks import Webhook as Verifier

from service.receiver import receiving
from service.server import Serve, eventually, receipt, upload

WEBHOOKS = "/v1/webhooks"


def made(client: httpx.Client, url: str) -> dict[str, str]:
    return client.post(WEBHOOKS, json={"url": url}).raise_for_status().json()


@pytest.mark.slow
def test_an_analysis_that_ends_is_reported_to_its_owner(serve: Serve) -> None:
    server = serve()
    with receiving() as receiver, server.client() as client:
        webhook = made(client, receiver.url)
        analysis = upload(client, data={"label": "Ada"}).json()
        server.succeed(server.begin_next())
        eventually(lambda: receiver.got)
        ((headers, body),) = receiver.got
        message = Verifier(webhook["secret"]).verify(body, headers)
        assert (message["type"], message["data"]["id"], message["data"]["label"]) == (
            "analysis.succeeded",
            analysis["id"],
            "Ada",
        )
        assert client.get(message["data"]["links"]["self"]).status_code == 200
        log = f"{WEBHOOKS}/{webhook['id']}/deliveries"
        eventually(lambda: client.get(log).json()["deliveries"][0]["state"] == "delivered")
        assert [each["status"] for each in client.get(log).json()["deliveries"][0]["attempts"]] == [204]


@pytest.mark.slow
def test_a_webhook_is_tested_rotated_disabled_told_and_enabled(serve: Serve) -> None:
    server = serve()
    with receiving() as receiver, server.client() as client:
        webhook = made(client, receiver.url)
        path = f"{WEBHOOKS}/{webhook['id']}"
        assert client.get(path).json()["secret"] is None
        rotated = client.post(f"{path}/rotate").json()
        assert rotated["secret"] not in (None, webhook["secret"])
        receiver.status = 410
        assert client.post(f"{path}/test").status_code == 202
        eventually(lambda: client.get(path).json()["disabled"])
        assert client.get(WEBHOOKS).json()["webhooks"][0]["disabled_why"] == "gone"
        for secret in (webhook["secret"], rotated["secret"]):
            headers, body = receiver.got[0]
            assert Verifier(secret).verify(body, headers)["type"] == "webhook.test"
        receiver.status = 204
        assert client.post(f"{path}/enable").json()["disabled"] is None
        eventually(lambda: client.get(f"{path}/deliveries").json()["deliveries"][0]["state"] == "delivered")
        assert [json.loads(body)["sequence"] for _, body in receiver.got] == [1, 1]
        assert client.delete(path).status_code == 204
        assert client.get(path).status_code == client.post(f"{path}/test").status_code == 404


def test_webhooks_are_their_keys_own_public_and_not_for_visitors(serve: Serve) -> None:
    server = serve(auth="on", page="on")
    ada, eve = server.client(server.new_key()), server.client(server.new_key())
    with ada, eve, server.client(receipt("a runner")) as runner:
        path = f"{WEBHOOKS}/{made(ada, 'https://coach.example/hook')['id']}"
        assert eve.get(path).status_code == eve.delete(path).status_code == eve.post(f"{path}/test").status_code == 404
        assert eve.get(WEBHOOKS).json() == {"webhooks": []}
        assert runner.get(WEBHOOKS).status_code == 401
        for url, why in (
            ("http://coach.example/", "url: must begin with https://"),
            ("https://10.0.0.1/", "url: must not lead into a private network"),
            ("https://169.254.169.254/", "url: must not lead into a private network"),
        ):
            refused = ada.post(WEBHOOKS, json={"url": url})
            assert (refused.status_code, refused.json()["detail"]) == (422, why)
        for number in range(9):
            made(ada, f"https://coach.example/{number}")
        limit = ada.post(WEBHOOKS, json={"url": "https://coach.example/more"})
        assert (limit.status_code, limit.json()["code"], limit.json()["limit"]) == (409, "limit_reached", 10)
