"""Taking clips in: large, broken, slow and hostile ones."""

import hashlib
import itertools
import secrets
import select
import time

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import event

from formcheck_api.operations.settings import MEGABYTE
from formcheck_api.records.problems import ProblemError
from formcheck_api.uploads.form import ClipForm
from formcheck_api.uploads.receive import display_name
from service.by_socket import connected, status_and_code
from service.server import Serve, Server, eventually, upload

HEAD = b'--b\r\nContent-Disposition: form-data; name="clip"; filename="run.mp4"\r\n\r\n'
TAIL = b"\r\n--b--\r\n"


def request_head(server: Server, *headers: str) -> bytes:
    lines = ("POST /v1/analyses HTTP/1.1", f"Host: {server.url[7:]}", *headers)
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def field(name: str, value: str, rest: str = "") -> bytes:
    return f'--b\r\nContent-Disposition: form-data; name="{name}"{rest}\r\n\r\n{value}\r\n'.encode()


def posted(client: httpx.Client, body: bytes, kind: str = "multipart/form-data; boundary=b") -> tuple[int, str, str]:
    answer = client.post("/v1/analyses", content=body, headers={"Content-Type": kind})
    return answer.status_code, answer.json()["code"], answer.json()["detail"]


# --- too large


def test_two_gigabytes_are_refused_before_a_byte_is_sent(server: Server) -> None:
    with connected(server) as connection:
        kind = "Content-Type: multipart/form-data; boundary=b"
        connection.sendall(request_head(server, kind, "Content-Length: 2000000000"))
        assert status_and_code(connection) == (413, "clip_too_large")
    assert server.files() == []


def test_a_length_beyond_any_disk_is_too_large_and_not_a_full_disk(server: Server) -> None:
    with connected(server) as connection:
        kind = "Content-Type: multipart/form-data; boundary=b"
        connection.sendall(request_head(server, kind, "Content-Length: 99999999999999999999"))
        assert status_and_code(connection) == (413, "clip_too_large")


def test_an_endless_upload_is_cut_off_at_the_cap(serve: Serve) -> None:
    server = serve(max_upload_mb=1)
    piece = b"%x\r\n" % 65536 + b"x" * 65536 + b"\r\n"
    sent = 0
    with connected(server) as connection:
        kind = "Content-Type: multipart/form-data; boundary=b"
        connection.sendall(request_head(server, kind, "Transfer-Encoding: chunked"))
        connection.sendall(b"%x\r\n" % len(HEAD) + HEAD + b"\r\n")
        while not select.select([connection], [], [], 0)[0]:
            connection.sendall(piece)
            sent += 65536
            assert sent < 50 * MEGABYTE, "it is still reading"
            time.sleep(0.001)
        assert status_and_code(connection) == (413, "clip_too_large")
    eventually(lambda: server.files() == [])


def test_a_client_that_sends_too_much_reads_why(serve: Serve) -> None:
    with serve(max_upload_mb=1).client() as client:
        answer = upload(client, b"x" * (1 * MEGABYTE + 1))
        assert (answer.status_code, answer.json()["limit_bytes"]) == (413, MEGABYTE)
        assert upload(client, b"x" * MEGABYTE).status_code == 202, "the cap itself is taken"


def test_a_full_database_is_reported_as_such_and_keeps_no_clip(serve: Serve) -> None:
    server = serve()
    engine = server.service.store._engine
    event.listen(engine, "begin", lambda db: db.exec_driver_sql("PRAGMA max_page_count = 1"))  # it grows no more
    with server.client() as client:
        while (answer := upload(client, secrets.token_bytes(9), data={"label": "x" * 200})).status_code == 202:
            accepted = client.get("/v1/analyses?limit=200").json()["analyses"]
    assert (answer.status_code, answer.json()["code"]) == (507, "upload_storage_full")
    assert len(server.files()) == len(accepted)


# --- broken


def test_a_request_that_is_not_a_form_says_what_is_missing(server: Server, client: httpx.Client) -> None:
    with connected(server) as connection:
        connection.sendall(request_head(server, "Content-Type: multipart/form-data; boundary=b"))
        assert status_and_code(connection) == (411, "length_required")
    assert posted(client, b"{}", "application/json")[:2] == (415, "not_multipart")
    for kind in ("multipart/form-data", "multipart/form-data; boundary=" + "b" * 300):
        assert posted(client, HEAD + b"x" + TAIL, kind)[:2] == (400, "multipart_malformed")
    for body in (b"no form", HEAD + b"clip", b"--b\r\n\r\n", b"--b\r\nbroken header\r\n\r\nx" + TAIL):
        assert posted(client, body)[0] in (400, 422), body
    assert server.files() == []


def test_a_comparison_without_clips_is_the_page_that_says_so(client: httpx.Client) -> None:
    answer = client.get("/compare")
    assert (answer.status_code, answer.headers["content-type"]) == (404, "text/html; charset=utf-8")


def test_a_mistake_in_a_field_is_reported_with_its_name(server: Server, client: httpx.Client) -> None:
    clip = HEAD + b"clip\r\n"
    mistakes = {
        field("heigth_m", "1.78") + clip: "heigth_m",
        field("model", "/etc/passwd") + clip: "model",
        field("blur_faces", "perhaps") + clip: "blur_faces",
        field("label", "x" * 2000) + clip: "label",
        field("label", "x") + field("label", "y") + clip: "label",
        field("height_m", "1", '; filename="x"') + clip: "height_m",
        field("clip", "run.mp4"): "clip",
        clip + clip: "clip",
        HEAD + b"\r\n": "clip",
        field("label", "x"): "clip",
        b"".join(field(f"f{number}", "x") for number in range(21)) + clip: "form",
    }
    for body, name in mistakes.items():
        status, code, detail = posted(client, body + b"--b--\r\n")
        assert (status, code, detail.partition(":")[0]) == (422, "invalid_request", name)
    assert server.files() == []


def test_an_unknown_word_in_a_query_is_refused_with_those_there_are(client: httpx.Client) -> None:
    answer = client.get("/v1/analyses", params={"labl": "Ada"})
    expected = "labl: is not a parameter; the parameters are label, state, session, cursor, limit"
    assert (answer.status_code, answer.json()["detail"]) == (422, expected)
    path = upload(client).headers["location"]
    assert (
        client.delete(path, params={"force": "1"}).json()["detail"]
        == "force: is not a parameter; this address takes none"
    )
    assert client.get(path, params={"wait": "soon"}).status_code == 422
    assert client.get("/healthz", params={"from": "a load balancer"}).status_code == 200


def test_a_field_left_empty_was_not_filled_in(client: httpx.Client) -> None:
    answer = upload(client, data={"height_m": "", "model": "", "label": ""})
    assert (answer.status_code, answer.json()["label"]) == (202, None)
    assert (answer.json()["options"]["height_m"], answer.json()["options"]["model"]) == (None, "full")


@given(
    content=st.binary(max_size=200).filter(lambda content: b"--b" not in content), cuts=st.lists(st.integers(0, 400))
)
def test_a_form_reads_the_same_however_it_is_cut_into_pieces(content: bytes, cuts: list[int]) -> None:
    body = field("label", "Ada") + HEAD + content + TAIL
    edges = [0, *sorted(cut for cut in cuts if cut < len(body)), len(body)]
    got: list[bytes] = []
    form = ClipForm(b"b", "clip", got.append)
    for start, end in itertools.pairwise(edges):
        form.feed(body[start:end])
    form.close()
    assert (b"".join(got), form.fields, form.file_name) == (content, {"label": "Ada"}, "run.mp4")


@given(st.binary(max_size=300))
def test_nonsense_is_refused_as_a_problem_and_nothing_else(body: bytes) -> None:
    def read() -> None:
        form = ClipForm(b"b", "clip", lambda piece: None)
        form.feed(body)
        form.close()

    with pytest.raises(ProblemError):
        read()


# --- broken off


def test_a_client_that_leaves_in_the_middle_leaves_no_file(server: Server) -> None:
    with connected(server) as connection:
        kind = "Content-Type: multipart/form-data; boundary=b"
        connection.sendall(request_head(server, kind, "Content-Length: 1000000") + HEAD + b"x" * 100_000)
        eventually(server.files)
    eventually(lambda: not server.files())
    assert server.service.store.count_states() == {}


def test_an_upload_that_stalls_is_given_up(serve: Serve) -> None:
    server = serve(upload_idle_s=0.3)
    with connected(server) as connection:
        kind = "Content-Type: multipart/form-data; boundary=b"
        connection.sendall(request_head(server, kind, "Content-Length: 1000000") + HEAD)
        assert status_and_code(connection) == (408, "upload_stalled")
    assert server.files() == []


# --- names and contents


def test_a_clip_is_kept_whole_under_a_name_of_ours(server: Server, client: httpx.Client) -> None:
    content = bytes(range(256)) * 1000
    answer = upload(client, content, name="../../etc/passwd.mp4")
    assert answer.json()["clip"] == {
        "name": "passwd.mp4",
        "sha256": hashlib.sha256(content).hexdigest(),
        "bytes": len(content),
    }
    (stored,) = server.files()
    assert "passwd" not in stored
    assert (server.service.settings.data_dir / stored).read_bytes() == content


@given(st.text())
def test_a_name_is_always_fit_to_be_shown(name: str) -> None:
    shown = display_name(name)
    assert 0 < len(shown) <= 100
    assert shown.isprintable()
    assert not set(shown) & set("/\\")
