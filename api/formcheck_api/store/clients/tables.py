"""The tables of uploads under way, and how their rows become records."""

from typing import Any, Final

from sqlalchemy import JSON, BigInteger, Boolean, Column, ForeignKey, Index, RowMapping, String, Table

from formcheck_api.records.analyses import ResumableUpload
from formcheck_api.store.tables import UtcDateTime, metadata

uploads: Final = Table(
    "uploads",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("owner", String(40), nullable=False),
    Column("key", String(255)),  # the client's own word for it
    Column("length", BigInteger),
    Column("offset", BigInteger, nullable=False),
    Column("name", String(255), nullable=False),
    Column("fields", JSON, nullable=False),
    Column("created", UtcDateTime, nullable=False),
    Column("expires", UtcDateTime, nullable=False, index=True),
    Column("holder", String(40)),  # the request that may add bytes
    Column("analysis_id", ForeignKey("analyses.id", ondelete="CASCADE"), index=True),
    Column("is_new", Boolean, nullable=False),  # the analysis was made for this upload, not found
    Index(None, "owner", "key", unique=True),
)

upload_parts: Final = Table(
    "upload_parts",
    metadata,
    Column("upload_id", ForeignKey("uploads.id", ondelete="CASCADE"), primary_key=True),
    Column("start", BigInteger, primary_key=True),
    Column("bytes", BigInteger, nullable=False),
    Column("key", String(255), nullable=False),
)


def upload_from(row: RowMapping) -> ResumableUpload:
    """The record of a row of ``uploads``."""
    values: dict[str, Any] = {name: row[name] for name in ResumableUpload.__slots__}
    return ResumableUpload(**values)
