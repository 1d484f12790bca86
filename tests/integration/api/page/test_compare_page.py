"""Two clips on the page: what changed, in one sentence, by the core's comparison."""

from html import unescape

import httpx
import pytest

from formcheck import compare
from formcheck.records.report import Report
from formcheck.words.catalogue import ENGLISH
from reached import reached, report_file
from service.server import Serve, Server, upload

CLOSER = "Your foot lands closer: 4\N{NO-BREAK SPACE}% of leg less, and that is real."


def measured(server: Server, client: httpx.Client, report: Report) -> str:
    """The id of a clip with this report."""
    analysis_id = upload(client, repr(report).encode()).json()["id"]
    assert server.begin_next() == analysis_id
    server.succeed(analysis_id, report_file(report))
    return analysis_id


def test_the_comparison_begins_with_what_changed(server: Server, client: httpx.Client) -> None:
    older, newer = (measured(server, client, reached(reach)) for reach in (0.27, 0.23))
    pages = [
        unescape(client.get("/compare", params={"first": first, "second": second}).text)
        for first, second in ((older, newer), (newer, older))
    ]
    assert pages[0] == pages[1], "the earlier clip comes first, whichever was chosen first"
    assert f'<p id="verdict">{CLOSER}</p>' in pages[0]
    assert pages[0].index(CLOSER) < pages[0].index("<video")
    assert ENGLISH.say("page.compare.same_runner") in pages[0]
    assert f'<span class="range">{ENGLISH.say("compare.is_changed")}</span>' in pages[0]


def test_clips_that_cannot_be_compared_say_why_instead(server: Server, client: httpx.Client) -> None:
    slow, fast = (measured(server, client, reached(0.25, speed_kmh=speed)) for speed in (9, 13))
    page = unescape(client.get("/compare", params={"first": slow, "second": fast}).text)
    refused = compare(reached(0.25, speed_kmh=9), reached(0.25, speed_kmh=13)).refused
    assert refused is not None
    assert f'<p id="verdict">{refused.message}</p>' in page
    assert refused.advice in page
    assert ENGLISH.say("page.compare.same_runner") not in page
    assert client.get("/changed", params={"before": slow, "after": fast}).json() == {"verdict": None}


def test_what_changed_is_one_sentence(server: Server, client: httpx.Client) -> None:
    older, newer = (measured(server, client, reached(reach)) for reach in (0.27, 0.23))
    waiting = upload(client, b"waits").json()["id"]
    assert client.get("/changed", params={"before": older, "after": newer}).json() == {"verdict": CLOSER}
    for other in (waiting, "an_" + "a" * 26, "x", ""):
        assert client.get("/changed", params={"before": older, "after": other}).json() == {"verdict": None}


@pytest.mark.parametrize("path", ["/compare?first={0}&second={1}", "/changed?before={0}&after={1}"])
def test_a_keys_clips_are_not_shown_on_the_page(serve: Serve, path: str) -> None:
    server = serve(auth="on", page="on")
    with server.client(server.new_key()) as coach, server.client() as nobody:
        ids = [measured(server, coach, reached(reach)) for reach in (0.27, 0.23)]
        assert CLOSER not in nobody.get(path.format(*ids)).text
