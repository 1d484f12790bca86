"""What clients hold to find things again: ids, and cursors that lead from page to page."""

import binascii
import json
import secrets
from base64 import b32encode, urlsafe_b64decode, urlsafe_b64encode
from datetime import UTC, datetime
from typing import Final

ID_BYTES: Final = 16
"""128 random bits: impossible to guess, and unique."""


class CursorError(ValueError):
    """A cursor that no page gave."""


def new_id(kind: str) -> str:
    """A random id that begins with its kind: ``an_`` and 26 letters and digits."""
    return f"{kind}_{b32encode(secrets.token_bytes(ID_BYTES)).decode().rstrip('=').lower()}"


def cursor_of(*place: str) -> str:
    """The cursor of a place in a list: what the last row of a page is sorted by."""
    return urlsafe_b64encode(json.dumps(place).encode()).decode().rstrip("=")


def place_of(cursor: str, count: int) -> tuple[str, ...]:
    """The ``count`` texts that a cursor was made of. Raises CursorError."""
    try:
        place = json.loads(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (ValueError, binascii.Error) as error:
        raise CursorError(cursor) from error
    fits = isinstance(place, list) and len(place) == count
    if not fits or not all(isinstance(each, str) and "\0" not in each for each in place):
        raise CursorError(cursor)
    return tuple(place)


def moment_of(text: str) -> datetime:
    """The time in a cursor, in UTC. Raises CursorError."""
    try:
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is None:
            raise CursorError(text)
        return moment.astimezone(UTC)  # here, where a time beyond the calendar's ends is still the cursor's fault
    except (ValueError, OverflowError) as error:
        raise CursorError(text) from error
