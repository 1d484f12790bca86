"""The engine's tasks beside analyses, and when one that failed is tried again."""

import random
from collections.abc import Callable
from typing import Any, Final

from procrastinate import App, BaseRetryStrategy, JobContext, RetryDecision
from procrastinate.jobs import Job

from formcheck_api.jobs.queue import Chore, Chores
from formcheck_api.records.sharing import CHORES
from formcheck_api.store.work.attempts import LONGEST_WAIT
from formcheck_api.store.work.deferral import NotYetError

FIRST: Final = 1
"""Priority of periodic chores: before everything that was deferred."""

JITTER: Final = 0.2
"""As for analyses (``store.work.attempts``)."""


class FaultyHostError(Exception):
    """The host can begin nothing now; another one may."""


class Backoff(BaseRetryStrategy):
    """Twice as long after each try, without end: no job is given up because of a fault of ours.

    One that came too early says itself how long.
    """

    def __init__(self, first_s: float) -> None:
        self._first_s = first_s

    def get_retry_decision(
        self,
        *,
        exception: BaseException,
        job: Job,
    ) -> RetryDecision:
        """When to try this one again."""
        if isinstance(exception, NotYetError):
            wait_s = exception.wait_s
        else:
            wait_s = self._first_s * 2.0 ** min(job.attempts, 20) * (1 + random.uniform(0, JITTER))  # no secret
        return RetryDecision(retry_in={"milliseconds": round(1000 * min(LONGEST_WAIT.total_seconds(), wait_s))})


def add_chores(app: App, chores: Chores, retry: BaseRetryStrategy, in_hand: set[int]) -> None:
    """Make the chores tasks of the engine's, the periodic ones by its clock; ``in_hand`` are the jobs under way."""
    for chore in chores:
        is_periodic = chore.every_s is not None
        task = app.task(
            name=chore.name,
            queue=CHORES,
            priority=FIRST if is_periodic else 0,
            pass_context=True,
            retry=retry,
            queueing_lock=chore.name if is_periodic else None,  # one that still waits is not queued again
        )
        made = task(_noted(chore, in_hand))
        if chore.every_s is not None:
            app.periodic(cron=cron_of(chore.every_s))(made)


def cron_of(every_s: float) -> str:
    """The nearest interval that a calendar has; the sixth field is seconds."""
    if every_s < 60:
        return f"* * * * * */{max(1, round(every_s))}"
    if every_s < 3600:
        return f"*/{round(every_s / 60)} * * * *"
    return f"0 */{min(23, round(every_s / 3600))} * * *"


def _noted(chore: Chore, in_hand: set[int]) -> Callable[..., None]:
    def do(context: JobContext, **told: Any) -> None:
        assert context.job.id is not None
        in_hand.add(context.job.id)
        try:
            chore.do(**({} if chore.every_s is not None else told))  # the engine adds the time to periodic ones
        finally:
            in_hand.discard(context.job.id)

    return do
