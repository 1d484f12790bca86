"""How much the owner of a key may use, and the headers that say what is left (IETF draft RateLimit header fields)."""

import math
from datetime import datetime

from formcheck_api.access.security import LOCAL_OWNER, Caller
from formcheck_api.access.visitors import is_visitors
from formcheck_api.operations.settings import MEGABYTE, Settings
from formcheck_api.records.problems import ProblemError
from formcheck_api.records.usage import DAY_S, Limited, Quota, Used, next_day


def quota_of(settings: Settings, caller: Caller) -> Quota:
    """The quota of a caller: none without a key, where other limits hold (``allowance``)."""
    has_none = caller.owner == LOCAL_OWNER or is_visitors(caller.owner)
    return Quota() if has_none else settings.quota


def quota_exceeded(what: Limited, quota: Quota, now: datetime) -> ProblemError:
    """The problem of an upload that would be too much."""
    if what == "storage":
        assert quota.storage_bytes is not None
        return ProblemError("quota_exceeded", "storage", most=quota.storage_bytes // MEGABYTE)
    wait_s = _until_next_day_s(now)
    most = quota.clips if what == "clips" else quota.minutes
    headers, extra = {"Retry-After": str(wait_s)}, {"retry_after_s": wait_s}
    return ProblemError("quota_exceeded", what, headers=headers, extra=extra, most=f"{most:g}")


def rate_limit_headers(quota: Quota, used: Used, now: datetime) -> dict[str, str]:
    """What is left of a day's quota; empty where there is none."""
    limits = {"clips": (quota.clips, used.clips), "minutes": (quota.minutes, used.work_s / 60)}
    held = {name: (most, spent) for name, (most, spent) in limits.items() if most is not None}
    if not held:
        return {}
    reset_s = _until_next_day_s(now)
    policy = (f'"{name}";q={math.floor(most)};w={DAY_S}' for name, (most, _) in held.items())
    left = (f'"{name}";r={max(0, math.floor(most - spent))};t={reset_s}' for name, (most, spent) in held.items())
    return {"RateLimit-Policy": ", ".join(policy), "RateLimit": ", ".join(left)}


def _until_next_day_s(now: datetime) -> int:
    return math.ceil((next_day(now) - now).total_seconds())
