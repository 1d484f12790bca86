"""The runner's page in a real browser, against a real server that analyses one clip. Skipped where no Chromium is."""

import base64
import contextlib
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, Response, expect
from playwright.sync_api import Error as PageError

from chromium import CHROMIUM, DESKTOP, PHONE, assert_accessible, assert_fit
from formcheck.clip.reader import ClipReader
from formcheck.words.catalogue import ENGLISH
from formcheck_api.operations.settings import Settings
from places import CLIP
from service.breaking_line import breaking_line
from service.server import WITHIN_S, Server, serving
from small_clips import write_turned

pytestmark = [pytest.mark.slow, pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here")]

ANALYSED_WITHIN_MS = 120_000
CUT_S = 3.0
MOST_BYTES = 150_000
FAULTS: list[str] = []
CUT_THE_MIDDLE = """async () => {
    const { readMp4 } = await import("/page/mp4.js");
    const { cutMp4, cutStart } = await import("/page/cut.js");
    const track = await readMp4(document.getElementById("clip").files[0]);
    const bytes = new Uint8Array(await cutMp4(track, 17, 20).arrayBuffer());
    return [cutStart(track, 17), btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""))];
}"""
EARLIER = """() => {
    const title = "Your left foot lands further ahead of the hip than usual at this speed";
    const clip = { id: "an_earlier", name: "a_long_name_of_a_clip.mp4", when: "2026-01-02T03:04:05Z", title };
    const earlier = JSON.parse(localStorage.getItem("formcheck.clips"));
    localStorage.setItem("formcheck.clips", JSON.stringify([clip, ...earlier]));
}"""
TIME = "document.querySelector('#player video').currentTime"


@dataclass
class Sent:
    """The one clip that is analysed: its answer's address, what the browser keeps, and what was seen on the way."""

    address: str
    kept: Any
    progress: list[float] = field(default_factory=list)
    checks: list[str] = field(default_factory=list)
    showed_runner: bool = False

    @property
    def id(self) -> str:
        return self.address.rpartition("/")[2]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(Settings(data_dir=tmp_path_factory.mktemp("browser"), spare_worker=False)) as running:
        yield running


@pytest.fixture(scope="module")
def sent(server: Server, browser: Browser) -> Sent:
    """Choose a clip, trim it, upload it, leave while it is analysed, and come back for the result."""
    context = browser.new_context(**DESKTOP)
    page = watched(context, server.url)
    page.goto(server.url)
    page.set_input_files("#clip", CLIP)
    page.locator("#trim-end").fill(str(CUT_S))
    wait_for_checks(page)
    checks = page.locator("#checks li").all_text_contents()
    page.get_by_text(ENGLISH.say("page.film.about")).click()
    page.fill("#height-cm", "178")
    page.click("#send")
    page.wait_for_url("**/runs/*")
    found = Sent(page.url, None, checks=checks)
    page.goto(server.url)
    page.goto(found.address)
    while page.locator("[data-progress]").count():
        with contextlib.suppress(PageError):  # it has just gone on to the result
            found.progress += page.evaluate("[...document.querySelectorAll('[data-progress]')].map((bar) => bar.value)")
            found.showed_runner |= page.locator("[data-glimpse]").is_visible()
        page.wait_for_timeout(200)
    expect(page.locator("#player video")).to_have_count(1, timeout=ANALYSED_WITHIN_MS)
    found.kept = context.storage_state()
    context.close()
    return found


@pytest.fixture(scope="module")
def device(browser: Browser, sent: Sent) -> Iterator[BrowserContext]:
    """The browser that sent the clip."""
    context = browser.new_context(**DESKTOP, storage_state=sent.kept)
    yield context
    context.close()


@pytest.fixture
def desktop(device: BrowserContext, server: Server) -> Iterator[Page]:
    """A new page of the device that sent the clip."""
    page = watched(device, server.url)
    yield page
    page.close()


@pytest.fixture(autouse=True)
def faultless() -> Iterator[None]:
    """No page had a fault of its scripts, asked anybody but the server, or broke its own policy."""
    yield
    found, FAULTS[:] = list(FAULTS), []
    assert not found


def watched(context: BrowserContext, url: str) -> Page:
    """A new page whose faults are noted."""
    page = context.new_page()
    ours = (url, "blob:", "data:", "about:")
    page.on("request", lambda request: None if request.url.startswith(ours) else FAULTS.append(request.url))
    page.on("pageerror", lambda error: FAULTS.append(str(error)))
    page.on("console", lambda said: FAULTS.append(said.text) if "Content Security Policy" in said.text else None)
    return page


def until(page: Page, holds: str) -> None:
    """Wait for an expression; not with Playwright's own means, which the page's policy forbids."""
    deadline = time.monotonic() + WITHIN_S
    while not page.evaluate(holds):
        assert time.monotonic() < deadline, holds
        page.wait_for_timeout(30)


def wait_for_checks(page: Page) -> None:
    """Until the first look at a clip is over."""
    expect(page.locator("#checks")).to_contain_text(ENGLISH.say("page.script.look_good"), timeout=30_000)


def opened(page: Page, address: str, *folds: str) -> None:
    """Go to a result and open some of what is closed there."""
    page.goto(address)
    for fold in folds:
        page.click(f"#{fold} > summary")


def part(page: Page, name: str) -> Locator:
    return page.locator(f'[data-do="{name}"]')


def test_a_clip_is_looked_at_before_it_is_sent_and_its_progress_is_real(sent: Sent) -> None:
    assert "60\N{NO-BREAK SPACE}fps." in sent.checks
    assert "Bright enough." in sent.checks
    assert ENGLISH.say("page.script.look_good") in sent.checks
    assert sent.progress == sorted(sent.progress)
    assert len(set(sent.progress)) > 3


def test_the_runner_is_shown_while_followed_and_the_picture_is_not_kept(server: Server, sent: Sent) -> None:
    assert sent.showed_runner
    assert not [name for name in server.files() if "following" in name]


def test_a_clip_on_its_side_is_turned_by_one_press_and_sent_with_its_turn(
    server: Server, browser: Browser, tmp_path: Path
) -> None:
    context = browser.new_context(**DESKTOP)
    page = watched(context, server.url)
    page.goto(server.url)
    page.set_input_files("#clip", write_turned(tmp_path / "on_its_side.mp4", CLIP, 1, seconds=2.0))
    page.get_by_role("button", name=ENGLISH.say("page.script.turn")).click()
    wait_for_checks(page)
    page.click("#send")
    page.wait_for_url("**/runs/*")
    address = page.url.rpartition("/")[2]
    context.close()
    with server.client() as client:
        told = client.post(f"/v1/analyses/{address}/cancel").json()
    assert told["options"]["turn_deg"] == 90


def test_only_the_part_that_was_kept_is_sent_and_not_a_picture_of_it_is_changed(server: Server, sent: Sent) -> None:
    with server.client() as client:
        clip = client.get(f"/v1/analyses/{sent.id}/report").json()["clip"]
        told = client.get(f"/v1/analyses/{sent.id}").json()
    assert clip["duration_s"] == pytest.approx(CUT_S, abs=0.1)
    assert told["options"]["to_s"] == CUT_S
    assert clip["mean_fps"] == pytest.approx(60, abs=0.1)
    assert told["clip"]["bytes"] < CLIP.stat().st_size
    assert told["options"]["height_m"] == 1.78


def test_a_cut_holds_every_picture_between_its_ends_unchanged(desktop: Page, server: Server, tmp_path: Path) -> None:
    original = CLIP.with_name("slow_motion_240fps_left.mp4")
    desktop.goto(server.url)
    desktop.set_input_files("#clip", original)
    start_s, content = desktop.evaluate(CUT_THE_MIDDLE)
    (tmp_path / "cut.mp4").write_bytes(base64.b64decode(content))
    with ClipReader(original) as whole:
        wanted = [(frame.time_s, frame.image.sum()) for frame in whole if start_s - 1e-3 <= frame.time_s < 20]
    with ClipReader(tmp_path / "cut.mp4") as cut:
        found = [(frame.time_s + start_s, frame.image.sum()) for frame in cut]
        assert cut.damage == ()
    kept = found[: len(wanted)]
    assert [total for _, total in kept] == [total for _, total in wanted]
    assert [time_s for time_s, _ in kept] == pytest.approx([time_s for time_s, _ in wanted], abs=1e-3)
    assert len(found) <= len(wanted) + 2  # what the last ones are coded by may be shown later


def test_the_video_plays_steps_and_jumps_from_strike_to_strike(desktop: Page, sent: Sent) -> None:
    opened(desktop, sent.address, "video")
    now = desktop.locator("[data-now]")
    expect(now).to_contain_text("Strike")
    first = desktop.evaluate(TIME)
    part(desktop, "strike-on").click()
    expect(now).to_contain_text("Strike 2")
    second = desktop.evaluate(TIME)
    assert second > first + 0.2
    part(desktop, "frame-on").click()
    until(desktop, f"Math.abs({TIME} - {second + 1 / 60}) <= 0.5 / 60")
    desktop.locator("#player video").press("ArrowUp")
    expect(now).to_contain_text("Strike 2")
    part(desktop, "play").click()
    until(desktop, f"{TIME} > {second + 0.2}")
    expect(now).to_be_empty()  # the numbers of a strike stand below its own picture only
    expect(desktop.locator("[data-facts]")).to_be_empty()
    assert desktop.evaluate("document.querySelector('#player video').playbackRate") == 0.25


def test_a_foot_strike_is_played_slowly_again_and_again_until_something_else_is_asked_for(
    desktop: Page, sent: Sent
) -> None:
    opened(desktop, sent.address, "sides")
    button = desktop.locator("[data-slowly]").first
    strike_s = float(button.get_attribute("data-slowly") or "nan")
    button.click()
    expect(desktop.locator("#player video")).to_be_in_viewport()
    until(desktop, "document.querySelector('#player video').playbackRate === 0.125")
    desktop.evaluate("document.querySelector('#player video').playbackRate = 2")  # what is shown is the same
    for _ in range(2):
        until(desktop, f"{TIME} > {strike_s} && {TIME} < {strike_s + 0.4}")
        until(desktop, f"{TIME} < {strike_s} && {TIME} >= {strike_s - 0.3}")
    part(desktop, "frame-on").click()
    until(desktop, "document.querySelector('#player video').paused")


def test_the_chart_moves_with_the_video_and_the_video_with_the_chart(desktop: Page, sent: Sent) -> None:
    opened(desktop, sent.address, "video")
    chart = desktop.locator(".motion-chart")
    expect(chart).to_be_visible()
    cursor = "Number(document.querySelector('.motion-chart .cursor').getAttribute('x1'))"
    before = desktop.evaluate(cursor)
    part(desktop, "strike-on").click()
    assert desktop.evaluate(cursor) > before
    box = chart.bounding_box()
    assert box
    chart.click(position={"x": box["width"] / 2, "y": 20})
    until(desktop, f"Math.abs({TIME} - {CUT_S / 2}) < 0.2")


def test_the_metronome_offers_five_per_cent_more_and_can_be_stopped(desktop: Page, sent: Sent) -> None:
    opened(desktop, sent.address, "metronome")
    go = desktop.locator("#metronome-go")
    cadence = float(desktop.locator("#metronome").get_attribute("data-rate") or 0)
    assert float(desktop.locator("#metronome-rate").input_value()) == pytest.approx(1.05 * cadence)
    for pressed in ("true", "false"):
        go.click()
        expect(go).to_have_attribute("aria-pressed", pressed)


def test_two_clips_are_played_in_step(desktop: Page, server: Server, sent: Sent) -> None:
    desktop.goto(f"{server.url}/compare?first={sent.id}&second={sent.id}")
    times = "[...document.querySelectorAll('#videos video')].map((video) => video.currentTime)"
    part(desktop, "strike-on").click()
    until(desktop, f"{times}.every((time) => time > 0.3)")
    started = desktop.evaluate(times)[0]
    part(desktop, "play").click()
    until(desktop, f"{times}.every((time) => time > {started + 0.2})")
    part(desktop, "play").click()
    until(desktop, "![...document.querySelectorAll('#videos video')].some((video) => video.seeking)")
    one, other = desktop.evaluate(times)
    assert one == pytest.approx(other, abs=0.02)
    for name, is_there in (("strike-on", f">= {one}"), ("strike-back", f"< {one}")):
        part(desktop, name).click()
        until(desktop, f"{times}.every((time) => time {is_there})")


def test_the_skeletons_of_two_clips_lie_over_each_other_and_move_with_them(
    desktop: Page, server: Server, sent: Sent
) -> None:
    desktop.goto(f"{server.url}/compare?first={sent.id}&second={sent.id}")
    path_of = "(name) => [...document.querySelectorAll(`.${name} path`)].map((each) => each.getAttribute('d')).join()"
    poses = f"['before', 'after'].map({path_of})"
    expect(desktop.locator(".skeleton path")).to_have_count(10)
    expect(desktop.locator("[data-both=foot_ahead_of_hip]")).to_have_text(re.compile("first \\d+ %, second \\d+ %"))
    at_strike, same = desktop.evaluate(poses)
    assert at_strike == same, "the same clip twice"
    part(desktop, "frame-on").click()
    until(desktop, f"{poses}[0] !== '{at_strike}'")
    moved, too = desktop.evaluate(poses)
    assert moved == too


def test_this_device_lists_its_clips_until_the_list_is_cleared(desktop: Page, server: Server, sent: Sent) -> None:
    desktop.goto(server.url)
    expect(desktop.locator("#history-list a")).to_have_attribute("href", f"/runs/{sent.id}")
    desktop.click("#forget")
    expect(desktop.locator("#forget-ask")).to_have_text(ENGLISH.say("page.film.forget_ask"))
    desktop.click("#forget-dialog [value=keep]")
    expect(desktop.locator("#history")).to_be_visible()
    desktop.click("#forget")
    desktop.click("#forget-dialog .danger")
    expect(desktop.locator("#history")).to_be_hidden()
    desktop.reload()
    expect(desktop.locator("#history")).to_be_hidden()


def test_after_a_lost_connection_the_upload_continues_and_a_file_that_is_not_a_clip_is_refused_and_deleted(
    browser: Browser, server: Server, tmp_path: Path
) -> None:
    clip = tmp_path / "broken.mp4"
    clip.write_bytes(b"no video " * 100_000)
    context = browser.new_context(**PHONE)
    with breaking_line(server.url, after_bytes=300_000) as line:
        page = watched(context, line.url)
        began: list[int] = []
        page.on("request", lambda asked: asked.method == "PATCH" and began.append(int(asked.headers["upload-offset"])))
        page.goto(line.url)
        page.set_input_files("#camera", clip)
        expect(page.locator("#checks")).to_contain_text(ENGLISH.say("page.script.cannot_show"))
        page.click("#send")
        expect(page.locator("#upload-told")).to_contain_text("Connection lost")
        line.mend()
        page.click("#again")
        page.wait_for_url("**/runs/*")
        assert began[0] == 0
        assert began[-1] > 200_000  # of 900_000, nearly all that had passed
        expect(page.locator("h1")).to_have_text(ENGLISH.say("page.ended.failed"), timeout=30_000)
        assert_accessible(page)
        address = page.url
        page.click("[data-delete]")
        page.click("dialog .danger")
        page.wait_for_url(f"{line.url}/")
        assert context.request.get(address).status == 404
        context.close()


def test_an_analysis_can_be_stopped(browser: Browser, server: Server, tmp_path: Path) -> None:
    clip = tmp_path / "another.mp4"
    clip.write_bytes(CLIP.read_bytes() + b"\0" * 8)  # other bytes, so that it is not known
    context = browser.new_context(**PHONE)
    page = watched(context, server.url)
    page.goto(server.url)
    page.set_input_files("#clip", clip)
    page.click("#send")
    page.wait_for_url("**/runs/*")
    assert_accessible(page)
    page.click("[data-cancel]")
    expect(page.locator("h1")).to_have_text(ENGLISH.say("page.ended.cancelled"), timeout=20_000)
    context.close()


def test_nothing_serious_keeps_anybody_out_and_all_fits_a_phone(browser: Browser, server: Server, sent: Sent) -> None:
    context = browser.new_context(**PHONE, storage_state=sent.kept)
    page = watched(context, server.url)
    page.goto(f"{server.url}/runs/{sent.id}")
    page.evaluate(EARLIER)  # with which this one can be compared
    for address in (f"/runs/{sent.id}", f"/compare?first={sent.id}&second={sent.id}", "/"):
        page.goto(server.url + address)
        assert_fit(page)
        page.evaluate("document.querySelectorAll('details').forEach((each) => (each.open = true))")
        assert_fit(page)
    page.set_input_files("#clip", CLIP)
    wait_for_checks(page)
    assert_fit(page)
    context.close()


@pytest.mark.parametrize("name", ["film", "run", "compare"])
def test_a_page_loads_little_before_its_pictures(browser: Browser, server: Server, sent: Sent, name: str) -> None:
    address = {"film": "/", "run": f"/runs/{sent.id}", "compare": f"/compare?first={sent.id}&second={sent.id}"}[name]
    context = browser.new_context(**PHONE)  # one that has nothing kept
    page = watched(context, server.url)
    loaded: list[Response] = []
    page.on("response", lambda response: loaded.append(response))  # noqa: PLW0108  # Playwright marks its handlers
    page.goto(server.url + address, wait_until="load")
    kinds = ("document", "script", "stylesheet")
    sizes = {each.url: len(each.body()) for each in loaded if each.request.resource_type in kinds}
    assert 10_000 < sum(sizes.values()) < MOST_BYTES, sizes
    context.close()
