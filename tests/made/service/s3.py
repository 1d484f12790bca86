"""A real S3 server of its own process (rclone's, which checks signatures), and a line to it that breaks on request."""

import contextlib
import http.client
import os
import re
import subprocess
import sys
import tempfile
import threading
import urllib.parse
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal

import pytest

BUCKET = "clips"
KEYS = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test-secret", "AWS_REGION": "us-east-1"}

Fault = Literal["500", "cut", "late"]
Faults = Callable[[str, str], Fault | None]
"""What happens to a request, by its method and path with query; None: nothing."""


def environment(address: str) -> dict[str, str]:
    """What leads a service to the server."""
    return KEYS | {"AWS_ENDPOINT": address}


@contextlib.contextmanager
def s3_server() -> Iterator[tuple[str, Path]]:
    """Address of a server with one empty bucket, and the folder of its files."""
    program = files("rclone_api") / "bin" / "rclone"
    if not program.is_file():
        pytest.skip("there is no rclone for this system")
    with tempfile.TemporaryDirectory(prefix="formcheck-s3-") as folder:
        (Path(folder) / BUCKET).mkdir()
        keys = ",".join((KEYS["AWS_ACCESS_KEY_ID"], KEYS["AWS_SECRET_ACCESS_KEY"]))
        command = [str(program), "serve", "s3", folder, "--addr", "127.0.0.1:0", "--auth-key", keys]
        settings = os.environ | {"RCLONE_CONFIG": os.devnull}
        with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=settings) as popen:
            assert popen.stderr is not None
            address = re.search(r"\[(http://.+)/\]", popen.stderr.readline())
            assert address
            reader = threading.Thread(target=popen.stderr.read)  # lest it waits for someone to read its log
            reader.start()
            try:
                yield address[1], Path(folder) / BUCKET
            finally:
                popen.terminate()
                reader.join()


class _Line(ThreadingHTTPServer):
    def handle_error(self, *request: Any) -> None:
        """Say nothing of clients that were killed."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(*request)


@contextlib.contextmanager
def faulty_line(address: str, faults: Faults = lambda method, path: None) -> Iterator[str]:
    """An address that leads to the server, but for the faults."""
    target = urllib.parse.urlsplit(address).netloc

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _pass(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            fault = faults(self.command, self.path)
            if fault == "cut":
                self.close_connection = True
                return
            if fault == "500":
                self._answer(500, [], b"<Error><Code>InternalError</Code></Error>")
                return
            with contextlib.closing(http.client.HTTPConnection(target, timeout=30)) as line:
                line.request(self.command, self.path, body, dict(self.headers))
                answer = line.getresponse()
                content = answer.read()
            if fault == "late":  # it was done, and nobody hears of it
                self.close_connection = True
                return
            is_part = answer.status == 200 and answer.getheader("Content-Range")
            self._answer(206 if is_part else answer.status, answer.getheaders(), content)  # rclone forgets its 206

        def _answer(self, status: int, headers: list[tuple[str, str]], content: bytes) -> None:
            own = ("content-length", "transfer-encoding", "connection", "server", "date")
            kept = [pair for pair in headers if pair[0].lower() not in own]
            length = next((value for name, value in headers if name.lower() == "content-length"), str(len(content)))
            self.send_response(status)
            for name, value in (*kept, ("Content-Length", length if self.command == "HEAD" else str(len(content)))):
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_PUT = do_POST = do_DELETE = do_HEAD = _pass  # noqa: N815  # http.server's names

        def log_message(self, *arguments: object) -> None:
            """Say nothing."""

    server = _Line(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
