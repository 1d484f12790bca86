"""An upload in somebody's hold, inside a transaction of its caller."""

from sqlalchemy import Connection, delete, select, update

from formcheck_api.records.analyses import Hold, ResumableUpload
from formcheck_api.storage.blobs import upload_prefix
from formcheck_api.store.clients.tables import upload_from, upload_parts, uploads
from formcheck_api.store.expiry import discard


class UploadLostError(Exception):
    """Another request has the upload now, or it was deleted."""


def check_held(db: Connection, hold: Hold) -> ResumableUpload:
    """The upload, locked to the transaction's end. Raises UploadLostError where the hold has gone to another."""
    query = select(uploads).where(uploads.c.id == hold.upload_id, uploads.c.holder == hold.holder).with_for_update()
    row = db.execute(query).mappings().one_or_none()
    if row is None:
        raise UploadLostError(hold.upload_id)
    return upload_from(row)


def note_analysis(db: Connection, hold: Hold, analysis_id: str, clip_bytes: int, *, is_new: bool) -> None:
    """The upload is whole, and this is the analysis of its clip; its parts are garbage."""
    ended = {"analysis_id": analysis_id, "is_new": is_new, "length": clip_bytes, "offset": clip_bytes, "holder": None}
    db.execute(update(uploads).where(uploads.c.id == hold.upload_id).values(ended))
    db.execute(delete(upload_parts).where(upload_parts.c.upload_id == hold.upload_id))
    discard(db, upload_prefix(hold.upload_id))
