"""The disks that the service keeps its files on: how much room is left, and whether they can be written."""

import os
from collections.abc import Iterable
from pathlib import Path
from tempfile import TemporaryFile
from typing import Final
from urllib.parse import unquote, urlsplit

from sqlalchemy import make_url

from formcheck.words.catalogue import ENGLISH
from formcheck_api.operations.settings import MEGABYTE, Settings

_PROBE: Final = bytes(4096)
"""One page: what is smaller may find room where nothing else does."""


def folders(settings: Settings) -> frozenset[Path]:
    """Where the service writes on this machine; of a folder that is not made yet, the one it will be made in."""
    database, blobs = make_url(settings.database), urlsplit(settings.blobs)
    found = {settings.data_dir.absolute()}
    if database.get_backend_name() == "sqlite" and database.database:
        found.add(Path(database.database).absolute().parent)
    if blobs.scheme == "file":
        found.add(Path(unquote(blobs.path)))
    return frozenset(map(_existing, found))


def free_bytes(settings: Settings) -> int:
    """Room left for this user, on the fullest of the disks. Raises OSError."""
    return min(found.f_bavail * found.f_frsize for found in map(os.statvfs, folders(settings)))


def shortage(settings: Settings, coming_bytes: int = 0) -> str | None:
    """Why nothing new should be begun: no room for it beyond the reserve, or a disk that is out of order."""
    try:
        if any(os.statvfs(folder).f_flag & os.ST_RDONLY for folder in folders(settings)):
            return ENGLISH.say("fault.read_only")
        free = free_bytes(settings)
    except OSError as error:
        return ENGLISH.say("fault.disk", reason=error.strerror)
    reserve_bytes = settings.disk_reserve_mb * MEGABYTE
    if free - coming_bytes >= reserve_bytes:
        return None
    room = {"left_mb": free // MEGABYTE, "reserve_mb": settings.disk_reserve_mb}
    if free < reserve_bytes:
        return ENGLISH.say("fault.disk_full", **room)
    return ENGLISH.say("fault.no_room", coming_mb=f"{coming_bytes / MEGABYTE:.0f}", **room)


def check_writable(settings: Settings) -> None:
    """Write a little to each disk and forget it. Raises OSError where that fails, whatever the reason."""
    for folder in folders(settings):
        with TemporaryFile(dir=folder, buffering=0) as file:
            file.write(_PROBE)


def _existing(folder: Path) -> Path:
    return next(place for place in _upwards(folder) if place.exists())


def _upwards(folder: Path) -> Iterable[Path]:
    return (folder, *folder.parents)
