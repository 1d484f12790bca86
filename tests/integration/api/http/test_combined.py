"""One run from several sides, over a real connection; the reports are made up, the rest is real."""

from collections.abc import Mapping
from dataclasses import replace
from html import unescape
from types import MappingProxyType
from typing import Any

import httpx

from formcheck import Report, combine
from formcheck.records.report import KeyFrame
from formcheck.records.skeleton import Side
from formcheck.report.schema import report_from_json, report_to_json, session_to_json
from reached import reached, report_file
from service.server import Server, upload

ALIKE = "Your left and right foot land within"


def seen_from(side: Side | None, reach: float = 0.25) -> Report:
    """A clip from one side; None: from behind."""
    report = reached(reach)
    return replace(report, scene=replace(report.scene, view="side" if side else "rear", near_side=side))


def session_of(client: httpx.Client) -> str:
    athlete = client.post("/v1/athletes", json={"name": "Ada"}).json()["id"]
    return client.post("/v1/sessions", json={"athlete": athlete, "date": "2026-11-24"}).json()["id"]


def filmed(
    server: Server,
    client: httpx.Client,
    session: str,
    *reports: Report,
    pictures: Mapping[str, bytes] = MappingProxyType({}),
) -> list[str]:
    """The ids of clips of a session, uploaded one after the other."""
    ids = []
    for report in reports:
        content = report.clip.sha256.encode()
        ids.append(upload(client, content, data={"session": session}).json()["id"])
        assert server.begin_next() == ids[-1]
        server.succeed(ids[-1], report_file(report) | dict(pictures))
    return ids


def combined(client: httpx.Client, session: str) -> dict[str, Any]:
    found = client.get(client.get(f"/v1/sessions/{session}").json()["links"]["combined"])
    assert found.status_code == 200, found.text
    return found.json()


def test_both_sides_and_the_view_from_behind_are_taken_together_as_the_core_does(
    server: Server, client: httpx.Client
) -> None:
    reports = [seen_from(Side.RIGHT), seen_from(None), seen_from(Side.LEFT)]
    session = session_of(client)
    right, rear, left = filmed(server, client, session, *reports)
    found = combined(client, session)
    assert found.pop("verdict").startswith(ALIKE)
    assert (found.pop("analyses"), found.pop("left_out")) == ([left, right, rear], [])
    stored = [report_from_json(report_to_json(report)) for report in reports]  # rounded
    assert found == session_to_json(combine(stored))


def test_of_each_side_the_clip_uploaded_last_counts(server: Server, client: httpx.Client) -> None:
    session = session_of(client)
    reports = seen_from(Side.LEFT, 0.4), seen_from(Side.RIGHT), seen_from(Side.LEFT, 0.25)
    first, right, last = filmed(server, client, session, *reports)
    found = combined(client, session)
    assert (found["analyses"], found["left_out"]) == ([last, right], [first])
    assert found["measures"]["foot_ahead_of_hip"]["left"]["value"] == 0.25


def test_two_clips_of_one_side_are_an_answer_and_one_clip_is_none(server: Server, client: httpx.Client) -> None:
    session = session_of(client)
    filmed(server, client, session, seen_from(Side.LEFT))
    for page in ("combined", "combined.html"):
        alone = client.get(f"/v1/sessions/{session}/{page}")
        assert (alone.status_code, alone.json()["code"]) == (409, "session_incomplete")
    filmed(server, client, session, seen_from(Side.LEFT))
    found = combined(client, session)
    assert found["refused"]["code"] == "session_same_view"
    assert found["verdict"] == found["refused"]["message"]


def test_the_session_is_a_page_with_its_pictures_inside(server: Server, client: httpx.Client) -> None:
    frame = KeyFrame("frames/left_foot_strike.jpg", 1.0, "foot_strike", Side.LEFT, 60, 0)
    session, left = session_of(client), replace(seen_from(Side.LEFT), frames=(frame,))
    filmed(server, client, session, left, seen_from(Side.RIGHT), pictures={frame.file: b"picture"})
    page = client.get(f"/v1/sessions/{session}/combined.html")
    assert page.headers["content-type"].startswith("text/html")
    policy = page.headers["content-security-policy"]
    assert ("default-src 'none'" in policy, "{" in policy) == (True, False)
    assert ALIKE in unescape(page.text)
    assert '<img src="data:image/jpeg;base64,cGljdHVyZQ=="' in page.text


def test_another_keys_session_is_not_there(guarded: Server) -> None:
    with guarded.client(guarded.new_key()) as ada, guarded.client(guarded.new_key()) as eve:
        session = session_of(ada)
        filmed(guarded, ada, session, seen_from(Side.LEFT), seen_from(Side.RIGHT))
        assert combined(ada, session)["refused"] is None
        for page in ("combined", "combined.html"):
            assert eve.get(f"/v1/sessions/{session}/{page}").status_code == 404


def test_the_page_opens_without_a_key_by_the_sessions_own_link_and_by_no_other(guarded: Server) -> None:
    with guarded.client(guarded.new_key()) as ada, guarded.client() as anyone:
        session, other = session_of(ada), session_of(ada)
        filmed(guarded, ada, session, seen_from(Side.LEFT), seen_from(Side.RIGHT))
        link = ada.get(f"/v1/sessions/{session}").json()["links"]["combined_page"]
        assert ALIKE in unescape(anyone.get(link).text)
        assert anyone.get(link.partition("?")[0]).status_code == 401
        borrowed = anyone.get(link.replace(session, other))
        assert (borrowed.status_code, borrowed.json()["code"]) == (403, "link_invalid")
        ada.delete(f"/v1/sessions/{session}")
        assert anyone.get(link).status_code == 404
