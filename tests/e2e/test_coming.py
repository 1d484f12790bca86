"""The page while pictures and video are still drawn, in a real browser. Skipped where no Chromium is."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace

import pytest
from playwright.sync_api import Browser, Page, expect

from chromium import CHROMIUM, DESKTOP
from formcheck.records.skeleton import Side
from formcheck.report.schema import report_to_json
from formcheck.words.catalogue import ENGLISH
from formcheck_api.jobs.processes.motion import motion_of
from formcheck_api.records.failures import undrawn
from places import CLIP
from sample_report import good_report, sample_pictures
from service.server import Server, idle, serving, upload

pytestmark = [pytest.mark.slow, pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here")]

REPORT = good_report()
NUMBERS = {
    "report.json": json.dumps(report_to_json(REPORT)).encode(),
    "motion.json": json.dumps(motion_of(REPORT)).encode(),
}
PICTURES = sample_pictures(REPORT) | {"report.html": b"page"}
VIDEO = {"overlay.mp4": CLIP.read_bytes()}
SHOWN = 1 + len(REPORT.frames)
"""Pictures on the page: the first screen's, and both legs'."""
IMAGES = ".proof img, .frames img"
PLACE = "document.getElementById('trust').getBoundingClientRect().top"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(idle(tmp_path_factory.mktemp("coming"))) as running:
        yield running


@pytest.fixture
def analysis_id(server: Server) -> Iterator[str]:
    """An analysis that has just begun."""
    with server.client() as client:
        upload(client)
    yield server.begin_next()
    server.clear()


@pytest.fixture(params=[True, False], ids=["with scripts", "without scripts"])
def page(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    context = browser.new_context(**DESKTOP, java_script_enabled=request.param)
    yield context.new_page()
    context.close()


@pytest.fixture
def reader(browser: Browser, server: Server, analysis_id: str) -> Iterator[Page]:
    """Somebody who watches that analysis."""
    context = browser.new_context(**DESKTOP)
    page = context.new_page()
    page.goto(f"{server.url}/runs/{analysis_id}")
    yield page
    context.close()


def test_verdict_pictures_and_video_come_one_after_the_other_and_the_reader_keeps_the_place(
    server: Server, analysis_id: str, reader: Page
) -> None:
    expect(reader.locator("[data-progress]")).to_be_visible()
    server.publish(analysis_id, NUMBERS)
    expect(reader.locator("h1")).to_have_text(REPORT.findings[1].title)
    expect(reader.get_by_text(ENGLISH.say("page.coming.picture"))).to_have_count(SHOWN)
    assert reader.locator("#downloads a").count() == 2

    for fold in ("video", "trust"):
        reader.click(f"#{fold} > summary")
    reader.locator("#trust").evaluate("(part) => part.scrollIntoView({ block: 'start', behavior: 'instant' })")
    before = reader.evaluate(PLACE)
    server.publish(analysis_id, PICTURES)
    expect(reader.locator(IMAGES)).to_have_count(SHOWN)
    expect(reader.locator("#downloads a")).to_have_count(4)
    expect(reader.locator("#player .awaited")).to_be_visible()

    server.succeed(analysis_id, VIDEO)
    expect(reader.locator('#player [data-do="play"]')).to_be_visible()
    expect(reader.locator(".motion")).to_be_visible()
    expect(reader.locator("#downloads a")).to_have_count(5)
    assert reader.evaluate(PLACE) == pytest.approx(before, abs=2)
    assert reader.locator("details[open]").count() == 2
    reader.locator("#player").scroll_into_view_if_needed()
    reader.click('[data-do="strike-on"]')
    expect(reader.locator("[data-now]")).not_to_be_empty()


def test_both_sides_show_each_picture_once_it_is_drawn(server: Server, analysis_id: str, reader: Page) -> None:
    with server.client() as client:
        other = upload(client, b"other side").json()["id"]
    assert server.begin_next() == other
    right = replace(
        REPORT, clip=replace(REPORT.clip, sha256="1" * 64), scene=replace(REPORT.scene, near_side=Side.RIGHT)
    )
    server.publish(analysis_id, NUMBERS | PICTURES)
    server.publish(other, {"report.json": json.dumps(report_to_json(right)).encode()})
    reader.goto(f"{server.url}/together?clips={analysis_id},{other}")
    stills = reader.locator("#stills figure")
    expect(stills).to_have_count(2)
    expect(stills.locator("img")).to_have_count(1)
    expect(stills.get_by_text(ENGLISH.say("page.coming.picture"))).to_have_count(1)
    server.publish(other, PICTURES)
    expect(stills.locator("img")).to_have_count(2)


def test_a_clip_of_several_that_fails_leads_nobody_away_from_the_others(
    server: Server, analysis_id: str, reader: Page
) -> None:
    with server.client() as client:
        bad = upload(client, b"bad").json()["id"]
    assert server.begin_next() == bad
    server.publish(analysis_id, NUMBERS)
    reader.goto(f"{server.url}/together?clips={analysis_id},{bad}")
    expect(reader.locator("[data-waits]")).to_have_count(1)
    server.fail(bad)
    expect(reader.get_by_text("The clip cannot be read")).to_be_visible()
    reader.click(f"a[href='/runs/{analysis_id}']")
    expect(reader.locator("h1")).to_have_text(REPORT.findings[1].title)


def test_a_video_that_could_not_be_made_is_said_and_everything_else_stands(
    server: Server, analysis_id: str, reader: Page
) -> None:
    server.publish(analysis_id, NUMBERS)
    reader.click("#video > summary")
    expect(reader.locator("#player .awaited")).to_be_visible()
    server.succeed(analysis_id, PICTURES, undrawn(None))
    expect(reader.locator("#player .notice")).to_contain_text("crashed")
    expect(reader.locator(IMAGES)).to_have_count(SHOWN)
    expect(reader.locator("#charts svg")).not_to_have_count(0)


def test_an_analysis_that_is_stopped_while_its_video_is_drawn_is_shown_as_stopped(
    server: Server, analysis_id: str, reader: Page
) -> None:
    server.publish(analysis_id, NUMBERS)
    expect(reader.locator("#player .awaited")).to_have_count(1)
    server.cancel(analysis_id)
    expect(reader.locator("h1")).to_have_text(ENGLISH.say("page.ended.cancelled"))


@pytest.mark.parametrize("shown", [{}, PICTURES], ids=["numbers", "pictures"])
def test_the_page_has_no_broken_picture_or_link_at_any_time(
    server: Server, analysis_id: str, page: Page, shown: Mapping[str, bytes]
) -> None:
    refused: list[str] = []
    page.on("response", lambda answer: refused.append(answer.url) if answer.status >= 400 else None)
    server.publish(analysis_id, NUMBERS | shown)
    page.goto(f"{server.url}/runs/{analysis_id}")
    expect(page.locator("#player .awaited")).to_have_count(1)
    with server.client() as client:
        for link in page.locator("#downloads a").all():
            assert client.get(str(link.get_attribute("href"))).status_code == 200
    assert refused == []
