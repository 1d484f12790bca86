"""Without its database the service returns 503, metrics keep working, and no analysis is lost."""

import time
from pathlib import Path

import httpx

from tools.siege.clips import ended, send, short_clip, wait_until
from tools.siege.database import postgres
from tools.siege.service import serving


def run(scratch: Path) -> str:
    """Stop PostgreSQL in the middle of an analysis, ask for everything, and start it again."""
    content = short_clip(scratch / "short.mp4")
    with postgres() as database:
        url = database.get_uri(driver="psycopg")
        with serving(scratch, FORMCHECK_DATABASE_URL=url) as service, service.client() as client:
            path = send(client, content, "label-of-a-runner").headers["location"]
            wait_until(lambda: client.get(path).json()["progress"] > 0, "the analysis to begin")
            database.stop()
            asked = (path, "/v1/analyses?label=label-of-a-runner", "/readyz", "/metrics", "/healthz")
            answers = {each.partition("?")[0].replace(path, "/v1/analyses/ID"): client.get(each) for each in asked}
            upload = send(client, content, "label-of-another")
            begun_s = time.monotonic()
            database.start()
            (analysis,) = ended(client, [path])
            back_s = time.monotonic() - begun_s
        log = service.log.read_text(encoding="utf-8")
    statuses = [answer.status_code for answer in (*answers.values(), upload)]
    assert statuses == [503, 503, 503, 200, 200, 503], f"{list(answers)} and an upload got {statuses}"
    assert all(_says_when(answer) for answer in (*answers.values(), upload) if answer.status_code == 503)
    assert analysis["state"] == "succeeded", f"{analysis['state']}: {analysis['problem']}"
    assert "label-of" not in log, "labels reached the log"
    return f"503 with Retry-After four times, /metrics 200; the analysis ended {back_s:.1f} s after the start"


def _says_when(answer: httpx.Response) -> bool:
    when: str = answer.headers.get("retry-after", "")
    return when.isdigit()
