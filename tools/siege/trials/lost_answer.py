"""The last bytes of an upload are sent three times at once and again: one analysis, and nothing later deletes it."""

import secrets
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

from tools.siege.service import RunningService, serving
from tools.siege.tus import appended, arrived, begun

ROUNDS: Final = 10
CLIP_BYTES: Final = 2_000_000
AT_ONCE: Final = 3


def run(scratch: Path) -> str:
    """Ten clips, the end of each sent three times at once, as by a page that lost the responses."""
    with serving(scratch, FORMCHECK_STOP_GRACE_S="0") as service, ThreadPoolExecutor(AT_ONCE) as together:
        sent = [tries for number in range(ROUNDS) for tries in _sent(service, together, number)]
    return f"{len(sent)} clients of {ROUNDS} clips needed at most {max(sent)} tries; one analysis for each clip"


def _sent(service: RunningService, together: ThreadPoolExecutor, number: int) -> list[int]:
    """How often each client had to send one clip."""
    clip = secrets.token_bytes(CLIP_BYTES)
    with service.client() as client:
        path = begun(client, CLIP_BYTES)

        def send() -> tuple[int, str]:
            for tries in range(1, 10 * AT_ONCE):
                offset, analysis = arrived(client, path)
                if analysis:
                    return tries, analysis
                answer = appended(client, path, offset, clip[offset:])
                assert answer.status_code in (204, 409, 413), f"clip {number}: {answer.text[:200]}"
            raise AssertionError(f"clip {number} was never whole")

        results = list(together.map(lambda _: send(), range(AT_ONCE)))
        found = {analysis for _, analysis in (*results, (0, str(arrived(client, path)[1])))}
        assert len(found) == 1, f"clip {number} became {found}"
    return [tries for tries, _ in results]
