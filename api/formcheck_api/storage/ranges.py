"""Byte ranges of RFC 9110, section 14: one range is obeyed, several are answered with the whole file."""

import re
from typing import Final

from formcheck_api.records.problems import ProblemError

_RANGE: Final = re.compile(r"bytes=(\d{0,18})-(\d{0,18})", re.ASCII)


def asked_range(header: str | None, size: int) -> tuple[int, int] | None:
    """Start and end (exclusive) of the range a header asks for; None when the whole file is to be sent.

    Raises ProblemError 416 when the range begins behind the file's end.
    """
    match = _RANGE.fullmatch(header.strip()) if header else None
    if match is None or match.group(1, 2) == ("", ""):
        return None
    first, last = match.groups()
    start = int(first) if first else max(0, size - int(last))
    end = min(size, int(last) + 1) if first and last else size
    if start >= size:
        raise ProblemError("range_not_satisfiable", size=size, headers={"Content-Range": f"bytes */{size}"})
    return (start, end) if start < end else None
