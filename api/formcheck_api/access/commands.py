"""``formcheck keys``, ``confirm-clock`` and ``db``: what needs the store, and not the service around it."""

import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Final

from pydantic import ValidationError
from sqlalchemy.exc import SQLAlchemyError

from formcheck.records.errors import UsageError
from formcheck.words.catalogue import ENGLISH
from formcheck_api.operations.settings import Settings
from formcheck_api.store.database import reason_of
from formcheck_api.store.store import Store, store_of

DONE: Final = 0

FLAGS: Final = MappingProxyType({"workers": "--concurrency"})
"""Of commands, where they are not called like the setting."""

say: Final = ENGLISH.say


def create_key(name: str, scopes: Sequence[str], clips_of: str | None) -> int:
    """Create a key and show it, this once. Raises UsageError where the key whose clips it shares does not exist."""
    store = open_store(read_settings())
    owner = _owner(store, clips_of) if clips_of else None
    key, token = store.create_key(name, scopes, _now(), owner=owner)
    sys.stderr.write(say("operator.key_created", name=key.name) + "\n")
    sys.stdout.write(f"{token}\n")
    return DONE


def _owner(store: Store, prefix: str) -> str:
    """Whose clips a key works with; one that was revoked can be followed by another."""
    for key in store.list_keys():
        if key.prefix == prefix:
            return key.owner
    raise UsageError(say("error.service.no_key", prefix=prefix))


def list_keys() -> int:
    """Show every key without its secret."""
    for key in open_store(read_settings()).list_keys():
        used, revoked = (_day(moment) for moment in (key.last_used, key.revoked))
        state = say("operator.revoked", day=revoked) if key.revoked else say("operator.last_used", day=used)
        shown = [key.prefix, ",".join(sorted(key.scopes)), _day(key.created), state]
        shares = [] if key.owner == key.prefix else [say("operator.shares", owner=key.owner)]
        sys.stdout.write("  ".join([*shown, *shares, key.name]) + "\n")
    return DONE


def revoke_key(prefix: str) -> int:
    """Revoke a key. Raises UsageError where no key in use has that prefix."""
    if not open_store(read_settings()).revoke_key(prefix, _now()):
        raise UsageError(say("error.service.no_key_in_use", prefix=prefix))
    return DONE


def confirm_clock() -> int:
    """Confirm the present time: what is too old by it is deleted at the service's next sweep."""
    store, present = open_store(read_settings()), _now()
    seen = store.seen_time()
    store.note_time(present, even_earlier=True)
    last = say("operator.last_sweep", seen=_minute(seen)) if seen else say("operator.no_sweep")
    sys.stdout.write(say("operator.confirmed", now=_minute(present), last=last) + "\n")
    return DONE


def upgrade() -> int:
    """Bring the tables up to date, which every start does as well. Raises UsageError."""
    open_store(read_settings())
    sys.stdout.write(say("operator.upgraded") + "\n")
    return DONE


def _day(moment: datetime | None) -> str:
    return f"{moment:%Y-%m-%d}" if moment else say("operator.never")


def _minute(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M}"


def read_settings(**given: object) -> Settings:
    """The settings: those ``given``, then those of the environment. Raises UsageError for one that is not valid."""
    try:
        return Settings(**given)  # type: ignore[arg-type]  # checked by pydantic
    except ValidationError as error:
        mistake = error.errors()[0]
        field, why = str(mistake["loc"][0]), mistake["msg"].removeprefix("Value error, ")
        if field in given:
            raise UsageError(say("error.service.option", name=FLAGS.get(field, f"--{field}"), why=why)) from None
        raise UsageError(say("error.service.setting", name=f"FORMCHECK_{field}".upper(), why=why)) from None


def open_store(settings: Settings) -> Store:
    """The store behind the settings. Raises UsageError where it can't be opened."""
    try:
        return store_of(settings.database, settings.sharing)
    except SQLAlchemyError as error:
        raise UsageError(say("error.service.database", why=reason_of(error))) from error


def _now() -> datetime:
    return datetime.now(UTC)
