"""Where a message may be sent: never into the network that the service stands in, whatever a name resolves to.

A name is resolved once, its addresses are checked, and the connection goes to what was checked: a name that leads
elsewhere a moment later leads nowhere. Redirects are not followed.
"""

import http.client
import ipaddress
import socket
import ssl
from concurrent.futures import Future
from threading import Thread
from typing import Any, Final
from urllib.parse import SplitResult, urlsplit

LONGEST_URL: Final = 2000
_TRANSLATED: Final = tuple(map(ipaddress.ip_network, ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32")))
"""IPv6 addresses that stand for IPv4 ones, which might be private: NAT64, 6to4 and Teredo."""
_PUBLIC_V6: Final = ipaddress.ip_network("2000::/3")
"""All that IANA gives out for the public Internet; Python calls more of the rest global than is (fec0::/10)."""
_CLOUDS: Final = tuple(map(ipaddress.ip_network, ("fd00:ec2::/32", "fd20:ce::254/128", "fd00:c1::a9fe:a9fe/128")))
"""Where AWS, Google and Oracle give away credentials by IPv6, in what else are private networks."""


class ForbiddenAddressError(Exception):
    """The address is not one to send to; the message says why, as a code of the catalogue's ``mistake``."""


def checked_url(url: str, *, private: bool) -> SplitResult:
    """The parts of an address to send to. Raises ForbiddenAddressError."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
        (host or "").encode("idna")  # as the look-up does: no label is empty or longer than 63
    except ValueError:
        raise ForbiddenAddressError("webhook_url") from None
    fits = len(url) <= LONGEST_URL and url.isascii() and url.isprintable() and " " not in url
    if not fits or not host or parts.username or parts.password or parts.fragment:
        raise ForbiddenAddressError("webhook_url")
    if parts.scheme != "https" and not (parts.scheme == "http" and private):
        raise ForbiddenAddressError("webhook_https")
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return parts
    if not may_receive(address, private=private):
        raise ForbiddenAddressError("webhook_private")
    return parts


def may_receive(address: ipaddress.IPv4Address | ipaddress.IPv6Address, *, private: bool) -> bool:
    """Whether messages may go to this address; ``private``: to loopback and private networks, too."""
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped:
            return may_receive(address.ipv4_mapped, private=private)
        if any(address in network for network in (*_TRANSLATED, *_CLOUDS)):
            return False
        if address not in _PUBLIC_V6 and not address.is_private:
            return False
    if address.is_multicast or address.is_unspecified or address.is_link_local:  # the last: a cloud's own secrets
        return False
    return address.is_global or (private and address.is_private)


def connection_to(parts: SplitResult, *, private: bool, timeout_s: float) -> http.client.HTTPConnection:
    """A connection to a checked address of the host. Raises OSError and ForbiddenAddressError."""
    host = str(parts.hostname)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    found = _looked_up(host, port, timeout_s)
    allowed = [each for each in found if may_receive(ipaddress.ip_address(each[4][0]), private=private)]
    if len(allowed) < len(found) or not found:
        raise ForbiddenAddressError("webhook_private")
    family, kind, protocol, _, place = allowed[0]
    line = socket.socket(family, kind, protocol)
    try:
        line.settimeout(timeout_s)
        line.connect(place)
        if parts.scheme == "https":
            line = ssl.create_default_context().wrap_socket(line, server_hostname=host)
    except BaseException:
        line.close()
        raise
    connection = http.client.HTTPConnection(host, port, timeout=timeout_s)
    connection.sock = line  # connected: it looks up nothing by itself
    return connection


def _looked_up(host: str, port: int, timeout_s: float) -> list[tuple[Any, ...]]:
    """The addresses of a host. Raises OSError, also where the resolver takes longer: its thread is left behind."""
    found: Future[list[tuple[Any, ...]]] = Future()

    def look_up() -> None:
        try:
            found.set_result(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
        except Exception as error:  # for whoever waits, if anybody still does
            found.set_exception(error)

    Thread(target=look_up, daemon=True).start()
    return found.result(timeout_s)
