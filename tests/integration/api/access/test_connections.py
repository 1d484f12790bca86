"""Connections that are idle, slow or too many: each ends in time, and none blocks other clients."""

import socket
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import httpx
import pytest

from service.by_socket import connected, status_and_code, trickle
from service.server import Serve, Server, eventually, idle, serving

pytestmark = pytest.mark.slow

UNREAD = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000000000\r\n\r\n"


def is_closed(connection: socket.socket) -> bool:
    """Whether the service ends a connection, before the test's patience ends; reads what comes until then."""
    try:
        while connection.recv(65536):
            pass
    except ConnectionError:
        return True
    return True


@pytest.mark.parametrize("said", [b"", b"GET /healthz HTTP/1.1\r\nHost: loc", UNREAD])
def test_a_connection_that_goes_silent_is_closed(serve: Serve, said: bytes) -> None:
    server = serve(request_head_s=0.3)
    with connected(server) as connection:
        connection.sendall(said)
        assert is_closed(connection)


def test_a_head_that_trickles_is_cut_off(serve: Serve) -> None:
    server = serve(request_head_s=0.3)
    with connected(server) as connection:
        connection.sendall(b"GET /healthz HTTP/1.1\r\nX: ")
        trickle(connection)
        assert is_closed(connection)


@pytest.mark.parametrize(
    ("said", "status", "code"),
    [
        (b"hello\r\n\r\n", 400, "request_malformed"),
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", 400, "request_malformed"),  # TLS
        (b"GET / HTTP/1.1\r\n\r\n", 400, "request_malformed"),  # without Host
        (b"GET / HTTP/1.1\r\nHost: a\r\nBad header\r\n\r\n", 400, "request_malformed"),
        (b"GET /" + b"a" * 300_000 + b" HTTP/1.1\r\nHost: a\r\n\r\n", 431, "request_head_too_large"),
        (b"GET / HTTP/1.1\r\nHost: a\r\nX: " + b"a" * 300_000 + b"\r\n\r\n", 431, "request_head_too_large"),
        (b"POST /look HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nno size\r\n", 400, "request_malformed"),
    ],
)
def test_what_is_no_http_is_answered_with_a_problem_and_closed(
    server: Server, said: bytes, status: int, code: str
) -> None:
    with connected(server) as connection:
        connection.sendall(said)
        head = connection.recv(65536, socket.MSG_PEEK).partition(b"\r\n\r\n")[0].lower()
        assert status_and_code(connection) == (status, code)
        assert b"content-type: application/problem+json" in head
        assert b"x-content-type-options: nosniff" in head
        assert connection.recv(1) == b""


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST"])
def test_a_broken_body_that_comes_with_its_head_is_one_400_and_no_fault(
    server: Server, caplog: pytest.LogCaptureFixture, method: str
) -> None:
    for _ in range(5):
        with connected(server) as connection:
            head = f"{method} /healthz HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\n"
            connection.sendall(head.encode())
            assert connection.recv(12) == b"HTTP/1.1 400"
            while connection.recv(65536):
                pass
    assert [record.message for record in caplog.records if record.levelname == "ERROR"] == []


def test_a_body_that_breaks_off_leaves_no_file_and_no_waiting_request(serve: Serve) -> None:
    server = serve()
    with connected(server) as connection:
        connection.sendall(b"POST /v1/analyses HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n")
        connection.sendall(b"Content-Type: multipart/form-data; boundary=b\r\n\r\n5\r\n--b\r\n\r\nno size\r\n")
        assert is_closed(connection)
        eventually(lambda: not server.connections and not server.files())


def test_a_connection_that_asks_is_kept_for_the_next_request_whatever_the_deadline_of_a_head(serve: Serve) -> None:
    server = serve(request_head_s=0.2)
    with server.client() as client, connected(server) as silent:
        first = client.get("/healthz")
        assert is_closed(silent)  # a later deadline than the client's would have been
        second = client.get("/healthz")
        stream = first.extensions["network_stream"].get_extra_info("client_addr")
        assert second.extensions["network_stream"].get_extra_info("client_addr") == stream


def test_an_answer_that_takes_longer_than_a_head_may_is_waited_for(serve: Serve) -> None:
    server = serve(request_head_s=0.2)
    with server.client() as client:
        path = client.post("/v1/analyses", files={"clip": b"clip"}).json()["links"]["self"]
        assert client.get(path, params={"wait": 0.6}).json()["state"] == "queued"


def test_beyond_the_most_connections_the_one_that_has_waited_longest_is_closed(serve: Serve) -> None:
    server = serve(max_connections=10)
    silent = [connected(server) for _ in range(30)]
    assert [httpx.get(f"{server.url}/healthz").status_code for _ in range(3)] == [200] * 3
    assert all(is_closed(connection) for connection in silent[:20])
    silent[-1].sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
    assert silent[-1].recv(12) == b"HTTP/1.1 200"
    for connection in silent:
        connection.close()


def test_one_address_cannot_keep_the_others_out_though_all_its_connections_are_answered(serve: Serve) -> None:
    server = serve(max_connections=20, max_connections_per_address=6)
    with server.client() as client:
        events = httpx.URL(client.post("/v1/analyses", files={"clip": b"clip"}).json()["links"]["events"]).raw_path
    port = httpx.URL(server.url).port
    streams = [
        socket.create_connection(("127.0.0.1", port), timeout=10, source_address=("127.0.0.2", 0)) for _ in range(30)
    ]
    for stream in streams:
        with suppress(OSError):
            stream.sendall(b"GET " + events + b" HTTP/1.1\r\nHost: localhost\r\n\r\n")
    assert [httpx.get(f"{server.url}/healthz").status_code for _ in range(3)] == [200] * 3
    for stream in streams:
        stream.close()


def test_a_response_that_the_client_does_not_read_is_dropped(serve: Serve) -> None:
    server = serve(answer_idle_s=0.3)
    with connected(server) as connection:
        connection.sendall(b"GET /openapi.json HTTP/1.1\r\nHost: localhost\r\n\r\n" * 500)  # 40 MB of responses
        eventually(lambda: server.connections)
        eventually(lambda: not server.connections)


def test_an_answer_is_taken_whole_however_long_after_it_was_written(tmp_path: Path) -> None:
    with serving(idle(tmp_path), keep_alive_s=1) as server, socket.socket() as slow, connected(server) as other:
        slow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        slow.settimeout(10)
        address = httpx.URL(server.url)
        slow.connect((address.host, address.port))
        slow.sendall(b"GET /openapi.json HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert slow.recv(12) == b"HTTP/1.1 200"
        other.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert is_closed(other)  # so the time for another request is over
        answer = slow.makefile("rb")
        size_bytes = next(int(line[15:]) for line in answer if line.lower().startswith(b"content-length:"))
        while answer.readline().strip():
            pass
        assert len(answer.read(size_bytes)) == size_bytes
        assert is_closed(slow)  # in its own time


def test_as_many_files_may_be_opened_as_the_connections_need_and_no_more_connections_than_files() -> None:
    told = "import resource; from formcheck_api.access.connections import most_connections as most; "
    told += "print(most({}), resource.getrlimit(resource.RLIMIT_NOFILE)[0])"
    for limits, wanted, expected in (
        ((256, 256), 1000, "64 256"),
        ((256, 4096), 1000, "1000 2128"),
        ((100, 100), 1000, "10 100"),
        ((4096, 4096), 20, "20 4096"),
    ):
        command = ["sh", "-c", f'ulimit -Sn {limits[0]}; ulimit -Hn {limits[1]}; exec "$@"', "sh"]
        command += [sys.executable, "-c", told.format(wanted)]
        run = subprocess.run(command, capture_output=True, text=True, check=True)
        assert run.stdout.strip() == expected
