"""The service on S3: what goes there, who reads it there, and what its outages cost."""

import secrets
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from formcheck_api.storage.blobs import StorageError
from service.resumable import TUS, analysis_id, create, offset, patch
from service.s3 import BUCKET, Fault, environment, faulty_line, s3_server
from service.server import OVERLAY, Server, idle, serving, upload

pytestmark = pytest.mark.slow

CLIP = secrets.token_bytes(20_000_000)


class Weather:
    """What happens to requests of the storage: ``fault`` to those of a method, so often."""

    def __init__(self) -> None:
        self.method, self.fault, self.left = "", None, 0

    def turns(self, method: str, fault: Fault, times: int) -> None:
        self.method, self.fault, self.left = method, fault, times

    def __call__(self, method: str, path: str) -> Fault | None:
        if method != self.method or self.left == 0:
            return None
        self.left -= 1
        return self.fault


@pytest.fixture(scope="module")
def weather() -> Weather:
    return Weather()


@pytest.fixture(scope="module")
def bucket(weather: Weather) -> Iterator[Path]:
    """Folder of the storage's files; the service reaches it by a line with faults."""
    with (
        s3_server() as (address, folder),
        faulty_line(address, weather) as line,
        pytest.MonkeyPatch.context() as patched,
    ):
        for name, value in environment(line).items():
            patched.setenv(name, value)
        yield folder


@pytest.fixture(scope="module")
def server(bucket: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    data = tmp_path_factory.mktemp("s3")
    with serving(idle(data, auth="on", page="on", blobs_url=f"s3://{BUCKET}/prod")) as running:
        yield running


@pytest.fixture
def client(server: Server, weather: Weather) -> Iterator[httpx.Client]:
    with server.client(server.new_key()) as client:
        yield client
    weather.left = 0


def stored(server: Server, found: str) -> bytes:
    analysis = server.service.store.get(None, found)
    assert analysis
    assert analysis.clip_key
    return b"".join(server.service.blobs.open(analysis.clip_key))


def keys(server: Server) -> set[str]:
    return {blob.key for kind in ("clips", "uploads") for blob in server.service.blobs.list(kind)}


def test_clips_go_to_the_storage_as_they_come_and_no_disk_is_needed(
    server: Server, client: httpx.Client, bucket: Path
) -> None:
    assert stored(server, upload(client, CLIP).json()["id"]) == CLIP
    path = create(client, len(CLIP), label="resumable").headers["location"]
    patch(client, path, 0, CLIP[:9_000_000])
    assert stored(server, analysis_id(patch(client, path, 9_000_000, CLIP[9_000_000:]))) == CLIP
    data: Path = server.service.settings.data_dir
    assert sum(each.stat().st_size for each in data.rglob("*") if each.is_file()) < 1_000_000
    refused = client.post("/v1/analyses", files={"clip": ("a.mp4", CLIP)}, data={"height_m": "178"})
    assert refused.status_code == 422
    assert len([path for path in bucket.rglob("*") if path.is_file()]) == 2  # none that was begun and given up


def test_browsers_read_pictures_and_video_from_the_storage_itself(server: Server, client: httpx.Client) -> None:
    links = upload(client, b"a clip").json()["links"]
    while server.service.store.count_states().get("queued"):
        server.succeed(server.begin_next())
    for path, content, kind in ((links["overlay"], OVERLAY, "video/mp4"), (links["frames"], None, "image/jpeg")):
        shown = path if content else client.get(path).json()["frames"][0]["links"]["image"]
        answer = httpx.get(server.url + shown)  # signed by the service, as in a page
        assert answer.status_code == 307
        assert answer.headers["cache-control"] == "no-store"
        there = httpx.get(answer.headers["location"], headers={"Range": "bytes=0-3"})
        assert there.is_success
        assert (len(there.content), there.headers["content-type"]) == (4, kind)
    origin = answer.headers["location"].partition("/clips/")[0]
    assert f"media-src 'self' blob: {origin};" in client.get("/").headers["content-security-policy"]
    assert f"media-src 'self' {origin};" in client.get(links["report_html"]).headers["content-security-policy"]


@pytest.mark.parametrize(("method", "fault"), [("PUT", "500"), ("PUT", "cut"), ("POST", "500"), ("PUT", "late")])
def test_a_fault_in_the_middle_of_a_clip_is_repaired_unnoticed(
    server: Server, client: httpx.Client, weather: Weather, method: str, fault: Fault
) -> None:
    weather.turns(method, fault, 2)
    clip = secrets.token_bytes(17_000_000)
    answer = upload(client, clip)
    assert answer.status_code == 202
    assert weather.left == 0
    assert stored(server, answer.json()["id"]) == clip


@pytest.mark.slow
@pytest.mark.parametrize("method", ["PUT", "POST"])
def test_an_outage_in_the_middle_of_a_clip_is_one_clear_error_and_leaves_nothing(
    server: Server, client: httpx.Client, weather: Weather, method: str
) -> None:
    before = keys(server)
    weather.turns(method, "500", 1000)
    answer = upload(client, secrets.token_bytes(17_000_000))
    assert (answer.status_code, answer.json()["code"]) == (503, "not_ready")
    assert "storage" in answer.json()["detail"]
    assert int(answer.headers["retry-after"]) > 0
    weather.left = 0
    assert keys(server) == before


@pytest.mark.slow
def test_an_upload_goes_on_after_an_outage_from_what_was_stored(
    server: Server, client: httpx.Client, weather: Weather
) -> None:
    clip = secrets.token_bytes(18_000_000)
    path = create(client, len(clip)).headers["location"]
    patch(client, path, 0, clip[:8_000_000])
    weather.turns("PUT", "500", 1000)
    assert patch(client, path, 8_000_000, clip[8_000_000:]).status_code == 503
    weather.left = 0
    assert offset(client, path) == 8_000_000
    weather.turns("POST", "500", 1000)  # its parts can be stored, and not the clip that they make
    failed = patch(client, path, 8_000_000, clip[8_000_000:])
    assert failed.status_code == 503
    weather.left = 0
    at = offset(client, path)
    assert at < len(clip)
    assert "analysis-location" not in client.head(path, headers=TUS).headers
    assert stored(server, analysis_id(patch(client, path, at, clip[at:]))) == clip


@pytest.mark.slow
def test_without_its_storage_the_service_is_not_ready(server: Server, client: httpx.Client, weather: Weather) -> None:
    weather.turns("HEAD", "cut", 1000)
    ready = client.get("/readyz")
    assert (ready.status_code, ready.json()["code"]) == (503, "not_ready")
    with pytest.raises(StorageError):
        server.service.blobs.size("clips/any")
