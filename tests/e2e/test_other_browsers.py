"""A clip sent and its result read in Firefox and WebKit at phone size. Skipped where they are not installed."""

from collections.abc import Iterator

import pytest

from formcheck.clip.reader import ClipReader
from other_browsers import FIREFOX, MINI_BROWSER, PHONE_PX, SCREEN, WEBKIT, Phone, firefox, webkit
from places import CLIP
from sample_report import good_report
from service.server import WITHIN_S, Server, idle, serving
from whole_result import parts_of

pytestmark = pytest.mark.slow

BROWSERS = {"firefox": (firefox, bool(FIREFOX)), "webkit": (webkit, all((WEBKIT, MINI_BROWSER, SCREEN)))}
FIRST_SCREEN = """return [...document.querySelectorAll('.glance h1, .proof img, .gauge, .to-do, .sure')]
    .map((each) => [each.localName, each.getBoundingClientRect().bottom]);"""
OPEN_ALL = "document.querySelectorAll('details').forEach((each) => (each.open = true))"
PICTURES = "[...document.querySelectorAll('.proof img')].every((each) => each.complete && each.naturalWidth > 0)"
CUT_S = 3


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(idle(tmp_path_factory.mktemp("others"))) as running:
        yield running


@pytest.fixture(scope="module", params=list(BROWSERS))
def phone(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Phone]:
    browser, is_there = BROWSERS[request.param]
    if not is_there:
        pytest.skip(f"no {request.param} here")
    with browser(tmp_path_factory.mktemp(request.param)) as running:
        yield running


@pytest.fixture(scope="module")
def result(phone: Phone, server: Server) -> Iterator[str]:
    """The address of the result, a sample, of a clip that was chosen, trimmed and sent in this browser."""
    phone.open(server.url)
    phone.choose("#clip", CLIP)
    phone.until("!document.getElementById('chosen').hidden && !document.getElementById('send').disabled", 30)
    phone.run(f"""const end = document.getElementById('trim-end');
        end.value = {CUT_S}; end.dispatchEvent(new Event('change', {{ bubbles: true }}));""")
    assert phone.run("return document.documentElement.scrollWidth") <= PHONE_PX[0]
    phone.tap("#send")
    phone.until("location.pathname.startsWith('/runs/')", WITHIN_S)
    server.succeed(server.begin_next(), parts_of(good_report()))
    phone.until("document.querySelector('.glance h1')", WITHIN_S)
    phone.until(f"document.querySelector('.proof img') && {PICTURES}", WITHIN_S)
    yield str(phone.run("return location.href"))
    server.clear()  # or the next browser's clip were known


@pytest.mark.parametrize("kind", ["page", "report"])
def test_the_first_screen_of_a_result_fits_a_phone_and_shows_its_picture(
    phone: Phone, result: str, server: Server, kind: str
) -> None:
    report = f"{server.url}/v1/analyses/{result.rpartition('/')[2]}/report.html"
    phone.open(result if kind == "page" else report)
    phone.until(PICTURES, WITHIN_S)
    shown = phone.run(FIRST_SCREEN)
    assert [name for name, _ in shown] == ["h1", "img", "section", "section", "p", "p"]
    assert all(0 < bottom <= PHONE_PX[1] for _, bottom in shown), shown
    phone.run(OPEN_ALL)
    assert phone.run("return document.documentElement.scrollWidth") <= PHONE_PX[0]


def test_the_clip_is_in_the_list_of_this_device_and_was_cut_to_the_part_asked_for(
    phone: Phone, result: str, server: Server
) -> None:
    analysis_id = result.rpartition("/")[2]
    phone.open(server.url)
    phone.until(f"document.querySelector('a[href$=\"{analysis_id}\"]')", WITHIN_S)
    sent = server.service.store.get(None, analysis_id)
    assert sent
    assert sent.options.to_s == CUT_S
    with ClipReader(server.service.settings.data_dir / "blobs" / sent.clip_key) as clip:
        assert CUT_S - 0.1 <= max(frame.time_s for frame in clip) <= CUT_S + 0.1


def test_the_video_of_a_result_plays(phone: Phone, result: str) -> None:
    phone.open(result)
    phone.until("document.querySelector('#player video')", WITHIN_S)
    phone.tap("#video > summary")
    phone.until("document.querySelector('#player video').readyState >= 2", 30)
    phone.tap('[data-do="play"]')
    phone.until("document.querySelector('#player video').currentTime > 0.3", 30)
