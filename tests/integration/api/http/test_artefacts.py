"""What an analysis made, over HTTP: the report, its page, the pictures, the video by ranges."""

import json

import httpx

from formcheck.report.page.html import render_html
from formcheck_api.records.failures import undrawn
from sample_report import good_report, sample_pictures
from service.server import NUMBERS, OVERLAY, PICTURES, VIDEO, Server, upload


def test_a_report_that_is_not_there_yet_says_when_to_ask_again(client: httpx.Client) -> None:
    path = upload(client).headers["location"]
    for part in ("report", "report.html", "frames", "overlay.mp4", "frames/left_foot_strike.jpg"):
        answer = client.get(f"{path}/{part}")
        assert (answer.status_code, answer.json()["code"]) == (409, "not_finished")
        assert int(answer.headers["retry-after"]) >= 1


def test_a_failed_analysis_says_why(server: Server, client: httpx.Client) -> None:
    path = upload(client).headers["location"]
    server.fail(server.begin_next())
    problem = client.get(path).json()["problem"]
    assert (problem["code"], problem["status"], problem["type"]) == (
        "clip_unreadable",
        422,
        "/problems#clip_unreadable",
    )
    answer = client.get(f"{path}/report")
    assert (answer.status_code, answer.json()["code"], answer.json()["cause"]) == (409, "no_report", problem)


def test_the_report_is_unchanged_but_for_links_that_show_its_frames(client: httpx.Client, finished: str) -> None:
    answer = client.get(f"{finished}/report")
    frame = answer.json()["frames"][0]
    assert answer.json()["schema_version"] == 1
    assert client.get(frame["links"]["image"]).content == b"picture"
    assert client.get(f"{finished}/frames").json() == {"frames": answer.json()["frames"]}
    assert client.get(f"{finished}/report", headers={"If-None-Match": answer.headers["etag"]}).status_code == 304


def test_the_report_page_runs_no_script_and_plays_the_overlay(client: httpx.Client, finished: str) -> None:
    answer = client.get(f"{finished}/report.html")
    assert f'<video src="{finished}/overlay.mp4"></video>' in answer.text
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "media-src 'self'" in policy
    assert "script-src" not in policy
    again = client.get(f"{finished}/report.html", headers={"If-None-Match": answer.headers["etag"]})
    assert (again.status_code, again.headers["content-security-policy"]) == (304, policy)  # or it comes back unstyled


def test_text_is_sent_compressed_and_media_and_events_as_they_are(server: Server, client: httpx.Client) -> None:
    path = upload(client).headers["location"]
    number = path.rpartition("/")[2]
    server.begin_next()
    page = render_html(good_report(), pictures={}, overlay="overlay.mp4").encode()
    server.succeed(number, {"report.json": b"{}", "report.html": page, "overlay.mp4": OVERLAY})
    text = client.get(f"{path}/report.html")
    plain = client.get(f"{path}/report.html", headers={"Accept-Encoding": "identity"})
    assert (text.headers["content-encoding"], text.headers["vary"]) == ("gzip", "Accept-Encoding")
    assert ("content-encoding" in plain.headers, plain.content) == (False, text.content)
    for media, ranges in (("overlay.mp4", {}), ("overlay.mp4", {"Range": "bytes=0-900"}), ("events", {})):
        assert "content-encoding" not in client.get(f"{path}/{media}", headers=ranges).headers, media


def test_a_player_gets_the_bytes_it_asks_for(client: httpx.Client, finished: str) -> None:
    for asked, start, end in (("0-99", 0, 100), ("1000-", 1000, 1024), ("-10", 1014, 1024), ("1000-9999", 1000, 1024)):
        answer = client.get(f"{finished}/overlay.mp4", headers={"Range": f"bytes={asked}"})
        assert (answer.status_code, answer.content) == (206, OVERLAY[start:end])
        assert answer.headers["content-range"] == f"bytes {start}-{end - 1}/{len(OVERLAY)}"


def test_an_invalid_range_gets_the_whole_video(client: httpx.Client, finished: str) -> None:
    for asked in ("bytes=0-1,5-6", "lines=0-1", "bytes=-", "bytes=5-2", "nonsense"):
        answer = client.get(f"{finished}/overlay.mp4", headers={"Range": asked})
        assert (answer.status_code, answer.content, answer.headers["accept-ranges"]) == (200, OVERLAY, "bytes")


def test_a_range_behind_the_end_is_refused_with_the_size(client: httpx.Client, finished: str) -> None:
    answer = client.get(f"{finished}/overlay.mp4", headers={"Range": "bytes=1024-"})
    assert (answer.status_code, answer.headers["content-range"]) == (416, "bytes */1024")


def test_a_range_of_another_version_gets_the_whole_video(client: httpx.Client, finished: str) -> None:
    path = f"{finished}/overlay.mp4"
    tag = client.get(path).headers["etag"]
    for if_range, status in ((tag, 206), ('"other"', 200)):
        assert client.get(path, headers={"Range": "bytes=0-1", "If-Range": if_range}).status_code == status


def test_a_picture_that_is_not_there_is_not_found(client: httpx.Client, finished: str) -> None:
    for name in ("nobody", "..%2Freport", "%2e%2e%2f%2e%2e%2fetc%2fpasswd", "%00"):
        assert client.get(f"{finished}/frames/{name}.jpg").status_code == 404


def test_each_part_is_read_as_soon_as_it_is_ready_and_the_others_say_when_to_ask_again(
    server: Server, client: httpx.Client
) -> None:
    path = upload(client).headers["location"]
    paths = [
        ("report", "report"),
        ("frames", "frames"),
        ("frames", "frames/left_foot_strike.jpg"),
        ("report_html", "report.html"),
        ("overlay", "overlay.mp4"),
    ]
    analysis_id = server.begin_next()
    parts_ready = ([], ["report"], ["report", "frames", "report_html"])
    for shown, ready in zip(({}, NUMBERS, PICTURES), parts_ready, strict=True):
        server.publish(analysis_id, shown)
        analysis = client.get(path).json()
        assert (analysis["state"], analysis["ready"], analysis["finished"]) == ("running", ready, None)
        for part, file in paths:
            answer = client.get(f"{path}/{file}")
            assert (answer.status_code == 200) == (part in ready)
            if part not in ready:
                assert (answer.status_code, answer.json()["code"]) == (409, "not_finished")
                assert int(answer.headers["retry-after"]) >= 1
    server.succeed(analysis_id, VIDEO)
    analysis = client.get(path).json()
    assert (analysis["state"], analysis["ready"], analysis["incomplete"]) == ("succeeded", list(dict(paths)), None)
    assert client.get(f"{path}/overlay.mp4").content == OVERLAY


def test_what_an_analysis_will_not_have_is_not_waited_for(server: Server, client: httpx.Client) -> None:
    path = upload(client).headers["location"]
    analysis_id = server.begin_next()
    server.publish(analysis_id, NUMBERS)
    assert client.get(f"{path}/motion").status_code == 404  # there was no one to follow
    assert client.get(f"{path}/frames/nobody.jpg").status_code == 409
    server.publish(analysis_id, PICTURES)
    assert client.get(f"{path}/frames/nobody.jpg").status_code == 404


def test_the_report_does_not_change_when_the_rest_is_there(server: Server, client: httpx.Client) -> None:
    path = upload(client).headers["location"]
    analysis_id = server.begin_next()
    server.publish(analysis_id, NUMBERS)
    early = client.get(f"{path}/report").json()
    server.succeed(analysis_id, PICTURES | VIDEO)
    assert client.get(f"{path}/report").json() == early


def test_a_report_whose_video_could_not_be_made_stands_and_says_so(server: Server, client: httpx.Client) -> None:
    path = upload(client).headers["location"]
    server.succeed(server.begin_next(), NUMBERS | PICTURES, undrawn(None))
    analysis = client.get(path).json()
    assert (analysis["state"], analysis["ready"]) == ("succeeded", ["report", "frames", "report_html"])
    assert (analysis["problem"], analysis["incomplete"]["code"]) == (None, "drawing_failed")
    assert client.get(f"{path}/report").status_code == 200
    answer = client.get(f"{path}/overlay.mp4")
    assert (answer.status_code, answer.json()["code"]) == (409, "not_made")
    assert answer.json()["cause"] == analysis["incomplete"]


def test_the_report_page_shows_no_video_before_it_is_there(server: Server, client: httpx.Client) -> None:
    path = upload(client).headers["location"]
    analysis_id = server.begin_next()
    report = good_report()
    whole = render_html(report, pictures=sample_pictures(report), overlay="overlay.mp4")
    server.publish(analysis_id, NUMBERS | {"report.html": whole.encode()})
    early = client.get(f"{path}/report.html")
    assert "<video" not in early.text
    assert early.text.split() == render_html(report, pictures=sample_pictures(report)).split()
    server.succeed(analysis_id, VIDEO)
    late = client.get(f"{path}/report.html", headers={"If-None-Match": early.headers["etag"]})
    assert f'<video src="{path}/overlay.mp4"' in late.text


def test_what_follows_an_analysis_hears_of_each_part(server: Server, client: httpx.Client) -> None:
    path = upload(client).headers["location"]
    analysis_id = server.begin_next()
    steps = iter((lambda: server.publish(analysis_id, NUMBERS), lambda: server.succeed(analysis_id, PICTURES | VIDEO)))
    heard = []
    with client.stream("GET", f"{path}/events") as events:
        for line in events.iter_lines():
            if line.startswith("data: "):
                heard.append(json.loads(line.removeprefix("data: "))["ready"])
                next(steps, lambda: None)()
    assert heard == [[], ["report"], ["report", "frames", "report_html", "overlay"]]
