"""JSON nested 5000 deep is refused as malformed, and the service goes on."""

from pathlib import Path

from tools.siege.service import serving

DEPTH = 5000
CODE = "json_malformed"


def run(scratch: Path) -> str:
    """Send it to the API and to the page."""
    nested = '{"a":' * DEPTH + "1" + "}" * DEPTH
    bodies = {"/v1/athletes": f'{{"name": {nested}}}', "/look": f'{{"pictures": {nested}}}'}
    with serving(scratch) as service, service.client() as client:
        for path, body in bodies.items():
            answer = client.post(path, content=body, headers={"Content-Type": "application/json"})
            assert (answer.status_code, answer.json()["code"]) == (400, CODE), f"{path}: {answer.text[:100]}"
        assert client.get("/healthz").status_code == 200
    return f"400 {CODE} from {' and '.join(bodies)}"
