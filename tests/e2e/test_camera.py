"""Filming on the page itself, with Chromium's fake camera that shows a reference clip. Skipped where no Chromium is."""

from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import av
import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from chromium import CHROMIUM, PHONE, assert_fit
from formcheck.words.catalogue import ENGLISH
from formcheck_api.operations.settings import Settings
from places import CLIP
from service.server import WITHIN_S, Server, serving

pytestmark = [pytest.mark.slow, pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here")]

ANALYSED_WITHIN_MS = 120_000
LOOKED_WITHIN_MS = 60_000
"""The first look loads the pose model."""
CAMERA = ("--use-fake-device-for-media-stream", "--no-sandbox", "--disable-gpu", "--disable-quic")


@pytest.fixture(scope="module")
def seen_by_camera(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The reference clip as Chromium's camera takes it: JPEGs, again and again, 30 a second whatever the file says."""
    path = tmp_path_factory.mktemp("camera") / "run.mjpeg"
    with av.open(str(CLIP)) as source, av.open(str(path), "w", format="mjpeg") as sink:
        stream = sink.add_stream("mjpeg", rate=30, options={"qmin": "2", "qmax": "4"})
        stream.width, stream.height, stream.pix_fmt = 1280, 720, "yuvj420p"
        for frame in islice(source.decode(video=0), 0, None, 2):  # of 60 a second
            sink.mux(stream.encode(frame.reformat(format="yuvj420p")))
        sink.mux(stream.encode())
    return path


@pytest.fixture(scope="module")
def browser(seen_by_camera: Path) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        expect.set_options(timeout=1000 * WITHIN_S)
        flags = [*CAMERA, f"--use-file-for-fake-video-capture={seen_by_camera}"]
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=flags)
        yield chromium
        chromium.close()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(Settings(data_dir=tmp_path_factory.mktemp("filmed"))) as running:
        yield running


@pytest.fixture
def page(browser: Browser, server: Server) -> Iterator[Page]:
    context = browser.new_context(**PHONE)
    page = context.new_page()
    page.goto(server.url)
    yield page
    context.close()


def says(name: str, **values: object) -> str:
    return ENGLISH.say(f"page.script.{name}", **values)


def test_a_run_is_framed_recorded_and_measured_without_leaving_the_page(page: Page, server: Server) -> None:
    page.context.grant_permissions(["camera"])
    page.click("#film-here")
    expect(page.locator("#live-status")).to_have_text(says("look_good"), timeout=LOOKED_WITHIN_MS)
    assert_fit(page)
    page.click("#live-record")
    expect(page.locator("#live-count")).to_contain_text("Start running")
    page.click("#live-record")  # at once
    expect(page.locator("#live-record")).to_have_text(says("camera_stop"))
    expect(page.locator("#chosen")).to_be_visible(timeout=30_000)
    assert page.evaluate("document.getElementById('finder').srcObject") is None
    expect(page.locator("#send")).to_be_enabled()
    page.click("#send")
    page.wait_for_url("**/runs/*")
    expect(page.locator(".glance h1")).to_have_text("Overstriding is unlikely", timeout=ANALYSED_WITHIN_MS)
    with server.client() as client:
        report = client.get(f"/v1/analyses/{page.url.rpartition('/')[2]}/report").json()
    assert report["clip"]["time_scale"]["factor"] == 1
    assert report["measures"]["foot_ahead_of_hip"]["left"]["value"] == pytest.approx(0.235, abs=0.02)
    # Starved of processor time, the fake camera shows its frames later: what is recorded is slower by that much.
    slowest = 168 * min(1.0, report["clip"]["mean_fps"] / 30)
    assert slowest - 3 < report["measures"]["cadence"]["headline"]["value"] < 168 + 3


def test_a_camera_that_may_not_be_used_is_said_and_left_again(page: Page) -> None:
    page.context.clear_permissions()
    page.click("#film-here")
    expect(page.locator("#live-status")).to_have_text(says("camera_refused"))
    expect(page.locator("#live-record")).to_be_disabled()
    page.click("#live-close")
    expect(page.locator("#choose")).to_be_visible()
