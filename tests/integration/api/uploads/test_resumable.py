"""Uploads that survive what happens to connections, processes and clients, by tus 1.0 and by the IETF's draft."""

import base64
import hashlib
import socket
import struct
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from formcheck_api.jobs.chores.retention import sweep
from service.by_socket import connected
from service.resumable import (
    BYTES,
    PARTIAL,
    TUS,
    UPLOADS,
    analysis_id,
    begun,
    code,
    create,
    offset,
    patch,
)
from service.server import Serve, Server, eventually, idle, receipt, serving

pytestmark = pytest.mark.slow

CLIP = bytes(range(256)) * 40
HALF = len(CLIP) // 2


def stored(server: Server, found: str) -> bytes:
    analysis = server.service.store.get(None, found)
    assert analysis
    assert analysis.clip_key
    return b"".join(server.service.blobs.open(analysis.clip_key))


def parts(server: Server) -> list[str]:
    return [name for name in server.files() if "uploads/" in name]


def sending(server: Server, client: httpx.Client, path: str, start: int, content: bytes) -> socket.socket:
    """A connection on which part of a PATCH of the whole rest was sent."""
    connection = connected(server)
    head = {
        "Host": server.url[7:],
        "Authorization": client.headers.get("authorization", ""),
        "Content-Length": str(len(CLIP) - start),
        "Upload-Offset": str(start),
        **BYTES,
    }
    lines = [f"PATCH {path} HTTP/1.1", *(f"{name}: {value}" for name, value in head.items() if value)]
    connection.sendall(("\r\n".join(lines) + "\r\n\r\n").encode() + content)
    return connection


# --- tus 1.0


def test_the_service_says_what_it_understands(ada: httpx.Client) -> None:
    answer = ada.options(UPLOADS)
    assert answer.status_code == 204
    assert answer.headers["tus-version"] == "1.0.0"
    assert "termination" in answer.headers["tus-extension"]
    assert int(answer.headers["tus-max-size"]) == 500_000_000
    assert answer.headers["upload-limit"] == "max-size=500000000"


def test_pieces_make_the_clip_and_the_last_one_names_its_analysis(open_page: Server, ada: httpx.Client) -> None:
    path = begun(ada, len(CLIP), height_m="1.78")
    first = patch(ada, path, 0, CLIP[:HALF])
    assert (first.status_code, first.headers["upload-offset"], first.headers["tus-resumable"]) == (
        204,
        str(HALF),
        "1.0.0",
    )
    head = ada.head(path, headers=TUS)
    assert (head.status_code, head.headers["upload-length"], head.headers["cache-control"]) == (
        200,
        str(len(CLIP)),
        "no-store",
    )
    assert "analysis-location" not in head.headers
    made = analysis_id(patch(ada, path, HALF, CLIP[HALF:]))
    shown = ada.get(f"/v1/analyses/{made}").json()
    assert (shown["clip"]["name"], shown["options"]["height_m"]) == ("run.mp4", 1.78)
    assert stored(open_page, made) == CLIP
    assert analysis_id(ada.head(path, headers=TUS)) == made  # as after an answer that was lost
    assert parts(open_page) == []


def test_the_first_bytes_may_come_with_the_creation_and_the_length_with_the_last(ada: httpx.Client) -> None:
    whole = ada.post(UPLOADS, headers=BYTES | {"Upload-Length": str(len(CLIP))}, content=CLIP)
    assert (whole.status_code, whole.headers["upload-offset"]) == (201, str(len(CLIP)))
    assert whole.headers["location"].startswith(UPLOADS)
    deferred = ada.post(UPLOADS, headers=TUS | {"Upload-Defer-Length": "1"}).headers["location"]
    patch(ada, deferred, 0, CLIP[:HALF])
    assert ada.head(deferred, headers=TUS).headers["upload-defer-length"] == "1"
    assert analysis_id(patch(ada, deferred, HALF, CLIP[HALF:], Upload_Length=str(len(CLIP)))) == analysis_id(whole)


def test_a_request_that_breaks_the_protocol_is_refused_with_the_reason(open_page: Server, ada: httpx.Client) -> None:
    path = begun(ada, len(CLIP))
    old = ada.head(path, headers={"Tus-Resumable": "0.2.2"})
    assert (old.status_code, old.headers["tus-version"]) == (412, "1.0.0")
    assert code(ada.post(UPLOADS)) == (400, "upload_malformed")
    assert code(ada.post(UPLOADS, headers=TUS)) == (400, "upload_malformed")
    both = TUS | {"Upload-Length": "5", "Upload-Defer-Length": "1"}
    assert code(ada.post(UPLOADS, headers=both)) == (400, "upload_malformed")
    assert code(ada.post(UPLOADS, headers=TUS | {"Upload-Length": "-5"})) == (400, "upload_malformed")
    assert code(ada.post(UPLOADS, headers=TUS | {"Upload-Length": "5", "Upload-Metadata": "label *"})) == (
        400,
        "upload_malformed",
    )
    assert code(create(ada, 5, heigth_m="1.7")) == (422, "invalid_request")
    assert code(ada.patch(path, headers=TUS | {"Upload-Offset": "0"}, content=b"x")) == (415, "not_an_upload")
    assert code(ada.patch(path, headers=BYTES, content=b"x")) == (400, "upload_malformed")
    wrong = patch(ada, path, 5, b"x")
    assert (*code(wrong), wrong.headers["upload-offset"]) == (409, "upload_offset_mismatch", "0")
    assert wrong.headers["tus-resumable"] == "1.0.0"
    assert not open_page.service.store.is_held(owner_of(open_page, path), path[12:])
    assert code(create(ada, 500_000_001)) == (413, "clip_too_large")
    assert code(create(ada, 0)) == (422, "invalid_request")


def test_length_exceeded_ends_the_upload(server: Server, client: httpx.Client) -> None:
    declared, chunked = begun(client, 100), begun(client, 100)
    assert code(patch(client, declared, 0, b"x" * 101)) == (413, "upload_length_exceeded")
    assert code(patch(client, chunked, 0, iter([b"x" * 90, b"y" * 90]))) == (413, "upload_length_exceeded")
    for path in (declared, chunked):
        assert client.head(path, headers=TUS).status_code == 404
    assert server.files() == []


def test_bytes_that_do_not_match_their_checksum_are_not_kept(open_page: Server, ada: httpx.Client) -> None:
    path = begun(ada, len(CLIP))
    digest = base64.b64encode(hashlib.sha1(CLIP[:HALF]).digest()).decode()
    assert code(patch(ada, path, 0, CLIP[1 : HALF + 1], Upload_Checksum=f"sha1 {digest}")) == (460, "checksum_mismatch")
    assert offset(ada, path) == 0
    assert parts(open_page) == []
    assert code(patch(ada, path, 0, CLIP[:HALF], Upload_Checksum=f"crc32 {digest}")) == (400, "upload_malformed")
    assert patch(ada, path, 0, CLIP[:HALF], Upload_Checksum=f"sha1 {digest}").status_code == 204
    assert offset(ada, path) == HALF
    ada.delete(path, headers=TUS)


def test_termination_deletes_what_has_arrived_and_what_was_made_of_it(open_page: Server, ada: httpx.Client) -> None:
    early, late = begun(ada, len(CLIP)), begun(ada, len(CLIP))
    patch(ada, early, 0, CLIP[:HALF])
    made = analysis_id(patch(ada, late, 0, CLIP))
    again = begun(ada, len(CLIP))
    assert analysis_id(patch(ada, again, 0, CLIP)) == made  # the same clip is taken once
    assert ada.delete(again, headers=TUS).status_code == 204
    assert ada.get(f"/v1/analyses/{made}").status_code == 200  # it was there before
    assert ada.post(early, headers=TUS | {"X-HTTP-Method-Override": "DELETE"}).status_code == 204
    assert ada.delete(late, headers=TUS).status_code == 204
    assert ada.get(f"/v1/analyses/{made}").status_code == 404
    assert ada.delete(late, headers=TUS).status_code == 404
    assert [name for name in parts(open_page) if early[12:] in name or late[12:] in name] == []


def test_expiration_deletes_an_upload_that_nobody_ends(serve: Serve) -> None:
    server = serve()
    with server.client() as client:
        path = begun(client, len(CLIP))
        answer = patch(client, path, 0, CLIP[:HALF])
        expires = datetime.strptime(answer.headers["upload-expires"], "%a, %d %b %Y %H:%M:%S GMT").replace(tzinfo=UTC)
        assert timedelta(hours=23) < expires - datetime.now(UTC) < timedelta(hours=25)
        service = server.service
        sweep(service.store, service.blobs, service.settings, expires - timedelta(minutes=1))
        assert offset(client, path) == HALF
        sweep(service.store, service.blobs, service.settings, expires + timedelta(minutes=1))
        assert client.head(path, headers=TUS).status_code == 404
    assert server.files() == []


def test_the_same_word_leads_to_the_same_upload(ada: httpx.Client) -> None:
    one, two = (create(ada, len(CLIP), word="a-word-of-the-page").headers["location"] for _ in range(2))
    assert one == two


@pytest.mark.parametrize("headers", [BYTES | {"Upload-Length": str(len(CLIP))}, PARTIAL | {"Upload-Complete": "?1"}])
def test_a_clip_in_one_request_sent_again_with_its_word_gets_the_same_answer(
    ada: httpx.Client, headers: dict[str, str]
) -> None:
    asked = headers | {"Idempotency-Key": "a-word", "Upload-Metadata": "filename cnVuLm1wNA=="}
    one, two = (ada.post(UPLOADS, headers=asked, content=CLIP) for _ in range(2))
    told = ("location", "upload-offset", "upload-complete", "analysis-location")
    assert one.is_success
    assert (two.status_code, two.json() if two.content else None) == (
        one.status_code,
        one.json() if one.content else None,
    )
    assert [two.headers.get(name) for name in told] == [one.headers.get(name) for name in told]


def test_a_beginning_sent_again_with_its_word_says_from_where_to_go_on(ada: httpx.Client) -> None:
    asked = BYTES | {"Upload-Length": str(len(CLIP)), "Idempotency-Key": "a-word"}
    one, two = (ada.post(UPLOADS, headers=asked, content=CLIP[:HALF]) for _ in range(2))
    assert (one.status_code, two.status_code) == (201, 201)
    assert two.headers["upload-offset"] == str(HALF)
    assert analysis_id(patch(ada, two.headers["location"], HALF, CLIP[HALF:]))


def test_no_other_client_can_see_continue_or_end_an_upload(open_page: Server, ada: httpx.Client) -> None:
    path = begun(ada, len(CLIP))
    with open_page.client(receipt("eve")) as eve, open_page.client() as nobody:
        assert eve.head(path, headers=TUS).status_code == 404
        assert patch(eve, path, 0, CLIP).status_code == 404
        assert eve.delete(path, headers=TUS).status_code == 404
        assert nobody.head(path, headers=TUS).status_code == 401
    assert offset(ada, path) == 0
    for path in (f"{UPLOADS}/%00", f"{UPLOADS}/up_{'a' * 400}"):
        assert ada.head(path, headers=TUS).status_code == 404


# --- what happens to connections and processes


@pytest.mark.parametrize("how", ["reset", "close"])
def test_network_reset_or_close_keeps_what_had_come(open_page: Server, ada: httpx.Client, how: str) -> None:
    path = begun(ada, len(CLIP), label=how)
    with sending(open_page, ada, path, 0, CLIP[:HALF]) as connection:
        eventually(lambda: parts(open_page))
        if how == "reset":
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    eventually(lambda: open_page.service.store.find_upload(owner_of(open_page, path), path[12:]).offset == HALF)
    made = analysis_id(patch(ada, path, offset(ada, path), CLIP[HALF:]))
    assert stored(open_page, made) == CLIP


def owner_of(server: Server, path: str) -> str:
    with server.service.store._engine.connect() as db:
        return db.exec_driver_sql("SELECT owner FROM uploads WHERE id = ?", (path[12:],)).scalar_one()


def test_lock_release_lets_the_next_request_in_at_once_and_the_one_before_changes_nothing(
    open_page: Server, ada: httpx.Client
) -> None:
    path = begun(ada, len(CLIP))
    with sending(open_page, ada, path, 0, b"x" * HALF) as hanging:
        eventually(lambda: parts(open_page))
        assert offset(ada, path) == 0  # and what the hanging one has is worth nothing from here on
        made = analysis_id(patch(ada, path, 0, CLIP))
        hanging.sendall(b"x" * (len(CLIP) - HALF))
        assert b" 409 " in hanging.recv(1000)
    assert stored(open_page, made) == CLIP
    eventually(lambda: parts(open_page) == [])


def test_an_offset_that_was_told_stays_true_until_its_client_goes_on(open_page: Server, ada: httpx.Client) -> None:
    path = begun(ada, len(CLIP))
    with sending(open_page, ada, path, 0, b"x" * HALF):
        eventually(lambda: parts(open_page))
        assert offset(ada, path) == 0
    eventually(lambda: parts(open_page) == [])  # what it had, counted too late
    assert patch(ada, path, 0, CLIP[:HALF]).status_code == 204
    assert stored(open_page, analysis_id(patch(ada, path, HALF, CLIP[HALF:]))) == CLIP


def test_of_ending_and_deleting_at_once_one_wins(open_page: Server, ada: httpx.Client) -> None:
    content = bytes(range(255)) * 10_000
    with ThreadPoolExecutor(2) as together:
        for _ in range(5):
            path = begun(ada, len(content))
            ending = together.submit(patch, ada, path, 0, content)
            deleting = together.submit(ada.delete, path, headers=TUS)
            assert deleting.result().status_code == 204
            answer = ending.result()
            assert answer.status_code in (204, 404, 409)
            if answer.status_code == 204:  # ended first, then deleted
                assert ada.get(answer.headers["analysis-location"]).status_code == 404
    eventually(lambda: parts(open_page) == [])


def test_sent_to_the_end_several_times_at_once_a_clip_is_taken_once_and_whole(
    open_page: Server, ada: httpx.Client
) -> None:
    content = bytes(range(255)) * 20_000
    path = begun(ada, len(content))

    def send() -> str:
        while (answer := patch(ada, path, offset(ada, path), content)).status_code != 204:
            assert answer.status_code in (409, 413)
            if found := ada.head(path, headers=TUS).headers.get("analysis-location"):
                return found.rpartition("/")[2]
        return analysis_id(answer)

    with ThreadPoolExecutor(3) as together:
        (made,) = set(together.map(lambda _: send(), range(3)))
    assert stored(open_page, made) == content
    eventually(lambda: parts(open_page) == [])


def test_shutdown_keeps_what_had_come_and_asks_to_come_back(tmp_path: Path) -> None:
    settings = idle(tmp_path)
    with serving(settings) as first, first.client() as client:
        path = begun(client, len(CLIP))
        connection = sending(first, client, path, 0, CLIP[:HALF])
        eventually(lambda: parts(first))
    with connection:
        answer = connection.recv(4000)
    assert b" 503 " in answer.partition(b"\r\n")[0]
    assert b"retry-after" in answer.lower()
    with serving(settings) as second, second.client() as client:
        assert offset(client, path) == HALF
        assert stored(second, analysis_id(patch(client, path, HALF, CLIP[HALF:]))) == CLIP


def test_two_processes_serve_one_upload_in_turn(tmp_path: Path) -> None:
    shared = {"database_url": f"sqlite:///{tmp_path / 'shared.db'}", "blobs_url": (tmp_path / "blobs").as_uri()}
    servers = [idle(tmp_path / name, **shared) for name in ("one", "two")]
    with serving(servers[0]) as one, serving(servers[1]) as two, one.client() as ada, two.client() as bo:
        path = begun(ada, len(CLIP))
        for start, client in enumerate([bo, ada, bo, ada]):
            answer = patch(client, path, start * 2560, CLIP[start * 2560 : start * 2560 + 2560])
            assert answer.status_code == 204
        assert stored(two, analysis_id(answer)) == CLIP


def test_a_slow_request_is_made_safe_before_it_ends(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("formcheck_api.uploads.append.PART_BYTES", 1000)
    server = serve()
    with server.client() as client:
        path = begun(client, len(CLIP))
        with sending(server, client, path, 0, CLIP[:HALF]):
            eventually(lambda: server.service.store.find_upload("local", path[12:]).offset > 0)
            assert 0 < offset(client, path) <= HALF


def test_a_length_is_asked_of_who_has_no_key(ada: httpx.Client) -> None:
    chunked = ada.patch(begun(ada, len(CLIP)), headers=BYTES | {"Upload-Offset": "0"}, content=iter([b"of no length"]))
    assert code(chunked) == (411, "length_required")
