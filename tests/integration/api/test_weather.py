"""What clients and operators see while disk, database or clock are out of order."""

import logging
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from formcheck_api.operations.disk import check_writable, shortage
from formcheck_api.operations.logs import configure_logging, logged_id
from formcheck_api.operations.settings import Settings
from formcheck_api.store.store import store_of
from service.server import Serve, Server, idle, serving, upload
from service.small_disk import small_disk

pytestmark = pytest.mark.slow

FULL = "No analysis is started now: the disk is full (0 MB left, 1 MB kept free)."
ID = "an_abcdefghijklmnopqrstuvwxyz"


@pytest.fixture
def small(tmp_path: Path) -> Iterator[tuple[Server, Callable[[], None]]]:
    """A service on a small disk, and what fills that."""
    data = tmp_path / "data"
    data.mkdir()
    with small_disk(data, megabytes=4) as fill, serving(idle(data, disk_reserve_mb=1)) as server:
        yield server, fill


def test_a_full_disk_is_reported_and_clips_can_be_deleted_until_there_is_room(small) -> None:
    server, fill = small
    with server.client() as client:
        path = upload(client, bytes(1_500_000)).headers["location"]
        assert client.get("/readyz").status_code == 200
        fill()
        ready = client.get("/readyz")
        assert (ready.status_code, ready.json()["detail"]) == (503, FULL)
        assert "formcheck_disk_free_bytes 0.0" in client.get("/metrics").text
        assert "formcheck_host_fault 1.0" in client.get("/metrics").text
        assert upload(client, b"another").json()["code"] == "upload_storage_full"
        stopped = client.post(f"{path}/cancel")
        assert (stopped.status_code, stopped.json()["code"]) == (507, "disk_full")
        assert client.delete(path).status_code == 204
        assert client.get(path).status_code == 404
        assert client.get("/readyz").status_code == 200


def test_a_clip_that_would_take_of_the_reserve_is_refused_before_it_is_sent(small) -> None:
    server, _ = small
    with server.client() as client:
        refused = upload(client, bytes(3_400_000))
        assert (refused.status_code, refused.json()["code"]) == (507, "upload_storage_full")
        why = r"The clip can't be stored: 3 MB do not fit on the disk \([34] MB left, 1 MB kept free\)\."
        assert re.fullmatch(why, refused.json()["detail"])


def test_the_reserve_is_kept_while_clips_are_written_and_nothing_is_left_of_them(tmp_path: Path) -> None:
    head = b'--b\r\nContent-Disposition: form-data; name="clip"; filename="a.mp4"\r\n\r\n'
    form = {"headers": {"Content-Type": "multipart/form-data; boundary=b"}}
    (tmp_path / "data").mkdir()
    with (
        small_disk(tmp_path / "data", megabytes=40),
        serving(idle(tmp_path / "data", disk_reserve_mb=20)) as server,
        server.client() as client,
        ThreadPoolExecutor(3) as together,
    ):
        pieces = iter([head, *[bytes(500_000)] * 60, b"\r\n--b--\r\n"])
        chunked = client.post("/v1/analyses", content=pieces, **form)
        assert (chunked.status_code, chunked.json()["code"]) == (507, "upload_storage_full")
        assert server.files() == []
        sent = list(together.map(lambda count: upload(client, bytes([count]) * 12_000_000), range(3)))
        assert {answer.status_code for answer in sent} <= {202, 507}
        assert len(server.files()) == [answer.status_code for answer in sent].count(202)
        assert client.get("/readyz").status_code == 200, "the reserve is still there"


def test_a_read_only_disk_is_reported(tmp_path: Path) -> None:
    with small_disk(tmp_path, megabytes=4):
        assert shortage(Settings(data_dir=tmp_path, disk_reserve_mb=1)) is None
        subprocess.run(["mount", "-o", "remount,ro", str(tmp_path)], check=True)
        assert shortage(Settings(data_dir=tmp_path, disk_reserve_mb=1)) == "the disk is read-only"
        with pytest.raises(OSError, match="Read-only"):
            check_writable(Settings(data_dir=tmp_path))


def test_the_metrics_show_the_queue_the_workers_and_how_analyses_end(serve: Serve) -> None:
    server = serve()
    with server.client() as client:
        upload(client)
        told = client.get("/metrics").text
    for line in (
        "formcheck_workers 0.0",
        "formcheck_workers_busy 0.0",
        "formcheck_host_fault 0.0",
        "formcheck_retention_paused 0.0",
        "formcheck_analysis_wait_seconds_count 0.0",
    ):
        assert f"\n{line}\n" in told, line
    assert float(re.search(r"^formcheck_disk_free_bytes (\S+)$", told, re.MULTILINE)[1]) > 0
    assert float(re.search(r'^formcheck_oldest_queued_seconds{queue="clips"} (\S+)$', told, re.MULTILINE)[1]) > 0


def test_metrics_work_while_the_database_does_not_respond(serve: Serve) -> None:
    server = serve()
    server.service.store._engine.dispose()
    database = server.service.settings.data_dir / "formcheck.db"
    database.rename(database.with_suffix(".away"))
    database.mkdir()
    with server.client() as client:
        told, asked, ready = client.get("/metrics"), client.get("/v1/analyses"), client.get("/readyz")
        assert (told.status_code, "formcheck_analyses{" in told.text) == (200, False)
        assert "formcheck_workers 0.0" in told.text
        assert [(each.status_code, each.headers["retry-after"]) for each in (asked, ready)] == [(503, "5")] * 2
        database.rmdir()
        database.with_suffix(".away").rename(database)
        assert client.get("/v1/analyses").status_code == 200


def test_the_log_does_not_lead_to_an_analysis(serve: Serve, capsys: pytest.CaptureFixture) -> None:
    handlers = logging.getLogger().handlers
    try:
        configure_logging("info")
        logging.getLogger("test").warning("no /v1/analyses/%s/report", ID, extra={"key": f"artefacts/{ID}/1"})
        written = capsys.readouterr().err
    finally:
        logging.getLogger().handlers = handlers
    assert ID not in written
    assert written.count(logged_id(ID)) == 2


def test_the_folder_of_the_service_is_its_own(serve: Serve) -> None:
    assert serve().service.settings.data_dir.stat().st_mode & 0o077 == 0


def test_an_operator_can_confirm_a_clock(tmp_path: Path) -> None:
    environment = os.environ | {"FORMCHECK_DATA_DIR": str(tmp_path)}
    command = [sys.executable, "-m", "formcheck", "confirm-clock"]
    told = subprocess.run(command, env=environment, check=True, capture_output=True, text=True).stdout
    assert re.match(r"Confirmed 20\d\d-\d\d-\d\d \d\d:\d\d UTC \(no sweep so far\)", told)
    assert store_of(Settings(data_dir=tmp_path).database).seen_time() is not None
