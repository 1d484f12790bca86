"""A service talked to byte by byte, as no client library would."""

import select
import socket
import time

import httpx

from service.server import WITHIN_S, Server


def connected(server: Server) -> socket.socket:
    url = httpx.URL(server.url)
    return socket.create_connection((url.host, url.port), timeout=10)


def status_and_code(connection: socket.socket) -> tuple[int, str]:
    """Of an answer whose body is one JSON object."""
    text = ""
    while not text.endswith("}"):
        text += connection.recv(65536).decode()
    return int(text.split()[1]), text.partition('"code":"')[2].partition('"')[0]


def trickle(connection: socket.socket) -> None:
    """Send 20 bytes a second until the service says something."""
    deadline = time.monotonic() + WITHIN_S
    while not select.select([connection], [], [], 0.05)[0]:
        connection.sendall(b"x")
        assert time.monotonic() < deadline, "it is still reading"
