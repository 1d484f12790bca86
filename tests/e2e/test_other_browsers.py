"""A clip sent and its result read in Firefox and WebKit at phone size. Skipped where they are not installed."""

from collections.abc import Iterator

import pytest

from formcheck_api.operations.settings import Settings
from other_browsers import FIREFOX, MINI_BROWSER, PHONE_PX, SCREEN, WEBKIT, Phone, firefox, webkit
from places import CLIP
from service.server import Server, serving

pytestmark = pytest.mark.slow

ANALYSED_WITHIN_S = 120.0
BROWSERS = {"firefox": (firefox, bool(FIREFOX)), "webkit": (webkit, all((WEBKIT, MINI_BROWSER, SCREEN)))}
FIRST_SCREEN = """return [...document.querySelectorAll('.glance h1, .proof img, .gauge, .to-do, .sure')]
    .map((each) => [each.localName, each.getBoundingClientRect().bottom]);"""
OPEN_ALL = "document.querySelectorAll('details').forEach((each) => (each.open = true))"
PICTURES = "[...document.querySelectorAll('.proof img')].every((each) => each.complete && each.naturalWidth > 0)"
CUT_S = 3


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(Settings(data_dir=tmp_path_factory.mktemp("others"))) as running:
        yield running


@pytest.fixture(scope="module", params=list(BROWSERS))
def phone(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Phone]:
    browser, is_there = BROWSERS[request.param]
    if not is_there:
        pytest.skip(f"no {request.param} here")
    with browser(tmp_path_factory.mktemp(request.param)) as running:
        yield running


@pytest.fixture(scope="module")
def result(phone: Phone, server: Server) -> str:
    """The address of the result of a clip that was chosen, trimmed and sent in this browser."""
    phone.open(server.url)
    phone.choose("#clip", CLIP)
    phone.until("!document.getElementById('chosen').hidden && !document.getElementById('send').disabled", 30)
    phone.run(f"""const end = document.getElementById('trim-end');
        end.value = {CUT_S}; end.dispatchEvent(new Event('change', {{ bubbles: true }}));""")
    assert phone.run("return document.documentElement.scrollWidth") <= PHONE_PX[0]
    phone.tap("#send")
    phone.until("location.pathname.startsWith('/runs/') && document.querySelector('.glance h1')", ANALYSED_WITHIN_S)
    phone.until(f"document.querySelector('.proof img') && {PICTURES}", ANALYSED_WITHIN_S)
    return str(phone.run("return location.href"))


@pytest.mark.parametrize("kind", ["page", "report"])
def test_the_first_screen_of_a_result_fits_a_phone_and_shows_its_picture(
    phone: Phone, result: str, server: Server, kind: str
) -> None:
    report = f"{server.url}/v1/analyses/{result.rpartition('/')[2]}/report.html"
    phone.open(result if kind == "page" else report)
    phone.until(PICTURES, 30)
    shown = phone.run(FIRST_SCREEN)
    assert [name for name, _ in shown] == ["h1", "img", "section", "section", "p", "p"]
    assert all(0 < bottom <= PHONE_PX[1] for _, bottom in shown), shown
    phone.run(OPEN_ALL)
    assert phone.run("return document.documentElement.scrollWidth") <= PHONE_PX[0]


def test_the_clip_is_in_the_list_of_this_device_and_was_cut_to_the_part_asked_for(
    phone: Phone, result: str, server: Server
) -> None:
    phone.open(server.url)
    phone.until(f"document.querySelector('a[href$=\"{result.rpartition('/')[2]}\"]')", 30)
    with server.client() as client:
        clip = client.get(f"/v1/analyses/{result.rpartition('/')[2]}/report").json()["clip"]
    assert clip["used_s"][1] <= CUT_S + 0.1


def test_the_video_of_a_result_plays(phone: Phone, result: str) -> None:
    phone.open(result)
    phone.until("document.querySelector('#player video')", ANALYSED_WITHIN_S)
    phone.tap("#video > summary")
    phone.until("document.querySelector('#player video').readyState >= 2", 30)
    phone.tap('[data-do="play"]')
    phone.until("document.querySelector('#player video').currentTime > 0.3", 30)
