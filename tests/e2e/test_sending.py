"""Choosing and sending a clip in a real browser; the server analyses nothing. Skipped where no Chromium is."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from chromium import CHROMIUM, DESKTOP
from formcheck.words.catalogue import ENGLISH
from places import CLIP
from reached import reached, report_file
from service.server import Server, idle, serving
from small_clips import write_endless

pytestmark = [pytest.mark.slow, pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here")]

SLOW = CLIP.with_name("slow_motion_240fps_left.mp4")
READING_FAILS = """() => {
    Blob.prototype.arrayBuffer = () => Promise.reject(new DOMException("gone", "NotReadableError"));
}"""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(idle(tmp_path_factory.mktemp("sending"))) as running:
        yield running


@pytest.fixture
def page(browser: Browser, server: Server) -> Iterator[Page]:
    """The first page, of a browser that has sent nothing."""
    context = browser.new_context(**DESKTOP)
    page = context.new_page()
    page.goto(server.url)
    yield page
    context.close()
    server.clear()


def choose(page: Page, clip: Path) -> None:
    page.set_input_files("#clip", clip)
    expect(page.locator("#send")).to_be_enabled()


def test_upload_is_on_a_phones_screen_as_soon_as_a_clip_is_chosen(page: Page) -> None:
    page.set_viewport_size({"width": 360, "height": 740})
    page.emulate_media(reduced_motion="reduce")
    page.set_input_files("#clip", CLIP)
    expect(page.locator("#send")).to_be_enabled()
    expect(page.locator("#send")).to_be_in_viewport(ratio=1)
    expect(page.locator("#preview")).to_be_in_viewport()  # and what would be uploaded, with what that means
    expect(page.locator("#chosen").get_by_text("By uploading you agree")).to_be_in_viewport()
    page.locator("#blur").focus()  # what is reached by keyboard isn't hidden behind it
    covered = "document.querySelector('.at-hand').getBoundingClientRect().top"
    assert page.evaluate(f"document.getElementById('blur').getBoundingClientRect().bottom <= {covered}")


def names(server: Server) -> list[str]:
    """Clips that the service has, by name."""
    return [each.clip_name for each in server.service.store.list("local", limit=10).analyses]


def test_a_clip_is_never_sent_under_the_name_of_another(page: Page, server: Server, tmp_path: Path) -> None:
    choose(page, SLOW)
    page.locator("#trim-end").fill("5")
    page.evaluate(READING_FAILS)
    page.set_input_files("#clip", CLIP)
    expect(page.locator("#wrong")).to_contain_text(ENGLISH.say("page.script.unreadable"))
    expect(page.locator("#send")).to_be_disabled()
    expect(page.locator("#trim")).to_be_hidden()
    assert page.locator("#checks li").count() == 0


def test_pressed_twice_a_clip_is_sent_once(page: Page, server: Server) -> None:
    words: set[str] = set()
    page.on("request", lambda asked: words.add(asked.url) if "/uploads/" in asked.url else None)
    choose(page, CLIP)
    page.locator("#trim-end").fill("3")
    page.evaluate("() => { const send = document.getElementById('send'); send.click(); send.click(); }")
    page.wait_for_url("**/runs/*")
    assert len(words) == 1
    assert names(server) == [CLIP.name]


def test_stopped_while_the_service_takes_it_in_no_analysis_is_left(page: Page, server: Server) -> None:
    taken: list[Route] = []

    def asks(asked: Route) -> None:
        if asked.request.method != "PATCH":
            asked.continue_()
            return
        asked.fetch()  # it reaches the service, its answer not the page
        taken.append(asked)

    page.route("**/uploads/*", asks)
    choose(page, CLIP)
    page.click("#send")
    while not taken:
        page.wait_for_timeout(20)
    with page.expect_response(lambda answer: answer.request.method == "DELETE"):
        page.click("#stop")
    expect(page.locator("#chosen")).to_be_visible()
    assert names(server) == []
    assert server.files() == []


def test_an_accepted_clip_whose_answer_is_lost_is_kept_whatever_the_service_says_then(
    page: Page, server: Server
) -> None:
    deleted: list[str] = []
    lost: list[Route] = []
    page.on("request", lambda asked: deleted.append(asked.url) if asked.method == "DELETE" else None)

    def asks(asked: Route) -> None:
        if lost:
            asked.fulfill(status=500, json={"code": "internal_error", "title": "Internal error"})
        elif asked.request.method == "PATCH":
            lost.append(asked)
            asked.fetch()  # it reaches the service, its answer not the page
            asked.abort()
        else:
            asked.continue_()

    page.route("**/uploads/*", asks)
    choose(page, CLIP)
    page.click("#send")
    page.click("#again")
    expect(page.locator("#wrong")).to_be_visible()
    assert deleted == []
    assert names(server) == [CLIP.name]


def test_a_clip_that_is_gone_from_the_device_is_no_lost_connection(page: Page, server: Server) -> None:
    choose(page, CLIP)
    page.evaluate(READING_FAILS)
    page.click("#send")
    expect(page.locator("#wrong")).to_contain_text(ENGLISH.say("page.script.unreadable"))
    expect(page.locator("#send")).to_be_enabled()


def test_a_refusal_by_a_proxy_is_shown_and_not_retried(page: Page, server: Server) -> None:
    page.route(
        "**/uploads/*",
        lambda asked: (
            asked.fulfill(status=413, body="<html>too large</html>")
            if asked.request.method == "PATCH"
            else asked.continue_()
        ),
    )
    choose(page, CLIP)
    with page.expect_response(lambda answer: answer.request.method == "DELETE"):
        page.click("#send")
    expect(page.locator("#wrong")).to_contain_text("error 413")


def test_a_height_in_metres_is_understood_and_one_out_of_range_is_shown(page: Page, server: Server) -> None:
    choose(page, CLIP)
    about = page.get_by_text(ENGLISH.say("page.film.about"))
    about.click()
    height = page.locator("#height-cm")
    height.fill("1.78")
    height.press("Tab")
    expect(height).to_have_value("178")
    height.fill("17")
    about.click()
    page.click("#send")
    expect(height).to_be_visible()
    expect(height).to_be_focused()
    page.get_by_label("Imperial").check()
    expect(page.locator("#height-ft")).to_be_enabled()
    page.click("#send")
    page.wait_for_url("**/runs/*")
    assert names(server) == [CLIP.name]


def test_a_clip_that_does_not_say_how_long_it_is_is_looked_at_to_its_end(page: Page, tmp_path: Path) -> None:
    choose(page, write_endless(tmp_path / "recorded.webm", CLIP, seconds=3.0))
    expect(page.locator("#checks")).to_contain_text("3 s long")
    expect(page.locator("#trim-told")).to_contain_text("0.0 to 3.0 s")


def test_what_was_cut_away_is_looked_at_no_more(page: Page) -> None:
    looks: list[list[str]] = []

    def looked(asked: Route) -> None:
        looks.append(json.loads(asked.request.post_data or "{}")["pictures"])
        reasons = [{"code": "nobody_seen", "says": "Nobody"}] if len(looks) == 1 else []
        asked.fulfill(json={"reasons": reasons})

    page.route(
        "**/look*", lambda asked: looked(asked) if '"scale"' in (asked.request.post_data or "") else asked.abort()
    )
    choose(page, CLIP)
    checks = page.locator("#checks")
    expect(checks).to_contain_text("Nobody")
    page.locator("#trim-end").fill("3")
    expect(checks).to_contain_text(ENGLISH.say("page.script.look_good"))
    expect(checks).not_to_contain_text("Nobody")
    assert len(looks) == 2
    assert looks[0] != looks[1]
    assert page.evaluate("document.getElementById('preview').currentTime") == 3


def test_clips_of_one_run_are_sent_one_after_the_other_and_shown_together(page: Page, server: Server) -> None:
    page.set_input_files("#clip", [CLIP, SLOW])
    for number in (1, 2):
        expect(page.locator("#chosen-title")).to_have_text(ENGLISH.say("page.script.clip_of", number=number, all=2))
        expect(page.locator("#send")).to_be_enabled()
        page.locator("#trim-end").fill("3")
        page.click("#send")
    page.wait_for_url("**/together?clips=*")
    assert names(server) == [SLOW.name, CLIP.name]
    expect(page.locator("[data-waits]")).to_have_count(2)


def test_leaving_with_a_clip_still_to_be_sent_is_asked_about(page: Page) -> None:
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    page.set_input_files("#clip", [CLIP, SLOW])
    page.locator("#trim-end").fill("3")
    page.click("#send")
    expect(page.locator("#chosen-title")).to_have_text(ENGLISH.say("page.script.clip_of", number=2, all=2))
    page.click("#trim-end")  # a browser asks only who has touched the page
    page.reload()
    assert asked == ["beforeunload"]


def test_a_first_visit_on_a_phone_shows_where_to_choose_a_clip_and_the_guide_below(page: Page) -> None:
    page.set_viewport_size({"width": 360, "height": 740})
    expect(page.locator("#guide")).to_have_attribute("open", "")
    expect(page.get_by_text(ENGLISH.say("page.film.choose"), exact=True)).to_be_in_viewport(ratio=1)


def test_too_many_clips_are_said_where_they_are_seen(page: Page) -> None:
    page.set_viewport_size({"width": 360, "height": 740})
    page.set_input_files("#clip", [CLIP] * 4)
    expect(page.get_by_text(ENGLISH.say("page.script.too_many", most=3))).to_be_in_viewport()
    expect(page.locator("#send")).to_be_enabled()


def test_another_side_is_added_to_a_clip_sent_before(page: Page, server: Server) -> None:
    choose(page, CLIP)
    page.click("#send")
    page.wait_for_url("**/runs/*")
    first = page.url.rpartition("/")[2]
    page.goto(f"{server.url}/?with={first}")
    expect(page.locator("#joining")).to_be_visible()
    choose(page, SLOW)
    page.locator("#trim-end").fill("3")
    page.click("#send")
    page.wait_for_url(f"**/together?clips={first},*")
    for _ in range(2):
        server.succeed(server.begin_next(), report_file(reached(0.25)))
    page.goto(server.url)
    expect(page.locator("#history-list a", has_text=ENGLISH.say("page.script.both_sides"))).to_have_count(2)
    expect(page.locator("#history-list input")).to_have_count(2)
    for tick in page.locator("#history-list input").all():
        tick.check()
    page.click("#together")
    page.wait_for_url("**/together?clips=*")
