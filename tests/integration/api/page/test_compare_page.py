"""Two clips on the page: what changed, in one sentence, by the core's comparison."""

import re
from html import unescape

import httpx
import pytest

from formcheck import compare
from formcheck.records.report import Report
from formcheck.words.catalogue import ENGLISH
from reached import reached, report_file
from service.server import Serve, Server, upload

CLOSER = "Your foot lands closer: 4\N{NO-BREAK SPACE}% of leg less."


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
    assert 'id="laid-over"' in pages[0]
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
    assert changes(trend(client, slow, fast)) == [f"the clip before: {refused.message}"]
    assert 'id="laid-over"' not in page


def test_a_clip_that_failed_is_not_compared_but_says_why(server: Server, client: httpx.Client) -> None:
    good = measured(server, client, reached(0.25))
    bad = upload(client, b"bad").json()["id"]
    assert server.begin_next() == bad
    server.fail(bad)
    response = client.get("/compare", params={"first": good, "second": bad})
    assert response.headers["location"] == f"/runs/{bad}"
    assert "The clip cannot be read" in client.get(response.headers["location"]).text


def test_a_number_corrected_for_the_speed_says_so(server: Server, client: httpx.Client) -> None:
    steady, quicker = (measured(server, client, reached(0.25, speed_kmh=speed)) for speed in (11.0, 11.6))
    page = client.get("/compare", params={"first": steady, "second": quicker}).text
    assert page.count(ENGLISH.say("compare.same_speed")) > 0


def trend(client: httpx.Client, *ids: str) -> str:
    """The part of the list of clips that says what changed over them."""
    return unescape(client.get("/trend", params={"clips": ",".join(ids)}).text)


def changes(page: str) -> list[str]:
    """What it says of the newest clip."""
    said = re.findall(r'<span class="change">(.*?)</span>', page)
    return [re.sub(r"Since (.*) \([\d\N{NON-BREAKING HYPHEN}]+\): ", r"\1: ", each) for each in said]


def test_the_newest_clip_is_held_against_the_one_before_and_the_first(server: Server, client: httpx.Client) -> None:
    ids = [measured(server, client, reached(reach)) for reach in (0.27, 0.25, 0.23)]
    page = trend(client, *reversed(ids))
    same = "the clip before: No change found in landing or lean."
    assert changes(page) == [same, f"your first clip here: {CLOSER}"]
    assert f'data-newest="{ids[2]}"' in page
    assert page.count("<svg") == 3
    assert changes(trend(client, *ids[:2])) == [same], "of two clips, once"


def test_clips_that_are_gone_or_wait_are_left_out_of_the_trend(server: Server, client: httpx.Client) -> None:
    older, newer = (measured(server, client, reached(reach)) for reach in (0.27, 0.23))
    waiting = upload(client, b"waits").json()["id"]
    assert changes(trend(client, older, waiting, "an_" + "a" * 26, "x", "", newer)) == [f"the clip before: {CLOSER}"]
    assert changes(trend(client, older, waiting)) == []


@pytest.mark.parametrize("path", ["/compare?first={0}&second={1}", "/trend?clips={0},{1}"])
def test_a_keys_clips_are_not_shown_on_the_page(serve: Serve, path: str) -> None:
    server = serve(auth="on", page="on")
    with server.client(server.new_key()) as coach, server.client() as nobody:
        ids = [measured(server, coach, reached(reach)) for reach in (0.27, 0.23)]
        assert CLOSER not in unescape(nobody.get(path.format(*ids)).text)
