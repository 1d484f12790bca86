"""Signed links: a path that works without a key for a short time, so that a browser can show a picture.

HMAC-SHA256 over the path and the second it expires at. Expiry moves in steps, so that two responses at the same moment
hold the same links and share an ETag.
"""

import hashlib
import hmac
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class LinkSigner:
    """Signs paths and checks what it signed. A link lives between half of ``ttl_s`` and ``ttl_s`` seconds."""

    secret: bytes
    ttl_s: int

    def expiry(self, now: datetime) -> int:
        """When a link signed now ends, in seconds since 1970."""
        step_s = max(1, self.ttl_s // 2)
        return int(now.timestamp()) // step_s * step_s + self.ttl_s

    def sign(self, path: str, now: datetime) -> str:
        """The path with its signature."""
        expires = self.expiry(now)
        return f"{path}?expires={expires}&signature={self._signature(path, str(expires))}"

    def accepts(self, path: str, expires: str, signature: str, now: datetime) -> bool:
        """Whether this path was signed with this expiry, and the time has not come."""
        wanted = self._signature(path, expires).encode("ascii")
        if not hmac.compare_digest(wanted, signature.encode("utf-8", "replace")):
            return False
        return int(expires) > now.timestamp()  # ours, since the signature holds it

    def _signature(self, path: str, expires: str) -> str:
        message = f"{path}\n{expires}".encode("utf-8", "replace")
        return urlsafe_b64encode(hmac.digest(self.secret, message, hashlib.sha256)).decode("ascii").rstrip("=")
