"""What responses of resumable uploads say: an upload's state as headers, and which numbers contradict each other."""

from datetime import datetime
from email.utils import format_datetime
from typing import Final

from formcheck_api.http.wire.resources import ANALYSES
from formcheck_api.records.analyses import ResumableUpload
from formcheck_api.records.problems import ProblemError
from formcheck_api.uploads.protocol import Told

ANALYSIS_HEADER: Final = "Analysis-Location"
"""Where the analysis of a whole clip is; the protocols have no header for it."""

ASKED: Final = (
    "Content-Digest",
    "Content-Type",
    "Tus-Resumable",
    "Upload-Checksum",
    "Upload-Complete",
    "Upload-Defer-Length",
    "Upload-Draft-Interop-Version",
    "Upload-Length",
    "Upload-Metadata",
    "Upload-Offset",
    "X-HTTP-Method-Override",
)
ANSWERED: Final = (
    ANALYSIS_HEADER,
    "Tus-Checksum-Algorithm",
    "Tus-Extension",
    "Tus-Max-Size",
    "Tus-Resumable",
    "Tus-Version",
    "Upload-Complete",
    "Upload-Defer-Length",
    "Upload-Expires",
    "Upload-Length",
    "Upload-Limit",
    "Upload-Offset",
)
"""Headers of requests and responses, for pages of other origins."""
_PROBLEM_TYPES: Final = "https://iana.org/assignments/http-problem-types#"


def length_of(asked: Told, start: int, known: int | None) -> int | None:
    """The whole clip's length, by whatever says it. Raises ProblemError 400 where two of them say two."""
    said = [known, asked.length]
    if asked.is_last and asked.body_bytes is not None:
        said.append(start + asked.body_bytes)
    lengths = [each for each in said if each is not None]
    if len(set(lengths)) > 1:
        raise inconsistent(*sorted(set(lengths))[:2])
    return lengths[0] if lengths else None


def state_of(upload: ResumableUpload, asked: Told, most_bytes: int, now: datetime) -> dict[str, str]:
    """The headers that say how far an upload is."""
    headers = {"Upload-Offset": str(upload.offset), "Cache-Control": "no-store"}
    if upload.analysis_id:
        headers[ANALYSIS_HEADER] = f"{ANALYSES}/{upload.analysis_id}"
    if upload.length is not None:
        headers["Upload-Length"] = str(upload.length)
    if not asked.is_tus:
        left_s = max(0, round((upload.expires - now).total_seconds()))
        headers["Upload-Complete"] = "?1" if upload.analysis_id else "?0"
        return headers | {"Upload-Limit": f"max-size={most_bytes}, max-age={left_s}"}
    if upload.length is None:
        headers["Upload-Defer-Length"] = "1"
    if not upload.analysis_id:
        headers["Upload-Expires"] = format_datetime(upload.expires, usegmt=True)
    return headers


def elsewhere(upload: ResumableUpload, start: int) -> ProblemError:
    """The problem of bytes that do not follow on what has arrived."""
    members = {
        "type": f"{_PROBLEM_TYPES}mismatching-upload-offset",
        "expected-offset": upload.offset,
        "provided-offset": start,
    }
    here = {"Upload-Offset": str(upload.offset)}
    return ProblemError("upload_offset_mismatch", expected=upload.offset, given=start, headers=here, extra=members)


def inconsistent(length: int, other: int) -> ProblemError:
    """The problem of a clip with two lengths."""
    members = {"type": f"{_PROBLEM_TYPES}inconsistent-upload-length"}
    return ProblemError("upload_length_inconsistent", length=length, other=other, extra=members)
