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
OUTSIDE = """[...document.querySelectorAll("main *")].filter((each) => each.checkVisibility())
  .filter((each) => !each.closest(".unseen, svg, table, pre") && each.getBoundingClientRect().right > 360.5)
  .map((each) => each.outerHTML.slice(0, 120))"""  # also what hangs out of a box that clips it
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


@pytest.mark.parametrize("where", ["/", "page", "report", "together", "compare"])
def test_text_twice_as_large_fits_a_phone(
    phone: BrowserContext, server: Server, addresses: dict[tuple[str, str], str], where: str
) -> None:
    page = phone.new_page()
    for name in ("good", "half"):  # of which the first page keeps a list
        page.goto(addresses[name, "page"])
    first, second = (addresses[name, "page"].rpartition("/")[2] for name in ("good", "half"))
    others = {"/": "/", "together": f"/together?clips={first},{second}"}
    others["compare"] = f"/compare?first={first}&second={second}"
    page.goto(server.url + others[where] if where in others else addresses["good", where])
    page.evaluate(OPEN_ALL)
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    if where == "/":
        expect(page.locator(".history li")).to_have_count(2)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert page.evaluate(OUTSIDE) == []


@pytest.mark.parametrize("kind", KINDS)
def test_large_text_grows_on_the_rulers_and_breaks_no_word_of_the_verdict(
    phone: BrowserContext, addresses: dict[tuple[str, str], str], kind: str
) -> None:
    page = phone.new_page()
    page.goto(addresses["good", kind])
    height = "document.querySelector('.gauge text').getBoundingClientRect().height"
    before = page.evaluate(height)
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    assert page.evaluate(height) == pytest.approx(2 * before, rel=0.1)
    ends = page.evaluate("""() => [...document.querySelectorAll(".gauge text:not(:empty)")]
        .map((each) => each.getBoundingClientRect())
        .filter((box) => box.width)  // not those in the other units
        .map((box) => [box.left, box.right])""")
    assert ends
    assert [end for end in ends if not 0 <= end[0] < end[1] <= 360] == []
    assert page.evaluate("""() => {
      const title = document.querySelector("h1"), longest = document.createElement("span");
      longest.textContent = title.textContent.split(" ").sort((a, b) => b.length - a.length)[0];
      longest.style.whiteSpace = "nowrap";
      title.append(longest);
      const room = title.clientWidth - parseFloat(getComputedStyle(title).paddingLeft);
      return longest.getBoundingClientRect().width < room;
    }""")


def see_pictures(page: Page) -> None:
    for picture in page.locator(".frames img").all():
        picture.scroll_into_view_if_needed()
        expect(picture).not_to_have_js_property("naturalWidth", 0)


def test_pictures_and_video_that_load_late_move_nothing(
    phone: BrowserContext, addresses: dict[tuple[str, str], str]
) -> None:
    page = phone.new_page()
    page.add_init_script(WATCH_SHIFTS)
    page.goto(addresses["good", "page"], wait_until="load")
    assert page.evaluate("window.shifted") < 0.01
    for fold in ("sides", "video"):
        page.evaluate(f"document.getElementById('{fold}').open = true")
    expect(page.locator(".motion[data-pending]")).to_have_count(0)
    page.wait_for_timeout(600)  # what moves half a second after a tap counts; what the tap itself moves doesn't
    page.evaluate("window.shifted = 0")
    see_pictures(page)
    assert page.evaluate("window.shifted") < 0.01


def test_what_is_closed_is_not_loaded_before_it_is_opened(
    phone: BrowserContext, addresses: dict[tuple[str, str], str]
) -> None:
    page = phone.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url.rpartition("/")[2]))
    page.goto(addresses["good", "page"], wait_until="networkidle")
    files = [frame.file.partition("/")[2] for frame in MADE["good"].frames]
    assert [each for each in asked if each in files] == [files[0]]  # the strike picture of the first screen
    assert not {"overlay.mp4", "motion"} & set(asked)
    text = "performance.getEntries().filter((each) => !each.name.endsWith('.jpg'))"
    assert page.evaluate(f"{text}.reduce((sum, each) => sum + (each.transferSize ?? 0), 0)") < 150_000
    page.click("#sides > summary")
    see_pictures(page)
    page.click("#video > summary")
    expect(page.locator(".motion[data-pending]")).to_have_count(0)
    expect(page.locator("#player video")).not_to_have_js_property("readyState", 0)
    assert {*files, "overlay.mp4", "motion"} <= set(asked)


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


def test_the_first_screens_picture_opens_as_a_file_that_can_be_enlarged(
    phone: BrowserContext, addresses: dict[tuple[str, str], str]
) -> None:
    page = phone.new_page()
    page.goto(addresses["good", "page"])
    with page.expect_navigation() as opened:
        page.tap(".proof img")
    assert opened.value.headers["content-type"] == "image/jpeg"
    page.goto(addresses["good", "report"])  # whose pictures are inside, where no link leads
    expect(page.locator(".proof img")).to_be_visible()
    expect(page.locator(".proof a")).to_have_count(0)


def test_a_printed_page_shows_no_button(desktop: Page, addresses: dict[tuple[str, str], str]) -> None:
    desktop.goto(addresses["good", "page"])
    desktop.evaluate(OPEN_ALL)
    expect(desktop.locator("[data-slowly]").first).to_be_visible()
    desktop.emulate_media(media="print")
    expect(desktop.locator("button:visible")).to_have_count(0)
    figure = "document.querySelector('.frames figure').getBoundingClientRect().height"
    picture = "document.querySelector('.frames img').getBoundingClientRect().height"
    assert desktop.evaluate(f"{figure} - {picture}") < 4


@pytest.mark.parametrize("name", list(MADE))
def test_a_printed_report_has_two_pages(desktop: Page, addresses: dict[tuple[str, str], str], name: str) -> None:
    desktop.goto(addresses[name, "report"])
    printed = desktop.pdf(prefer_css_page_size=True, print_background=True)
    assert len(re.findall(rb"/Type\s*/Page\b", printed)) <= 2
