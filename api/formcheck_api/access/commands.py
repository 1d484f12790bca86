"""``formcheck keys`` and ``formcheck confirm-clock``: what needs the store, and not the service around it."""

import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

from pydantic import ValidationError
from sqlalchemy.exc import SQLAlchemyError

from formcheck.records.errors import UsageError
from formcheck_api.operations.settings import Settings
from formcheck_api.store.database import reason_of
from formcheck_api.store.store import Store, store_of

DONE: Final = 0


def create_key(name: str, scopes: Sequence[str], clips_of: str | None) -> int:
    """Make a key and show it, this once. Raises UsageError when there is none whose clips it is to share."""
    store = open_store(read_settings())
    owner = _owner(store, clips_of) if clips_of else None
    key, token = store.create_key(name, scopes, _now(), owner=owner)
    sys.stderr.write(f"The key of {key.name}; keep it, it is not shown again:\n")
    sys.stdout.write(f"{token}\n")
    return DONE


def _owner(store: Store, prefix: str) -> str:
    """Whose clips a key works with; one that was revoked can be followed by another."""
    for key in store.list_keys():
        if key.prefix == prefix:
            return key.owner
    raise UsageError(f"there is no key {prefix}; formcheck keys list shows them")


def list_keys() -> int:
    """Show every key without its secret."""
    for key in open_store(read_settings()).list_keys():
        state = f"revoked {_day(key.revoked)}" if key.revoked else f"last used {_day(key.last_used)}"
        told = [key.prefix, ",".join(sorted(key.scopes)), _day(key.created), state]
        shares = [] if key.owner == key.prefix else [f"clips of {key.owner}"]
        sys.stdout.write("  ".join([*told, *shares, key.name]) + "\n")
    return DONE


def revoke_key(prefix: str) -> int:
    """End a key's use. Raises UsageError when there is none of that prefix in use."""
    if not open_store(read_settings()).revoke_key(prefix, _now()):
        raise UsageError(f"there is no key {prefix} in use; formcheck keys list shows them")
    return DONE


def confirm_clock() -> int:
    """Have the present time believed: what is too old by it is deleted at the service's next sweep."""
    store, present = open_store(read_settings()), _now()
    seen = store.seen_time()
    store.note_time(present, even_earlier=True)
    last = f"the last sweep was at {seen:%Y-%m-%d %H:%M} UTC" if seen else "there was no sweep yet"
    sys.stdout.write(
        f"Confirmed {present:%Y-%m-%d %H:%M} UTC ({last}). The next sweep, or a restart, deletes by age.\n"
    )
    return DONE


def _day(moment: datetime | None) -> str:
    return f"{moment:%Y-%m-%d}" if moment else "never"


def read_settings(**told: object) -> Settings:
    """The settings of the environment, over them those told. Raises UsageError for one that is not valid."""
    try:
        return Settings(**told)  # type: ignore[arg-type]  # checked by pydantic
    except ValidationError as error:
        mistake = error.errors()[0]
        name = f"FORMCHECK_{mistake['loc'][0]}".upper()
        raise UsageError(f"{name}: {mistake['msg']}; docs/operations.md lists the settings") from None


def open_store(settings: Settings) -> Store:
    """The store behind the settings. Raises UsageError where it cannot be opened."""
    try:
        return store_of(settings.database)
    except SQLAlchemyError as error:
        raise UsageError(f"the database cannot be opened: {reason_of(error)}; check FORMCHECK_DATABASE_URL") from error


def _now() -> datetime:
    return datetime.now(UTC)
