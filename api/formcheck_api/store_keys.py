"""API keys in the store: made once, shown once, kept as a hash."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Engine

from formcheck_api.records import ApiKey


class KeyStore:
    """The keys clients authenticate with: ``fck_<prefix>_<secret>``."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def create_key(self, name: str, scopes: Iterable[str], now: datetime) -> tuple[ApiKey, str]:
        """A new key and the text to send as bearer token, which cannot be had again."""
        raise NotImplementedError

    def find_key(self, token: str) -> ApiKey | None:
        """The key a bearer token belongs to; None when it is wrong or revoked."""
        raise NotImplementedError

    def list_keys(self) -> tuple[ApiKey, ...]:
        """All keys, revoked ones too, oldest first."""
        raise NotImplementedError

    def revoke_key(self, prefix: str, now: datetime) -> bool:
        """End a key's use; what it uploaded stays until retention. False: no such key in use."""
        raise NotImplementedError

    def touch_key(self, prefix: str, now: datetime) -> None:
        """Note that the key was used; written once a minute at most."""
        raise NotImplementedError
