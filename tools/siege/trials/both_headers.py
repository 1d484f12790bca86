"""A false Content-Length beside a chunked body lets no more bytes in than the limit: both together are refused."""

from collections.abc import Iterator
from pathlib import Path

from tools.siege.service import RunningService, serving, status_of
from tools.siege.tus import BYTES, begun

SENT_MB = 20
LIMIT_MB = 1
PIECE = b"x" * 100_000


def run(scratch: Path) -> str:
    """Send 20 MB past a limit of 1 MB, as a form and to a resumable upload."""
    with serving(scratch, FORMCHECK_MAX_UPLOAD_MB=str(LIMIT_MB)) as service, service.client() as client:
        path = begun(client, 1000)
        for head in (
            "POST /v1/analyses HTTP/1.1\nContent-Type: multipart/form-data; boundary=b",
            f"PATCH {path} HTTP/1.1\nUpload-Offset: 0\n"
            + "\n".join(f"{name}: {value}" for name, value in BYTES.items()),
        ):
            answer = service.exchange(f"{head}\nContent-Length: 1\nTransfer-Encoding: chunked", _chunks())
            stored_mb = _stored_mb(service)
            assert status_of(answer) == 400, f"{head.split()[1]} got {answer[:60]!r}, {stored_mb:.1f} MB were stored"
        assert stored_mb <= LIMIT_MB, f"{stored_mb:.1f} MB were stored past a limit of {LIMIT_MB} MB"
        return f"400 twice; {stored_mb:.1f} of {SENT_MB} MB stored"


def _chunks() -> Iterator[bytes]:
    for _ in range(SENT_MB * 1_000_000 // len(PIECE)):
        yield b"%x\r\n%s\r\n" % (len(PIECE), PIECE)
    yield b"0\r\n\r\n"


def _stored_mb(service: RunningService) -> float:
    return sum(path.stat().st_size for path in service.data_dir.glob("blobs/**/*") if path.is_file()) / 1_000_000
