"""Signed links: how long they live."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from formcheck_api.access.links import LinkSigner


@given(ttl_s=st.integers(1, 10_000), at=st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1)))
def test_a_link_lives_from_half_its_time_to_all_of_it(ttl_s: int, at: datetime) -> None:
    signer, now = LinkSigner(b"secret", ttl_s), at.replace(tzinfo=UTC)
    path, _, query = signer.sign("/a", now).partition("?")
    expires, signature = (part.partition("=")[2] for part in query.split("&"))
    assert signer.accepts(path, expires, signature, now)
    assert signer.accepts(path, expires, signature, now + timedelta(seconds=ttl_s / 2 - 1)) or ttl_s < 3
    assert not signer.accepts(path, expires, signature, now + timedelta(seconds=ttl_s))
    assert not LinkSigner(b"other", ttl_s).accepts(path, expires, signature, now)
