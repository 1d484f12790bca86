"""Filming on the page itself, with Chromium's fake camera that shows a reference clip. Skipped where no Chromium is."""

import io
import re
from collections.abc import Iterator
from itertools import islice, pairwise
from pathlib import Path

import av
import numpy as np
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
CAMERA_FPS = 30
NUMBER_BITS, BIT_PX = 8, 32
CAMERA = ("--use-fake-device-for-media-stream", "--no-sandbox", "--disable-gpu", "--disable-quic")


@pytest.fixture(scope="module")
def seen_by_camera(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The reference clip as Chromium's camera takes it: numbered JPEGs, again and again, 30 a second."""
    path = tmp_path_factory.mktemp("camera") / "run.mjpeg"
    with av.open(str(CLIP)) as source, av.open(str(path), "w", format="mjpeg") as sink:
        stream = sink.add_stream("mjpeg", rate=CAMERA_FPS, options={"qmin": "2", "qmax": "4"})
        stream.width, stream.height, stream.pix_fmt = 1280, 720, "yuvj420p"
        for number, frame in enumerate(islice(source.decode(video=0), 0, None, 2)):  # of 60 a second
            sink.mux(stream.encode(numbered(frame, number).reformat(format="yuvj420p")))
        sink.mux(stream.encode())
    return path


def numbered(frame: av.VideoFrame, number: int) -> av.VideoFrame:
    """The frame with its number in black and white squares along the upper edge."""
    pixels = frame.to_ndarray(format="rgb24")
    bits = [255 * (number >> bit & 1) for bit in range(NUMBER_BITS)]
    pixels[:BIT_PX, : NUMBER_BITS * BIT_PX] = np.repeat(bits, BIT_PX)[None, :, None]
    return av.VideoFrame.from_ndarray(pixels, format="rgb24")


def number_in(frame: av.VideoFrame) -> int:
    """What `numbered` wrote, read in the middle of each square."""
    row = frame.to_ndarray(format="gray")[BIT_PX // 2, BIT_PX // 2 : NUMBER_BITS * BIT_PX : BIT_PX]
    return sum(int(level > 127) << bit for bit, level in enumerate(row))


def shown_at_pace(recorded: bytes, start_s: float, end_s: float) -> float:
    """How fast the camera showed its frames in this part: below 1 where the machine was too busy to keep up."""
    with av.open(io.BytesIO(recorded)) as clip:
        frames = [(frame.time, number_in(frame)) for frame in clip.decode(video=0)]
    part = [(time, number) for time, number in frames if start_s <= time - frames[0][0] <= end_s]
    steps = [after - before for (_, before), (_, after) in pairwise(part)]
    shown = sum(step for step in steps if step > 0) + sum(step < 0 for step in steps)  # from the last to the first: one
    return shown / (part[-1][0] - part[0][0]) / CAMERA_FPS


def chosen_clip(page: Page) -> bytes:
    """The file that the page is about to send."""
    with page.expect_download() as download:
        page.evaluate("""() => {
            const link = document.createElement("a");
            Object.assign(link, { href: document.getElementById("preview").src, download: "run" });
            link.click();
        }""")
    return Path(download.value.path()).read_bytes()


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
    with serving(Settings(data_dir=tmp_path_factory.mktemp("filmed"), spare_worker=False)) as running:
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
    recorded = chosen_clip(page)
    page.click("#send")
    page.wait_for_url("**/runs/*")
    expect(page.locator(".glance h1")).to_be_visible(timeout=ANALYSED_WITHIN_MS)
    with server.client() as client:
        report = client.get(f"/v1/analyses/{page.url.rpartition('/')[2]}/report").json()
    assert report["clip"]["time_scale"]["factor"] == 1
    assert report["measures"]["foot_ahead_of_hip"]["left"]["value"] == pytest.approx(0.235, abs=0.02)
    cadence = report["measures"]["cadence"]["headline"]["value"]
    # A camera that halts for a moment shows some steps late, and the others at their own pace.
    assert 168 * shown_at_pace(recorded, *report["clip"]["used_s"]) - 3 < cadence < 168 + 3


@pytest.mark.parametrize("size", [(360, 740), (740, 360), (1280, 800)], ids=str)
def test_the_finder_takes_the_screen_with_record_over_it(page: Page, size: tuple[int, int]) -> None:
    page.context.grant_permissions(["camera"])
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.click("#film-here")
    expect(page.locator("#live-rate")).not_to_be_empty()
    box = page.locator(".finder").bounding_box()
    assert box == {"x": 0, "y": 0, "width": size[0], "height": size[1]}
    expect(page.locator("#live-status")).to_be_in_viewport()
    for name in ("#live-record", "#live-close"):
        expect(page.locator(name)).to_be_in_viewport(ratio=1)
    expect(page.locator(".outline")).to_be_in_viewport()
    page.keyboard.press("Escape")
    expect(page.locator("#film-here")).to_be_focused()
    assert page.evaluate("document.getElementById('finder').srcObject") is None


def test_the_outline_fits_a_runner_to_either_side(page: Page) -> None:
    """Every stroke has its mirror image about the middle, so the outline doesn't face away from the runner."""
    paths = page.locator(".outline path:not(.floor)").evaluate_all("each => each.map((path) => path.getAttribute('d'))")
    strokes = {
        tuple(re.findall(r"(\d+) (\d+)", stroke)) for path in paths for stroke in path.split("M") if " " in stroke
    }
    assert len(strokes) > 2
    assert strokes == {tuple((str(320 - int(x)), y) for x, y in stroke) for stroke in strokes}


def test_a_camera_that_may_not_be_used_is_said_and_left_again(page: Page) -> None:
    page.context.clear_permissions()
    page.click("#film-here")
    expect(page.locator("#live-status")).to_have_text(says("camera_refused"))
    expect(page.locator("#live-record")).to_be_disabled()
    page.click("#live-close")
    expect(page.locator("#choose")).to_be_visible()
