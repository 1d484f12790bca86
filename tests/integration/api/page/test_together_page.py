"""One run from several sides on the runner's page."""

import re
from dataclasses import replace
from html import unescape

import httpx
import pytest

from formcheck.records.report import KeyFrame, Report
from formcheck.records.skeleton import Side
from formcheck.words.catalogue import ENGLISH
from reached import reached, report_file
from service.server import Serve, Server, upload

ALIKE = "Your left and right foot land within"
PICTURE = "frames/left_foot_strike.jpg"


def seen_from(side: Side, reach: float = 0.25) -> Report:
    report = reached(reach)
    frame = KeyFrame(PICTURE, 1.0, "foot_strike", Side.LEFT, 60, 0)
    return replace(report, scene=replace(report.scene, near_side=side), frames=(frame,))


def measured(server: Server, client: httpx.Client, report: Report) -> str:
    analysis_id = upload(client, report.clip.sha256.encode()).json()["id"]
    assert server.begin_next() == analysis_id
    server.succeed(analysis_id, report_file(report) | {PICTURE: b"picture"})
    return analysis_id


def failed(server: Server, client: httpx.Client) -> str:
    analysis_id = upload(client, b"bad", name="bad.mp4").json()["id"]
    assert server.begin_next() == analysis_id
    server.fail(analysis_id)
    return analysis_id


def together(client: httpx.Client, *ids: str) -> str:
    return unescape(client.get("/together", params={"clips": ",".join(ids)}).text)


def test_both_sides_say_left_against_right_and_lead_to_each_clip(server: Server, client: httpx.Client) -> None:
    ids = [measured(server, client, seen_from(side)) for side in Side]
    page = together(client, *ids)
    assert re.search(f'<p id="verdict">{ALIKE}', page)
    for analysis_id in ids:
        assert f'href="/runs/{analysis_id}"' in page
    assert f'<img src="/v1/analyses/{ids[0]}/{PICTURE}"' in page, "of the leg that is near"
    assert f'href="/?with={",".join(ids)}"' in page, "a clip from behind may be added"


def test_clips_that_cannot_be_one_run_say_why(server: Server, client: httpx.Client) -> None:
    page = together(client, *(measured(server, client, seen_from(Side.LEFT)) for _ in range(2)))
    assert f"<h1>{ENGLISH.say('reason.session_same_view.message').rstrip('.')}</h1>" in page
    assert ENGLISH.say("page.together.add") not in page
    assert "data-together" not in page, "no good link of theirs is forgotten for it"


def test_while_a_clip_waits_the_page_says_so(server: Server, client: httpx.Client) -> None:
    done = measured(server, client, seen_from(Side.LEFT))
    waiting = upload(client, b"waits").json()["id"]
    page = together(client, done, waiting)
    assert f"<p>{ENGLISH.say('page.together.ready')}</p>" in page
    assert re.findall(r'data-waits="(\w+)"', page) == [waiting]
    assert 'id="verdict"' not in page


def test_a_clip_that_failed_says_why_and_the_others_are_shown_without_it(server: Server, client: httpx.Client) -> None:
    ids = [measured(server, client, seen_from(side)) for side in Side]
    bad = failed(server, client)
    page = together(client, *ids, bad)
    assert re.search(f'<p id="verdict">{ALIKE}', page)
    assert re.search(f'href="/runs/{bad}">bad.mp4</a>: .*The clip cannot be read', page)
    assert "data-together" not in page


def test_too_few_clips_are_listed_each_with_its_page_and_a_way_on(server: Server, client: httpx.Client) -> None:
    done, bad = measured(server, client, seen_from(Side.LEFT)), failed(server, client)
    page = together(client, done, bad)
    assert ENGLISH.say("page.together.too_few") in page
    assert "The clip cannot be read" in page
    for address in (f"/runs/{done}", f"/runs/{bad}", f"/?with={done}"):
        assert f'href="{address}"' in page


@pytest.mark.parametrize("others", [(), ("an_" + "a" * 26,), ("x",)])
def test_what_is_gone_or_alone_is_not_found(server: Server, client: httpx.Client, others: tuple[str, ...]) -> None:
    clips = ",".join([measured(server, client, seen_from(Side.LEFT)), *others])
    assert client.get("/together", params={"clips": clips}).status_code == 404


def test_a_keys_clips_are_not_shown_on_the_page(serve: Serve) -> None:
    server = serve(auth="on", page="on")
    with server.client(server.new_key()) as coach, server.client() as nobody:
        ids = [measured(server, coach, seen_from(side)) for side in Side]
        assert nobody.get("/together", params={"clips": ",".join(ids)}).status_code == 404
