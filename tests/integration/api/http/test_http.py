"""The resources as clients see them, over a real connection. Work is played by the tests; see test_serve for it all."""

import json
import threading
import time

import httpx
import pytest

from formcheck.records.options import OPTIONS
from formcheck_api.records.problems import PROBLEMS
from service.server import NUMBERS, Serve, Server, eventually, upload

# --- creating


def test_an_upload_is_accepted_and_says_where_and_when_to_look(server: Server, client: httpx.Client) -> None:
    answer = upload(client, b"some clip", data={"height_m": "1.78", "blur_faces": "true", "label": "Ada"})
    body = answer.json()
    assert (answer.status_code, body["state"], body["progress"], body["problem"]) == (202, "queued", 0, None)
    assert answer.headers["location"] == body["links"]["self"] == f"/v1/analyses/{body['id']}"
    assert int(answer.headers["retry-after"]) >= 1
    given = {"height_m": 1.78, "model": "full", "blur_faces": True}
    assert body["options"] == {name: option.default for name, option in OPTIONS.items()} | given
    assert (body["label"], body["clip"]["name"], body["clip"]["bytes"]) == ("Ada", "run.mp4", 9)
    assert set(body["links"]) == {"self", "events", "report", "report_html", "overlay", "frames"}
    assert client.get(answer.headers["location"]).json() == body
    assert len(server.files()) == 1


def test_the_same_clip_with_the_same_options_is_taken_once(server: Server, client: httpx.Client) -> None:
    first, again = upload(client), upload(client, name="copy.mp4")
    assert (first.status_code, again.status_code) == (202, 200)
    assert again.json()["id"] == first.json()["id"]
    other = upload(client, data={"height_m": "1.8"}), upload(client, data={"label": "x"}), upload(client, b"other")
    assert len({first.json()["id"], *(answer.json()["id"] for answer in other)}) == 4
    assert len(server.files()) == 4


def test_an_idempotency_key_gets_the_same_answer_and_refuses_another_body(server: Server, client: httpx.Client) -> None:
    headers = {"Idempotency-Key": "monday-1"}
    first, again = upload(client, headers=headers), upload(client, headers=headers)
    assert (first.status_code, again.status_code) == (202, 202)
    assert again.json() == first.json()
    for other in (upload(client, b"other", headers=headers), upload(client, data={"model": "lite"}, headers=headers)):
        assert (other.status_code, other.json()["code"]) == (422, "idempotency_conflict")
    assert len(server.files()) == 1


def test_an_idempotency_key_is_free_again_after_its_analysis_was_deleted(client: httpx.Client) -> None:
    headers = {"Idempotency-Key": "monday-1"}
    first = upload(client, headers=headers)
    client.delete(first.headers["location"])
    again = upload(client, headers=headers)
    assert again.status_code == 202
    assert again.json()["id"] != first.json()["id"]


# --- reading


def test_an_unchanged_analysis_is_not_sent_again(server: Server, client: httpx.Client) -> None:
    created = upload(client)
    path, tag = created.headers["location"], created.headers["etag"]
    unchanged = client.get(path, headers={"If-None-Match": tag})
    assert (unchanged.status_code, unchanged.content, unchanged.headers["etag"]) == (304, b"", tag)
    server.begin_next()
    changed = client.get(path, headers={"If-None-Match": tag})
    assert (changed.status_code, changed.json()["state"]) == (200, "running")
    assert changed.headers["etag"] != tag


def test_a_new_place_in_the_queue_is_a_change(server: Server, client: httpx.Client) -> None:
    upload(client)
    second = upload(client, b"second")
    assert second.json()["queue_position"] == 1
    server.begin_next()
    moved = client.get(second.headers["location"], headers={"If-None-Match": second.headers["etag"]})
    assert moved.json()["queue_position"] == 0


def test_waiting_ends_with_the_analysis(server: Server, client: httpx.Client) -> None:
    path = upload(client).headers["location"]
    work = threading.Timer(0.7, lambda: server.succeed(server.begin_next()))
    work.start()
    answer = client.get(path, params={"wait": 20})
    work.join()
    assert (answer.json()["state"], "retry-after" in answer.headers) == ("succeeded", False)
    assert upload(client, params={"wait": 20}).status_code == 200


def test_waiting_for_the_report_ends_before_the_video_is_there(server: Server, client: httpx.Client) -> None:
    path = upload(client).headers["location"]
    work = threading.Timer(0.3, lambda: server.publish(server.begin_next(), NUMBERS))
    work.start()
    answer = client.get(path, params={"wait": 20, "until": "report"})
    work.join()
    assert (answer.json()["state"], answer.json()["ready"]) == ("running", ["report"])
    assert upload(client, params={"wait": 20, "until": "report"}).json()["ready"] == ["report"]


def test_waiting_is_bounded_by_the_client_and_by_the_service(serve: Serve) -> None:
    with serve(max_wait_s=0.5).client() as client:
        began_s = time.monotonic()
        answer = upload(client, params={"wait": 3600})
        assert (answer.status_code, answer.json()["state"]) == (202, "queued")
        assert client.get(answer.headers["location"], params={"wait": 0.1}).json()["state"] == "queued"
        assert time.monotonic() - began_s < 5


def test_pages_lead_through_all_analyses_newest_first(client: httpx.Client) -> None:
    made = [upload(client, bytes([number])).json()["id"] for number in range(5)]
    seen, following = [], "/v1/analyses?limit=2"
    while following:
        page = client.get(following).json()
        seen += [analysis["id"] for analysis in page["analyses"]]
        following = page["next"]
    assert seen == made[::-1]


def test_lists_are_filtered_by_label_and_state(server: Server, client: httpx.Client) -> None:
    ada, bob = (upload(client, data={"label": label}).json()["id"] for label in ("Ada & Co", "Bob"))
    server.begin_next()

    def listed(**asked: str) -> list[str]:
        return [analysis["id"] for analysis in client.get("/v1/analyses", params=asked).json()["analyses"]]

    assert listed(label="Ada & Co") == listed(state="running") == [ada]
    assert listed(state="queued") == [bob]
    assert listed(label="Ada & Co", state="queued") == listed(label="nobody") == []


def test_an_invalid_list_request_is_refused_with_the_name_of_the_mistake(client: httpx.Client) -> None:
    for asked in ("cursor=none-of-ours", "state=unknown", "limit=0", "limit=x", "label=%00"):
        answer = client.get(f"/v1/analyses?{asked}")
        assert (answer.status_code, answer.json()["code"]) == (422, "invalid_request")
        assert answer.json()["errors"][0]["field"] == asked.partition("=")[0]


# --- following


def events_of(text: str) -> list[tuple[str, dict]]:
    blocks = [dict(line.split(": ", 1) for line in block.splitlines()) for block in text.split("\r\n\r\n") if block]
    return [(block["event"], json.loads(block["data"])) for block in blocks if "event" in block]


@pytest.mark.slow
def test_events_report_each_change_and_end_with_the_analysis(server: Server, client: httpx.Client) -> None:
    path = upload(client).headers["location"]
    claimed = threading.Timer(0.8, server.begin_next)
    ended = threading.Timer(1.8, lambda: server.succeed(path.rpartition("/")[2]))
    for timer in (claimed, ended):
        timer.start()
    events = events_of(client.get(f"{path}/events").text)
    assert [(event, analysis["state"]) for event, analysis in events] == [
        ("progress", "queued"),
        ("progress", "running"),
        ("finished", "succeeded"),
    ]
    assert events[-1][1] == client.get(path).json()


def test_events_end_when_the_analysis_is_deleted(server: Server, client: httpx.Client) -> None:
    path = upload(client).headers["location"]
    deleted = threading.Timer(0.5, lambda: httpx.delete(server.url + path))
    deleted.start()
    assert [event for event, _ in events_of(client.get(f"{path}/events").text)] == ["progress"]


# --- ending


def test_a_queued_analysis_is_cancelled_at_once_and_stays_readable(client: httpx.Client) -> None:
    path = upload(client).headers["location"]
    answer = client.post(f"{path}/cancel")
    assert (answer.status_code, answer.json()["state"]) == (200, "cancelled")
    assert client.get(path).json() == client.post(f"{path}/cancel").json() == answer.json()
    assert upload(client).status_code == 202, "what was cancelled can be asked for again"


def test_deleting_leaves_nothing_behind(server: Server, client: httpx.Client, finished: str) -> None:
    assert len(server.files()) == 5
    assert client.delete(finished).status_code == 204
    assert server.files() == []
    for answer in (client.get(finished), client.delete(finished), client.get(f"{finished}/report")):
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    assert client.get("/v1/analyses").json() == {"analyses": [], "next": None}


# --- around it


def test_what_is_not_there_is_a_problem_document_too(client: httpx.Client) -> None:
    for answer, code in (
        (client.get("/nothing"), "not_found"),
        (client.get("/v1/analyses/an_nothing"), "not_found"),
        (client.get(f"/v1/analyses/an_{'a' * 26}"), "not_found"),
        (client.put("/v1/analyses"), "method_not_allowed"),
    ):
        assert answer.headers["content-type"] == "application/problem+json"
        assert (answer.json()["code"], answer.status_code) == (code, PROBLEMS[code].status)
    assert client.put("/v1/analyses").headers["allow"] == "GET, HEAD, POST"


def test_head_is_answered_as_get_is_without_the_body(server: Server, client: httpx.Client, finished: str) -> None:
    waiting = upload(client, b"another").headers["location"]
    links = client.get(finished).json()["links"]
    asked = ["/healthz", "/problems", "/openapi.json", "/v1/analyses", *links.values(), f"{waiting}/events", "/nothing"]
    for path in asked:
        head = client.head(path)
        with client.stream("GET", path) as get:  # an event stream would not end by itself
            assert (head.status_code, head.content) == (get.status_code, b""), path
            mine, theirs = ({**answer.headers, "x-request-id": "", "date": ""} for answer in (head, get))
            assert mine == theirs, path
    assert client.head(f"{finished}/cancel").status_code == 405
    assert 'method="HEAD",route="/v1/analyses",status="200"' in client.get("/metrics").text


def test_an_internal_error_shows_its_request_id_and_nothing_else(
    server: Server, client: httpx.Client, finished: str
) -> None:
    (report,) = server.service.settings.data_dir.glob("blobs/**/report.json")
    report.write_bytes(b"{")
    answer = client.get(f"{finished}/report", headers={"X-Request-ID": "mine-1"})
    assert (answer.status_code, answer.json()["code"], answer.json()["request_id"]) == (500, "internal_error", "mine-1")
    assert "JSON" not in answer.text
    assert "Traceback" not in answer.text
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_a_request_id_comes_back_and_one_unfit_for_logs_is_replaced(client: httpx.Client) -> None:
    assert client.get("/healthz", headers={"X-Request-ID": "abc-1"}).headers["x-request-id"] == "abc-1"
    unfit = client.get("/healthz", headers={"X-Request-ID": 'a"b{c'}).headers["x-request-id"]
    assert len(unfit) == 32


def test_guidance_and_problems_are_open_to_all(client: httpx.Client) -> None:
    guidance = client.get("/v1/capture-guidance").json()
    assert guidance["guidance"][0]["code"] == "side_view"
    assert guidance["largest_clip_mb"] == 500
    page = client.get("/problems").text
    assert all(f"id='{code}'" in page for code in PROBLEMS)


def test_operators_see_health_readiness_and_counts(serve: Serve) -> None:
    server = serve()
    with server.client() as client:
        assert client.get("/healthz").json() == client.get("/readyz").json() == {"status": "ok"}
        analysis = upload(client).json()
        metrics = client.get("/metrics").text
    assert 'formcheck_analyses{state="queued"} 1.0' in metrics
    assert 'formcheck_http_requests_total{method="POST",route="/v1/analyses",status="202"} 1.0' in metrics
    assert analysis["id"] not in metrics


def test_a_service_without_its_database_is_alive_and_not_ready(serve: Serve) -> None:
    server = serve()
    for file in server.service.settings.data_dir.glob("formcheck.db*"):
        file.unlink()
    with server.client() as client:

        def is_not_ready() -> bool:
            server.service.store._engine.dispose()  # open connections, of the queue's looks too, still see the files
            return bool(client.get("/readyz").json().get("code") == "not_ready")

        eventually(is_not_ready)
        assert client.get("/healthz").status_code == 200
