"""The runner's page over HTTP: what it shows without a browser, and who may see and delete an upload from it."""

import json
import re
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from html import unescape
from io import BytesIO
from pathlib import Path

import httpx
import pytest

import formcheck_api
from formcheck.judge.assess import analyze_track
from formcheck.records.options import OPTIONS
from formcheck.records.report import Reason, Report
from formcheck.records.skeleton import Side
from formcheck.report.schema import report_to_json
from formcheck.words.catalogue import ENGLISH, Voice, catalogue
from formcheck.words.numbers import MINUS, change, physical, physical_span, quantity
from formcheck.words.reasons import advice_on_page
from formcheck_api.jobs.processes.motion import motion_of
from formcheck_api.page.language import language_for
from formcheck_api.page.run_view import loop
from sample_report import good_report, sample_pictures, withheld_report
from second_language import Words, english_in, second_language
from service.server import Server, idle, receipt, serving, upload
from stick_runner import Camera, Runner, film

WEB = Path(formcheck_api.__file__).parent / "page"
REST = {"report.html": b"page", "overlay.mp4": b"video"}
LINK = re.compile(r'(?:href|src|action)="(/[^"#?]*)')


@pytest.fixture(scope="module")
def with_keys(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A service that asks for keys, but not runners."""
    with serving(idle(tmp_path_factory.mktemp("page"), auth="on", page="on")) as server:
        yield server


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A service on loopback without keys."""
    with serving(idle(tmp_path_factory.mktemp("alone"))) as server:
        yield server


def numbers_of(report: Report) -> dict[str, bytes]:
    """What is published first."""
    motion = motion_of(report)
    numbers = {"report.json": json.dumps(report_to_json(report)).encode()}
    return numbers | ({"motion.json": json.dumps(motion).encode()} if motion else {})


def answered(server: Server, client: httpx.Client, report: Report) -> str:
    """The id of a clip uploaded from the page and analysed, with this report."""
    sent = upload(client, report.created.encode() + report.quality.grade.encode(), name="morning <b>run.mp4")
    analysis_id = sent.json()["id"]
    assert server.begin_next() == analysis_id
    server.succeed(analysis_id, numbers_of(report) | sample_pictures(report) | REST)
    return analysis_id


@pytest.fixture(scope="module")
def measured() -> Report:
    """A report made from landmarks, with its findings in its own words."""
    return analyze_track(film(Runner(), Camera(), 6.0), model="full")


@pytest.fixture(scope="module")
def runs(alone: Server) -> tuple[str, str]:
    """Ids of a good clip and of one whose headline numbers were withheld."""
    with alone.client() as client:
        return answered(alone, client, good_report()), answered(alone, client, withheld_report())


def test_every_address_on_the_pages_is_there_and_nothing_comes_from_elsewhere(
    alone: Server, runs: tuple[str, str]
) -> None:
    with alone.client() as client:
        pages = ["/", f"/runs/{runs[0]}", f"/runs/{runs[1]}", f"/compare?first={runs[1]}&second={runs[0]}"]
        for page in pages:
            answer = client.get(page)
            assert answer.status_code == 200, page
            assert "http" not in answer.text.replace("http://www.w3.org/2000/svg", ""), page
            for link in set(LINK.findall(answer.text)) - {"/compare"}:
                assert client.get(link).status_code == 200, (page, link)


@pytest.mark.parametrize("name", ["html.py", "report.html.jinja", "__init__.py", "comparison.py"])
def test_the_service_hands_out_style_sheets_and_no_code(alone: Server, name: str) -> None:
    with httpx.Client(base_url=alone.url) as client:
        assert client.get("/page/report.css").status_code == 200
        assert client.get(f"/page/{name}").status_code == 404


def test_while_pictures_and_video_are_drawn_the_page_says_the_result_and_leads_to_nothing_that_is_not_there(
    alone: Server,
) -> None:
    report = good_report()
    with alone.client() as client:
        analysis_id = upload(client, b"drawn later").json()["id"]
        assert alone.begin_next() == analysis_id
        for shown, placeholders in (
            (numbers_of(report), 1 + len(report.frames)),
            (sample_pictures(report) | {"report.html": b"page"}, 0),
        ):
            alone.publish(analysis_id, shown)
            page = client.get(f"/runs/{analysis_id}").text
            assert report.findings[1].title in page
            assert page.count(ENGLISH.say("page.coming.picture")) == placeholders
            assert ENGLISH.say("page.coming.video") in page
            assert '<noscript><meta http-equiv="refresh"' in page
            for link in set(LINK.findall(page)) - {"/compare"}:
                assert client.get(link).status_code == 200, link
        alone.succeed(analysis_id, {"overlay.mp4": b"video"})
        page = client.get(f"/runs/{analysis_id}").text
        assert "data-coming" not in page
        assert "noscript" not in page


def test_pictures_cannot_be_taken_away_before_they_are_drawn(alone: Server) -> None:
    with alone.client() as client:
        analysis_id = upload(client, b"drawn never").json()["id"]
        assert alone.begin_next() == analysis_id
        alone.publish(analysis_id, numbers_of(good_report()))
        answer = client.get(f"/runs/{analysis_id}/pictures.zip", headers={"Accept": "application/json"})
        assert (answer.status_code, answer.json()["code"]) == (409, "not_finished")


def test_the_page_says_what_the_report_says(alone: Server, runs: tuple[str, str]) -> None:
    report = good_report()
    with alone.client() as client:
        shown = unescape(client.get(f"/runs/{runs[0]}").text)
    for finding in report.findings:
        assert finding.title in shown
    proofs = [frame for frame in report.frames if frame.event != "toe_off"]
    places = {frame.side: shown.index(frame.file) for frame in reversed(proofs)}
    assert all(frame.file in shown for frame in proofs)
    assert places[Side.LEFT] < places[Side.RIGHT]  # the leg nearer the camera comes first


def test_what_was_withheld_is_said_with_the_reason_and_how_to_film_it_better(
    alone: Server, runs: tuple[str, str]
) -> None:
    report = withheld_report()
    with alone.client() as client:
        shown = unescape(client.get(f"/runs/{runs[1]}").text)
    for reason in report.quality.reasons:
        assert reason.message in shown
        assert reason.advice in shown  # of a code whose advice is the same on the page
    first = shown.partition("<details")[0]
    assert report.quality.reasons[0].message in first
    assert sum(shown.count(reason.advice) for reason in report.quality.reasons[:1]) == 2  # first screen, film better


def test_a_landing_is_slowed_to_an_eighth_of_life_however_slowly_the_clip_plays_itself() -> None:
    assert loop(1.0) == {"half_s": 0.25, "rate": 0.125}
    assert loop(4.0) == {"half_s": 1.0, "rate": 0.5}
    assert loop(8.0) == {"half_s": 2.0, "rate": 1}
    assert loop(32.0)["rate"] == 1  # and never hurried


def test_what_a_stranger_named_their_clip_is_text_and_no_markup(alone: Server, runs: tuple[str, str]) -> None:
    with alone.client() as client:
        shown = client.get(f"/runs/{runs[0]}")
    assert "morning &lt;b&gt;run.mp4" in shown.text
    policy = shown.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy


def test_steps_and_pictures_can_be_taken_away(alone: Server, runs: tuple[str, str]) -> None:
    report = good_report()
    with alone.client() as client:
        table = client.get(f"/runs/{runs[0]}/steps.csv").text.splitlines()
        pictures = zipfile.ZipFile(BytesIO(client.get(f"/runs/{runs[0]}/pictures.zip").content))
    assert len(table) == 1 + len(report.steps)
    assert table[0].startswith("side,strike_time_s,toe_off_time_s,foot_ahead_of_hip (leg_length)")
    assert len(pictures.namelist()) == len(report.frames)


def test_a_deleted_or_unknown_clip_gets_a_page_that_says_so(alone: Server) -> None:
    with alone.client() as client:
        for address in ("/runs/an_" + "a" * 26, "/runs/x", "/compare?first=a&second=b"):
            answer = client.get(address)
            assert (answer.status_code, answer.headers["content-type"][:9]) == (404, "text/html")


def test_where_keys_are_asked_for_there_is_no_page_unless_it_is_allowed(guarded: Server) -> None:
    with guarded.client() as client:
        assert client.get("/").status_code == 404
        assert client.get("/page/site.js").status_code == 404
        assert upload(client, headers={"Authorization": f"Bearer {receipt('ada')}"}).status_code == 401


def test_anyone_with_the_link_may_look_and_only_the_uploader_may_delete(with_keys: Server) -> None:
    with with_keys.client(receipt("ada")) as ada, with_keys.client() as friend, with_keys.client(receipt("eve")) as eve:
        analysis_id = answered(with_keys, ada, good_report())
        path = f"/v1/analyses/{analysis_id}"
        parts = ("", "/report", "/motion", f"/{good_report().frames[0].file}", "/overlay.mp4", "/report.html")
        for part in parts:
            assert friend.get(path + part).status_code == 200, part
        assert friend.get(f"/runs/{analysis_id}").status_code == 200
        assert eve.get(f"/runs/{analysis_id}").status_code == 200
        assert friend.delete(path).status_code == friend.get("/v1/analyses").status_code == 401
        assert eve.delete(path).status_code == eve.post(f"{path}/cancel").status_code == 404
        assert eve.get("/v1/analyses").json()["analyses"] == []
        assert [each["id"] for each in ada.get("/v1/analyses").json()["analyses"]] == [analysis_id]
        assert ada.delete(path).status_code == 204
        assert friend.get(path).status_code == 401
        assert friend.get(f"/runs/{analysis_id}").status_code == 404
        assert with_keys.files() == []


def test_the_same_clip_of_two_senders_is_two_analyses(with_keys: Server) -> None:
    with with_keys.client(receipt("ada")) as ada, with_keys.client(receipt("eve")) as eve:
        ids = [upload(client, b"the same", headers={"Idempotency-Key": "k"}).json()["id"] for client in (ada, ada, eve)]
    assert ids[0] == ids[1] != ids[2]


def test_clips_of_keys_are_not_seen_by_way_of_the_page(with_keys: Server) -> None:
    with with_keys.client(with_keys.new_key()) as coach, with_keys.client() as anybody:
        path = upload(coach, b"a coach's").headers["location"]
        assert anybody.get(path).status_code == 401
        assert anybody.get(path.replace("/v1/analyses", "/runs")).status_code == 404


def test_a_runner_reads_lengths_and_speeds_in_their_own_units() -> None:
    metric, imperial, both = (Voice(units=units) for units in ("metric", "imperial", "both"))
    said = {
        metric: ("10.8 km/h", "4 to 5 m", "0.86 m", f"{MINUS}4 cm", "1.0 to 1.1 cm", "+1.1 km/h"),
        imperial: ("6.7 mph", "13 to 16 ft", "34 in", f"{MINUS}1.6 in", "0.40 to 0.43 in", "+0.7 mph"),
    }
    for voice, wanted in said.items():
        shown = (
            quantity("belt_speed", "m/s", 3.0, voice),
            physical_span("distance", 4.0, 5.0, voice),
            physical("leg", 0.86, voice),
            physical("length", -0.04, voice),
            physical_span("length", 0.0101, 0.0109, voice),
            change("belt_speed", "m/s", 0.3, voice),
        )
        assert tuple(each.replace("\N{NO-BREAK SPACE}", " ") for each in shown) == wanted
    pair = physical("speed", 3.0, both).replace("\N{NO-BREAK SPACE}", " ")
    assert pair == '<span class="metric">10.8 km/h</span><span class="imperial">6.7 mph</span>'
    assert both.say("view.usual", speed=physical("speed", 3.0, both), usual="<b>").endswith(": &lt;b&gt;.")


def test_a_runner_who_chose_imperial_units_reads_no_metric_ones(alone: Server, runs: tuple[str, str]) -> None:
    metric = re.compile(r"\d[ \N{NO-BREAK SPACE}](?:m/s|km/h|cm|m)\b")
    with alone.client() as client:
        for address in ("/", f"/runs/{runs[0]}", f"/runs/{runs[1]}", f"/compare?first={runs[1]}&second={runs[0]}"):
            page = re.sub(
                r"<(?:script|desc|label class=.metric).*?</(?:script|desc|label)>",
                "",
                client.get(address).text,
                flags=re.S,
            )
            shown = re.sub(r'<(?:span|tspan) class="metric">[^<]*', "", page)
            assert metric.search(page), address
            assert not metric.findall(re.sub(r"<[^>]*>", "", shown)), address


def test_a_translation_is_one_more_file_that_browsers_ask_for() -> None:
    known = ("en", "de", "fr")
    wishes = {
        (None, None): "en",
        (None, "de-AT,de;q=0.9,en;q=0.8"): "de",
        (None, "en;q=0.5, fr;q=0.7"): "fr",
        (None, "pt-BR, *;q=0.1, nonsense;q=x"): "en",
        ("fr", "de"): "fr",
        ("../en", "de"): "de",
    }
    assert {wish: language_for(*wish, known) for wish in wishes} == wishes


def test_the_first_screen_says_one_thing_to_try_and_nothing_behind_it_says_it_again(alone: Server) -> None:
    report = good_report()
    doubled = replace(report, created="2026-11-24T08:00:00Z", findings=(*report.findings, report.findings[1]))
    with alone.client() as client:
        shown = unescape(client.get(f"/runs/{answered(alone, client, doubled)}").text)
    first, _, rest = shown.partition("<details")
    cue = report.findings[1].cue
    assert cue in first
    assert cue not in rest
    assert all(finding.text in rest and finding.text not in first for finding in report.findings)


def test_everything_but_the_first_screen_is_closed_until_it_is_opened(alone: Server, runs: tuple[str, str]) -> None:
    with alone.client() as client:
        for run in runs:
            shown = client.get(f"/runs/{run}").text
            assert len(re.findall('<details class="fold"', shown)) >= 6
            assert "<details open" not in shown
            outside = re.sub(
                r"<details.*?</details>", "", shown.partition("<main")[2].partition("</main>")[0], flags=re.S
            )
            assert "<table" not in outside
            assert outside.count("<h1") == 1


def test_the_page_of_a_run_speaks_the_language_of_its_reader(alone: Server, measured: Report, tmp_path: Path) -> None:
    report = replace(measured, created="2026-11-23T08:00:00Z")  # another clip
    said = {" ".join(finding.text.split()) for finding in report.findings}
    said |= {reason.message for reason in report.quality.reasons}
    with alone.client() as client:
        run = answered(alone, client, report)
        english = Words(client.get(f"/runs/{run}").text).said
        with second_language(tmp_path):
            page = client.get(f"/runs/{run}", params={"lang": "xx"}).text
    assert said <= {" ".join(text.split()) for text in english}
    assert len(Words(page).said) == len(english)
    assert english_in(page, replace(report, clip=replace(report.clip, name="morning <b>run.mp4"))) == []


def test_advice_names_the_fields_of_the_page_and_not_the_options_of_the_command_line(alone: Server) -> None:
    label = catalogue()["page"]["film"]["capture_label"]
    told = [
        advice_on_page(Reason(code, "", "use --capture-fps"), Voice())
        for code in ("slow_motion", "time_scale_contradiction", "speed_implausible")
    ]
    assert "--" not in "".join(told)
    assert all(label in text for text in told)
    with alone.client() as client:
        page = client.get("/").text
    assert re.search(rf'{label} <span><input type="number" id="capture-fps"', page)


def test_the_fields_of_the_page_take_what_the_api_takes_and_no_more(alone: Server) -> None:
    with alone.client() as client:
        page = client.get("/").text
    kmh, feet = 1.609344, 0.3048
    shown = dict(re.findall(r'<input type="number" id="([\w-]+)" (min="\S+" max="\S+" step="\S+")', page))
    ends = {field: tuple(map(float, re.findall(r'(?:min|max)="([\d.-]+)"', limits))) for field, limits in shown.items()}
    for field, name in (("incline-pct", "incline_pct"), ("speed-kmh", "speed_kmh"), ("capture-fps", "capture_fps")):
        assert ends[field] == (OPTIONS[name].low, OPTIONS[name].high)
        assert shown[field].endswith('step="any"')
    height, speed = OPTIONS["height_m"], OPTIONS["speed_kmh"]
    assert ends["height-cm"] == (100 * height.low, 100 * height.high)
    assert ends["height-ft"] == (height.low // feet, height.high // feet)
    slowest, fastest = (kmh * end for end in ends["speed-mph"])
    assert speed.low <= slowest < speed.low + 0.02
    assert speed.high - 0.02 < fastest <= speed.high


def test_too_many_requests_are_answered_with_a_page_to_a_person_and_a_problem_to_a_program(tmp_path: Path) -> None:
    browser = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
    with serving(idle(tmp_path, auth="on", page="on", rate_limit_per_min=1)) as server, server.client() as client:
        assert client.get("/runs/an_x", headers=browser).status_code == 404
        for path in ("/runs/an_x", "/compare", f"/runs/an_{'a' * 26}/steps.csv"):
            person, program = client.get(path, headers=browser), client.get(path)
            seconds = int(person.headers["retry-after"])
            assert (person.status_code, person.headers["content-type"]) == (429, "text/html; charset=utf-8")
            assert f"This page reloads in {seconds} s." in person.text
            assert f'http-equiv="refresh" content="{seconds}"' in person.text
            assert (program.status_code, program.json()["code"]) == (429, "rate_limited")
