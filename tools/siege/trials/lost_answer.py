"""An upload is completed twice at a time and again: both get one analysis, and nothing that follows deletes it."""

import secrets
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

import httpx

from tools.siege.service import RunningService, serving

ROUNDS: Final = 10
CLIP_BYTES: Final = 2_000_000
AT_ONCE: Final = 3


def run(scratch: Path) -> str:
    """Ten clips, each completed three times at once, as by a page that lost the responses."""
    with serving(scratch, FORMCHECK_STOP_GRACE_S="0") as service, ThreadPoolExecutor(AT_ONCE) as together:
        answers = [status for number in range(ROUNDS) for status in _completed(service, together, number)]
    return f"{len(answers)} completions of {ROUNDS} clips answered {sorted(set(answers))}, one analysis for each clip"


def _completed(service: RunningService, together: ThreadPoolExecutor, number: int) -> list[int]:
    """Statuses of the responses for one clip."""
    path = f"/uploads/siege-lost-answer-{number:04}"
    clip = secrets.token_bytes(CLIP_BYTES)
    told = {"name": "run.mp4", "bytes": CLIP_BYTES, "options": {}}
    with service.client() as client:
        client.patch(path, params={"offset": 0}, content=clip).raise_for_status()
        answers: list[httpx.Response] = list(together.map(lambda _: client.post(path, json=told), range(AT_ONCE)))
        answers.append(client.post(path, json=told))
        statuses = [answer.status_code for answer in answers]
        assert set(statuses) == {202}, f"clip {number}: the completions answered {statuses}"
        (analysis_id,) = {answer.json()["id"] for answer in answers}
        known = client.get(path, params={"bytes": CLIP_BYTES}).json()["analysis"]
        assert known["id"] == analysis_id, f"clip {number}: asked again, its analysis is {known}"
    return statuses
