"""Why a constant stays that changes nothing on any case: what shows that it protects from a wrong number."""

from typing import Final

KEPT: Final[dict[str, str]] = {}
