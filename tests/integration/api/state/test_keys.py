"""Keys: found by their token, kept as no secret, used until they are revoked."""

from dataclasses import replace
from datetime import timedelta

from formcheck_api.operations.settings import Settings
from formcheck_api.store.store import Store
from service.accepting import NOW


def test_a_key_is_found_by_its_token_until_it_is_revoked(store: Store) -> None:
    key, token = store.create_key("Anna's app", ["analyses:read", "analyses:write"], NOW)
    assert token.startswith(f"fck_{key.prefix}_")
    assert store.find_key(token) == key
    assert store.revoke_key(key.prefix, NOW)
    assert store.find_key(token) is None
    assert not store.revoke_key(key.prefix, NOW)
    assert store.list_keys() == (replace(key, revoked=NOW),)


def test_a_wrong_token_finds_no_key(store: Store) -> None:
    key, token = store.create_key("app", ["analyses:read"], NOW)
    secret = token.rpartition("_")[2]
    for wrong in ("", "fck", token[:-1], f"fck_{key.prefix}_", f"xyz_{key.prefix}_{secret}", f"fck__{secret}"):
        assert store.find_key(wrong) is None, wrong


def test_the_secret_of_a_key_is_nowhere_in_the_database(local_store: Store, settings: Settings) -> None:
    _, token = local_store.create_key("app", ["analyses:read"], NOW)
    files = list(settings.data_dir.glob("formcheck.db*"))
    assert files
    assert all(token.rpartition("_")[2].encode() not in file.read_bytes() for file in files)


def test_the_last_use_of_a_key_is_written_once_a_minute(store: Store) -> None:
    key, _ = store.create_key("app", ["analyses:read"], NOW)
    for seconds in (0, 30, 70):
        store.touch_key(key.prefix, NOW + timedelta(seconds=seconds))
    assert store.list_keys()[0].last_used == NOW + timedelta(seconds=70)
    store.touch_key(key.prefix, NOW + timedelta(seconds=75))
    assert store.list_keys()[0].last_used == NOW + timedelta(seconds=70)
