"""The page while a clip is analysed, in a real browser. Skipped where no Chromium is."""

import json
from collections.abc import Iterator

import cv2
import numpy as np
import pytest
from playwright.sync_api import Browser, Page, expect

from chromium import CHROMIUM, PHONE, assert_fit
from formcheck.report.schema import report_to_json
from formcheck.words.catalogue import ENGLISH
from sample_report import good_report
from service.server import Server, idle, serving, upload

pytestmark = [pytest.mark.slow, pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here")]

PICTURE = cv2.imencode(".jpg", np.full((180, 320, 3), 90, np.uint8))[1].tobytes()
STAGE, REMAINING, GLIMPSE = "[data-stage]", "[data-remaining]", "[data-glimpse]"
SHIFTS = """new Promise((done) => {
    new PerformanceObserver((list) => done(list.getEntries().flatMap((each) => each.sources.map(
        ({ node }) => node?.outerHTML ?? "gone")))).observe({ type: "layout-shift", buffered: true });
    setTimeout(() => done([]), 300);
})"""
"""What moved by itself since the page came."""


@pytest.fixture
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(idle(tmp_path_factory.mktemp("waiting"))) as running:
        yield running


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(**PHONE)
    yield context.new_page()
    context.close()


def sent(server: Server, content: bytes) -> str:
    with server.client() as client:
        return str(upload(client, content).json()["id"])


def test_the_runner_is_shown_while_followed_also_to_who_comes_back_and_gone_with_the_numbers(
    server: Server, page: Page
) -> None:
    analysis_id = sent(server, b"clip")
    server.begin_next()
    server.publish(analysis_id, {"following/1.jpg": PICTURE})
    server.service.store.progress(analysis_id, "test", ENGLISH.say("stage.following"), 0.1)
    for _ in range(2):
        page.goto(f"{server.url}/runs/{analysis_id}")
        expect(page.locator(STAGE)).to_have_text("Following the runner")
        expect(page.locator(GLIMPSE)).to_be_visible()
        assert page.locator(GLIMPSE).evaluate("(picture) => picture.naturalWidth") == 320
    assert page.evaluate(SHIFTS) == []
    assert_fit(page)
    server.publish(analysis_id, {"report.json": json.dumps(report_to_json(good_report())).encode()})
    expect(page.locator("#why")).to_be_visible()


def test_both_clips_of_a_run_show_stage_picture_and_a_way_to_stop(server: Server, page: Page) -> None:
    followed, queued = (sent(server, each) for each in (b"left", b"right"))
    server.begin_next()
    server.publish(followed, {"following/1.jpg": PICTURE})
    server.service.store.progress(followed, "test", ENGLISH.say("stage.following"), 0.1)
    page.goto(f"{server.url}/together?clips={followed},{queued}")
    expect(page.locator(STAGE)).to_have_text(["Following the runner", "Next in the queue."])
    expect(page.locator(GLIMPSE).first).to_be_visible()
    expect(page.locator("[data-cancel]")).to_have_count(2)
    assert page.evaluate(SHIFTS) == []
    assert_fit(page)


def test_nobody_sees_a_picture_of_a_clip_that_is_deleted_or_not_begun(server: Server) -> None:
    analysis_id = sent(server, b"clip")
    with server.client() as client:
        assert client.get(f"/runs/{analysis_id}/following.jpg").status_code == 404
        server.begin_next()
        server.publish(analysis_id, {"following/1.jpg": PICTURE})
        found = client.get(f"/runs/{analysis_id}/following.jpg")
        assert (found.content, found.headers["cache-control"]) == (PICTURE, "no-store")
        client.delete(f"/v1/analyses/{analysis_id}")
        assert client.get(f"/runs/{analysis_id}/following.jpg").status_code == 404


def test_the_place_in_the_line_moves_on_and_says_when_the_result_is_due(server: Server, page: Page) -> None:
    first, second, third = (sent(server, each) for each in (b"first", b"second", b"third"))
    page.goto(f"{server.url}/runs/{third}")
    expect(page.locator(STAGE)).to_have_text("2 before you in the queue.")
    expect(page.locator(REMAINING)).to_be_empty()
    assert server.begin_next() == first
    server.succeed(first)
    expect(page.locator(STAGE)).to_have_text("1 before you in the queue.")
    assert server.begin_next() == second
    expect(page.locator(STAGE)).to_have_text("Next in the queue.")
    expect(page.locator(REMAINING)).to_have_text("Ready in about 1 s.")
