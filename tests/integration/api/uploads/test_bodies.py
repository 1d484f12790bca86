"""Bodies of requests: how much of one is read, how slowly, and never before the key."""

import socket
from contextlib import suppress

import httpx
import pytest
from fastapi.routing import APIRoute, iter_route_contexts

from formcheck_api.http.app import create_app
from formcheck_api.operations.settings import Settings
from formcheck_api.uploads.bodies import SMALL_BODY_BYTES, patience_s
from service.by_socket import connected, status_and_code, trickle
from service.resumable import BYTES, UPLOADS, create
from service.server import Serve, Server

UPLOAD = f"{UPLOADS}/up_{'a' * 26}"

WITH_BODIES = [("POST", "/v1/analyses"), ("POST", UPLOADS), ("PATCH", UPLOAD), ("POST", "/look")]


def begin(server: Server, method: str, path: str, *headers: str) -> socket.socket:
    """A connection that has received the head of a request."""
    connection = connected(server)
    lines = (f"{method} {path} HTTP/1.1", f"Host: {server.url[7:]}", *headers)
    connection.sendall(("\r\n".join(lines) + "\r\n\r\n").encode())
    return connection


@pytest.mark.parametrize(("method", "path"), [*WITH_BODIES, ("GET", "/healthz"), ("DELETE", UPLOAD)])
def test_two_lengths_of_one_body_are_refused_everywhere(server: Server, method: str, path: str) -> None:
    with begin(server, method, path, "Content-Length: 1", "Transfer-Encoding: chunked") as connection:
        connection.sendall(b"5\r\nbytes\r\n")
        assert status_and_code(connection) == (400, "body_length_ambiguous")
        with suppress(ConnectionResetError):  # closed while bytes of ours were on their way
            assert connection.recv(1) == b"", "what follows could be read as another request"
    assert server.files() == []


@pytest.mark.parametrize(("method", "path"), WITH_BODIES)
def test_a_key_is_asked_for_before_any_of_a_body_is_read(serve: Serve, method: str, path: str) -> None:
    server = serve(auth="on", page="on")
    with begin(server, method, path, "Content-Type: application/json", "Content-Length: 100000000") as connection:
        assert status_and_code(connection) == (401, "unauthorized")


def test_no_route_has_its_body_read_by_the_framework() -> None:
    app = create_app(Settings(page="on"))
    routes = [context.route for context in iter_route_contexts(app.routes)]
    assert [route.path for route in routes if isinstance(route, APIRoute) and route.body_field] == []
    assert len(routes) > 20


@pytest.mark.parametrize("path", ["/v1/athletes", "/look"])
def test_a_body_of_json_has_a_limit_of_its_own(client: httpx.Client, path: str) -> None:
    answer = client.post(path, content=iter([b"[", b" " * 4_000_000]))
    assert (answer.status_code, answer.json()["code"]) == (413, "body_too_large")
    assert answer.json()["limit_bytes"] in (SMALL_BODY_BYTES, 3_000_000)


@pytest.mark.parametrize("path", ["/v1/athletes", "/look"])
def test_invalid_or_deeply_nested_json_is_reported_as_such(client: httpx.Client, path: str) -> None:
    for body in (b"", b"{", b"\xff", b'{"a":' * 5000 + b"1" + b"}" * 5000):
        answer = client.post(path, content=body)
        assert (answer.status_code, answer.json()["code"]) == (400, "json_malformed")


def test_a_body_that_comes_too_slowly_is_given_up_though_it_never_halts(serve: Serve) -> None:
    server = serve(upload_idle_s=0.4, upload_min_bytes_s=1000)
    with server.client() as client:
        path = create(client, 100_000).headers["location"]
    told = (f"{name}: {value}" for name, value in (BYTES | {"Upload-Offset": "0"}).items())
    with begin(server, "PATCH", path, *told, "Content-Length: 100000") as connection:
        trickle(connection)
        assert status_and_code(connection) == (408, "upload_stalled")


@pytest.mark.parametrize(
    ("came_bytes", "waited_s", "expected_s"),
    [
        (0, 0, 30),
        (0, 20, 10),
        (50_000, 50, 30),  # at the slowest rate for minutes
        (3000, 40, 0),  # a byte now and then
        (8_000_000, 1, 30),  # a good line that stops
    ],
)
def test_each_piece_of_a_body_buys_the_time_that_the_slowest_line_takes_for_it(
    came_bytes: int, waited_s: float, expected_s: float
) -> None:
    assert patience_s(came_bytes, waited_s, idle_s=30, slowest_bytes_s=1000) == expected_s
