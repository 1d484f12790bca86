"""A full disk is reported, clips can be deleted, and waiting clips are analysed when there is room again."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from tools.siege.clips import ended, send, short_clip
from tools.siege.service import serving

DISK_MB = 40
RESERVE_MB = 10


def run(scratch: Path) -> str:
    """Fill a disk of 40 MB to its last byte under a running service, and empty it again."""
    content = short_clip(scratch / "short.mp4")
    data = scratch / "data"
    data.mkdir()
    with (
        _disk(data) as mounted,
        serving(scratch, FORMCHECK_DISK_RESERVE_MB=str(RESERVE_MB)) as service,
        service.client() as client,
    ):
        if not mounted:
            return "not tried: this user may not mount a small disk"
        done = send(client, content, "done").headers["location"]
        ended(client, [done])
        waiting = send(client, content, "waiting").headers["location"]
        _fill(data / "filler")
        ready, refused = client.get("/readyz"), send(client, content, "refused")
        deleted = client.delete(done)
        seen = f"/readyz {ready.status_code}, upload {refused.status_code}, DELETE {deleted.status_code}"
        assert (ready.status_code, refused.status_code, deleted.status_code) == (503, 507, 204), seen
        (data / "filler").unlink()
        (analysis,) = ended(client, [waiting])
        again = client.get("/readyz").status_code
    assert (analysis["state"], again) == ("succeeded", 200), f"{analysis['problem']}, then /readyz {again}"
    return f"{seen}; with room again /readyz {again} and the clip that waited succeeded"


@contextmanager
def _disk(folder: Path) -> Iterator[bool]:
    """Mount a small disk; False where that is not allowed."""
    mount = ["mount", "-t", "tmpfs", "-o", f"size={DISK_MB}m", "tmpfs", str(folder)]
    mounted = subprocess.run(mount, check=False, capture_output=True).returncode == 0
    try:
        yield mounted
    finally:
        if mounted:
            subprocess.run(["umount", "--lazy", str(folder)], check=True)


def _fill(path: Path) -> None:
    with path.open("wb", buffering=0) as file:
        for size in (1 << 20, 4096):
            with suppress(OSError):
                while file.write(bytes(size)):
                    pass
