"""A result as a reader meets it, on the page and as report.html, in a real browser. Skipped where no Chromium is."""

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from chromium import CHROMIUM, DESKTOP, PHONE, assert_fit
from formcheck.records.report import Report
from sample_report import good_report, withheld_report
from service.server import Server, idle, serving, upload
from whole_result import parts_of

pytestmark = [pytest.mark.slow, pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here")]

SCREENS = [(360, 740), (1280, 800)]
KINDS = ["page", "report"]
OF_THE_FIRST_SCREEN = "[...document.querySelectorAll('.glance h1, .proof img, .gauge, .to-do, .sure')]"
OPEN_ALL = "document.querySelectorAll('details').forEach((each) => (each.open = true))"
WATCH_SHIFTS = """window.shifted = 0;
new PerformanceObserver((list) => {
  for (const each of list.getEntries()) window.shifted += each.value;
}).observe({ type: "layout-shift", buffered: true });"""


def half_missing() -> Report:
    """A result without its lean."""
    report = good_report()
    return replace(report, measures=report.measures | {"trunk_lean": withheld_report().measures["trunk_lean"]})


MADE = {"good": good_report(), "refused": withheld_report(), "half": half_missing()}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(idle(tmp_path_factory.mktemp("result"))) as running:
        yield running


@pytest.fixture(scope="module")
def addresses(server: Server) -> dict[tuple[str, str], str]:
    """Where each result is, as page and as report."""
    found = {}
    for name, report in MADE.items():
        with server.client() as client:
            analysis_id = upload(client, name.encode()).json()["id"]
        server.begin_next()
        server.succeed(analysis_id, parts_of(report))
        found[name, "page"] = f"{server.url}/runs/{analysis_id}"
        found[name, "report"] = f"{server.url}/v1/analyses/{analysis_id}/report.html"
    return found


@pytest.fixture
def phone(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(**PHONE)
    yield context
    context.close()


@pytest.fixture
def desktop(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(**DESKTOP)
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("size", SCREENS, ids=str)
@pytest.mark.parametrize("kind", KINDS)
def test_one_screen_says_verdict_picture_rulers_what_to_try_and_how_sure_and_nothing_else(
    desktop: Page, addresses: dict[tuple[str, str], str], size: tuple[int, int], kind: str
) -> None:
    desktop.set_viewport_size({"width": size[0], "height": size[1]})
    desktop.goto(addresses["good", kind])
    shown = desktop.evaluate(f"{OF_THE_FIRST_SCREEN}.map((e) => [e.localName, e.getBoundingClientRect().bottom])")
    assert [name for name, _ in shown] == ["h1", "img", "section", "section", "p", "p"]
    assert all(0 < bottom <= size[1] for _, bottom in shown), shown
    assert desktop.evaluate("document.querySelector('.fold').getBoundingClientRect().top") >= size[1]
    assert desktop.evaluate("document.documentElement.scrollWidth") <= size[0]


@pytest.mark.parametrize("kind", KINDS)
def test_a_refused_clips_first_screen_says_why_and_what_to_change(
    phone: BrowserContext, addresses: dict[tuple[str, str], str], kind: str
) -> None:
    page = phone.new_page()
    page.goto(addresses["refused", kind])
    why = withheld_report().quality.reasons[0]
    for words in (why.message, f"Change this: {why.advice}"):
        expect(page.get_by_text(words, exact=True).first).to_be_in_viewport()
    expect(page.locator(".mend")).to_be_in_viewport()  # the same as a drawing
    expect(page.locator(".proof, .gauge")).to_have_count(0)


@pytest.mark.parametrize("name", list(MADE))
@pytest.mark.parametrize("kind", KINDS)
def test_axe_finds_nothing_closed_or_open_and_nothing_is_wider_than_a_phone(
    phone: BrowserContext, addresses: dict[tuple[str, str], str], name: str, kind: str
) -> None:
    page = phone.new_page()
    if kind == "report":  # its own policy lets no script in, axe's neither
        page.route("**/report.html", lambda route: route.fulfill(body=parts_of(MADE[name])["report.html"]))
    page.goto(addresses[name, kind])
    assert_fit(page)
    page.evaluate(OPEN_ALL)
    assert_fit(page)


def test_every_part_opens_and_closes_by_keyboard_in_its_order(
    desktop: Page, addresses: dict[tuple[str, str], str]
) -> None:
    desktop.goto(addresses["good", "page"])
    expect(desktop.locator("#metronome")).to_be_visible()
    folds = ["why", "sides", "video", "metronome", "charts", "numbers", "trust", "better", "sources", "keep"]
    assert [each.get_attribute("id") for each in desktop.locator(".fold").all()] == folds
    reached: list[str] = []
    while len(reached) < len(folds):
        desktop.keyboard.press("Tab")
        if fold := desktop.evaluate("document.activeElement.closest('summary')?.parentElement.id"):
            for shown in (True, False):
                desktop.keyboard.press("Enter")
                expect(desktop.locator(f"#{fold} .fold-body")).to_be_visible(visible=shown)
            reached.append(fold)
    assert reached == folds


@pytest.mark.parametrize("kind", KINDS)
def test_text_twice_as_large_fits_a_phone(
    phone: BrowserContext, addresses: dict[tuple[str, str], str], kind: str
) -> None:
    page = phone.new_page()
    page.goto(addresses["good", kind])
    page.evaluate(OPEN_ALL)
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_pictures_and_video_that_load_late_move_nothing(
    phone: BrowserContext, addresses: dict[tuple[str, str], str]
) -> None:
    page = phone.new_page()
    page.add_init_script(WATCH_SHIFTS)
    page.goto(addresses["good", "page"], wait_until="load")
    expect(page.locator(".motion[data-pending]")).to_have_count(0)
    assert page.evaluate("window.shifted") < 0.01


def test_the_page_can_be_mirrored_for_a_language_that_is_read_from_the_right(
    phone: BrowserContext, addresses: dict[tuple[str, str], str]
) -> None:
    page = phone.new_page()
    page.goto(addresses["good", "page"])
    edge = "getComputedStyle(document.querySelector('.glance h1'))"
    assert page.evaluate(f"{edge}.borderLeftWidth") == "5px"
    page.evaluate("document.documentElement.dir = 'rtl'")
    page.evaluate(OPEN_ALL)
    assert page.evaluate(f"{edge}.borderRightWidth") == "5px"
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


@pytest.mark.parametrize("name", list(MADE))
def test_a_printed_report_has_two_pages(desktop: Page, addresses: dict[tuple[str, str], str], name: str) -> None:
    desktop.goto(addresses[name, "report"])
    printed = desktop.pdf(prefer_css_page_size=True, print_background=True)
    assert len(re.findall(rb"/Type\s*/Page\b", printed)) <= 2
