"""A line to the server that breaks in the middle of an upload, until it is mended."""

import contextlib
import socket
import threading
from collections.abc import Iterator

PIECE_BYTES = 4096


class BreakingLine:
    """A proxy on loopback that breaks every connection which has sent more than ``after_bytes``.

    Every one until ``mend``: a browser by itself sends again what was lost on a connection that it had used before.
    """

    def __init__(self, port: int, after_bytes: int) -> None:
        self._port, self._after_bytes = port, after_bytes
        self._breaks = True
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listening.getsockname()[1]}"

    def run(self) -> None:
        """Take connections until closed."""
        with contextlib.suppress(OSError):
            while True:
                client = self._listening.accept()[0]
                server = socket.create_connection(("127.0.0.1", self._port))
                threading.Thread(target=self._pass, args=(client, server, True), daemon=True).start()
                threading.Thread(target=self._pass, args=(server, client, False), daemon=True).start()

    def mend(self) -> None:
        """Break no more."""
        self._breaks = False

    def close(self) -> None:
        """Take no more."""
        self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()

    def _pass(self, source: socket.socket, target: socket.socket, is_upload: bool) -> None:
        passed = 0
        with contextlib.suppress(OSError):
            while piece := source.recv(PIECE_BYTES):
                passed += len(piece)
                if is_upload and passed > self._after_bytes and self._breaks:
                    break
                target.sendall(piece)
        for each in (source, target):
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()


@contextlib.contextmanager
def breaking_line(url: str, after_bytes: int) -> Iterator[BreakingLine]:
    """A line to the server at ``url``."""
    line = BreakingLine(int(url.rpartition(":")[2]), after_bytes)
    thread = threading.Thread(target=line.run)
    thread.start()
    try:
        yield line
    finally:
        line.close()
        thread.join()
