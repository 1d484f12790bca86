"""The list of clips on a device says what changed, in a real browser. Skipped where no Chromium is."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from chromium import CHROMIUM, DESKTOP
from reached import reached, report_file
from service.server import Server, idle, serving, upload

pytestmark = [pytest.mark.slow, pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here")]

REMEMBERED = "localStorage.getItem('formcheck.clips') ?? ''"
REST = {"report.html": b"page", "overlay.mp4": b"video"}


@pytest.fixture
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(idle(tmp_path_factory.mktemp("changed"))) as running:
        yield running


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(**DESKTOP)
    yield context.new_page()
    context.close()


def visit(page: Page, server: Server, reach: float, speed_kmh: float = 11.0) -> None:
    """Have a clip measured and look at it, so that this device remembers it."""
    with server.client() as client:
        analysis_id = upload(client, f"{reach}{speed_kmh}".encode()).json()["id"]
    server.begin_next()
    server.succeed(analysis_id, report_file(reached(reach, speed_kmh=speed_kmh)) | REST)
    page.goto(f"{server.url}/runs/{analysis_id}")
    assert analysis_id in page.evaluate(REMEMBERED)


def test_the_newest_clip_says_what_changed_since_the_one_before(page: Page, server: Server) -> None:
    visit(page, server, 0.27)
    page.goto(server.url)
    expect(page.locator("#history-list li")).to_have_count(1)
    visit(page, server, 0.23)
    page.goto(server.url)
    change = page.locator("#history-list li").first.locator(".change")
    said = r"^Your foot lands closer: 4\s% of leg less, and that is real\. Compared with "
    expect(change).to_have_text(re.compile(said))
    expect(page.locator(".change")).to_have_count(1)


def test_clips_that_cannot_be_compared_say_nothing(page: Page, server: Server) -> None:
    visit(page, server, 0.27, 9.0)
    visit(page, server, 0.23, 13.0)
    with page.expect_response(re.compile("/changed")) as asked:
        page.goto(server.url)
    assert asked.value.json() == {"verdict": None}
    expect(page.locator("#history-list li")).to_have_count(2)
    expect(page.locator(".change")).to_have_count(0)


def test_a_clip_is_remembered_before_the_service_says_whose_it_is(page: Page, server: Server) -> None:
    unanswered: list[Route] = []

    def hold(route: Route) -> None:
        unanswered.append(route)

    page.route("**/v1/analyses/an_*", hold)
    visit(page, server, 0.27)
    assert unanswered
    for route in unanswered:
        route.continue_()
