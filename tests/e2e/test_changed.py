"""The list of clips on a device says what changed, in a real browser. Skipped where no Chromium is."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from chromium import CHROMIUM, DESKTOP, PHONE
from formcheck.words.catalogue import ENGLISH
from reached import reached, report_file
from service.server import Server, idle, serving, upload

pytestmark = [pytest.mark.slow, pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here")]

REMEMBERED = "localStorage.getItem('formcheck.clips') ?? ''"
UPLOADED = """(ids) => {
    const [a, b, bad] = ids.map((id, place) => ({ id, when: `2026-01-02T03:04:0${place}Z` }));
    const named = [{ ...bad, name: "bad.mp4" }, { ...b, name: "b.mp4" }, { ...a, name: "a.mp4" }];
    localStorage.setItem("formcheck.clips", JSON.stringify(named));
}"""
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


def test_the_newest_clip_says_what_changed_since_the_one_before_and_the_first(page: Page, server: Server) -> None:
    visit(page, server, 0.27)
    page.goto(server.url)
    expect(page.locator("#history-list li")).to_have_count(1)
    expect(page.locator("#trend")).to_be_hidden()
    for reach in (0.25, 0.23):
        visit(page, server, reach)
    page.goto(server.url)
    changes = page.locator("#history-list li").first.locator(".change")
    expect(changes).to_have_count(3)
    expect(changes.nth(0)).to_have_text(re.compile(r"^Since the clip before .*: No change found in landing or lean\.$"))
    expect(changes.nth(1)).to_have_text(re.compile(r"^Since your first clip .* 4\s% of leg less\.$"))
    charts = page.get_by_role("img", name=re.compile("^(Foot ahead of hip|Trunk lean|Cadence)"))
    expect(charts).to_have_count(3)


def test_clips_never_opened_get_their_results_and_one_that_failed_says_so(page: Page, server: Server) -> None:
    with server.client() as client:
        ids = [upload(client, name.encode(), name=name).json()["id"] for name in ("a.mp4", "b.mp4", "bad.mp4")]
    for analysis_id, reach in zip(ids, (0.27, 0.23), strict=False):
        assert server.begin_next() == analysis_id
        server.succeed(analysis_id, report_file(reached(reach)) | REST)
    assert server.begin_next() == ids[2]
    server.fail(ids[2])
    page.goto(server.url)
    page.evaluate(UPLOADED, ids)
    page.reload()
    expect(page.locator("#trend svg")).to_have_count(3)
    lines = page.locator("#history-list li")
    expect(lines.filter(has_text=re.compile(r"Foot ahead of hip 2[37]\s%"))).to_have_count(2)
    expect(lines.filter(has=page.get_by_role("checkbox"))).to_have_count(2)
    failed = lines.filter(has_text="bad.mp4")
    expect(failed.get_by_role("link")).to_have_text(ENGLISH.say("page.ended.failed"))
    expect(failed.get_by_role("checkbox")).to_have_count(0)


def test_numbers_over_time_fit_a_phone(page: Page, server: Server) -> None:
    for reach in (0.27, 0.23):
        visit(page, server, reach)
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto(server.url)
    expect(page.locator("#trend svg")).to_have_count(3)
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    sizes = "[...document.querySelectorAll('#trend text')].map((each) => each.getBoundingClientRect().height)"
    assert min(page.evaluate(sizes)) >= 10, "in pixels, a line of text"


def test_a_clip_is_remembered_before_the_service_says_whose_it_is(page: Page, server: Server) -> None:
    unanswered: list[Route] = []

    def hold(route: Route) -> None:
        unanswered.append(route)

    page.route("**/v1/analyses/an_*", hold)
    visit(page, server, 0.27)
    assert unanswered
    for route in unanswered:
        route.continue_()


def test_a_result_says_on_its_first_screen_what_changed_since_the_clip_before(browser: Browser, server: Server) -> None:
    context = browser.new_context(**PHONE)
    page = context.new_page()
    visit(page, server, 0.27)
    expect(page.locator("#since")).to_be_empty()
    visit(page, server, 0.23)
    line = page.locator("#since a")
    expect(line).to_have_text(re.compile(r"^Since last clip: foot ahead .4\s% of leg$"))
    box = page.locator("#since").bounding_box()
    assert box is not None
    assert (box["y"] + box["height"] <= PHONE["viewport"]["height"], box["height"] < 30) == (True, True)
    line.click()
    expect(page).to_have_url(re.compile("/compare"))
    context.close()
