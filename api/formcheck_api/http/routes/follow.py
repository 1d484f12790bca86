"""Following an analysis while it changes, for ``?wait=`` and for event streams.

Each follower asks the database twice a second, in a thread: that works whichever process does the analysis.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Final, Literal

from starlette.concurrency import run_in_threadpool

from formcheck_api.http.service import Service
from formcheck_api.records.analyses import Analysis
from formcheck_api.records.parts import REPORT

Until = Literal["finished", "report"]
"""How far an analysis is waited for."""

LOOK_EVERY_S: Final = 0.5


async def changes(service: Service, owner: str, analysis_id: str) -> AsyncIterator[Analysis]:
    """The analysis now, and again after each change, until it is finished, gone, or the service stops."""
    seen: Analysis | None = None
    while not service.stopping.is_set():
        analysis = await run_in_threadpool(service.store.get, owner, analysis_id)
        if analysis is None:
            return
        if seen is None or analysis.version != seen.version:
            yield analysis
        if analysis.state.is_finished:
            return
        seen = analysis
        await _rest(service.stopping)


async def reached_within(service: Service, analysis: Analysis, until: Until, wait_s: float) -> Analysis | None:
    """The analysis as soon as it is so far, or as it is after ``wait_s``; None when it was deleted meanwhile."""
    if wait_s <= 0 or _has_reached(analysis, until):
        return analysis
    with suppress(TimeoutError):
        async with asyncio.timeout(wait_s):
            async for changed in changes(service, analysis.owner, analysis.id):
                if _has_reached(changed, until):
                    break
    return await run_in_threadpool(service.store.get, analysis.owner, analysis.id)


def _has_reached(analysis: Analysis, until: Until) -> bool:
    return analysis.state.is_finished or (until == "report" and REPORT in analysis.artefacts)


async def _rest(stopping: asyncio.Event) -> None:
    with suppress(TimeoutError):
        async with asyncio.timeout(LOOK_EVERY_S):
            await stopping.wait()
