"""A clip that is sent in pieces from the page, and how much runners without a key may send."""

import hashlib
import secrets
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import httpx
import pytest

from service.server import Serve, Server, idle, receipt, serving, upload

CLIP = bytes(range(256)) * 40


@pytest.fixture(scope="module")
def open_page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(idle(tmp_path_factory.mktemp("pieces"), auth="on", page="on")) as server:
        yield server


def new_upload() -> str:
    return f"/uploads/{secrets.token_urlsafe(16)}"


def arrived(client: httpx.Client, path: str, whole: int = len(CLIP)) -> int:
    return int(client.get(path, params={"bytes": whole}).raise_for_status().json()["arrived"])


def send(client: httpx.Client, path: str, start: int, end: int) -> httpx.Response:
    return client.patch(path, params={"offset": start}, content=CLIP[start:end])


def finish(client: httpx.Client, path: str, whole: int = len(CLIP)) -> httpx.Response:
    return client.post(path, json={"name": "a/run.mp4", "bytes": whole, "options": {"height_m": "1.78", "to_s": None}})


def send_all(client: httpx.Client, content: bytes = CLIP) -> httpx.Response:
    path = new_upload()
    client.patch(path, params={"offset": 0}, content=content)
    return finish(client, path, len(content))


def code(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


def test_pieces_make_the_clip_whatever_came_twice_and_it_is_taken_once(open_page: Server) -> None:
    with open_page.client(receipt("pieces")) as client:
        path = new_upload()
        assert arrived(client, path) == 0
        for start, end in ((0, 5000), (3000, 7000), (0, 5000), (7000, None)):
            send(client, path, start, end)
        first = finish(client, path)
        told = client.get(path, params={"bytes": len(CLIP)}).json()  # as after an answer that was lost
        assert first.status_code == 202
        assert told["analysis"]["id"] == first.json()["id"]
        assert (first.json()["clip"]["name"], first.json()["options"]["height_m"]) == ("run.mp4", 1.78)
        assert finish(client, path).json()["id"] == first.json()["id"]
        stored = open_page.service.store.get(None, first.json()["id"])
    assert stored
    assert stored.clip_key
    assert b"".join(open_page.service.blobs.open(stored.clip_key)) == CLIP


def test_a_clip_that_is_completed_several_times_at_once_is_taken_once_and_stays_whole(open_page: Server) -> None:
    content = bytes(range(255)) * 20_000
    with open_page.client(receipt("twice")) as client, ThreadPoolExecutor(4) as together:
        path = new_upload()
        client.patch(path, params={"offset": 0}, content=content)
        answers = list(together.map(lambda _: finish(client, path, len(content)), range(4)))
        assert [answer.status_code for answer in answers] == [202] * 4
        (analysis_id,) = {answer.json()["id"] for answer in answers}
        assert client.get(path, params={"bytes": len(content)}).json()["analysis"]["id"] == analysis_id
    stored = open_page.service.store.get(None, analysis_id)
    assert stored
    assert stored.clip_key
    assert b"".join(open_page.service.blobs.open(stored.clip_key)) == content
    assert not [name for name in open_page.files() if "upload-" in name]


def test_what_a_given_up_connection_still_writes_does_not_change_the_clip_that_was_taken(open_page: Server) -> None:
    with open_page.client(receipt("late")) as client, ThreadPoolExecutor(1) as aside:
        path, began, taken = new_upload(), Event(), Event()
        send(client, path, 0, len(CLIP))

        def late() -> Iterator[bytes]:
            yield b"x" * 1000
            began.set()
            assert taken.wait(30)
            yield b"x" * (len(CLIP) - 1000)

        def write_late() -> httpx.Response:
            with open_page.client(receipt("late")) as other:
                length = {"Content-Length": str(len(CLIP))}
                return other.patch(path, params={"offset": 0}, content=late(), headers=length)

        writing = aside.submit(write_late)
        assert began.wait(30)
        answer = finish(client, path).raise_for_status().json()
        taken.set()
        writing.result()
    stored = open_page.service.store.get(None, answer["id"])
    assert stored
    assert stored.clip_key
    content = b"".join(open_page.service.blobs.open(stored.clip_key))
    assert hashlib.sha256(content).hexdigest() == answer["clip"]["sha256"]


def test_of_completing_and_deleting_at_once_one_wins(open_page: Server) -> None:
    content = bytes(range(255)) * 40_000
    with open_page.client(receipt("both")) as client, ThreadPoolExecutor(2) as together:
        for _ in range(5):
            path = new_upload()
            client.patch(path, params={"offset": 0}, content=content)
            completing = together.submit(finish, client, path, len(content))
            dropping = together.submit(client.delete, path)
            assert dropping.result().status_code == 204
            answer = completing.result()
            assert answer.status_code in (202, 409)
            if answer.status_code == 202:  # completed first, then deleted
                assert client.get(answer.json()["links"]["self"]).status_code == 404


def test_a_piece_without_bytes_leaves_nothing(open_page: Server) -> None:
    before = open_page.files()
    with open_page.client(receipt("empty")) as client:
        for _ in range(3):
            client.patch(new_upload(), params={"offset": 0}, content=b"")
    assert open_page.files() == before


def test_missing_pieces_are_requested_and_no_other_client_can_continue(open_page: Server) -> None:
    path = new_upload()
    with open_page.client(receipt("ada")) as ada, open_page.client(receipt("eve")) as eve, open_page.client() as none:
        send(ada, path, 0, 5000)
        assert code(send(ada, path, 6000, 7000)) == (409, "upload_incomplete")
        assert code(finish(ada, path)) == (409, "upload_incomplete")
        assert (arrived(ada, path), arrived(eve, path)) == (5000, 0)
        assert none.get(path, params={"bytes": 1}).status_code == 401
        assert ada.delete(path).status_code == 204
    assert not [name for name in open_page.files() if "upload-" in name]


def test_dropped_after_the_last_piece_its_analysis_goes_too_but_never_one_that_was_there_before(
    open_page: Server,
) -> None:
    content = b"dropped late" * 100
    with open_page.client(receipt("late")) as late, open_page.client(receipt("eve")) as eve:
        words = [new_upload() for _ in range(3)]
        ids = []
        for path in words[:2]:
            late.patch(path, params={"offset": 0}, content=content)
            ids.append(finish(late, path, len(content)).json()["id"])
        assert ids[0] == ids[1]  # the same clip is taken once
        for path, who, status in ((words[1], late, 200), (words[0], eve, 200), (words[0], late, 404)):
            assert who.delete(path).status_code == 204
            assert late.get(f"/v1/analyses/{ids[0]}").status_code == status
        assert late.delete(words[2]).status_code == 204


def test_too_large_a_clip_is_refused_before_any_of_it_is_sent(serve: Serve) -> None:
    with serve(max_upload_mb=1).client() as client:
        path = new_upload()
        assert code(client.get(path, params={"bytes": 1_000_001})) == (413, "clip_too_large")
        assert code(client.patch(path, params={"offset": 999_999}, content=b"too much")) == (413, "clip_too_large")


def test_a_runner_has_so_many_clips_waiting_and_no_more(serve: Serve) -> None:
    server = serve(auth="on", page="on", page_clips_waiting=2)
    with server.client(receipt("ada")) as ada, server.client(receipt("eve")) as eve:
        sent = [send_all(ada, content).json()["id"] for content in (b"one", b"two")]
        refused = ada.get(new_upload(), params={"bytes": 5})
        assert code(refused) == (429, "upload_limit")
        assert "You have 2 clips waiting" in refused.json()["detail"]
        assert code(send_all(ada, b"three")) == code(upload(ada, b"three")) == (429, "upload_limit")
        assert send_all(ada, b"two").json()["id"] == sent[1]  # known already
        assert send_all(eve, b"three").status_code == 202
        server.succeed(server.begin_next())
        assert send_all(ada, b"three").status_code == 202
    with server.client(server.new_key()) as coach:
        assert [upload(coach, bytes([count])).status_code for count in range(4)] == [202] * 4


def test_the_hourly_limit_is_counted_by_address_whatever_the_browser(serve: Serve) -> None:
    server = serve(auth="on", page="on", page_clips_per_hour=2, page_mb_per_hour=1)
    with server.client(receipt("ada")) as ada, server.client(receipt("eve")) as eve, server.client(receipt("bo")) as bo:
        assert send_all(ada, b"one").status_code == upload(eve, b"two").status_code == 202
        refused = bo.get(new_upload(), params={"bytes": 5})
        assert code(refused) == code(send_all(bo, b"three")) == code(upload(bo, b"three")) == (429, "upload_limit")
        assert refused.json()["retry_after_s"] == pytest.approx(1800, abs=10)
        assert int(refused.headers["retry-after"]) > 0
        piece = bo.patch(new_upload(), params={"offset": 0}, content=b"x" * 999_999)
        assert code(piece) == (429, "upload_limit")
        assert bo.post("/v1/analyses", content=iter([b"of no length"])).status_code == 411


def bytes_left(client: httpx.Client, most: int) -> bool:
    """Whether this caller's address may still send so much."""
    return client.get(new_upload(), params={"bytes": most}).status_code == 200


def test_every_byte_that_is_read_counts_even_under_a_key_that_was_answered(serve: Serve) -> None:
    server = serve(auth="on", page="on", page_mb_per_hour=1)
    with server.client(receipt("ada")) as ada:
        named = {"headers": {"Idempotency-Key": "once"}}
        assert upload(ada, b"one", **named).status_code == 202
        assert upload(ada, b"one", **named).status_code == 202
        answers = [code(upload(ada, bytes([count]) * 400_000, **named)) for count in range(3)]
    assert answers == [(422, "idempotency_conflict")] * 2 + [(429, "upload_limit")]


def test_what_was_refused_takes_no_clip_and_no_bytes_that_were_not_read(serve: Serve) -> None:
    server = serve(auth="on", page="on", page_clips_per_hour=1, page_mb_per_hour=1, max_upload_mb=1)
    with server.client(receipt("ada")) as ada:
        for _ in range(3):
            assert upload(ada, b"one", data={"height_m": "178"}).status_code == 422
            assert upload(ada, bytes(1_100_000)).status_code == 413
            piece = ada.patch(new_upload(), params={"offset": 5}, content=bytes(900_000))
            assert code(piece) == (409, "upload_incomplete")
        assert bytes_left(ada, 990_000)
        assert upload(ada, b"one").status_code == 202
        assert code(upload(ada, b"two")) == (429, "upload_limit")


def test_a_clip_that_was_uploaded_before_counts_once(serve: Serve) -> None:
    server = serve(auth="on", page="on", page_clips_per_hour=2)
    with server.client(receipt("ada")) as ada:
        assert {send_all(ada, b"one").json()["id"] for _ in range(3)} == {send_all(ada, b"one").json()["id"]}
        assert send_all(ada, b"two").status_code == 202
        assert code(send_all(ada, b"three")) == (429, "upload_limit")
