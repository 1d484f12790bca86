"""Runners who use the page of a service that asks others for keys: known by a receipt that their browser made.

A receipt is 256 random bits, kept in the browser and sent like a key. Only its hash is stored, as the owner of what was
sent with it: who has the receipt may stop and delete that, and upload more. Whoever has the address of such an analysis
may look at it, and no more; the id in it is 128 random bits.
"""

import hashlib
import re
from typing import Final

from formcheck_api.operations.settings import Settings

_RECEIPT: Final = re.compile(r"fcr_[A-Za-z0-9_-]{43}")
_OWNER: Final = "visitor-"


def page_is_open(settings: Settings, *, needs_keys: bool) -> bool:
    """Whether the page is there, and takes clips without a key."""
    return settings.page == "on" or (settings.page == "auto" and not needs_keys)


def visitor_of(token: str) -> str | None:
    """The owner that a receipt stands for; None where the token is no receipt."""
    if not _RECEIPT.fullmatch(token):
        return None
    return _OWNER + hashlib.sha256(token.encode("ascii")).hexdigest()[:32]


def is_visitors(owner: str) -> bool:
    """Whether this owner uploads from the page."""
    return owner.startswith(_OWNER)
