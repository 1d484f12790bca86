"""Which addresses may be sent to."""

import ipaddress
import socket
from threading import Event
from urllib.parse import urlsplit

import pytest

from formcheck_api.access.receivers import ForbiddenAddressError, checked_url, connection_to, may_receive


@pytest.mark.parametrize(
    ("address", "public", "private"),
    [
        ("93.184.216.34", True, True),
        ("2606:2800:220:1:248:1893:25c8:1946", True, True),
        ("127.0.0.1", False, True),
        ("10.1.2.3", False, True),
        ("192.168.1.1", False, True),
        ("::1", False, True),
        ("fd00::1", False, True),
        ("::ffff:10.0.0.1", False, True),
        ("100.64.0.1", False, False),  # a provider's own network
        ("0.0.0.0", False, False),
        ("169.254.169.254", False, False),  # where clouds give away credentials
        ("fe80::1", False, False),
        ("224.0.0.1", False, False),
        ("64:ff9b::a00:1", False, False),  # 10.0.0.1 by NAT64
        ("2002:a00:1::", False, False),  # and by 6to4
        ("::ffff:127.0.0.1", False, True),
        ("::127.0.0.1", False, False),  # IPv4 in forms that nothing uses any more
        ("::ffff:0:127.0.0.1", False, False),
        ("fec0::1", False, False),  # site-local, as private networks once were
        ("fd00:ec2::254", False, False),  # where clouds give away credentials by IPv6
        ("fd20:ce::254", False, False),
        ("fd00:c1::a9fe:a9fe", False, False),
    ],
)
def test_an_address_is_public_private_or_neither(address: str, public: bool, private: bool) -> None:
    found = ipaddress.ip_address(address)
    assert (may_receive(found, private=False), may_receive(found, private=True)) == (public, private)


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("https://example.com/hook?x=1", None),
        ("https://example.com:8443", None),
        ("http://example.com/", "webhook_https"),
        ("ftp://example.com/", "webhook_https"),
        ("https://ada:secret@example.com/", "webhook_url"),
        ("https:///path", "webhook_url"),
        ("https://example.com:99999/", "webhook_url"),
        ("https://exa mple.com/", "webhook_url"),
        ("https://example.com/#x", "webhook_url"),
        ("https://exämple.com/", "webhook_url"),
        ("https://[::1/", "webhook_url"),
        ("https://x..example/", "webhook_url"),
        ("https://.example/", "webhook_url"),
        (f"https://{'a' * 70}.example/", "webhook_url"),
        ("https://127.0.0.1/", "webhook_private"),
        ("https://[::ffff:10.0.0.1]/", "webhook_private"),
    ],
)
def test_an_url_is_refused_with_its_reason(url: str, why: str | None) -> None:
    if why is None:
        assert checked_url(url, private=False).hostname == "example.com"
        return
    with pytest.raises(ForbiddenAddressError, match=why):
        checked_url(url, private=False)


def test_a_resolver_that_hangs_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    over = Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: over.wait())  # no resolver here can be made to hang
    with pytest.raises(TimeoutError):
        connection_to(urlsplit("https://receiver.example/"), private=False, timeout_s=0.01)
    over.set()
