"""API keys in the store: made once, shown once, kept as a hash."""

import hashlib
import hmac
import secrets
from base64 import b32encode
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import insert, or_, select, update

from formcheck_api.records.analyses import ApiKey
from formcheck_api.store.database import Transactions
from formcheck_api.store.tables import key_from, keys

TOKEN_MARK: Final = "fck"
"""Begins every token, so that people and scanners of leaked secrets recognise one."""

PREFIX_BYTES: Final = 5
SECRET_BYTES: Final = 32
"""256 random bits need no slow hash: trying them all is impossible."""

TOUCH_EVERY: Final = timedelta(minutes=1)
"""How exactly the last use is known; a write for each request would be too much."""


class KeyStore(Transactions):
    """The keys clients authenticate with: ``fck_<prefix>_<secret>``."""

    def create_key(
        self, name: str, scopes: Iterable[str], now: datetime, *, owner: str | None = None
    ) -> tuple[ApiKey, str]:
        """A new key and its bearer token, which is shown only once; it owns its clips unless ``owner`` is given."""
        prefix, secret = _random(PREFIX_BYTES), _random(SECRET_BYTES)
        values = {
            "prefix": prefix,
            "owner": owner or prefix,
            "name": name,
            "scopes": sorted(set(scopes)),
            "secret_sha256": _sha256(secret),
            "created": now,
        }
        with self._writing() as db:
            row = db.execute(insert(keys).values(values).returning(keys)).mappings().one()
        return key_from(row), f"{TOKEN_MARK}_{prefix}_{secret}"

    def find_key(self, token: str) -> ApiKey | None:
        """The key a bearer token belongs to; None when it is wrong or revoked."""
        mark, _, rest = token.partition("_")
        prefix, _, secret = rest.partition("_")
        query = select(keys).where(keys.c.prefix == prefix, keys.c.revoked.is_(None))
        with self._reading() as db:
            row = db.execute(query).mappings().one_or_none()
        if row is None or mark != TOKEN_MARK or not hmac.compare_digest(row["secret_sha256"], _sha256(secret)):
            return None
        return key_from(row)

    def list_keys(self) -> tuple[ApiKey, ...]:
        """All keys, revoked ones too, oldest first."""
        with self._reading() as db:
            return tuple(
                key_from(row) for row in db.execute(select(keys).order_by(keys.c.created, keys.c.prefix)).mappings()
            )

    def revoke_key(self, prefix: str, now: datetime) -> bool:
        """End a key's use; what it uploaded stays until retention. False: no such key in use."""
        query = update(keys).where(keys.c.prefix == prefix, keys.c.revoked.is_(None)).values(revoked=now)
        with self._writing() as db:
            return db.execute(query).rowcount == 1

    def touch_key(self, prefix: str, now: datetime) -> None:
        """Note that the key was used; written once a minute at most."""
        due = keys.c.prefix == prefix, or_(keys.c.last_used.is_(None), keys.c.last_used < now - TOUCH_EVERY)
        with self._reading() as db:
            if db.execute(select(keys.c.prefix).where(*due)).first() is None:
                return
        with self._writing() as db:
            db.execute(update(keys).where(*due).values(last_used=now))


def _random(size: int) -> str:
    return b32encode(secrets.token_bytes(size)).decode().rstrip("=").lower()


def _sha256(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
